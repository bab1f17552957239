using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

public sealed class BrokerWatchdogTests : IDisposable
{
    private readonly Clock _time = new();
    private readonly Probe _probe = new();
    private readonly Lifetime _lifetime = new();
    private readonly BusActivity _activity;
    private readonly BoundedPublisher _publisher;
    private readonly BusConnectionTests.Bus _bus = new();
    private readonly BusConnection _connection;
    private readonly BrokerWatchdog _watchdog;

    public BrokerWatchdogTests()
    {
        var options = Options.Create(new BusOptions { StallTimeout = TimeSpan.FromSeconds(60), StopAfterStuck = TimeSpan.FromSeconds(60), MaxUnknownOutcomes = 2, PublishTimeout = TimeSpan.FromMilliseconds(100) });
        _activity = new BusActivity(_time);
        _activity.AddQueue("work");
        _publisher = new BoundedPublisher(options, TimeProvider.System, NullLogger<BoundedPublisher>.Instance);
        _connection = new BusConnection(() => _bus.Supervisor, TimeProvider.System);
        _watchdog = new BrokerWatchdog(options, _activity, _publisher, _probe, _connection, _lifetime, _time, NullLogger<BrokerWatchdog>.Instance);
    }

    public void Dispose() => _watchdog.Dispose();

    [Fact]
    public async Task Check_NeverLooked_Unhealthy() => (await StatusAsync()).Status.ShouldBe(HealthStatus.Unhealthy);

    [Fact]
    public async Task Look_ConsumedQueue_Healthy()
    {
        _probe.State = new QueueState(Ready: 0, Consumers: 1);

        await LookAfterAsync(TimeSpan.FromMinutes(10));

        (await StatusAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Look_NoConsumer_UnhealthyThenStopsWithExitCode()
    {
        _probe.State = new QueueState(Ready: 5, Consumers: 0);

        await LookAfterAsync(TimeSpan.Zero);
        (await StatusAsync()).Description.ShouldBe("queue work has no consumer, 5 messages wait");
        await LookAfterAsync(TimeSpan.FromSeconds(59));
        _lifetime.Stopped.ShouldBeFalse();
        await LookAfterAsync(TimeSpan.FromSeconds(1));

        _lifetime.Stopped.ShouldBeTrue();
        Environment.ExitCode.ShouldBe(1);
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task Look_ConsumerComesBack_HealthyAndTheClockStartsAnew()
    {
        _probe.State = new QueueState(Ready: 5, Consumers: 0);
        await LookAfterAsync(TimeSpan.Zero);
        _probe.State = new QueueState(Ready: 5, Consumers: 1);
        await LookAfterAsync(TimeSpan.FromSeconds(50));
        (await StatusAsync()).Status.ShouldBe(HealthStatus.Healthy);
        _probe.State = new QueueState(Ready: 5, Consumers: 0);
        await LookAfterAsync(TimeSpan.FromSeconds(5));
        await LookAfterAsync(TimeSpan.FromSeconds(50));

        _lifetime.Stopped.ShouldBeFalse();
    }

    [Fact]
    public async Task Look_MessagesWaitAndNoneArrives_Unhealthy()
    {
        _probe.State = new QueueState(Ready: 5, Consumers: 1);

        await LookAfterAsync(TimeSpan.FromSeconds(60));
        (await StatusAsync()).Status.ShouldBe(HealthStatus.Healthy);
        await LookAfterAsync(TimeSpan.FromSeconds(1));

        (await StatusAsync()).Description.ShouldBe("queue work delivers nothing here, 5 messages wait");
    }

    [Fact]
    public async Task Look_MessagesArrive_Healthy()
    {
        _probe.State = new QueueState(Ready: 5, Consumers: 1);

        await LookAfterAsync(TimeSpan.FromSeconds(50));
        _activity.Touch("work");
        await LookAfterAsync(TimeSpan.FromSeconds(50));

        (await StatusAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Look_QueueGone_Unhealthy()
    {
        _probe.State = null;

        await LookAfterAsync(TimeSpan.Zero);

        (await StatusAsync()).Description.ShouldBe("queue work does not exist");
    }

    [Fact]
    public async Task Look_BrokerAway_UnhealthyButNeverStops()
    {
        _probe.Failure = new SocketException();

        await LookAfterAsync(TimeSpan.Zero);
        await LookAfterAsync(TimeSpan.FromHours(1));

        (await StatusAsync()).Status.ShouldBe(HealthStatus.Unhealthy);
        _lifetime.Stopped.ShouldBeFalse();
    }

    [Fact]
    public async Task Look_NoQueueAndBrokerAway_Unhealthy()
    {
        var activity = new BusActivity(_time);
        using var watchdog = new BrokerWatchdog(Options.Create(new BusOptions()), activity, _publisher, _probe, _connection, _lifetime, _time, NullLogger<BrokerWatchdog>.Instance);
        _probe.Failure = new SocketException();

        await watchdog.LookAsync(CancellationToken.None);
        (await watchdog.CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Unhealthy);
        _probe.Failure = null;
        await watchdog.LookAsync(CancellationToken.None);

        (await watchdog.CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Look_PublishesHangAlthoughTheBrokerTakesOurs_Stuck()
    {
        _probe.State = new QueueState(Ready: 0, Consumers: 1);
        await HangAsync(2);

        await LookAfterAsync(TimeSpan.Zero);
        await LookAfterAsync(TimeSpan.FromSeconds(60));

        (await StatusAsync()).Description.ShouldBe("2 publishes in a row have no known outcome");
        _lifetime.Stopped.ShouldBeTrue();
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task Look_PublishHangsOnAConnectionThatIsClosed_TheBusLetsItGo()
    {
        _probe.State = new QueueState(Ready: 0, Consumers: 1);
        _bus.IsOpen = false;
        await LookAfterAsync(TimeSpan.Zero);
        _bus.Dropped.ShouldBe(0, "nobody waits for it");
        await HangAsync(1);

        await LookAfterAsync(TimeSpan.Zero);

        _bus.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task Look_BrokerTakesNoPublishAtAll_UnhealthyButNeverStops()
    {
        _probe.State = new QueueState(Ready: 0, Consumers: 1);
        _probe.PublishFailure = new TimeoutException();
        await HangAsync(2);

        await LookAfterAsync(TimeSpan.Zero);
        await LookAfterAsync(TimeSpan.FromHours(1));

        (await StatusAsync()).Status.ShouldBe(HealthStatus.Unhealthy);
        _lifetime.Stopped.ShouldBeFalse();
    }

    [Fact]
    public async Task Connect_SelfSignedBroker_NothingIsSentToIt()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var selfSigned = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(selfSigned.Export(X509ContentType.Pfx), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var host = await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("test", defaultPort: 0);
                builder.AddBus(_ => { });
            },
            app => app.MapServiceDefaults(),
            new Dictionary<string, string?> { ["Bus:Transport"] = "RabbitMq", ["Bus:Hosts"] = $"localhost:{port}", ["Bus:UseTls"] = "true", ["Bus:WatchdogInterval"] = "00:10:00", ["Shutdown:Timeout"] = "00:00:01" });
        host.ExpectsErrors = true;

        // The bus and the watchdog both connect; neither may say a word after seeing the certificate.
        for (var connection = 0; connection < 2; connection++)
        {
            using var client = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(15));
            await using var tls = new SslStream(client.GetStream());
            var said = 0;
            try
            {
                await tls.AuthenticateAsServerAsync(certificate).WaitAsync(TimeSpan.FromSeconds(15));
                said = await tls.ReadAsync(new byte[8]).AsTask().WaitAsync(TimeSpan.FromSeconds(15));
            }
            catch (Exception exception) when (exception is System.Security.Authentication.AuthenticationException or IOException)
            {
                // The client broke off, as it should.
            }

            said.ShouldBe(0);
        }
    }

    private async Task HangAsync(int times)
    {
        for (var i = 0; i < times; i++)
            await Should.ThrowAsync<PublishOutcomeUnknownException>(() => _publisher.PublishAsync(new BusTests.HangingEndpoint(), new BusTests.WorkRequested("x"), "x"));
    }

    private Task LookAfterAsync(TimeSpan wait)
    {
        _time.Now += wait;
        return _watchdog.LookAsync(CancellationToken.None);
    }

    private Task<HealthCheckResult> StatusAsync() => _watchdog.CheckHealthAsync(new HealthCheckContext());

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Probe : IBrokerProbe
    {
        public QueueState? State { get; set; }

        public Exception? Failure { get; set; }

        public Exception? PublishFailure { get; set; }

        public Task PingAsync(CancellationToken cancellationToken) => Failure is null ? Task.CompletedTask : throw Failure;

        public Task<QueueState?> GetQueueAsync(string queue, CancellationToken cancellationToken) => Failure is null ? Task.FromResult(State) : throw Failure;

        public Task PublishAsync(CancellationToken cancellationToken) => PublishFailure is null ? Task.CompletedTask : throw PublishFailure;
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public bool Stopped { get; private set; }

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopped = true;
    }
}
