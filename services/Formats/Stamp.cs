namespace Sikap.Formats;

/// <summary>How exactly a <see cref="Stamp"/> is known.</summary>
public enum StampPrecision
{
    Day,
    Minute,
    Second,
}

/// <summary>A point in time as a document gave it.</summary>
/// <param name="Value">With the offset the document gave; the offset is zero where it gave none and none follows from the place. Of a day alone: its midnight.</param>
/// <param name="Precision">What of the value is known.</param>
/// <param name="From">Where it was read, as a short dotted name, for example <c>json-ld.datePublished</c>, <c>meta.article:published_time</c>, <c>time</c>, <c>text</c>, <c>url</c>, <c>rss.pubDate</c>.</param>
public readonly record struct Stamp(DateTimeOffset Value, StampPrecision Precision, string From)
{
    /// <summary>True where a page gives the time of a clock and not its zone, so that the offset of <see cref="Value"/> says nothing; readers of feeds, wires and archives, whose formats have rules for that, leave it false.</summary>
    public bool IsZoneUnknown { get; init; }
}
