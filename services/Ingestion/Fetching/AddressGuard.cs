using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Sikap.Ingestion;

/// <summary>Decides which addresses may be asked: of what others name, only what lies on the public internet. Immutable and thread-safe.</summary>
internal sealed class AddressGuard
{
    /// <summary>Longest address, as for submitted articles.</summary>
    public const int MaxUrlChars = 2_000;

    // IANA's special-purpose registry for IPv4, and multicast and reserved beyond it.
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    // Of IPv6 only 2000::/3 is handed out for the public internet; these lie in it and lead elsewhere: protocol assignments with Teredo, documentation, 6to4, documentation.
    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialIPv6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];

    private readonly IPNetwork[] _allowedNetworks;
    private readonly FrozenSet<string> _allowedNames;
    private readonly FrozenSet<int> _ports;

    public AddressGuard(FetchOptions options)
    {
        _ports = options.AllowedPorts.DefaultIfEmpty(80).Concat(options.AllowedPorts.Count == 0 ? [443] : []).ToFrozenSet();
        _allowedNetworks =
        [
            .. options.AllowedPrivateHosts.Where(entry => entry.Contains('/', StringComparison.Ordinal)).Select(entry => IPNetwork.Parse(entry)),
            .. options.AllowedPrivateHosts.Select(entry => IPAddress.TryParse(entry, out var address) ? address : null).OfType<IPAddress>()
                .Select(address => new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)),
        ];
        _allowedNames = options.AllowedPrivateHosts.Where(entry => Uri.CheckHostName(entry) == UriHostNameType.Dns).Select(HostKey).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>A host's name as turns, rests and rules are kept under it: lower case, ASCII, without the root's dot.</summary>
    public static string HostKey(string host) => host.TrimEnd('.').ToLowerInvariant();

    /// <summary>Why an address must not be asked, before anything is resolved; null = it may.</summary>
    public string? Refusal(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            return "only http and https addresses are fetched";
        if (url.OriginalString.Length > MaxUrlChars || url.AbsoluteUri.Length > MaxUrlChars)
            return $"the address has more than {MaxUrlChars} characters";
        if (url.UserInfo.Length > 0)
            return "the address carries credentials";
        if (url.IdnHost.Length == 0 || HostKey(url.IdnHost).Length == 0)
            return "the address has no host";
        if (!_ports.Contains(url.Port))
            return $"port {url.Port} is not asked";
        // Only an early word: what a name leads to is checked when it is connected to.
        return IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) && !Allows(url.IdnHost, address) ? "the address is not of the public internet" : null;
    }

    /// <summary>True for a redirect that gives up what TLS vouched for.</summary>
    public static bool LosesTls(Uri from, Uri to) => from.Scheme == Uri.UriSchemeHttps && to.Scheme == Uri.UriSchemeHttp;

    /// <summary>True when a host may be connected to under this address.</summary>
    /// <param name="host">Name or address as it was asked for.</param>
    /// <param name="address">What it resolves to.</param>
    public bool Allows(string host, IPAddress address) => IsPublic(address) || _allowedNames.Contains(HostKey(host)) || _allowedNetworks.Any(network => network.Contains(Plain(address)));

    /// <summary>True for an address of the public internet: no private, local, shared, multicast, documentation or reserved one, nor one that carries such an address in it.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !SpecialIPv4.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => plain.ScopeId == 0 && GlobalIPv6.Contains(plain) && !SpecialIPv6.Any(network => network.Contains(plain)),
            _ => false,
        };
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
