using System.Security.Cryptography;
using System.Text;

namespace Sikap.Ingestion;

/// <summary>Changes to the feeds that are followed, each made on what is stored at that moment. Thread-safe.</summary>
internal sealed class FeedSubscriptions(IFeedStore store, TimeProvider time)
{
    /// <summary>Id of the feed at an address: the first 16 bytes of its SHA-256, in hexadecimal.</summary>
    public static string IdOf(Uri url) => Hash(url.AbsoluteUri);

    /// <summary>Key of an entry by its address, or, where it has none, by its own id within its feed. Fragments and marks of where a reader came from name the same page.</summary>
    public static string KeyOf(string feedId, Uri? link, string? entryId)
    {
        if (link is null)
            return Hash($"{feedId}\n{entryId}");
        var query = string.Join('&', link.Query.TrimStart('?').Split('&').Where(part => !part.StartsWith("utm_", StringComparison.OrdinalIgnoreCase) && part.Length > 0));
        return Hash($"{link.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}?{query}");
    }

    /// <summary>Follows a feed from now on.</summary>
    /// <returns>The feed as it is stored, and whether it is new.</returns>
    public async Task<(FeedRecord Feed, bool Added)> AddAsync(Uri url, string? publisher, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var feed = new FeedRecord
        {
            Id = IdOf(url), Url = url.AbsoluteUri, Host = AddressGuard.HostKey(url.IdnHost), Publisher = publisher, AddedAt = now, NextPoll = now, Due = now,
        };
        while (true)
        {
            if (await store.AddAsync(feed, cancellationToken))
                return (feed, true);
            if (await store.FindAsync(feed.Id, cancellationToken) is { } there)
                return (there, false);
        }
    }

    /// <summary>Leaves a feed alone. Null for an unknown one.</summary>
    public Task<FeedRecord?> PauseAsync(string id, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(id, feed => feed with { State = FeedState.Paused, Reason = reason, Due = DateTimeOffset.MaxValue }, cancellationToken);

    /// <summary>Follows a feed again that was left alone; another stays as it is. Null for an unknown one.</summary>
    public Task<FeedRecord?> ResumeAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        feed =>
        {
            var now = time.GetUtcNow();
            return feed.IsFollowed ? feed : feed with { State = feed.PolledAt is null ? FeedState.New : FeedState.Healthy, Reason = null, Failures = 0, NextPoll = now, Due = now, AskedAt = now };
        },
        cancellationToken);

    /// <summary>Has a followed feed visited now; one that is left alone stays as it is. Null for an unknown one.</summary>
    public Task<FeedRecord?> PollAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        feed =>
        {
            var now = time.GetUtcNow();
            return feed.IsFollowed ? feed with { NextPoll = now, Due = now, AskedAt = now } : feed;
        },
        cancellationToken);

    /// <summary>Takes a feed for a visit. Null where it is gone, not due any more, or another visitor has it.</summary>
    public Task<FeedRecord?> TakeAsync(string id, string visitor, TimeSpan lease, CancellationToken cancellationToken) => ChangeAsync(
        id,
        feed =>
        {
            var now = time.GetUtcNow();
            return feed.Due <= now && feed.VisitUntil <= now && feed.IsFollowed ? feed with { Visitor = visitor, VisitUntil = now + lease } : null;
        },
        cancellationToken);

    /// <summary>Changes a feed that its visitor still has. Null where he has lost it: it was removed or left alone, or his time was over.</summary>
    public Task<FeedRecord?> ChangeVisitedAsync(string id, string visitor, Func<FeedRecord, FeedRecord> change, CancellationToken cancellationToken) =>
        ChangeAsync(id, feed => feed.Visitor == visitor && feed.VisitUntil > time.GetUtcNow() && feed.IsFollowed ? change(feed) : null, cancellationToken);

    /// <summary>Gives a feed back after a visit, whatever became of it meanwhile.</summary>
    public async Task EndVisitAsync(string id, string visitor, CancellationToken cancellationToken)
    {
        var nextEntry = await store.NextEntryAsync(id, cancellationToken);
        await ChangeAsync(
            id,
            feed => feed.Visitor != visitor ? null : feed with
            {
                Visitor = null,
                VisitUntil = default,
                Due = !feed.IsFollowed ? DateTimeOffset.MaxValue : nextEntry < feed.NextPoll ? nextEntry.Value : feed.NextPoll,
            },
            cancellationToken);
    }

    private async Task<FeedRecord?> ChangeAsync(string id, Func<FeedRecord, FeedRecord?> change, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(id, cancellationToken) is { } feed)
        {
            var changed = change(feed);
            if (changed is null || changed == feed)
                return changed;
            if (await store.TryReplaceAsync(changed, cancellationToken))
                return changed with { Revision = changed.Revision + 1 };
        }

        return null;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
