using System.ComponentModel.DataAnnotations;

namespace Sikap.ServiceDefaults;

/// <summary>What carries the messages.</summary>
public enum BusTransport
{
    /// <summary>A RabbitMQ broker, quorum queues, publisher confirms.</summary>
    RabbitMq,

    /// <summary>This process's memory: a crash loses what is under way.</summary>
    InMemory,
}

/// <summary>The message bus. All services of one system must agree on transport, hosts and virtual host.</summary>
public sealed class BusOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Bus";

    /// <summary>Default: RabbitMQ.</summary>
    [EnumDataType(typeof(BusTransport))]
    public BusTransport Transport { get; set; } = BusTransport.RabbitMq;

    /// <summary>Broker nodes, <c>host</c> or <c>host:port</c>, separated by commas. Default: <c>localhost</c>.</summary>
    [Required]
    public string Hosts { get; set; } = "localhost";

    /// <summary>Default: <c>/</c>.</summary>
    [Required]
    public string VirtualHost { get; set; } = "/";

    /// <summary>Default: <c>guest</c>, which RabbitMQ lets in from its own machine only.</summary>
    [Required]
    public string Username { get; set; } = "guest";

    /// <summary>Default: <c>guest</c>. Not looked at where <see cref="PasswordFile"/> is given.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>File whose first line is the password; null = <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>TLS 1.2 or 1.3 to the broker; its certificate must be valid for <see cref="TlsServerName"/>. Default: off.</summary>
    public bool UseTls { get; set; }

    /// <summary>Name the broker's certificate must carry; null = the first of <see cref="Hosts"/>.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>PEM file of the authorities that may sign the broker's certificate; null = those this machine trusts.</summary>
    public string? TlsAuthorityFile { get; set; }

    /// <summary>Messages the broker hands over ahead of their acknowledgement, for each queue. Default: 16.</summary>
    [Range(1, 10_000)]
    public int PrefetchCount { get; set; } = 16;

    /// <summary>Messages of one queue processed at the same time; not above <see cref="PrefetchCount"/>. Default: 8.</summary>
    [Range(1, 10_000)]
    public int ConcurrentMessageLimit { get; set; } = 8;

    /// <summary>
    /// How long one attempt at a message may take before it counts as failed and the message goes to the error queue; waiting for a store or broker that is away does not count. Work that is stuck
    /// cannot be ended from outside, so what it still does has no effect on the message. Default: 5 min, well below the 30 min after which a broker closes the channel of a slow consumer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:25:00")]
    public TimeSpan ConsumeTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a publish may wait for the broker's confirm before its outcome counts as unknown and it is tried again under the same id. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Largest serialised message in bytes; a larger one is refused before it is sent, and its article fails with the two numbers as reason. Default: 1 MiB, below every broker's own limit.
    /// An article of the longest text allowed takes about 4.6 bytes a character on its way to the read model, so 0.9 MB for 200,000; one of nothing but short quotations takes 8 and fits up to 130,000.
    /// </summary>
    [Range(1_024, 16 * 1_048_576)]
    public int MaxMessageBytes { get; set; } = 1_048_576;

    /// <summary>How often the watchdog asks the broker about this service's queues, and a consumer's channel is looked at; one that is closed at two looks is opened anew. Default: 5 s. RabbitMQ only.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan WatchdogInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long messages may wait in a queue of this service of which none is delivered here, before the service is unready. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the bus may be stuck although the broker answers before the process stops with exit code 1, to be started again; zero = never. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StopAfterStuck { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Publishes in a row without a known outcome after which publishing counts as stuck. Default: 5.</summary>
    [Range(1, 1_000)]
    public int MaxUnknownOutcomes { get; set; } = 5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ConcurrentMessageLimit > PrefetchCount)
            yield return new ValidationResult($"{nameof(ConcurrentMessageLimit)} must not exceed {nameof(PrefetchCount)}.", [nameof(ConcurrentMessageLimit)]);
        if (Transport != BusTransport.RabbitMq)
            yield break;
        foreach (var host in Hosts.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!BrokerAddress.TryParse(host, UseTls, out _))
                yield return new ValidationResult($"{nameof(Hosts)}: '{host}' is neither host nor host:port.", [nameof(Hosts)]);
        }

        if (PasswordFile is not null && !File.Exists(PasswordFile))
            yield return new ValidationResult($"{nameof(PasswordFile)}: '{PasswordFile}' does not exist.", [nameof(PasswordFile)]);
        if (TlsAuthorityFile is not null && !File.Exists(TlsAuthorityFile))
            yield return new ValidationResult($"{nameof(TlsAuthorityFile)}: '{TlsAuthorityFile}' does not exist.", [nameof(TlsAuthorityFile)]);
        else if (BrokerCertificate.FaultOf(TlsAuthorityFile) is { } fault)
            yield return new ValidationResult($"{nameof(TlsAuthorityFile)}: {fault}", [nameof(TlsAuthorityFile)]);
    }

    internal IReadOnlyList<BrokerAddress> Addresses
        => [.. Hosts.Split(',', StringSplitOptions.TrimEntries).Select(host => BrokerAddress.TryParse(host, UseTls, out var address)
            ? address
            : throw new InvalidOperationException($"{Section}:{nameof(Hosts)}: '{host}' is neither host nor host:port."))];

    internal string EffectivePassword => PasswordFile is null ? Password : File.ReadLines(PasswordFile).FirstOrDefault() ?? "";

    internal string EffectiveTlsServerName => TlsServerName ?? Addresses[0].Host;
}
