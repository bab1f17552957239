using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>
/// Answers and budget in MongoDB. All processes that share the database share both. Shard keys: <c>answers</c> <c>{ _id: "hashed" }</c>, keys are hashes; <c>budget</c> is one document and is not sharded.
/// </summary>
internal sealed class MongoChatStore(MongoStore store) : IChatStore, IDisposable
{
    public const string AnswersName = "answers";

    private const string BudgetId = "spent";
    private const long MinutesPerHour = 60;
    private const long MinutesPerDay = 24 * MinutesPerHour;

    private readonly IMongoCollection<BsonDocument> _answers = store.Collection(AnswersName);

    // One document, replaced under the revision that was read: reading the sums and noting a request must be one step. Its day has at most 1,440 minutes.
    private readonly IMongoCollection<BsonDocument> _budget = store.Collection("budget").WithReadPreference(ReadPreference.Primary);
    private readonly SemaphoreSlim _reserving = new(1, 1);

    private long? _appended;

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<KeptAnswer>("answers", kept => kept.Key, ReadAnswersAsync, AppendAnswersAsync, CountAnswersAsync, ClearAnswersAsync),
        StorePart.Of<SpentMinute>(
            "budget",
            SpentMinute.KeyOf,
            ReadSpentAsync,
            (minutes, token) => ChangeBudgetAsync(spent => minutes.All(noted => spent.TryAdd(noted.Minute, (noted.Requests, noted.Tokens))), token),
            async token => (await FindSpentAsync(token)).Spent.Count,
            token => store.WriteAsync(write => _budget.DeleteManyAsync(Filter.Empty, write), token)),
    ];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken) => store.ReadAsync(
        async token => (await _answers.Find(Filter.Eq("_id", key)).FirstOrDefaultAsync(token))?["answer"].AsString, cancellationToken);

    public Task KeepAnswerAsync(string key, string answer, int maxEntries, CancellationToken cancellationToken) => store.WriteAsync(
        async token =>
        {
            var keep = Builders<BsonDocument>.Update.SetOnInsert("answer", answer).SetOnInsert("order", ObjectId.GenerateNewId());
            var kept = await _answers.UpdateOneAsync(Filter.Eq("_id", key), keep, new UpdateOptions { IsUpsert = true }, token);
            if (kept.UpsertedId is null)
                return true;
            var newestToGo = await _answers.WithReadPreference(ReadPreference.Primary).Find(Filter.Empty).Sort(Builders<BsonDocument>.Sort.Descending("order")).Skip(maxEntries).Limit(1)
                .Project(Builders<BsonDocument>.Projection.Include("order")).FirstOrDefaultAsync(token);
            if (newestToGo is not null)
                await _answers.DeleteManyAsync(Filter.Lte("order", newestToGo["order"].AsObjectId), token);
            return true;
        },
        cancellationToken);

    public Task<bool> TryReserveAsync(long tokens, ChatBudget budget, DateTimeOffset now, CancellationToken cancellationToken) => ChangeBudgetAsync(
        spent =>
        {
            var minute = MinuteOf(now);
            var hour = spent.Where(pair => pair.Key > minute - MinutesPerHour).Select(pair => pair.Value).ToList();
            var day = spent.Where(pair => pair.Key > minute - MinutesPerDay).Select(pair => pair.Value).ToList();
            if (hour.Sum(one => one.Requests) + 1 > budget.RequestsPerHour || day.Sum(one => one.Requests) + 1 > budget.RequestsPerDay
                || hour.Sum(one => one.Tokens) + tokens > budget.TokensPerHour || day.Sum(one => one.Tokens) + tokens > budget.TokensPerDay)
                return false;
            foreach (var old in spent.Keys.Where(key => key <= minute - MinutesPerDay).ToList())
                spent.Remove(old);
            var noted = spent.GetValueOrDefault(minute);
            spent[minute] = (noted.Requests + 1, noted.Tokens + tokens);
            return true;
        },
        cancellationToken);

    public Task CorrectAsync(DateTimeOffset at, long tokens, CancellationToken cancellationToken) => ChangeBudgetAsync(
        spent =>
        {
            if (!spent.TryGetValue(MinuteOf(at), out var noted))
                return false;
            spent[MinuteOf(at)] = (noted.Requests, Math.Max(0, noted.Tokens + tokens));
            return true;
        },
        cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    public void Dispose() => _reserving.Dispose();

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private static BsonDocument ToDocument(long revision, SortedDictionary<long, (long Requests, long Tokens)> spent) => new()
    {
        { "_id", BudgetId }, { "revision", revision },
        { "minutes", new BsonArray(spent.Select(pair => new BsonDocument { { "minute", pair.Key }, { "requests", pair.Value.Requests }, { "tokens", pair.Value.Tokens } })) },
    };

    private static SortedDictionary<long, (long Requests, long Tokens)> ToSpent(BsonDocument document) => new(
        document["minutes"].AsBsonArray.ToDictionary(item => item["minute"].ToInt64(), item => (item["requests"].ToInt64(), item["tokens"].ToInt64())));

    private async Task<bool> ChangeBudgetAsync(Func<SortedDictionary<long, (long Requests, long Tokens)>, bool> change, CancellationToken cancellationToken)
    {
        // Those of this process wait for each other here; only another process can be faster there.
        await _reserving.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var (revision, spent) = await FindSpentAsync(cancellationToken);
                if (!change(spent))
                    return false;
                if (await TryReplaceAsync(revision, spent, cancellationToken))
                    return true;
            }
        }
        finally
        {
            _reserving.Release();
        }
    }

    private async Task<(long? Revision, SortedDictionary<long, (long Requests, long Tokens)> Spent)> FindSpentAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(token => _budget.Find(Filter.Eq("_id", BudgetId)).FirstOrDefaultAsync(token), cancellationToken) is { } there ? (there["revision"].ToInt64(), ToSpent(there)) : (null, []);

    private async IAsyncEnumerable<SpentMinute> ReadSpentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (minute, (requests, tokens)) in (await FindSpentAsync(cancellationToken)).Spent)
            yield return new SpentMinute(minute, requests, tokens);
    }

    private IAsyncEnumerable<KeptAnswer> ReadAnswersAsync(CancellationToken cancellationToken) => store.ReadAllAsync(
        _answers.WithReadPreference(ReadPreference.Primary), Builders<BsonDocument>.Sort.Ascending("order"), document => new KeptAnswer(document["_id"].AsString, document["answer"].AsString), cancellationToken);

    private async Task AppendAnswersAsync(IReadOnlyList<KeptAnswer> answers, CancellationToken cancellationToken)
    {
        var position = _appended ??= await CountAnswersAsync(cancellationToken);
        await store.WriteAsync(
            async token =>
            {
                await _answers.InsertManyAsync(
                    answers.Select((kept, index) => new BsonDocument { { "_id", kept.Key }, { "answer", kept.Answer }, { "order", MongoStore.EarlyOrder(position + index) } }), cancellationToken: token);
                return true;
            },
            cancellationToken);
        _appended = position + answers.Count;
    }

    private Task<long> CountAnswersAsync(CancellationToken cancellationToken) => store.ReadAsync(
        token => _answers.WithReadPreference(ReadPreference.Primary).CountDocumentsAsync(Filter.Empty, cancellationToken: token), cancellationToken);

    private Task ClearAnswersAsync(CancellationToken cancellationToken)
    {
        _appended = null;
        return store.WriteAsync(token => _answers.DeleteManyAsync(Filter.Empty, token), cancellationToken);
    }

    private Task<bool> TryReplaceAsync(long? revision, SortedDictionary<long, (long Requests, long Tokens)> spent, CancellationToken cancellationToken) => store.WriteAsync(
        async token =>
        {
            if (revision is { } known)
                return (await _budget.ReplaceOneAsync(Filter.Eq("_id", BudgetId) & Filter.Eq("revision", known), ToDocument(known + 1, spent), cancellationToken: token)).MatchedCount == 1;
            try
            {
                await _budget.InsertOneAsync(ToDocument(1, spent), cancellationToken: token);
                return true;
            }
            catch (MongoWriteException taken) when (taken.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                return false;
            }
        },
        cancellationToken);
}
