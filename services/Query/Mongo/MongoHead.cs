using MongoDB.Bson;

namespace Sikap.Query;

/// <summary>The state of the ledger that one commit leaves behind: its number, the cursors, and what was counted and given out so far.</summary>
internal sealed record MongoHead
{
    public const string Id = "head";

    /// <summary>Field that holds the commit itself until all of it is applied.</summary>
    public const string Commit = "commit";

    /// <summary>Number of the commit; 0 = none.</summary>
    public long Number { get; set; }

    /// <summary>False while the commit may not have reached every collection.</summary>
    public bool IsApplied { get; set; } = true;

    /// <summary>Cursor of the newest event.</summary>
    public long LastEvent { get; set; }

    /// <summary>Cursor of the newest event before this commit.</summary>
    public long LastEventBefore { get; set; }

    /// <summary>Events up to this cursor are no longer kept.</summary>
    public long EventFloor { get; set; }

    /// <summary>Effects of versions up to this one are no longer kept.</summary>
    public long EffectFloor { get; set; }

    /// <summary>Highest version of any issue.</summary>
    public long CodebookVersion { get; set; }

    /// <summary>Number of the commit that changed an issue last.</summary>
    public long IssuesChanged { get; set; }

    public long Articles { get; set; }

    public long Statements { get; set; }

    public long Stances { get; set; }

    /// <summary>Actors with a statement or a stance.</summary>
    public long Actors { get; set; }

    /// <summary>Keys given out last.</summary>
    public long ArticleKey { get; set; }

    public long StanceKey { get; set; }

    public int ActorKey { get; set; }

    public int IssueKey { get; set; }

    public long EffectKey { get; set; }

    /// <summary>Which instance commits next; null = whoever comes.</summary>
    public string? Turn { get; set; }

    /// <summary>Cursor of the newest event that may be shown: what came with it can be read.</summary>
    public long VisibleEvent => IsApplied ? LastEvent : LastEventBefore;

    /// <summary>All but the identity and the turn.</summary>
    public BsonDocument ToDocument() => new()
    {
        { "number", Number }, { "applied", IsApplied }, { "event", LastEvent }, { "eventBefore", LastEventBefore }, { "eventFloor", EventFloor }, { "effectFloor", EffectFloor },
        { "codebook", CodebookVersion }, { "issuesChanged", IssuesChanged }, { "articles", Articles }, { "statements", Statements }, { "stances", Stances }, { "actors", Actors },
        { "articleKey", ArticleKey }, { "stanceKey", StanceKey }, { "actorKey", ActorKey }, { "issueKey", IssueKey }, { "effectKey", EffectKey },
    };

    public static MongoHead From(BsonDocument document) => new()
    {
        Number = document["number"].ToInt64(),
        IsApplied = document["applied"].AsBoolean,
        LastEvent = document["event"].ToInt64(),
        LastEventBefore = document["eventBefore"].ToInt64(),
        EventFloor = document["eventFloor"].ToInt64(),
        EffectFloor = document["effectFloor"].ToInt64(),
        CodebookVersion = document["codebook"].ToInt64(),
        IssuesChanged = document["issuesChanged"].ToInt64(),
        Articles = document["articles"].ToInt64(),
        Statements = document["statements"].ToInt64(),
        Stances = document["stances"].ToInt64(),
        Actors = document["actors"].ToInt64(),
        ArticleKey = document["articleKey"].ToInt64(),
        StanceKey = document["stanceKey"].ToInt64(),
        ActorKey = document["actorKey"].ToInt32(),
        IssueKey = document["issueKey"].ToInt32(),
        EffectKey = document["effectKey"].ToInt64(),
        Turn = document.TryGetValue("turn", out var turn) ? turn.AsString : null,
    };
}
