namespace Sikap.Extraction;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "actors.learned {Count} actors, version {Version}", EventName = "actors.learned")]
    public static partial void ActorsLearned(this ILogger logger, int count, long version);

    [LoggerMessage(2, LogLevel.Warning, "actors.unknown {Seconds} s after the start: articles are read without the actors that users added", EventName = "actors.unknown")]
    public static partial void ActorsUnknown(this ILogger logger, double seconds);

    [LoggerMessage(3, LogLevel.Warning, "actors.request_failed", EventName = "actors.request_failed")]
    public static partial void ActorsRequestFailed(this ILogger logger, Exception exception);
}
