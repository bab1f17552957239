using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>The service as it runs, on a free port and the in-memory bus. The folder of its store stays for the next one.</summary>
internal sealed class QueryHost(ServiceHost host) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public ServiceHost Host => host;

    public QueryService.QueryServiceClient Client { get; } = new(host.Channel);

    public IServiceProvider Services => host.App.Services;

    public static async Task<QueryHost> StartAsync(string folder, Action<IBusRegistrationConfigurator>? consumers = null, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Query:DataDirectory"] = "{folder}",
            ["Query:ReplayPause"] = "00:00:00.010",
            ["Shutdown:DrainDelay"] = "00:00:00",
        };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }
        return new QueryHost(await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("query", defaultPort: 0);
                builder.AddQuery();
                builder.AddBus(bus =>
                {
                    bus.AddQueryConsumers();
                    consumers?.Invoke(bus);
                });
            },
            app =>
            {
                // The bus keeps its logger for the whole asynchronous flow, beyond the host that made it.
                LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
                app.MapServiceDefaults();
                app.MapQuery();
            },
            values, folder));
    }

    public Task PublishAsync<T>(T message)
        where T : class => Services.GetRequiredService<IBus>().Publish(message).WaitAsync(Patience);

    /// <summary>Writes past the bus.</summary>
    public Task<IndexedArticle> WriteAsync(StancesClassified message) => Services.GetRequiredService<IndexWriter>().WriteAsync(message, CancellationToken.None);

    /// <summary>Waits until the store has become such that <paramref name="condition"/> holds; looks again at each change.</summary>
    public async Task<LedgerStatus> WaitAsync(Func<LedgerStatus, bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var changed = Services.GetRequiredService<LedgerSignals>().Changed;
        while (true)
        {
            var next = changed.Next;
            var status = await Client.GetLedgerStatusAsync(new GetLedgerStatusRequest(), cancellationToken: patience.Token);
            if (condition(status))
            {
                return status;
            }
            await next.WaitAsync(patience.Token);
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
