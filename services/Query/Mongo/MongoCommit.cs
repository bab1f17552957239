using MongoDB.Bson;

namespace Sikap.Query;

/// <summary>Everything that one commit writes, told in such a way that it may be applied twice, and late, without harm.</summary>
internal sealed class MongoCommit
{
    private readonly Dictionary<string, Dictionary<BsonValue, BsonDocument>> _puts = [];
    private readonly Dictionary<string, BsonArray> _appends = [];

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => _puts.Count == 0 && _appends.Count == 0 && Sweep is null && !TrimsEvents && !TrimsEffects && StatesOf is null;

    /// <summary>A change of many articles at once; null = none.</summary>
    public MongoSweep? Sweep { get; set; }

    /// <summary>Issue whose states go; null = none.</summary>
    public int? StatesOf { get; set; }

    /// <summary>Events up to the floor go.</summary>
    public bool TrimsEvents { get; set; }

    /// <summary>Effects up to the floor go.</summary>
    public bool TrimsEffects { get; set; }

    /// <summary>Documents to write under their <c>_id</c>: these fields are set, others stay.</summary>
    public IEnumerable<(string Collection, IEnumerable<BsonDocument> Documents)> Puts => _puts.Select(puts => (puts.Key, puts.Value.Values.AsEnumerable()));

    /// <summary>Documents that are written once and never change.</summary>
    public IEnumerable<(string Collection, IEnumerable<BsonDocument> Documents)> Appends => _appends.Select(appends => (appends.Key, appends.Value.Cast<BsonDocument>()));

    public void Put(string collection, BsonDocument document)
    {
        if (!_puts.TryGetValue(collection, out var puts))
        {
            _puts[collection] = puts = [];
        }
        // One document is written once in a commit, or its second half would find the number of the commit there and stay away.
        if (!puts.TryAdd(document["_id"], document))
        {
            puts[document["_id"]].Merge(document, overwriteExistingElements: true);
        }
    }

    public void Append(string collection, BsonDocument document)
    {
        if (!_appends.TryGetValue(collection, out var appends))
        {
            _appends[collection] = appends = [];
        }
        appends.Add(document);
    }

    public BsonDocument ToDocument()
    {
        var document = new BsonDocument
        {
            { "puts", new BsonDocument(_puts.Select(puts => new BsonElement(puts.Key, new BsonArray(puts.Value.Values)))) },
            { "appends", new BsonDocument(_appends.Select(appends => new BsonElement(appends.Key, appends.Value))) },
            { "trimsEvents", TrimsEvents },
            { "trimsEffects", TrimsEffects },
        };
        if (Sweep is not null)
        {
            document.Add("sweep", Sweep.ToDocument());
        }
        if (StatesOf is { } issue)
        {
            document.Add("statesOf", issue);
        }
        return document;
    }

    public static MongoCommit From(BsonDocument document)
    {
        var commit = new MongoCommit
        {
            TrimsEvents = document["trimsEvents"].AsBoolean,
            TrimsEffects = document["trimsEffects"].AsBoolean,
            Sweep = document.TryGetValue("sweep", out var sweep) ? MongoSweep.From(sweep.AsBsonDocument) : null,
            StatesOf = document.TryGetValue("statesOf", out var issue) ? issue.ToInt32() : null,
        };
        foreach (var puts in document["puts"].AsBsonDocument)
        {
            foreach (var put in puts.Value.AsBsonArray)
            {
                commit.Put(puts.Name, put.AsBsonDocument);
            }
        }
        foreach (var appends in document["appends"].AsBsonDocument)
        {
            foreach (var append in appends.Value.AsBsonArray)
            {
                commit.Append(appends.Name, append.AsBsonDocument);
            }
        }
        return commit;
    }
}

/// <summary>What a changed issue does to all articles.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Issue">Key of the issue.</param>
/// <param name="Version">Its version now.</param>
/// <param name="OldVersion">Its version before.</param>
/// <param name="Issues">All issues, for <see cref="MongoSweepKind.Retire"/>.</param>
internal sealed record MongoSweep(MongoSweepKind Kind, int Issue, long Version, long OldVersion, IReadOnlyList<(int Issue, long Version, bool IsRetired)> Issues)
{
    public BsonDocument ToDocument() => new()
    {
        { "kind", (int)Kind }, { "issue", Issue }, { "version", Version }, { "old", OldVersion },
        { "issues", new BsonArray(Issues.Select(issue => new BsonDocument { { "issue", issue.Issue }, { "version", issue.Version }, { "retired", issue.IsRetired } })) },
    };

    public static MongoSweep From(BsonDocument document) => new(
        (MongoSweepKind)document["kind"].ToInt32(), document["issue"].ToInt32(), document["version"].ToInt64(), document["old"].ToInt64(),
        [.. document["issues"].AsBsonArray.Select(issue => (issue["issue"].ToInt32(), issue["version"].ToInt64(), issue["retired"].AsBoolean))]);
}

/// <summary>Ways in which a changed issue touches all articles.</summary>
internal enum MongoSweepKind
{
    /// <summary>Those that were not classified with this version wait.</summary>
    Mark,

    /// <summary>What was classified with the version before counts for this one too.</summary>
    Carry,

    /// <summary>Those that were classified with it wait until they are classified without it, and those that waited for it alone wait no more.</summary>
    Retire,
}
