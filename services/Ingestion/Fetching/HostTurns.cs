namespace Sikap.Ingestion;

/// <summary>Turns at hosts, shared by the instances over one store: one of them at a time holds a host's turn, and after it the host rests for as long as was said.</summary>
internal interface ISharedTurns
{
    /// <summary>Takes the turn at a host.</summary>
    /// <param name="host">See <see cref="AddressGuard.HostKey"/>.</param>
    /// <param name="holder">Who takes it; different for each instance.</param>
    /// <param name="now">The present.</param>
    /// <param name="until">When it falls back by itself, should the holder have died.</param>
    /// <returns>Null when it was taken; else when the host has rested, or <paramref name="now"/> where somebody else has the turn, which nobody knows the end of.</returns>
    Task<DateTimeOffset?> TakeTurnAsync(string host, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Gives a turn back; nobody takes it before <paramref name="next"/>. Changes nothing when it has fallen to somebody else.</summary>
    Task EndTurnAsync(string host, string holder, DateTimeOffset next, CancellationToken cancellationToken);
}

/// <summary>Lets requests to one host through one at a time with pauses between them, in this process and, over <see cref="ISharedTurns"/>, in all. Thread-safe.</summary>
/// <param name="time">Clock.</param>
/// <param name="holdAtMost">How long a turn lasts that is not given back.</param>
/// <param name="shared">Null where this process is the only one.</param>
internal sealed class HostTurns(TimeProvider time, TimeSpan holdAtMost, ISharedTurns? shared)
{
    // Addresses lead to hosts without end; what is forgotten above this costs a host one pause at most.
    private const int MaxHosts = 20_000;

    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(5);

    // A request of another instance takes about as long; when it is over is only seen by asking.
    private static readonly TimeSpan HeldPause = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>Waits for the host's turn.</summary>
    /// <returns>The turn, which must be ended; or null and how long the host is busy or resting.</returns>
    public async Task<(HostTurn? Turn, TimeSpan Wait)> TakeAsync(string name, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var latest = time.GetUtcNow() + atMost;
        var host = Enter(name);
        var (entered, taken) = (false, false);
        try
        {
            if (host.Next > latest)
                return (null, Later(host.Next));
            if (!await host.WaitAsync(atMost, time, cancellationToken))
                return (null, Later(host.Next));
            entered = true;
            while (host.Next > time.GetUtcNow() || (shared is not null && await IsTakenAsync(shared, host, cancellationToken)))
            {
                if (host.Next > latest)
                    return (null, Later(host.Next));
                await Task.Delay(Later(host.Next), time, cancellationToken);
            }

            taken = true;
            return (new HostTurn(this, host), TimeSpan.Zero);
        }
        finally
        {
            if (!taken)
                Leave(host, entered);
        }
    }

    /// <summary>Ends a turn.</summary>
    private async Task EndAsync(Host host, TimeSpan pause)
    {
        try
        {
            host.Next = time.GetUtcNow() + pause;
            // No token: who stops in the middle still gives the turn back.
            if (shared is not null)
                await shared.EndTurnAsync(host.Name, _holder, host.Next, CancellationToken.None);
        }
        finally
        {
            Leave(host, entered: true);
        }
    }

    /// <summary>True while another instance has the turn; then it is known when to ask again.</summary>
    private async Task<bool> IsTakenAsync(ISharedTurns others, Host host, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await others.TakeTurnAsync(host.Name, _holder, now, now + holdAtMost, cancellationToken) is not { } next)
            return false;
        host.Next = next > now ? next : now + HeldPause;
        return true;
    }

    private TimeSpan Later(DateTimeOffset next) => next - time.GetUtcNow() is var wait && wait > LeastPause ? wait : LeastPause;

    private Host Enter(string name)
    {
        lock (_hosts)
        {
            if (_hosts.Count >= MaxHosts)
            {
                var now = time.GetUtcNow();
                var idle = _hosts.Values.Where(known => known.Users == 0).ToList();
                // Those that are still left alone go only when that is not enough.
                var finished = idle.Where(known => known.Next <= now).ToList();
                foreach (var known in finished.Count > 0 ? finished : idle)
                    _hosts.Remove(known.Name);
            }

            if (!_hosts.TryGetValue(name, out var host))
                _hosts.Add(name, host = new Host(name));
            host.Users++;
            return host;
        }
    }

    private void Leave(Host host, bool entered)
    {
        if (entered)
            host.Release();
        lock (_hosts)
            host.Users--;
    }

    /// <summary>The right to ask a host, until it is ended.</summary>
    internal sealed class HostTurn(HostTurns turns, Host host)
    {
        /// <summary>How often in a row the host could not be reached or had too much to do; counted by whoever has the turn.</summary>
        public int Failures
        {
            get => host.Failures;
            set => host.Failures = value;
        }

        /// <summary>Gives the turn back; nobody asks the host before <paramref name="pause"/> has passed. To be called once.</summary>
        public Task EndAsync(TimeSpan pause) => turns.EndAsync(host, pause);
    }

#pragma warning disable CA1001 // The semaphore holds nothing to be freed unless its wait handle is asked for.
    internal sealed class Host(string name)
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _gate = new(1, 1);
        private long _next;

        public string Name => name;

        public int Users { get; set; }

        public int Failures { get; set; }

        /// <summary>Before this nobody asks.</summary>
        public DateTimeOffset Next
        {
            get => new(Volatile.Read(ref _next), TimeSpan.Zero);
            set => Volatile.Write(ref _next, value.UtcTicks);
        }

        /// <summary>False when the wait was too long.</summary>
        public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
        {
            if (_gate.Wait(0, CancellationToken.None))
                return true;
            using var patience = new CancellationTokenSource(atMost, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                await _gate.WaitAsync(ended.Token);
                return true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }

        public void Release() => _gate.Release();
    }
}
