using System.Text;

namespace Sikap.Formats.Feeds;

/// <summary>
/// Reads feeds of every family: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed, sitemaps with and without news, and their indexes. Broken documents are read as far as their meaning is plain, with a note of what was wrong;
/// documents that are no feeds or cost more than <see cref="FormatLimits"/> allow are refused. Thread-safe.
/// </summary>
public static class FeedReader
{
    /// <summary>Reads a feed.</summary>
    /// <param name="content">The bytes as they came, after any inflating that the transport asks for; sitemaps that are gzip files themselves are inflated here.</param>
    /// <param name="contentType">The transport's media type with its parameters; null when there is none. Only its charset counts: what a feed is its content tells.</param>
    /// <param name="url">Where the feed was found, which relative addresses are seen from; null when that is not known, and then they are left out.</param>
    /// <returns>The feed, or why it was refused.</returns>
    public static Reading<Feed> Read(ReadOnlySpan<byte> content, string? contentType = null, Uri? url = null)
    {
        if (content.Length > FormatLimits.MaxFeedBytes)
        {
            return new ReadingProblem(FormatLimits.MaxFeedBytes, $"is longer than {FormatLimits.MaxFeedBytes} bytes");
        }

        if (GzipFile.Begins(content))
        {
            return GzipFile.Inflate(content, FormatLimits.MaxFeedBytes) is { } inflated
                ? ReadPlain(inflated, contentType, url)
                : new ReadingProblem(0, $"is a gzip file that is damaged or holds more than {FormatLimits.MaxFeedBytes} bytes");
        }

        return ReadPlain(content, contentType, url);
    }

    private static Reading<Feed> ReadPlain(ReadOnlySpan<byte> content, string? contentType, Uri? url)
    {
        var document = XmlText.Decode(content, contentType);
        var text = document.Text.AsSpan().TrimStart();
        if (text.IsEmpty)
        {
            return new ReadingProblem(0, "is empty");
        }

        if (text[0] == '{')
        {
            return JsonFeed.Read(document is { Charset: "utf-8", From: not "bom" } ? content : Encoding.UTF8.GetBytes(document.Text), url);
        }

        return text.Contains('<') ? XmlFeed.Read(document, url) : ReadList(text);
    }

    // A sitemap may be a list of addresses, one a line.
    private static Reading<Feed> ReadList(ReadOnlySpan<char> text)
    {
        var entries = new List<FeedEntry>();
        foreach (var line in text.EnumerateLines())
        {
            var address = line.Trim();
            if (address.IsEmpty)
            {
                continue;
            }

            if (address.Length > 2048 || FeedUrls.ToWeb(address.ToString()) is not { } link)
            {
                return new ReadingProblem(0, "is no feed: neither XML nor JSON nor a list of addresses");
            }

            if (entries.Count == FormatLimits.MaxFeedEntries)
            {
                return new ReadingProblem(0, $"has more than {FormatLimits.MaxFeedEntries} entries");
            }

            entries.Add(new FeedEntry { Link = link });
        }

        return new Feed { Kind = FeedKind.Sitemap, Entries = entries };
    }
}
