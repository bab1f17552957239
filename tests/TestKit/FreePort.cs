using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sikap.TestKit;

/// <summary>TCP ports for programs that must be told their port before they start, or that come back on the port they had.</summary>
/// <remarks>
/// They lie below those the system gives to outgoing connections: one of those can take a port while nobody listens there, and a connection that is tried again and again can even meet itself.
/// </remarks>
public static class FreePort
{
    private const int First = 12_000;
    private const string OutgoingPorts = "/proc/sys/net/ipv4/ip_local_port_range";

    private static readonly int Count = FirstOutgoing() - First;

    // Test projects run beside each other elsewhere, so each begins somewhere else.
    private static int _last = Random.Shared.Next(Count);

    /// <summary>That many ports of loopback which nobody listens on at this moment and which this process was not given before.</summary>
    public static int[] Take(int count) => [.. Candidates().Where(IsFree).Take(count)];

    private static IEnumerable<int> Candidates()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            yield return First + (int)((uint)Interlocked.Increment(ref _last) % Count);
        }

        throw new InvalidOperationException($"No port between {First} and {First + Count} is free.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private static int FirstOutgoing()
    {
        var first = File.Exists(OutgoingPorts) ? int.Parse(File.ReadAllText(OutgoingPorts).Split('\t', ' ')[0], CultureInfo.InvariantCulture) : 32_768;
        return Math.Max(first, First + 1_000);
    }
}
