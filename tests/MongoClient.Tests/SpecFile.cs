using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests;

/// <summary>The public specification tests beside the repository. They are read where they lie and never copied.</summary>
internal static class SpecFile
{
    private const string Root = "conformance/mongodb";

    internal static bool Present => Directory.Exists(Folder);

    private static string Folder => Path.Combine(SharedFolder.Root, Root);

    /// <summary>Files under a folder of the specification tests, as paths from its root; the folder itself where it is absent, whose <see cref="Text"/> skips the test.</summary>
    internal static IReadOnlyList<string> Under(string folder)
    {
        var full = Path.Combine(Folder, folder);
        return Directory.Exists(full)
            ? [.. Directory.EnumerateFiles(full, "*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
            : [folder];
    }

    internal static string Text(string path) => File.ReadAllText(SharedFolder.RequireOrSkip($"{Root}/{path}"));

    internal static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(Text(path));
        return document.RootElement.Clone();
    }

    /// <summary>Rows for a theory: one per file.</summary>
    internal static TheoryData<string> Rows(string folder) => [.. Under(folder)];

    internal static string? String(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
