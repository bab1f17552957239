using System.Globalization;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>Words and colours for the values of <c>sikap.v1</c>.</summary>
internal static class Wording
{
    /// <summary>"support", "oppose" or "neutral".</summary>
    public static string Of(StanceLabel label) => label switch
    {
        StanceLabel.Support => "support",
        StanceLabel.Oppose => "oppose",
        StanceLabel.Neutral => "neutral",
        _ => "?",
    };

    /// <summary>Green for, red against, yellow undecided; the word always stands beside the colour.</summary>
    public static Style StyleOf(StanceLabel label) => new(label switch
    {
        StanceLabel.Support => Color.Green,
        StanceLabel.Oppose => Color.Red,
        StanceLabel.Neutral => Color.Yellow,
        _ => Color.Default,
    });

    /// <summary>"Emmanuel Macron (FRA)"; only the name where the actor speaks for itself or for nobody known.</summary>
    public static string Of(Actor? actor) => actor switch
    {
        null => "?",
        { Represents: "" } => actor.Name,
        _ when actor.Type == ActorType.Country || actor.Represents == actor.Name => actor.Name,
        _ => $"{actor.Name} ({actor.Represents})",
    };

    /// <summary>"person", "country", ...</summary>
    public static string Of(ActorType type) => type == ActorType.Unspecified ? "?" : type.ToString().ToLowerInvariant();

    /// <summary>"direct", "indirect" or "mixed".</summary>
    public static string Of(StatementKind kind) => kind == StatementKind.Unspecified ? "?" : kind.ToString().ToLowerInvariant();

    /// <summary>"accepted", "queryable", "unsupported language", ...</summary>
    public static string Of(ArticleState state) => state switch
    {
        ArticleState.Unspecified => "?",
        ArticleState.UnsupportedLanguage => "unsupported language",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>"first stated", "reversed", ...; empty when nothing changed.</summary>
    public static string Of(ChangeKind kind) => kind == ChangeKind.Unspecified ? "" : Words(kind.ToString());

    /// <summary>"changed mind", "different spokesperson", ...</summary>
    public static string Of(ContradictionKind kind) => kind == ContradictionKind.Unspecified ? "?" : Words(kind.ToString());

    /// <summary>"proposed", "discussed", ...</summary>
    public static string Of(ProposalState state) => state == ProposalState.Unspecified ? "?" : Words(state.ToString());

    /// <summary>"credits", "first copy", ...</summary>
    public static string Of(OriginBasis basis) => basis == OriginBasis.Unspecified ? "?" : Words(basis.ToString());

    /// <summary>"first statement", "new opponent", ...</summary>
    public static string Of(EventKind kind) => kind == EventKind.Unspecified ? "?" : Words(kind.ToString());

    /// <summary>The values of an enumeration as they are written on the command line: "first-stated".</summary>
    public static string[] Options<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Skip(1).Select(value => Words(value.ToString()).Replace(' ', '-'))];

    /// <summary>The values behind the words that <see cref="Options"/> lists.</summary>
    public static IEnumerable<T> Parse<T>(IEnumerable<string>? words)
        where T : struct, Enum => (words ?? []).Select(word => Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true));

    // "FirstStated": words begin with capitals.
    private static string Words(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The date as far as it is known; empty when it is not.</summary>
    public static string Of(PartialDate? date) => date?.Value ?? "";

    /// <summary>That a stance has no date of its own; empty where it has.</summary>
    public static string Of(DateBasis basis) => basis == DateBasis.Publication ? "dated by its publication" : "";

    /// <summary>Where a date was read: "dated by weekday-date"; empty without a date, and where the statement has only the day of publication.</summary>
    public static string Origin(PartialDate? date) => date is null or { From: "publication" or "" } ? "" : $"dated by {date.From}";

    /// <summary>"Rabu (12/7) = 2023-07-12 (weekday-date)"; only the rule where it could not be resolved.</summary>
    public static string Of(DateMention mention) => mention.Value.Length > 0 ? $"{mention.Span?.Text} = {mention.Value} ({mention.Rule})" : $"{mention.Span?.Text} ({mention.Rule})";

    /// <summary>"via CNN, before it Reuters": the outlets a statement came through, nearest first; empty when none.</summary>
    public static string Via(IEnumerable<string> outlets) => string.Join(", before it ", outlets) is { Length: > 0 } chain ? $"via {chain}" : "";

    /// <summary>"0.91".</summary>
    public static string Of(double confidence) => confidence.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: "1 stance", "3 stances".</summary>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");
}
