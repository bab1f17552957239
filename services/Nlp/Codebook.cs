using System.Text.Json.Serialization;

namespace Sikap.Nlp;

/// <summary>A contested matter, written as a proposition that an actor can support or oppose.</summary>
/// <param name="Id">Lower-case letters, digits and hyphens.</param>
/// <param name="Title">For people.</param>
/// <param name="Proposition">The sentence one is for or against, such as <c>NATO membuka kantor penghubung di Jepang</c>.</param>
/// <param name="Terms">Words or phrases that mark a passage as being about the issue.</param>
public sealed record Issue(string Id, string Title, string Proposition, IReadOnlyList<string> Terms);

/// <summary>The issues to classify against.</summary>
/// <param name="Version">Rises with every change; 0 for an ad-hoc list.</param>
/// <param name="Issues">Issues in use.</param>
public sealed record Codebook(long Version, IReadOnlyList<Issue> Issues);

/// <summary>Position of a holder on an issue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StanceLabel>))]
public enum StanceLabel { Support, Oppose, Neutral }

/// <summary>How the position is put: plainly, under a condition, denied, or reported by somebody else.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StanceModality>))]
public enum StanceModality { Asserted, Conditional, Denied, Reported }

/// <summary>A holder's position on an issue, as one article shows it.</summary>
public sealed record Stance
{
    /// <summary>Hash of article, evidence, holder, issue and codebook version.</summary>
    public required string Id { get; init; }

    /// <summary>Whose position.</summary>
    public required Actor Holder { get; init; }

    /// <summary>Id of the issue.</summary>
    public required string IssueId { get; init; }

    /// <summary>Support, oppose or neutral toward the proposition.</summary>
    public required StanceLabel Label { get; init; }

    /// <summary>How the position is put.</summary>
    public required StanceModality Modality { get; init; }

    /// <summary>The sentence that shows it best.</summary>
    public required TextSlice Evidence { get; init; }

    /// <summary>The statement it rests on; null for a position reported without one.</summary>
    public string? StatementId { get; init; }

    /// <summary>When the position was stated or reported.</summary>
    public PartialDate? Date { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The rule path that led to the label, readable by people.</summary>
    public required string Why { get; init; }

    /// <summary>Name and version of what found it, such as <see cref="Engine.StanceRules"/>; null where that was not told yet.</summary>
    public string? Classifier { get; init; }
}

/// <summary>How far a proposal has come: planned; weighed and not settled; agreed or carried out; stopped by somebody who can; said not to exist; given up or put off.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProposalState>))]
public enum ProposalState { Proposed, Discussed, Decided, Blocked, Denied, Withdrawn }

/// <summary>The state of an issue's proposal, as one sentence of an article shows it.</summary>
public sealed record IssueState
{
    /// <summary>Id of the issue.</summary>
    public required string IssueId { get; init; }

    /// <summary>The state.</summary>
    public required ProposalState State { get; init; }

    /// <summary>The sentence that shows it.</summary>
    public required TextSlice Evidence { get; init; }

    /// <summary>The word or phrase that tells the state.</summary>
    public required TextSlice Cue { get; init; }

    /// <summary>When it was so: the date of the statement or of the report; null when neither is known.</summary>
    public PartialDate? Date { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The rule path, readable by people.</summary>
    public required string Why { get; init; }
}

/// <summary>Who is for (<see cref="StanceLabel.Support"/>) or against (<see cref="StanceLabel.Oppose"/>) whom, as one article shows it, whatever the matter.</summary>
public sealed record ActorStance
{
    /// <summary>Hash of article, evidence, holder and target.</summary>
    public required string Id { get; init; }

    /// <summary>Whose attitude.</summary>
    public required Actor Holder { get; init; }

    /// <summary>Toward whom; never the holder.</summary>
    public required Actor Target { get; init; }

    /// <summary>Support or oppose.</summary>
    public required StanceLabel Label { get; init; }

    /// <summary>The sentence that shows it.</summary>
    public required TextSlice Evidence { get; init; }

    /// <summary>The word that tells it, a part of the evidence.</summary>
    public required TextSlice Cue { get; init; }

    /// <summary>The statement in which it is told; null where the narration tells it.</summary>
    public string? StatementId { get; init; }

    /// <summary>When it was said or reported; null when nothing is known.</summary>
    public PartialDate? Date { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The rule path, readable by people.</summary>
    public required string Why { get; init; }
}

/// <summary>What an article says about the issues of a codebook, and about its actors toward each other.</summary>
/// <param name="Stances">Who stands where.</param>
/// <param name="States">How far the proposals have come.</param>
public sealed record IssueReading(IReadOnlyList<Stance> Stances, IReadOnlyList<IssueState> States)
{
    /// <summary>Who is for or against whom; the same for every codebook.</summary>
    public IReadOnlyList<ActorStance> Relations { get; init; } = [];
}
