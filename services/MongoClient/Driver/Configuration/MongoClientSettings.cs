using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver.Core;
using MongoDB.Driver.Core.Servers;

namespace MongoDB.Driver;

/// <summary>How TLS connections are made.</summary>
public sealed class SslSettings
{
    /// <summary>Default: off, as many closed networks reach no revocation list.</summary>
    public bool CheckCertificateRevocation { get; set; }

    public IEnumerable<X509Certificate> ClientCertificates { get; set; } = [];

    /// <summary>Null = the certificate must be valid for the host by the authorities of the machine, or by <c>tlsCAFile</c>.</summary>
    public RemoteCertificateValidationCallback? ServerCertificateValidationCallback { get; set; }
}

/// <summary>Everything a client goes by. A client copies what it needs when it is made; later changes do not reach it.</summary>
public sealed class MongoClientSettings
{
    /// <summary>Name of the application in the server's log, at most 128 bytes.</summary>
    public string? ApplicationName { get; set; }

    public IEnumerable<MongoServerAddress> Servers { get; set; } = [new MongoServerAddress("localhost")];

    public MongoServerAddress Server
    {
        get => Servers.Single();
        set => Servers = [value];
    }

    public MongoCredential? Credential { get; set; }

    /// <summary>Only servers of this replica set are used; null = whatever the servers turn out to be.</summary>
    public string? ReplicaSetName { get; set; }

    /// <summary>True = talk to the one server named, whatever it is; null or false = find out what it belongs to.</summary>
    public bool? DirectConnection { get; set; }

    /// <summary>Longest a connection may take to be made, TLS included. Default 30 s; zero = no limit.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence of a server while an answer is awaited. Default zero = none but that of monitoring: a server that falls silent is found dead and its connections are cut.</summary>
    public TimeSpan SocketTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>Longest wait for a server that fits. Default 30 s.</summary>
    public TimeSpan ServerSelectionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a server is asked how it is. Default 10 s, at least 500 ms.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Servers are taken whose round trip is at most this longer than the shortest. Default 15 ms.</summary>
    public TimeSpan LocalThreshold { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Longest an operation may take with everything it waits for, retries included; null or zero = no limit of its own.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Longest wait for a connection of a full pool; zero = as long as the operation itself may take. Default two minutes.</summary>
    public TimeSpan WaitQueueTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Connections unused for longer are closed. Default ten minutes; zero = never.</summary>
    public TimeSpan MaxConnectionIdleTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Older connections are closed when they come back. Default 30 minutes; zero = never.</summary>
    public TimeSpan MaxConnectionLifeTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Most connections per server. Default 100; 0 = no limit.</summary>
    public int MaxConnectionPoolSize { get; set; } = 100;

    /// <summary>Connections per server that are kept open. Default 0.</summary>
    public int MinConnectionPoolSize { get; set; }

    /// <summary>Most connections per server being made at a time. Default 2.</summary>
    public int MaxConnecting { get; set; } = 2;

    public bool RetryReads { get; set; } = true;

    public bool RetryWrites { get; set; } = true;

    public ReadPreference ReadPreference { get; set; } = ReadPreference.Primary;

    public ReadConcern ReadConcern { get; set; } = ReadConcern.Default;

    public WriteConcern WriteConcern { get; set; } = WriteConcern.Acknowledged;

    public bool UseTls { get; set; }

    /// <summary>True = any certificate is taken. For tests.</summary>
    public bool AllowInsecureTls { get; set; }

    public SslSettings? SslSettings { get; set; }

    public ServerMonitoringMode ServerMonitoringMode { get; set; } = ServerMonitoringMode.Auto;

    internal bool TlsAllowInvalidHostnames { get; set; }

    internal string? TlsCAFile { get; set; }

    /// <summary>Hears what happens inside, on the threads where it happens; must not block or throw.</summary>
    internal Action<MongoEvent>? EventSink { get; set; }

    /// <summary>Shortest time between two checks of a server.</summary>
    internal TimeSpan MinHeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <exception cref="MongoConfigurationException">The string cannot be followed.</exception>
    public static MongoClientSettings FromConnectionString(string connectionString) => FromUrl(new MongoUrl(connectionString));

    public static MongoClientSettings FromUrl(MongoUrl url)
    {
        var settings = new MongoClientSettings();
        settings.ApplicationName = url.ApplicationName;
        settings.Servers = url.Servers;
        settings.Credential = url.Credential;
        settings.ReplicaSetName = url.ReplicaSetName;
        settings.DirectConnection = url.DirectConnection;
        settings.ConnectTimeout = url.ConnectTimeout ?? settings.ConnectTimeout;
        settings.SocketTimeout = url.SocketTimeout ?? settings.SocketTimeout;
        settings.ServerSelectionTimeout = url.ServerSelectionTimeout ?? settings.ServerSelectionTimeout;
        settings.HeartbeatInterval = url.HeartbeatInterval ?? settings.HeartbeatInterval;
        settings.LocalThreshold = url.LocalThreshold ?? settings.LocalThreshold;
        settings.Timeout = url.Timeout;
        settings.WaitQueueTimeout = url.WaitQueueTimeout ?? settings.WaitQueueTimeout;
        settings.MaxConnectionIdleTime = url.MaxConnectionIdleTime ?? settings.MaxConnectionIdleTime;
        settings.MaxConnectionPoolSize = url.MaxConnectionPoolSize ?? settings.MaxConnectionPoolSize;
        settings.MinConnectionPoolSize = url.MinConnectionPoolSize ?? settings.MinConnectionPoolSize;
        settings.MaxConnecting = url.MaxConnecting ?? settings.MaxConnecting;
        settings.RetryReads = url.RetryReads ?? settings.RetryReads;
        settings.RetryWrites = url.RetryWrites ?? settings.RetryWrites;
        settings.ReadPreference = url.ReadPreference ?? settings.ReadPreference;
        settings.ReadConcern = url.ReadConcern ?? settings.ReadConcern;
        settings.WriteConcern = new WriteConcern(url.W, url.WTimeout, null, url.Journal);
        settings.UseTls = url.UseTls;
        settings.AllowInsecureTls = url.AllowInsecureTls || url.TlsAllowInvalidCertificates;
        settings.TlsAllowInvalidHostnames = url.TlsAllowInvalidHostnames;
        settings.TlsCAFile = url.TlsCAFile;
        settings.ServerMonitoringMode = url.ServerMonitoringMode ?? settings.ServerMonitoringMode;
        settings.SslSettings = new SslSettings { CheckCertificateRevocation = !url.TlsDisableCertificateRevocationCheck };
        if (url.TlsCertificateKeyFile is { } file)
        {
            settings.SslSettings.ClientCertificates = [LoadCertificate(file, url.TlsCertificateKeyFilePassword)];
        }

        return settings;
    }

    internal MongoClientSettings Clone() => (MongoClientSettings)MemberwiseClone();

    /// <exception cref="MongoConfigurationException">Values that exclude each other or are out of range.</exception>
    internal void Validate()
    {
        var servers = Servers.ToList();
        if (servers.Count == 0 || (DirectConnection == true && servers.Count > 1))
        {
            throw new MongoConfigurationException("Servers: at least one, and one only with DirectConnection");
        }

        if (HeartbeatInterval < TimeSpan.FromMilliseconds(500))
        {
            throw new MongoConfigurationException("HeartbeatInterval must be at least 500 ms");
        }

        if (MaxConnecting < 1 || MaxConnectionPoolSize < 0 || MinConnectionPoolSize < 0 || (MaxConnectionPoolSize > 0 && MinConnectionPoolSize > MaxConnectionPoolSize))
        {
            throw new MongoConfigurationException("MaxConnecting must be positive and MinConnectionPoolSize not above MaxConnectionPoolSize");
        }

        if (Credential is { Password: null })
        {
            throw new MongoConfigurationException("Credential: the user has no password");
        }
    }

    private static X509Certificate2 LoadCertificate(string file, string? password)
    {
        try
        {
            using var pem = password is null ? X509Certificate2.CreateFromPemFile(file) : X509Certificate2.CreateFromEncryptedPemFile(file, password);

            // A key that is only in memory is not taken by every platform's TLS; one that went through PKCS#12 is.
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            throw new MongoConfigurationException($"option tlsCertificateKeyFile: {bad.Message}", bad);
        }
    }
}
