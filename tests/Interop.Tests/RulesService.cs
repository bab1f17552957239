using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;

namespace Sikap.Interop.Tests;

/// <summary>What the interop service does not offer and the rules need, as methods of a service without a generated base class.</summary>
[BindServiceMethod(typeof(RulesService), nameof(BindService))]
public class RulesService
{
    public const string EchoPath = "/rules.Rules/Echo";
    public const string WaitPath = "/rules.Rules/Wait";
    public const string RefusePath = "/rules.Rules/Refuse";
    public const string ThrowPath = "/rules.Rules/Throw";

    private static readonly Marshaller<Empty> Marshaller = Marshallers.Create(message => Google.Protobuf.MessageExtensions.ToByteArray(message), Empty.Parser.ParseFrom);
    private static TaskCompletionSource s_waiting = new();
    private static TaskCompletionSource s_cancelled = new();

    /// <summary>Done when a Wait call is in its handler.</summary>
    internal static Task Waiting => s_waiting.Task;

    public static void BindService(ServiceBinderBase binder, RulesService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(Unary("Echo"), service is null ? null : new UnaryServerMethod<Empty, Empty>(service.Echo));
        binder.AddMethod(Unary("Wait"), service is null ? null : new UnaryServerMethod<Empty, Empty>(service.Wait));
        binder.AddMethod(Unary("Throw"), service is null ? null : new UnaryServerMethod<Empty, Empty>(service.Throw));
        binder.AddMethod(
            new Method<Empty, Empty>(MethodType.ClientStreaming, "rules.Rules", "Refuse", Marshaller, Marshaller),
            service is null ? null : new ClientStreamingServerMethod<Empty, Empty>(service.Refuse));
    }

    /// <summary>Sends the headers whose names begin with "echo" back as trailers.</summary>
    public virtual Task<Empty> Echo(Empty request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("echo", StringComparison.Ordinal)))
        {
            context.ResponseTrailers.Add(entry);
        }

        return Task.FromResult(new Empty());
    }

    /// <summary>Waits until it is cancelled.</summary>
    public virtual async Task<Empty> Wait(Empty request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (waiting, cancelled) = (s_waiting, s_cancelled);
        waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }
        finally
        {
            // Not by a registration of its own: what waits may end, and take it back, before its turn comes.
            cancelled.TrySetResult();
        }

        return new Empty();
    }

    /// <summary>Refuses after the first message.</summary>
    public virtual async Task<Empty> Refuse(IAsyncStreamReader<Empty> requests, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(requests);
        await requests.MoveNext(CancellationToken.None);
        throw new RpcException(new Status(StatusCode.PermissionDenied, "not for you"));
    }

    /// <summary>Throws what no caller may read.</summary>
    public virtual Task<Empty> Throw(Empty request, ServerCallContext context) => throw new InvalidOperationException("password=hunter2 in /etc/app.conf");

    internal static void Map(WebApplication app) => app.MapGrpcService<RulesService>();

    /// <summary>Done when the next Wait call is cancelled.</summary>
    internal static Task NextCancellation()
    {
        s_waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        s_cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return s_cancelled.Task;
    }

    private static Method<Empty, Empty> Unary(string name) => new(MethodType.Unary, "rules.Rules", name, Marshaller, Marshaller);
}
