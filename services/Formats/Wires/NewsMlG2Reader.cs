using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>IPTC NewsML-G2.</summary>
internal static class NewsMlG2Reader
{
    /// <summary>The items of a newsMessage, or the one item that the document is. Concepts, plans and catalogues are no news.</summary>
    public static WireDocument Read(XElement root)
    {
        var items = root.Is("newsMessage") ? root.All("itemSet").Elements() : [root];
        var read = new List<WireItem>();
        var problems = new List<ReadingProblem>();
        foreach (var item in items)
        {
            if (item.Is("newsItem") || item.Is("packageItem"))
            {
                // A package within a message that names nothing but the message itself.
                if (item.Is("newsItem") || item.Value("guid") is not null)
                {
                    read.Add(Item(item));
                }
            }
            else if (problems.Count < FormatLimits.MaxProblems)
            {
                problems.Add(new ReadingProblem(-1, $"a {item.Name.LocalName} is no news and was left out"));
            }
        }

        return new WireDocument { Format = WireFormat.NewsMlG2, Items = read, Problems = problems };
    }

    private static WireItem Item(XElement item)
    {
        var meta = item.Child("itemMeta");
        var content = item.Child("contentMeta");
        var (text, nitf) = Text(item.Child("contentSet"));
        var created = WireDates.Read(meta.Child("versionCreated")?.Value, "g2.versionCreated");
        var first = WireDates.Read(meta.Child("firstCreated")?.Value, "g2.firstCreated") ?? WireDates.Read(content.Child("contentCreated")?.Value, "g2.contentCreated");
        var byline = Bylines.Clean(content.Child("by").Line()) ?? nitf?.Byline;
        var credit = content.Child("creditline").Line()?.Trim(' ', '-', '–', '—', '/');
        var provider = Name(meta.Child("provider"));
        var kind = item.Is("packageItem") ? WireKind.Composite : KindOf(XmlNames.Code(meta.Child("itemClass").Value("qcode") ?? meta.Child("itemClass").Value("uri")?.Replace('/', ':')));
        var status = XmlNames.Code(meta.Child("pubStatus").Value("qcode") ?? meta.Child("pubStatus").Value("uri")?.Replace('/', ':'));
        return new WireItem
        {
            Format = WireFormat.NewsMlG2,
            Id = item.Value("guid"),
            Version = item.Value("version"),
            Kind = kind,
            Status = status?.ToLowerInvariant() switch
            {
                "canceled" or "cancelled" => WireStatus.Withdrawn,
                "withheld" => WireStatus.Withheld,
                _ => WireStatus.Usable,
            },
            Headline = content.All("headline").Where(headline => headline.Value("role") is null || XmlNames.Code(headline.Value("role")) is "main" or "headline").Select(headline => headline.Line()).FirstOrDefault(line => line is not null)
                ?? nitf?.Headline ?? meta.Child("title").Line(),
            Text = text,
            Published = first ?? created,
            Updated = first is not null && created?.Value > first.Value.Value ? created : null,
            EmbargoedUntil = WireDates.Read(meta.Child("embargoed")?.Value, "g2.embargoed"),
            Byline = byline,
            Authors = Bylines.Names(byline) is { Count: > 0 } names ? names
                : nitf is { Authors.Count: > 0 } ? nitf.Authors
                : [.. content.All("creator").Select(Name).OfType<string>().Where(name => name.Contains(' ', StringComparison.Ordinal) && name != credit && name != provider)],
            Credit = string.IsNullOrEmpty(credit) ? content.All("infoSource").Select(source => source.Child("name").Line() ?? source.Value("literal")).FirstOrDefault(name => name is not null) : credit,
            Provider = provider,
            Dateline = Datelines.Place(content.Child("dateline").Line()) ?? content.Child("located", "name").Line() ?? content.Child("located").Value("literal") ?? nitf?.Dateline,
            Language = content.Child("language").Value("tag") ?? item.Value("lang"),
            Url = content.All("link").Concat(meta.All("link")).Where(link => XmlNames.Code(link.Value("rel")) is "hasPublishedVersion" or "isPublishedAs" or "canonical").Select(link => XmlNames.Web(link.Value("href"))).FirstOrDefault(uri => uri is not null),
            Urgency = XmlNames.Number(content.Child("urgency")?.Value.Trim()),
            Members = kind == WireKind.Composite
                ? [.. item.Descendants().Where(reference => reference.Is("itemRef")).Select(reference => reference.Value("residref") ?? reference.Value("guidref") ?? reference.Value("href")).OfType<string>()] : [],
        };
    }

    private static string? Name(XElement? party) => party.Child("name").Line() ?? party.Value("literal") ?? XmlNames.Code(party.Value("qcode"));

    private static WireKind KindOf(string? itemClass) => itemClass?.ToLowerInvariant() switch
    {
        "text" or null => WireKind.Text,
        "picture" or "photo" => WireKind.Picture,
        "graphic" or "animated" => WireKind.Graphic,
        "video" => WireKind.Video,
        "audio" => WireKind.Audio,
        "composite" => WireKind.Composite,
        _ => WireKind.Other,
    };

    // The renditions of the content are the same text in several forms: the first one that has any is taken.
    private static (string Text, WireItem? Nitf) Text(XElement? contentSet)
    {
        foreach (var rendition in contentSet?.Elements() ?? [])
        {
            var nitf = rendition.Is("inlineXML") ? rendition.DescendantsAndSelf().FirstOrDefault(element => element.Is("nitf")) : null;
            var story = nitf is null ? null : NitfReader.Read(nitf);
            var text = rendition.Is("inlineXML") ? story?.Text ?? Paragraphs.Of(rendition.Below("body") ?? rendition)
                : rendition.Is("inlineData") ? Inline(rendition) : "";
            if (text.Length > 0)
            {
                return (text, story);
            }
        }

        return ("", null);
    }

    private static string Inline(XElement data)
    {
        var type = data.Value("contenttype") ?? "";
        var encoding = data.Value("encoding");
        if (encoding is not null || (type.Length > 0 && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) && !type.Contains("html", StringComparison.OrdinalIgnoreCase)))
        {
            return "";
        }

        var value = data.Value.Trim();
        return type.Contains("html", StringComparison.OrdinalIgnoreCase) ? Paragraphs.OfHtml(value)
            // Text in paragraphs of HTML, lines as they were set.
            : value.StartsWith("<p", StringComparison.OrdinalIgnoreCase) ? string.Join('\n', value.Split(["<p>", "</p>", "<P>", "</P>"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => Paragraphs.OfLines(System.Net.WebUtility.HtmlDecode(part))))
            : Paragraphs.OfLines(value);
    }
}
