using System.Text.Json.Serialization;

namespace Sikap.Nlp;

/// <summary>Positions that people coded by hand in an article. On the issues they looked at theirs are all the stances there are.</summary>
public sealed record Coding
{
    /// <summary>Rises each time the article is coded anew, from 1; of two codings of an article the later one counts.</summary>
    public required long Revision { get; init; }

    /// <summary>Issues that were looked at; one without a stance below has none in this article.</summary>
    public required IReadOnlyList<string> IssueIds { get; init; }

    /// <summary>The positions, in the order of the text.</summary>
    public required IReadOnlyList<CodedStance> Stances { get; init; }
}

/// <summary>A position as somebody coded it.</summary>
/// <param name="Holder">Who holds it.</param>
/// <param name="IssueId">The issue, one of those looked at.</param>
/// <param name="Label">Support, oppose or neutral.</param>
/// <param name="Start">First UTF-16 code unit of the passage that shows it.</param>
/// <param name="End">One past the last UTF-16 code unit.</param>
/// <param name="Coder">Who coded it.</param>
/// <param name="Note">Where it comes from, for people; null when nothing is said.</param>
public sealed record CodedStance(Actor Holder, string IssueId, StanceLabel Label, int Start, int End, string Coder, string? Note)
{
    /// <summary>The span of the passage.</summary>
    [JsonIgnore]
    public TextSpan Span => new(Start, End);
}
