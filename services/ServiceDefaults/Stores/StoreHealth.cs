using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sikap.ServiceDefaults;

/// <summary>Readiness knows the store.</summary>
public static class StoreHealth
{
    /// <summary>Makes readiness depend on the store <typeparamref name="TStore"/>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">Name of the check, such as <c>ingestion-store</c>.</param>
    public static IServiceCollection AddStoreHealth<TStore>(this IServiceCollection services, string name)
        where TStore : class, IStore
    {
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, provider => new Check(provider.GetRequiredService<TStore>()), null, null));
        return services;
    }

    private sealed class Check(IStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await store.CheckAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (StoreUnavailableException exception)
            {
                return HealthCheckResult.Unhealthy(exception.Message);
            }
        }
    }
}
