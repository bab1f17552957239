using System.Text.Json;

namespace Sikap.Formats.Wires;

/// <summary>
/// IPTC ninjs. Versions differ in names (<c>versioncreated</c>, <c>versionCreated</c>) and in whether a headline and a body are one value or a list of them; all are read by one set of rules.
/// Lists and the envelopes of delivery services around items are opened.
/// </summary>
internal static class NinjsReader
{
    // An item below the answer of a service, its data, a list, a wrapper of one item.
    private const int MaxEnvelopes = 5;
    private const int MaxItems = 10_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Where services put their items.</summary>
    private static readonly string[] Envelopes = ["item", "items", "_items", "data"];

    /// <summary>The items of a document, or why it is none.</summary>
    public static Reading<WireDocument> Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > FormatLimits.MaxXmlChars)
        {
            return new ReadingProblem(FormatLimits.MaxXmlChars, $"is longer than {FormatLimits.MaxXmlChars} bytes");
        }

        var items = new List<WireItem>();
        try
        {
            using var document = JsonDocument.Parse(TextDecoding.Decode(content, "application/json").Text, Options);
            Collect(document.RootElement, 0, items);
        }
        catch (JsonException exception)
        {
            return new ReadingProblem(-1, $"is no JSON: {exception.Message}");
        }

        return items.Count == 0 ? new ReadingProblem(0, "is no wire: JSON without an item that has an identifier and a headline or body") : new WireDocument { Format = WireFormat.Ninjs, Items = items };
    }

    private static void Collect(JsonElement element, int depth, List<WireItem> items)
    {
        if (depth > MaxEnvelopes || items.Count >= MaxItems)
        {
            return;
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var child in element.EnumerateArray())
            {
                Collect(child, depth + 1, items);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var members = Members(element);
            if (IsItem(members))
            {
                items.Add(Item(members));
                return;
            }

            foreach (var name in Envelopes)
            {
                if (element.TryGetProperty(name, out var inner))
                {
                    Collect(inner, depth + 1, items);
                }
            }
        }
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members.TryAdd(member.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant(), member.Value);
        }

        return members;
    }

    private static bool IsItem(Dictionary<string, JsonElement> members) =>
        (members.ContainsKey("uri") || members.ContainsKey("guid"))
        && (members.ContainsKey("headline") || members.ContainsKey("headlines") || members.ContainsKey("bodies") || members.ContainsKey("versioncreated")
            || members.Keys.Any(name => name is "bodytext" or "bodyhtml" or "bodyxhtml"));

    private static WireItem Item(Dictionary<string, JsonElement> members)
    {
        var created = WireDates.Read(Text(members, "versioncreated"), "ninjs.versioncreated");
        var first = WireDates.Read(Text(members, "firstcreated"), "ninjs.firstcreated") ?? WireDates.Read(Text(members, "contentcreated"), "ninjs.contentcreated");
        var byline = Bylines.Clean(Text(members, "byline") ?? Text(members, "by"));
        var named = Objects(members, "authors").Concat(Objects(members, "people").Where(person => Text(Members(person), "rel") is "author" or "byline")).Select(author => Text(Members(author), "name")).OfType<string>().ToList();
        var id = Text(members, "guid") ?? Text(members, "uri");
        var source = Text(members, "creditline") ?? Text(members, "source") ?? Objects(members, "infosource").Concat(Objects(members, "infosources")).Select(info => Text(Members(info), "name")).FirstOrDefault(name => name is not null);
        var altids = members.TryGetValue("altids", out var ids) && ids.ValueKind == JsonValueKind.Object ? Members(ids) : null;
        return new WireItem
        {
            Format = WireFormat.Ninjs,
            // An address of the delivery changes with each call; the item's own number does not.
            Id = (altids is null ? null : Text(altids, "itemid")) ?? id,
            Version = Text(members, "version"),
            Kind = KindOf(Text(members, "type")),
            Status = Text(members, "pubstatus")?.ToLowerInvariant() switch
            {
                "canceled" or "cancelled" => WireStatus.Withdrawn,
                "withheld" => WireStatus.Withheld,
                _ => WireStatus.Usable,
            },
            Headline = OneLine(Text(members, "headline") ?? Chosen(members, "headlines").Value ?? Text(members, "title")),
            Text = Body(members),
            Published = first ?? created,
            Updated = first is not null && created?.Value > first.Value.Value ? created : null,
            EmbargoedUntil = WireDates.Read(Text(members, "embargoed") ?? Text(members, "embargo"), "ninjs.embargoed"),
            Byline = byline,
            Authors = named.Count > 0 ? named : Bylines.Names(byline),
            Credit = source,
            Provider = Text(members, "provider") ?? Text(members, "copyrightholder") ?? source,
            Dateline = Text(members, "located") ?? Objects(members, "datelinelocation").Select(place => Text(Members(place), "city")).FirstOrDefault(city => city is not null),
            Language = Text(members, "language"),
            Url = XmlNames.Web(Text(members, "url")) ?? XmlNames.Web(Text(members, "canonicalurl")) ?? XmlNames.Web(id),
            Urgency = XmlNames.Number(Text(members, "urgency")),
            Members = KindOf(Text(members, "type")) == WireKind.Composite ? [.. Associations(members)] : [],
        };
    }

    // The forms of the body are the same text: the one with paragraphs is taken.
    private static string Body(Dictionary<string, JsonElement> members)
    {
        if ((Text(members, "bodyxhtml") ?? Text(members, "bodyhtml")) is { Length: > 0 } html && Paragraphs.OfHtml(html) is { Length: > 0 } marked)
        {
            return marked;
        }

        if (Text(members, "bodytext") is { Length: > 0 } plain)
        {
            return Paragraphs.OfLines(plain);
        }

        var (value, type) = Chosen(members, "bodies");
        return value is null ? "" : type?.Contains("html", StringComparison.OrdinalIgnoreCase) == true || (type is null && value.Contains("</", StringComparison.Ordinal)) ? Paragraphs.OfHtml(value) : Paragraphs.OfLines(value);
    }

    // Of a list of headlines or bodies the main one, else the first.
    private static (string? Value, string? Type) Chosen(Dictionary<string, JsonElement> members, string name)
    {
        (string? Value, string? Type) chosen = default;
        foreach (var entry in Objects(members, name).Select(Members))
        {
            if (Text(entry, "value") is not { Length: > 0 } value)
            {
                continue;
            }

            var type = Text(entry, "contenttype");
            if (Text(entry, "role")?.ToLowerInvariant() is "main" or "headline" or "body")
            {
                return (value, type);
            }

            chosen = chosen.Value is null ? (value, type) : chosen;
        }

        return chosen;
    }

    private static IEnumerable<JsonElement> Objects(Dictionary<string, JsonElement> members, string name) =>
        !members.TryGetValue(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object)
        : value.ValueKind == JsonValueKind.Object ? [value] : [];

    private static IEnumerable<string> Associations(Dictionary<string, JsonElement> members) =>
        !members.TryGetValue("associations", out var value) ? []
        : (value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(member => member.Value) : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [])
            .Where(entry => entry.ValueKind == JsonValueKind.Object).Select(Members).Select(entry => Text(entry, "uri") ?? Text(entry, "guid")).OfType<string>();

    private static string? Text(Dictionary<string, JsonElement> members, string name) => !members.TryGetValue(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => Trimmed(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    // Half of a surrogate pair cannot be read as a string.
    private static string? Trimmed(JsonElement value)
    {
        try
        {
            return value.GetString()!.Trim() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? OneLine(string? headline) => headline is null ? null : Paragraphs.OfHtml(headline).Replace('\n', ' ') is { Length: > 0 } line ? line : null;

    private static WireKind KindOf(string? type) => type?.ToLowerInvariant() switch
    {
        "text" or "story" or "advisory" or null => WireKind.Text,
        "picture" or "photo" => WireKind.Picture,
        "graphic" => WireKind.Graphic,
        "video" => WireKind.Video,
        "audio" => WireKind.Audio,
        "composite" => WireKind.Composite,
        _ => WireKind.Other,
    };
}
