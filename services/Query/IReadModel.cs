using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// The ledger's store. Writes are upserts under content ids: the same message again changes nothing and adds no event.
/// Every method throws <see cref="StoreUnavailableException"/> when the store cannot be reached. Thread-safe.
/// </summary>
internal interface IReadModel : IStore
{
    /// <summary>Writes classified articles in one transaction; one result per message, in their order.</summary>
    Task<IReadOnlyList<IndexedArticle>> WriteAsync(IReadOnlyList<StancesClassified> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Takes over an issue unless a newer version is known, and marks the stored articles that wait for classification. Of a retired issue the stances go at once; the articles that were classified with it
    /// wait too, until an answer comes from a codebook of its version or a later one, since other issues may have its sentences now.
    /// </summary>
    Task ApplyAsync(IssueChanged change, CancellationToken cancellationToken);

    /// <summary>Articles behind <paramref name="after"/> that wait for classification against a newer issue, in the order of their positions.</summary>
    Task<IReadOnlyList<WaitingArticle>> ReadWaitingAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>How many articles with a position in (<paramref name="after"/>, <paramref name="upTo"/>] still wait.</summary>
    Task<long> CountWaitingAsync(long after, long upTo, CancellationToken cancellationToken);

    /// <summary>Statements in the order of articles and text.</summary>
    Task<Page<Proto.Statement>> ListStatementsAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Actors with a statement or a stance, by name.</summary>
    Task<Page<Proto.ActorSummary>> ListActorsAsync(Proto.ListActorsRequest request, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Articles that hold something matching the filter, newest first.</summary>
    Task<Page<Proto.ArticleInfo>> ListArticlesAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Who is for or against whom in the order of dates, undated ones last. The actor and the represented of <paramref name="filter"/> are the holder's; <paramref name="target"/> names the
    /// target or whom it speaks for, empty = all.
    /// </summary>
    Task<Page<Proto.ActorStance>> ListRelationsAsync(Proto.Filter filter, string target, PageRequest page, CancellationToken cancellationToken);

    /// <summary>States of proposals in the order of their dates, undated ones last; no <paramref name="states"/> = all.</summary>
    Task<Page<Proto.IssueState>> ListStatesAsync(Proto.Filter filter, IReadOnlyList<Proto.ProposalState> states, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Articles whose text holds the words of <paramref name="query"/>, the last to arrive first.</summary>
    Task<Page<FoundArticle>> SearchAsync(SearchQuery query, Proto.Filter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One article with everything; null when unknown.</summary>
    Task<Proto.GetArticleResponse?> FindArticleAsync(string articleId, CancellationToken cancellationToken);

    /// <summary>Counts of what is stored.</summary>
    Task<Proto.LedgerStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>How far the replay has come; whether that is all is not said.</summary>
    Task<Proto.ReplayProgress> GetReplayProgressAsync(CancellationToken cancellationToken);

    /// <summary>What changes of the codebook with versions in (<paramref name="from"/>, <paramref name="to"/>] did to stored stances.</summary>
    /// <param name="from">Version before.</param>
    /// <param name="to">Version after.</param>
    /// <param name="issueId">Of one issue; empty = of all.</param>
    /// <param name="limit">Entries listed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when more than <see cref="StanceDiffBuilder.MaxStances"/> stances came and went, or when <paramref name="from"/> lies below the floor: up to it nothing is kept any more.</returns>
    Task<(Proto.StanceDiff? Diff, long Floor)> GetStanceDiffAsync(long from, long to, string issueId, int limit, CancellationToken cancellationToken);

    /// <summary>Keys for what a filter names.</summary>
    Task<FilterKeys> ResolveAsync(Proto.Filter filter, CancellationToken cancellationToken);

    /// <summary>Tells <paramref name="take"/> every position; the cursor of the last event that they include.</summary>
    Task<long> ReadPositionsAsync(Action<StoredPosition> take, CancellationToken cancellationToken);

    /// <summary>The events behind <paramref name="after"/> as changes of positions, in the order in which they were committed.</summary>
    Task<EventPage<PositionChange>> ReadPositionChangesAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Stances by their keys; those that have gone are missing.</summary>
    Task<IReadOnlyDictionary<long, Proto.Stance>> ReadStancesAsync(IReadOnlyCollection<long> rows, CancellationToken cancellationToken);

    /// <summary>Articles by their keys.</summary>
    Task<IReadOnlyDictionary<long, Proto.ArticleInfo>> ReadArticlesAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken);

    /// <summary>Actors by their keys; null = all.</summary>
    Task<IReadOnlyDictionary<int, Proto.Actor>> ReadActorsAsync(IReadOnlyCollection<int>? keys, CancellationToken cancellationToken);

    /// <summary>All issues, retired ones too.</summary>
    Task<IReadOnlyDictionary<int, Proto.Issue>> ReadIssuesAsync(CancellationToken cancellationToken);

    /// <summary>Statements per speaker in the articles with a stance on an issue.</summary>
    Task<IReadOnlyDictionary<int, int>> ReadSpeakersAsync(int issue, CancellationToken cancellationToken);

    /// <summary>Events behind <paramref name="after"/> in the order in which they were committed.</summary>
    Task<EventPage<LedgerEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Cursor of the newest event, also when it is no longer kept; 0 when there never was one.</summary>
    Task<long> GetLastEventAsync(CancellationToken cancellationToken);
}

/// <summary>What a write did with one message.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Language">Its language.</param>
/// <param name="IsNew">True when the article was not stored before.</param>
/// <param name="StancesAdded">Stances that were not there before.</param>
/// <param name="StancesRemoved">Stances that are gone.</param>
/// <param name="BeganToWait">True when it was classified with an older version of some issue than is known here, and was not waiting for a newer classification already.</param>
/// <param name="CodingRevision">Revision of the hand-made coding that is stored now; 0 = none.</param>
internal sealed record IndexedArticle(string ArticleId, string Language, bool IsNew, int StancesAdded, int StancesRemoved, bool BeganToWait, long CodingRevision = 0);

/// <summary>A stored article that waits for classification.</summary>
/// <param name="Position">Place in the order of replay.</param>
/// <param name="Article">As it was extracted.</param>
/// <param name="Url">Where it was found.</param>
/// <param name="AcceptedAt">When Ingestion accepted it.</param>
/// <param name="IssueIds">Issues in use that it waits for; none where it waits to be classified without a retired one.</param>
internal sealed record WaitingArticle(long Position, ExtractedArticle Article, string? Url, DateTimeOffset AcceptedAt, IReadOnlyList<string> IssueIds);

/// <summary>A change of the ledger.</summary>
/// <param name="Cursor">Rises with every event, from 1.</param>
/// <param name="Event">What goes to watchers, its cursor not yet set.</param>
/// <param name="Date">The date that a stance is filtered by, see <see cref="DateKey"/>.</param>
/// <param name="Context">Text of the statement that a stance rests on, for the text filter; empty when the evidence says it all.</param>
/// <param name="Holder">Key of the stance's holder; 0 when it concerns no stance.</param>
internal sealed record LedgerEvent(long Cursor, Proto.WatchEvent Event, string Date, string Context, int Holder);

/// <summary>Some events.</summary>
/// <param name="Items">In the order in which they were committed.</param>
/// <param name="Floor">Events up to this cursor are no longer kept: whoever has an older cursor has missed some.</param>
internal sealed record EventPage<T>(IReadOnlyList<T> Items, long Floor);

/// <summary>Keys for what a filter names; null where it does not ask, a key that nothing has where it names something unknown.</summary>
/// <param name="Issue">The issue.</param>
/// <param name="Actors">Holders that the actor's name means.</param>
/// <param name="Article">The article.</param>
/// <param name="Stances">Stances whose evidence or statement holds the words.</param>
/// <param name="Group">Articles of the report and the story, superseded ones among them.</param>
internal sealed record FilterKeys(int? Issue, IReadOnlySet<int>? Actors, long? Article, IReadOnlyCollection<long>? Stances, IReadOnlyCollection<long>? Group);

/// <summary>An article that a search found.</summary>
/// <param name="Info">Its metadata.</param>
/// <param name="Article">As it was extracted.</param>
internal sealed record FoundArticle(Proto.ArticleInfo Info, ExtractedArticle Article);

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Size">Items at most.</param>
/// <param name="After">Key of the last item that the client has; null for the first page.</param>
internal sealed record PageRequest(int Size, string? After);

/// <summary>Part of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextKey">Key for the following page; null on the last one.</param>
/// <param name="Total">Items of the whole list; null where it was counted for the first page and not again.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextKey, long? Total)
{
    /// <summary>The same part with its items as they are shown; those that have nothing to show are left out.</summary>
    public Page<TShown> Select<TShown>(Func<T, TShown?> show)
        where TShown : class => new([.. Items.Select(show).OfType<TShown>()], NextKey, Total);
}
