using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>The engine with the stored actors, the same instance until they change. The store's version is asked each time, so that a change made by another replica counts at once. Thread-safe.</summary>
internal sealed class CurrentActors(IActorStore store, Engine engine) : IDisposable
{
    private readonly SemaphoreSlim _building = new(1, 1);
    private volatile Built? _built;

    public async Task<Engine> GetEngineAsync(CancellationToken cancellationToken)
    {
        var version = await store.GetVersionAsync(cancellationToken);
        if (_built is { } built && built.Version == version)
            return built.Engine;
        // Building takes as long as reading all tables: once is enough.
        await _building.WaitAsync(cancellationToken);
        try
        {
            if (_built is { } other && other.Version >= version)
                return other.Engine;
            var list = await store.ListAsync(cancellationToken);
            return (_built = new Built(list.Version, engine.WithActors(list.InUse, list.Version))).Engine;
        }
        finally
        {
            _building.Release();
        }
    }

    public void Dispose() => _building.Dispose();

    private sealed record Built(long Version, Engine Engine);
}
