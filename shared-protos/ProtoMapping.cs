using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Nlp = Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Contracts;

/// <summary>
/// Turns the engine's results into the messages of <c>sikap.v1</c> and requests into the engine's input.
/// Null and the empty string both mean "not known": protobuf scalars cannot be null.
/// </summary>
public static class ProtoMapping
{
    /// <summary>A slice of the article text.</summary>
    public static Proto.Span ToProto(this Nlp.TextSlice slice) => new() { Start = slice.Start, End = slice.End, Text = slice.Text };

    /// <summary>A date with its precision and the rule it came from.</summary>
    public static Proto.PartialDate ToProto(this Nlp.PartialDate date) =>
        new() { Value = date.Value, Precision = (Proto.DatePrecision)((int)date.Precision + 1), From = date.From };

    /// <summary>A date mention of <paramref name="article"/>.</summary>
    public static Proto.DateMention ToProto(this Nlp.DateMention mention, Nlp.ExtractedArticle article) => new()
    {
        Span = mention.Span.Slice(article.Text).ToProto(),
        Value = mention.Value ?? "",
        Precision = (Proto.DatePrecision)((int)mention.Precision + 1),
        Rule = mention.Rule,
    };

    /// <summary>A resolved actor.</summary>
    public static Proto.Actor ToProto(this Nlp.Actor actor) =>
        new() { Name = actor.Name, Type = (Proto.ActorType)((int)actor.Type + 1), Represents = actor.Represents ?? "", Person = actor.Person ?? "" };

    /// <summary>An attribution inside a statement.</summary>
    public static Proto.InnerAttribution ToProto(this Nlp.InnerAttribution inner) => new()
    {
        Content = inner.Content.ToProto(),
        Cue = inner.Cue.ToProto(),
        Speaker = inner.Speaker.ToProto(),
        Mention = inner.Mention.ToProto(),
        Level = inner.Level,
    };

    /// <summary>A statement of the article <paramref name="articleId"/>.</summary>
    public static Proto.Statement ToProto(this Nlp.Statement statement, string articleId) => new()
    {
        Via = { statement.Via },
        Inner = { statement.Inner.Select(ToProto) },
        Id = statement.Id,
        ArticleId = articleId,
        Content = statement.Content.ToProto(),
        Kind = (Proto.StatementKind)((int)statement.Kind + 1),
        Cue = statement.Cue?.ToProto(),
        Speaker = statement.Speaker?.ToProto(),
        Mention = statement.Mention?.ToProto(),
        SpeakerRole = statement.Role ?? "",
        Date = statement.Date?.ToProto(),
        Confidence = statement.Confidence,
        Confidences = statement.Confidences is { } parts ? new() { Content = parts.Content, Speaker = parts.Speaker, Date = parts.Date } : null,
        Uncertain = statement.IsUncertain,
    };

    /// <summary>A stance found in the article <paramref name="articleId"/> of <paramref name="publisher"/>.</summary>
    public static Proto.Stance ToProto(this Nlp.Stance stance, string articleId, string? publisher, long codebookVersion) => new()
    {
        Id = stance.Id,
        ArticleId = articleId,
        Holder = stance.Holder.ToProto(),
        IssueId = stance.IssueId,
        Label = stance.Label.ToProto(),
        Modality = (Proto.StanceModality)((int)stance.Modality + 1),
        Evidence = stance.Evidence.ToProto(),
        StatementId = stance.StatementId ?? "",
        Confidence = stance.Confidence,
        Date = stance.Date?.ToProto(),
        Why = stance.Why,
        Publisher = publisher ?? "",
        CodebookVersion = codebookVersion,
        Classifier = stance.Classifier ?? "",
    };

    /// <summary>A state of a proposal, as the article <paramref name="articleId"/> of <paramref name="publisher"/> shows it.</summary>
    public static Proto.IssueState ToProto(this Nlp.IssueState state, string articleId, string? publisher, long codebookVersion) => new()
    {
        ArticleId = articleId,
        IssueId = state.IssueId,
        State = (Proto.ProposalState)((int)state.State + 1),
        Evidence = state.Evidence.ToProto(),
        Cue = state.Cue.ToProto(),
        Date = state.Date?.ToProto(),
        Confidence = state.Confidence,
        Why = state.Why,
        Publisher = publisher ?? "",
        CodebookVersion = codebookVersion,
    };

    /// <summary>An attitude between actors, as the article <paramref name="articleId"/> of <paramref name="publisher"/> shows it.</summary>
    public static Proto.ActorStance ToProto(this Nlp.ActorStance relation, string articleId, string? publisher) => new()
    {
        Id = relation.Id,
        ArticleId = articleId,
        Holder = relation.Holder.ToProto(),
        Target = relation.Target.ToProto(),
        Label = relation.Label.ToProto(),
        Evidence = relation.Evidence.ToProto(),
        Cue = relation.Cue.ToProto(),
        StatementId = relation.StatementId ?? "",
        Date = relation.Date?.ToProto(),
        Confidence = relation.Confidence,
        Why = relation.Why,
        Publisher = publisher ?? "",
    };

    /// <summary>The label's wire value.</summary>
    public static Proto.StanceLabel ToProto(this Nlp.StanceLabel label) => (Proto.StanceLabel)((int)label + 1);

    /// <summary>The engine's label; null for <c>UNSPECIFIED</c>.</summary>
    public static Nlp.StanceLabel? ToNlp(this Proto.StanceLabel label) =>
        label == Proto.StanceLabel.Unspecified ? null : (Nlp.StanceLabel)((int)label - 1);

    /// <summary>An issue of the codebook.</summary>
    public static Proto.Issue ToProto(this Nlp.Issue issue, bool retired, long version, DateTimeOffset changedAt, string? parentId = null, IReadOnlyList<string>? replacedBy = null)
    {
        var result = new Proto.Issue
        {
            Id = issue.Id,
            Title = issue.Title,
            Proposition = issue.Proposition,
            Retired = retired,
            Version = version,
            ChangedAt = changedAt.ToTimestamp(),
            ParentId = parentId ?? "",
        };
        result.ReplacedBy.AddRange(replacedBy ?? []);
        result.Terms.AddRange(issue.Terms);
        return result;
    }

    /// <summary>The engine's view of an issue; version and state are left out.</summary>
    public static Nlp.Issue ToNlp(this Proto.Issue issue) => new(issue.Id, issue.Title, issue.Proposition, [.. issue.Terms]);

    /// <summary>An actor that users added.</summary>
    public static Proto.ActorEntry ToProto(this Nlp.ActorEntry actor, bool retired, long version, DateTimeOffset changedAt)
    {
        var result = new Proto.ActorEntry
        {
            Name = actor.Name,
            Type = (Proto.ActorType)((int)actor.Type + 1),
            Represents = actor.Represents ?? "",
            Retired = retired,
            Version = version,
            ChangedAt = changedAt.ToTimestamp(),
        };
        result.Aliases.AddRange(actor.Aliases);
        result.Offices.AddRange(actor.Offices.Select(term => new Proto.OfficeTerm { Role = term.Role, Of = term.Of ?? "", From = Day(term.From), Until = Day(term.Until) }));
        return result;
    }

    /// <summary>The engine's view of an actor that keeps to <see cref="ActorRules"/>; version and state are left out.</summary>
    public static Nlp.ActorEntry ToNlp(this Proto.ActorEntry actor) => new()
    {
        Name = actor.Name,
        Type = (Nlp.ActorType)((int)actor.Type - 1),
        Aliases = [.. actor.Aliases],
        Represents = NullIfEmpty(actor.Represents),
        Offices = [.. actor.Offices.Select(term => new Nlp.OfficeTerm(term.Role, NullIfEmpty(term.Of), Day(term.From), Day(term.Until)))],
    };

    /// <summary>Metadata of an extracted article, text left out.</summary>
    public static Proto.ArticleInfo ToArticleInfo(this Nlp.ExtractedArticle article, string? url, DateTimeOffset? acceptedAt, int stanceCount)
    {
        var info = new Proto.ArticleInfo
        {
            Id = article.Id,
            Title = article.Title ?? "",
            Publisher = article.Publisher ?? "",
            Url = url ?? "",
            Dateline = article.Dateline ?? "",
            Published = article.Published?.ToProto(),
            Language = article.Language,
            AcceptedAt = acceptedAt?.ToTimestamp(),
            StatementCount = article.Statements.Count,
            StanceCount = stanceCount,
            EngineVersion = article.EngineVersion,
            ReportId = article.Provenance?.Report ?? "",
            StoryId = article.Provenance?.Story ?? "",
            WorkId = article.Provenance?.Work ?? "",
            Edition = article.Provenance?.Edition ?? 0,
        };
        info.Credits.AddRange(article.Credits.Select(credit => new Proto.Credit { Role = credit.Role, Name = credit.Name }));
        info.Boilerplate.AddRange(article.Boilerplate.Select(span => span.Slice(article.Text).ToProto()));
        return info;
    }

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static DateOnly? Day(string day) => day.Length == 0 ? null : DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
