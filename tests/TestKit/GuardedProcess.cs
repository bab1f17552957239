using System.Diagnostics;

namespace Sikap.TestKit;

/// <summary>
/// A program that cannot outlive this process. It runs in a process group of its own beside a shell that reads a pipe from here; when the pipe ends, because this object was
/// disposed or this process died in whatever way, the shell ends the group with SIGKILL.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    // The program itself first, and waited for, so that its ports are free when the shell is gone; then whatever it started.
    private const string Script = """out=$1; shift; "$@" </dev/null >>"$out" 2>&1 & read -r _; exec 2>/dev/null; kill -9 $!; wait $!; kill -9 0""";

    private readonly Process _shell;

    private GuardedProcess(Process shell, string output) => (_shell, Output) = (shell, output);

    /// <summary>Process id of the program itself; it is the shell's first child.</summary>
    public int ProgramId
    {
        get
        {
            // setsid replaces itself by the shell, since the process it is started as leads no group yet.
            var children = File.ReadAllText($"/proc/{_shell.Id}/task/{_shell.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return int.Parse(children[0], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>File of what the program wrote.</summary>
    public string Output { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables on top of those of this process.</param>
    /// <param name="output">File that both its outputs are appended to.</param>
    public static GuardedProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string output)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid", ["/bin/sh", "-c", Script, "guard", output, program, .. arguments]) { RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, output);
    }

    /// <summary>Ends the program with SIGKILL and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _shell.WaitForExitAsync(limit.Token);
        _shell.Dispose();
    }
}
