using System.Diagnostics;
using Sikap.Formats.Pages;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>Stores submissions; what is stored is handed on by the <see cref="ArticlePublisher"/>. Thread-safe.</summary>
internal sealed class ArticleIntake(IArticleStore store, ArticleIdentifier identifier, ReturnedTexts returned, ArticlePublisher publisher, Backlog backlog, TimeProvider time)
{
    private static readonly TimeSpan BacklogRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Stores a valid submission. When the task completes, the article is durable.</summary>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: too many articles wait for the broker. INVALID_ARGUMENT for a page without an article, or a coding of another text.</exception>
    public async Task<SubmitArticleResponse> AcceptAsync(SubmitArticleRequest request, CancellationToken cancellationToken)
    {
        // Before a page is read in vain.
        RefuseWhileFull();
        var article = request.Page is null ? new ArticleRecord { Id = "", Text = request.Text, AcceptedAt = default } : ReadPage(request);
        article = article with
        {
            Title = NullIfEmpty(request.Title) ?? article.Title,
            Publisher = NullIfEmpty(request.Publisher.Trim()) ?? article.Publisher,
            Url = NullIfEmpty(request.Url),
            Authors = request.Authors.Count > 0 ? [.. request.Authors] : article.Authors,
        };
        if (PublicationText.Parse(request.Published) is var (value, precision))
            article = article with { Published = value, PublishedPrecision = precision, PublishedFrom = null };
        else if (request.PublishedAt is { } published)
            article = article with { Published = published.ToDateTimeOffset(), PublishedPrecision = Nlp.DatePrecision.Minute, PublishedFrom = null };
        var response = await AcceptAsync(article, request.Coding, shownBefore: null, cancellationToken);
        response.ClientRef = request.ClientRef;
        return response;
    }

    /// <summary>
    /// Stores an article that keeps to the rules of submissions; its id and the time are given here. When the task completes, it is durable, and known what it is among the others: of what is accepted next
    /// it can be told whether it revises this one.
    /// </summary>
    /// <param name="article">The article.</param>
    /// <param name="coding">What people coded in it; null = nothing.</param>
    /// <param name="shownBefore">The article that the same page was seen to show before this one; null when nobody looked.</param>
    /// <param name="cancellationToken">Ends the wait; what was stored stays.</param>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: too many articles wait for the broker. INVALID_ARGUMENT for a coding of another text.</exception>
    public async Task<SubmitArticleResponse> AcceptAsync(ArticleRecord article, V1.Coding? coding, string? shownBefore, CancellationToken cancellationToken)
    {
        RefuseWhileFull();
        article = article with
        {
            Id = ArticleIdentity.Of(article.Text, article.Publisher ?? ""),
            AcceptedAt = time.GetUtcNow(),
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
        // What is coded goes to the article that has the text now, so that is asked before.
        var isKnown = coding is not null && await store.FindStateAsync(article.Id, cancellationToken) is not null;
        var result = isKnown ? default : await AddAsync(article, coding, cancellationToken);
        if (!result.Added)
        {
            var id = await returned.FindAsync(article, shownBefore, cancellationToken);
            if (isKnown || id != article.Id)
            {
                article = article with { Id = id };
                result = await AddAsync(article, coding, cancellationToken);
            }
        }

        if (result.Added || result.CodingChanged)
            backlog.Add();
        (result.Added ? Telemetry.ArticlesAccepted : Telemetry.ArticlesRepeated).Add(1);
        var provenance = result.Added ? await identifier.IdentifyAsync(article, cancellationToken) : null;
        // Of a coded one the store knows the revision, of a repeated one the text.
        if (result.CodingChanged)
            publisher.SweepSoon();
        else if (provenance is not null)
            publisher.Offer(article, provenance);

        return new SubmitArticleResponse
        {
            ArticleId = article.Id,
            AlreadyExists = !result.Added,
            State = result.Progress.ToProto(),
            CodingChanged = result.CodingChanged,
        };
    }

    private void RefuseWhileFull()
    {
        if (backlog.IsFull)
            throw GrpcFault.Unavailable("too many articles wait for the broker, try again later", BacklogRetryAfter);
    }

    private static ArticleRecord ReadPage(SubmitArticleRequest request)
    {
        var url = request.Url.Length > 0 ? new Uri(request.Url) : null;
        var reading = PageReader.Read(request.Page.Content.Span, NullIfEmpty(request.Page.MediaType), url);
        var problem = reading.Refusal is { } refusal ? refusal.Message : PageIntake.Problem(reading.Value!);
        if (problem is null)
            return PageIntake.ToArticle(reading.Value!);
        Telemetry.ArticlesRejected.Add(1);
        throw GrpcFault.BadRequest(new FieldViolation("page.content", problem));
    }

    private Task<AddResult> AddAsync(ArticleRecord article, V1.Coding? coding, CancellationToken cancellationToken) =>
        coding is null ? store.AddAsync(article, cancellationToken) : AddCodedAsync(article, coding, cancellationToken);

    /// <summary>Stores the coding with its passages where they stand in the text that is stored, which may have come before and have other white space.</summary>
    private async Task<AddResult> AddCodedAsync(ArticleRecord article, V1.Coding coding, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await store.FindAsync(article.Id, cancellationToken);
            var written = CodingIntake.Write(coding, article.Text, known?.Text ?? article.Text)
                ?? throw GrpcFault.BadRequest(new FieldViolation("coding", "the article is stored with other characters than these; code the text that GetStoredArticle gives"));
            var result = await store.AddAsync(article with { Coding = written }, cancellationToken);
            // Else somebody stored it in between: once more, with the text that is there now.
            if (result.Added || known is not null)
                return result;
        }
    }

    private static string? NullIfEmpty(string value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
