using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace Sikap.Interop.Tests;

/// <summary>The server of the published interop cases.</summary>
public sealed class InteropService : TestService.TestServiceBase
{
    private const string EchoInitial = "x-grpc-test-echo-initial";
    private const string EchoTrailing = "x-grpc-test-echo-trailing-bin";
    private const string EncodingRequest = "grpc-internal-encoding-request";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await EchoAsync(context);
        EnsureCompressed(request.ExpectCompressed, context);
        EnsureStatus(request.ResponseStatus);
        if (request.ResponseCompressed is { Value: true })
        {
            await context.WriteResponseHeadersAsync(new Metadata { { EncodingRequest, "gzip" } });
        }

        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoAsync(context);
        EnsureStatus(request.ResponseStatus);
        if (request.ResponseParameters.Any(parameters => parameters.Compressed is { Value: true }))
        {
            await context.WriteResponseHeadersAsync(new Metadata { { EncodingRequest, "gzip" } });
        }

        await RespondAsync(request, responseStream, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await EchoAsync(context);
        var sum = 0;
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            EnsureCompressed(request.ExpectCompressed, context);
            sum += request.Payload?.Body.Length ?? 0;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = sum };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoAsync(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            EnsureStatus(request.ResponseStatus);
            await RespondAsync(request, responseStream, context);
        }
    }

    private static async Task RespondAsync(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var parameters in request.ResponseParameters)
        {
            if (parameters.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), context.CancellationToken);
            }

            responses.WriteOptions = new WriteOptions(parameters.Compressed is { Value: true } ? WriteFlags.None : WriteFlags.NoCompress);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(parameters.Size) });
        }
    }

    private static async Task EchoAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(EchoInitial) is { } initial)
        {
            await context.WriteResponseHeadersAsync(new Metadata { { EchoInitial, initial } });
        }

        if (context.RequestHeaders.GetValueBytes(EchoTrailing) is { } trailing)
        {
            context.ResponseTrailers.Add(EchoTrailing, trailing);
        }
    }

    private static void EnsureStatus(EchoStatus? status)
    {
        if (status is { Code: not 0 })
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    // A server cannot see the flag of a single message, only what the call announced; a compressed call may hold plain messages too.
    private static void EnsureCompressed(BoolValue? expect, ServerCallContext context)
    {
        if (expect is { Value: true } && context.GetHttpContext().Request.Headers["grpc-encoding"] != "gzip")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The message was expected to be compressed."));
        }
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
