using Microsoft.Extensions.Logging;

namespace Sikap.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "grpc.call_failed {Method}", EventName = "grpc.call_failed")]
    public static partial void CallFailed(this ILogger logger, string method, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "grpc.store_unavailable {Method}", EventName = "grpc.store_unavailable")]
    public static partial void StoreUnavailable(this ILogger logger, string method, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "bus.outcome_unknown {MessageType} {MessageId} after {TimeoutSeconds} s", EventName = "bus.outcome_unknown")]
    public static partial void OutcomeUnknown(this ILogger logger, string messageType, Guid messageId, double timeoutSeconds);

    [LoggerMessage(11, LogLevel.Warning, "bus.consumer_failed {MessageType} transient: {Transient}: {Detail}", EventName = "bus.consumer_failed")]
    public static partial void ConsumerFailed(this ILogger logger, string messageType, bool transient, string detail);

    [LoggerMessage(12, LogLevel.Warning, "bus.unready {Reason}", EventName = "bus.unready")]
    public static partial void BusUnready(this ILogger logger, string reason);

    [LoggerMessage(13, LogLevel.Information, "bus.ready", EventName = "bus.ready")]
    public static partial void BusReady(this ILogger logger);

    [LoggerMessage(14, LogLevel.Critical, "bus.stopping_process stuck for {StuckSeconds} s: {Reason}", EventName = "bus.stopping_process")]
    public static partial void StoppingProcess(this ILogger logger, double stuckSeconds, string reason);

    [LoggerMessage(15, LogLevel.Warning, "bus.consumer_waits {MessageType}: {Reason}", EventName = "bus.consumer_waits")]
    public static partial void ConsumerWaits(this ILogger logger, string messageType, string reason);

    [LoggerMessage(17, LogLevel.Warning, "bus.consumer_disowned {MessageType}: its channel has ended and the broker delivers it again", EventName = "bus.consumer_disowned")]
    public static partial void ConsumerDisowned(this ILogger logger, string messageType);

    [LoggerMessage(16, LogLevel.Warning, "bus.endpoint_renewed {Queue}: {Reason}", EventName = "bus.endpoint_renewed")]
    public static partial void EndpointRenewed(this ILogger logger, string queue, string reason);
}
