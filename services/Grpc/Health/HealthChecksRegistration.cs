using Grpc.AspNetCore.HealthChecks;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Serves the host's health checks over gRPC.</summary>
    public static class GrpcHealthChecksServiceExtensions
    {
        /// <summary>Registers the health service. Without further configuration the overall status ("") is that of all health checks together.</summary>
        public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);
            services.TryAddSingleton<HealthServiceImpl>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheckPublisher, HealthPublisher>());
            services.AddHostedService<HealthLifetime>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<GrpcHealthChecksOptions>, DefaultMapping>());

            // The publisher's own default first run is after 5 s; probes want an answer at once.
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
            return services.AddHealthChecks();
        }

        public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services, Action<GrpcHealthChecksOptions> configure)
        {
            services.Configure(configure);
            return services.AddGrpcHealthChecks();
        }

        private sealed class DefaultMapping : IConfigureOptions<GrpcHealthChecksOptions>
        {
            public void Configure(GrpcHealthChecksOptions options) => options.Services.Map("", _ => true);
        }
    }
}

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>Maps the health service.</summary>
    public static class GrpcHealthChecksEndpointRouteBuilderExtensions
    {
        public static GrpcServiceEndpointConventionBuilder MapGrpcHealthChecksService(this IEndpointRouteBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            return builder.MapGrpcService<HealthChecksService>();
        }
    }
}

namespace Grpc.AspNetCore.HealthChecks
{
    /// <summary>Which health checks make up the status of which service.</summary>
    public sealed class GrpcHealthChecksOptions
    {
        public ServiceMappingCollection Services { get; } = [];

        /// <summary>If true, <c>Check</c> answers with the latest published results; if false (the default) it runs the checks.</summary>
        public bool UseHealthChecksCache { get; set; }

        /// <summary>If true, running watches go on until the host stops; if false (the default) they end when it begins to stop.</summary>
        public bool SuppressCompletionOnShutdown { get; set; }
    }

    /// <summary>A service name with the checks that count for it.</summary>
    public sealed class ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        public string Name { get; } = name;

        public Func<HealthCheckMapContext, bool> HealthCheckPredicate { get; } = predicate;
    }

    /// <summary>A health check as the mapping sees it.</summary>
    public sealed class HealthCheckMapContext(string name, IEnumerable<string> tags)
    {
        public string Name { get; } = name;

        public IEnumerable<string> Tags { get; } = tags;
    }

    /// <summary>Mappings by service name.</summary>
    public sealed class ServiceMappingCollection : System.Collections.ObjectModel.KeyedCollection<string, ServiceMapping>
    {
        /// <summary>Sets the checks of a service; the empty name is the server as a whole.</summary>
        public void Map(string name, Func<HealthCheckMapContext, bool> predicate)
        {
            Remove(name);
            Add(new ServiceMapping(name, predicate));
        }

        protected override string GetKeyForItem(ServiceMapping item)
        {
            ArgumentNullException.ThrowIfNull(item);
            return item.Name;
        }
    }

    /// <summary>From check results to gRPC statuses.</summary>
    internal static class ServingStatuses
    {
        /// <summary>NOT_SERVING if a check of the service is unhealthy, SERVING else; UNKNOWN where no check counts.</summary>
        public static HealthCheckResponse.Types.ServingStatus Of(ServiceMapping mapping, HealthReport report)
        {
            var any = false;
            foreach (var (name, entry) in report.Entries)
            {
                if (mapping.HealthCheckPredicate(new HealthCheckMapContext(name, entry.Tags)))
                {
                    any = true;
                    if (entry.Status == HealthStatus.Unhealthy)
                    {
                        return HealthCheckResponse.Types.ServingStatus.NotServing;
                    }
                }
            }

            // A host without checks is healthy by being there.
            return any || report.Entries.Count == 0 ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.Unknown;
        }
    }

    /// <summary>Carries published check results into the service, for watchers.</summary>
    internal sealed class HealthPublisher(HealthServiceImpl health, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime) : IHealthCheckPublisher
    {
        public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            foreach (var mapping in options.Value.Services)
            {
                // Once stopping, nothing is to turn a service back to SERVING.
                health.SetStatus(mapping.Name, lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResponse.Types.ServingStatus.NotServing : ServingStatuses.Of(mapping, report));
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>NOT_SERVING until the checks have run. On stopping: NOT_SERVING first, so that callers go elsewhere, then the watches end; running calls go on until the server's own shutdown.</summary>
    internal sealed class HealthLifetime(
        HealthServiceImpl health, IOptions<GrpcHealthChecksOptions> options, IOptions<HealthCheckServiceOptions> checks, IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            // Mapped services are known from the start; whether they serve, the first run of the checks tells. Without checks there is no run: being there is all.
            var status = checks.Value.Registrations.Count == 0 ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
            foreach (var mapping in options.Value.Services)
            {
                health.SetStatus(mapping.Name, status);
            }

            lifetime.ApplicationStopping.Register(() =>
            {
                foreach (var mapping in options.Value.Services)
                {
                    health.SetStatus(mapping.Name, HealthCheckResponse.Types.ServingStatus.NotServing);
                }

                if (!options.Value.SuppressCompletionOnShutdown)
                {
                    health.EndWatches();
                }
            });
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The health service over the host's health checks.</summary>
    internal sealed class HealthChecksService(
        HealthServiceImpl health, HealthCheckService checks, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
    {
        public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, Core.ServerCallContext context)
        {
            if (options.Value.UseHealthChecksCache || !options.Value.Services.TryGetValue(request.Service, out var mapping))
            {
                return await health.Check(request, context);
            }

            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.NotServing };
            }

            var report = await checks.CheckHealthAsync(check => mapping.HealthCheckPredicate(new HealthCheckMapContext(check.Name, check.Tags)), context.CancellationToken);
            return new HealthCheckResponse { Status = ServingStatuses.Of(mapping, report) };
        }

        public override async Task Watch(HealthCheckRequest request, Core.IServerStreamWriter<HealthCheckResponse> responseStream, Core.ServerCallContext context)
        {
            await health.Watch(request, responseStream, context);
        }
    }
}
