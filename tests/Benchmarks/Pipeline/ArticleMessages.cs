using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sikap.Contracts.Messages;
using Sikap.Nlp;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>The messages an article makes, computed beforehand.</summary>
internal sealed record ArticleMessages(ArticleIngested Ingested, StatementsExtracted Extracted, StancesClassified Classified, ArticleIndexed Indexed)
{
    public string Id => Ingested.Article.Id;

    /// <summary>What the services would send for these texts; the same in every process.</summary>
    public static FrozenDictionary<string, ArticleMessages> Of(IReadOnlyList<string> texts)
    {
        var (engine, codebook) = (Engine.Create(), new Codebook(1, Samples.Issues()));
        var now = TimeProvider.System.GetUtcNow();
        return texts.Select((text, number) =>
        {
            var article = new Article { Id = number.ToString(CultureInfo.InvariantCulture), Text = text, Publisher = "Nusakabar" };
            var extracted = engine.Extract(article);
            var reading = engine.ReadIssues(extracted, codebook);
            return new ArticleMessages(
                new ArticleIngested { Article = article, AcceptedAt = now },
                new StatementsExtracted { Article = extracted, AcceptedAt = now },
                new StancesClassified
                {
                    Article = extracted, AcceptedAt = now, CodebookVersion = 1, IssueIds = [.. codebook.Issues.Select(issue => issue.Id)],
                    Stances = reading.Stances, States = reading.States, Relations = reading.Relations,
                },
                new ArticleIndexed { ArticleId = article.Id, Language = extracted.Language, IndexedAt = now });
        }).ToFrozenDictionary(article => article.Id);
    }

    /// <summary>Different texts that the system accepts, from a file of JSON Lines with a <c>text</c> each, compressed with gzip.</summary>
    public static List<string> Read(string file, int count)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var texts = new HashSet<string>(StringComparer.Ordinal);
        while (texts.Count < count && reader.ReadLine() is { } line)
        {
            using var article = JsonDocument.Parse(line);
            var text = article.RootElement.GetProperty("text").GetString()!;
            // Copies differ in blanks alone, which the identity of an article leaves aside.
            if (!text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')))
                texts.Add(string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        }

        return [.. texts];
    }
}
