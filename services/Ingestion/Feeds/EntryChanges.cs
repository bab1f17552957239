using System.Security.Cryptography;
using System.Text;

namespace Sikap.Ingestion;

/// <summary>
/// Finds out which entries a feed shows again with news of their article: a newer date, other words. A page is fetched again then, later and later after each time and not for ever, and not where the feed
/// dates most of its entries anew at once: that is the date of the feed, not of an edit.
/// </summary>
internal static class EntryChanges
{
    // The longest kept ones stay; the same page stands in a handful of feeds of its outlet.
    private const int MaxMarks = 8;

    // So many entries under one date, and more than half of those that were known.
    private const int MinTouched = 5;

    /// <summary>What a feed tells of an entry, in short.</summary>
    /// <param name="feedId">The feed.</param>
    /// <param name="dated">The newest date it gives; null = none.</param>
    /// <param name="words">Headline, summary and content; white space does not count.</param>
    public static EntryMark Mark(string feedId, DateTimeOffset? dated, params ReadOnlySpan<string?> words)
    {
        var text = string.Join('\n', words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new EntryMark(feedId, dated, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', text))).AsSpan(0, 8)));
    }

    /// <summary>Known entries that a feed shows, as they were and as they are to be kept from now on; those that stay as they are left out.</summary>
    /// <param name="feedId">The feed that shows them.</param>
    /// <param name="shown">Entries with one mark each; two of one key are one page.</param>
    /// <param name="known">Entries by their keys as they are kept.</param>
    /// <param name="options">Pause between two requests for a page, and how many there are at most.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<(EntryRecord Before, EntryRecord After)> Find(
        string feedId, IEnumerable<EntryRecord> shown, IReadOnlyDictionary<string, EntryRecord> known, FeedOptions options, DateTimeOffset now)
    {
        var seen = shown.Where(entry => known.ContainsKey(entry.Key)).GroupBy(entry => entry.Key).Select(same => Compare(known[same.Key], [.. same], feedId)).ToList();
        var touched = seen.Where(one => one.IsNewer).GroupBy(one => one.Mark.Dated).Where(same => same.Count() >= MinTouched && same.Count() * 2 > seen.Count).Select(same => same.Key).ToHashSet();
        foreach (var (before, draft, mark, isNewer, hasOtherWords) in seen)
        {
            if (before.Marks?.FirstOrDefault(one => one.FeedId == feedId) == mark)
                continue;
            var after = before with { Marks = [.. (before.Marks ?? []).Where(one => one.FeedId != feedId).TakeLast(MaxMarks - 1), mark] };
            if (before.Fate is EntryFate.Stored or EntryFate.GivenUp && before.Revisits < options.MaxRevisits && (hasOtherWords || (isNewer && !touched.Contains(mark.Dated))))
            {
                after = after with
                {
                    Fate = before.ArticleId is null ? EntryFate.Waiting : EntryFate.Revisiting,
                    // Now it is news of this feed, and the one that showed it first may be gone.
                    FeedId = feedId,
                    Next = Later(now, before.FetchedAt + (options.RevisitDelay * Math.Pow(2, Math.Min(before.Revisits, 20)))),
                    Attempts = 0,
                };
            }

            yield return (before, after.Fate is EntryFate.Waiting or EntryFate.Revisiting ? after with { Draft = draft } : after);
        }
    }

    private static (EntryRecord Before, EntryDraft? Draft, EntryMark Mark, bool IsNewer, bool HasOtherWords) Compare(EntryRecord before, List<EntryRecord> shown, string feedId)
    {
        var marks = shown.ConvertAll(entry => entry.Marks![0]);
        // What the feed said before is needed to know that it says something else now. A date that another feed has told already is no news.
        var own = before.Marks?.FirstOrDefault(one => one.FeedId == feedId);
        var newest = marks.Max(mark => mark.Dated);
        var mark = (own is not null && marks.Any(one => one.Words == own.Words) ? own : marks[0]) with { Dated = own?.Dated > newest ? own.Dated : newest ?? own?.Dated };
        return (before, shown[0].Draft, mark, own?.Dated is not null && newest > before.Marks!.Max(one => one.Dated), own is not null && own.Words != mark.Words);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
