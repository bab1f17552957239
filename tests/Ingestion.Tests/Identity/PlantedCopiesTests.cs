using System.IO.Compression;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Ingestion.Tests;

/// <summary>Floors under the figures of <c>tests/Benchmarks/Identity/RESULTS.md</c>, on articles that are not part of the project.</summary>
public sealed class PlantedCopiesTests
{
    [Fact]
    public async Task Group_BenchArticlesWithPlantedCopies_FindsPairs()
    {
        var originals = await ReadAsync(SharedFolder.RequireOrSkip("data/articles/bench.jsonl.gz"));
        var planted = PlantedCopies.Make(originals, 1);

        var score = PlantedCopies.Compare(planted, PlantedCopies.Group(planted), family => family);

        // What the articles hold of copies by nature counts as wrong here; with these as one family F1 is higher.
        score.F1.ShouldBeGreaterThan(0.97);
    }

    private static async Task<List<(string Publisher, string? Title, string Text)>> ReadAsync(string path)
    {
        var articles = new List<(string, string?, string)>();
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (await lines.ReadLineAsync() is { } line)
        {
            using var article = JsonDocument.Parse(line);
            var root = article.RootElement;
            articles.Add((root.GetProperty("publisher").GetString() ?? "", root.TryGetProperty("title", out var title) ? title.GetString() : null, root.GetProperty("text").GetString()!));
        }

        return [.. articles.DistinctBy(article => ArticleIdentity.Of(article.Item3, article.Item1))];
    }
}
