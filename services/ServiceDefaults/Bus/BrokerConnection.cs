using System.Net.Security;
using System.Security.Authentication;
using RabbitMQ.Client;

namespace Sikap.ServiceDefaults;

/// <summary>Opens connections to the broker beside those of the bus, to the same address with the same credentials and the same care about certificates.</summary>
internal static class BrokerConnection
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <param name="settings">Where the broker is.</param>
    /// <param name="name">Name of the connection among the broker's.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<IConnection> OpenAsync(BusOptions settings, string name, CancellationToken cancellationToken)
    {
        var tls = new SslOption(settings.EffectiveTlsServerName, enabled: settings.UseTls)
        {
            Version = SslProtocols.Tls12 | SslProtocols.Tls13,
            AcceptablePolicyErrors = SslPolicyErrors.None,
            CertificateValidationCallback = BrokerCertificate.ValidationFor(settings.TlsAuthorityFile),
        };
        var factory = new ConnectionFactory
        {
            VirtualHost = settings.VirtualHost,
            UserName = settings.Username,
            Password = settings.EffectivePassword,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Timeout,
            ContinuationTimeout = Timeout,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        var endpoints = settings.Addresses.Select(address => new AmqpTcpEndpoint(address.Host, address.Port, tls));
        return factory.CreateConnectionAsync(endpoints, name, cancellationToken);
    }
}
