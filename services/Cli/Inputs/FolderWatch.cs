namespace Sikap.Cli;

/// <summary>
/// Submits what is put into a folder: each file once, when it has not changed between two looks. It is then moved away, or remembered by a checkpoint. Looks instead of listening: folders of other machines do not report changes.
/// </summary>
internal sealed class FolderWatch
{
    private const string Memory = ".sikap-submit";

    /// <summary>Endings under which programs write what they rename when it is whole.</summary>
    private static readonly string[] Unfinished = [".part", ".tmp", ".temp", ".filepart", ".partial", ".crdownload", ".new", "~"];

    private readonly string _folder;
    private readonly string? _doneFolder;
    private readonly SubmitCheckpoint _checkpoint;
    private readonly string _checkpointPath;
    private readonly TimeSpan _interval;
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private Dictionary<string, (long Length, DateTime Written)> _seen = [];

    /// <summary>Prepares to watch <paramref name="folder"/>.</summary>
    /// <param name="folder">The folder; those in it are watched too.</param>
    /// <param name="doneFolder">Where submitted files are moved; null to leave and remember them.</param>
    /// <param name="checkpoint">Where they are remembered; null for a file in the folder.</param>
    /// <param name="interval">Time between two looks.</param>
    /// <param name="terminal">Where to report.</param>
    /// <param name="time">The clock of the interval.</param>
    /// <exception cref="CommandFailure">There is no such folder.</exception>
    public FolderWatch(string folder, string? doneFolder, string? checkpoint, TimeSpan interval, Terminal terminal, TimeProvider time)
    {
        _folder = Path.GetFullPath(folder);
        if (!Directory.Exists(_folder))
        {
            throw new CommandFailure(ExitCode.Usage, $"there is no folder {folder}");
        }

        _doneFolder = doneFolder is null ? null : Path.GetFullPath(doneFolder);
        _checkpointPath = Path.GetFullPath(checkpoint ?? Path.Combine(_folder, Memory));
        _checkpoint = SubmitCheckpoint.Open(_checkpointPath, time);
        _interval = interval;
        _terminal = terminal;
        _time = time;
    }

    /// <summary>Watches until <paramref name="cancellation"/>.</summary>
    public async Task RunAsync(SubmitCommand.Run run, Func<InputReader> reader, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var file in Settled())
            {
                var before = run.Rejected;
                try
                {
                    _checkpoint.ForgetChanged(file);
                    await run.SubmitAsync(reader(), [file], _checkpoint, cancellation);
                }
                catch (CommandFailure failure) when (failure.ExitCode == ExitCode.Unreachable)
                {
                    // The file stays where it is and is looked at again.
                    _terminal.Say($"sikap: {failure.Message}");
                    break;
                }

                _terminal.Say($"submitted: {file}{(run.Rejected > before ? $", {run.Rejected - before} rejected" : "")}");
                // What was rejected is kept where people will look for it.
                if (_doneFolder is not null && run.Rejected == before)
                {
                    Move(file, _doneFolder);
                }
            }

            await Task.Delay(_interval, _time, cancellation);
        }
    }

    private List<string> Settled()
    {
        var now = new Dictionary<string, (long, DateTime)>();
        var settled = new List<string>();
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            if (file.Name.StartsWith('.') || Unfinished.Any(ending => file.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || file.FullName == _checkpointPath
                || (_doneFolder is not null && file.FullName.StartsWith(_doneFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            {
                continue;
            }

            try
            {
                var state = (file.Length, file.LastWriteTimeUtc);
                if (file.Length > 0 && _seen.TryGetValue(file.FullName, out var before) && before == state && !_checkpoint.IsDone(file.FullName))
                {
                    settled.Add(file.FullName);
                }

                now[file.FullName] = state;
            }
            catch (IOException)
            {
                // Gone since the folder was listed.
            }
        }

        _seen = now;
        return settled;
    }

    private void Move(string file, string doneFolder)
    {
        var target = Path.Combine(doneFolder, Path.GetRelativePath(_folder, file));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            for (var number = 2; File.Exists(target); number++)
            {
                target = Path.Combine(Path.GetDirectoryName(target)!, $"{Path.GetFileNameWithoutExtension(file)}-{number}{Path.GetExtension(file)}");
            }

            File.Move(file, target);
            _checkpoint.Forget(file);
            _checkpoint.Save();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is remembered as submitted all the same.
            _terminal.Say($"sikap: {file} could not be moved: {exception.Message}");
        }
    }
}
