using System.Threading.Channels;
using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.StanceClassification.Tests;

/// <summary>The service with an in-memory bus, on which the test plays its neighbours.</summary>
internal sealed class ClassificationHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ServiceHost _host;

    private ClassificationHost(ServiceHost host, Channel<StancesClassified> classified, Channel<IssueChanged> changed, Channel<ActorsChanged> actors)
    {
        _host = host;
        Classified = classified;
        Changed = changed;
        Actors = actors;
        Codebook = new CodebookService.CodebookServiceClient(host.Channel);
        Analysis = new AnalysisService.AnalysisServiceClient(host.Channel);
    }

    public static CallOptions Deadline => new(deadline: DateTime.UtcNow.AddSeconds(15));

    public CodebookService.CodebookServiceClient Codebook { get; }

    public AnalysisService.AnalysisServiceClient Analysis { get; }

    public IServiceProvider Services => _host.App.Services;

    private Channel<StancesClassified> Classified { get; }

    private Channel<IssueChanged> Changed { get; }

    private Channel<ActorsChanged> Actors { get; }

    public static async Task<ClassificationHost> StartAsync(Dictionary<string, string?>? settings = null, string? folder = null)
    {
        var classified = Channel.CreateUnbounded<StancesClassified>();
        var changed = Channel.CreateUnbounded<IssueChanged>();
        var actors = Channel.CreateUnbounded<ActorsChanged>();
        var values = new Dictionary<string, string?>
        {
            ["StanceClassification:DataDirectory"] = "{folder}",
            ["StanceClassification:BroadcastInterval"] = "00:00:00.1",
        };
        foreach (var (key, value) in settings ?? [])
            values[key] = value;
        var host = await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("stance-classification", defaultPort: 0);
                builder.AddStanceClassification();
                builder.Services.AddSingleton(classified);
                builder.Services.AddSingleton(changed);
                builder.Services.AddSingleton(actors);
                builder.AddBus(bus =>
                {
                    bus.AddStanceClassificationConsumers();
                    bus.AddConsumer<StancesClassifiedConsumer>();
                    bus.AddConsumer<IssueChangedConsumer>();
                    bus.AddConsumer<ActorsChangedConsumer>();
                });
            },
            app =>
            {
                app.MapServiceDefaults();
                app.MapStanceClassification();
            }, values, folder);
        return new ClassificationHost(host, classified, changed, actors);
    }

    public async Task<StancesClassified> NextClassifiedAsync() => await Classified.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<IssueChanged> NextChangeAsync() => await Changed.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<ActorsChanged> NextActorsAsync() => await Actors.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public Task PublishAsync<T>(T message)
        where T : class
        => Services.GetRequiredService<IBus>().Publish(message).WaitAsync(Patience);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private sealed class StancesClassifiedConsumer(Channel<StancesClassified> classified) : IConsumer<StancesClassified>
    {
        public async Task Consume(ConsumeContext<StancesClassified> context) => await classified.Writer.WriteAsync(context.Message);
    }

    private sealed class IssueChangedConsumer(Channel<IssueChanged> changed) : IConsumer<IssueChanged>
    {
        public async Task Consume(ConsumeContext<IssueChanged> context) => await changed.Writer.WriteAsync(context.Message);
    }

    private sealed class ActorsChangedConsumer(Channel<ActorsChanged> actors) : IConsumer<ActorsChanged>
    {
        public async Task Consume(ConsumeContext<ActorsChanged> context) => await actors.Writer.WriteAsync(context.Message);
    }
}
