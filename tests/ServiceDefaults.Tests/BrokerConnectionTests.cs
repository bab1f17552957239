using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Sikap.ServiceDefaults.Tests;

public sealed class BrokerConnectionTests
{
    private static readonly BusOptions Options = new() { Hosts = "broker:5673", Username = "reader", Password = "secret-of-the-reader" };

    [Fact]
    public void Describe_WrappedFailure_TellsItsCauseAndTheOptionsAndNoSecret()
    {
        Describe(new AuthenticationFailureException("ACCESS_REFUSED")).ShouldBe("the broker refuses the user reader (Bus:Username, Bus:Password)");
        Describe(new AuthenticationException("The remote certificate was rejected.", new IOException("inner"))).ShouldBe("TLS to the broker fails (Bus:TlsAuthorityFile, Bus:TlsServerName): The remote certificate was rejected.");
        Describe(new ConnectFailureException("failed", new SocketException((int)SocketError.ConnectionRefused))).ShouldStartWith("no broker is reached at broker:5673 (Bus:Hosts): ");
        Describe(new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 530, "NOT_ALLOWED - vhost news not found"))).ShouldBe("the broker refuses: NOT_ALLOWED - vhost news not found");
        Describe(new TimeoutException("secret-of-the-reader")).ShouldBe("the broker does not answer: TimeoutException");

        static string Describe(Exception cause) => BrokerConnection.Describe(new BrokerUnreachableException(new AggregateException(cause)), Options);
    }
}
