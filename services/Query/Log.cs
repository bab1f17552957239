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

    [LoggerMessage(EventId = 5, EventName = "query.follower.behind", Level = LogLevel.Warning, Message = "The store could not be asked what others wrote; next try in {DelaySeconds} s")]
    public static partial void FollowerBehind(ILogger logger, double delaySeconds, Exception exception);

    [LoggerMessage(EventId = 6, EventName = "query.commit.recovered", Level = LogLevel.Warning, Message = "Commit {Number} was left half done by another instance and is applied now")]
    public static partial void CommitRecovered(ILogger logger, long number);
}
