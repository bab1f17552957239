namespace Sikap.Cli;

/// <summary>What the process returns; part of the interface, listed in <c>sikap --help</c>.</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Ok = 0;

    /// <summary>Some items failed (a file could not be read, an article was rejected or failed); the others were done.</summary>
    public const int ItemsFailed = 1;

    /// <summary>The command line or a file it names is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The Gateway or a service behind it cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>The server answered with an error.</summary>
    public const int Refused = 4;

    /// <summary>Stopped by Ctrl+C, as shells expect it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
