using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Sikap.Gateway;

/// <summary>Decides whether a call may come in: who calls, and how many calls that address has running. Thread-safe.</summary>
internal sealed class Admission
{
    private const string KeyHeader = "x-api-key";
    private const string BearerPrefix = "Bearer ";

    private readonly int _maxCalls;
    private readonly byte[][] _keys;
    // Holds an address only while it has calls running, so its size is bounded by the calls themselves.
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);

    public Admission(IOptions<GatewayOptions> options)
    {
        _maxCalls = options.Value.MaxConcurrentCallsPerClient;
        _keys = [.. options.Value.ApiKeys.Select(Convert.FromHexString)];
    }

    /// <summary>Lets the call in until the result is disposed.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED or RESOURCE_EXHAUSTED.</exception>
    public IDisposable Admit(ServerCallContext context)
    {
        if (_keys.Length > 0 && !IsKnown(ShownKey(context.RequestHeaders)))
        {
            Telemetry.CallsRejected.Add(1, new KeyValuePair<string, object?>(Telemetry.ReasonTag, "key"));
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"a valid key is needed in {KeyHeader} or as a bearer token"));
        }

        var address = AddressOf(context.Peer);
        lock (_running)
        {
            var calls = _running.GetValueOrDefault(address);
            if (calls >= _maxCalls)
            {
                Telemetry.CallsRejected.Add(1, new KeyValuePair<string, object?>(Telemetry.ReasonTag, "concurrency"));
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"at most {_maxCalls} calls of one address may run at the same time"));
            }
            _running[address] = calls + 1;
        }
        Telemetry.CallsActive.Add(1);
        return new Slot(this, address);
    }

    /// <summary>A peer such as <c>ipv4:127.0.0.1:50000</c> without its port.</summary>
    private static string AddressOf(string peer) => peer.LastIndexOf(':') is > 0 and var end ? peer[..end] : peer;

    private static string ShownKey(Metadata headers)
    {
        var authorization = headers.GetValue("authorization") ?? "";
        return headers.GetValue(KeyHeader)
            ?? (authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? authorization[BearerPrefix.Length..] : "");
    }

    private bool IsKnown(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return _keys.Any(known => CryptographicOperations.FixedTimeEquals(known, hash));
    }

    private void Leave(string address)
    {
        lock (_running)
        {
            if (--_running[address] == 0)
            {
                _running.Remove(address);
            }
        }
        Telemetry.CallsActive.Add(-1);
    }

    private sealed class Slot(Admission owner, string address) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                owner.Leave(address);
            }
        }
    }
}
