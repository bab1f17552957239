using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>What every service of the system has in common: listener, gRPC, health, telemetry, validated options, orderly stop.</summary>
public static class ServiceDefaultsRegistration
{
    /// <summary>Name of the gRPC health service that tells whether the process itself works, whatever its broker and store do.</summary>
    public const string LivenessService = "liveness";

    /// <summary>Name of the gRPC health service that tells whether this process is ready, other processes it calls left aside; what callers inside the system ask.</summary>
    public const string OwnReadinessService = "own-readiness";

    /// <summary>Tag of health checks that look at other processes; they do not count for <see cref="OwnReadinessService"/>.</summary>
    public const string RemoteTag = "remote";

    /// <summary>Tag of health checks that count for <see cref="LivenessService"/>.</summary>
    public const string LiveTag = "live";

    /// <summary>Adds the common parts of a service.</summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="serviceName">Name in telemetry and on broker connections, such as <c>ingestion</c>.</param>
    /// <param name="defaultPort">Port of the cleartext HTTP/2 listener unless <c>Endpoint:Port</c> says otherwise; null = the host configures its own listeners.</param>
    /// <exception cref="InvalidOperationException">The process runs in invariant-globalization mode.</exception>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName, int? defaultPort = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        GlobalizationCheck.Run();

        builder.AddDefaults(new()
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            // The watchdog and the stores log their own trouble once, not at each check.
            ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
            ["Logging:LogLevel:MassTransit"] = "Warning",
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new ServiceIdentity(serviceName));
        // Before everything else, so that it starts first and stops last.
        builder.Services.AddHostedService<TelemetryProviders>();
        if (defaultPort is { } port)
            builder.AddListener(port);

        builder.AddValidatedOptions<ShutdownOptions>(ShutdownOptions.Section);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.DrainDelay + shutdown.Value.Timeout);
        builder.Services.AddSingleton<DrainService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DrainService>());
        builder.Services.AddHealthChecks()
            .AddCheck("process", () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy(), [LiveTag])
            .AddCheck<DrainService>("accepting");

        builder.Services.AddSingleton<GrpcErrorInterceptor>();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<GrpcErrorInterceptor>());
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", _ => true);
            health.Services.Map(OwnReadinessService, check => !check.Tags.Contains(RemoteTag));
            health.Services.Map(LivenessService, check => check.Tags.Contains(LiveTag));
        });
        return builder;
    }

    /// <summary>Maps gRPC health v1 and reflection.</summary>
    public static T MapServiceDefaults<T>(this T endpoints)
        where T : Microsoft.AspNetCore.Routing.IEndpointRouteBuilder
    {
        endpoints.MapGrpcHealthChecksService();
        endpoints.MapGrpcReflectionService();
        return endpoints;
    }

    /// <summary>Binds an options class to a configuration section; the host refuses to start on a value that cannot be read or is out of range, and on a name that is no option, and names it.</summary>
    public static OptionsBuilder<TOptions> AddValidatedOptions<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class
    {
        var configuration = builder.Configuration.GetSection(section);
        builder.Services.AddSingleton(new OptionsSection(section));
        builder.Services.AddSingleton<IValidateOptions<TOptions>>(services => new SectionValidation<TOptions>(configuration, services.GetServices<OptionsSection>()));
        return builder.Services.AddOptions<TOptions>().Configure(options =>
        {
            try
            {
                configuration.Bind(options);
            }
            catch (InvalidOperationException unreadable)
            {
                throw new OptionsValidationException(section, typeof(TOptions), [unreadable.Message]);
            }
        }).ValidateOnStart();
    }

    /// <summary>The limits every gRPC listener of the system runs with; for hosts that configure listeners of their own.</summary>
    public static void ApplyGrpcLimits(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Streams may be long and slow; message sizes are limited one by one.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = 1_000;
        // Finds clients that went away without a word, so that their streams are cancelled.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    // First in the list of sources, so that any configuration of the operator wins.
    private static void AddDefaults(this WebApplicationBuilder builder, Dictionary<string, string?> values)
        => ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });

    private static void AddListener(this WebApplicationBuilder builder, int defaultPort)
    {
        builder.AddDefaults(new() { [$"{EndpointOptions.Section}:{nameof(EndpointOptions.Port)}"] = defaultPort.ToString(CultureInfo.InvariantCulture) });
        builder.AddValidatedOptions<EndpointOptions>(EndpointOptions.Section)
            .Validate(options => IPAddress.TryParse(options.Address, out _), $"{EndpointOptions.Section}:{nameof(EndpointOptions.Address)} is not an IP address");
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<EndpointOptions>>((kestrel, endpoint) =>
        {
            kestrel.ApplyGrpcLimits();
            kestrel.Listen(IPAddress.Parse(endpoint.Value.Address), endpoint.Value.Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
    }
}
