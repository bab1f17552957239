using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Sikap.Cli;

/// <summary>Where a command reads from and writes to. Results go to <see cref="Out"/>, everything said to people on the way to <see cref="Error"/>.</summary>
internal sealed class Terminal : IDisposable
{
    // In a file or a pipe a sentence is one line: it is searched there, not looked at.
    private const int WidthWithoutTerminal = 10_000;

    private readonly Func<Stream> _openInput;

    /// <param name="output">Results.</param>
    /// <param name="error">Progress, warnings, errors.</param>
    /// <param name="openInput">Opens standard input.</param>
    /// <param name="outputWidth">Columns of the terminal behind <paramref name="output"/>; null when it is none: then there is neither colour nor cursor movement.</param>
    /// <param name="errorIsTerminal">True when <paramref name="error"/> may be overwritten line by line.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public Terminal(TextWriter output, TextWriter error, Func<Stream> openInput, int? outputWidth, bool errorIsTerminal, Func<string, string?> environment)
    {
        // Submitting reads and writes at the same time.
        Out = TextWriter.Synchronized(output);
        Error = TextWriter.Synchronized(error);
        _openInput = openInput;
        ErrorIsTerminal = errorIsTerminal;
        Environment = environment;
        var colour = outputWidth is not null && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            // The enrichers switch colours on where a build server is recognised, also into a file.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        Console.Profile.Width = outputWidth ?? (int.TryParse(environment("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= 40
            ? columns
            : WidthWithoutTerminal);
        Console.Profile.Capabilities.Unicode = true;
    }

    /// <summary>Standard output.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Tables on standard output; never fed with markup from foreign text.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>True when progress may be shown by overwriting a line of standard error.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>Looks up an environment variable.</summary>
    public Func<string, string?> Environment { get; }

    /// <summary>The terminal of this process, UTF-8 whatever the locale says.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        int? width = System.Console.IsOutputRedirected ? null : Math.Max(40, System.Console.WindowWidth);
        return new Terminal(
            new StreamWriter(System.Console.OpenStandardOutput(), utf8) { AutoFlush = true },
            new StreamWriter(System.Console.OpenStandardError(), utf8) { AutoFlush = true },
            System.Console.OpenStandardInput,
            width,
            !System.Console.IsErrorRedirected,
            System.Environment.GetEnvironmentVariable);
    }

    /// <summary>Standard input as bytes; decoding is the reader's matter.</summary>
    public Stream OpenInput() => _openInput();

    /// <summary>One line to the person at the terminal.</summary>
    public void Say(string line) => Error.WriteLine(TerminalText.OneLine(line));

    /// <inheritdoc/>
    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
    }
}
