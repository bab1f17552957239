using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Sikap.Contracts;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.V1;
using Kind = Sikap.Ingestion.IdentityIndex.Kind;

namespace Sikap.Ingestion;

/// <summary>Answers what is known of articles that belong together. Thread-safe.</summary>
internal sealed class IdentityQuestions(IArticleStore store, ArticleIdentifier identifier)
{
    private const int MaxCopies = 100;
    private const int MaxListed = 20;

    // Of a text that everybody prints the newest so many are looked at to find those that are most like it.
    private const int MaxCompared = 500;
    private const int DefaultPage = 50;
    private const int MaxPage = 1_000;

    /// <summary>What an article is among the others; null until that was looked at.</summary>
    public async Task<Identity?> FindAsync(string articleId, CancellationToken cancellationToken)
    {
        var (answer, copies) = await identifier.AskAsync<(Identity?, List<Pair>)>(
            index =>
            {
                if (index.TryRead(articleId) is not { } told)
                    return (null, []);
                var article = index.Find(articleId);
                var answer = new Identity
                {
                    WorkId = told.Work, Edition = told.Edition, RevisionOf = told.RevisionOf ?? "", ReportId = told.Report, StoryId = told.Story,
                    Revisions = index.SizeOf(Kind.Work, article), StoryArticles = index.SizeOf(Kind.Story, article),
                };
                return (answer, [.. index.Members(Kind.Report, article).Where(other => other != article).Take(MaxCompared).Select(other => Pair.Of(index, other, article))]);
            },
            cancellationToken);
        await CompareAsync(copies, cancellationToken);
        answer?.Copies.AddRange(copies.Select(pair => pair.Article).OrderByDescending(copy => copy.Resemblance).ThenBy(copy => copy.ArticleId, StringComparer.Ordinal).Take(MaxCopies));
        return answer;
    }

    /// <summary>The revisions of an article, oldest first; null when it was not looked at.</summary>
    public async Task<ListRevisionsResponse?> ListRevisionsAsync(string articleId, CancellationToken cancellationToken)
    {
        var members = await identifier.AskAsync(
            index => index.Find(articleId) is >= 0 and var article
                ? index.Members(Kind.Work, article).Select(member => (Id: index.NameOf(member), Edition: index.EditionOf(member))).OrderBy(member => member.Edition).ToList()
                : null,
            cancellationToken);
        if (members is null)
            return null;

        var answer = new ListRevisionsResponse();
        ArticleRecord? before = null;
        foreach (var (id, edition) in members)
        {
            var article = await store.FindAsync(id, cancellationToken) ?? throw GrpcFault.NotFound("article", id);
            var revision = new Revision
            {
                ArticleId = id, Edition = edition, Title = article.Title ?? "", PublishedAt = article.Published?.ToTimestamp(), AcceptedAt = article.AcceptedAt.ToTimestamp(),
                TitleChanged = before is not null && before.Title != article.Title,
            };
            if (before is not null)
            {
                var (removed, added) = TextDiff.Between(before.Text, article.Text);
                revision.Removed.AddRange(removed.Select(span => span.Slice(before.Text).ToProto()));
                revision.Added.AddRange(added.Select(span => span.Slice(article.Text).ToProto()));
            }

            answer.Revisions.Add(revision);
            before = article;
        }

        return answer;
    }

    /// <summary>A page of groups, those that grew last first.</summary>
    public async Task<ListClustersResponse> ListClustersAsync(ListClustersRequest request, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (request.PageToken.Length > 0 && !int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw GrpcFault.BadRequest(new FieldViolation("page_token", "is none of this list"));
        if (request.PageSize is < 0 or > MaxPage)
            throw GrpcFault.BadRequest(new FieldViolation("page_size", $"must be between 0 and {MaxPage}"));
        if (request.MinArticles < 0)
            throw GrpcFault.BadRequest(new FieldViolation("min_articles", "must not be negative"));

        var kind = request.Kind == ClusterKind.Story ? Kind.Story : Kind.Report;
        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var (answer, pairs) = await identifier.AskAsync(
            index =>
            {
                var pairs = new List<Pair>();
                var groups = index.Groups(kind, request.MinArticles == 0 ? 2 : request.MinArticles);
                var page = new ListClustersResponse { Total = groups.Count };
                var shown = groups.Where(group => group.Last < before).Take(size + 1).ToList();
                foreach (var (first, _) in shown.Take(size))
                {
                    var cluster = new Cluster { Id = index.NameOf(first), ArticleCount = index.SizeOf(kind, first) };
                    var listed = index.Members(kind, first).Reverse().Take(MaxListed).Select(member => Pair.Of(index, member, first)).ToList();
                    cluster.Articles.AddRange(listed.Select(pair => pair.Article));
                    pairs.AddRange(listed);
                    page.Clusters.Add(cluster);
                }

                page.NextPageToken = shown.Count > size ? shown[size - 1].Last.ToString(CultureInfo.InvariantCulture) : "";
                return (page, pairs);
            },
            cancellationToken);
        await CompareAsync(pairs, cancellationToken);
        foreach (var cluster in answer.Clusters)
            cluster.Title = (await store.FindAsync(cluster.Id, cancellationToken))?.Title ?? "";
        return answer;
    }

    /// <summary>Compares those that the index has no sketches of at hand any more, by what the store has.</summary>
    private async Task CompareAsync(IEnumerable<Pair> pairs, CancellationToken cancellationToken)
    {
        var sketches = new Dictionary<int, TextSketch?>();
        foreach (var pair in pairs.Where(pair => !pair.IsCompared))
        {
            if (await SketchAsync(pair.Index) is not { } one || await SketchAsync(pair.Other) is not { } other)
                continue;
            pair.Article.Resemblance = TextSketch.Resemblance(one.Minima, other.Minima);
            pair.Article.Containment = TextSketch.Containment(pair.Article.Resemblance, one.Runs, other.Runs);
        }

        async Task<TextSketch?> SketchAsync(int index)
        {
            if (sketches.TryGetValue(index, out var known))
                return known;
            // Entries are numbered from 1.
            var entry = (await store.ListIdentitiesAsync(index, 1, cancellationToken))[0];
            return sketches[index] = entry.Runs == 0 ? null : TextSketch.FromBytes(entry.Sketch, entry.Runs);
        }
    }

    /// <summary>An article as it compares to another one.</summary>
    private sealed record Pair(SimilarArticle Article, int Index, int Other, bool IsCompared)
    {
        public static Pair Of(IdentityIndex index, int article, int other) => new(index.Compare(article, other), article, other, index.IsCompared(article) && index.IsCompared(other));
    }
}
