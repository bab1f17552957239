using System.Globalization;
using Sikap.Formats.Pages;

namespace Sikap.Formats.Tests.Pages;

/// <summary>Points in time as pages write them.</summary>
public sealed class PageDatesTests
{
    [Theory]
    [InlineData("2026-08-16T09:30:05+07:00", "2026-08-16T09:30:05+07:00")]
    [InlineData("2026-08-16T09:30:05.123Z", "2026-08-16T09:30:05+00:00")]
    [InlineData("2026-08-16 09:30:05 +0700", "2026-08-16T09:30:05+07:00")]
    [InlineData("20260816T093005Z", "2026-08-16T09:30:05+00:00")]
    [InlineData("Sun, 16 Aug 2026 09:30:05 GMT", "2026-08-16T09:30:05+00:00")]
    [InlineData("1786847405", "2026-08-16T02:30:05+00:00")]
    [InlineData("1786847405000", "2026-08-16T02:30:05+00:00")]
    [InlineData("Minggu, 16 Agustus 2026 | 09:30 WIB", "2026-08-16T09:30:00+07:00")]
    [InlineData("16 Agu 2026, 09.30 WITA", "2026-08-16T09:30:00+08:00")]
    [InlineData("Published August 16, 2026 at 9:30 p.m.", "2026-08-16T21:30:00+00:00")]
    [InlineData("16th of August 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("16. August 2026, 9:30 Uhr", "2026-08-16T09:30:00+00:00")]
    [InlineData("le 16 août 2026 à 09h30", "2026-08-16T09:30:00+00:00")]
    [InlineData("16 de agosto de 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("16 sierpnia 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("16 августа 2026, 09:30 МСК", "2026-08-16T09:30:00+00:00")]
    [InlineData("16 серпня 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("16 Ağustos 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("2026年8月16日 9:30", "2026-08-16T09:30:00+00:00")]
    [InlineData("2026년 8월 16일", "2026-08-16T00:00:00+00:00")]
    [InlineData("16 tháng 8, 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("16/8/2026, 09:30 (GMT+7)", "2026-08-16T09:30:00+07:00")]
    [InlineData("16 Aug 2026 09:30 UTC +07.00", "2026-08-16T09:30:00+07:00")]
    [InlineData("Sun Aug 16 2026 09:30:05 GMT+0700 (Western Indonesia Time)", "2026-08-16T09:30:05+07:00")]
    [InlineData("2026-08-16 09:30:05 GMT-3", "2026-08-16T09:30:05-03:00")]
    [InlineData("So 16.08.26 | 14:07 Uhr", "2026-08-16T14:07:00+00:00")]
    [InlineData("16 | 08 | 2026", "2026-08-16T00:00:00+00:00")]
    [InlineData("Rabu , 12 Jul 2023, 14:05 WIB", "2023-07-12T14:05:00+07:00")]
    [InlineData("Kota Utara - Rabu (12/7/2023) pukul 14.05 WIT", "2023-07-12T14:05:00+09:00")]
    [InlineData("Terbit: 12 Agt 2023 | 07:05 WITA", "2023-08-12T07:05:00+08:00")]
    [InlineData("Diperbarui Jum'at, 3 Nopember 2023 - 23:59", "2023-11-03T23:59:00+00:00")]
    [InlineData("08/16/2026", "2026-08-16T00:00:00+00:00")]
    public void Read_Dates_OfManyKinds(string text, string expected) =>
        PageDates.Read(text, "text")!.Value.Value.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture).ShouldBe(expected);

    [Theory]
    [InlineData("2026-08-16", StampPrecision.Day)]
    [InlineData("16 Agustus 2026", StampPrecision.Day)]
    [InlineData("16 Agustus 2026 09:30", StampPrecision.Minute)]
    [InlineData("2026-08-16T09:30:05Z", StampPrecision.Second)]
    public void Read_Dates_TellHowExactTheyAre(string text, StampPrecision precision) => PageDates.Read(text, "text")!.Value.Precision.ShouldBe(precision);

    [Theory]
    [InlineData("16 Agustus")]
    [InlineData("31 Februari 2026")]
    [InlineData("versi 1.2.3")]
    [InlineData("1234567")]
    [InlineData("2026-13-40")]
    [InlineData("Mei yang indah")]
    public void Read_WhatIsNoDate_IsNull(string text) => PageDates.Read(text, "text").ShouldBeNull();

    [Theory]
    [InlineData("https://warta.example/2026/08/16/dermaga", true)]
    [InlineData("https://warta.example/read/20260816/dermaga", true)]
    [InlineData("https://warta.example/berita/123456/dermaga", false)]
    [InlineData("https://warta.example/2026/dermaga", false)]
    public void OfAddress_DaysInAddresses(string address, bool dated) => (PageDates.OfAddress(new Uri(address))?.Value.Day == 16).ShouldBe(dated);
}
