using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>IPTC NewsML 1.0 to 1.2.</summary>
internal static class NewsMl1Reader
{
    /// <summary>The items of a NewsML element.</summary>
    public static WireDocument Read(XElement root) => new()
    {
        Format = WireFormat.NewsMl1,
        Items = [.. root.All("NewsItem").Select(item => Item(root, item))],
    };

    private static WireItem Item(XElement root, XElement item)
    {
        var identifier = item.Child("Identification", "NewsIdentifier");
        var management = item.Child("NewsManagement");
        var contents = item.Descendants().Where(element => element.Is("ContentItem")).ToList();
        var story = contents.Select(content => (Content: content, Text: Text(content))).FirstOrDefault(candidate => candidate.Text.Length > 0);
        var kind = story.Content is not null ? WireKind.Text : contents.Count == 0 ? WireKind.Composite : KindOf(contents[0].Child("MediaType").Value("FormalName"));
        // The lines of the component that holds the text, or of one around it.
        var component = story.Content?.Ancestors().FirstOrDefault(element => element.Is("NewsComponent") && element.Child("NewsLines", "HeadLine") is not null) ?? item.Below("NewsComponent");
        var lines = component.Child("NewsLines");
        var administration = component.Child("AdministrativeMetadata");
        var nitf = story.Content.Below("nitf") is { } element ? NitfReader.Read(element) : null;
        var first = WireDates.Read(management.Child("FirstCreated")?.Value, "newsml.FirstCreated");
        var revised = WireDates.Read(management.Child("ThisRevisionCreated")?.Value, "newsml.ThisRevisionCreated");
        var published = first ?? revised ?? WireDates.Read(identifier.Child("DateId")?.Value, "newsml.DateId") ?? WireDates.Read(root.Child("NewsEnvelope", "DateAndTime")?.Value, "newsml.DateAndTime");
        var status = management.Child("Status").Value("FormalName")?.ToLowerInvariant();
        var release = WireDates.Read(management.Child("StatusWillChange", "DateAndTime")?.Value, "newsml.StatusWillChange");
        var byline = Bylines.Clean(lines.Child("ByLine").Line()) ?? nitf?.Byline;
        return new WireItem
        {
            Format = WireFormat.NewsMl1,
            Id = Id(identifier),
            Version = identifier.Child("RevisionId").Line(),
            Kind = kind,
            Status = status switch
            {
                "canceled" or "cancelled" => WireStatus.Withdrawn,
                "withheld" => WireStatus.Withheld,
                "embargoed" when release is null => WireStatus.Withheld,
                _ => WireStatus.Usable,
            },
            Headline = lines.Child("HeadLine").Line() ?? nitf?.Headline,
            Text = story.Text ?? "",
            Published = published,
            Updated = revised?.Value > published?.Value ? revised : null,
            EmbargoedUntil = status == "embargoed" ? release : null,
            Byline = byline,
            Authors = Bylines.Names(byline) is { Count: > 0 } names ? names : nitf?.Authors ?? [],
            Credit = lines.Child("CreditLine").Line() ?? Party(administration.Child("Source")),
            Provider = Party(administration.Child("Provider")) ?? identifier.Child("ProviderId").Line(),
            Dateline = Datelines.Place(lines.Child("DateLine").Line()) ?? nitf?.Dateline,
            Language = (component.Child("DescriptiveMetadata", "Language").Value("FormalName") ?? item.Value("lang"))?.ToLowerInvariant(),
            Urgency = XmlNames.Number(management.Child("Urgency").Value("FormalName")),
            Members = kind == WireKind.Composite ? [.. item.Descendants().Where(element => element.Is("NewsItemRef")).Select(reference => reference.Value("NewsItem")).OfType<string>()] : [],
        };
    }

    // The public identifier ends in the revision; the others are the same for all of them.
    private static string? Id(XElement? identifier)
    {
        var parts = new[] { identifier.Child("ProviderId").Line(), identifier.Child("DateId").Line(), identifier.Child("NewsItemId").Line() };
        return parts.All(part => part is not null) ? $"urn:newsml:{string.Join(':', parts)}" : identifier.Child("PublicIdentifier").Line();
    }

    private static string? Party(XElement? element) => element.Child("Party").Value("FormalName") ?? element.Child("Party", "Property").Value("Value");

    private static string Text(XElement content)
    {
        var media = content.Child("MediaType").Value("FormalName");
        var data = content.Child("DataContent");
        if (data is null || (media is not null && !media.Contains("text", StringComparison.OrdinalIgnoreCase)) || content.Child("Encoding") is not null)
        {
            return "";
        }

        if (data.Elements().Any())
        {
            return Paragraphs.Of(data.Below("body.content") ?? data.Below("body") ?? data);
        }

        var value = data.Value;
        return value.Contains("</", StringComparison.Ordinal) || value.Contains("<p", StringComparison.OrdinalIgnoreCase) ? Paragraphs.OfHtml(value) : Paragraphs.OfLines(value);
    }

    private static WireKind KindOf(string? media) => media?.ToLowerInvariant() switch
    {
        "text" or "complextext" => WireKind.Text,
        "photo" or "picture" or "image" => WireKind.Picture,
        "graphic" or "animation" => WireKind.Graphic,
        "video" => WireKind.Video,
        "audio" => WireKind.Audio,
        _ => WireKind.Other,
    };
}
