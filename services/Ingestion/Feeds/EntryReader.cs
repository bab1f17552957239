using System.Net;
using Microsoft.Extensions.Options;
using Sikap.Formats.Pages;

namespace Sikap.Ingestion;

/// <summary>Makes articles of entries: fetches the page, joins the pages of one article, and takes the feed's own content where the page cannot be had. Thread-safe.</summary>
internal sealed class EntryReader(WebFetcher fetcher, ArticleIntake intake, IOptions<FeedOptions> options, TimeProvider time)
{
    private const string PageTypes = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1";

    // Shorter content is a teaser, whatever the feed calls it.
    private const int MinContentChars = 300;

    private readonly FeedOptions _options = options.Value;

    /// <summary>Fetches and stores the article of an entry.</summary>
    /// <returns>The entry with what became of it.</returns>
    /// <exception cref="ServiceDefaults.StoreUnavailableException">The store is away; nothing became of it.</exception>
    public async Task<EntryRecord> ReadAsync(EntryRecord entry, FeedRecord feed, CancellationToken cancellationToken)
    {
        var read = await FetchAsync(entry, feed, cancellationToken);
        if (entry.Fate == EntryFate.Revisiting)
            Telemetry.FeedRevisits.Add(1, new KeyValuePair<string, object?>(Telemetry.RevisitTag, read.Fate == EntryFate.Revisiting ? "Later" : read.ArticleId != entry.ArticleId ? "Revised" : read.Reason is null ? "Unchanged" : "Failed"));
        else
            Telemetry.FeedEntriesRead.Add(1, new KeyValuePair<string, object?>(Telemetry.FateTag, read.Fate.ToString()));
        return read;
    }

    private async Task<EntryRecord> FetchAsync(EntryRecord entry, FeedRecord feed, CancellationToken cancellationToken)
    {
        if (entry.Link is not { } link || !Uri.TryCreate(link, UriKind.Absolute, out var url))
            return await FallBackAsync(entry, feed, "the feed gives no address", cancellationToken);
        var (page, document, failure, problem) = await PageAsync(new FetchRequest(url) { Accept = PageTypes, ETag = entry.ETag, LastModified = entry.LastModified }, cancellationToken);
        if (failure is not null)
        {
            return failure.Kind == FetchFailureKind.Resting ? entry with { Next = time.GetUtcNow() + (failure.RetryAfter ?? _options.EntryRetryDelay), Reason = failure.Message }
                : MayPass(failure) && entry.Attempts + 1 < _options.MaxEntryAttempts ? Later(entry, failure)
                : await FallBackAsync(entry, feed, failure.Message, cancellationToken);
        }

        if (problem is not null)
            return await FallBackAsync(entry, feed, problem, cancellationToken);
        if (page is null)
            return Done(entry, entry.ArticleId!);
        var (text, credits) = (page.Text, page.Credits);
        foreach (var further in page.FurtherPages.Where(further => further.IdnHost == url.IdnHost).Take(_options.MaxPagesPerArticle - 1))
        {
            // What is known of the first page says nothing of the article then.
            document = null;
            var (next, _, missing, _) = await PageAsync(new FetchRequest(further) { Accept = PageTypes }, cancellationToken);
            // Half an article would be another one later; only at the last attempt what there is counts.
            if (missing is not null && entry.Attempts + 1 < _options.MaxEntryAttempts && (missing.Kind == FetchFailureKind.Resting || MayPass(missing)))
                return Later(entry, missing);
            if (missing is not null && entry.Fate == EntryFate.Revisiting)
                return await FallBackAsync(entry, feed, missing.Message, cancellationToken);
            // The credits stand on the last page.
            if (next is not null)
                (text, credits) = (Join(text, next.Text), [.. credits.Union(next.Credits)]);
        }

        var whole = page with { Text = text, Credits = credits };
        if (Contracts.ArticleRules.TextProblem(whole.TextWithCredits) is { } tooMuch)
            return await FallBackAsync(entry, feed, $"its text {tooMuch}", cancellationToken);
        var read = entry with { ETag = document?.ETag, LastModified = document?.LastModified, IsOfTheFeed = false };
        return await StoreAsync(read, feed, PageIntake.ToArticle(whole), url, cancellationToken);
    }

    /// <summary>Nothing at all where the host says that what is known of the page still holds.</summary>
    private async Task<(PageArticle? Page, FetchedDocument? Document, FetchFailure? Failure, string? Problem)> PageAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var result = await fetcher.FetchAsync(request, cancellationToken);
        if (result.NotModified && request is { ETag: null, LastModified: null })
            return (null, null, new FetchFailure(FetchFailureKind.Broken, "the host says that nothing changed, and was not asked that"), null);
        if (result.Document is not { } document)
            return (null, null, result.Failure, null);
        var reading = PageReader.Read(document.Content.Span, document.ContentType, result.Url);
        return reading.Value is not { } page ? (null, document, null, $"the page cannot be read: {reading.Refusal!.Value.Message}")
            : PageIntake.Problem(page) is { } problem ? (null, document, null, $"the page {problem}")
            : (page, document, null, null);
    }

    /// <summary>The text of an article of which another page was read; a page that has all of it in one begins as the first does.</summary>
    public static string Join(string text, string further) => further.StartsWith(text[..Math.Min(text.Length, 200)], StringComparison.Ordinal) ? further : $"{text}\n{further}";

    /// <summary>The feed's own content where it has the whole article, else nothing.</summary>
    private async Task<EntryRecord> FallBackAsync(EntryRecord entry, FeedRecord feed, string reason, CancellationToken cancellationToken)
    {
        var url = entry.Link is { } link && Uri.TryCreate(link, UriKind.Absolute, out var there) ? there : null;
        // What is known from the page is worth more than what the feed has of it.
        if (entry is { Fate: EntryFate.Revisiting, IsOfTheFeed: false })
            return Done(entry, entry.ArticleId!) with { Reason = Why(reason) };
        if (entry.Draft?.Content is { Length: >= MinContentChars } content
            && PageReader.Read($"<!DOCTYPE html><html><head><title>{WebUtility.HtmlEncode(entry.Draft.Title)}</title></head><body><article>{content}</article></body></html>", url).Value is { } page
            && page.Text.Length >= MinContentChars && Contracts.ArticleRules.TextProblem(page.TextWithCredits) is null)
        {
            return await StoreAsync(entry with { IsOfTheFeed = true }, feed, PageIntake.ToArticle(page) with { CanonicalUrl = null }, url, cancellationToken);
        }

        return entry.Fate == EntryFate.Revisiting ? Done(entry, entry.ArticleId!) with { Reason = Why(reason) }
            : entry with { Fate = EntryFate.GivenUp, Attempts = entry.Attempts + 1, Revisits = Fetches(entry), FetchedAt = time.GetUtcNow(), Reason = Why(reason), Draft = null };
    }

    private static string? Why(string reason) => PageIntake.Line(reason, SubmissionRules.MaxTitleChars);

    // The first time is none.
    private static int Fetches(EntryRecord entry) => entry.FetchedAt is null && entry.ArticleId is null ? 0 : entry.Revisits + 1;

    private EntryRecord Done(EntryRecord entry, string articleId) =>
        entry with { Fate = EntryFate.Stored, Attempts = entry.Attempts + 1, Revisits = Fetches(entry), FetchedAt = time.GetUtcNow(), ArticleId = articleId, Reason = null, Draft = null };

    private async Task<EntryRecord> StoreAsync(EntryRecord entry, FeedRecord feed, ArticleRecord article, Uri? url, CancellationToken cancellationToken)
    {
        article = article with
        {
            Url = url?.AbsoluteUri,
            // Who added the feed knows better than its pages what the outlet is called.
            Publisher = entry.Publisher ?? feed.Publisher ?? article.Publisher ?? PageIntake.Line(entry.Draft?.Publisher ?? feed.Title, SubmissionRules.MaxPublisherChars),
            Title = article.Title ?? PageIntake.Line(entry.Draft?.Title, SubmissionRules.MaxTitleChars),
            Authors = article.Authors.Count > 0 ? article.Authors : [.. (entry.Draft?.Authors ?? []).Select(author => PageIntake.Line(author, SubmissionRules.MaxPublisherChars)).OfType<string>()],
        };
        if (article.Published is null && entry.Draft?.Published is { } told)
            article = PageIntake.Dated(article, told);
        var stored = await intake.AcceptAsync(article, null, entry.ArticleId, cancellationToken);
        return Done(entry, stored.ArticleId) with { Publisher = article.Publisher };
    }

    private static bool MayPass(FetchFailure failure) => failure.Kind is FetchFailureKind.TimedOut or FetchFailureKind.Unreachable or FetchFailureKind.NameNotFound or FetchFailureKind.Broken or FetchFailureKind.Tls
        || failure.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests or >= 500;

    private EntryRecord Later(EntryRecord entry, FetchFailure failure)
    {
        var pause = _options.EntryRetryDelay * Math.Pow(2, Math.Min(entry.Attempts, 20)) * (0.5 + (0.5 * Random.Shared.NextDouble()));
        return entry with { Attempts = entry.Attempts + 1, Next = time.GetUtcNow() + (failure.RetryAfter > pause ? failure.RetryAfter.Value : pause), Reason = failure.Message };
    }
}
