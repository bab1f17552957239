using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sikap.Formats;
using Sikap.Formats.Feeds;
using Sikap.Ingestion;

namespace Sikap.Cli.Feeds;

/// <summary><c>sikap feed read</c>: shows what a feed holds; needs no service.</summary>
internal static class FeedReadCommand
{
    private const string Accept = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Terminal terminal, CommandTree.Examples examples, TimeProvider time)
    {
        var source = new Argument<string>("source") { Description = "A file with a feed, its http or https address, or - for standard input", HelpName = "file|url" };
        var url = new Option<string?>("--url") { Description = "Where a file comes from; relative addresses in it are seen from there", HelpName = "url" };
        var command = new Command("read", "Prints a feed as one JSON object: title, link, and of each entry id, title, link, published (UTC) and summary. What is broken in it is said on standard error. Needs no service.") { source, url };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(source);
            var content = path.Contains("://", StringComparison.Ordinal)
                ? await FetchAsync(Address(path, path), time, cancellation)
                : new FetchedFile(await ReadAsync(path, terminal, cancellation), null, parsed.GetValue(url) is { } given ? Address(given, $"--url {given}") : null);
            var reading = FeedReader.Read(content.Content.Span, content.ContentType, content.Url);
            if (reading.Value is not { } feed)
            {
                terminal.Say($"sikap: {path} {reading.Refusal!.Value.Message}{At(reading.Refusal.Value)}");
                return ExitCode.ItemsFailed;
            }

            foreach (var problem in feed.Problems)
            {
                terminal.Say($"sikap: {path} {problem.Message}{At(problem)}");
            }

            terminal.Out.WriteLine(ToJson(feed));
            return ExitCode.Ok;
        });
        examples.Add(command,
            "sikap feed read https://news.example/rss",
            "sikap feed read news.xml --url https://news.example/rss | jq -r '.entries[].link'");
        return command;
    }

    private static Uri Address(string text, string said) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new CommandFailure(ExitCode.Usage, $"{said} is no http or https address");

    // Who types an address may read from the own machine and network; where that address leads to may not.
    private static async Task<FetchedFile> FetchAsync(Uri address, TimeProvider time, CancellationToken cancellation)
    {
        using var fetcher = new WebFetcher(
            new FetchOptions { AllowedPorts = [80, 443, address.Port], AllowedPrivateHosts = [address.IdnHost], MaxBodyBytes = FormatLimits.MaxFeedBytes, HostDelay = TimeSpan.Zero }, time);
        var result = await fetcher.FetchAsync(new FetchRequest(address) { Accept = Accept, ObeysRobots = false }, cancellation);
        return result.Document is { } document
            ? new FetchedFile(document.Content, document.ContentType, result.Url)
            : throw new CommandFailure(ExitCode.ItemsFailed, $"{address} cannot be fetched: {result.Failure?.Message}");
    }

    private static string At(ReadingProblem problem) => problem.Offset > 0 ? $" (byte {problem.Offset.ToString(CultureInfo.InvariantCulture)})" : "";

    private static async Task<byte[]> ReadAsync(string path, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            await using var stream = path == TextFiles.StandardInput ? terminal.OpenInput() : File.OpenRead(path);
            using var content = new MemoryStream();
            var buffer = new byte[81920];
            int read;
            // One byte more than is allowed tells the reader that it is too long; a stream without end stops there.
            while (content.Length <= FormatLimits.MaxFeedBytes && (read = await stream.ReadAsync(buffer, cancellation)) > 0)
            {
                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{path} cannot be read: {exception.Message}");
        }
    }

    private static string ToJson(Feed feed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("title", feed.Title);
            // As the feed writes it: a normalised address is another identity.
            json.WriteString("link", feed.Link?.OriginalString);
            json.WriteStartArray("entries");
            foreach (var entry in feed.Entries)
            {
                json.WriteStartObject();
                json.WriteString("id", entry.Id);
                json.WriteString("title", entry.Title);
                json.WriteString("link", entry.Link?.OriginalString);
                json.WriteString("published", (entry.Published ?? entry.Updated)?.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                json.WriteString("summary", entry.Summary);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Bytes of a feed with what is known of them.</summary>
    private sealed record FetchedFile(ReadOnlyMemory<byte> Content, string? ContentType, Uri? Url);
}
