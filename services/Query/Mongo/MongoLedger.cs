using System.Diagnostics;
using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>
/// The commits of the ledger, one after the other, whatever instance makes them, without transactions. A commit is worked out from the state that the one before left, written whole into the head under the
/// condition that the head has not moved, which is the moment it happens, and then applied to the collections; until that is done nobody may commit the next. If whoever wrote it dies, anybody else
/// applies it. Each document carries the number of its last commit and takes only a higher one, and none but positions, which stay marked for a day, is ever deleted before nobody asks for it: a process that
/// wakes up late and applies an old commit again changes nothing. Thread-safe.
/// </summary>
/// <param name="store">The database.</param>
/// <param name="patience">How long another instance may stand still before its commit is applied for it and its turn is passed over.</param>
internal sealed class MongoLedger(MongoStore store, TimeSpan patience) : IDisposable
{
    private const int DuplicateKey = 11000;

    // About 100 bytes each.
    private const long MaxKeptPeers = 500_000;

    private static readonly TimeSpan s_shortPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_longPause = TimeSpan.FromMilliseconds(20);

    private readonly string _me = Guid.NewGuid().ToString("n");
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile KnownIssues? _issues;
    // The last commit of this instance: where it stands unapplied, applying it failed.
    private long _committed = -1;
    private KeptPairs? _kept;

    /// <summary>Writers and whoever follows the events ask the primary for what a majority has: what they saw must not be undone by an election, nor an answer be older than the one before.</summary>
    public IMongoCollection<BsonDocument> Collection(string name) => store.Collection(name).WithReadPreference(ReadPreference.Primary).WithReadConcern(ReadConcern.Majority);

    public async Task<MongoHead> ReadHeadAsync(CancellationToken cancellationToken) =>
        MongoHead.From(await Collection(MongoSchema.Ledger).Find(Head).Project(WithoutCommit).FirstAsync(cancellationToken));

    /// <summary>All issues by their ids; read again only where one has changed.</summary>
    public async Task<IReadOnlyDictionary<string, MongoIssue>> ReadIssuesAsync(MongoHead head, CancellationToken cancellationToken)
    {
        if (_issues is not { } known || known.Changed != head.IssuesChanged)
        {
            var found = await Collection(MongoSchema.Issues).Find(new BsonDocument()).Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);
            _issues = known = new KnownIssues(head.IssuesChanged, found.Select(MongoIssue.From).ToDictionary(issue => issue.Id, StringComparer.Ordinal));
        }
        return known.Issues;
    }

    /// <summary>The pairs that the last writer knew, where nobody has committed since: a busy holder has thousands of stances on an issue. Each is given once, as whoever takes them changes them.</summary>
    public Dictionary<(int Holder, int Issue), List<MongoPeer>> TakePairs(MongoHead head)
    {
        var known = Interlocked.Exchange(ref _kept, null);
        return known is not null && known.Number == head.Number ? known.Pairs : [];
    }

    /// <summary>Keeps the pairs as commit <paramref name="number"/> left them, unless they are too many.</summary>
    public void KeepPairs(long number, Dictionary<(int Holder, int Issue), List<MongoPeer>> pairs)
    {
        if (pairs.Values.Sum(peers => (long)peers.Count + 1) <= MaxKeptPeers)
        {
            Volatile.Write(ref _kept, new KeptPairs(number, pairs));
        }
    }

    /// <summary>Commits what <paramref name="work"/> makes of a head; it is called again when another instance was first.</summary>
    public async Task<T> CommitAsync<T>(Func<MongoHead, CancellationToken, Task<(MongoHead Next, MongoCommit Commit, T Result)>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var head = await TakeTurnAsync(cancellationToken);
                (MongoHead Next, MongoCommit Commit, T Result) made;
                try
                {
                    made = await work(head, cancellationToken);
                }
                catch (Exception e) when (e is not (OperationCanceledException or TimeoutException or MongoException))
                {
                    // What was read may be half of one state and half of the next.
                    var now = await ReadHeadAsync(cancellationToken);
                    if (now.IsApplied && now.Number == head.Number)
                    {
                        await PassTurnAsync(now, cancellationToken);
                        throw;
                    }
                    Telemetry.CommitConflicts.Add(1);
                    continue;
                }
                var (next, commit, result) = made;
                if (commit.IsEmpty)
                {
                    await PassTurnAsync(head, cancellationToken);
                    return result;
                }
                if (await TryCommitAsync(head, next, commit, cancellationToken))
                {
                    await ApplyAsync(next, commit, cancellationToken);
                    return result;
                }
                Telemetry.CommitConflicts.Add(1);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Applies the commit that <paramref name="seen"/> has not applied, if it still is so.</summary>
    /// <returns>True when it was.</returns>
    public async Task<bool> RecoverAsync(MongoHead seen, CancellationToken cancellationToken)
    {
        var document = await Collection(MongoSchema.Ledger).Find(Head).FirstAsync(cancellationToken);
        var head = MongoHead.From(document);
        if (head.IsApplied || head.Number != seen.Number)
        {
            return false;
        }
        await ApplyAsync(head, MongoCommit.From(document[MongoHead.Commit].AsBsonDocument), cancellationToken);
        Telemetry.CommitsRecovered.Add(1);
        return true;
    }

    public void Dispose() => _gate.Dispose();

    private static BsonDocument Head => new("_id", MongoHead.Id);

    private static ProjectionDefinition<BsonDocument, BsonDocument> WithoutCommit => new BsonDocument(MongoHead.Commit, 0);

    /// <summary>Waits until the last commit is applied and no other instance is next. Instances that always have something to write take turns: each asks for the next one while the other writes.</summary>
    private async Task<MongoHead> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var last = (Number: -1L, IsApplied: false, Turn: (string?)null);
        var since = Stopwatch.GetTimestamp();
        var pause = s_shortPause;
        while (true)
        {
            var head = await ReadHeadAsync(cancellationToken);
            var state = (head.Number, head.IsApplied, head.Turn);
            if (state != last)
            {
                (last, since, pause) = (state, Stopwatch.GetTimestamp(), s_shortPause);
            }
            // By what stands still here, not by times of other machines' clocks.
            var isOverdue = Stopwatch.GetElapsedTime(since) > patience;
            if (head.IsApplied && (head.Turn is null || head.Turn == _me || isOverdue))
            {
                return head;
            }
            if (!head.IsApplied && (isOverdue || head.Number == _committed))
            {
                await RecoverAsync(head, cancellationToken);
                continue;
            }
            if (head.Turn is null)
            {
                await Collection(MongoSchema.Ledger).UpdateOneAsync(
                    new BsonDocument { { "_id", MongoHead.Id }, { "turn", BsonNull.Value } }, new BsonDocument("$set", new BsonDocument("turn", _me)), cancellationToken: cancellationToken);
            }
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < s_longPause ? pause * 2 : s_longPause;
        }
    }

    private async Task PassTurnAsync(MongoHead head, CancellationToken cancellationToken)
    {
        if (head.Turn == _me)
        {
            await Collection(MongoSchema.Ledger).UpdateOneAsync(
                new BsonDocument { { "_id", MongoHead.Id }, { "turn", _me } }, new BsonDocument("$unset", new BsonDocument("turn", 1)), cancellationToken: cancellationToken);
        }
    }

    private async Task<bool> TryCommitAsync(MongoHead head, MongoHead next, MongoCommit commit, CancellationToken cancellationToken)
    {
        next.Number = head.Number + 1;
        next.LastEventBefore = head.LastEvent;
        next.IsApplied = false;
        var result = await Collection(MongoSchema.Ledger).UpdateOneAsync(
            new BsonDocument { { "_id", MongoHead.Id }, { "number", head.Number }, { "applied", true } },
            new BsonDocument { { "$set", next.ToDocument().Add(MongoHead.Commit, commit.ToDocument()) }, { "$unset", new BsonDocument("turn", 1) } },
            cancellationToken: cancellationToken);
        if (result.MatchedCount == 0)
        {
            return false;
        }
        _committed = next.Number;
        return true;
    }

    /// <summary>Brings a commit to the collections, whether or not it is there already.</summary>
    internal async Task ApplyAsync(MongoHead head, MongoCommit commit, CancellationToken cancellationToken)
    {
        var older = new BsonDocument("$lt", head.Number);
        // What leads to something comes after it: who finds an article finds its text, who finds a position its article and actors.
        await Task.WhenAll(commit.Puts.Where(puts => puts.Collection is not (MongoSchema.Articles or MongoSchema.Positions)).Select(PutAsync).Concat(commit.Appends.Select(AppendAsync)));
        await Task.WhenAll(commit.Puts.Where(puts => puts.Collection == MongoSchema.Articles).Select(PutAsync));
        await Task.WhenAll(commit.Puts.Where(puts => puts.Collection == MongoSchema.Positions).Select(PutAsync));
        if (commit.StatesOf is { } retired)
        {
            await Collection(MongoSchema.States).UpdateManyAsync(
                new BsonDocument { { "issue", retired }, { "live", true }, { "c", older } }, new BsonDocument("$set", new BsonDocument { { "live", false }, { "c", head.Number } }),
                cancellationToken: cancellationToken);
        }
        if (commit.Sweep is { } sweep)
        {
            await SweepAsync(sweep, head.Number, cancellationToken);
        }
        if (commit.TrimsEvents)
        {
            await Collection(MongoSchema.Events).DeleteManyAsync(new BsonDocument("_id", new BsonDocument("$lte", head.EventFloor)), cancellationToken);
        }
        if (commit.TrimsEffects)
        {
            await Collection(MongoSchema.Effects).DeleteManyAsync(new BsonDocument("version", new BsonDocument("$lte", head.EffectFloor)), cancellationToken);
        }
        await Collection(MongoSchema.Ledger).UpdateOneAsync(
            new BsonDocument { { "_id", MongoHead.Id }, { "number", head.Number } },
            new BsonDocument { { "$set", new BsonDocument("applied", true) }, { "$unset", new BsonDocument(MongoHead.Commit, 1) } },
            cancellationToken: cancellationToken);

        Task PutAsync((string Collection, IEnumerable<BsonDocument> Documents) puts) => WriteAsync(
            puts.Collection,
            puts.Documents.Select(put => (WriteModel<BsonDocument>)new UpdateOneModel<BsonDocument>(
                new BsonDocument { { "_id", put["_id"] }, { "c", older } },
                new BsonDocument("$set", new BsonDocument(put.Elements.Where(element => element.Name != "_id")).Set("c", head.Number))) { IsUpsert = true }),
            cancellationToken);

        Task AppendAsync((string Collection, IEnumerable<BsonDocument> Documents) appends) => WriteAsync(
            appends.Collection, appends.Documents.Select(append => (WriteModel<BsonDocument>)new InsertOneModel<BsonDocument>(append)), cancellationToken);
    }

    /// <summary>A document that is there in this state or a later one refuses the upsert with its key, which is as it should be.</summary>
    private async Task WriteAsync(string collection, IEnumerable<WriteModel<BsonDocument>> writes, CancellationToken cancellationToken)
    {
        try
        {
            await Collection(collection).BulkWriteAsync([.. writes], new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }
        catch (MongoBulkWriteException<BsonDocument> there) when (there.WriteConcernError is null && there.WriteErrors.Count > 0 && there.WriteErrors.All(error => error.Code == DuplicateKey))
        {
        }
    }

    private async Task SweepAsync(MongoSweep sweep, long number, CancellationToken cancellationToken)
    {
        var classified = ClassifiedField(sweep.Issue);
        switch (sweep.Kind)
        {
            case MongoSweepKind.Mark:
                await UpdateAsync(new() { { "waits", false }, { "classifiable", true }, { classified, new BsonDocument("$not", new BsonDocument("$gte", sweep.Version)) } }, new("waits", true));
                break;
            case MongoSweepKind.Carry:
                await UpdateAsync(new(classified, new BsonDocument { { "$gte", sweep.OldVersion }, { "$lt", sweep.Version } }), new(classified, sweep.Version));
                break;
            default:
                await UpdateAsync(new() { { "waits", false }, { "classifiable", true }, { classified, new BsonDocument("$lt", sweep.Version) } }, new("waits", true));
                await UpdateAsync(
                    new("$and", new BsonArray(sweep.Issues.Select(issue => new BsonDocument(ClassifiedField(issue.Issue),
                        issue.IsRetired ? new BsonDocument("$not", new BsonDocument("$lt", issue.Version)) : new BsonDocument("$gte", issue.Version))).Prepend(new("waits", true)))),
                    new("waits", false));
                break;
        }
        var waiting = await Collection(MongoSchema.Articles).CountDocumentsAsync(new BsonDocument("waits", true), cancellationToken: cancellationToken);
        // Once: whoever applies this again later would count what has changed since.
        await Collection(MongoSchema.Issues).UpdateOneAsync(
            new BsonDocument { { "_id", sweep.Issue }, { "version", sweep.Version }, { "concerned", BsonNull.Value } },
            new BsonDocument("$set", new BsonDocument("concerned", waiting)), cancellationToken: cancellationToken);

        Task UpdateAsync(BsonDocument filter, BsonDocument change) => Collection(MongoSchema.Articles).UpdateManyAsync(
            filter.Add("c", new BsonDocument("$lt", number)), new BsonDocument("$set", change.Add("c", number)), cancellationToken: cancellationToken);
    }

    private static string ClassifiedField(int issue) => string.Create(CultureInfo.InvariantCulture, $"classified.{issue}");

    private sealed record KeptPairs(long Number, Dictionary<(int Holder, int Issue), List<MongoPeer>> Pairs);

    private sealed record KnownIssues(long Changed, IReadOnlyDictionary<string, MongoIssue> Issues);
}

/// <summary>An issue as it is stored.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Codebook version of its last change; 0 = seen in stances only.</param>
/// <param name="IsRetired">True when it is no longer in use.</param>
/// <param name="IsClearing">True while stances are left from before it was retired.</param>
/// <param name="Info">Protobuf bytes.</param>
internal sealed record MongoIssue(int Key, string Id, long Version, bool IsRetired, bool IsClearing, byte[] Info)
{
    public static MongoIssue From(BsonDocument document) => new(
        document["_id"].ToInt32(), document["id"].AsString, document["version"].ToInt64(), document["retired"].AsBoolean, document["clearing"].AsBoolean, document["info"].AsByteArray);

    public BsonDocument ToDocument() => new() { { "_id", Key }, { "id", Id }, { "version", Version }, { "retired", IsRetired }, { "clearing", IsClearing }, { "info", Info } };
}

/// <summary>What it takes of a stance to say what another of the same holder on the same issue means next to it.</summary>
internal sealed record MongoPeer(long Row, string Article, string Date, V1.StanceLabel Label, double Confidence);
