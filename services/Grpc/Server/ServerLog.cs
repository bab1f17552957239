using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "grpc.rpc_failed: {Method} ended with {StatusCode}")]
    public static partial void RpcFailed(ILogger logger, Exception? exception, string method, StatusCode statusCode);

    [LoggerMessage(2, LogLevel.Error, "grpc.handler_failed: {Method} threw an unexpected exception")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(3, LogLevel.Debug, "grpc.cancelled: {Method} was cancelled by the caller")]
    public static partial void Cancelled(ILogger logger, string method);

    [LoggerMessage(4, LogLevel.Debug, "grpc.deadline_exceeded: {Method} ran past its deadline")]
    public static partial void DeadlineExceeded(ILogger logger, string method);

    [LoggerMessage(5, LogLevel.Debug, "grpc.deadline_end_failed: the status of {Method} could not be sent after its deadline")]
    public static partial void DeadlineEndFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(6, LogLevel.Debug, "grpc.te_missing: {Method} came without 'te: trailers'; a proxy between may drop trailers")]
    public static partial void TeMissing(ILogger logger, string method);
}
