using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Sikap.TestKit;

/// <summary>A page with the article that people or hand-written parsers took out of it.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Url">Where it came from.</param>
/// <param name="Text">The article: summary, headings and paragraphs.</param>
/// <param name="Published">Day of publication as the set gives it (<c>yyyy-MM-dd</c>); null where it does not.</param>
public sealed record ExpectedPage(string Name, byte[] Content, Uri Url, string Text, string? Published);

/// <summary>Reads the sets of pages that lie outside the project.</summary>
public static class PageSet
{
    /// <summary>The pages of fundus' parser tests (<c>fundus-test-data.tar.gz</c>): the versions of a publisher's expectations and its pages follow each other in the same order.</summary>
    public static IReadOnlyList<ExpectedPage> Fundus(string folder)
    {
        var files = Unpack(Path.Combine(folder, "fundus-test-data.tar.gz"));
        var pages = new List<ExpectedPage>();
        foreach (var (name, content) in files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var prefix = name[..^".json".Length];
            var of = files.Keys.Where(file => file.StartsWith(prefix + "_", StringComparison.Ordinal) && file.EndsWith(".html.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
            using var info = JsonDocument.Parse(files[$"{Path.GetDirectoryName(name)}/meta.info"]);
            using var versions = JsonDocument.Parse(content);
            foreach (var (file, version) in of.Zip(versions.RootElement.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal)))
            {
                pages.Add(new ExpectedPage(
                    file,
                    Inflate(files[file]),
                    new Uri(info.RootElement.GetProperty(Path.GetFileName(file)).GetProperty("url").GetString()!),
                    Body(version.Value.GetProperty("body")),
                    version.Value.GetProperty("publishing_date").GetString() is { } date ? date[..10] : null));
            }
        }

        return pages;
    }

    /// <summary>The Indonesian pages (<c>id-fixtures.tar.gz</c>, <c>id-expected.json</c>) that are articles.</summary>
    public static IReadOnlyList<ExpectedPage> Indonesian(string folder)
    {
        var files = Unpack(Path.Combine(folder, "id-fixtures.tar.gz"));
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "id-expected.json")));
        var pages = new List<ExpectedPage>();
        foreach (var entry in expected.RootElement.EnumerateObject())
        {
            var fields = entry.Value.GetProperty("expected");
            if (fields.TryGetProperty("content", out var text))
            {
                var day = DateTimeOffset.FromUnixTimeMilliseconds(fields.GetProperty("date").GetInt64()).ToOffset(TimeSpan.FromHours(7));
                pages.Add(new ExpectedPage(
                    entry.Name, files[entry.Name], new Uri(fields.GetProperty("url").GetString()!), text.GetString()!, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            }
        }

        return pages;
    }

    /// <summary>A checkout of scrapinghub's article-extraction-benchmark (<c>ground-truth.json</c>, <c>html/</c>).</summary>
    public static IReadOnlyList<ExpectedPage> Scrapinghub(string folder)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "ground-truth.json")));
        return [.. truth.RootElement.EnumerateObject().Select(entry => new ExpectedPage(
            entry.Name,
            Inflate(File.ReadAllBytes(Path.Combine(folder, "html", entry.Name + ".html.gz"))),
            new Uri(entry.Value.GetProperty("url").GetString()!),
            entry.Value.GetProperty("articleBody").GetString()!,
            null))];
    }

    private static string Body(JsonElement body)
    {
        var lines = Strings(body, "summary").ToList();
        foreach (var section in body.GetProperty("sections").EnumerateArray())
        {
            lines.AddRange(Strings(section, "headline").Concat(Strings(section, "paragraphs")));
        }

        return string.Join('\n', lines);

        static IEnumerable<string> Strings(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
    }

    private static Dictionary<string, byte[]> Unpack(string path)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var content = new MemoryStream();
                data.CopyTo(content);
                files[entry.Name] = content.ToArray();
            }
        }

        return files;
    }

    private static byte[] Inflate(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
