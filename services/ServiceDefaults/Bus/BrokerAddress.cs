using System.Globalization;

namespace Sikap.ServiceDefaults;

/// <summary>A node of the broker.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    private const int AmqpPort = 5672;
    private const int AmqpsPort = 5671;

    public static bool TryParse(string text, bool tls, out BrokerAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = tls ? AmqpsPort : AmqpPort;
        if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535))
            return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return false;
        address = new BrokerAddress(host, port);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
