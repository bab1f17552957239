using System.Globalization;

namespace Sikap.Cli;

/// <summary>A line on standard error that says how far a long command is: overwritten on a terminal, now and then a new line elsewhere.</summary>
internal sealed class Progress(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(5);

    private long _last = time.GetTimestamp();
    private int _shown;

    /// <summary>Shows <paramref name="line"/> unless something was shown just now.</summary>
    public void Report(FormattableString line)
    {
        if (time.GetElapsedTime(_last) >= (terminal.ErrorIsTerminal ? TerminalPause : LogPause))
        {
            Show(line.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Clears the overwritten line, so that what comes next starts on an empty one.</summary>
    public void Clear()
    {
        if (terminal.ErrorIsTerminal && _shown > 0)
        {
            terminal.Error.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }

    private void Show(string line)
    {
        _last = time.GetTimestamp();
        if (!terminal.ErrorIsTerminal)
        {
            terminal.Error.WriteLine(line);
            return;
        }

        terminal.Error.Write($"\r{line.PadRight(_shown)}");
        _shown = line.Length;
    }
}
