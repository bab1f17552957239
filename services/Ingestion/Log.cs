namespace Sikap.Ingestion;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "ingestion.unfinished_reset {Count} articles are handed to the bus again", EventName = "ingestion.unfinished_reset")]
    public static partial void UnfinishedReset(this ILogger logger, int count);

    [LoggerMessage(2, LogLevel.Information, "ingestion.swept {Count} articles", EventName = "ingestion.swept")]
    public static partial void Swept(this ILogger logger, int count);

    [LoggerMessage(3, LogLevel.Warning, "ingestion.sweep_failed", EventName = "ingestion.sweep_failed")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "ingestion.publish_failed {ArticleId}", EventName = "ingestion.publish_failed")]
    public static partial void PublishFailed(this ILogger logger, string articleId, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "ingestion.article_failed {ArticleId} at {Stage}", EventName = "ingestion.article_failed")]
    public static partial void ArticleFailed(this ILogger logger, string articleId, string stage);

    [LoggerMessage(6, LogLevel.Warning, "ingestion.unknown_article {ArticleId} was indexed but is not stored here", EventName = "ingestion.unknown_article")]
    public static partial void UnknownArticle(this ILogger logger, string articleId);

    [LoggerMessage(7, LogLevel.Warning, "ingestion.item_not_stored {Index}", EventName = "ingestion.item_not_stored")]
    public static partial void ItemNotStored(this ILogger logger, long index, Exception exception);

    [LoggerMessage(8, LogLevel.Information, "ingestion.dead_letters_moved {Count} {Fate}", EventName = "ingestion.dead_letters_moved")]
    public static partial void DeadLettersMoved(this ILogger logger, long count, string fate);

    [LoggerMessage(9, LogLevel.Warning, "ingestion.feed_failing {FeedId} is {State}: {Reason}", EventName = "ingestion.feed_failing")]
    public static partial void FeedFailing(this ILogger logger, string feedId, string state, string reason);

    [LoggerMessage(10, LogLevel.Warning, "ingestion.feeds_not_listed", EventName = "ingestion.feeds_not_listed")]
    public static partial void FeedsNotListed(this ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "ingestion.visit_broken {FeedId}: the store is away", EventName = "ingestion.visit_broken")]
    public static partial void VisitBroken(this ILogger logger, string feedId, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "ingestion.visit_failed {FeedId}", EventName = "ingestion.visit_failed")]
    public static partial void VisitFailed(this ILogger logger, string feedId, Exception exception);
}
