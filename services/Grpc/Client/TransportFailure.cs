using System.Net;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.Client;

/// <summary>What the transport's exceptions mean as statuses.</summary>
internal static class TransportFailure
{
    private const long EnhanceYourCalm = 0xB;

    // How the transport's text begins for a GOAWAY; the exception's type and code are those of a stream that was reset. A test goes through the transport itself.
    private const string ConnectionClosed = "The HTTP/2 server closed the connection";

    public static Status Status(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case RpcException rpc:
                    return rpc.Status;
                case HttpProtocolException protocol when !protocol.Message.Contains("(0x", StringComparison.Ordinal):
                    // An error that came in a frame has its code in the text, which nothing else tells apart. This one arose here: the peer did not answer a keep-alive ping.
                    return new Status(StatusCode.Unavailable, "The connection was given up because the server did not answer.", exception);
                case HttpProtocolException { ErrorCode: not EnhanceYourCalm } protocol when protocol.Message.StartsWith(ConnectionClosed, StringComparison.Ordinal):
                    // A server that goes down: nothing of the call was done, or nobody will hear of it. Another connection may serve it.
                    return new Status(StatusCode.Unavailable, $"The server closed the connection with HTTP/2 error code {protocol.ErrorCode}.", exception);
                case HttpProtocolException protocol:
                    return new Status(StatusMapping.FromHttp2Error(protocol.ErrorCode), $"The stream or connection ended with HTTP/2 error code {protocol.ErrorCode}.", exception);
            }
        }

        return exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => new Status(StatusCode.Unavailable, "The server did not accept a connection in time.", exception),
            OperationCanceledException => new Status(StatusCode.Cancelled, "Call canceled by the client.", exception),
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => new Status(StatusCode.Internal, "The server does not speak HTTP/2.", exception),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                new Status(StatusCode.Internal, "The response's headers exceed the limit.", exception),
            HttpRequestException or IOException => new Status(StatusCode.Unavailable, "The server cannot be reached or the connection broke.", exception),
            _ => new Status(StatusCode.Internal, "Error starting gRPC call.", exception),
        };
    }
}
