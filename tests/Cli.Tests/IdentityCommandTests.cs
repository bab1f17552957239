using Google.Protobuf.WellKnownTypes;
using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary>Which articles are one, as the person at the terminal sees it.</summary>
public sealed class IdentityCommandTests : IAsyncLifetime
{
    private static readonly Timestamp At = new DateTimeOffset(2024, 5, 6, 7, 8, 0, TimeSpan.Zero).ToTimestamp();

    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Revisions_Text_ShowsWhatChanged()
    {
        _gateway.Answers.Add(new ListRevisionsResponse
        {
            Revisions =
            {
                new Revision { ArticleId = "a1", Title = "Jembatan dibuka", PublishedAt = At },
                new Revision { ArticleId = "a2", Edition = 1, Title = "Jembatan ditutup", AcceptedAt = At, TitleChanged = true, Removed = { new Span { Text = "Dibuka pagi." } }, Added = { new Span { Text = "Ditutup sore." } } },
            },
        });

        var run = await _gateway.RunAsync("revisions", "a1");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("2024-05-06 07:08 article a2: Jembatan ditutup (another headline)");
        run.Out.ShouldContain("- Dibuka pagi.");
        run.Out.ShouldContain("+ Ditutup sore.");
    }

    [Fact]
    public async Task Clusters_OfStories_AreAskedForAndShown()
    {
        _gateway.Answers.Add(new ListClustersResponse
        {
            Clusters =
            {
                new Cluster
                {
                    Id = "a1", Title = "Jembatan dibuka", ArticleCount = 2,
                    Articles = { new SimilarArticle { ArticleId = "a1", Publisher = "kabar", At = At, Resemblance = 1 }, new SimilarArticle { ArticleId = "b1", Publisher = "warta", At = At, Resemblance = 0.25 } },
                },
            },
            Total = 1,
        });

        var run = await _gateway.RunAsync("clusters", "--stories", "--min", "2");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("2 articles: Jembatan dibuka");
        run.Out.ShouldContain("2024-05-06 07:08 warta · article b1 · 0.25 alike");
        run.Out.ShouldContain("1 group");
        ((ListClustersRequest)_gateway.Questions.Single()).ShouldSatisfyAllConditions(asked => asked.Kind.ShouldBe(ClusterKind.Story), asked => asked.MinArticles.ShouldBe(2));
        (await _gateway.RunAsync("clusters", "--min", "0")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Article_SupersededCopy_TellsOriginCopiesAndRevisions()
    {
        _gateway.Answers.Add(new GetArticleResponse
        {
            Article = new ArticleInfo { Id = "a1", Publisher = "Kabar", SupersededBy = "a2", StoryId = "s1" },
            Chain = { "Kabar", "Antah" },
            Origin = new Origin { Outlet = "Antah", ArticleId = "c1", Basis = OriginBasis.CreditsOfCopy },
            Copies = { new ArticleInfo { Id = "c1", Publisher = "Antah" } },
            Revisions = { new ArticleInfo { Id = "a2", Publisher = "Kabar", Title = "Baru" } },
        });

        var run = await _gateway.RunAsync("article", "a1");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        foreach (var part in new[] { "Kabar < Antah", "Antah (from credits of copy) article c1", "a2", "s1", "Copies", "Antah · article c1", "Other revisions", "Kabar · article a2 Baru" })
            run.Out.ShouldContain(part);
    }
}
