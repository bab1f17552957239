using System.Globalization;
using Google.Protobuf;
using MongoDB.Bson;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>An article while a commit changes it: what its document holds but the words of the search.</summary>
internal sealed class MongoArticle
{
    // The engine reads Indonesian only; an article in another language is stored but never classified, so it waits for nothing unless people coded it.
    private const string ClassifiedLanguage = "id";

    private BsonDocument? _extracted;
    private BsonDocument? _superseded;

    public MongoArticle(string id, long key)
    {
        (Id, Key) = (id, key);
        (EngineVersion, Publisher, Origin, Report, Work, Date) = ("", "", "", "", "", DateKey.Undated);
    }

    public MongoArticle(BsonDocument document)
    {
        Id = document["_id"].AsString;
        Key = document["row"].ToInt64();
        EngineVersion = document["engine"].AsString;
        Coding = document["coding"].ToInt64();
        IsClassifiable = document["classifiable"].AsBoolean;
        Publisher = document["publisher"].AsString;
        Origin = document["origin"].AsString;
        // Articles from before have none of these.
        Report = document.TryGetValue("report", out var report) ? report.AsString : "";
        Work = document.TryGetValue("work", out var work) ? work.AsString : "";
        Edition = document.TryGetValue("edition", out var edition) ? edition.ToInt32() : 0;
        IsSuperseded = document.TryGetValue("superseded", out var superseded) && superseded.AsBoolean;
        History = document.TryGetValue("history", out var history) && !history.IsBsonNull ? history.AsByteArray : null;
        Date = document["date"].AsString;
        Waits = document["waits"].AsBoolean;
        Classified = document["classified"].AsBsonDocument.ToDictionary(element => int.Parse(element.Name, CultureInfo.InvariantCulture), element => element.Value.ToInt64());
        Statements = [.. document["statements"].AsBsonArray.Cast<BsonDocument>()];
        Stances = [.. document["stances"].AsBsonArray.Cast<BsonDocument>().Select(stance => new StoredStance(stance))];
        Info = document["info"].AsByteArray;
        StateSlots = document["stateSlots"].ToInt32();
        RelationSlots = document["relationSlots"].ToInt32();
    }

    public string Id { get; }

    public long Key { get; }

    public string EngineVersion { get; private set; }

    public long Coding { get; private set; }

    /// <summary>True when the engine reads its language or people coded it.</summary>
    public bool IsClassifiable { get; private set; }

    public string Publisher { get; private set; }

    public string Origin { get; private set; }

    /// <summary>Name of the group of articles with nearly the same text; empty when it is not known.</summary>
    public string Report { get; private set; }

    /// <summary>Name of the group of revisions; empty when it is not known.</summary>
    public string Work { get; private set; }

    /// <summary>Order among the revisions.</summary>
    public int Edition { get; private set; }

    /// <summary>True when a later revision is here: nothing it says counts.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>Stances of a superseded article, see <see cref="SupersededArticle"/>.</summary>
    public byte[]? History { get; private set; }

    /// <summary>Publication, see <see cref="DateKey"/>.</summary>
    public string Date { get; private set; }

    public bool Waits { get; set; }

    /// <summary>Codebook version of the classification by key of the issue.</summary>
    public Dictionary<int, long> Classified { get; } = [];

    /// <summary>In the order of the text.</summary>
    public List<BsonDocument> Statements { get; private set; } = [];

    /// <summary>In the order in which they came.</summary>
    public List<StoredStance> Stances { get; } = [];

    public List<StoredState> States { get; private set; } = [];

    /// <summary>Documents of states that there are, those that have gone included.</summary>
    public int StateSlots { get; private set; }

    /// <summary>Documents of relations that there are, those that have gone included.</summary>
    public int RelationSlots { get; set; }

    /// <summary>Its <see cref="Proto.ArticleInfo"/>.</summary>
    public byte[] Info { get; private set; } = [];

    public bool IsChanged { get; set; }

    /// <summary>True when this commit replaces what was extracted.</summary>
    public bool IsExtractedAnew => _extracted is not null;

    /// <summary>Key of the n-th state or relation.</summary>
    public string SlotKey(int slot) => string.Create(CultureInfo.InvariantCulture, $"{Key}:{slot}");

    /// <summary>Takes over another extraction. All that is known rests on the one before: any classification counts as newer, and all issues are due again.</summary>
    public void Extract(StancesClassified message, List<BsonDocument> statements)
    {
        var article = message.Article;
        var words = NameKey.Words($"{article.Title}\n{article.Text}");
        EngineVersion = article.EngineVersion;
        Coding = article.Coding?.Revision ?? 0;
        IsClassifiable = article.Language == ClassifiedLanguage || Coding > 0;
        Publisher = NameKey.Of(article.Publisher ?? "");
        Origin = ReportChain.OriginOf(article);
        Report = article.Provenance?.Report ?? "";
        Work = article.Provenance?.Work ?? "";
        Edition = article.Provenance?.Edition ?? 0;
        Date = DateKey.Of(article.Published?.Value);
        Statements = statements;
        foreach (var issue in Classified.Keys)
        {
            Classified[issue] = 0;
        }
        Info = article.ToArticleInfo(message.Url, message.AcceptedAt, 0).ToByteArray();
        _extracted = ToExtracted(words, message.AcceptedAt.UtcTicks, Info);
        IsChanged = true;
    }

    /// <summary>Takes over what another store kept of an article, see <see cref="MongoLedgerParts"/>.</summary>
    public void Restore(ArticleRow row, string? title, string text, List<BsonDocument> statements)
    {
        (EngineVersion, Coding, IsClassifiable, Waits) = (row.EngineVersion, row.Coding, row.Language == ClassifiedLanguage || row.Coding > 0, row.Waits);
        (Publisher, Origin, Date, Statements) = (row.Publisher, row.Origin, row.Date, statements);
        (Report, Work, Edition, IsSuperseded, History) = (row.Report, row.Work, row.Edition, row.IsSuperseded, row.History);
        IsClassifiable &= !IsSuperseded;
        (StateSlots, RelationSlots) = (row.States.Count, row.Relations.Count);
        foreach (var classified in row.Classified)
        {
            Classified[classified.Issue] = classified.Version;
        }
        _extracted = ToExtracted(IsSuperseded ? [] : NameKey.Words($"{title}\n{text}"), row.AcceptedAt, row.Info);
    }

    /// <summary>A later revision is here: what it says is kept with it and found no more.</summary>
    public void Supersede(byte[] history, byte[] info)
    {
        (IsSuperseded, IsClassifiable, Waits, History, IsChanged) = (true, false, false, history, true);
        Statements = [];
        Classified.Clear();
        _superseded = new BsonDocument { { "classifiable", false }, { "info", info }, { "words", new BsonArray() }, { "sequence", "" } };
    }

    private BsonDocument ToExtracted(IReadOnlyList<string> words, long accepted, byte[] info) => new()
    {
        { "row", Key }, { "engine", EngineVersion }, { "coding", Coding }, { "classifiable", IsClassifiable }, { "publisher", Publisher }, { "origin", Origin }, { "report", Report },
        { "story", Proto.ArticleInfo.Parser.ParseFrom(info).StoryId }, { "work", Work }, { "edition", Edition }, { "date", Date }, { "accepted", accepted }, { "info", info },
        { "words", new BsonArray(words.Distinct(StringComparer.Ordinal)) }, { "sequence", $" {string.Join(' ', words)} " },
    };

    /// <summary>Puts the states of an issue in the place of those that were there.</summary>
    public void SetStates(int issue, IEnumerable<StoredState> states)
    {
        States = [.. States.Where(state => state.Issue != issue).Concat(states).Select((state, slot) => state with { Slot = slot })];
        IsChanged |= States.Count > StateSlots;
        StateSlots = Math.Max(StateSlots, States.Count);
    }

    /// <summary>The fields to set.</summary>
    public BsonDocument ToDocument()
    {
        var document = new BsonDocument("_id", Id);
        document.AddRange(_extracted ?? []);
        foreach (var field in _superseded ?? [])
        {
            document.Set(field.Name, field.Value);
        }
        foreach (var statement in Statements)
        {
            // What a list of statements by issue and label looks for.
            statement.Set("positions", new BsonArray(Stances.Where(stance => stance.Document["statement"].AsString == statement["id"].AsString)
                .Select(stance => new BsonDocument { { "issue", stance.Issue }, { "label", stance.Document["label"] } })));
        }
        document.Add("waits", Waits);
        document.Add("classified", new BsonDocument(Classified.Select(one => new BsonElement(one.Key.ToString(CultureInfo.InvariantCulture), one.Value))));
        document.Add("statements", new BsonArray(Statements));
        document.Add("stances", new BsonArray(Stances.Select(stance => stance.Document)));
        document.Add("stanceCount", Stances.Count);
        document.Add("superseded", IsSuperseded);
        document.Add("history", History is null ? BsonNull.Value : new BsonBinaryData(History));
        document.Add("stateSlots", StateSlots);
        document.Add("relationSlots", RelationSlots);
        return document;
    }
}

/// <summary>A stance as its article's document holds it.</summary>
internal sealed class StoredStance(BsonDocument document)
{
    private Proto.Stance? _stance;
    private Proto.Stance? _content;

    public BsonDocument Document { get; } = document;

    public long Row { get; } = document["row"].ToInt64();

    public int Issue { get; } = document["issue"].ToInt32();

    public int Holder { get; } = document["holder"].ToInt32();

    public string Date { get; } = document["date"].AsString;

    public byte[] Info => Document["info"].AsByteArray;

    public Proto.Stance Stance => _stance ??= Proto.Stance.Parser.ParseFrom(Info);

    /// <inheritdoc cref="SqliteWriter.ContentOf"/>
    public Proto.Stance Content => _content ??= SqliteWriter.ContentOf(Stance);

    /// <summary>What the questions over many stances need of it, see <see cref="Position"/>.</summary>
    public BsonDocument ToPosition(MongoArticle article) => new()
    {
        { "_id", Row }, { "article", article.Key }, { "articleId", article.Id }, { "issue", Issue }, { "holder", Holder }, { "label", Document["label"] },
        { "conditional", Document["conditional"] }, { "confidence", Document["confidence"] }, { "start", Document["start"] }, { "date", Date }, { "represents", Document["represents"] },
        { "publisher", article.Publisher }, { "origin", article.Origin }, { "report", article.Report }, { "published", article.Date },
    };
}

/// <summary>A state of a proposal as it is stored.</summary>
internal sealed record StoredState(int Issue, long Article, int Slot, string Date, double Confidence, Proto.IssueState State)
{
    public static StoredState From(BsonDocument document) => new(
        document["issue"].ToInt32(), document["article"].ToInt64(), document["n"].ToInt32(), document["date"].AsString, document["confidence"].ToDouble(),
        Proto.IssueState.Parser.ParseFrom(document["info"].AsByteArray));

    public BsonDocument ToDocument(MongoArticle article) => new()
    {
        { "_id", article.SlotKey(Slot) }, { "live", true }, { "article", Article }, { "n", Slot }, { "articleId", article.Id }, { "publisher", article.Publisher }, { "issue", Issue },
        { "issueId", State.IssueId }, { "state", (int)State.State }, { "date", Date }, { "start", State.Evidence.Start }, { "confidence", Confidence }, { "info", State.ToByteArray() },
    };
}

/// <summary>An actor while a commit changes it.</summary>
internal sealed class MongoActor(int key, string nameKey, Proto.ActorType type, string name)
{
    private readonly HashSet<string> _aliases = new(StringComparer.Ordinal);

    public int Key { get; } = key;

    public string NameKey { get; } = nameKey;

    public Proto.ActorType Type { get; } = type;

    public string Represents { get; set; } = "";

    public int Statements { get; set; }

    public int Stances { get; set; }

    public bool IsUsed => Statements + Stances > 0;

    /// <summary>As it was before the commit.</summary>
    public bool WasUsed { get; private init; }

    public bool IsChanged { get; set; } = true;

    public static MongoActor From(BsonDocument document)
    {
        var actor = new MongoActor(document["_id"].ToInt32(), document["key"].AsString, (Proto.ActorType)document["type"].ToInt32(), document["name"].AsString)
        {
            Represents = document["represents"].AsString, Statements = document["statements"].ToInt32(), Stances = document["stances"].ToInt32(), WasUsed = document["used"].AsBoolean, IsChanged = false,
        };
        actor._aliases.UnionWith(document["aliases"].AsBsonArray.Select(alias => alias.AsString));
        return actor;
    }

    public void AddAlias(string alias) => IsChanged |= _aliases.Add(alias);

    public BsonDocument ToDocument() => new()
    {
        { "_id", Key }, { "key", NameKey }, { "type", (int)Type }, { "name", name }, { "words", MongoWriter.Words(name) }, { "represents", Represents },
        { "representsKey", Represents.ToLowerInvariant() }, { "aliases", new BsonArray(_aliases) }, { "statements", Statements }, { "stances", Stances }, { "used", IsUsed },
    };
}
