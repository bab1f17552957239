using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Sikap.Benchmarks.Grpc;

/// <summary>Sends its request back; bound by hand as generated code would bind it.</summary>
[BindServiceMethod(typeof(EchoService), nameof(BindService))]
public class EchoService
{
    /// <summary>The method, for server and client.</summary>
    public static readonly Method<BytesValue, BytesValue> EchoMethod = new(MethodType.Unary, "benchmark.Echo", "Echo", Marshaller(), Marshaller());

    public static void BindService(ServiceBinderBase binder, EchoService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(EchoMethod, service is null ? null : new UnaryServerMethod<BytesValue, BytesValue>(service.Echo));
    }

    public virtual Task<BytesValue> Echo(BytesValue request, ServerCallContext context) => Task.FromResult(request);

    // What grpc_csharp_plugin generates.
    private static Marshaller<BytesValue> Marshaller() => Marshallers.Create<BytesValue>(
        (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => BytesValue.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
