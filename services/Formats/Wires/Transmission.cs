using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Wires;

/// <summary>
/// The text transmissions of the teleprinter age that some lines still carry: IPTC 7901 and ANPA 1312. Both frame a header, a text and a trailer with control characters; a file may hold several.
/// They give each transmission a number of its day, so that versions of a story have ids of their own.
/// </summary>
internal static partial class Transmission
{
    public const byte StartOfHeader = 0x01;
    private const byte StartOfText = 0x02;
    private const byte EndOfText = 0x03;
    private const byte EndOfTransmission = 0x04;

    // What only ANPA 1312 writes into its header: the separator behind the number, and the codes of the text's form.
    private static ReadOnlySpan<byte> AnpaMarks => [0x11, 0x12, 0x13, 0x14, 0x1F];

    // A headline of more lines is none.
    private const int MaxHeadingLines = 10;
    private const int MaxTransmissions = 10_000;

    // Headers, trailers and what stands above a text are short lines; what is longer is none of them and is not searched for what they hold.
    private const int MaxPatternChars = 512;

    private const RegexOptions Ascii = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>The items of a file.</summary>
    public static Reading<WireDocument> Read(ReadOnlySpan<byte> content)
    {
        var items = new List<WireItem>();
        var problems = new List<ReadingProblem>();
        WireFormat? format = null;
        for (var at = content.IndexOf(StartOfHeader); at >= 0;)
        {
            var message = content[(at + 1)..];
            var next = message.IndexOf(StartOfHeader);
            message = next < 0 ? message : message[..next];
            var text = message.IndexOf(StartOfText);
            var problem = text < 0 ? "the transmission has a header and no text"
                : items.Count >= MaxTransmissions ? $"more than {MaxTransmissions} transmissions; the rest was not read" : null;
            if (problem is null)
            {
                var header = message[..text];
                var rest = message[(text + 1)..];
                var end = rest.IndexOf(EndOfText);
                if (end < 0 && problems.Count < FormatLimits.MaxProblems)
                {
                    problems.Add(new ReadingProblem(at, "the text of the transmission has no end: it may be cut off"));
                }

                var anpa = header.ContainsAny(AnpaMarks);
                format ??= anpa ? WireFormat.Anpa1312 : WireFormat.Iptc7901;
                var trailer = end < 0 ? "" : Decode(Before(rest[(end + 1)..], EndOfTransmission));
                var body = Decode(end < 0 ? Before(rest, EndOfTransmission) : rest[..end]);
                items.Add(anpa ? Anpa(Decode(header), body, trailer) : Iptc(Decode(header), body, trailer));
            }
            else if (problems.Count < FormatLimits.MaxProblems)
            {
                problems.Add(new ReadingProblem(at, problem));
            }

            at = next < 0 ? -1 : at + 1 + next;
        }

        return items.Count == 0 ? problems[0] : new WireDocument { Format = format!.Value, Items = items, Problems = problems };
    }

    private static ReadOnlySpan<byte> Before(ReadOnlySpan<byte> bytes, byte end) => bytes.IndexOf(end) is >= 0 and var at ? bytes[..at] : bytes;

    private static string Decode(ReadOnlySpan<byte> bytes) => TextDecoding.Decode(bytes, null).Text;

    // ---- IPTC 7901 ----

    [GeneratedRegex(@"^(?<number>[A-Za-z]{1,5}\d{1,6})\s+(?<urgency>[1-9])\s+(?<category>\S+)\s+(?<words>\d+)(\s+\S+)??(\s+(?<source>[A-Za-z][\w-]*)\s+\d+)?\s*$", Ascii, 1000)]
    private static partial Regex IptcHeader();

    [GeneratedRegex(@"(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)\s*(?<zone>GMT|UTC|Z)\s+(?<month>\p{L}{3,})\.?\s*(?<year>\d{4}|\d\d)", Ascii, 1000)]
    private static partial Regex IptcTrailer();

    // What editors write above a headline.
    [GeneratedRegex(@"^(\d+(ST|ND|RD|TH)\s+)?(LEAD|LD|UPDATE|EXTRA|URGENT|FLASH|BULLETIN|ALERT|REFILE|REPEAT|ROUNDUP|WRITETHRU|CORRECTION|CORRECTED|CORRECTIVE|RALAT|KILL|WITHDRAWAL|WITHDRAWN|DITARIK|ADVISORY|PREVIEW|FEATURE|INTERVIEW|ANALYSIS|PROFILE|BACKGROUND)(\s+\d+)?([\s,-]+(\d+(ST|ND|RD|TH)\s+)?(LEAD|LD|UPDATE|ROUNDUP|WRITETHRU))*\s*[:=]?$", Ascii, 1000)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"\b(KILL|WITHDRAWAL|WITHDRAWN|DITARIK)\b", Ascii, 1000)]
    private static partial Regex Kill();

    // "Munich (dpa) - ", "BUENOS AIRES, Argentina (AP) — "
    [GeneratedRegex(@"^(?<place>\p{Lu}[\p{L} .,'/-]{1,60}?)\s*\((?<agency>[\p{L}/ -]{2,30})\)\s*[-–—_]", Ascii, 1000)]
    private static partial Regex Dateline();

    // Agencies put contacts and credits for editors at the end, under a line that says so.
    [GeneratedRegex(@"^.*\b(not (intended )?for publication|bukan untuk (dipublikasikan|publikasi))\b.*$", Ascii | RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ForEditors();

    private static WireItem Iptc(string header, string text, string trailer)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var first = 0;
        while (first < lines.Length && lines[first].AsSpan().Trim().IsEmpty)
        {
            first++;
        }

        var marks = new List<string>();
        var headline = new List<string>();
        string? byline = null;
        var at = first;
        for (; at < lines.Length && at - first < MaxHeadingLines && !lines[at].AsSpan().Trim().IsEmpty; at++)
        {
            var line = lines[at].Trim();
            var last = line.EndsWith('=');
            line = line.TrimEnd('=', ' ');
            if (byline is not null)
            {
                byline = $"{byline} {line}";
            }
            else if (headline.Count == 0 && VersionLine().IsMatch(Short(line)))
            {
                marks.Add(line);
            }
            else if (headline.Count > 0 && Bylines.Clean(line) is { } clean && clean != line)
            {
                byline = clean;
            }
            else
            {
                headline.Add(line);
            }

            if (last)
            {
                at++;
                break;
            }
        }

        var body = string.Join('\n', lines[at..]);
        if (ForEditors().Match(body) is { Success: true } editors)
        {
            body = body[..editors.Index].TrimEnd('*', ' ', '\n');
        }

        var head = IptcHeader().Match(Short(header.Trim().ReplaceLineEndings("\n").Split('\n')[0].Trim()));
        var stamp = IptcTrailer().Match(Short(trailer));
        var published = stamp.Success ? IptcStamp(stamp) : null;
        var paragraphs = Paragraphs.OfLines(body);
        var dateline = Dateline().Match(Short(paragraphs));
        return new WireItem
        {
            Format = WireFormat.Iptc7901,
            Kind = WireKind.Text,
            Id = head.Success ? Numbered(head.Groups["number"].Value, published) : null,
            Version = marks.Count == 0 ? null : string.Join(' ', marks),
            Status = marks.Any(Kill().IsMatch) ? WireStatus.Withdrawn : WireStatus.Usable,
            Headline = headline.Count == 0 ? null : string.Join(' ', headline),
            Text = paragraphs,
            Published = published,
            Byline = byline,
            Authors = Bylines.Names(byline),
            Credit = dateline.Success ? dateline.Groups["agency"].Value : null,
            Provider = head.Groups["source"] is { Success: true, Value: var source } ? source : dateline.Success ? dateline.Groups["agency"].Value : null,
            Dateline = dateline.Success ? dateline.Groups["place"].Value : null,
            Urgency = head.Success ? XmlNames.Number(head.Groups["urgency"].Value) : null,
        };
    }

    private static Stamp? IptcStamp(Match stamp)
    {
        var year = Figures(stamp, "year");
        return WireDates.Of(year < 100 ? WireDates.Century(year) : year, WireDates.Month(stamp.Groups["month"].ValueSpan), Figures(stamp, "day"), Figures(stamp, "hour"), Figures(stamp, "minute"), "iptc7901.trailer");
    }

    // ---- ANPA 1312 ----

    [GeneratedRegex(@"^(?<number>[A-Za-z]\d{3,4})\s+(?<selector>\S+)\s+(?<priority>[a-z])\s+(?<category>[a-z])\s+(?<keyword>\S.*?)\s+(?<month>\d\d?)-(?<day>\d\d?)(\s+(?<words>\d+))?$", Ascii, 1000)]
    private static partial Regex AnpaHeader();

    [GeneratedRegex(@"(?<provider>[A-Z]{2,8})-(\S*-)?(?<month>\d\d)-(?<day>\d\d)-(?<year>\d\d)\s+(?<hour>\d\d)(?<minute>\d\d)GMT", Ascii, 1000)]
    private static partial Regex AnpaTrailer();

    [GeneratedRegex(@"\d+(st|nd|rd|th)\s*Ld(-Writethru)?|\bWrite-?thru\b|\bCorrecti(on|ve)\b|\bKill\b|\bWithdrawal\b", Ascii | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex AnpaVersion();

    // Lines for editors and pictures among those above the text.
    [GeneratedRegex(@"^(Eds?[:.]|Editors?:|ADVISORY|\S+ (Photos?|Graphics?|Videos?|Audio)\b)", Ascii, 1000)]
    private static partial Regex AnpaNote();

    [GeneratedRegex(@"\b(Writer|Press|Correspondent|Editor|News|Agency|Reporter|Columnist|Staff)\b", Ascii, 1000)]
    private static partial Regex Affiliation();

    [GeneratedRegex(@",\s*\d*$", Ascii, 1000)]
    private static partial Regex WordCount();

    // From the alphabet of priorities to the figures that all other formats use.
    private static int AnpaUrgency(char priority) => priority switch
    {
        'f' => 1,
        'b' => 2,
        'u' => 3,
        'r' => 4,
        'd' => 5,
        _ => 6,
    };

    private static WireItem Anpa(string header, string text, string trailer)
    {
        var headings = new List<string>();
        var body = new StringBuilder();
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            // A circumflex begins what stands above the text or between its parts, a tabulator a paragraph; '<' and '=' end a line.
            foreach (var line in raw.StartsWith('^') ? raw.Split("< ^", StringSplitOptions.None) : [raw])
            {
                var clean = Typeset(line);
                if (line.StartsWith('^') || (raw.StartsWith('^') && clean.Length > 0))
                {
                    if (body.Length == 0)
                    {
                        headings.Add(clean);
                    }
                    else
                    {
                        body.Append("\n\n").Append(clean).Append("\n\n");
                    }
                }
                else
                {
                    body.Append(line.Length > 0 && line[0] is '\t' or '\b' ? "\n\n" : body.Length > 0 ? "\n" : "").Append(clean);
                }
            }
        }

        var slug = headings.FirstOrDefault(heading => heading.Any(char.IsLetter));
        var rest = headings.SkipWhile(heading => heading != slug).Skip(1).ToList();
        string? headline = null, byline = null;
        var nothingBelow = body.ToString().AsSpan().Trim().IsEmpty;
        var above = new StringBuilder();
        foreach (var heading in rest)
        {
            if (AnpaNote().IsMatch(Short(heading)))
            {
                continue;
            }

            if (byline is null && Bylines.Clean(heading) is { } clean && clean != heading)
            {
                byline = clean;
            }
            else if (headline is null)
            {
                headline = heading;
            }
            else if (nothingBelow || (byline is not null && !Affiliation().IsMatch(Short(heading))))
            {
                above.Append(heading).Append("\n\n");
            }
        }

        var head = AnpaHeader().Match(Short(Typeset(header)));
        var stamp = AnpaTrailer().Match(Short(trailer));
        var published = !stamp.Success ? null
            : WireDates.Of(WireDates.Century(Figures(stamp, "year")), Figures(stamp, "month"), Figures(stamp, "day"), Figures(stamp, "hour"), Figures(stamp, "minute"), "anpa1312.trailer");
        var paragraphs = Paragraphs.OfLines(above.Append(body).ToString());
        var dateline = Dateline().Match(Short(paragraphs));
        var version = AnpaVersion().Match(Short(slug ?? ""));
        var provider = stamp.Success ? stamp.Groups["provider"].Value : dateline.Success ? dateline.Groups["agency"].Value : null;
        return new WireItem
        {
            Format = WireFormat.Anpa1312,
            Kind = WireKind.Text,
            Id = head.Success ? Numbered(head.Groups["number"].Value, published) : null,
            Version = version.Success ? version.Value : null,
            Status = version.Success && Kill().IsMatch(version.Value.ToUpperInvariant()) ? WireStatus.Withdrawn : WireStatus.Usable,
            Headline = headline ?? (slug is null ? null : WordCount().Replace(Short(slug), "")),
            Text = paragraphs,
            Published = published,
            Byline = byline,
            Authors = Bylines.Names(byline),
            Credit = dateline.Success ? dateline.Groups["agency"].Value : provider,
            Provider = provider,
            Dateline = dateline.Success ? dateline.Groups["place"].Value : null,
            Urgency = head.Success ? AnpaUrgency(head.Groups["priority"].Value[0]) : null,
        };
    }

    // Typesetters had no quotation marks and no dash.
    private static string Typeset(string line)
    {
        var text = new StringBuilder(line.Length);
        foreach (var c in line.AsSpan().TrimStart("^\b\t ").TrimEnd("<= \t"))
        {
            text.Append(char.IsControl(c) ? ' ' : c);
        }

        return string.Join(' ', text.Replace("``", "\u201C").Replace("''", "\u201D").Replace(" _ ", " \u2014 ").ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Short(string text) => text.Length <= MaxPatternChars ? text : text[..MaxPatternChars];

    private static int Figures(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Numbered(string number, Stamp? day) => day is { } known ? string.Create(CultureInfo.InvariantCulture, $"{number}:{known.Value:yyyy-MM-dd}") : number;
}
