using Grpc.Protocol;

namespace Sikap.Grpc.Tests;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("100n", 1)]
    [InlineData("1n", 1)]
    [InlineData("0n", 0)]
    [InlineData("00000001S", 10_000_000)]
    public void TryParse_WellFormed_GivesTicks(string text, long ticks)
    {
        GrpcTimeout.TryParse(text, out var timeout).ShouldBeTrue();

        timeout.Ticks.ShouldBe(ticks);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("123456789n")]
    [InlineData("+1S")]
    [InlineData("1h")]
    [InlineData(" 1S")]
    [InlineData("١S")]
    public void TryParse_Malformed_IsRefused(string? text) => GrpcTimeout.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_MoreHoursThanATimeSpanHolds_IsTheLongestTimeSpan()
    {
        GrpcTimeout.TryParse("99999999H", out var timeout).ShouldBeTrue();

        timeout.ShouldBeGreaterThan(TimeSpan.FromDays(365 * 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999_999)]
    [InlineData(1_000_000)]
    [InlineData(10_000_000)]
    [InlineData(999_999_991)]
    [InlineData(36_000_000_000)]
    [InlineData(2_500_000_000_000_000_000)]
    public void Format_AnyDuration_ParsesToAtLeastItAndLittleMore(long ticks)
    {
        var text = GrpcTimeout.Format(TimeSpan.FromTicks(ticks));

        text.Length.ShouldBeLessThanOrEqualTo(9);
        GrpcTimeout.TryParse(text, out var parsed).ShouldBeTrue();
        parsed.Ticks.ShouldBeGreaterThanOrEqualTo(ticks);
        ((double)parsed.Ticks).ShouldBeLessThanOrEqualTo(ticks * 1.001 + 100);
    }

    [Fact]
    public void Format_LongerThanEightDigitsOfHours_IsTheLongestTimeout() => GrpcTimeout.Format(TimeSpan.MaxValue).ShouldBe("99999999H");

    [Fact]
    public void Format_PastDeadline_IsTheShortestTimeout() => GrpcTimeout.Format(TimeSpan.FromSeconds(-5)).ShouldBe("100n");
}
