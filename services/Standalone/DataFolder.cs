namespace Sikap.Standalone;

/// <summary>Where the stores lie: a folder that stays, or a temporary one that goes with this object.</summary>
internal sealed class DataFolder : IDisposable
{
    private DataFolder(string path, bool isTemporary)
    {
        Path = path;
        IsTemporary = isTemporary;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>True when it is removed at the end.</summary>
    public bool IsTemporary { get; }

    /// <summary>Opens or creates <paramref name="path"/>, or makes a temporary folder that only this user can read when it is null.</summary>
    public static DataFolder Open(string? path) => path is null
        ? new DataFolder(Directory.CreateTempSubdirectory("sikap-").FullName, isTemporary: true)
        : new DataFolder(Directory.CreateDirectory(path).FullName, isTemporary: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsTemporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
