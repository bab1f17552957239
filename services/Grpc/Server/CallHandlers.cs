using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>What is the same for all four kinds of calls: from the HTTP request to the status.</summary>
internal abstract class CallHandler
{
    protected CallHandler(MethodSettings settings)
    {
        Settings = settings;
        _telemetryName = settings.Method.FullName[1..];
    }

    private readonly string _telemetryName;

    protected MethodSettings Settings { get; }

    public Task HandleAsync(HttpContext http)
    {
        if (!RequestCheck.TryAccept(http))
        {
            return Task.CompletedTask;
        }

        if (Settings.Method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming
            && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            // A stream of requests may be as slow as it likes.
            rate.MinDataRate = null;
        }

        return RunAsync(http);
    }

    protected abstract ValueTask InvokeAsync(ServerCall call);

    private async Task RunAsync(HttpContext http)
    {
        var begun = Settings.Telemetry.Begin();
        if (http.Request.Headers.TE.Count == 0)
        {
            ServerLog.TeMissing(Settings.Logger, Settings.Method.FullName);
        }

        var call = new ServerCall(http, Settings);
        try
        {
            try
            {
                call.Start();
                await InvokeAsync(call);
            }
            catch (Exception exception)
            {
                if (!call.TryEnd())
                {
                    await call.DeadlineEnd();
                    return;
                }

                call.SetFailure(exception);
                call.WriteStatus();
                return;
            }

            if (call.TryEnd())
            {
                call.WriteStatus();
            }
            else
            {
                await call.DeadlineEnd();
            }
        }
        finally
        {
            call.Dispose();
            Settings.Telemetry.End(begun, http, _telemetryName, call.StatusCode);
        }
    }
}

/// <summary>The conditions on the HTTP request that come before gRPC.</summary>
internal static class RequestCheck
{
    /// <summary>False where the answer is an HTTP status, which is then set.</summary>
    public static bool TryAccept(HttpContext http)
    {
        if (!IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "HTTP/2";
            return false;
        }

        // Streams may be long; the limit is per message.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return true;
    }

    /// <summary>application/grpc, alone or with a suffix (+proto) or parameters; not application/grpc-web.</summary>
    public static bool IsGrpc(string? contentType)
    {
        const string grpc = "application/grpc";
        return contentType is not null
            && contentType.StartsWith(grpc, StringComparison.OrdinalIgnoreCase)
            && (contentType.Length == grpc.Length || contentType[grpc.Length] is '+' or ';' or ' ');
    }
}

/// <summary>Makes the service object of a call: the registered one, else a new one.</summary>
internal static class ServiceActivator<TService>
    where TService : class
{
    private static readonly Lazy<ObjectFactory<TService>> Factory = new(() => ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes));

    public static TService Create(IServiceProvider services, out bool owned)
    {
        var registered = services.GetService<TService>();
        owned = registered is null;
        return registered ?? Factory.Value(services, null);
    }

    public static ValueTask ReleaseAsync(object service)
    {
        switch (service)
        {
            case IAsyncDisposable asyncDisposable:
                return asyncDisposable.DisposeAsync();
            case IDisposable disposable:
                disposable.Dispose();
                return default;
            default:
                return default;
        }
    }

    public static bool NeedsRelease { get; } = typeof(IDisposable).IsAssignableFrom(typeof(TService)) || typeof(IAsyncDisposable).IsAssignableFrom(typeof(TService));
}

/// <summary>Runs the interceptors of a call around its handler.</summary>
internal static class InterceptorChain
{
    public static async Task<T> RunAsync<T>(ServerCall call, Func<Interceptor[], Task<T>> body)
    {
        var registrations = call.Settings.Interceptors;
        var interceptors = new Interceptor[registrations.Length];
        List<object>? owned = null;
        try
        {
            for (var i = 0; i < interceptors.Length; i++)
            {
                interceptors[i] = registrations[i].Create(call.Http.RequestServices, out var isOwned);
                if (isOwned && interceptors[i] is IDisposable or IAsyncDisposable)
                {
                    (owned ??= []).Add(interceptors[i]);
                }
            }

            return await body(interceptors);
        }
        finally
        {
            for (var i = (owned?.Count ?? 0) - 1; i >= 0; i--)
            {
                await ServiceActivator<Interceptor>.ReleaseAsync(owned![i]);
            }
        }
    }
}

internal sealed class UnaryCallHandler<TService, TRequest, TResponse>(
    MethodSettings settings, Method<TRequest, TResponse> method, Func<TService, TRequest, ServerCallContext, Task<TResponse>> invoker) : CallHandler(settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var request = await new RequestReader<TRequest>(call, method.RequestMarshaller.ContextualDeserializer).ReadSingleAsync();
        var task = Settings.Interceptors.Length == 0 ? Service(request, call) : InterceptedAsync(call, request);
        var response = await task ?? throw new RpcException(new Status(StatusCode.Unknown, "The handler returned no message."));
        if (call.StatusCode == StatusCode.OK && call.TryBeginFinalWrite())
        {
            await new ResponseWriter<TResponse>(call, method.ResponseMarshaller.ContextualSerializer).PutAsync(response);
        }
    }

    private Task<TResponse> InterceptedAsync(ServerCall call, TRequest request) => InterceptorChain.RunAsync(call, interceptors =>
    {
        UnaryServerMethod<TRequest, TResponse> next = Service;
        for (var i = interceptors.Length - 1; i >= 0; i--)
        {
            var (interceptor, inner) = (interceptors[i], next);
            next = (r, c) => interceptor.UnaryServerHandler(r, c, inner);
        }

        return next(request, call);
    });

    private Task<TResponse> Service(TRequest request, ServerCallContext context)
    {
        var service = ServiceActivator<TService>.Create(context.GetHttpContext().RequestServices, out var owned);
        return owned && ServiceActivator<TService>.NeedsRelease ? ReleasedAsync(service, request, context) : invoker(service, request, context);
    }

    private async Task<TResponse> ReleasedAsync(TService service, TRequest request, ServerCallContext context)
    {
        try
        {
            return await invoker(service, request, context);
        }
        finally
        {
            await ServiceActivator<TService>.ReleaseAsync(service);
        }
    }
}

internal sealed class ClientStreamingCallHandler<TService, TRequest, TResponse>(
    MethodSettings settings, Method<TRequest, TResponse> method, Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> invoker) : CallHandler(settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var requests = new RequestReader<TRequest>(call, method.RequestMarshaller.ContextualDeserializer);
        var response = await InterceptorChain.RunAsync(call, interceptors =>
        {
            ClientStreamingServerMethod<TRequest, TResponse> next = ServiceAsync;
            for (var i = interceptors.Length - 1; i >= 0; i--)
            {
                var (interceptor, inner) = (interceptors[i], next);
                next = (r, c) => interceptor.ClientStreamingServerHandler(r, c, inner);
            }

            return next(requests, call);
        }) ?? throw new RpcException(new Status(StatusCode.Unknown, "The handler returned no message."));
        if (call.StatusCode == StatusCode.OK && call.TryBeginFinalWrite())
        {
            await new ResponseWriter<TResponse>(call, method.ResponseMarshaller.ContextualSerializer).PutAsync(response);
        }
    }

    private async Task<TResponse> ServiceAsync(IAsyncStreamReader<TRequest> requests, ServerCallContext context)
    {
        var service = ServiceActivator<TService>.Create(context.GetHttpContext().RequestServices, out var owned);
        try
        {
            return await invoker(service, requests, context);
        }
        finally
        {
            if (owned)
            {
                await ServiceActivator<TService>.ReleaseAsync(service);
            }
        }
    }
}

internal sealed class ServerStreamingCallHandler<TService, TRequest, TResponse>(
    MethodSettings settings, Method<TRequest, TResponse> method, Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoker) : CallHandler(settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var request = await new RequestReader<TRequest>(call, method.RequestMarshaller.ContextualDeserializer).ReadSingleAsync();
        var responses = new ResponseWriter<TResponse>(call, method.ResponseMarshaller.ContextualSerializer);
        await InterceptorChain.RunAsync(call, async interceptors =>
        {
            ServerStreamingServerMethod<TRequest, TResponse> next = ServiceAsync;
            for (var i = interceptors.Length - 1; i >= 0; i--)
            {
                var (interceptor, inner) = (interceptors[i], next);
                next = (r, w, c) => interceptor.ServerStreamingServerHandler(r, w, c, inner);
            }

            await next(request, responses, call);
            return true;
        });
    }

    private async Task ServiceAsync(TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        var service = ServiceActivator<TService>.Create(context.GetHttpContext().RequestServices, out var owned);
        try
        {
            await invoker(service, request, responses, context);
        }
        finally
        {
            if (owned)
            {
                await ServiceActivator<TService>.ReleaseAsync(service);
            }
        }
    }
}

internal sealed class DuplexStreamingCallHandler<TService, TRequest, TResponse>(
    MethodSettings settings,
    Method<TRequest, TResponse> method,
    Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoker) : CallHandler(settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask InvokeAsync(ServerCall call)
    {
        var requests = new RequestReader<TRequest>(call, method.RequestMarshaller.ContextualDeserializer);
        var responses = new ResponseWriter<TResponse>(call, method.ResponseMarshaller.ContextualSerializer);
        await InterceptorChain.RunAsync(call, async interceptors =>
        {
            DuplexStreamingServerMethod<TRequest, TResponse> next = ServiceAsync;
            for (var i = interceptors.Length - 1; i >= 0; i--)
            {
                var (interceptor, inner) = (interceptors[i], next);
                next = (r, w, c) => interceptor.DuplexStreamingServerHandler(r, w, c, inner);
            }

            await next(requests, responses, call);
            return true;
        });
    }

    private async Task ServiceAsync(IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        var service = ServiceActivator<TService>.Create(context.GetHttpContext().RequestServices, out var owned);
        try
        {
            await invoker(service, requests, responses, context);
        }
        finally
        {
            if (owned)
            {
                await ServiceActivator<TService>.ReleaseAsync(service);
            }
        }
    }
}
