using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>How far a connection has come.</summary>
internal enum ConnectionPhase
{
    /// <summary>Socket, TLS, hello.</summary>
    Connecting,

    Authenticating,

    Ready,
}

/// <summary>What all connections of a client share. Thread-safe.</summary>
internal sealed class ConnectionOptions
{
    private readonly MongoClientSettings _settings;
    private readonly X509Certificate2Collection? _authorities;
    private readonly BsonDocument _clientMetadata;
    private long _lastConnectionId;

    /// <exception cref="MongoConfigurationException">The file of authorities cannot be read.</exception>
    internal ConnectionOptions(MongoClientSettings settings)
    {
        _settings = settings;
        if (settings.TlsCAFile is { } file)
        {
            try
            {
                _authorities = [];
                _authorities.ImportFromPemFile(file);
            }
            catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
            {
                throw new MongoConfigurationException($"option tlsCAFile: {bad.Message}", bad);
            }

            if (_authorities.Count == 0)
            {
                throw new MongoConfigurationException($"option tlsCAFile: {file} holds no certificate");
            }
        }

        _clientMetadata = ClientMetadata(settings.ApplicationName);
    }

    internal MongoCredential? Credential => _settings.Credential;

    /// <summary>Null = no limit.</summary>
    internal TimeSpan? ConnectTimeout => _settings.ConnectTimeout > TimeSpan.Zero ? _settings.ConnectTimeout : null;

    internal TimeSpan? SocketTimeout => _settings.SocketTimeout > TimeSpan.Zero ? _settings.SocketTimeout : null;

    internal ScramKeyCache ScramKeys { get; } = new();

    internal Action<MongoEvent>? Sink => _settings.EventSink;

    internal TimeProvider Time => _settings.Time;

    internal long NextConnectionId() => Interlocked.Increment(ref _lastConnectionId);

    /// <summary>The greeting in the words of every age of servers; it offers the newer ones.</summary>
    internal BsonDocument LegacyHello() => new() { { "isMaster", 1 }, { "helloOk", true }, { "client", _clientMetadata } };

    internal async Task<Stream> ConnectAsync(MongoServerAddress address, CancellationToken cancellationToken)
    {
        var socket = address.IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            if (address.IsUnixSocket)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Host), cancellationToken);
            }
            else
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            }

            stream = new NetworkStream(socket, ownsSocket: true);
            return _settings.UseTls ? await SecureAsync(stream, address, cancellationToken) : stream;
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(Stream inner, MongoServerAddress address, CancellationToken cancellationToken)
    {
        var ssl = _settings.SslSettings ?? new SslSettings();
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            EnabledSslProtocols = SslProtocols.None,
            CertificateRevocationCheckMode = ssl.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            ClientCertificates = [.. ssl.ClientCertificates],
            RemoteCertificateValidationCallback = ssl.ServerCertificateValidationCallback ?? Accept,
        };
        if (_authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = options.CertificateRevocationCheckMode,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        var secured = new SslStream(inner);
        try
        {
            await secured.AuthenticateAsClientAsync(options, cancellationToken);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        _settings.AllowInsecureTls || (_settings.TlsAllowInvalidHostnames ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors) == SslPolicyErrors.None;

    private static BsonDocument ClientMetadata(string? application)
    {
        var metadata = new BsonDocument();
        if (application is not null)
        {
            metadata.Add("application", new BsonDocument("name", application));
        }

        var version = typeof(ConnectionOptions).Assembly.GetName().Version?.ToString(3) ?? "0";
        var system = OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "Darwin" : OperatingSystem.IsLinux() ? "Linux" : "unknown";
        return metadata
            .Add("driver", new BsonDocument { { "name", "sikap-mongo-client" }, { "version", version } })
            .Add("os", new BsonDocument { { "type", system }, { "architecture", RuntimeInformation.OSArchitecture.ToString() } })
            .Add("platform", RuntimeInformation.FrameworkDescription);
    }
}
