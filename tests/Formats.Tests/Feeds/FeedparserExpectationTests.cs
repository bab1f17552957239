using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sikap.Formats.Feeds;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>What the comment in each of feedparser's test documents expects of titles, links, identifiers and dates; needs no other program.</summary>
public sealed partial class FeedparserExpectationTests(ITestOutputHelper output)
{
    // Where the tests of feedparser serve their documents.
    private const string Server = "http://127.0.0.1:8097/tests/";

    [Fact]
    public void Read_FeedparserDocuments_GivesWhatTheirCommentsExpect()
    {
        // Of a title that is nothing but a declaration without an end nothing is shown.
        var listed = FeedparserArchive.ListedDifferences().Keys.Append("wellformed/sanitize/xml_declaration_unexpected_character.xml").ToHashSet();

        var (checks, wrong) = (0, new List<string>());
        foreach (var (name, content) in FeedparserArchive.Read(FeedparserArchive.RequireOrSkip()))
        {
            var comment = Encoding.Latin1.GetString(content);
            var reading = FeedReader.Read(content, Header(comment, "Content-type"), new Uri(new Uri(Server + name), Header(comment, "Content-Location") ?? ""));
            foreach (Match match in Expectation().Matches(comment.Split("-->")[0]))
            {
                // One of two, either of which will do.
                if (comment.Contains(" or feed[", StringComparison.Ordinal))
                {
                    continue;
                }

                checks++;
                var expected = match.Groups["tuple"].Success ? Date(match.Groups["tuple"].Value) : Literal(match.Groups["text"].Value);
                var found = Found(reading.Value, match.Groups["entry"].Success, match.Groups["field"].Value);
                if (found != expected && !listed.Contains(name))
                {
                    wrong.Add($"{name}: {match.Groups["field"].Value} is '{found}', expected '{expected}' {reading.Refusal?.Message}");
                }
            }
        }

        output.WriteLine($"{checks} expectations");
        checks.ShouldBeGreaterThan(350);
        wrong.ShouldBeEmpty();
    }

    private static string? Found(Feed? feed, bool ofEntry, string field)
    {
        var entry = feed?.Entries is { Count: > 0 } entries ? entries[0] : null;
        return field switch
        {
            "title" or "title_detail" => ofEntry ? entry?.Title : feed?.Title,
            "link" => (ofEntry ? entry?.Link : feed?.Link)?.OriginalString,
            "id" or "guid" => ofEntry ? entry?.Id : throw new NotSupportedException("feeds have no identifier here"),
            "published_parsed" => Iso(entry?.Published),
            "updated_parsed" => Iso(entry?.Updated ?? entry?.Published),
            _ => throw new NotSupportedException(field),
        };
    }

    private static string? Iso(Stamp? stamp) => stamp?.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Date(string tuple)
    {
        var numbers = tuple.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new DateTime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string? Header(string comment, string name) =>
        Regex.Match(comment, $@"^Header:\s+{name}:\s*(.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase) is { Success: true } match && !match.Groups[1].Value.StartsWith("javascript:", StringComparison.Ordinal)
            ? match.Groups[1].Value.Trim()
            : null;

    // A Python literal, or several joined by +.
    private static string Literal(string text)
    {
        var value = new StringBuilder();
        foreach (Match piece in Piece().Matches(text))
        {
            var inner = piece.Value.TrimStart('u')[1..^1];
            value.Append(Escape().Replace(inner, match => match.Groups[1].Value[0] switch
            {
                'n' => "\n",
                't' => "\t",
                'x' or 'u' or 'U' => char.ConvertFromUtf32(int.Parse(match.Groups[1].ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
                var character => character.ToString(),
            }));
        }

        return value.ToString();
    }

    [GeneratedRegex("""
        (?:(?<entry>entries\[0\])|feed)(?:\[u?'(?<field>title|link|id|guid|published_parsed|updated_parsed)'\]|\.(?<field>title|link)|\[u?'(?<field>title_detail)'\]\[u?'value'\])(?<!feed\[u?'(?:id|guid|published_parsed|updated_parsed)'\])[ ]==[ ](?:\((?<tuple>[0-9, ]+)\)|(?<text>u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s\+\su?'(?:[^'\\]|\\.)*')*))
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Expectation();

    [GeneratedRegex(@"u?'(?:[^'\\]|\\.)*'|u?""(?:[^""\\]|\\.)*""")]
    private static partial Regex Piece();

    [GeneratedRegex(@"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")]
    private static partial Regex Escape();
}
