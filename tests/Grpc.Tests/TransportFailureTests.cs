using Grpc.Client;
using Grpc.Core;

namespace Sikap.Grpc.Tests;

public sealed class TransportFailureTests
{
    public static TheoryData<Exception, StatusCode> Failures => new()
    {
        { new TaskCanceledException("connect", new TimeoutException()), StatusCode.Unavailable },
        { new OperationCanceledException(), StatusCode.Cancelled },
        { new HttpRequestException(HttpRequestError.ConnectionError), StatusCode.Unavailable },
        { new HttpRequestException(HttpRequestError.NameResolutionError), StatusCode.Unavailable },
        { new IOException("broken pipe"), StatusCode.Unavailable },
        { new HttpRequestException(HttpRequestError.VersionNegotiationError), StatusCode.Internal },
        { new HttpRequestException("outer", new RpcException(new Status(StatusCode.ResourceExhausted, ""))), StatusCode.ResourceExhausted },
        { new InvalidOperationException(), StatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Status_OfATransportFailure_IsMapped(Exception exception, StatusCode expected) => TransportFailure.Status(exception).StatusCode.ShouldBe(expected);
}
