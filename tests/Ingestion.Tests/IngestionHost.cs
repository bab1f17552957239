using System.Threading.Channels;
using Grpc.Core;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>The service with an in-memory bus, on which the test plays the later stages.</summary>
internal sealed class IngestionHost : IAsyncDisposable
{
    private readonly ServiceHost _host;

    private IngestionHost(ServiceHost host, Channel<ConsumeContext<ArticleIngested>> published)
    {
        _host = host;
        Published = published.Reader;
        Client = new IngestionService.IngestionServiceClient(host.Channel);
    }

    public IngestionService.IngestionServiceClient Client { get; }

    /// <summary>What the service handed to the bus.</summary>
    public ChannelReader<ConsumeContext<ArticleIngested>> Published { get; }

    public IServiceProvider Services => _host.App.Services;

    public ServiceHost Host => _host;

    public static CallOptions Deadline => new(deadline: DateTime.UtcNow.AddSeconds(15));

    public static async Task<IngestionHost> StartAsync(
        Dictionary<string, string?>? settings = null, string? folder = null, Action<WebApplicationBuilder>? configure = null)
    {
        var published = Channel.CreateUnbounded<ConsumeContext<ArticleIngested>>();
        var values = new Dictionary<string, string?> { ["Ingestion:DataDirectory"] = "{folder}", ["Ingestion:SweepInterval"] = "00:00:00.1" };
        foreach (var (key, value) in settings ?? [])
            values[key] = value;
        var host = await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("ingestion", defaultPort: 0);
                builder.AddIngestion();
                builder.Services.AddSingleton(published);
                builder.AddBus(bus =>
                {
                    bus.AddIngestionConsumers();
                    if (values.GetValueOrDefault("Bus:Transport") != "RabbitMq")
                        bus.AddConsumer<ArticleIngestedConsumer>();
                });
                configure?.Invoke(builder);
            },
            app =>
            {
                app.MapServiceDefaults();
                app.MapIngestion();
            }, values, folder);
        return new IngestionHost(host, published);
    }

    public async Task<ConsumeContext<ArticleIngested>> NextPublishedAsync() => await Published.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

    public Task<ArticleStatus> StatusAsync(string id, V1.ArticleState expected)
        => Eventually.GetAsync(async () => await Client.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, Deadline), status => status.State == expected);

    public Task PublishAsync<T>(T message)
        where T : class
        => Services.GetRequiredService<IBus>().Publish(message).WaitAsync(TimeSpan.FromSeconds(15));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Stands in for Extraction.</summary>
    private sealed class ArticleIngestedConsumer(Channel<ConsumeContext<ArticleIngested>> published) : IConsumer<ArticleIngested>
    {
        public async Task Consume(ConsumeContext<ArticleIngested> context) => await published.Writer.WriteAsync(context);
    }
}
