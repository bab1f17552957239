using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;

namespace Sikap.Gateway;

/// <summary>
/// Passes calls on to the back ends, one method per kind of call: deadline, cancellation and trace go with the call, trailers and error details come back as they are.
/// Streams go message by message, the next one being read once the other side has taken the one before.
/// </summary>
internal sealed class Forwarder(Admission admission, TimeProvider time, IOptions<GatewayOptions> options)
{
    private static readonly string[] s_traceHeaders = ["traceparent", "tracestate", "baggage"];

    private readonly GatewayOptions _options = options.Value;

    /// <summary>One request, one response.</summary>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> call)
    {
        using var slot = admission.Admit(context);
        using var forwarded = call(request, OptionsFor(context, _options.DefaultDeadline));
        try
        {
            var response = await forwarded.ResponseAsync;
            CopyTrailers(forwarded.GetTrailers(), context);
            return response;
        }
        catch (RpcException e)
        {
            throw Translate(e, context);
        }
    }

    /// <summary>One request, a stream of responses that ends when one of both sides does; without a deadline of our own.</summary>
    public async Task ServerStreamingAsync<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context, Func<TRequest, CallOptions, AsyncServerStreamingCall<TResponse>> call)
    {
        using var slot = admission.Admit(context);
        using var forwarded = call(request, OptionsFor(context, null));
        try
        {
            await CopyAsync(forwarded.ResponseStream, responses, context.CancellationToken);
            CopyTrailers(forwarded.GetTrailers(), context);
        }
        catch (RpcException e)
        {
            throw Translate(e, context);
        }
    }

    /// <summary>Streams both ways.</summary>
    public async Task DuplexStreamingAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        Func<CallOptions, AsyncDuplexStreamingCall<TRequest, TResponse>> call)
    {
        using var slot = admission.Admit(context);
        using var forwarded = call(OptionsFor(context, _options.DefaultStreamDeadline));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var pump = PumpAsync(requests, forwarded, ended.Token);
        try
        {
            await CopyAsync(forwarded.ResponseStream, responses, context.CancellationToken);
            CopyTrailers(forwarded.GetTrailers(), context);
        }
        catch (RpcException e) when (!pump.IsFaulted)
        {
            throw Translate(e, context);
        }
        finally
        {
            await ended.CancelAsync();
            await pump;
        }
    }

    /// <summary>Requests to the back end until the client has no more. Only what goes wrong on the client's side is thrown: the back end's side shows in its answers.</summary>
    private static async Task PumpAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, AsyncDuplexStreamingCall<TRequest, TResponse> forwarded, CancellationToken cancellationToken)
    {
        while (await ReadAsync())
        {
            try
            {
                await forwarded.RequestStream.WriteAsync(requests.Current, cancellationToken);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or InvalidOperationException or IOException)
            {
                return;
            }
        }

        async Task<bool> ReadAsync()
        {
            try
            {
                if (await requests.MoveNext(cancellationToken))
                {
                    return true;
                }
                await forwarded.RequestStream.CompleteAsync();
                return false;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch
            {
                // Ends the answers too, which wait for requests that will not come.
                forwarded.Dispose();
                throw;
            }
        }
    }

    private static async Task CopyAsync<T>(IAsyncStreamReader<T> from, IServerStreamWriter<T> to, CancellationToken cancellationToken)
    {
        while (await from.MoveNext(cancellationToken))
        {
            await to.WriteAsync(from.Current, cancellationToken);
        }
    }

    private static void CopyTrailers(Metadata trailers, ServerCallContext context)
    {
        foreach (var entry in trailers)
        {
            context.ResponseTrailers.Add(entry);
        }
    }

    private CallOptions OptionsFor(ServerCallContext context, TimeSpan? defaultDeadline)
    {
        DateTime? deadline = context.Deadline < DateTime.MaxValue ? context.Deadline
            : defaultDeadline is { } patience ? time.GetUtcNow().UtcDateTime + patience
            : null;
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders)
        {
            // The HTTP client writes the trace context of the current activity; where nobody listens there is none, and the caller's is passed on.
            if (_options.ForwardedMetadata.Contains(entry.Key, StringComparer.OrdinalIgnoreCase)
                || (Activity.Current is null && s_traceHeaders.Contains(entry.Key, StringComparer.Ordinal)))
            {
                headers.Add(entry);
            }
        }
        return new CallOptions(headers, deadline, context.CancellationToken);
    }

    private RpcException Translate(RpcException e, ServerCallContext context)
    {
        // A back end that answers says itself when to try again; without that, nobody was there to answer.
        if (e.StatusCode is StatusCode.Unavailable && e.Trailers.GetValueBytes(GrpcFault.DetailsTrailer) is null)
        {
            var service = context.Method.Split('/')[1];
            return GrpcFault.Unavailable($"{service} cannot be reached", _options.RetryAfter);
        }
        return new RpcException(new Status(e.StatusCode, e.Status.Detail), e.Trailers);
    }
}
