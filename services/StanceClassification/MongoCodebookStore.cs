using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>
/// The codebook in MongoDB, as the log of its changes. Any number of processes may change it. Shard keys: <c>codebook</c> <c>{ _id: 1 }</c>, whose unique values are the commit; <c>broadcasts</c> <c>{ _id: 1 }</c>.
/// Both stay small: they are best left on one shard.
/// </summary>
internal sealed class MongoCodebookStore(MongoStore store) : ICodebookStore, IDisposable
{
    public const string LogName = "codebook";

    // By issue the version that was broadcast last.
    private const string BroadcastsName = "broadcasts";

    private readonly MongoChangeLog<CodebookEntry> _log = new(store, LogName, ToDocument, ToEntry, entry => entry.Issue.Id);
    private readonly IMongoCollection<BsonDocument> _broadcasts = store.Collection(BroadcastsName).WithReadPreference(ReadPreference.Primary);

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        // Each entry as a change of its own: nobody reads while it is copied.
        StorePart.Of("codebook", CodebookEntry.KeyOf, _log.ReadAllAsync, (entries, token) => _log.AppendAllAsync(entries, entry => entry.Version, token), _log.CountAsync, ClearAsync),
    ];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public Task<ChangeResult> ChangeAsync(Func<CodebookDraft, ChangeResult> change, int maxIssues, DateTimeOffset at, CancellationToken cancellationToken) => _log.ChangeAsync(
        now =>
        {
            var result = change(new CodebookDraft([.. now.Entries.Values], maxIssues, at));
            return (result, result.Changed);
        },
        entry => entry.Version,
        cancellationToken);

    public async Task<IReadOnlyList<CodebookEntry>> ListAsync(long? atVersion, CancellationToken cancellationToken)
    {
        if (atVersion is not { } version)
            return [.. (await _log.CurrentAsync(cancellationToken)).Entries.Values];
        var then = await _log.FindAsync(Filter.Lte("_id", version), newestFirst: false, limit: null, cancellationToken);
        return [.. then.SelectMany(_log.EntriesOf).Where(entry => entry.Version <= version).GroupBy(entry => entry.Issue.Id).Select(history => history.Last()).OrderBy(entry => entry.Issue.Id, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<CodebookEntry>> ListHistoryAsync(string? id, long before, int limit, CancellationToken cancellationToken)
    {
        var filter = Filter.Lt("_id", before);
        // One more: the change that reaches beyond the end may have nothing before it.
        var changes = await _log.FindAsync(id is null ? filter : filter & Filter.Eq("entries.id", id), newestFirst: true, limit == int.MaxValue ? null : limit + 1, cancellationToken);
        return [.. changes.SelectMany(change => _log.EntriesOf(change).Reverse()).Where(entry => entry.Version < before && (id is null || entry.Issue.Id == id)).Take(limit)];
    }

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => _log.VersionAsync(cancellationToken);

    public async Task<IReadOnlyList<CodebookEntry>> ListUnbroadcastAsync(CancellationToken cancellationToken)
    {
        var now = await _log.CurrentAsync(cancellationToken);
        var marks = (await store.ReadAsync(token => _broadcasts.Find(Filter.Empty).ToListAsync(token), cancellationToken)).ToDictionary(mark => mark["_id"].AsString, mark => mark["version"].ToInt64());
        return [.. now.Entries.Values.Where(entry => entry.Version > marks.GetValueOrDefault(entry.Issue.Id)).OrderBy(entry => entry.Version)];
    }

    public Task MarkBroadcastAsync(string id, long version, CancellationToken cancellationToken) => store.WriteAsync(
        token => _broadcasts.UpdateOneAsync(Filter.Eq("_id", id), Builders<BsonDocument>.Update.Max("version", version), new UpdateOptions { IsUpsert = true }, token), cancellationToken);

    public Task ResetBroadcastAsync(CancellationToken cancellationToken) => store.WriteAsync(token => _broadcasts.DeleteManyAsync(Filter.Empty, token), cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    public void Dispose() => _log.Dispose();

    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        await _log.ClearAsync(cancellationToken);
        await ResetBroadcastAsync(cancellationToken);
    }

    private static BsonDocument ToDocument(CodebookEntry entry)
    {
        var document = new BsonDocument
        {
            { "version", entry.Version }, { "id", entry.Issue.Id }, { "title", entry.Issue.Title }, { "proposition", entry.Issue.Proposition }, { "terms", new BsonArray(entry.Issue.Terms) },
            { "retired", entry.Retired }, { "changed", entry.ChangedAt.UtcTicks }, { "replacedBy", new BsonArray(entry.ReplacedBy) }, { "kind", (int)entry.Kind },
        };
        if (entry.Parent is { } parent)
            document.Add("parent", parent);
        return document;
    }

    private static CodebookEntry ToEntry(BsonDocument document)
    {
        var issue = new Issue(document["id"].AsString, document["title"].AsString, document["proposition"].AsString, Strings(document["terms"]));
        return new CodebookEntry(issue, document["retired"].AsBoolean, document["version"].ToInt64(), new DateTimeOffset(document["changed"].ToInt64(), TimeSpan.Zero))
        {
            Parent = document.TryGetValue("parent", out var parent) ? parent.AsString : null,
            ReplacedBy = Strings(document["replacedBy"]),
            Kind = (IssueChangeKind)document["kind"].ToInt32(),
        };
    }

    private static List<string> Strings(BsonValue array) => [.. array.AsBsonArray.Select(item => item.AsString)];
}
