using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MongoDB.Driver;

/// <summary>Host and port of a server, or the path of its Unix socket. Hosts are lower case.</summary>
public sealed record MongoServerAddress
{
    internal const int DefaultPort = 27017;

    public MongoServerAddress(string host, int port = DefaultPort)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        Host = IsPath(host) ? host : host.ToLowerInvariant();
        Port = IsPath(host) ? 0 : port;
    }

    public string Host { get; }

    /// <summary>0 for a Unix socket.</summary>
    public int Port { get; }

    internal bool IsUnixSocket => IsPath(Host);

    /// <exception cref="FormatException">Not <c>host</c>, <c>host:port</c> or <c>[ipv6]:port</c>.</exception>
    public static MongoServerAddress Parse(string value)
    {
        if (IsPath(value))
        {
            return new MongoServerAddress(value);
        }

        string host, port;
        if (value.StartsWith('['))
        {
            var end = value.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !IPAddress.TryParse(value[1..end], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw new FormatException($"'{value}' is no IPv6 address in brackets");
            }

            host = value[1..end];
            port = value[(end + 1)..];
        }
        else
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? value : value[..colon];
            port = colon < 0 ? "" : value[colon..];
        }

        if (host.Length == 0 || host.AsSpan().ContainsAny(' ', '[', ']'))
        {
            throw new FormatException($"'{value}' names no host");
        }

        if (port.Length == 0)
        {
            return new MongoServerAddress(host);
        }

        return port[0] == ':' && int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? new MongoServerAddress(host, number)
            : throw new FormatException($"'{value}' has no port between 1 and 65535");
    }

    public override string ToString() => IsUnixSocket ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static bool IsPath(string host) => host.Contains('/', StringComparison.Ordinal);
}
