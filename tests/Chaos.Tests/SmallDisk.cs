using System.Diagnostics;

namespace Sikap.Chaos.Tests;

/// <summary>A file system of limited size in memory, to be filled. Needs the right to mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int SizeMb = 512;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static SmallDisk? TryMount()
    {
        var path = Directory.CreateTempSubdirectory("sikap-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={SizeMb}m", "tmpfs", path))
            return new SmallDisk(path);
        Directory.Delete(path);
        return null;
    }

    /// <summary>Leaves no byte free, waits, and makes room again.</summary>
    public async Task FillForAWhileAsync()
    {
        var ballast = System.IO.Path.Combine(Path, "ballast");
        try
        {
            await using var file = File.Create(ballast);
            var block = new byte[64 * 1024];
            while (true)
                await file.WriteAsync(block);
        }
        catch (IOException)
        {
            // That was the aim.
        }

        await Task.Delay(Duration);
        File.Delete(ballast);
    }

    public ValueTask DisposeAsync()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
        return ValueTask.CompletedTask;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
