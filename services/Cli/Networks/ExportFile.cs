using System.Text;

namespace Sikap.Cli;

/// <summary>A file that is there wholly or not at all: written beside its place, moved there when it is finished.</summary>
internal sealed class ExportFile : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly StreamWriter? _writer;
    private bool _finished;

    private ExportFile(string path, bool text)
    {
        _path = path;
        Partial = $"{path}.part";
        _writer = text ? new StreamWriter(Partial, append: false, s_utf8) : null;
    }

    /// <summary>Where it grows.</summary>
    public string Partial { get; }

    /// <summary>Where its text goes.</summary>
    public TextWriter Writer => _writer ?? throw new InvalidOperationException("no text file");

    /// <summary>Begins a text file.</summary>
    /// <exception cref="CommandFailure">It exists and may not be replaced, or cannot be written.</exception>
    public static ExportFile CreateText(string path, bool replace) => Create(path, replace, text: true);

    /// <summary>Begins a file that somebody else writes at <see cref="Partial"/>.</summary>
    /// <exception cref="CommandFailure">It exists and may not be replaced, or cannot be written.</exception>
    public static ExportFile Create(string path, bool replace) => Create(path, replace, text: false);

    /// <summary>Puts it in its place.</summary>
    public void Finish()
    {
        _writer?.Dispose();
        File.Move(Partial, _path, overwrite: true);
        _finished = true;
    }

    public void Dispose()
    {
        if (!_finished)
        {
            _writer?.Dispose();
            File.Delete(Partial);
        }
    }

    private static ExportFile Create(string path, bool replace, bool text)
    {
        if (!replace && File.Exists(path))
        {
            throw new CommandFailure(ExitCode.Usage, $"{path} exists; --force replaces it.");
        }
        try
        {
            File.Delete($"{path}.part");
            return new ExportFile(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"cannot write {path}: {e.Message}");
        }
    }
}
