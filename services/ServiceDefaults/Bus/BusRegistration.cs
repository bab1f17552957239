using System.Net.Security;
using System.Security.Authentication;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>The message bus, configured around the known faults of its client libraries (see DECISIONS.md).</summary>
public static class BusRegistration
{
    /// <summary>
    /// Deliveries of one message before the broker moves it to the queue's <c>_error</c> queue by itself: a message that kills the process never reaches our own error handling.
    /// A constant, since publisher and consumer both declare the queue and must agree.
    /// </summary>
    public const int DeliveryLimit = 20;

    private static readonly TimeSpan ChannelOpenTimeout = TimeSpan.FromMinutes(1);

    private static readonly ClosedChannelGuard ClosedChannels = new();

    private static readonly TimeSpan InboxExpiry = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan[] RetryPauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)];

    /// <summary>Adds the bus with the consumers that <paramref name="configure"/> registers. The section <c>Bus</c> decides on the transport.</summary>
    public static IHostApplicationBuilder AddBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddValidatedOptions<BusOptions>(BusOptions.Section);
        builder.Services.AddSingleton<BoundedPublisher>();
        // Which transport is a question of registration, so it is read here; the rest is read when the bus is built.
        var inMemory = Enum.TryParse<BusTransport>(builder.Configuration[$"{BusOptions.Section}:{nameof(BusOptions.Transport)}"], ignoreCase: true, out var transport) && transport == BusTransport.InMemory;

        // The library takes its loggers from the execution flow, where a host built earlier on the same flow may have left ones that are disposed by now.
        LogContext.Current = null;
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            configure(bus);
            bus.AddConfigureEndpointsCallback(ConfigureEndpoint);
            if (inMemory)
                bus.UsingInMemory((context, factory) => ConfigureInMemory(context, factory));
            else
                bus.UsingRabbitMq((context, factory) => ConfigureRabbitMq(context, factory));
        });
        builder.Services.AddOptions<MassTransitHostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
        {
            // With a broker away the service still starts, says NOT_SERVING and connects later.
            host.WaitUntilStarted = inMemory;
            host.StopTimeout = shutdown.Value.Timeout;
        });
        if (!inMemory)
        {
            builder.Services.AddSingleton<DeadLetters>();
            builder.Services.AddSingleton<BusActivity>();
            builder.Services.AddSingleton(services => new BusConnection(
                () => ((IRabbitMqHostConfiguration)services.GetRequiredService<IBusInstance>().HostConfiguration).ConnectionContextSupervisor, services.GetRequiredService<TimeProvider>()));
            builder.Services.AddSingleton<IBrokerProbe, RabbitMqProbe>();
            builder.Services.AddSingleton<BrokerWatchdog>();
            builder.Services.AddHostedService(services => services.GetRequiredService<BrokerWatchdog>());
            builder.Services.AddHealthChecks().AddCheck<BrokerWatchdog>("broker");
        }

        return builder;
    }

    /// <summary>
    /// Says that this service publishes <typeparamref name="T"/>. The queue of its consumer is declared and bound from here too, so that nothing is lost when the publisher comes up first:
    /// a broker confirms what it cannot route. The queue's name follows from the message: <c>ArticleIngested</c> goes to <c>article-ingested</c>, its <c>Fault</c> to <c>article-ingested-fault</c>,
    /// so the consumers are called <c>ArticleIngestedConsumer</c> and <c>ArticleIngestedFaultConsumer</c>.
    /// </summary>
    public static void Publishes<T>(this IBusRegistrationConfigurator bus)
        where T : class
    {
        var queue = QueueNameOf(typeof(T));
        // Bound straight to the message's exchange; the consumer binds through an exchange of its own besides, and a broker routes a message to a queue once however many ways lead there.
        bus.AddSingleton(new PublishedMessage(typeof(T), factory => factory.Publish<T>(topology => topology.BindQueue(
            factory.MessageTopology.GetMessageTopology<T>().EntityName, queue, arguments => SetQueueArguments(arguments, queue)))));
    }

    /// <summary>
    /// Adds a consumer of announcements that every instance of a service must hear: each instance reads a queue of its own, an <see cref="InstanceInbox{TConsumer}"/>, one message at a time.
    /// A message that fails is logged and dropped: the next announcement says everything again.
    /// </summary>
    public static void AddInstanceConsumer<TConsumer>(this IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer
    {
        var inbox = new InstanceInbox<TConsumer>();
        bus.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = inbox.Name);
        bus.AddSingleton(inbox);
        bus.AddSingleton<IInstanceInbox>(inbox);
        bus.AddReceiveEndpointObserver(_ => inbox);
    }

    /// <summary>Retries transient failures, at most three tries in half a second, since a waiting message holds its prefetch slot; what fails then goes to <c>_error</c>. For consumer definitions.</summary>
    public static void UseShortRetry(this IConsumePipeConfigurator endpoint)
        => endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<ConsumerFailure>(failure => failure.IsTransient);
            retry.Intervals(RetryPauses);
        });

    /// <summary>Name of the queue that messages of a type are processed from; see <see cref="Publishes"/>.</summary>
    public static string QueueNameOf(Type message)
        => message.IsGenericType && message.GetGenericTypeDefinition() == typeof(Fault<>)
            ? $"{QueueNameOf(message.GetGenericArguments()[0])}-fault"
            : KebabCaseEndpointNameFormatter.Instance.SanitizeName(message.Name);

    private static void ConfigureInMemory(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator factory)
    {
        ConfigureCommon(context, factory);
        factory.ConfigureEndpoints(context);
    }

    private static void ConfigureRabbitMq(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator factory)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        var addresses = options.Addresses;
        var service = context.GetRequiredService<ServiceIdentity>().Name;
        var time = context.GetRequiredService<TimeProvider>();
        var stopping = context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        factory.Host(addresses[0].Host, (ushort)addresses[0].Port, options.VirtualHost, service, host =>
        {
            host.Username(options.Username);
            host.Password(options.EffectivePassword);
            host.PublisherConfirmation = true;
            host.RequestedConnectionTimeout(TimeSpan.FromSeconds(5));
            host.Heartbeat(TimeSpan.FromSeconds(10));
            // Longer than it takes to notice a connection that is gone: a channel that cannot be opened in time is a cancellation, which ends a receive endpoint for good, a broken connection is not.
            host.OnRefreshConnectionFactory = connection =>
            {
                connection.ContinuationTimeout = ChannelOpenTimeout;
                return BrokerConnection.WaitUntilReachableAsync(options, $"{service}-waiting", time, stopping);
            };
            if (addresses.Count > 1)
            {
                host.UseCluster(cluster =>
                {
                    foreach (var address in addresses)
                        cluster.Node(address.ToString());
                });
            }

            if (options.UseTls)
            {
                host.UseSsl(ssl =>
                {
                    ssl.ServerName = options.EffectiveTlsServerName;
                    ssl.Protocol = SslProtocols.Tls12 | SslProtocols.Tls13;
                    // The library forgives a broken certificate chain unless told otherwise.
                    ssl.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch
                        | SslPolicyErrors.RemoteCertificateNotAvailable);
                    ssl.CertificateValidationCallback = BrokerCertificate.ValidationFor(options.TlsAuthorityFile);
                });
            }
        });
        ConfigureCommon(context, factory);
        factory.DeployPublishTopology = true;
        foreach (var published in context.GetServices<PublishedMessage>().DistinctBy(published => published.Message))
            published.Declare(factory);

        factory.ConnectReceiveObserver(ClosedChannels);
        factory.ConnectReceiveObserver(context.GetRequiredService<BusActivity>());
        factory.ConfigureEndpoints(context);
    }

    private static void ConfigureCommon(IBusRegistrationContext context, IBusFactoryConfigurator factory)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        // The library indents, writes nulls and escapes every letter outside ASCII, which makes an extracted article 1.6 times as long.
        factory.ConfigureJsonSerializerOptions(json =>
        {
            json.WriteIndented = false;
            json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            return json;
        });
        factory.AddSerializer(new LimitedSerializerFactory(options.MaxMessageBytes));
        factory.UseFilter(new TrimmedExceptionFilter());
        factory.ConnectReceiveObserver(new MessagingMeter(context.GetRequiredService<IOptions<BusOptions>>(), context.GetRequiredService<TimeProvider>()));
        factory.ConnectConsumerConfigurationObserver(new ConsumerFailureObserver(context.GetRequiredService<ILoggerFactory>().CreateLogger("Sikap.Bus"), options.ConsumeTimeout,
            context.GetRequiredService<TimeProvider>()));
    }

    private static void ConfigureEndpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator onChannel)
        {
            endpoint.ConfigureReceive(receive => receive.UseFilter(ClosedChannels));
            onChannel.ConfigureChannel(channel => channel.UseFilter(new LostChannelFilter(name, context.GetRequiredService<BusConnection>(), options.WatchdogInterval,
                context.GetRequiredService<TimeProvider>(), context.GetRequiredService<ILoggerFactory>().CreateLogger("Sikap.Bus"))));
        }

        if (context.GetServices<IInstanceInbox>().Any(inbox => inbox.Name == name))
        {
            ConfigureInstanceEndpoint(endpoint);
            return;
        }

        endpoint.PrefetchCount = options.PrefetchCount;
        endpoint.ConcurrentMessageLimit = options.ConcurrentMessageLimit;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            SetQueueArguments(rabbit, name);
            var errors = ErrorQueueOf(name);
            rabbit.BindDeadLetterQueue(errors, errors, queue => SetQueueArguments(queue, name));
            // The library has a queue of its own for messages that nobody here knows, which nobody would look into.
            endpoint.ConfigureDeadLetter(skipped => skipped.UseFilter(new SkippedMessageFilter()));
            context.GetRequiredService<BusActivity>().AddQueue(name);
        }
    }

    private static void ConfigureInstanceEndpoint(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConcurrentMessageLimit = 1;
        // A queue of errors would outlive the instance.
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            // Durable although it goes soon after its consumer: newer brokers refuse transient queues that are not exclusive, and an exclusive one stays locked by a broken connection.
            // The exchange goes with the queue. A classic queue, although the virtual host may have quorum queues for default: one reader, and nothing in it is worth a replica.
            rabbit.Durable = true;
            rabbit.AutoDelete = true;
            rabbit.QueueExpiration = InboxExpiry;
            rabbit.SetQueueArgument("x-queue-type", "classic");
        }
    }

    // The bus declares an error queue with the arguments of its queue, so all three declarations must be the same.
    private static void SetQueueArguments(IRabbitMqQueueConfigurator configurator, string queue)
    {
        configurator.SetQuorumQueue(null);
        configurator.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        configurator.SetQueueArgument("x-dead-letter-exchange", ErrorQueueOf(queue));
        // Above the limit the message is only gone from here when the error queue has it; brokers ask for the second to grant the first.
        configurator.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        configurator.SetQueueArgument("x-overflow", "reject-publish");
    }

    internal static string ErrorQueueOf(string queue) => $"{queue}_error";
}

/// <summary>A message type this service publishes, and how the queue of its consumer is declared.</summary>
internal sealed record PublishedMessage(Type Message, Action<IRabbitMqBusFactoryConfigurator> Declare);
