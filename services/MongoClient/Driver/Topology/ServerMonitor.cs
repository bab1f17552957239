using MongoDB.Bson;
using MongoDB.Driver.Core.Servers;

namespace MongoDB.Driver.Core;

/// <summary>
/// Watches one server over a connection of its own: by a stream of answers where the server can stream, else by asking at intervals. A check that fails is repeated at once
/// for a server that was well. Round trips of a streaming server are measured on another connection.
/// </summary>
internal sealed class ServerMonitor : IDisposable
{
    private readonly MongoServerAddress _address;
    private readonly MongoClientSettings _settings;
    private readonly ConnectionOptions _options;
    private readonly Action<ServerDescription, Exception?> _publish;
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly Lock _lock = new();
    private CancellationTokenSource? _check;
    private MongoConnection? _connection;
    private ServerDescription _known;
    private long _roundTripTicks = -1;
    private Task? _roundTripTask;

    /// <param name="address">The server.</param>
    /// <param name="settings">Intervals and limits.</param>
    /// <param name="options">How connections are made.</param>
    /// <param name="publish">Takes each finding, with the error where the check failed.</param>
    internal ServerMonitor(MongoServerAddress address, MongoClientSettings settings, ConnectionOptions options, Action<ServerDescription, Exception?> publish)
    {
        _address = address;
        _settings = settings;
        _options = options;
        _publish = publish;
        _known = ServerDescription.Unknown(address);
    }

    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Weighted average; written by the checks and by the measurements beside them.</summary>
    private TimeSpan? RoundTrip
    {
        get => Volatile.Read(ref _roundTripTicks) is >= 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;
        set => Volatile.Write(ref _roundTripTicks, value?.Ticks ?? -1);
    }

    private Action<MongoEvent>? Sink => _settings.EventSink;

    internal void Start() => Running = Task.Run(RunAsync);

    /// <summary>Someone waits for this server: check soon.</summary>
    internal void RequestCheck()
    {
        lock (_lock)
        {
            if (_wanted.CurrentCount == 0)
            {
                _wanted.Release();
            }
        }
    }

    /// <summary>The server failed an operation: a check under way is not waited for, its connection is as dead as the other.</summary>
    internal void CancelCheck()
    {
        lock (_lock)
        {
            _check?.Cancel();
        }
    }

    public void Dispose()
    {
        _disposing.Cancel();
        lock (_lock)
        {
            _connection?.Dispose();
        }
    }

    private async Task RunAsync()
    {
        while (!_disposing.IsCancellationRequested)
        {
            var before = _known;
            var started = _options.Time.GetTimestamp();
            using (var check = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token))
            {
                lock (_lock)
                {
                    _check = check;
                }

                var cancelled = await CheckAsync(check.Token);
                lock (_lock)
                {
                    _check = null;
                }

                if (_disposing.IsCancellationRequested)
                {
                    break;
                }

                // A cancelled check says nothing about the server; the next one waits its interval.
                if (!cancelled)
                {
                    if (_known.Kind == ServerKind.Unknown && before.Kind != ServerKind.Unknown && _known.Error is MongoConnectionException)
                    {
                        continue;
                    }

                    if (_known.Kind != ServerKind.Unknown && IsStreaming)
                    {
                        continue;
                    }
                }
            }

            await WaitAsync(started);
        }

        if (_roundTripTask is not null)
        {
            await _roundTripTask;
        }

        lock (_lock)
        {
            _connection?.Dispose();
        }
    }

    private bool IsStreaming => _settings.ServerMonitoringMode != ServerMonitoringMode.Poll && _known.TopologyVersion is not null && _connection is { IsClosed: false };

    private async Task WaitAsync(long started)
    {
        try
        {
            await _wanted.WaitAsync(_settings.HeartbeatInterval, _disposing.Token);
            var rest = _settings.MinHeartbeatInterval - _options.Time.GetElapsedTime(started);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, _options.Time, _disposing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The monitor ends; its loop sees it.
        }
    }

    /// <returns>True when the check was cancelled, so that nothing was found.</returns>
    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var awaited = _connection is { IsClosed: false } && IsStreaming;
        Sink?.Invoke(new HeartbeatStarted(_address, awaited));
        try
        {
            var hello = await HelloAsync(cancellationToken);
            var description = ServerDescription.FromHello(_address, hello, RoundTrip, _options.Time.GetUtcNow().UtcDateTime);
            if (ServerErrors.From(new BsonDocument("hello", 1), hello) is { } refused)
            {
                throw refused;
            }

            _known = description;
            Sink?.Invoke(new HeartbeatSucceeded(_address, awaited));
            _publish(description, null);
            if (IsStreaming)
            {
                _roundTripTask ??= Task.Run(MeasureAsync, CancellationToken.None);
            }

            return false;
        }
        catch (Exception failure) when (failure is MongoException or OperationCanceledException)
        {
            Drop();
            if (cancellationToken.IsCancellationRequested)
            {
                return true;
            }

            Sink?.Invoke(new HeartbeatFailed(_address, awaited, failure));
            RoundTrip = null;
            _known = ServerDescription.Unknown(_address, failure, failure is MongoCommandException refused ? TopologyVersion.From(refused.Result) : null);
            _publish(_known, failure);
            return false;
        }
    }

    private async Task<BsonDocument> HelloAsync(CancellationToken cancellationToken)
    {
        if (_connection is not { IsClosed: false } connection)
        {
            var opened = await MongoConnection.OpenAsync(_address, _options, _options.NextConnectionId(), 0, authenticate: false, cancellationToken);
            lock (_lock)
            {
                _connection = opened;
                if (_disposing.IsCancellationRequested)
                {
                    opened.Dispose();
                }
            }

            RoundTrip = ServerSelector.Average(RoundTrip, opened.HelloRoundTrip);
            return opened.Hello;
        }

        if (!IsStreaming)
        {
            var started = _options.Time.GetTimestamp();
            var reply = await connection.ExchangeAsync(Hello(null), _options.ConnectTimeout, cancellationToken);
            RoundTrip = ServerSelector.Average(RoundTrip, _options.Time.GetElapsedTime(started));
            return reply;
        }

        var timeout = _options.ConnectTimeout + _settings.HeartbeatInterval;
        return connection.MoreToCome
            ? await connection.NextAsync(timeout, cancellationToken)
            : await connection.ExchangeAsync(Hello(_known.TopologyVersion), timeout, cancellationToken);
    }

    private CommandMessage Hello(TopologyVersion? version)
    {
        var command = _known.HelloOk ? new BsonDocument("hello", 1) : new BsonDocument { { "isMaster", 1 }, { "helloOk", true } };
        if (version is not null)
        {
            command.Add("topologyVersion", version.ToDocument()).Add("maxAwaitTimeMS", (long)_settings.HeartbeatInterval.TotalMilliseconds);
        }

        return new CommandMessage("admin", command) { ExhaustAllowed = version is not null };
    }

    /// <summary>Measures round trips while the server's answers are streamed.</summary>
    private async Task MeasureAsync()
    {
        MongoConnection? connection = null;
        while (!_disposing.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_settings.HeartbeatInterval, _options.Time, _disposing.Token);
                var started = _options.Time.GetTimestamp();
                if (connection is not { IsClosed: false })
                {
                    connection = await MongoConnection.OpenAsync(_address, _options, _options.NextConnectionId(), 0, authenticate: false, _disposing.Token);
                    RoundTrip = ServerSelector.Average(RoundTrip, connection.HelloRoundTrip);
                    continue;
                }

                await connection.ExchangeAsync(Hello(null), _options.ConnectTimeout, _disposing.Token);
                RoundTrip = ServerSelector.Average(RoundTrip, _options.Time.GetElapsedTime(started));
            }
            catch (Exception failure) when (failure is MongoException or OperationCanceledException)
            {
                // Whether the server is well is the other connection's to say.
                connection?.Dispose();
                connection = null;
            }
        }

        connection?.Dispose();
    }

    private void Drop()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }
}
