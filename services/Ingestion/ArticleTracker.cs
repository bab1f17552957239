using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Notes what the later stages report.</summary>
internal sealed class ArticleTracker(IArticleStore store, TimeProvider time, ILogger<ArticleTracker> logger)
{
    /// <summary>Longest reason in bytes of UTF-8.</summary>
    public const int MaxReasonBytes = 4_096;

    // The language the engine has tables for.
    private const string SupportedLanguage = "id";

    public async Task IndexedAsync(string articleId, string language, long codingRevision, DateTimeOffset at)
    {
        // No token: what was received is finished, a stop waits for it.
        if (!await store.MarkIndexedAsync(articleId, language, language == SupportedLanguage, codingRevision, at, CancellationToken.None))
            logger.UnknownArticle(articleId);
    }

    public async Task FailedAsync(string articleId, string stage, string? reason)
    {
        var text = $"{stage}: {reason ?? "no reason given"}".CutToUtf8Bytes(MaxReasonBytes);
        if (!await store.MarkFailedAsync(articleId, text, time.GetUtcNow(), CancellationToken.None))
            return;
        Telemetry.ArticlesFailed.Add(1);
        logger.ArticleFailed(articleId, stage);
    }
}
