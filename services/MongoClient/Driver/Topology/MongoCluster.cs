using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>One server as the client uses it: its connections, its monitor, how much is under way on it.</summary>
internal sealed class MongoServer(MongoServerAddress address, ConnectionPool pool, ServerMonitor monitor) : IDisposable
{
    private int _operations;

    internal MongoServerAddress Address { get; } = address;

    internal ConnectionPool Pool { get; } = pool;

    internal ServerMonitor Monitor { get; } = monitor;

    internal int Operations => Volatile.Read(ref _operations);

    internal void Begin() => Interlocked.Increment(ref _operations);

    internal void End() => Interlocked.Decrement(ref _operations);

    public void Dispose()
    {
        Monitor.Dispose();
        Pool.Dispose();
    }
}

/// <summary>The servers of a client: what is known of them, which of them takes an operation, and what an error says about them. Thread-safe.</summary>
internal sealed class MongoCluster : IDisposable
{
    private readonly MongoClientSettings _settings;
    private readonly ConnectionOptions _options;
    private readonly bool _monitored;
    private readonly ConcurrentDictionary<string, MongoServer> _servers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TopologyDescription _topology;
    private BsonDocument? _clusterTime;
    private bool _started;
    private bool _disposed;

    /// <param name="settings">The client's own copy.</param>
    /// <param name="monitored">False leaves the servers unwatched: tests tell what they are.</param>
    internal MongoCluster(MongoClientSettings settings, bool monitored = true)
    {
        _settings = settings;
        _options = new ConnectionOptions(settings);
        _monitored = monitored;
        _topology = TopologyDescription.Initial(settings.Servers, settings.ReplicaSetName, settings.DirectConnection == true);
    }

    internal TopologyDescription Topology
    {
        get
        {
            lock (_lock)
            {
                return _topology;
            }
        }
    }

    /// <summary>The newest cluster time any server told; passed on to all, so that they order events the same.</summary>
    internal BsonDocument? ClusterTime
    {
        get
        {
            lock (_lock)
            {
                return _clusterTime;
            }
        }
    }

    private Action<MongoEvent>? Sink => _settings.EventSink;

    /// <summary>Begins to watch. The client does so with its first operation.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (_started || _disposed)
            {
                return;
            }

            _started = true;
            Sink?.Invoke(new TopologyOpening());
            Sink?.Invoke(new TopologyChanged(TopologyDescription.Initial([], null, false), _topology));
            foreach (var server in _topology.Servers.Values)
            {
                AddServer(server.Address);
            }

            // A server named directly without a set is what it is; its events need the first answer all the same.
        }
    }

    internal MongoServer? Find(MongoServerAddress address) => _servers.GetValueOrDefault(address.ToString());

    /// <summary>A server that fits, waiting for one as long as the selection timeout allows.</summary>
    /// <param name="readPreference">Null for a write.</param>
    /// <param name="deprioritized">Servers that just failed the operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">None fitted in time; the message says what is known of the servers.</exception>
    /// <exception cref="MongoIncompatibleDriverException">A server is too old or too new.</exception>
    internal async Task<(MongoServer Server, ServerDescription Description, TopologyKind Topology)> SelectAsync(
        ReadPreference? readPreference, IReadOnlyCollection<MongoServerAddress>? deprioritized, CancellationToken cancellationToken)
    {
        Start();
        var started = _options.Time.GetTimestamp();
        while (true)
        {
            TopologyDescription topology;
            Task changed;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(MongoClient));
                topology = _topology;
                changed = _changed.Task;
            }

            if (topology.Incompatibility is { } reason)
            {
                throw new MongoIncompatibleDriverException(reason);
            }

            var candidates = ServerSelector.InWindow(ServerSelector.Suitable(topology, readPreference, _settings.HeartbeatInterval, deprioritized), _settings.LocalThreshold);
            if (candidates.Count > 0)
            {
                var picked = ServerSelector.Pick(candidates, server => Find(server.Address)?.Operations ?? 0, Random.Shared);
                if (Find(picked.Address) is { } server)
                {
                    return (server, picked, topology.Kind);
                }

                // It was removed in this moment; the next state is on its way.
                continue;
            }

            foreach (var server in _servers.Values)
            {
                server.Monitor.RequestCheck();
            }

            var rest = _settings.ServerSelectionTimeout - _options.Time.GetElapsedTime(started);
            try
            {
                await changed.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _options.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException(
                    $"no server fits {(readPreference is null ? "a write" : $"read preference {readPreference}")} within {_settings.ServerSelectionTimeout.TotalMilliseconds:0} ms. Known: {Topology}");
            }
        }
    }

    /// <summary>Takes over news of a server.</summary>
    internal void Apply(ServerDescription description, Exception? failure = null)
    {
        MongoServer? known;
        lock (_lock)
        {
            if (_disposed || _topology.Find(description.Address) is not { } before)
            {
                return;
            }

            known = Find(description.Address);
            var next = _topology.With(description);
            var after = next.Find(description.Address);

            // Connections may be had before anybody hears that the server is there.
            if (after is { IsDataBearing: true } || (after is not null && after.Kind != ServerKind.Unknown && next.Kind == TopologyKind.Single))
            {
                known?.Pool.Ready();
            }

            Publish(next, description.Address, before, after);
        }

        if (failure is not null)
        {
            known?.Pool.Clear(interruptInUse: failure is MongoConnectionException { ContainsTimeoutException: true });
        }
    }

    /// <summary>Draws the consequences of an error for the server it happened on: the server may be gone, not the primary, or well.</summary>
    /// <param name="address">The server.</param>
    /// <param name="error">What happened.</param>
    /// <param name="phase">How far the connection was.</param>
    /// <param name="generation">The pool's generation when the connection was begun: what happened to older ones is known already.</param>
    internal void OnError(MongoServerAddress address, Exception error, ConnectionPhase phase, int generation)
    {
        if (Find(address) is not { } server)
        {
            return;
        }

        bool clear;
        ServerDescription gone;
        lock (_lock)
        {
            if (_disposed || generation < server.Pool.Generation || _topology.Find(address) is not { } before)
            {
                return;
            }

            switch (error)
            {
                case MongoAuthenticationException { InnerException: MongoCommandException or null }:
                    gone = ServerDescription.Unknown(address, error);
                    clear = true;
                    break;
                case MongoConnectionException broken when phase == ConnectionPhase.Connecting:
                    // A server that only does not take more connections is not gone; whether it is, its monitor finds out. A wrong name or certificate stays wrong.
                    if (broken.HasErrorLabel(ServerErrors.SystemOverloadedLabel))
                    {
                        return;
                    }

                    gone = ServerDescription.Unknown(address, error);
                    clear = true;
                    break;
                case MongoConnectionException broken:
                    if (phase == ConnectionPhase.Ready && broken.ContainsTimeoutException)
                    {
                        return;
                    }

                    gone = ServerDescription.Unknown(address, error);
                    clear = true;
                    break;
                case MongoCommandException refused when ServerErrors.IsStateChange(refused.Result):
                    var version = TopologyVersion.From(refused.Result);
                    if (version is not null && TopologyVersion.Compare(before.TopologyVersion, version) >= 0)
                    {
                        return;
                    }

                    gone = ServerDescription.Unknown(address, error, version);
                    clear = ServerErrors.IsShutdown(refused.Result);
                    break;
                default:
                    return;
            }

            var next = _topology.With(gone);
            Publish(next, address, before, next.Find(address));
            if (clear)
            {
                server.Pool.Clear(interruptInUse: false);
            }
        }

        // A server that states no topology version may keep a stream of answers waiting although it changed.
        if (error is MongoConnectionException || gone.TopologyVersion is null)
        {
            server.Monitor.CancelCheck();
        }

        server.Monitor.RequestCheck();
    }

    internal void AdvanceClusterTime(BsonDocument reply)
    {
        if (reply.GetValue("$clusterTime", null) is not BsonDocument time || time.GetValue("clusterTime", null) is not BsonTimestamp at)
        {
            return;
        }

        lock (_lock)
        {
            if (_clusterTime is null || at.CompareTo(_clusterTime["clusterTime"]) > 0)
            {
                _clusterTime = time;
            }
        }
    }

    public void Dispose()
    {
        List<MongoServer> servers;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            servers = [.. _servers.Values];
            _servers.Clear();
            foreach (var server in servers)
            {
                Sink?.Invoke(new ServerClosed(server.Address));
            }

            if (_started)
            {
                Sink?.Invoke(new TopologyChanged(_topology, TopologyDescription.Initial([], null, false)));
                Sink?.Invoke(new TopologyClosed());
            }

            _changed.TrySetResult();
        }

        servers.ForEach(server => server.Dispose());
    }

    /// <summary>Under the lock: makes a state the known one, with its events, its new servers and without those that left.</summary>
    private void Publish(TopologyDescription next, MongoServerAddress address, ServerDescription before, ServerDescription? after)
    {
        if (ReferenceEquals(next, _topology))
        {
            return;
        }

        var previous = _topology;
        _topology = next;
        var changed = after is null || !after.SameAs(before);
        if (Sink is not null && changed)
        {
            Sink(new ServerChanged(address, before, after ?? ServerDescription.Unknown(address)));
        }

        foreach (var gone in previous.Servers.Values.Where(server => next.Find(server.Address) is null))
        {
            if (_servers.TryRemove(gone.Address.ToString(), out var server))
            {
                Sink?.Invoke(new ServerClosed(gone.Address));
                server.Dispose();
            }
        }

        foreach (var added in next.Servers.Values.Where(server => previous.Find(server.Address) is null))
        {
            AddServer(added.Address);
        }

        if (Sink is not null && (changed || previous.Kind != next.Kind || previous.Servers.Count != next.Servers.Count))
        {
            Sink(new TopologyChanged(previous, next));
        }

        var waiting = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }

    private void AddServer(MongoServerAddress address)
    {
        var pool = new ConnectionPool(address, _settings, _options, (error, generation) => OnError(address, error, PhaseOf(error), generation));
        var monitor = new ServerMonitor(address, _settings, _options, Apply);
        _servers[address.ToString()] = new MongoServer(address, pool, monitor);
        Sink?.Invoke(new ServerOpening(address));
        if (_monitored)
        {
            monitor.Start();
        }
    }

    private static ConnectionPhase PhaseOf(Exception error) => (error as MongoConnectionException)?.Phase ?? ConnectionPhase.Connecting;
}
