using System.Diagnostics;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>Stores submissions; what is stored is handed on by the <see cref="ArticlePublisher"/>. Thread-safe.</summary>
internal sealed class ArticleIntake(IArticleStore store, ArticlePublisher publisher, TimeProvider time)
{
    /// <summary>Stores a valid submission. When the task completes, the article is durable.</summary>
    public async Task<SubmitArticleResponse> AcceptAsync(SubmitArticleRequest request, CancellationToken cancellationToken)
    {
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
        var result = await store.AddAsync(article, cancellationToken);
        if (result.Added)
        {
            Telemetry.ArticlesAccepted.Add(1);
            publisher.Offer(article);
        }
        else
        {
            Telemetry.ArticlesRepeated.Add(1);
        }

        return new SubmitArticleResponse
        {
            ArticleId = article.Id,
            AlreadyExists = !result.Added,
            State = result.Progress.ToProto(),
            ClientRef = request.ClientRef,
        };
    }

    private static string? NullIfEmpty(string value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
