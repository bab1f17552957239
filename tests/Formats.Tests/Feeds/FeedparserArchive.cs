using System.Formats.Tar;
using System.IO.Compression;
using Sikap.TestKit;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>The public test documents of feedparser, which are not part of this project.</summary>
internal static class FeedparserArchive
{
    /// <summary>Path of the archive; skips the running test, saying so, where it is absent.</summary>
    public static string RequireOrSkip() => SharedFolder.RequireOrSkip("data/feedparser-tests.tar.gz");

    /// <summary>Name and bytes of every document in the archive.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var inflated = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(inflated);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data && entry.Name.EndsWith(".xml", StringComparison.Ordinal) || entry.Name.EndsWith(".json", StringComparison.Ordinal))
            {
                using var content = new MemoryStream();
                entry.DataStream!.CopyTo(content);
                yield return (entry.Name, content.ToArray());
            }
        }
    }

    /// <summary>Documents that are knowingly read otherwise than feedparser reads them, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> ListedDifferences() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Feeds", "feedparser-differences.tsv")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToDictionary(line => line[0], line => line[1]);
}
