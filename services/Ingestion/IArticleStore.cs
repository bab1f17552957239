using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Keeps articles and how far they have come. A completed write is durable; every method throws <see cref="StoreUnavailableException"/> where the store is away.</summary>
internal interface IArticleStore : IStore
{
    /// <summary>
    /// Stores an article as ACCEPTED; one with the same id stays as it is, save for its coding: another one takes the place of the one before under the next revision, and the article is ACCEPTED again.
    /// So is a FAILED one whose coding comes again.
    /// </summary>
    Task<AddResult> AddAsync(ArticleRecord article, CancellationToken cancellationToken);

    Task<ArticleRecord?> FindAsync(string id, CancellationToken cancellationToken);

    Task<ArticleState?> FindStateAsync(string id, CancellationToken cancellationToken);

    /// <summary>ACCEPTED becomes PUBLISHED; what has come further, or was coded anew since <paramref name="codingRevision"/>, stays.</summary>
    Task MarkPublishedAsync(string id, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// QUERYABLE or UNSUPPORTED_LANGUAGE, whatever it was before: it is in the read model. One that was coded anew since <paramref name="codingRevision"/> stays as it is. False for an unknown id.
    /// </summary>
    Task<bool> MarkIndexedAsync(string id, string language, bool supported, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>FAILED with a reason, unless it is in the read model already. False for an unknown id and for an article in the read model.</summary>
    Task<bool> MarkFailedAsync(string id, string reason, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>PUBLISHED becomes ACCEPTED again, for a bus that lost what it held. Number of articles.</summary>
    Task<int> ResetPublishedAsync(CancellationToken cancellationToken);

    /// <summary>ACCEPTED articles in the order of their acceptance, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ArticleRecord>> ListAcceptedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Number of articles by progress; absent = none.</summary>
    Task<IReadOnlyDictionary<ArticleProgress, long>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Entries behind number <paramref name="after"/> in their order, at most <paramref name="limit"/>; one that was seen never goes away.</summary>
    Task<IReadOnlyList<IdentityEntry>> ListIdentitiesAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Appends entries behind the last one. False when another process took one of the numbers or identified one of the articles meanwhile: a beginning of the entries is there then, and what they were
    /// worked out from is no longer all there is.
    /// </summary>
    Task<bool> AppendIdentitiesAsync(IReadOnlyList<IdentityEntry> entries, CancellationToken cancellationToken);
}
