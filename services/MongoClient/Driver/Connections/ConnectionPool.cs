namespace MongoDB.Driver.Core;

/// <summary>
/// The connections to one server: bounded, first come first served, cleared as a whole when the server turns out to be gone. Paused from a clear until the server is well again:
/// who asks meanwhile fails at once and may try another server. Thread-safe.
/// </summary>
internal sealed class ConnectionPool : IDisposable
{
    private readonly MongoServerAddress _address;
    private readonly MongoClientSettings _settings;
    private readonly ConnectionOptions _options;
    private readonly Action<Exception, int> _onBackgroundError;
    private readonly Lock _lock = new();

    // The newest is used first, so that the oldest become idle.
    private readonly LinkedList<MongoConnection> _idle = [];
    private readonly HashSet<MongoConnection> _inUse = [];
    private readonly LinkedList<TaskCompletionSource<MongoConnection?>> _waiting = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _maintain = new(0, 1);
    private bool _ready;
    private int _generation;
    private int _total;
    private int _connecting;

    /// <param name="address">The server.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="options">How connections are made.</param>
    /// <param name="onBackgroundError">Hears why a connection could not be made that nobody had asked for, with its generation.</param>
    internal ConnectionPool(MongoServerAddress address, MongoClientSettings settings, ConnectionOptions options, Action<Exception, int> onBackgroundError)
    {
        _address = address;
        _settings = settings;
        _options = options;
        _onBackgroundError = onBackgroundError;
        Maintenance = Task.Run(MaintainAsync);
    }

    /// <summary>Rises with every clear; what was begun before is not used again.</summary>
    internal int Generation
    {
        get
        {
            lock (_lock)
            {
                return _generation;
            }
        }
    }

    /// <summary>Connections there are, and those of them that are in use.</summary>
    internal (int Total, int InUse, int Waiting) Count
    {
        get
        {
            lock (_lock)
            {
                return (_total, _inUse.Count, _waiting.Count);
            }
        }
    }

    internal Task Maintenance { get; }

    private Action<MongoEvent>? Sink => _settings.EventSink;

    private int Limit => _settings.MaxConnectionPoolSize == 0 ? int.MaxValue : _settings.MaxConnectionPoolSize;

    /// <summary>The server is well: connections may be had.</summary>
    internal void Ready()
    {
        lock (_lock)
        {
            if (_ready || _disposing.IsCancellationRequested)
            {
                return;
            }

            _ready = true;
        }

        Sink?.Invoke(new PoolReady(_address));
        Wake();
    }

    /// <summary>The server is gone: nothing that exists is used again, who waits fails, and nothing new is made until <see cref="Ready"/>.</summary>
    /// <param name="interruptInUse">Cuts connections in use as well: the server is silent, and their waits would not end.</param>
    internal void Clear(bool interruptInUse)
    {
        List<TaskCompletionSource<MongoConnection?>> waiting;
        List<MongoConnection> idle;
        List<MongoConnection> inUse;
        bool wasReady;
        lock (_lock)
        {
            _generation++;
            wasReady = _ready;
            _ready = false;
            waiting = [.. _waiting];
            _waiting.Clear();
            idle = [.. _idle];
            _idle.Clear();
            _total -= idle.Count;
            inUse = interruptInUse ? [.. _inUse] : [];
        }

        if (wasReady)
        {
            Sink?.Invoke(new PoolCleared(_address, interruptInUse));
        }

        foreach (var connection in inUse)
        {
            connection.Dispose();
        }

        foreach (var waiter in waiting)
        {
            waiter.TrySetException(Paused());
        }

        foreach (var connection in idle)
        {
            Close(connection);
        }
    }

    /// <exception cref="MongoConnectionPoolPausedException">The server is not well.</exception>
    /// <exception cref="MongoConnectionException">No connection could be made, or none became free in time.</exception>
    internal async Task<MongoConnection> CheckOutAsync(CancellationToken cancellationToken)
    {
        Sink?.Invoke(new CheckOutStarted(_address));
        try
        {
            var connection = await TakeAsync(cancellationToken);
            Sink?.Invoke(new CheckedOut(_address, connection.Id));
            return connection;
        }
        catch (Exception failure)
        {
            Sink?.Invoke(new CheckOutFailed(_address, failure));
            throw;
        }
    }

    internal void CheckIn(MongoConnection connection)
    {
        Sink?.Invoke(new CheckedIn(_address, connection.Id));
        connection.UsedAt = _options.Time.GetTimestamp();
        lock (_lock)
        {
            _inUse.Remove(connection);
            if (!IsPerished(connection))
            {
                while (_waiting.First is { } first)
                {
                    _waiting.RemoveFirst();
                    if (first.Value.TrySetResult(connection))
                    {
                        _inUse.Add(connection);
                        return;
                    }
                }

                _idle.AddFirst(connection);
                return;
            }

            _total--;
            WakeFirst();
        }

        Close(connection);
        Wake();
    }

    public void Dispose()
    {
        List<MongoConnection> all;
        lock (_lock)
        {
            if (_disposing.IsCancellationRequested)
            {
                return;
            }

            _ready = false;
            all = [.. _idle, .. _inUse];
            _idle.Clear();
            _disposing.Cancel();
            foreach (var waiter in _waiting)
            {
                waiter.TrySetException(new ObjectDisposedException(nameof(MongoClient)));
            }

            _waiting.Clear();
        }

        foreach (var connection in all)
        {
            Close(connection);
        }

        Sink?.Invoke(new PoolClosed(_address));
    }

    private async Task<MongoConnection> TakeAsync(CancellationToken cancellationToken)
    {
        var started = _options.Time.GetTimestamp();
        while (true)
        {
            TaskCompletionSource<MongoConnection?> waiter;
            var generation = 0;
            List<MongoConnection> perished = [];
            try
            {
                lock (_lock)
                {
                    ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, typeof(MongoClient));
                    if (!_ready)
                    {
                        throw Paused();
                    }

                    while (_idle.First is { } first)
                    {
                        _idle.RemoveFirst();
                        if (!IsPerished(first.Value))
                        {
                            _inUse.Add(first.Value);
                            return first.Value;
                        }

                        _total--;
                        perished.Add(first.Value);
                    }

                    if (_total < Limit && _connecting < _settings.MaxConnecting)
                    {
                        _total++;
                        _connecting++;
                        generation = _generation;
                        waiter = null!;
                    }
                    else
                    {
                        waiter = new TaskCompletionSource<MongoConnection?>(TaskCreationOptions.RunContinuationsAsynchronously);
                        _waiting.AddLast(waiter);
                    }
                }
            }
            finally
            {
                perished.ForEach(Close);
            }

            if (waiter is null)
            {
                return await MakeAsync(generation, inUse: true, cancellationToken);
            }

            var limit = _settings.WaitQueueTimeout;
            var given = await WaitAsync(waiter, limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit - _options.Time.GetElapsedTime(started), cancellationToken);
            if (given is not null)
            {
                return given;
            }
        }
    }

    private async Task<MongoConnection?> WaitAsync(TaskCompletionSource<MongoConnection?> waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Task.WaitAsync(timeout > TimeSpan.Zero || timeout == Timeout.InfiniteTimeSpan ? timeout : TimeSpan.Zero, _options.Time, cancellationToken);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
            {
                _waiting.Remove(waiter);
            }

            // It may have been served in the same moment.
            if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully && await waiter.Task is { } served)
            {
                CheckIn(served);
            }
            else
            {
                // It may have been woken instead; the next in the queue must not miss that.
                lock (_lock)
                {
                    WakeFirst();
                }
            }

            if (failure is OperationCanceledException)
            {
                throw;
            }

            throw new MongoConnectionException(
                $"no connection to {_address} became free within {_settings.WaitQueueTimeout.TotalMilliseconds:0} ms (maxPoolSize {_settings.MaxConnectionPoolSize})",
                new TimeoutException("the pool is exhausted", failure));
        }
    }

    private async Task<MongoConnection> MakeAsync(int generation, bool inUse, CancellationToken cancellationToken)
    {
        var id = _options.NextConnectionId();
        Sink?.Invoke(new ConnectionCreated(_address, id));
        MongoConnection? connection = null;
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            connection = await MongoConnection.OpenAsync(_address, _options, id, generation, authenticate: true, linked.Token);
        }
        catch (Exception failure)
        {
            lock (_lock)
            {
                _total--;
                _connecting--;
                WakeFirst();
            }

            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(failure is OperationCanceledException, typeof(MongoClient));

            // The pool is cleared, if it is, before the event of the connection's end.
            _onBackgroundError(failure, generation);
            Sink?.Invoke(new ConnectionClosed(_address, id));
            throw;
        }

        Sink?.Invoke(new ConnectionReady(_address, id));
        lock (_lock)
        {
            _connecting--;
            if (!_disposing.IsCancellationRequested)
            {
                if (inUse)
                {
                    _inUse.Add(connection);
                }

                WakeFirst();
                return connection;
            }

            _total--;
        }

        Close(connection);
        throw new ObjectDisposedException(nameof(MongoClient));
    }

    /// <summary>Under the lock: the first in the queue looks again.</summary>
    private void WakeFirst()
    {
        while (_waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (first.Value.TrySetResult(null))
            {
                return;
            }
        }
    }

    private bool IsPerished(MongoConnection connection) =>
        connection.IsClosed || connection.Generation != _generation || _disposing.IsCancellationRequested
        || (_settings.MaxConnectionIdleTime > TimeSpan.Zero && _options.Time.GetElapsedTime(connection.UsedAt) > _settings.MaxConnectionIdleTime)
        || (_settings.MaxConnectionLifeTime > TimeSpan.Zero && _options.Time.GetElapsedTime(connection.OpenedAt) > _settings.MaxConnectionLifeTime);

    private void Close(MongoConnection connection)
    {
        connection.Dispose();
        Sink?.Invoke(new ConnectionClosed(_address, connection.Id));
    }

    private MongoConnectionPoolPausedException Paused() => new($"server {_address} is not well: its connections were closed and none is made until it answers again");

    private void Wake()
    {
        if (_settings.MinConnectionPoolSize > 0 && _maintain.CurrentCount == 0)
        {
            try
            {
                _maintain.Release();
            }
            catch (SemaphoreFullException)
            {
                // Someone else woke it in the same moment.
            }
        }
    }

    /// <summary>Closes what was idle for too long and keeps the least number open.</summary>
    private async Task MaintainAsync()
    {
        var interval = _settings.MaxConnectionIdleTime > TimeSpan.Zero && _settings.MaxConnectionIdleTime < TimeSpan.FromSeconds(10) ? _settings.MaxConnectionIdleTime : TimeSpan.FromSeconds(10);
        while (!_disposing.IsCancellationRequested)
        {
            try
            {
                await _maintain.WaitAsync(interval, _disposing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            List<MongoConnection> perished = [];
            lock (_lock)
            {
                for (var node = _idle.First; node is not null;)
                {
                    var next = node.Next;
                    if (IsPerished(node.Value))
                    {
                        _idle.Remove(node);
                        _total--;
                        perished.Add(node.Value);
                    }

                    node = next;
                }

                if (perished.Count > 0)
                {
                    WakeFirst();
                }
            }

            perished.ForEach(Close);
            await FillAsync();
        }
    }

    private async Task FillAsync()
    {
        while (true)
        {
            int generation;
            lock (_lock)
            {
                if (!_ready || _total >= Math.Min(_settings.MinConnectionPoolSize, Limit) || _connecting >= _settings.MaxConnecting)
                {
                    return;
                }

                _total++;
                _connecting++;
                generation = _generation;
            }

            try
            {
                var connection = await MakeAsync(generation, inUse: false, _disposing.Token);
                lock (_lock)
                {
                    _inUse.Add(connection);
                }

                GiveBack(connection);
            }
            catch (Exception failure) when (failure is MongoException or ObjectDisposedException or OperationCanceledException)
            {
                // Its consequences were drawn where it happened; the next round tries again.
                return;
            }
        }
    }

    /// <summary>A new connection goes to who waits, or lies idle.</summary>
    private void GiveBack(MongoConnection connection)
    {
        lock (_lock)
        {
            _inUse.Remove(connection);
            if (!IsPerished(connection))
            {
                while (_waiting.First is { } first)
                {
                    _waiting.RemoveFirst();
                    if (first.Value.TrySetResult(connection))
                    {
                        _inUse.Add(connection);
                        return;
                    }
                }

                _idle.AddFirst(connection);
                return;
            }

            _total--;
            WakeFirst();
        }

        Close(connection);
    }
}
