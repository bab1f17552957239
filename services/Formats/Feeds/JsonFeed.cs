using System.Text.Json;

namespace Sikap.Formats.Feeds;

/// <summary>Reads JSON Feed, versions 1 and 1.1. Items that were read before the document breaks are kept.</summary>
internal static class JsonFeed
{
    // Items are objects of objects at most; extensions add a little.
    private const int MaxDepth = 32;

    public static Reading<Feed> Read(ReadOnlySpan<byte> json, Uri? url)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth });
        var @base = url is null ? null : FeedUrls.ToWeb(url.OriginalString)?.OriginalString;
        var entries = new List<FeedEntry>();
        var problems = new List<ReadingProblem>();
        string? title = null, language = null, version = null;
        Uri? link = null;
        List<string> authors = [];
        var hasItems = false;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new ReadingProblem(0, "is no feed: JSON without an object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "version" or "title" or "language" or "home_page_url" when reader.TokenType == JsonTokenType.String:
                        var value = reader.GetString()!.Trim();
                        _ = name switch
                        {
                            "version" => version = value,
                            "title" => title = value,
                            "language" => language = value,
                            _ => (link = FeedUrls.ToWeb(FeedUrls.Join(@base, value)))?.OriginalString,
                        };
                        break;
                    case "author" or "authors":
                        using (var document = JsonDocument.ParseValue(ref reader))
                        {
                            AddAuthors(document.RootElement, authors);
                        }

                        break;
                    case "items" when reader.TokenType == JsonTokenType.StartArray:
                        hasItems = true;
                        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                        {
                            if (entries.Count == FormatLimits.MaxFeedEntries)
                            {
                                return new ReadingProblem(reader.BytesConsumed, $"has more than {FormatLimits.MaxFeedEntries} entries");
                            }

                            var at = reader.TokenStartIndex;
                            using var item = JsonDocument.ParseValue(ref reader);
                            if (item.RootElement.ValueKind == JsonValueKind.Object)
                            {
                                entries.Add(ReadItem(item.RootElement, @base));
                            }
                            else if (problems.Count < FormatLimits.MaxProblems)
                            {
                                problems.Add(new(at, "has an item that is no object"));
                            }
                        }

                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader has no other way to say that the document is broken, or that a string is no valid UTF-8.
            var problem = new ReadingProblem(reader.BytesConsumed, $"is no valid JSON from here on: {exception.Message}");
            if (!hasItems)
            {
                return problem;
            }

            problems.Add(problem);
        }

        if (!hasItems || version is null && title is null)
        {
            return new ReadingProblem(0, "is no feed: JSON without version or title and items");
        }

        return new Feed
        {
            Kind = FeedKind.Json,
            Title = title,
            Link = link,
            Language = language,
            Entries = [.. entries.Select(entry => entry with { Authors = entry.Authors.Count > 0 ? entry.Authors : authors })],
            Problems = problems,
        };
    }

    private static FeedEntry ReadItem(JsonElement item, string? @base)
    {
        List<string> authors = [];
        foreach (var name in (ReadOnlySpan<string>)["author", "authors"])
        {
            if (item.TryGetProperty(name, out var value))
            {
                AddAuthors(value, authors);
            }
        }

        var id = item.TryGetProperty("id", out var given) && given.ValueKind is JsonValueKind.String or JsonValueKind.Number ? given.ToString().Trim() : null;
        var link = (Text(item, "url") ?? Text(item, "external_url")) is { } address ? FeedUrls.ToWeb(FeedUrls.Join(@base, address)) : null;
        var title = Text(item, "title");
        var plain = Text(item, "content_text");
        return new FeedEntry
        {
            Id = id is { Length: > 0 } ? id : null,
            Title = title,
            Headline = title is null ? null : FeedMarkup.SingleSpaces(title),
            // The identifier is the address by recommendation.
            Link = link ?? FeedUrls.ToWeb(id),
            Published = Date(item, "date_published"),
            Updated = Date(item, "date_modified"),
            Summary = Text(item, "summary"),
            Content = Text(item, "content_html") ?? (plain is null ? null : System.Net.WebUtility.HtmlEncode(plain)),
            Authors = authors,
            Language = Text(item, "language"),
        };
    }

    private static Stamp? Date(JsonElement item, string name) => Text(item, name) is { } value && FeedDates.TryParse(value, $"json.{name}", out var stamp) ? stamp : null;

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;

    private static void AddAuthors(JsonElement value, List<string> authors)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in value.EnumerateArray())
            {
                AddAuthors(one, authors);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object && Text(value, "name") is { } name && !authors.Contains(name))
        {
            authors.Add(name);
        }
    }
}
