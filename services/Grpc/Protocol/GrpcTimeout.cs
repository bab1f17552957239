using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Grpc.Protocol;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    public const string HeaderName = "grpc-timeout";

    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;

    /// <summary>Reads a value strictly; sizes beyond what a <see cref="TimeSpan"/> holds become <see cref="TimeSpan.MaxValue"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out TimeSpan timeout)
    {
        timeout = default;
        if (value is null || value.Length < 2 || value.Length > MaxDigits + 1)
        {
            return false;
        }

        long number = 0;
        for (var i = 0; i < value.Length - 1; i++)
        {
            if (!char.IsAsciiDigit(value[i]))
            {
                return false;
            }

            number = (number * 10) + (value[i] - '0');
        }

        // Eight digits of nanoseconds to hours fit into 64-bit ticks, hours excepted.
        switch (value[^1])
        {
            case 'n':
                timeout = TimeSpan.FromTicks((number + 99) / 100);
                return true;
            case 'u':
                timeout = TimeSpan.FromTicks(number * TimeSpan.TicksPerMicrosecond);
                return true;
            case 'm':
                timeout = TimeSpan.FromTicks(number * TimeSpan.TicksPerMillisecond);
                return true;
            case 'S':
                timeout = TimeSpan.FromTicks(number * TimeSpan.TicksPerSecond);
                return true;
            case 'M':
                timeout = TimeSpan.FromTicks(number * TimeSpan.TicksPerMinute);
                return true;
            case 'H':
                timeout = number > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerHour ? TimeSpan.MaxValue : TimeSpan.FromTicks(number * TimeSpan.TicksPerHour);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a duration in the finest unit that takes at most eight digits, rounded up, so that the peer never gives up before the caller.</summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, 1);
        if (ticks <= MaxValue / 100)
        {
            return Text(ticks * 100, 'n');
        }

        return Unit(ticks, TimeSpan.TicksPerMicrosecond, 'u')
            ?? Unit(ticks, TimeSpan.TicksPerMillisecond, 'm')
            ?? Unit(ticks, TimeSpan.TicksPerSecond, 'S')
            ?? Unit(ticks, TimeSpan.TicksPerMinute, 'M')
            ?? Text(Math.Min((ticks / TimeSpan.TicksPerHour) + 1, MaxValue), 'H');
    }

    private static string? Unit(long ticks, long ticksPerUnit, char unit)
    {
        var number = ((ticks - 1) / ticksPerUnit) + 1;
        return number <= MaxValue ? Text(number, unit) : null;
    }

    private static string Text(long number, char unit) => string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
}
