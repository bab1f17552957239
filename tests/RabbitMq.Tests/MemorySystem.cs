using System.Net;
using Microsoft.AspNetCore.Builder;
using Sikap.Standalone;

namespace Sikap.RabbitMq.Tests;

/// <summary>All services in one application on the in-memory bus: what runs over a broker are compared with.</summary>
internal sealed class MemorySystem : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("sikap-memory-");
    private readonly Listeners _listeners = Listeners.Bind(IPAddress.Loopback, portBase: 0, gatewayPort: null);
    private readonly WebApplication _app;

    private MemorySystem()
    {
        _app = StandaloneHost.Build(new StandaloneSettings(_data.FullName, _listeners, Verbose: false));
        Client = new SystemClient(_listeners.AddressOf(ServiceDoor.Gateway));
    }

    public SystemClient Client { get; }

    public static async Task<MemorySystem> StartAsync()
    {
        var system = new MemorySystem();
        await system._app.StartAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await _app.DisposeAsync();
        _listeners.Dispose();
        _data.Delete(recursive: true);
    }
}
