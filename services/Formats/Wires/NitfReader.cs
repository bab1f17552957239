using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>NITF 3.x (IPTC/NAA). Also the body of items of NewsML.</summary>
internal static class NitfReader
{
    /// <summary>The item of a nitf element.</summary>
    public static WireItem Read(XElement nitf)
    {
        var head = nitf.Child("head");
        var data = head.Child("docdata");
        var bodyHead = nitf.Child("body", "body.head");
        var issued = WireDates.Read(data.Child("date.issue").Value("norm"), "nitf.date.issue")
            ?? WireDates.Read(bodyHead.Child("dateline", "story.date").Value("norm"), "nitf.story.date")
            ?? WireDates.Read(head.Child("pubdata").Value("date.publication"), "nitf.date.publication");
        var released = WireDates.Read(data.Child("date.release").Value("norm"), "nitf.date.release");
        var byline = bodyHead.Child("byline");
        var names = byline.All("person").Select(person => person.Line()).OfType<string>().ToList();
        // The writer's title stands within the byline.
        var line = Bylines.Clean(string.Join(' ', byline?.Nodes().Where(node => node is XText or XElement { Name.LocalName: not "byttl" }).Select(node => node is XElement element ? element.Value : ((XText)node).Value) ?? []).Replace('\n', ' '));
        var key = data.Child("du-key");
        var status = data.Value("management-status")?.ToLowerInvariant();
        return new WireItem
        {
            Format = WireFormat.Nitf,
            Kind = WireKind.Text,
            Id = data.Child("doc-id").Value("id-string"),
            Version = key.Value("generation") is { } generation && key.Value("version") is { } version ? $"{generation}.{version}" : key.Value("version") ?? key.Value("generation"),
            Status = status switch
            {
                "canceled" or "cancelled" or "killed" or "withdrawn" => WireStatus.Withdrawn,
                "withheld" => WireStatus.Withheld,
                // Without a time that ends it, an embargo ends when someone says so.
                "embargoed" when released is null => WireStatus.Withheld,
                _ => WireStatus.Usable,
            },
            Headline = bodyHead.Child("hedline", "hl1").Line() ?? head.Child("title").Line() ?? bodyHead.Child("hedline").Line(),
            Text = Paragraphs.Of(nitf.Child("body", "body.content")),
            Published = issued ?? released,
            EmbargoedUntil = status == "embargoed" || released?.Value > issued?.Value ? released : null,
            Byline = line,
            Authors = names.Count > 0 ? [.. names.SelectMany(name => Bylines.Names(name) is { Count: > 0 } parts ? parts : [name])] : Bylines.Names(line),
            Credit = bodyHead.Child("distributor").Line(),
            Provider = bodyHead.Child("distributor").Line() ?? data.Child("doc.copyright").Value("holder") ?? data.Child("doc-id").Value("regsrc"),
            Dateline = Place(bodyHead.Child("dateline")),
            Language = (nitf.Value("baselang") ?? nitf.Value("lang"))?.Trim(),
            Url = XmlNames.Web(head.Child("pubdata").Value("ex-ref")),
            Urgency = XmlNames.Number(data.Child("urgency").Value("ed-urg") ?? head.Child("urgency").Value("ed-urg")),
        };
    }

    // City, state and country have elements of their own; some write the line as it is printed.
    private static string? Place(XElement? dateline)
    {
        var location = dateline.Child("location");
        return location.Child("city").Line() ?? location.Line() ?? (dateline is null || dateline.Elements().Any() ? null : dateline.Line());
    }
}
