using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sikap.RabbitMq.Tests;

/// <summary>Waits for what only shows by asking: the state of a broker or of another process. It asks until the answer is right or the time is over.</summary>
internal static class Eventually
{
    /// <summary>Asks again and again; fails with the last answer when it is not right in time. Returns the right answer.</summary>
    public static async Task<T> ShouldAsync<T>(
        Func<Task<T>> ask, Func<T, bool> right, TimeSpan limit, TimeSpan? pause = null, [CallerArgumentExpression(nameof(right))] string expected = "")
    {
        var watch = Stopwatch.StartNew();
        for (; ; )
        {
            var answer = await ask();
            if (right(answer))
            {
                return answer;
            }

            if (watch.Elapsed > limit)
            {
                throw new ShouldAssertException($"{expected} did not become true within {limit.TotalSeconds:0} s; the last answer was {answer}");
            }

            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(100));
        }
    }
}
