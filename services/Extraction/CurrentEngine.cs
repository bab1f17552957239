using Microsoft.Extensions.Options;
using Sikap.Nlp;

namespace Sikap.Extraction;

/// <summary>The engine with the actors that this instance last heard of. Thread-safe.</summary>
internal sealed class CurrentEngine(Engine tables, IOptions<ExtractionOptions> options, TimeProvider time, ILogger<CurrentEngine> logger)
{
    private readonly Lock _learning = new();
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _started = time.GetTimestamp();
    private volatile Engine _engine = tables;
    private long _version = -1;
    private int _wentOnWithout;

    /// <summary>The engine as it is now.</summary>
    public Engine Value => _engine;

    /// <summary>Takes over a list of actors; one that is older than what is known changes nothing.</summary>
    public void Learn(IReadOnlyList<ActorEntry> actors, long version)
    {
        lock (_learning)
        {
            if (version > _version)
            {
                // Articles under way finish with the engine they began with.
                _engine = _engine.WithActors(actors, version);
                _version = version;
                logger.ActorsLearned(actors.Count, version);
            }
        }

        _heard.TrySetResult();
    }

    /// <summary>The engine once it knows the actors, or as it is when <see cref="ExtractionOptions.ActorsTimeout"/> has passed since the start.</summary>
    public async Task<Engine> GetAsync()
    {
        var patience = options.Value.ActorsTimeout - time.GetElapsedTime(_started);
        if (!_heard.Task.IsCompleted && patience > TimeSpan.Zero)
            await Task.WhenAny(_heard.Task, Task.Delay(patience, time));
        if (!_heard.Task.IsCompleted && Interlocked.Exchange(ref _wentOnWithout, 1) == 0)
            logger.ActorsUnknown(options.Value.ActorsTimeout.TotalSeconds);
        return _engine;
    }
}
