using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>
/// Tells of a text that is stored already, and comes again, which article it is. Nearly always the same as before: feeds, imports and retries bring unchanged articles all the time. But where another
/// revision has taken its place, and this text stands there again now, its outlet went back to it, and it is a revision of its own. That is so when its page was seen to change from the newest revision to it,
/// or when it tells a later time than every revision there is. Thread-safe.
/// </summary>
internal sealed class ReturnedTexts(IArticleStore store, ArticleIdentifier identifier)
{
    /// <summary>The id under which the text is stored, or is to be stored where its outlet went back to it.</summary>
    /// <param name="article">The text with the id that <see cref="ArticleIdentity.Of"/> gives.</param>
    /// <param name="shownBefore">The article that the same page was seen to show before; null when nobody looked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceDefaults.StoreUnavailableException">The store does not answer.</exception>
    public async Task<string> FindAsync(ArticleRecord article, string? shownBefore, CancellationToken cancellationToken)
    {
        var revisions = await identifier.AskAsync(index => index.Revisions(article.Id), cancellationToken);
        var known = revisions.FindLast(one => one == article.Id || revisions.Exists(other => ArticleIdentity.OfReturn(article.Id, other) == one)) ?? article.Id;
        // Nobody knows it yet, or it is what counts.
        if (revisions.Count == 0 || known == revisions[^1])
            return known;
        return shownBefore == revisions[^1] || await IsToldLaterAsync(article, revisions, cancellationToken) ? ArticleIdentity.OfReturn(article.Id, revisions[^1]) : known;
    }

    private async Task<bool> IsToldLaterAsync(ArticleRecord article, List<string> revisions, CancellationToken cancellationToken)
    {
        if (Begin(article) is not { } begin)
            return false;
        // From the newest on: mostly it is the later one, and nothing else is read.
        for (var i = revisions.Count - 1; i >= 0; i--)
        {
            if (await store.FindAsync(revisions[i], cancellationToken) is not { } revision || begin <= End(revision))
                return false;
            // Elsewhere in the same outlet the old text may stand for ever.
            if (i == revisions.Count - 1 && Fingerprint.AddressOf(revision).Address != Fingerprint.AddressOf(article).Address)
                return false;
        }

        return true;
    }

    /// <summary>The earliest moment that an article can mean by the later of its times; null where it tells none.</summary>
    private static DateTimeOffset? Begin(ArticleRecord article) => article.Modified is { } modified && !(modified < article.Published) ? modified : article.Published;

    /// <summary>The last moment that an article can mean by the later of its times; where it tells none it is no younger than its acceptance.</summary>
    private static DateTimeOffset End(ArticleRecord article)
    {
        var published = article.PublishedPrecision switch
        {
            DatePrecision.Year => article.Published?.AddYears(1).AddTicks(-1),
            DatePrecision.Month => article.Published?.AddMonths(1).AddTicks(-1),
            DatePrecision.Day => article.Published?.AddDays(1).AddTicks(-1),
            _ => article.Published,
        };
        return article.Modified is { } modified && !(modified < published) ? modified : published ?? article.AcceptedAt;
    }
}
