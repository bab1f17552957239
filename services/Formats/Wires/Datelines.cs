using System.Buffers;

namespace Sikap.Formats.Wires;

/// <summary>The place in a dateline.</summary>
internal static class Datelines
{
    private static readonly SearchValues<char> NotPlace = SearchValues.Create("(0123456789");

    /// <summary>What stands before the day and the agency, as in "BIMA, 3 Mei 2024 (KABAR) -"; null where that is nothing, as in a point in time.</summary>
    public static string? Place(string? dateline)
    {
        if (dateline is null)
        {
            return null;
        }

        var end = dateline.AsSpan().IndexOfAny(NotPlace);
        var place = (end < 0 ? dateline : dateline[..end]).Trim(' ', ',', '-', '\u2013', '\u2014', '/', '.');
        var last = place.LastIndexOf(' ');
        // "STOCKHOLM, Aug" of "STOCKHOLM, Aug 29"
        place = end >= 0 && last > 0 && place[last - 1] == ',' && WireDates.Month(place.AsSpan(last + 1)) > 0 ? place[..(last - 1)] : place;
        return place.Length == 0 ? null : place;
    }
}
