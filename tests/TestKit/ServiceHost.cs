using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sikap.TestKit;

/// <summary>A service in this process on a real listener, with folders of its own. Ending it fails the test when it logged an unexpected error.</summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly RecordingLogs _logs;
    private readonly string _folder;
    private readonly bool _ownsFolder;

    private ServiceHost(WebApplication app, RecordingLogs logs, string folder, bool ownsFolder)
    {
        App = app;
        _logs = logs;
        _folder = folder;
        _ownsFolder = ownsFolder;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Channel = GrpcChannel.ForAddress(Address);
    }

    /// <summary>The running host.</summary>
    public WebApplication App { get; }

    /// <summary>Address of its first listener.</summary>
    public string Address { get; }

    /// <summary>A channel to <see cref="Address"/>.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Folder for the stores; gone afterwards unless it was given from outside.</summary>
    public string Folder => _folder;

    /// <summary>Errors logged so far.</summary>
    public IReadOnlyCollection<string> Errors => _logs.Errors;

    /// <summary>True when errors are part of the test.</summary>
    public bool ExpectsErrors { get; set; }

    /// <summary>Builds and starts a host.</summary>
    /// <param name="configure">Registers the service; called after <paramref name="settings"/> are in the configuration.</param>
    /// <param name="map">Maps its endpoints.</param>
    /// <param name="settings">Configuration; <c>{folder}</c> in a value stands for the host's own folder. The bus is in memory and the port any free one unless it says otherwise.</param>
    /// <param name="folder">A folder to keep; null = a new one, removed afterwards.</param>
    public static async Task<ServiceHost> StartAsync(
        Action<WebApplicationBuilder> configure, Action<WebApplication> map, IReadOnlyDictionary<string, string?>? settings = null, string? folder = null)
    {
        var ownsFolder = folder is null;
        folder ??= Directory.CreateTempSubdirectory("sikap-test-").FullName;
        var values = new Dictionary<string, string?> { ["Endpoint:Port"] = "0", ["Bus:Transport"] = "InMemory" };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
            values[key] = value?.Replace("{folder}", folder, StringComparison.Ordinal);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(values);
        var logs = new RecordingLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        WebApplication? app = null;
        try
        {
            configure(builder);
            app = builder.Build();
            map(app);
            await app.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
            return new ServiceHost(app, logs, folder, ownsFolder);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            if (ownsFolder)
                Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await App.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(_folder, recursive: true);
        if (!ExpectsErrors)
            Xunit.Assert.True(_logs.Errors.IsEmpty, "Unexpected errors in the log:\n" + string.Join("\n", _logs.Errors));
    }

    private sealed class RecordingLogs : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public ConcurrentQueue<string> Errors => _errors;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _errors);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> errors) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
                => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (logLevel >= LogLevel.Error)
                    errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
