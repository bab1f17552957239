using System.Globalization;
using System.Text.Json.Serialization;

namespace Sikap.Nlp;

/// <summary>An article as it comes in: plain text and whatever metadata came with it.</summary>
public sealed record Article
{
    /// <summary>Identity given by the caller; statement and stance ids derive from it.</summary>
    public required string Id { get; init; }

    /// <summary>The original text; every span of the results refers to it.</summary>
    public required string Text { get; init; }

    /// <summary>Headline from metadata; null = read from the text where it has one.</summary>
    public string? Title { get; init; }

    /// <summary>Outlet from metadata; null = read from the text.</summary>
    public string? Publisher { get; init; }

    /// <summary>Publication time from metadata; null = read from the text.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>How much of <see cref="Published"/> is known: year, month, day or minute.</summary>
    public DatePrecision PublishedPrecision { get; init; } = DatePrecision.Minute;

    /// <summary>The rule that <see cref="Published"/> is given under; null = <c>metadata</c>.</summary>
    public string? PublishedFrom { get; init; }

    /// <summary>Authors from metadata, in their order; they become credits where the text does not name them.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>What people coded by hand; null = nothing. Extraction hands it on as it is.</summary>
    public Coding? Coding { get; init; }

    /// <summary>What it is among other articles; null = nobody looked. Extraction hands it on as it is.</summary>
    public Provenance? Provenance { get; init; }
}

/// <summary>How much of a date is known. In the order in which they came to be, not by size: the numbers are part of the protos.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatePrecision>))]
public enum DatePrecision { Year, Month, Day, Minute, Week, Quarter }

/// <summary>A calendar date as far as it is known.</summary>
/// <param name="Value">
/// ISO 8601 at the precision: <c>2023</c>, <c>2023-07</c>, <c>2023-07-12</c>, <c>2023-07-12T14:05+07:00</c> (without an offset where the text names no zone). A stretch of time
/// is an interval with both ends included: a week <c>2023-07-10/2023-07-16</c>, a quarter <c>2023-07/2023-09</c>, several days <c>2023-07-10/2023-07-12</c>.
/// </param>
/// <param name="Precision">How much is known.</param>
/// <param name="From">The rule that produced it, such as <c>dateline-weekday</c> or <c>metadata</c>; never empty.</param>
public sealed record PartialDate(string Value, DatePrecision Precision, string From)
{
    /// <summary>A publication time as far as it is known.</summary>
    /// <param name="time">Beginning of the stretch.</param>
    /// <param name="precision">Year, month, day or minute.</param>
    /// <param name="from">The rule; null = <c>metadata</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another precision.</exception>
    public static PartialDate Of(DateTimeOffset time, DatePrecision precision, string? from)
    {
        var form = precision switch
        {
            DatePrecision.Year => "yyyy",
            DatePrecision.Month => "yyyy-MM",
            DatePrecision.Day => "yyyy-MM-dd",
            DatePrecision.Minute => "yyyy-MM-dd'T'HH:mmzzz",
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "A publication time is known by year, month, day or minute"),
        };
        return new(time.ToString(form, CultureInfo.InvariantCulture), precision, from ?? "metadata");
    }
}

/// <summary>A date or time as the story mentions it.</summary>
/// <param name="Start">First UTF-16 code unit.</param>
/// <param name="End">One past the last UTF-16 code unit.</param>
/// <param name="Value">The date it stands for, in the form of <see cref="PartialDate.Value"/>; null where the text leaves a gap that no rule closes.</param>
/// <param name="Precision">How much the wording tells, also where <paramref name="Value"/> is null.</param>
/// <param name="Rule">The rule that gave the value, such as <c>weekday-before-publication</c>, or why there is none, such as <c>unresolved-no-publication-date</c>; never empty.</param>
public sealed record DateMention(int Start, int End, string? Value, DatePrecision Precision, string Rule)
{
    /// <summary>The span of the mention.</summary>
    [JsonIgnore]
    public TextSpan Span => new(Start, End);
}

/// <summary>A credit line: who wrote, translated, edited or first reported the article.</summary>
/// <param name="Role">
/// <c>agency</c> (an outlet the report was taken from), <c>syndication</c> (the outlet that first published this very text), <c>author</c>, <c>translator</c>, <c>editor</c>, <c>photographer</c>
/// or <c>contributor</c> (initials or a name at the end of the text whose part in it is not told).
/// </param>
/// <param name="Name">The name as the article gives it. Agencies stand in the order of the chain, nearest first.</param>
public sealed record Credit(string Role, string Name);

/// <summary>What kind of actor a name stands for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActorType>))]
public enum ActorType { Person, Organization, Country, Group, Document }

/// <summary>An actor resolved from a mention.</summary>
/// <param name="Name">Full name without titles (<c>Emmanuel Macron</c>), short Indonesian country name (<c>China</c>), usual organisation name (<c>NATO</c>), or describing words for unnamed people.</param>
/// <param name="Type">Kind of actor.</param>
/// <param name="Represents">ISO 3166-1 alpha-3 code or organisation the actor speaks for; null where the article does not make it plain.</param>
public sealed record Actor(string Name, ActorType Type, string? Represents)
{
    /// <summary>
    /// Full name of the known person behind the name or the office ("Menteri Luar Negeri Jepang" without a name, "Presiden Wijaya") on the date of the statement, for a mention on the date of
    /// publication; null where nobody is known, the date is not known, or the office changed hands that day.
    /// </summary>
    public string? Person { get; init; }
}

/// <summary>How a mention names its actor.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MentionForm>))]
public enum MentionForm { Name, Alias, Metonym, Title, Description, Pronoun }

/// <summary>An expression in the text that stands for an actor.</summary>
/// <param name="Start">First UTF-16 code unit.</param>
/// <param name="End">One past the last UTF-16 code unit.</param>
/// <param name="Actor">The actor it resolves to.</param>
/// <param name="Form">How it names the actor.</param>
/// <param name="Role">Office or function standing beside the name, such as <c>Presiden Prancis</c>; null when none. The mention's span leaves it out.</param>
public sealed record Mention(int Start, int End, Actor Actor, MentionForm Form, string? Role)
{
    /// <summary>The span of the mention.</summary>
    [JsonIgnore]
    public TextSpan Span => new(Start, End);
}

/// <summary>How a statement is rendered: all in quotation marks, none of it, or an indirect clause with a quoted part.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StatementKind>))]
public enum StatementKind { Direct, Indirect, Mixed }

/// <summary>An attribution inside the content of a statement: A says that B said.</summary>
public sealed record InnerAttribution
{
    /// <summary>What the inner source is reported to have said, a part of the statement's content.</summary>
    public required TextSlice Content { get; init; }

    /// <summary>The attributing word.</summary>
    public required TextSlice Cue { get; init; }

    /// <summary>The inner source.</summary>
    public required Actor Speaker { get; init; }

    /// <summary>The expression that names the inner source.</summary>
    public required TextSlice Mention { get; init; }

    /// <summary>1: the speaker of the statement reports it; 2: the source of the attribution of level 1 before it does; and so on.</summary>
    public required int Level { get; init; }
}

/// <summary>Content that the article attributes to a source through an act of communication.</summary>
public sealed record Statement
{
    /// <summary>Hash of article id, span and engine version.</summary>
    public required string Id { get; init; }

    /// <summary>The content alone, without cue and quotation marks.</summary>
    public required TextSlice Content { get; init; }

    /// <summary>Direct, indirect or mixed.</summary>
    public required StatementKind Kind { get; init; }

    /// <summary>The attributing word; null when there is none.</summary>
    public TextSlice? Cue { get; init; }

    /// <summary>The resolved source; null when it could not be found.</summary>
    public Actor? Speaker { get; init; }

    /// <summary>The nearest expression that names the source (for <c>katanya</c> the cue itself); null when none.</summary>
    public TextSlice? Mention { get; init; }

    /// <summary>Office or function of the speaker as the article gives it; where it gives none, the office a known person held on the date of the statement; else null.</summary>
    public string? Role { get; init; }

    /// <summary>When it was said; null when nothing is known, not even the publication date, or when the text says that it was earlier without telling when.</summary>
    public PartialDate? Date { get; init; }

    /// <summary>Outlets through which this statement came to the article, by their usual names, nearest first: <c>kata X kepada Reuters, dikutip CNN</c> came through CNN, then Reuters.</summary>
    public IReadOnlyList<string> Via { get; init; } = [];

    /// <summary>The chain inside the content, in the order of the text: attributions to others that the speaker reports. They are no statements of their own.</summary>
    public IReadOnlyList<InnerAttribution> Inner { get; init; } = [];

    /// <summary>How likely this is a statement of this speaker, 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The same part by part; null from an engine that did not tell them apart.</summary>
    public Confidences? Confidences { get; init; }

    /// <summary>The engine does not stand behind it: <see cref="Confidence"/> is below <see cref="Engine.UncertainBelow"/>.</summary>
    [JsonIgnore]
    public bool IsUncertain => Confidence < Engine.UncertainBelow;
}

/// <summary>How likely each part of a statement is right, 0 to 1: the rate at which the same rules were right on annotated articles they were not written for.</summary>
/// <param name="Content">It is a statement and ends where it should.</param>
/// <param name="Speaker">The speaker is the right one, given that it is a statement; 0 when none was found.</param>
/// <param name="Date">The date is when it was said; 0 when there is none.</param>
public sealed record Confidences(double Content, double Speaker, double Date);

/// <summary>What extraction found in one article; all that classification needs to go on. Spans refer to <see cref="Text"/>.</summary>
public sealed record ExtractedArticle
{
    /// <summary>The id of the <see cref="Article"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The original text.</summary>
    public required string Text { get; init; }

    /// <summary>Version of the rules and lexicons that produced this.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>ISO 639 code of <see cref="Languages.LanguageReading.Language"/>; <c>und</c> when it cannot be told. Only Indonesian is read further.</summary>
    public required string Language { get; init; }

    /// <summary>Headline, from metadata or text; null when there is none.</summary>
    public string? Title { get; init; }

    /// <summary>Outlet, from metadata or text.</summary>
    public string? Publisher { get; init; }

    /// <summary>Place of the dateline, such as <c>Vilnius</c>.</summary>
    public string? Dateline { get; init; }

    /// <summary>Publication date and where it was read.</summary>
    public PartialDate? Published { get; init; }

    /// <summary>Credits: credit lines in the order of the text, then the outlets that the story names as its sources, which are further up the chain.</summary>
    public IReadOnlyList<Credit> Credits { get; init; } = [];

    /// <summary>Spans that are not part of the story, in order, not overlapping.</summary>
    public IReadOnlyList<TextSpan> Boilerplate { get; init; } = [];

    /// <summary>Dates and times that the story mentions, in order, not overlapping.</summary>
    public IReadOnlyList<DateMention> Dates { get; init; } = [];

    /// <summary>Sentences of the story, in order, not overlapping, boilerplate, dateline and paragraphs in other languages left out.</summary>
    public IReadOnlyList<TextSpan> Sentences { get; init; } = [];

    /// <summary>Mentions of actors, in order of their start, not overlapping.</summary>
    public IReadOnlyList<Mention> Mentions { get; init; } = [];

    /// <summary>Statements in order of their start.</summary>
    public IReadOnlyList<Statement> Statements { get; init; } = [];

    /// <summary>The <see cref="Article.Coding"/>; the engine does not read it.</summary>
    public Coding? Coding { get; init; }

    /// <summary>The <see cref="Article.Provenance"/>; the engine does not read it.</summary>
    public Provenance? Provenance { get; init; }
}
