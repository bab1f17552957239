using Sikap.Contracts.Messages;
using Sikap.Nlp;

namespace Sikap.Contracts.Tests;

/// <summary>Messages with every field set.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset At = new(2023, 7, 12, 9, 30, 0, TimeSpan.Zero);

    public static readonly Issue Issue = new("jembatan-baru", "Jembatan baru", "Kota membangun jembatan baru", ["jembatan baru", "pembangunan jembatan"]);

    public static readonly ActorEntry Actor = new()
    {
        Name = "Koperasi Nelayan Utara",
        Type = ActorType.Organization,
        Aliases = ["Koptara"],
        Represents = "IDN",
        Offices = [new OfficeTerm("Ketua", "Koptara", new DateOnly(2021, 5, 3), new DateOnly(2024, 5, 2))],
    };

    public static StancesClassified StancesClassified()
    {
        const string Text = "Wali Kota Sari menolak jembatan baru. \"Kita belum perlu,\" katanya.";
        var sari = new Actor("Sari", ActorType.Person, "Pemerintah Kota");
        var quote = new TextSpan(39, 56);
        return new StancesClassified
        {
            Article = new ExtractedArticle
            {
                Id = "a1",
                Text = Text,
                EngineVersion = "1",
                Language = "id",
                Title = "Judul",
                Publisher = "Kabar",
                Dateline = "Bandung",
                Published = new PartialDate("2023-07-12", DatePrecision.Day, "metadata"),
                Credits = [new Credit("editor", "Tono")],
                Provenance = new Provenance { Work = "a0", Edition = 1, RevisionOf = "a0", Report = "b1", Story = "c1" },
                Boilerplate = [new TextSpan(66, 66)],
                Dates = [new DateMention(0, 9, "2023-07-10/2023-07-16", DatePrecision.Week, "last-week")],
                Sentences = [new TextSpan(0, 37), new TextSpan(38, 66)],
                Mentions = [new Mention(10, 14, sari, MentionForm.Name, "Wali Kota")],
                Statements =
                [
                    new Statement
                    {
                        Id = "s1",
                        Content = quote.Slice(Text),
                        Kind = StatementKind.Direct,
                        Cue = new TextSpan(58, 65).Slice(Text),
                        Speaker = sari,
                        Mention = new TextSpan(58, 65).Slice(Text),
                        Role = "Wali Kota",
                        Date = new PartialDate("2023-07", DatePrecision.Month, "publication"),
                        Via = ["Kabar Kota"],
                        Inner =
                        [
                            new InnerAttribution { Content = new TextSpan(4, 9).Slice(Text), Cue = new TextSpan(0, 3).Slice(Text), Speaker = sari, Mention = new TextSpan(10, 14).Slice(Text), Level = 1 },
                        ],
                        Confidence = 0.9,
                        Confidences = new(0.95, 0.947, 0.8),
                    },
                ],
            },
            Url = "https://example.org/1",
            AcceptedAt = At,
            CodebookVersion = 3,
            IssueIds = [Issue.Id],
            Stances =
            [
                new Stance
                {
                    Id = "t1",
                    Holder = sari,
                    IssueId = Issue.Id,
                    Label = StanceLabel.Oppose,
                    Modality = StanceModality.Asserted,
                    Evidence = new TextSpan(0, 37).Slice(Text),
                    StatementId = "s1",
                    Date = new PartialDate("2023-07-12", DatePrecision.Day, "publication"),
                    Confidence = 0.8,
                    Why = "frame menolak > oppose",
                    Classifier = "rules 1-3f2a91c0",
                },
            ],
            States =
            [
                new IssueState
                {
                    IssueId = Issue.Id,
                    State = ProposalState.Blocked,
                    Evidence = new TextSpan(0, 37).Slice(Text),
                    Cue = new TextSpan(15, 22).Slice(Text),
                    Date = new PartialDate("2023-07-12", DatePrecision.Day, "publication"),
                    Confidence = 0.6,
                    Why = "menolak > blocked",
                },
            ],
        };
    }
}
