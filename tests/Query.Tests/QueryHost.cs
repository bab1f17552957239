using System.Collections.Concurrent;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>The service as it runs, on a free port and the in-memory bus. Disposing stops it; the folder of its store stays for the next one.</summary>
internal sealed class QueryHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private QueryHost(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.Urls.Single());
        Client = new QueryService.QueryServiceClient(_channel);
    }

    public QueryService.QueryServiceClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public ErrorLog Errors => _app.Services.GetRequiredService<ErrorLog>();

    public static async Task<QueryHost> StartAsync(string folder, Action<IBusRegistrationConfigurator>? consumers = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Endpoint:Port"] = "0",
            ["Bus:Transport"] = "InMemory",
            ["Query:DataDirectory"] = folder,
            ["Query:ReplayPause"] = "00:00:00.010",
            ["Shutdown:DrainDelay"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        var errors = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.Services.AddSingleton(errors);
        builder.AddServiceDefaults("query", defaultPort: 0);
        builder.AddQuery();
        builder.AddBus(bus =>
        {
            bus.AddQueryConsumers();
            consumers?.Invoke(bus);
        });
        var app = builder.Build();
        // The bus keeps its logger for the whole asynchronous flow, beyond the host that made it.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        app.MapServiceDefaults();
        app.MapQuery();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new QueryHost(app);
    }

    public Task PublishAsync<T>(T message)
        where T : class => Services.GetRequiredService<IBus>().Publish(message, TestContext.Current.CancellationToken);

    /// <summary>Writes past the bus.</summary>
    public Task<IndexedArticle> WriteAsync(StancesClassified message) =>
        Services.GetRequiredService<IndexWriter>().WriteAsync(message, TestContext.Current.CancellationToken);

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

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Keeps what was logged as an error, which no test expects unless it says so.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Messages { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Messages.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
