using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Turns what a service method throws into a gRPC status: an <see cref="RpcException"/> passes, a cancelled call is CANCELLED or DEADLINE_EXCEEDED,
/// a store that is away UNAVAILABLE with RetryInfo, all else UNKNOWN without the exception's text. The last kind is logged, here and nowhere else.
/// </summary>
internal sealed class GrpcErrorInterceptor(TimeProvider time, ILogger<GrpcErrorInterceptor> logger) : Interceptor
{
    private static readonly TimeSpan StoreRetryAfter = TimeSpan.FromSeconds(2);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        // Once the call is over, whatever broke broke because of that.
        if (exception is OperationCanceledException || context.CancellationToken.IsCancellationRequested)
        {
            return context.Deadline <= time.GetUtcNow().UtcDateTime
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, "deadline exceeded"))
                : new RpcException(new Status(StatusCode.Cancelled, "call cancelled"));
        }

        if (exception is StoreUnavailableException)
        {
            logger.StoreUnavailable(context.Method, exception);
            return GrpcFault.Unavailable("the store is away, try again later", StoreRetryAfter);
        }

        logger.CallFailed(context.Method, exception);
        return new RpcException(new Status(StatusCode.Unknown, "the call failed for an internal reason"));
    }
}
