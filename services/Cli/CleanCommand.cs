using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sikap.Formats;
using Sikap.Formats.Pages;
using Sikap.Nlp.Languages;

namespace Sikap.Cli;

/// <summary><c>sikap clean</c>: reads the articles of HTML pages in this process; needs no service.</summary>
internal static class CleanCommand
{
    private static readonly string[] Extensions = [".html", ".htm", ".xhtml", ".html.gz", ".htm.gz"];

    // A teaser may be a quotation in another language.
    private const int MinLanguageChars = 100;
    private const double ClearLanguage = 0.95;
    private const string UnknownLanguage = "und";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Terminal terminal, CommandTree.Examples examples)
    {
        var files = new Argument<string[]>("file") { Description = "HTML pages, packed with gzip or not, folders of .html files, or - for standard input", Arity = ArgumentArity.OneOrMore };
        var url = new Option<string>("--url") { Description = "Address the page came from, for relative links and the day in it; of one page only", HelpName = "address" };
        var command = new Command("clean", "The article of HTML pages as one JSON object each: text, title, date, authors, publisher, without menus, advertising and links to others. Needs no service.") { files, url };
        url.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && Address(value) is null)
            {
                result.AddError($"--url takes an address such as https://news.example/a.html, not {value}");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var paths = TextFiles.Expand(parsed.GetRequiredValue(files), Extensions);
            var address = parsed.GetValue(url) is { } given ? Address(given) : null;
            if (address is not null && paths.Count > 1)
            {
                throw new CommandFailure(ExitCode.Usage, $"--url is the address of one page; {paths.Count} were named");
            }

            var failed = false;
            foreach (var path in paths)
            {
                var (article, problem) = await ReadAsync(path, address, terminal, cancellation);
                if (article is null)
                {
                    terminal.Say($"sikap: {path}: {problem}");
                    failed = true;
                    continue;
                }

                terminal.Out.WriteLine(Line(path, article));
            }

            return failed ? ExitCode.ItemsFailed : ExitCode.Ok;
        });
        examples.Add(command,
            "sikap clean page.html",
            "sikap clean --url https://news.example/2026/08/16/harbour.html page.html",
            "curl -s https://news.example/harbour.html | sikap clean - | jq -r .text");
        return command;
    }

    private static Uri? Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private static async Task<(PageArticle? Article, string Problem)> ReadAsync(string path, Uri? address, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            await using var stream = path == TextFiles.StandardInput ? terminal.OpenInput() : File.OpenRead(path);
            // One byte more than allowed is enough to be refused.
            var content = new byte[FormatLimits.MaxPageBytes + 1];
            var length = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
            var reading = PageReader.Read(content.AsSpan(0, length), contentType: null, address);
            return (reading.Value, reading.Refusal?.Message ?? "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read: {exception.Message}");
        }
    }

    private static string Line(string path, PageArticle article)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("file", path);
            writer.WriteString("title", article.Title);
            writer.WriteString("text", article.Text);
            writer.WriteString("published", article.Published is { } published ? Written(published) : null);
            writer.WriteString("published_from", article.Published?.From);
            writer.WriteStartArray("authors");
            foreach (var author in article.Authors)
            {
                writer.WriteStringValue(author);
            }

            writer.WriteEndArray();
            writer.WriteString("publisher", article.Publisher);
            writer.WriteString("language", LanguageOf(article));
            writer.WriteString("canonical_url", article.CanonicalUrl?.AbsoluteUri);
            writer.WriteString("kind", article.Kind switch { PageKind.Article => "article", PageKind.Listing => "listing", _ => "other" });
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    // What the text is in: templates declare one language for all their pages, or none. The declared one stands where the text does not tell another, with its region.
    private static string? LanguageOf(PageArticle article)
    {
        if (article.Text.Length < MinLanguageChars)
        {
            return article.Language;
        }

        var reading = LanguageReader.Read(article.Text);
        return reading.Language == UnknownLanguage || article.Language is { } declared && (reading.Confidence < ClearLanguage || declared.Split('-')[0].Equals(reading.Language, StringComparison.OrdinalIgnoreCase)) ? article.Language : reading.Language;
    }

    // As exact as it is known: a day, or a time, with its offset from UTC where the page tells that.
    private static string Written(Stamp stamp) => stamp.Value.ToString(
        stamp.Precision switch { StampPrecision.Day => "yyyy-MM-dd", StampPrecision.Minute => "yyyy-MM-dd'T'HH:mm", _ => "yyyy-MM-dd'T'HH:mm:ss" } + (stamp.Precision == StampPrecision.Day || stamp.IsZoneUnknown ? "" : "zzz"),
        CultureInfo.InvariantCulture);
}
