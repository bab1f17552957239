using System.Diagnostics;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>Stores submissions; what is stored is handed on by the <see cref="ArticlePublisher"/>. Thread-safe.</summary>
internal sealed class ArticleIntake(IArticleStore store, ArticlePublisher publisher, Backlog backlog, TimeProvider time)
{
    private static readonly TimeSpan BacklogRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Stores a valid submission. When the task completes, the article is durable.</summary>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: too many articles wait for the broker.</exception>
    public async Task<SubmitArticleResponse> AcceptAsync(SubmitArticleRequest request, CancellationToken cancellationToken)
    {
        if (backlog.IsFull)
            throw GrpcFault.Unavailable("too many articles wait for the broker, try again later", BacklogRetryAfter);
        var article = new ArticleRecord
        {
            Id = ArticleIdentity.Of(request.Text, request.Publisher),
            Text = request.Text,
            Title = NullIfEmpty(request.Title),
            Publisher = NullIfEmpty(request.Publisher.Trim()),
            Url = NullIfEmpty(request.Url),
            Published = request.PublishedAt?.ToDateTimeOffset(),
            AcceptedAt = time.GetUtcNow(),
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
        var result = request.Coding is null ? await store.AddAsync(article, cancellationToken) : await AddCodedAsync(article, request.Coding, cancellationToken);
        if (result.Added || result.CodingChanged)
            backlog.Add();
        (result.Added ? Telemetry.ArticlesAccepted : Telemetry.ArticlesRepeated).Add(1);
        // Of a coded one the store knows the revision, of a repeated one the text.
        if (result.CodingChanged)
            publisher.SweepSoon();
        else if (result.Added)
            publisher.Offer(article);

        return new SubmitArticleResponse
        {
            ArticleId = article.Id,
            AlreadyExists = !result.Added,
            State = result.Progress.ToProto(),
            ClientRef = request.ClientRef,
            CodingChanged = result.CodingChanged,
        };
    }

    /// <summary>Stores the coding with its passages where they stand in the text that is stored, which may have come before and have other white space.</summary>
    private async Task<AddResult> AddCodedAsync(ArticleRecord article, Coding coding, CancellationToken cancellationToken)
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
