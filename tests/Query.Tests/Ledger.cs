using Sikap.Contracts.Messages;
using Sikap.Nlp;

namespace Sikap.Query.Tests;

/// <summary>Builds classified articles out of a few words: each line is a sentence that somebody says and the position it shows.</summary>
internal static class Ledger
{
    public static readonly DateTimeOffset Accepted = new(2024, 3, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly Actor Sari = new("Sari Wulandari", ActorType.Person, "IDN");
    public static readonly Actor Budi = new("Budi Hartono", ActorType.Person, null);
    public static readonly Actor China = new("China", ActorType.Country, "CHN");
    public static readonly Actor Asean = new("ASEAN", ActorType.Organization, "ASEAN");

    public static Line Says(Actor? speaker, string text, string? issue = null, StanceLabel label = StanceLabel.Support, double confidence = 0.9, string? date = null, bool reported = false,
        bool conditional = false) =>
        new(speaker, text, issue, label, confidence, date, reported, conditional);

    public static IssueState Stands(string issue, ProposalState state, string text, string? date = null, double confidence = 0.8) => new()
    {
        IssueId = issue,
        State = state,
        Evidence = new TextSlice(0, text.Length, text),
        Cue = new TextSlice(0, 1, text[..1]),
        Date = date is null ? null : new PartialDate(date, DatePrecision.Day, "test"),
        Confidence = confidence,
        Why = "test",
    };

    /// <summary>One actor's attitude toward another.</summary>
    public static ActorStance Faces(Actor holder, Actor target, StanceLabel label, string text, string? date = null) => new()
    {
        Id = $"r-{holder.Name}-{target.Name}", Holder = holder, Target = target, Label = label, Evidence = new TextSlice(0, text.Length, text), Cue = new TextSlice(0, 1, text[..1]),
        Date = date is null ? null : new PartialDate(date, DatePrecision.Day, "test"), Confidence = 0.8, Why = "test",
    };

    public static StancesClassified Article(
        string id, IReadOnlyList<Line> lines, long version = 1, string[]? issues = null, string publisher = "Kabar Pagi", string? published = "2024-02-10",
        string language = "id", string engine = "1", IReadOnlyList<(string Text, Actor Actor, MentionForm Form)>? mentions = null,
        string[]? agencies = null, IReadOnlyList<IssueState>? states = null, IReadOnlyList<ActorStance>? relations = null,
        Provenance? provenance = null)
    {
        var text = new System.Text.StringBuilder();
        var statements = new List<Statement>();
        var stances = new List<Stance>();
        var sentences = new List<TextSpan>();
        foreach (var line in lines)
        {
            var start = text.Length;
            text.Append(line.Text).Append(' ');
            var slice = new TextSlice(start, start + line.Text.Length, line.Text);
            sentences.Add(slice.Span);
            var date = line.Date is null ? null : new PartialDate(line.Date, (DatePrecision)((Math.Min(line.Date.Length, 10) - 4) / 3), "test");
            var statementId = line.Reported ? null : $"{id}-s{start}-e{engine}";
            if (statementId is not null)
            {
                statements.Add(new Statement
                {
                    Id = statementId,
                    Content = slice,
                    Kind = StatementKind.Indirect,
                    Speaker = line.Speaker,
                    Date = date,
                    Via = ["Kabar Kota"],
                    Confidence = line.Confidence,
                });
            }
            if (line.Issue is not null)
            {
                stances.Add(new Stance
                {
                    Id = $"{id}-{start}-{line.Speaker!.Name}-{line.Issue}-v{version}",
                    Holder = line.Speaker,
                    IssueId = line.Issue,
                    Label = line.Label,
                    Modality = line.Conditional ? StanceModality.Conditional : StanceModality.Asserted,
                    Evidence = slice,
                    StatementId = statementId,
                    Date = date,
                    Confidence = line.Confidence,
                    Why = "test",
                });
            }
        }

        var found = new List<Mention>();
        foreach (var (name, actor, form) in mentions ?? [])
        {
            found.Add(new Mention(text.Length, text.Length + name.Length, actor, form, null));
            text.Append(name).Append(' ');
        }
        return new StancesClassified
        {
            Article = new ExtractedArticle
            {
                Id = id,
                Text = text.ToString(),
                EngineVersion = engine,
                Language = language,
                Title = $"Judul {id}",
                Publisher = publisher,
                Published = published is null ? null : new PartialDate(published, DatePrecision.Day, "test"),
                Statements = statements,
                Mentions = found,
                Boilerplate = text.Length > 0 ? [new TextSpan(0, 1)] : [],
                Dates = text.Length > 8 ? [new DateMention(0, 8, "2023-07-10/2023-07-16", DatePrecision.Week, "last-week")] : [],
                Credits = [new Credit("author", "Penulis"), .. (agencies ?? []).Select(agency => new Credit("agency", agency))],
                Sentences = sentences,
                Provenance = provenance,
            },
            Url = $"https://example.org/{id}",
            AcceptedAt = Accepted,
            CodebookVersion = version,
            IssueIds = issues ?? [.. stances.Select(stance => stance.IssueId).Distinct()],
            Stances = stances,
            States = states ?? [],
            Relations = relations,
        };
    }

    /// <summary>A revision, whose work is named by its first article; <paramref name="report"/> is that of the work unless it is given.</summary>
    public static Provenance Edition(string work, int edition, string? report = null) => new() { Work = work, Edition = edition, Report = report ?? work, Story = report ?? work };

    public static IssueChanged Issue(string id, long version, bool retired = false) => new()
    {
        Issue = new Issue(id, $"Judul {id}", $"Pemerintah melakukan {id}", [id]),
        Retired = retired,
        CodebookVersion = version,
        ChangedAt = Accepted,
    };

    internal sealed record Line(Actor? Speaker, string Text, string? Issue, StanceLabel Label, double Confidence, string? Date, bool Reported, bool Conditional);
}
