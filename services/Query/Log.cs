namespace Sikap.Query;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, EventName = "query.replay.requested", Level = LogLevel.Information, Message = "{Articles} stored articles sent to be classified anew")]
    public static partial void ReplayRequested(ILogger logger, int articles);

    [LoggerMessage(EventId = 2, EventName = "query.replay.unanswered", Level = LogLevel.Warning, Message = "{Articles} stored articles were not classified anew; next try in {DelaySeconds} s")]
    public static partial void ReplayUnanswered(ILogger logger, long articles, double delaySeconds);

    [LoggerMessage(EventId = 3, EventName = "query.replay.failed", Level = LogLevel.Warning, Message = "Replay stopped; next try in {DelaySeconds} s")]
    public static partial void ReplayFailed(ILogger logger, double delaySeconds, Exception exception);

    [LoggerMessage(EventId = 4, EventName = "query.index.behind", Level = LogLevel.Warning, Message = "The index could not follow the store; next try in {DelaySeconds} s")]
    public static partial void IndexBehind(ILogger logger, double delaySeconds, Exception exception);
}
