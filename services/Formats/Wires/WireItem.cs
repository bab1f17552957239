namespace Sikap.Formats.Wires;

/// <summary>A format that news agencies deliver in.</summary>
public enum WireFormat
{
    /// <summary>IPTC NewsML-G2: newsItem, packageItem, newsMessage.</summary>
    NewsMlG2,

    /// <summary>IPTC NewsML 1.0 to 1.2.</summary>
    NewsMl1,

    /// <summary>IPTC/NAA News Industry Text Format 3.</summary>
    Nitf,

    /// <summary>IPTC ninjs 1, 2 and 3: news in JSON.</summary>
    Ninjs,

    /// <summary>IPTC 7901 text transmission.</summary>
    Iptc7901,

    /// <summary>ANPA 1312 wire service transmission.</summary>
    Anpa1312,
}

/// <summary>What an item is made of.</summary>
public enum WireKind
{
    Text,
    Picture,
    Graphic,
    Video,
    Audio,

    /// <summary>A package: a list of other items.</summary>
    Composite,
    Other,
}

/// <summary>What its agency allows.</summary>
public enum WireStatus
{
    Usable,

    /// <summary>Not to be published until told otherwise.</summary>
    Withheld,

    /// <summary>Withdrawn ("kill"): not to be published any more.</summary>
    Withdrawn,
}

/// <summary>One item of a wire in the terms that all formats share. Null means that the item does not tell.</summary>
public sealed record WireItem
{
    public required WireFormat Format { get; init; }

    /// <summary>The same for all versions of an item; with the day in it where the format numbers items of a day only.</summary>
    public string? Id { get; init; }

    /// <summary>Its version as the agency counts or names it, such as <c>3</c> or <c>2ND LEAD</c>.</summary>
    public string? Version { get; init; }

    public required WireKind Kind { get; init; }

    public WireStatus Status { get; init; }

    public string? Headline { get; init; }

    /// <summary>The story's paragraphs, one a line; empty where the item has no text of its own.</summary>
    public string Text { get; init; } = "";

    /// <summary>When the item was first issued.</summary>
    public Stamp? Published { get; init; }

    /// <summary>When this version was made, where that is later.</summary>
    public Stamp? Updated { get; init; }

    /// <summary>Not to be published before.</summary>
    public Stamp? EmbargoedUntil { get; init; }

    /// <summary>The line with the writers as it stands there, without "By".</summary>
    public string? Byline { get; init; }

    /// <summary>The writers' names.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Who is to be named as the source, such as <c>AFP</c> or <c>AFP/ANTARA</c>.</summary>
    public string? Credit { get; init; }

    /// <summary>Who delivered the item: a name or a domain.</summary>
    public string? Provider { get; init; }

    /// <summary>The place of a dateline.</summary>
    public string? Dateline { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>Absolute address under which the item is published.</summary>
    public Uri? Url { get; init; }

    /// <summary>From 1 (flash) to 9; 5 is normal.</summary>
    public int? Urgency { get; init; }

    /// <summary>Ids of the items of a package.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];
}

/// <summary>A document of a wire.</summary>
public sealed record WireDocument
{
    public required WireFormat Format { get; init; }

    public required IReadOnlyList<WireItem> Items { get; init; }

    /// <summary>What was broken and read all the same, or left out.</summary>
    public IReadOnlyList<ReadingProblem> Problems { get; init; } = [];
}
