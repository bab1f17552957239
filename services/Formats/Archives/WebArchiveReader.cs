using System.Globalization;
using System.Text;

namespace Sikap.Formats.Archives;

/// <summary>
/// Reads WARC 0.17 to 1.1 and ARC 1 and 2, plain, packed record by record or as a whole. One record is in memory at a time. What cannot be read is reported with its offset and passed over: reading goes on at the next
/// place that looks like a record. Not thread-safe.
/// </summary>
/// <remarks>ISO 28500 (WARC) and the ARC file format of the Internet Archive.</remarks>
public sealed class WebArchiveReader : IDisposable
{
    private const int ArcDateDigits = 14;

    // "\r\n\r\n" ends a record; writers add or lose a line now and then.
    private const int MaxBlankBytes = 64;
    private const int SkipBytes = 64 * 1024;
    private const string DamagedMember = "the gzip member that holds the record is damaged";

    private readonly Stream _stream;
    private readonly ArchiveLimits _limits;
    private readonly UnpackedInput _input;
    private readonly Queue<ReadingProblem> _problems;
    private bool? _arc;
    private int _arcVersion = 1;
    private int _advance;

    /// <summary>Reads <paramref name="stream"/> from where it stands; it stays open.</summary>
    public WebArchiveReader(Stream stream, ArchiveLimits? limits = null)
    {
        _stream = stream;
        _limits = limits ?? ArchiveLimits.Default;
        _input = new UnpackedInput(stream, _limits, BeginsRecord);
        _problems = _input.Problems;
    }

    /// <summary>Bytes of the file that were taken so far; some of them are still to be read.</summary>
    public long BytesRead => _input.BytesRead;

    /// <summary>True when <paramref name="bytes"/>, unpacked, begin with a WARC or ARC record.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => IsWarcStart(bytes) || bytes.StartsWith("filedesc:"u8);

    /// <summary>The problems met since this was asked last, in the order of the file.</summary>
    public IReadOnlyList<ReadingProblem> TakeProblems()
    {
        if (_problems.Count == 0)
        {
            return [];
        }

        ReadingProblem[] taken = [.. _problems];
        _problems.Clear();
        return taken;
    }

    /// <summary>The next record, or null at the end of the file. One with a <see cref="WebRecord.Problem"/> is returned too.</summary>
    public WebRecord? Read()
    {
        _input.Advance(_advance);
        _advance = 0;
        while (true)
        {
            SkipBlank();
            if (!_input.Ensure(1))
            {
                return null;
            }

            _input.Ensure("filedesc:".Length);
            _arc ??= _input.Window.StartsWith("filedesc:"u8);
            if (!_arc.Value && !IsWarcStart(_input.Window))
            {
                NoRecord();
                continue;
            }

            if ((_arc.Value ? ReadArc() : ReadWarc()) is { } record)
            {
                return record;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    private static bool IsWarcStart(ReadOnlySpan<byte> bytes) => bytes.Length > 5 && bytes.StartsWith("WARC/"u8) && char.IsAsciiDigit((char)bytes[5]);

    private bool BeginsRecord(ReadOnlySpan<byte> bytes) => _arc switch
    {
        true => ArcLine(bytes) is not null,
        false => IsWarcStart(bytes),
        null => Begins(bytes) || ArcLine(bytes) is not null,
    };

    private void SkipBlank()
    {
        while (_input.Ensure(1))
        {
            var blank = _input.Window.IndexOfAnyExcept((byte)'\r', (byte)'\n');
            if (blank == 0)
            {
                return;
            }

            _input.Advance(blank < 0 ? _input.Window.Length : blank);
        }
    }

    private void Report(string message)
    {
        var (file, inner) = _input.Place;
        _problems.Enqueue(new ReadingProblem(file, inner == 0 ? message : string.Create(CultureInfo.InvariantCulture, $"{message} (byte {inner} of the unpacked member)")));
    }

    private void NoRecord()
    {
        Report("no record begins here; passed over up to the next one");
        Resynchronise(1);
    }

    // Moves to the next place where a record begins, at least "from" bytes on.
    private void Resynchronise(int from)
    {
        _input.Ensure(from);
        _input.Advance(Math.Min(from, _input.Window.Length));
        while (true)
        {
            var window = _input.Window;
            var at = FindRecord(window);
            if (at >= 0)
            {
                _input.Advance(at);
                return;
            }

            // A line of ARC has to be there as a whole before it can be known for one.
            var keep = Math.Min(window.Length, _arc == true ? Math.Min(_limits.MaxHeaderBytes, window.Length - 1 - window.LastIndexOf((byte)'\n')) : "\nWARC/1".Length);
            _input.Advance(window.Length - keep);
            if (!_input.Fill())
            {
                at = FindRecord(_input.Window);
                _input.Advance(at >= 0 ? at : _input.Window.Length);
                return;
            }
        }
    }

    private int FindRecord(ReadOnlySpan<byte> window)
    {
        var cut = _input.NextCut;
        if (_input.AtSeam && BeginsRecord(window))
        {
            return 0;
        }

        for (var from = 0; ;)
        {
            var found = _arc == true ? window[from..].IndexOf((byte)'\n') : window[from..].IndexOf("\nWARC/"u8);
            if (found < 0)
            {
                break;
            }

            var at = from + found + 1;
            if (cut >= 0 && cut < at)
            {
                break;
            }

            if (BeginsRecord(window[at..]))
            {
                return at;
            }

            from = at;
        }

        return cut >= 0 && BeginsRecord(window[cut..]) ? cut : -1;
    }

    // ---- WARC ----

    private WebRecord? ReadWarc()
    {
        var (offset, inner) = _input.Place;
        var headerBytes = HeaderEnd();
        if (headerBytes < 0)
        {
            Report("the header of the record does not end within the file or within the limit");
            Resynchronise("WARC/".Length);
            return null;
        }

        var headers = ParseHeader(_input.Window[..headerBytes], out var version);
        var problem = Length(headers, out var length);
        if (problem is not null)
        {
            Report(problem);
            Resynchronise(headerBytes);
            return null;
        }

        if (!TakeBlock(headerBytes, length, out var block, out problem))
        {
            return null;
        }

        var type = Value(headers, "WARC-Type");
        var record = new WebRecord
        {
            Offset = offset,
            InnerOffset = inner,
            Version = version,
            Type = TypeOf(type),
            Id = Value(headers, "WARC-Record-ID")?.Trim('<', '>'),
            // Wget 1.14 to 1.19 put angle brackets around it.
            Target = Value(headers, "WARC-Target-URI")?.Trim('<', '>'),
            Date = WarcDate(Value(headers, "WARC-Date")),
            ContentType = Value(headers, "Content-Type"),
            Headers = headers,
            Block = block,
        };
        return Checked(record, problem);
    }

    // Behind the empty line; -1 where there is none.
    private int HeaderEnd()
    {
        for (var seen = 0; ;)
        {
            var window = _input.Window;
            var limit = Math.Min(window.Length, _limits.MaxHeaderBytes);
            var cut = _input.NextCut;
            limit = cut >= 0 ? Math.Min(limit, cut) : limit;
            while (seen < limit)
            {
                var line = window[seen..limit].IndexOf((byte)'\n');
                if (line < 0)
                {
                    break;
                }

                if (line == 0 || (line == 1 && window[seen] == '\r'))
                {
                    return seen + line + 1;
                }

                seen += line + 1;
            }

            if (cut >= 0 || window.Length >= _limits.MaxHeaderBytes || !_input.Fill())
            {
                return -1;
            }
        }
    }

    private static List<KeyValuePair<string, string>> ParseHeader(ReadOnlySpan<byte> bytes, out string version)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        version = lines[0].Trim();
        var headers = new List<KeyValuePair<string, string>>(lines.Length);
        foreach (var line in lines.AsSpan(1))
        {
            if (line.Length > 0 && line[0] is ' ' or '\t' && headers.Count > 0)
            {
                headers[^1] = new(headers[^1].Key, $"{headers[^1].Value} {line.Trim()}");
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                headers.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
            }
        }

        return headers;
    }

    private static string? Length(List<KeyValuePair<string, string>> headers, out long length)
    {
        length = 0;
        string? stated = null;
        foreach (var (name, value) in headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (stated is not null && stated != value)
                {
                    return "the record states two lengths";
                }

                stated = value;
            }
        }

        return stated is null ? "the record states no Content-Length"
            : long.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out length) ? null
            : $"the record's Content-Length '{Short(stated)}' is no length";
    }

    private static string? Value(List<KeyValuePair<string, string>> headers, string name) => headers.Find(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static WebRecordType TypeOf(string? type) => type?.ToLowerInvariant() switch
    {
        "warcinfo" => WebRecordType.WarcInfo,
        "response" => WebRecordType.Response,
        "resource" => WebRecordType.Resource,
        "request" => WebRecordType.Request,
        "metadata" => WebRecordType.Metadata,
        "revisit" => WebRecordType.Revisit,
        "conversion" => WebRecordType.Conversion,
        "continuation" => WebRecordType.Continuation,
        _ => WebRecordType.Other,
    };

    // 1.1 allows any precision of W3C-DTF, older ones seconds only.
    private static Stamp? WarcDate(string? text)
    {
        if (text is null || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value) || text.Length < "2020-01-01".Length)
        {
            return null;
        }

        return new Stamp(value, text.Length <= "2020-01-01".Length ? StampPrecision.Day : text.Length <= "2020-01-01T00:00Z".Length ? StampPrecision.Minute : StampPrecision.Second, "warc.WARC-Date");
    }

    // ---- ARC ----

    private WebRecord? ReadArc()
    {
        var (offset, inner) = _input.Place;
        int end;
        while ((end = _input.Window[..Math.Min(_input.Window.Length, _limits.MaxHeaderBytes)].IndexOf((byte)'\n')) < 0)
        {
            if (_input.Window.Length >= _limits.MaxHeaderBytes || !_input.Fill())
            {
                Report("the line of the record does not end within the file or within the limit");
                Resynchronise(1);
                return null;
            }
        }

        if (ArcLine(_input.Window[..(end + 1)]) is not { } line)
        {
            NoRecord();
            return null;
        }

        if (!long.TryParse(line.Length, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            Report($"the record's length '{Short(line.Length)}' is no length");
            Resynchronise(end);
            return null;
        }

        if (!TakeBlock(end + 1, length, out var block, out var problem))
        {
            return null;
        }

        var describes = line.Url.StartsWith("filedesc:", StringComparison.Ordinal);
        if (describes && block.Length > 0)
        {
            _arcVersion = block.Span[0] == '2' ? 2 : 1;
        }

        var record = new WebRecord
        {
            Offset = offset,
            InnerOffset = inner,
            Version = $"ARC/{_arcVersion}",
            Type = describes ? WebRecordType.WarcInfo : WebRecordType.Response,
            Target = describes ? null : line.Url,
            Date = DateTimeOffset.TryParseExact(line.Date[..ArcDateDigits], "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? new Stamp(date, StampPrecision.Second, "arc.Archive-date") : null,
            ContentType = line.ContentType,
            Headers = [],
            Block = block,
        };
        return Checked(record, problem);
    }

    private readonly record struct ArcFields(string Url, string Date, string ContentType, string Length);

    // "URL IP-address Archive-date Content-type Archive-length"; version 2 has four more before the length. URLs and types with blanks in them occur, so the address and the date are looked for.
    private ArcFields? ArcLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes[..Math.Min(bytes.Length, _limits.MaxHeaderBytes)].IndexOf((byte)'\n');
        var colon = end < 0 ? -1 : bytes[..end].IndexOf((byte)':');
        if (colon <= 0 || !char.IsAsciiLetter((char)bytes[0]) || bytes[..colon].ContainsAny(" \t<\""u8))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes[..end]).TrimEnd('\r').Split(' ');
        for (var i = parts.Length - 3; i >= 2; i--)
        {
            if (parts[i].Length >= ArcDateDigits && parts[i].All(char.IsAsciiDigit) && parts[i - 1].AsSpan().ContainsAny('.', ':'))
            {
                // Of version 2: result code, checksum, location, offset, file name.
                var typeEnd = parts.Length - 1 - i > 6 ? parts.Length - 6 : parts.Length - 1;
                return new ArcFields(string.Join(' ', parts[..(i - 1)]), parts[i], string.Join(' ', parts[(i + 1)..typeEnd]), parts[^1]);
            }
        }

        return null;
    }

    // ---- both ----

    // Has header and block in the window. False when the record was passed over. A problem with what was taken is reported and returned.
    private bool TakeBlock(int headerBytes, long length, out ReadOnlyMemory<byte> block, out string? problem)
    {
        block = default;
        problem = null;
        if (length > _limits.MaxRecordBytes - headerBytes)
        {
            PassOver(headerBytes, length);
            return false;
        }

        var total = headerBytes + (int)length;
        var whole = EnsureUncut(total, out var available);
        if (whole)
        {
            problem = After(total);
        }
        else
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the record is cut off: {available - headerBytes} of the {length} bytes it states are there");
        }

        block = _input.WindowMemory[headerBytes..(whole ? total : available)];
        if (problem is null)
        {
            _advance = total;
            return true;
        }

        // Of a packed record the member was reported already.
        if (problem != DamagedMember)
        {
            Report(problem);
        }

        // A length too large swallows the records behind it: they are looked for in the block.
        var window = _input.Window;
        var next = NextIn(window, headerBytes);
        _advance = next >= 0 ? next : whole ? total : window.Length;
        return true;
    }

    private int NextIn(ReadOnlySpan<byte> window, int from)
    {
        var cut = _input.NextCut;
        for (var at = from; ;)
        {
            var found = window[at..].IndexOf(_arc == true ? "\n"u8 : "\nWARC/"u8);
            if (found < 0 || (cut >= 0 && at + found + 1 >= cut))
            {
                return cut;
            }

            at += found + 1;
            if (BeginsRecord(window[at..]))
            {
                return at;
            }
        }
    }

    // As Ensure, but a record does not go on behind damage or where a member begins with the next record.
    private bool EnsureUncut(int count, out int available)
    {
        var enough = _input.Ensure(count);
        var cut = _input.NextCut;
        available = Math.Min(count, _input.Window.Length);
        if (cut >= 0 && cut < count)
        {
            available = cut;
            return false;
        }

        return enough;
    }

    // What stands behind a block must be the end, or blank lines and the next record.
    private string? After(int total)
    {
        _input.Ensure(total + MaxBlankBytes + "WARC/1".Length);
        var cut = _input.NextCut;
        var rest = cut >= 0 ? _input.Window[total..Math.Max(total, cut)] : _input.Window[total..];
        var blank = rest.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (blank < 0)
        {
            return _input.IsDamagedBefore(total) ? DamagedMember : null;
        }

        rest = rest[blank..];
        if (_arc != true && rest.Length < "WARC/1".Length && "WARC/"u8.StartsWith(rest[..Math.Min(rest.Length, "WARC/".Length)]))
        {
            // The next record is cut off within its first word.
            return null;
        }

        if (_arc == true && rest.IndexOf((byte)'\n') < 0 && cut < 0)
        {
            // The next line is longer than what was looked at.
            for (var wanted = total + blank; _input.Window[wanted..].IndexOf((byte)'\n') < 0 && _input.Window.Length - wanted < _limits.MaxHeaderBytes && _input.Fill();)
            {
            }

            rest = _input.Window[(total + blank)..];
        }

        return BeginsRecord(rest) || (_arc == true && rest.IndexOf((byte)'\n') < 0) ? null : "the length that the record states is wrong: no record follows its block";
    }

    private void PassOver(int headerBytes, long length)
    {
        var longest = _stream.CanSeek && !_input.IsPacked ? _stream.Length - _input.Position : long.MaxValue;
        if (length > longest)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"the record states a length of {length} bytes, more than the file has"));
            Resynchronise(headerBytes);
            return;
        }

        Report(string.Create(CultureInfo.InvariantCulture, $"the record's {length} bytes are more than the {_limits.MaxRecordBytes} allowed; it was passed over"));
        _input.Advance(headerBytes);
        while (length > 0 && _input.Ensure(1))
        {
            var step = (int)Math.Min(length, Math.Min(SkipBytes, _input.Window.Length));
            var cut = _input.NextCut;
            if (cut >= 0 && cut <= step && cut < length)
            {
                _input.Advance(cut);
                Report("the record before this place is cut off");
                return;
            }

            _input.Advance(step);
            length -= step;
        }

        if (length > 0)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"the file ends {length} bytes before the record does"));
        }
    }

    private WebRecord Checked(WebRecord record, string? problem)
    {
        if (problem is not null)
        {
            return record with { Problem = problem };
        }

        var cut = record.Header("WARC-Truncated") is not null;
        var blockDigest = Digest.Check(record.Header("WARC-Block-Digest"), record.Block.Span);
        var payloadDigest = cut || record.Type == WebRecordType.Revisit ? DigestCheck.None : CheckPayload(record);
        if (blockDigest != DigestCheck.Wrong && payloadDigest != DigestCheck.Wrong)
        {
            return record with { BlockDigest = blockDigest, PayloadDigest = payloadDigest };
        }

        problem = blockDigest == DigestCheck.Wrong ? "the block does not have the digest that the record states" : "the payload does not have the digest that the record states";
        Report(problem);
        return record with { BlockDigest = blockDigest, PayloadDigest = payloadDigest, Problem = problem };
    }

    // Crawlers differ in whether the chunks of a transfer belong to the payload.
    private static DigestCheck CheckPayload(WebRecord record)
    {
        if (record.Header("WARC-Payload-Digest") is not { } stated)
        {
            return DigestCheck.None;
        }

        if (!HttpPayload.Holds(record))
        {
            return Digest.Check(stated, record.Block.Span);
        }

        var body = HttpPayload.Body(record.Block.Span);
        var check = Digest.Check(stated, body);
        return check == DigestCheck.Wrong && Chunks.TryJoin(body, out var joined) ? Digest.Check(stated, joined.Span) : check;
    }

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
