using Sikap.Nlp;

namespace Sikap.Contracts.Tests;

public sealed class ProtoMappingTests
{
    [Fact]
    public void Statement_ToProto_KeepsSpansAndSpeaker()
    {
        var article = Samples.StancesClassified().Article;

        var proto = article.Statements[0].ToProto(article.Id);

        proto.ArticleId.ShouldBe("a1");
        article.Text[proto.Content.Start..proto.Content.End].ShouldBe(proto.Content.Text);
        proto.Kind.ShouldBe(V1.StatementKind.Direct);
        proto.Speaker.ShouldBe(new V1.Actor { Name = "Sari", Type = V1.ActorType.Person, Represents = "Pemerintah Kota" });
        proto.Date.Precision.ShouldBe(V1.DatePrecision.Month);
    }

    [Fact]
    public void Statement_WithoutSpeakerOrDate_LeavesThemUnset()
    {
        var article = Samples.StancesClassified().Article;

        var proto = (article.Statements[0] with { Speaker = null, Cue = null, Mention = null, Date = null, Role = null }).ToProto(article.Id);

        proto.Speaker.ShouldBeNull();
        proto.Cue.ShouldBeNull();
        proto.Date.ShouldBeNull();
        proto.SpeakerRole.ShouldBe("");
    }

    [Fact]
    public void Stance_ToProto_KeepsLabelAndEvidence()
    {
        var message = Samples.StancesClassified();

        var proto = message.Stances[0].ToProto(message.Article.Id, message.Article.Publisher, message.CodebookVersion);

        proto.Label.ShouldBe(V1.StanceLabel.Oppose);
        proto.Label.ToNlp().ShouldBe(StanceLabel.Oppose);
        proto.Evidence.Text.ShouldBe(message.Article.Text[proto.Evidence.Start..proto.Evidence.End]);
        proto.CodebookVersion.ShouldBe(3);
        proto.Publisher.ShouldBe("Kabar");
    }

    [Theory]
    [InlineData(StanceLabel.Support)]
    [InlineData(StanceLabel.Oppose)]
    [InlineData(StanceLabel.Neutral)]
    public void Label_RoundTrip_IsTheSame(StanceLabel label) => label.ToProto().ToNlp().ShouldBe(label);

    [Fact]
    public void Label_Unspecified_IsNull() => V1.StanceLabel.Unspecified.ToNlp().ShouldBeNull();

    [Fact]
    public void Enums_OfTheEngine_HaveTheSameNamesOnTheWire()
    {
        // The mapping goes by number, so the names must stay in the same order.
        static string[] Wire<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Skip(1)];

        Wire<V1.ActorType>().ShouldBe(Enum.GetNames<ActorType>());
        Wire<V1.StatementKind>().ShouldBe(Enum.GetNames<StatementKind>());
        Wire<V1.StanceLabel>().ShouldBe(Enum.GetNames<StanceLabel>());
        Wire<V1.StanceModality>().ShouldBe(Enum.GetNames<StanceModality>());
        Wire<V1.ProposalState>().ShouldBe(Enum.GetNames<ProposalState>());
        Wire<V1.DatePrecision>().ShouldBe(Enum.GetNames<DatePrecision>());
    }

    [Fact]
    public void Issue_RoundTrip_KeepsTerms()
    {
        var again = Samples.Issue.ToProto(retired: false, version: 2, Samples.At).ToNlp();

        again.Terms.ShouldBe(Samples.Issue.Terms);
        (again with { Terms = [] }).ShouldBe(Samples.Issue with { Terms = [] });
    }

    [Fact]
    public void Actor_RoundTrip_KeepsAliasesAndDaysInOffice()
    {
        var proto = Samples.Actor.ToProto(retired: false, version: 2, Samples.At);
        var again = proto.ToNlp();

        (proto.Offices[0].From, proto.Offices[0].Until, proto.Version).ShouldBe(("2021-05-03", "2024-05-02", 2L));
        again.ToProto(retired: false, version: 2, Samples.At).ShouldBe(proto);
        again.Offices.ShouldBe(Samples.Actor.Offices);
    }

    [Fact]
    public void Article_ToArticleInfo_CountsAndSlices()
    {
        var message = Samples.StancesClassified();

        var info = message.Article.ToArticleInfo(message.Url, message.AcceptedAt, message.Stances.Count);

        info.StatementCount.ShouldBe(1);
        info.StanceCount.ShouldBe(1);
        info.Url.ShouldBe("https://example.org/1");
        info.Credits.Single().Role.ShouldBe("editor");
        info.AcceptedAt.ToDateTimeOffset().ShouldBe(Samples.At);
    }
}
