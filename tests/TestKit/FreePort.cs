using System.Net;
using System.Net.Sockets;

namespace Sikap.TestKit;

/// <summary>TCP ports for programs that must be told their port before they start.</summary>
public static class FreePort
{
    /// <summary>That many different ports of loopback which nobody listens on at this moment; somebody else may still be quicker.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
