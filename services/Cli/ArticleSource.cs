using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf.WellKnownTypes;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>An article to submit, or why it cannot be.</summary>
/// <param name="Ref">File, or file and line or id.</param>
/// <param name="Request">What to send; null when the item is unusable.</param>
/// <param name="Problem">Why it is unusable, or what had to be left out of the request; empty when all is well.</param>
internal sealed record SubmitItem(string Ref, SubmitArticleRequest? Request, string Problem);

/// <summary>
/// Reads articles: a <c>.txt</c> file is one article, a <c>.jsonl</c> file has one JSON object a line with id, publisher, url, published, title and text.
/// Standard input is JSON lines when it begins with a brace, else one article. Reads as it is asked, so that a file of any length passes.
/// </summary>
internal static class ArticleSource
{
    private const int MaxClientRefChars = 256;

    /// <summary>What a folder is searched for.</summary>
    public static readonly string[] Extensions = [".txt", ".jsonl"];

    /// <summary>The articles of <paramref name="files"/> in order; unusable ones are returned with their problem.</summary>
    public static async IAsyncEnumerable<SubmitItem> ReadAsync(
        IReadOnlyList<string> files, string? publisher, Terminal terminal, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            var name = file == TextFiles.StandardInput ? "stdin" : file;
            StreamReader? reader = null;
            var problem = "";
            try
            {
                reader = TextFiles.Open(file, terminal);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problem = $"cannot be read: {exception.Message}";
            }

            if (reader is null)
            {
                yield return new SubmitItem(name, null, problem);
                continue;
            }

            using (reader)
            {
                var lines = Path.GetExtension(file).Equals(".jsonl", StringComparison.OrdinalIgnoreCase) || (file == TextFiles.StandardInput && BeginsWithBrace(reader));
                await foreach (var item in lines ? LinesAsync(name, reader, publisher, cancellation) : TextAsync(name, reader, publisher, cancellation))
                {
                    yield return item;
                }
            }
        }
    }

    private static bool BeginsWithBrace(StreamReader reader)
    {
        try
        {
            return reader.Peek() == '{';
        }
        catch (DecoderFallbackException)
        {
            // Reported when the text is read.
            return false;
        }
    }

    private static async IAsyncEnumerable<SubmitItem> TextAsync(string name, StreamReader reader, string? publisher, [EnumeratorCancellation] CancellationToken cancellation)
    {
        SubmitItem item;
        try
        {
            item = new SubmitItem(name, new SubmitArticleRequest { Text = await reader.ReadToEndAsync(cancellation), Publisher = publisher ?? "", ClientRef = Shorten(name) }, "");
        }
        catch (DecoderFallbackException)
        {
            item = new SubmitItem(name, null, "is not UTF-8 text");
        }
        catch (IOException exception)
        {
            item = new SubmitItem(name, null, $"cannot be read: {exception.Message}");
        }

        yield return item;
    }

    private static async IAsyncEnumerable<SubmitItem> LinesAsync(string name, StreamReader reader, string? publisher, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 1; ; number++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}:{number}");
            string? line;
            var broken = "";
            try
            {
                line = await reader.ReadLineAsync(cancellation);
            }
            catch (DecoderFallbackException)
            {
                // The reader has lost its place: what follows cannot be cut into lines any more.
                (line, broken) = (null, "is not UTF-8 text; the rest of the file was not read");
            }
            catch (IOException exception)
            {
                (line, broken) = (null, $"cannot be read: {exception.Message}");
            }

            if (broken.Length > 0)
            {
                yield return new SubmitItem(place, null, broken);
                yield break;
            }

            if (line is null)
            {
                yield break;
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(place, line, publisher);
            }
        }
    }

    private static SubmitItem Parse(string place, string line, string? publisher)
    {
        ArticleLine? article;
        try
        {
            article = JsonSerializer.Deserialize(line.TrimStart('\uFEFF'), ArticleLineContext.Default.ArticleLine);
        }
        catch (JsonException exception)
        {
            return new SubmitItem(place, null, $"is no JSON object with a text: {exception.Message}");
        }

        if (article?.Text is null)
        {
            return new SubmitItem(place, null, "has no text");
        }

        var request = new SubmitArticleRequest
        {
            Text = article.Text,
            Title = article.Title ?? "",
            Publisher = article.Publisher ?? publisher ?? "",
            Url = article.Url ?? "",
            ClientRef = Shorten(article.Id ?? place),
        };
        var problem = "";
        if (!string.IsNullOrWhiteSpace(article.Published))
        {
            if (DateTimeOffset.TryParseExact(article.Published, IsoFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published))
            {
                request.PublishedAt = published.ToTimestamp();
            }
            else
            {
                // 10/11/2025 is October for some and November for others; the text usually says it itself.
                problem = $"published '{article.Published}' is not ISO 8601 and was left out";
            }
        }

        return new SubmitItem(article.Id is null ? place : $"{place} {article.Id}", request, problem);
    }

    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    // The end of a path tells more than its beginning.
    private static string Shorten(string reference) => reference.Length <= MaxClientRefChars ? reference : reference[^MaxClientRefChars..];
}

/// <summary>One line of a <c>.jsonl</c> file; other members are ignored.</summary>
internal sealed record ArticleLine(string? Id, string? Publisher, string? Url, string? Published, string? Title, string? Text);

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(ArticleLine))]
internal sealed partial class ArticleLineContext : JsonSerializerContext;
