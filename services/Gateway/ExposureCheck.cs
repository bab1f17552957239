using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Sikap.Gateway;

/// <summary>Keeps the host from running when it can be reached from outside and asks nobody for a key, unless that is wanted.</summary>
internal sealed class ExposureCheck(IServer server, IOptions<GatewayOptions> options) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // What the server really listens on, however it was configured.
        var open = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => !IsLoopback(address));
        if (open is not null && options.Value is { ApiKeys.Count: 0, AllowAnonymous: false })
        {
            throw new OptionsValidationException(GatewayOptions.Section, typeof(GatewayOptions), [
                $"The gateway listens on {open} but {GatewayOptions.Section}:{nameof(GatewayOptions.ApiKeys)} is empty. "
                + $"Configure keys, listen on loopback only, or set {GatewayOptions.Section}:{nameof(GatewayOptions.AllowAnonymous)}=true."]);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // "http://+:5080" and "http://*:5080" are no URIs, and open to everybody.
    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
