namespace Sikap.TestKit;

/// <summary>Waits for what another thread or process brings about, with an end.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks <paramref name="probe"/> until <paramref name="done"/> holds, and gives its last answer.</summary>
    /// <exception cref="TimeoutException">It never held within 15 s; the message shows the last answer.</exception>
    public static Task<T> GetAsync<T>(Func<Task<T>> probe, Func<T, bool> done) => GetAsync(probe, done, TimeSpan.FromSeconds(15));

    /// <summary>Asks <paramref name="probe"/> until <paramref name="done"/> holds, and gives its last answer.</summary>
    /// <exception cref="TimeoutException">It never held within <paramref name="limit"/>; the message shows the last answer.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T>> probe, Func<T, bool> done, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        while (true)
        {
            var answer = await probe();
            if (done(answer))
                return answer;
            if (end.IsCancellationRequested)
                throw new TimeoutException($"Still {answer} after {limit.TotalSeconds} s.");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Asks <paramref name="probe"/> until it is true.</summary>
    public static Task IsTrueAsync(Func<bool> probe) => GetAsync(() => Task.FromResult(probe()), answer => answer);
}
