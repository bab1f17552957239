namespace Sikap.Query;

/// <summary>The ledger as it goes from store to store: what every store keeps, under the keys that events, cursors and lists name. What follows from it, such as words of the search and counts, each store works out again.</summary>
/// <param name="LastEvent">Cursor of the newest event, also when it is no longer kept.</param>
/// <param name="EffectFloor">Effects of versions up to this one are no longer kept.</param>
internal sealed record CursorsRow(long LastEvent, long EffectFloor);

/// <summary>An issue; <c>Info</c> is protobuf.</summary>
internal sealed record IssueRow(int Key, string Id, long Version, bool Retired, long Concerned, byte[] Info);

/// <summary>An actor; aliases in ordinal order.</summary>
internal sealed record ActorRow(int Key, string NameKey, int Type, string Name, string Represents, IReadOnlyList<string> Aliases);

/// <summary>
/// An article with everything that was found in it. <c>Payload</c> is that of <see cref="ArticlePayload"/>; <c>History</c> holds the stances of a superseded one; classified by issue, statements in the order of the text, stances by key, states and relations in the order
/// of <see cref="Order(IEnumerable{StateRow})"/>, since stores keep none of their own.
/// </summary>
internal sealed record ArticleRow(
    long Key, string Id, string Publisher, string Date, string Language, string EngineVersion, long Coding, long AcceptedAt, bool Waits, byte[] Info, string Origin, string Report, string Work, int Edition, bool IsSuperseded, byte[]? History, string? Url, byte[] Payload,
    IReadOnlyList<ClassifiedRow> Classified, IReadOnlyList<StatementRow> Statements, IReadOnlyList<StanceRow> Stances, IReadOnlyList<StateRow> States, IReadOnlyList<RelationRow> Relations)
{
    public static IReadOnlyList<StateRow> Order(IEnumerable<StateRow> states) =>
        [.. states.OrderBy(state => state.Issue).ThenBy(state => state.Start).ThenBy(state => state.State).ThenBy(state => Convert.ToHexString(state.Info), StringComparer.Ordinal)];

    public static IReadOnlyList<RelationRow> Order(IEnumerable<RelationRow> relations) =>
        [.. relations.OrderBy(relation => relation.Start).ThenBy(relation => relation.Holder).ThenBy(relation => relation.Target).ThenBy(relation => Convert.ToHexString(relation.Info), StringComparer.Ordinal)];
}

/// <summary>With which version of the codebook an article was classified on an issue.</summary>
internal sealed record ClassifiedRow(int Issue, long Version);

/// <summary>A statement; <c>Speaker</c> is null where there is none.</summary>
internal sealed record StatementRow(string Id, int Start, int? Speaker, string Represents, string Date, double Confidence, byte[] Info);

/// <summary>A stance; <c>Statement</c> is empty where it rests on none.</summary>
internal sealed record StanceRow(
    long Key, string Id, int Issue, int Holder, string Represents, int Label, bool Conditional, double Confidence, string Date, int Start, string Statement, byte[] Info);

/// <summary>A state of a proposal.</summary>
internal sealed record StateRow(int Issue, int State, string Date, int Start, double Confidence, byte[] Info);

/// <summary>Who is for or against whom.</summary>
internal sealed record RelationRow(int Holder, int Target, string Represents, string TargetRepresents, int Label, string Date, int Start, double Confidence, byte[] Info);

/// <summary>An event; times are UTC ticks.</summary>
internal sealed record EventRow(long Cursor, byte[] Event, string Date, string Context, long At, int Change, long Stance, int Issue, int Holder);

/// <summary>What a change of the codebook did to a stance.</summary>
internal sealed record EffectRow(long Key, long Version, int Issue, bool Added, byte[] Stance, long At);
