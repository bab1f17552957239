using System.Runtime.CompilerServices;

namespace Sikap.TestKit;

/// <summary>Finds the repository and the folder of test material beside it, which is not part of the project.</summary>
public static class SharedFolder
{
    /// <summary>Root of the repository, found from this source file's own place.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>The folder <c>../shared</c> from the repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Repository, "..", "shared"));

    /// <summary>True where the folder is there.</summary>
    public static bool IsPresent => Directory.Exists(Root);

    /// <summary>Skips the running test, saying why, where <paramref name="path"/> under the folder is absent; else its full path.</summary>
    public static string RequireOrSkip(string path)
    {
        var full = Path.Combine(Root, path);
        Xunit.Assert.SkipUnless(File.Exists(full) || Directory.Exists(full), $"../shared/{path} is not here");
        return full;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
