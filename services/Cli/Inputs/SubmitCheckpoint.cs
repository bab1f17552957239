using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sikap.Cli;

/// <summary>
/// How far files were submitted, kept in a file: what the server has answered for is not sent again. A file is known by its path, its length and a digest of 64 pieces spread over it; one that has grown goes on, any other change is refused.
/// </summary>
internal sealed class SubmitCheckpoint
{
    private const int Pieces = 64;
    private const int PieceBytes = 64 * 1024;
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, CheckpointFile> _files;
    private long _saved;
    private bool _changed;

    private SubmitCheckpoint(string path, TimeProvider time, Dictionary<string, CheckpointFile> files)
    {
        _path = path;
        _time = time;
        _files = files;
        _saved = time.GetTimestamp();
    }

    /// <summary>Reads a checkpoint; an empty one when there is no such file.</summary>
    /// <exception cref="CommandFailure">It is no checkpoint or cannot be read.</exception>
    public static SubmitCheckpoint Open(string path, TimeProvider time)
    {
        try
        {
            var files = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointContext.Default.CheckpointState)?.Files ?? [] : [];
            return new SubmitCheckpoint(path, time, files.ToDictionary(file => file.Path, StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{path} is no checkpoint of sikap submit: {exception.Message}");
        }
    }

    /// <summary>How much of a file is done, units and whether it was read to its end.</summary>
    /// <exception cref="CommandFailure">The file is another one than the checkpoint was made for.</exception>
    public (long Units, bool Ended) Begin(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            var length = new FileInfo(full).Length;
            if (!_files.TryGetValue(full, out var known))
            {
                _files[full] = new CheckpointFile(full, length, Fingerprint(full, length), 0, false);
                _changed = true;
                return default;
            }

            if (length < known.Length || Fingerprint(full, known.Length) != known.Fingerprint)
            {
                throw new CommandFailure(ExitCode.Usage, $"{path} is not the file that {_path} was made for: it was changed since. Name another checkpoint, or remove this one to begin anew.");
            }

            if (length > known.Length)
            {
                _files[full] = known = known with { Length = length, Fingerprint = Fingerprint(full, length), Ended = false };
                _changed = true;
            }

            return (known.Units, known.Ended);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Reported when the articles are read.
            return default;
        }
    }

    /// <summary>True when a file of that length and content was submitted to its end.</summary>
    public bool IsDone(string path) => _files.TryGetValue(Path.GetFullPath(path), out var known) && known.Ended && new FileInfo(path).Length == known.Length && Fingerprint(path, known.Length) == known.Fingerprint;

    /// <summary>Notes that so much of a file is done; written within a second.</summary>
    public void Note(string path, InputMark mark)
    {
        var full = Path.GetFullPath(path);
        if (_files.TryGetValue(full, out var file))
        {
            _files[full] = file with { Units = mark.Units, Ended = mark.Ended };
            _changed = true;
            if (_time.GetElapsedTime(_saved) >= SavePause)
            {
                Save();
            }
        }
    }

    /// <summary>Forgets a file whose place another one has taken.</summary>
    public void ForgetChanged(string path)
    {
        if (_files.TryGetValue(Path.GetFullPath(path), out var known) && (new FileInfo(path).Length < known.Length || Fingerprint(path, known.Length) != known.Fingerprint))
        {
            Forget(path);
        }
    }

    /// <summary>Forgets a file that was moved away.</summary>
    public void Forget(string path) => _changed |= _files.Remove(Path.GetFullPath(path));

    /// <summary>Writes what was noted, whole or not at all.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public void Save()
    {
        if (!_changed)
        {
            return;
        }

        try
        {
            var next = $"{_path}.new";
            using (var stream = File.Create(next))
            {
                JsonSerializer.Serialize(stream, new CheckpointState([.. _files.Values]), CheckpointContext.Default.CheckpointState);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"the checkpoint cannot be written: {exception.Message}");
        }

        _saved = _time.GetTimestamp();
        _changed = false;
    }

    // Reading a large file twice would double the time of a short rest of it.
    private static string Fingerprint(string path, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = File.OpenRead(path);
        var piece = new byte[PieceBytes];
        for (var i = 0; i < Pieces; i++)
        {
            // The last piece ends with the file.
            var at = (long)((decimal)Math.Max(0, length - PieceBytes) * i / (Pieces - 1));
            stream.Position = at;
            hash.AppendData(piece, 0, stream.ReadAtLeast(piece.AsSpan(0, (int)Math.Min(PieceBytes, length - at)), (int)Math.Min(PieceBytes, length - at), throwOnEndOfStream: false));
            if (length <= PieceBytes)
            {
                break;
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>The content of a checkpoint file.</summary>
internal sealed record CheckpointState(IReadOnlyList<CheckpointFile> Files);

/// <summary>How far one file is.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Fingerprint">SHA-256 of pieces of it.</param>
/// <param name="Units">Lines, rows, records or documents that are done.</param>
/// <param name="Ended">True when that is all.</param>
internal sealed record CheckpointFile(string Path, long Length, string Fingerprint, long Units, bool Ended);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckpointState))]
internal sealed partial class CheckpointContext : JsonSerializerContext;
