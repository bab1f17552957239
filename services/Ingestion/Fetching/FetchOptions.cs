using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sikap.Ingestion;

/// <summary>Options of the section <c>Ingestion:Fetching</c>: how pages and feeds are fetched from the web. The limits hold for every request, whoever asks.</summary>
public sealed class FetchOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Ingestion:Fetching";

    private const int HighestPort = 65_535;

    /// <summary>Address or mailbox under which a site's operator reaches ours; part of the <c>User-Agent</c>. Null = none, the default.</summary>
    [RegularExpression(@"^[\x21-\x27\x2A-\x7E]{1,200}$")]
    public string? Contact { get; set; }

    /// <summary>Ports that may be asked. Default: none given, which means 80 and 443.</summary>
    public IReadOnlyList<int> AllowedPorts { get; set; } = [];

    /// <summary>
    /// Private hosts that may be asked all the same, for intranets: networks such as <c>10.1.0.0/16</c>, single addresses, or host names such as <c>berita.intranet</c>, which then may resolve to any address.
    /// Without an entry only public addresses are connected to. Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedPrivateHosts { get; set; } = [];

    /// <summary>Largest body in bytes, as sent and as inflated; with <see cref="FeedOptions.MaxConcurrentVisits"/> it bounds the memory that strangers can take. Default: 5 MiB, twice the largest of some hundred news pages and several times a news sitemap of 1,000 addresses.</summary>
    [Range(1_024, 104_857_600)]
    public int MaxBodyBytes { get; set; } = 5_242_880;

    /// <summary>Redirects followed from one address. Default: 5.</summary>
    [Range(0, 20)]
    public int MaxRedirects { get; set; } = 5;

    /// <summary>How long a connection may take to be made, TLS included. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a host may take until its headers are there, the connection included. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a body may stand still. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request may take from its beginning to the last byte, without the wait for the host's turn. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:30:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Least pause between the end of one request and the beginning of the next to the same host; a longer <c>Crawl-delay</c> of its robots.txt is kept to. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HostDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest <c>Crawl-delay</c> that is kept to; a longer one counts as this. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxCrawlDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a host's turn; where it would take longer the request is given up, saying when the host may be asked. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxTurnWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a host is left alone after it could not be reached or had too much to do; doubled with each further failure, a part of it random. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan HostBackOff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest back-off of a host, and longest <c>Retry-After</c> that is kept to. Default: 6 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan MaxHostBackOff { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long a host's robots.txt counts. Default: 24 hours, the longest that RFC 9309 allows.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RobotsLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AllowedPorts.Any(port => port is < 1 or > HighestPort))
            yield return new ValidationResult($"{nameof(AllowedPorts)}: a port is a number from 1 to {HighestPort}", [nameof(AllowedPorts)]);
        foreach (var entry in AllowedPrivateHosts)
        {
            if (entry.Contains('/', StringComparison.Ordinal) ? !IPNetwork.TryParse(entry, out _) : !IPAddress.TryParse(entry, out _) && Uri.CheckHostName(entry) != UriHostNameType.Dns)
                yield return new ValidationResult($"{nameof(AllowedPrivateHosts)}: '{entry}' is no network such as 10.1.0.0/16, no address and no host name", [nameof(AllowedPrivateHosts)]);
        }
    }
}
