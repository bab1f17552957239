using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sikap.Standalone;

/// <summary>A service of the system, as one listener of this process serves it.</summary>
internal enum ServiceDoor
{
    Gateway,
    Ingestion,
    Extraction,
    StanceClassification,
    Query,
}

/// <summary>
/// The five listening sockets, bound before anything else starts: a port that is taken is reported at once, and with free ports the Gateway can be told where the others are.
/// </summary>
internal sealed class Listeners : IDisposable
{
    /// <summary>The Gateway's default port; the others follow as in the separate services, 5091 to 5094.</summary>
    public const int DefaultPortBase = 5080;

    private const int OffsetOfBackEnds = 10;

    private readonly Dictionary<ServiceDoor, Socket> _sockets = [];

    private Listeners()
    {
    }

    /// <summary>All doors with their ports.</summary>
    public IEnumerable<(ServiceDoor Door, IPEndPoint EndPoint)> All => _sockets.Select(pair => (pair.Key, (IPEndPoint)pair.Value.LocalEndPoint!));

    /// <summary>The services that the Gateway forwards to.</summary>
    public static IEnumerable<ServiceDoor> BackEnds => Enum.GetValues<ServiceDoor>().Where(door => door != ServiceDoor.Gateway);

    /// <summary>Binds all five. The Gateway listens where it is told, the others on loopback only: nobody but the Gateway is meant to call them.</summary>
    /// <param name="address">Address of the Gateway.</param>
    /// <param name="portBase">Port of the Gateway, the others 11 to 14 above; 0 = free ports.</param>
    /// <param name="gatewayPort">Port of the Gateway where it differs.</param>
    /// <exception cref="SocketException">A port is taken or the address is not of this machine; the message names it.</exception>
    public static Listeners Bind(IPAddress address, int portBase, int? gatewayPort)
    {
        var listeners = new Listeners();
        try
        {
            foreach (var door in Enum.GetValues<ServiceDoor>())
            {
                var (host, port) = door == ServiceDoor.Gateway
                    ? (address, gatewayPort ?? portBase)
                    : (IPAddress.Loopback, portBase == 0 ? 0 : portBase + OffsetOfBackEnds + (int)door);
                listeners._sockets.Add(door, Bind(door, new IPEndPoint(host, port)));
            }

            return listeners;
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    /// <summary>Port of <paramref name="door"/>.</summary>
    public int PortOf(ServiceDoor door) => ((IPEndPoint)_sockets[door].LocalEndPoint!).Port;

    /// <summary>Address at which this process reaches <paramref name="door"/>.</summary>
    public Uri AddressOf(ServiceDoor door)
    {
        var bound = ((IPEndPoint)_sockets[door].LocalEndPoint!).Address;
        var host = bound.Equals(IPAddress.Loopback) || bound.Equals(IPAddress.Any) ? "localhost" : bound.Equals(IPAddress.IPv6Any) ? "[::1]"
            : bound.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{bound}]" : bound.ToString();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{PortOf(door)}"));
    }

    /// <summary>The bound socket of an end point, for Kestrel to listen on.</summary>
    public Socket SocketOf(EndPoint endPoint) => _sockets.Values.Single(socket => socket.LocalEndPoint!.Equals(endPoint));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    private static Socket Bind(ServiceDoor door, IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new SocketException((int)exception.SocketErrorCode,
                $"{door} cannot listen on {endPoint}: {exception.Message}. Is it running already? --port-base chooses other ports, 0 takes free ones.");
        }
    }
}
