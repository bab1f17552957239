namespace Sikap.StanceClassification;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "codebook.issue_broadcast {IssueId} version {Version} retired: {Retired}", EventName = "codebook.issue_broadcast")]
    public static partial void IssueBroadcast(this ILogger logger, string issueId, long version, bool retired);

    [LoggerMessage(2, LogLevel.Warning, "codebook.broadcast_failed", EventName = "codebook.broadcast_failed")]
    public static partial void BroadcastFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "actors.broadcast {Count} actors, version {Version}", EventName = "actors.broadcast")]
    public static partial void ActorsBroadcast(this ILogger logger, int count, long version);

    [LoggerMessage(4, LogLevel.Warning, "actors.broadcast_failed", EventName = "actors.broadcast_failed")]
    public static partial void ActorsBroadcastFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "chat.failed {Reason} {StatusCode}", EventName = "chat.failed")]
    public static partial void ChatFailed(this ILogger logger, string reason, int statusCode);

    [LoggerMessage(6, LogLevel.Information, "chat.on model {Model}", EventName = "chat.on")]
    public static partial void ChatOn(this ILogger logger, string model);
}
