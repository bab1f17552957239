using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Sikap.RabbitMq.Tests.LongestFirst))]

namespace Sikap.RabbitMq.Tests;

/// <summary>Starts the classes that take long before the others, so that none of them is left over at the end with nothing beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(RunLocalTests), nameof(DrainTests), nameof(SystemFaultTests), nameof(ProcessKillTests), nameof(BrokerDeathTests), nameof(BrokerFaultTests), nameof(TelemetryFlowTests), nameof(WireTests),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
        => [.. testCollections.OrderBy(collection => (uint)Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)))];
}
