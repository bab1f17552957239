using System.Globalization;
using Sikap.Formats.Feeds;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>Dates as feeds write them.</summary>
public sealed class FeedDatesTests
{
    [Theory]
    // RFC 822, as it stands and as it is written.
    [InlineData("Wed, 12 Jul 2023 10:00:00 +0700", "2023-07-12T03:00:00Z")]
    [InlineData("12 Jul 2023 10:00:00 GMT", "2023-07-12T10:00:00Z")]
    [InlineData("Wed, 12 Jul 23 10:00 EST", "2023-07-12T15:00:00Z")]
    [InlineData("Wednesday, 12 July 2023 10:00:00 PDT", "2023-07-12T17:00:00Z")]
    [InlineData("Wed,12 Jul 2023 10:00:00 Z", "2023-07-12T10:00:00Z")]
    [InlineData("Wed, Jul 12 2023 10:00:00 GMT", "2023-07-12T10:00:00Z")]
    [InlineData("July 12, 2023", "2023-07-12T00:00:00Z")]
    [InlineData("12 Jul 2023", "2023-07-12T00:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 GMT-05:00", "2023-07-12T15:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 Etc/GMT", "2023-07-12T10:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 +07:00", "2023-07-12T03:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 +0530", "2023-07-12T04:30:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 GMT+7", "2023-07-12T03:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 +0000 (UTC)", "2023-07-12T10:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:00:00 PM +0700", "2023-07-12T15:00:00Z")]
    [InlineData("12-Jul-2023 10:00:00 GMT", "2023-07-12T10:00:00Z")]
    [InlineData("Mit, 12 Jul 2023 10:00:00 +0200", "2023-07-12T08:00:00Z")]
    [InlineData("Sun, 31 Dec 95 23:59:59 GMT", "1995-12-31T23:59:59Z")]
    [InlineData("Wed, 12 Jul 2023 24:00:00 GMT", "2023-07-13T00:00:00Z")]
    // Indonesia.
    [InlineData("Rab, 12 Jul 2023 10:00:00 +0700", "2023-07-12T03:00:00Z")]
    [InlineData("Rabu, 12 Juli 2023 10:00 WIB", "2023-07-12T03:00:00Z")]
    [InlineData("Rabu, 12 Juli 2023 | 10:00 WITA", "2023-07-12T02:00:00Z")]
    [InlineData("Kamis, 17 Agustus 2023 pukul 10.15 WIT", "2023-08-17T01:15:00Z")]
    [InlineData("Jum'at, 1 Des 2023 07:05:09 WIB", "2023-12-01T00:05:09Z")]
    [InlineData("Senin, 2 Mei 2022", "2022-05-02T00:00:00Z")]
    [InlineData("Sel, 04 Okt 2022 10:00:00 +0700", "2022-10-04T03:00:00Z")]
    [InlineData("Min, 6 Agt 2023 10:00:00 WIB", "2023-08-06T03:00:00Z")]
    [InlineData("Rabu, 12/07/2023 10:00 WIB", "2023-07-12T03:00:00Z")]
    [InlineData("12/07/2023 10:00 WIB", "2023-07-12T03:00:00Z")]
    [InlineData("2023-07-12 10:00:00 WIB", "2023-07-12T03:00:00Z")]
    // W3C date and time, and what resembles it.
    [InlineData("2023-07-12T10:00:00+07:00", "2023-07-12T03:00:00Z")]
    [InlineData("2023-07-12T10:00:00.123Z", "2023-07-12T10:00:00Z")]
    [InlineData("2023-07-12T10:00Z", "2023-07-12T10:00:00Z")]
    [InlineData("2023-07-12T10:00:00+0700", "2023-07-12T03:00:00Z")]
    [InlineData("2023-07-12T10:00:00 +0700", "2023-07-12T03:00:00Z")]
    [InlineData("2023-07-12t10:00:00z", "2023-07-12T10:00:00Z")]
    [InlineData("2023-07-12 10:00:00", "2023-07-12T10:00:00Z")]
    [InlineData("2023-07-12 10:00:00.0", "2023-07-12T10:00:00Z")]
    [InlineData("2023-07-12 10:00:00 EST", "2023-07-12T15:00:00Z")]
    [InlineData("2023-7-2", "2023-07-02T00:00:00Z")]
    [InlineData("2023-07", "2023-07-01T00:00:00Z")]
    [InlineData("2023", "2023-01-01T00:00:00Z")]
    // ISO 8601 without separators, and by the day of the year.
    [InlineData("20230712", "2023-07-12T00:00:00Z")]
    [InlineData("20230712T10:00:00+07:00", "2023-07-12T03:00:00Z")]
    [InlineData("20230712T100000Z", "2023-07-12T10:00:00Z")]
    [InlineData("2023-193", "2023-07-12T00:00:00Z")]
    [InlineData("2023193", "2023-07-12T00:00:00Z")]
    [InlineData("230712", "2023-07-12T00:00:00Z")]
    [InlineData("22-07-13", "2022-07-13T00:00:00Z")]
    [InlineData("Rabu, 12-07-23 10:00 WIB", "2023-07-12T03:00:00Z")]
    // asctime, with a zone and without.
    [InlineData("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z")]
    [InlineData("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z")]
    [InlineData("Sun Jul 9 10:00:00 +0700 2023", "2023-07-09T03:00:00Z")]
    // Perforce, OnBlog, Nate, Greek, Hungarian.
    [InlineData("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z")]
    [InlineData("2004년 05월 28일  01:31:15", "2004-05-27T16:31:15Z")]
    [InlineData("2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z")]
    [InlineData("2004-05-25 오전 09:23:17", "2004-05-25T00:23:17Z")]
    [InlineData("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z")]
    [InlineData("Τετ, 03 Μάρ 2004 12:00:00 GMT", "2004-03-03T12:00:00Z")]
    [InlineData("Πεμ, 05 Αυγ 2004 12:00:00 GMT", "2004-08-05T12:00:00Z")]
    [InlineData("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z")]
    [InlineData("2004-augusztus-3T09:15+02:00", "2004-08-03T07:15:00Z")]
    // Seconds and milliseconds of Unix.
    [InlineData("1689130800", "2023-07-12T03:00:00Z")]
    [InlineData("1689130800000", "2023-07-12T03:00:00Z")]
    public void TryParse_KnownForm_GivesThePointInTime(string text, string expected)
    {
        FeedDates.TryParse(text, "test", out var stamp).ShouldBeTrue();

        stamp.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture).ShouldBe(expected);
        stamp.From.ShouldBe("test");
    }

    [Theory]
    [InlineData("")]
    [InlineData("kemarin")]
    [InlineData("Wed, 32 Jul 2023 10:00:00 GMT")]
    [InlineData("30 Feb 2023")]
    [InlineData("2023-13-01")]
    [InlineData("2023-07-12T25:00:00Z")]
    [InlineData("Wed, 12 Jul 2023 10:61:00 GMT")]
    [InlineData("03/04/2023")]
    [InlineData("--07-12")]
    [InlineData("12 Jul")]
    [InlineData("Rab, 12 Jul 2023 10:00:00 +9900")]
    [InlineData("0000-01-01")]
    [InlineData("99999999999999999999999999999")]
    [InlineData("12 Jul 2023 10:00:00 GMT and a great many words more that no date has, one after the other, on and on")]
    public void TryParse_NoDateOrAmbiguousOne_GivesNothing(string text)
    {
        FeedDates.TryParse(text, "test", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2023-07-12", StampPrecision.Day)]
    [InlineData("12 Juli 2023", StampPrecision.Day)]
    [InlineData("2023-07-12T10:00+07:00", StampPrecision.Minute)]
    [InlineData("Rabu, 12 Juli 2023 10:00 WIB", StampPrecision.Minute)]
    [InlineData("Wed, 12 Jul 2023 10:00:00 +0700", StampPrecision.Second)]
    public void TryParse_Form_TellsPrecision(string text, StampPrecision expected)
    {
        FeedDates.TryParse(text, "test", out var stamp).ShouldBeTrue();

        stamp.Precision.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_Zone_KeepsTheOffsetThatWasWritten()
    {
        FeedDates.TryParse("Rab, 12 Jul 2023 10:00:00 WITA", "test", out var stamp).ShouldBeTrue();

        stamp.Value.Offset.ShouldBe(TimeSpan.FromHours(8));
    }
}
