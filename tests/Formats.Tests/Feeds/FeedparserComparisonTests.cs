using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sikap.Formats.Feeds;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>Reads the public test documents of feedparser with this reader and with Debian's feedparser, side by side.</summary>
public sealed class FeedparserComparisonTests(ITestOutputHelper output)
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Read_FeedparserDocuments_AgreesWithFeedparserButForListedReasons()
    {
        var archive = FeedparserArchive.RequireOrSkip();
        Assert.SkipUnless(await RunAsync(["-c", "import feedparser"]) is not null, $"no foreign peer: '{Python} -c \"import feedparser\"' fails; install python3-feedparser");
        var lines = await RunAsync([Path.Combine(AppContext.BaseDirectory, "python", "feedparser_peer.py"), archive]);
        var theirs = lines.ShouldNotBeNull().Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(line => line.GetProperty("file").GetString()!);

        var (feeds, different) = (0, new Dictionary<string, string>());
        foreach (var (name, content) in FeedparserArchive.Read(archive))
        {
            var their = theirs[name];
            var reading = FeedReader.Read(content);
            // One document that feedparser itself cannot read, and one without any element.
            if (their.TryGetProperty("crash", out _) || their.GetProperty("version").GetString() == "" && their.GetProperty("entries").GetArrayLength() == 0 && reading.Value is null)
            {
                continue;
            }

            feeds++;
            if (Differences(their, reading).ToList() is { Count: > 0 } found)
            {
                different.Add(name, string.Join("; ", found));
            }
        }

        var agreement = 1 - (double)different.Count / feeds;
        output.WriteLine($"{feeds} feeds, {feeds - different.Count} agree: {agreement:P2}");
        agreement.ShouldBeGreaterThanOrEqualTo(0.97);
        var listed = FeedparserArchive.ListedDifferences();
        different.Where(one => !listed.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value}").ShouldBeEmpty("a difference without a reason");
        listed.Keys.Except(different.Keys).ShouldBeEmpty("a reason without a difference");
    }

    private static IEnumerable<string> Differences(JsonElement their, Reading<Feed> reading)
    {
        if (reading.Value is not { } feed)
        {
            yield return $"refused: {reading.Refusal!.Value.Message}";
            yield break;
        }

        if (Text(their, "title") != (feed.Title ?? ""))
        {
            yield return $"title of the feed '{Text(their, "title")}', here '{feed.Title}'";
        }

        if (Text(their, "link") != (feed.Link?.OriginalString ?? ""))
        {
            yield return $"link of the feed '{Text(their, "link")}', here '{feed.Link?.OriginalString}'";
        }

        var entries = their.GetProperty("entries").EnumerateArray().ToList();
        if (entries.Count != feed.Entries.Count)
        {
            yield return $"{entries.Count} entries, here {feed.Entries.Count}";
            yield break;
        }

        foreach (var (one, entry) in entries.Zip(feed.Entries))
        {
            foreach (var (what, own) in new[] { ("id", entry.Id), ("title", entry.Title), ("link", entry.Link?.OriginalString), ("published", Iso(entry.Published ?? entry.Updated)) })
            {
                if (Text(one, what) != (own ?? ""))
                {
                    yield return $"{what} '{Text(one, what)}', here '{own}'";
                }
            }
        }
    }

    // A value that is empty tells as little as one that is missing.
    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string? Iso(Stamp? stamp) => stamp?.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static async Task<string[]?> RunAsync(string[] arguments)
    {
        if (!File.Exists(Python))
        {
            return null;
        }

        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var timeout = new CancellationTokenSource(Patience);
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        var text = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        await error;
        return process.ExitCode == 0 ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
    }
}
