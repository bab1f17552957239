using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sikap.ServiceDefaults;

/// <summary>Opens connections to the broker beside those of the bus, to the same address with the same credentials and the same care about certificates.</summary>
internal static class BrokerConnection
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until the broker lets a connection in. The bus asks here before each attempt of its own: left to itself it pauses longer after each failure, up to half a minute, so that a service
    /// would stay away long after the broker has come back. Ends early where the service stops or the broker refuses the credentials: the bus then meets the same and says so.
    /// </summary>
    /// <param name="settings">Where the broker is.</param>
    /// <param name="name">Name of the connection among the broker's.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="stopping">The service stops.</param>
    public static async Task WaitUntilReachableAsync(BusOptions settings, string name, TimeProvider time, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await OpenAsync(settings, name, stopping);
                return;
            }
            catch (BrokerUnreachableException refused) when (refused.InnerException is PossibleAuthenticationFailureException)
            {
                return;
            }
            catch (Exception)
            {
                // Why it is away the watchdog says.
                await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Why the broker cannot be used, in a line for operators that names the options in question; no secret is in it.</summary>
    public static string Describe(Exception failure, BusOptions settings)
    {
        // The library wraps what happened: unreachable, of several endpoints, of one.
        var cause = failure;
        while (cause is not (PossibleAuthenticationFailureException or AuthenticationException or OperationInterruptedException) && cause.InnerException is { } inner)
            cause = inner;
        const string Section = BusOptions.Section;
        return cause switch
        {
            PossibleAuthenticationFailureException => $"the broker refuses the user {settings.Username} ({Section}:{nameof(BusOptions.Username)}, {Section}:{nameof(BusOptions.Password)})",
            AuthenticationException => $"TLS to the broker fails ({Section}:{nameof(BusOptions.TlsAuthorityFile)}, {Section}:{nameof(BusOptions.TlsServerName)}): {cause.Message}",
            OperationInterruptedException { ShutdownReason: { } reason } => $"the broker refuses: {reason.ReplyText}",
            SocketException => $"no broker is reached at {settings.Hosts} ({Section}:{nameof(BusOptions.Hosts)}): {cause.Message}",
            _ => $"the broker does not answer: {cause.GetType().Name}",
        };
    }

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
