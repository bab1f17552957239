using System.Text;

namespace Sikap.Cli.Tests;

/// <summary>One run of the command line in this process, with everything it wrote.</summary>
internal sealed record CommandLineRun(int Code, string Out, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs <c>sikap</c> with <paramref name="args"/>, output redirected.</summary>
    public static Task<CommandLineRun> Of(params string[] args) => OfAsync(args);

    /// <summary>As <see cref="Of"/>, with what stands around the process.</summary>
    public static async Task<CommandLineRun> OfAsync(
        string[] args, byte[]? input = null, int? width = null, Dictionary<string, string>? environment = null, CancellationToken cancellation = default)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        using var terminal = new Terminal(
            output, error, () => new MemoryStream(input ?? []), width, errorIsTerminal: false, name => environment?.GetValueOrDefault(name));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var code = await CommandTree.RunAsync(args, terminal, TimeProvider.System, limit.Token).WaitAsync(Limit, CancellationToken.None);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Bytes of a text on standard input.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
