namespace Sikap.Query.Tests;

/// <summary>A folder of its own under the system's temporary one, gone at the end of the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sikap-query-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
