using Microsoft.Extensions.Options;
using Sikap.Formats.Feeds;

namespace Sikap.Ingestion;

/// <summary>One visit to a feed: it is fetched when its time has come, what is new or changed in it is noted, and the pages of what is noted are fetched. Thread-safe.</summary>
internal sealed class FeedVisit(IFeedStore store, FeedSubscriptions feeds, WebFetcher fetcher, EntryReader entryReader, Backlog backlog, IOptions<FeedOptions> options, TimeProvider time, ILogger<FeedVisit> logger)
{
    private const string FeedTypes = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5";

    // Entries read from the store at a time.
    private const int EntryBatch = 20;

    // Of an index of sitemaps, what has changed since the last visit; a large site adds one or two a day.
    private const int MaxSitemapsPerVisit = 10;

    // Between the fastest and the slowest: what a feed begins with until its pace is known.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMinutes(15);

    private readonly FeedOptions _options = options.Value;

    /// <summary>Visits a feed that was taken for it. The caller ends the visit.</summary>
    /// <param name="feed">The feed as it was taken.</param>
    /// <param name="visitor">Who took it.</param>
    /// <param name="stopping">Nothing new is begun.</param>
    /// <param name="cancellationToken">What is under way is broken off.</param>
    /// <exception cref="ServiceDefaults.StoreUnavailableException">The store is away; the visit is made again later.</exception>
    public async Task RunAsync(FeedRecord feed, string visitor, CancellationToken stopping, CancellationToken cancellationToken)
    {
        if (feed.NextPoll <= time.GetUtcNow() && await PollAsync(feed, visitor, cancellationToken) is null)
            return;
        while (await store.ListWaitingAsync(feed.Id, time.GetUtcNow(), EntryBatch, cancellationToken) is { Count: > 0 } waiting)
        {
            foreach (var entry in waiting)
            {
                // Where nobody would take the article the visit goes on later.
                if (stopping.IsCancellationRequested || backlog.IsFull)
                    return;
                // Renewed before each, so that nobody else begins while it is fetched.
                if (await feeds.ChangeVisitedAsync(feed.Id, visitor, known => known with { VisitUntil = time.GetUtcNow() + _options.VisitLease }, cancellationToken) is not { } held)
                    return;
                var read = await entryReader.ReadAsync(entry, held, cancellationToken);
                // What was read is noted even when a stop came in between: it would be fetched again otherwise.
                await store.ReplaceEntryAsync(read, CancellationToken.None);
            }
        }
    }

    /// <summary>Fetches the feed and notes what it says. Null when the visit is over: the feed was lost to its visitor.</summary>
    private async Task<FeedRecord?> PollAsync(FeedRecord feed, string visitor, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var result = await fetcher.FetchAsync(new FetchRequest(feed.FetchUrl) { Accept = FeedTypes, ETag = feed.ETag, LastModified = feed.LastModified }, cancellationToken);
        var (outcome, change) = result switch
        {
            { Failure: { } failure } => (failure.Kind.ToString(), Failed(failure)),
            { NotModified: true } => ("NotModified", (FeedRecord known) => Succeeded(known, result, null, 0)),
            _ => await ReadAsync(feed, result, cancellationToken),
        };
        Telemetry.FeedPolls.Add(1, new KeyValuePair<string, object?>(Telemetry.OutcomeTag, outcome));
        var changed = await feeds.ChangeVisitedAsync(
            feed.Id, visitor,
            known =>
            {
                var next = change(known) with { PolledAt = time.GetUtcNow(), VisitUntil = time.GetUtcNow() + _options.VisitLease };
                // Somebody asked for another one in between.
                return known.AskedAt > started ? next with { NextPoll = time.GetUtcNow() } : next;
            },
            cancellationToken);
        if (changed is { State: FeedState.Failing or FeedState.Gone, Reason: { } reason } && changed.Reason != feed.Reason)
            logger.FeedFailing(feed.Id, changed.State.ToString(), reason);
        return changed is { IsFollowed: true } ? changed : null;
    }

    private async Task<(string Outcome, Func<FeedRecord, FeedRecord> Change)> ReadAsync(FeedRecord feed, FetchResult result, CancellationToken cancellationToken)
    {
        var reading = FeedReader.Read(result.Document!.Content.Span, result.Document.ContentType, result.Url);
        if (reading.Value is not { } read)
            return ("Unreadable", Failed(new FetchFailure(FetchFailureKind.Broken, $"cannot be read as a feed: {reading.Refusal!.Value.Message}")));
        var entries = read.Kind == FeedKind.SitemapIndex ? await SitemapsAsync(feed, read, cancellationToken) : Wanted(feed, read);
        var now = time.GetUtcNow();
        // In their order, each a tick behind the one before.
        var known = await store.FindEntriesAsync([.. entries.Select(entry => entry.Key).Distinct()], cancellationToken);
        var added = entries.Count == 0 ? 0 : await store.AddEntriesAsync([.. entries.Select((entry, i) => entry with { Next = now.AddTicks(i) })], now, cancellationToken);
        Telemetry.FeedEntriesFound.Add(added);
        foreach (var (before, after) in EntryChanges.Find(feed.Id, entries, known, _options, now))
        {
            // Where another feed's visitor was quicker the next poll finds what is left to do.
            await store.TryReplaceEntryAsync(before, after, cancellationToken);
        }

        return ("Fetched", known => Succeeded(known, result, read, added));
    }

    private FeedRecord Succeeded(FeedRecord known, FetchResult result, Feed? read, int added)
    {
        var now = time.GetUtcNow();
        // News: twice as often; none: by half less often.
        var pace = known.Interval <= TimeSpan.Zero ? FirstInterval : added > 0 ? known.Interval / 2 : known.Interval * 1.5;
        var interval = Within(_options.MinInterval, read?.Ttl is { } asked && asked > pace ? asked : pace, _options.MaxInterval);
        return known with
        {
            State = FeedState.Healthy,
            Reason = null,
            Failures = 0,
            Title = PageIntake.Line(read?.Title, SubmissionRules.MaxTitleChars) ?? known.Title,
            Kind = read?.Kind ?? known.Kind,
            ETag = result.Document is { } document ? document.ETag : known.ETag,
            LastModified = result.Document is { } came ? came.LastModified : known.LastModified,
            MovedTo = result.MovedTo is { } moved ? moved.AbsoluteUri : known.MovedTo,
            SucceededAt = now,
            Interval = interval,
            NextPoll = now + Jittered(interval),
        };
    }

    private Func<FeedRecord, FeedRecord> Failed(FetchFailure failure) => known =>
    {
        var now = time.GetUtcNow();
        // Nothing was asked, so nothing is known: the state stays, and whoever wonders at the pause is told of it.
        if (failure.Kind == FetchFailureKind.Resting)
            return known with { NextPoll = now + Jittered(failure.RetryAfter ?? _options.MinInterval), Reason = known.State == FeedState.Failing ? known.Reason : failure.Message };
        if (failure.Status == StatusCodes.Status410Gone)
            return known with { State = FeedState.Gone, Reason = failure.Message, Failures = known.Failures + 1, Due = DateTimeOffset.MaxValue };
        var pace = Within(_options.MinInterval, _options.MinInterval * Math.Pow(2, Math.Min(known.Failures, 20)), _options.MaxInterval);
        return known with
        {
            State = FeedState.Failing,
            Reason = PageIntake.Line(failure.Message, SubmissionRules.MaxTitleChars),
            Failures = known.Failures + 1,
            // The old address may be right again, or never was wrong.
            MovedTo = null,
            NextPoll = now + Jittered(failure.RetryAfter > pace ? failure.RetryAfter.Value : pace),
        };
    };

    /// <summary>What is to be remembered of a feed, the oldest first.</summary>
    private List<EntryRecord> Wanted(FeedRecord feed, Feed read)
    {
        var isSitemap = read.Kind is FeedKind.Sitemap or FeedKind.NewsSitemap;
        var oldest = time.GetUtcNow() - _options.SitemapAge;
        return
        [
            .. read.Entries.Where(entry => entry.Link is not null || entry is { Id: not null, Content: not null })
                .Where(entry => !isSitemap || (entry.Published ?? entry.Updated) is not { } dated || dated.Value >= oldest)
                // A stable order: what has no date keeps its place beside its neighbours, and feeds show the newest first.
                .Reverse().OrderBy(entry => (entry.Published ?? entry.Updated)?.Value ?? DateTimeOffset.MaxValue)
                .Select(entry => ToRecord(feed, read, entry, isSitemap)),
        ];
    }

    private static EntryRecord ToRecord(FeedRecord feed, Feed read, FeedEntry entry, bool isSitemap)
    {
        var record = new EntryRecord { Key = FeedSubscriptions.KeyOf(feed.Id, entry.Link, entry.Id), FeedId = feed.Id, Link = entry.Link?.AbsoluteUri, Next = default, Marks = [Mark(feed, entry)] };
        // A sitemap without dates lists what there ever was. What it adds after the first visit is new.
        return isSitemap && feed.SucceededAt is null && (entry.Published ?? entry.Updated) is null
            ? record with { Fate = EntryFate.GivenUp, Reason = "was in the sitemap before it was followed" }
            : record with
            {
                Draft = new EntryDraft
                {
                    Title = entry.Headline,
                    // Of a sitemap the time of a change says nothing about the publication.
                    Published = entry.Published ?? (isSitemap ? null : entry.Updated),
                    Publisher = feed.Publisher ?? entry.Publisher,
                    Authors = entry.Authors,
                    Content = entry.Content is { Length: <= Contracts.ArticleRules.MaxTextChars } ? entry.Content : null,
                },
            };
    }

    private static EntryMark Mark(FeedRecord feed, FeedEntry entry) => EntryChanges.Mark(
        feed.Id, entry.Updated is { } updated && (entry.Published is not { } first || updated.Value > first.Value) ? updated.Value : entry.Published?.Value, entry.Headline, entry.Summary, entry.Content);

    /// <summary>Entries of the sitemaps in an index that are new or have changed since the last visit.</summary>
    private async Task<List<EntryRecord>> SitemapsAsync(FeedRecord feed, Feed index, CancellationToken cancellationToken)
    {
        var oldest = feed.SucceededAt ?? time.GetUtcNow() - _options.SitemapAge;
        var changed = index.Entries.Where(entry => entry.Link is not null && (entry.Updated is not { } dated || dated.Value >= oldest))
            .OrderByDescending(entry => entry.Updated?.Value ?? DateTimeOffset.MaxValue).Take(MaxSitemapsPerVisit);
        var entries = new List<EntryRecord>();
        foreach (var sitemap in changed)
        {
            var result = await fetcher.FetchAsync(new FetchRequest(sitemap.Link!) { Accept = FeedTypes }, cancellationToken);
            // One that cannot be had now is read when it changes next; the index itself is well.
            if (result.Document is { } document && FeedReader.Read(document.Content.Span, document.ContentType, result.Url).Value is { Kind: not FeedKind.SitemapIndex } read)
                entries.AddRange(Wanted(feed, read));
        }

        return entries;
    }

    private static TimeSpan Within(TimeSpan least, TimeSpan value, TimeSpan most) => value < least ? least : value > most ? most : value;

    // A tenth more or less, so that what was added together is not asked for together for ever.
    private static TimeSpan Jittered(TimeSpan pause) => pause * (0.9 + (0.2 * Random.Shared.NextDouble()));
}
