using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Google.Protobuf;
using Sikap.Contracts;
using Sikap.Formats;
using Sikap.Formats.Archives;
using Sikap.Formats.Pages;
using Sikap.Formats.Tables;
using Sikap.Formats.Wires;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>How files are read.</summary>
internal sealed record InputOptions
{
    /// <summary>Outlet of articles that do not name theirs.</summary>
    public string? Publisher { get; init; }

    /// <summary>The format of all files; null when each tells its own.</summary>
    public InputFormat? Format { get; init; }

    /// <summary>Columns of tables and members of JSON objects.</summary>
    public ColumnMapping? Map { get; init; }

    /// <summary>Charset of tables; null when the file tells.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>What separates the fields of tables; null when the header tells.</summary>
    public char? Delimiter { get; init; }
}

/// <summary>
/// Reads the articles of files, in order, as they are asked for, so that a file of any length passes. What is costly to read (pages of an archive) is read on several threads ahead.
/// </summary>
internal sealed class InputReader(InputOptions options, Terminal terminal, TimeProvider time)
{
    private const int MaxClientRefChars = 256;

    // As long as the longest article that is accepted, in any charset, and room for what is cut away.
    private const int MaxDocumentBytes = 16 * 1024 * 1024;

    // The limits of sikap.v1.Page.
    private const int MaxPageBytes = 3_000_000;
    private const int MaxMediaTypeChars = 200;
    private const int MaxUrlChars = 2_000;
    private const int MaxAuthors = 50;
    private const int MaxAuthorChars = 200;

    // Where a header was read from; more are no table.
    private const int MaxColumns = 1000;

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 32 };

    private Func<long>? _current;
    private long _bytesBefore;

    /// <summary>Bytes read so far, over all files.</summary>
    public long BytesRead => _bytesBefore + (_current?.Invoke() ?? 0);

    /// <summary>The articles of <paramref name="files"/>.</summary>
    /// <param name="files">Paths; <c>-</c> is standard input.</param>
    /// <param name="done">How much of each is done already; null when none is.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<SubmitItem> ReadAsync(IReadOnlyList<string> files, Func<int, InputMark>? done, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = Channel.CreateBounded<(Task<List<SubmitItem>> Items, InputMark Mark, long BytesRead)>(new BoundedChannelOptions(Environment.ProcessorCount * 2) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Task.Run(() => ReadAheadAsync(files, done, ahead.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var (task, mark, bytes) in ahead.Reader.ReadAllAsync(cancellation))
            {
                var items = await task;
                for (var i = 0; i < items.Count - 1; i++)
                {
                    yield return items[i];
                }

                yield return (items.Count == 0 ? new SubmitItem("", null, "") { PassedOver = "" } : items[^1]) with { Mark = mark, BytesRead = bytes };
            }

            await reading;
        }
        finally
        {
            // Not waited for: it may wait for standard input itself, which nothing ends.
            await stop.CancelAsync();
        }
    }

    private async Task ReadAheadAsync(IReadOnlyList<string> files, Func<int, InputMark>? done, ChannelWriter<(Task<List<SubmitItem>>, InputMark, long)> ahead, CancellationToken cancellation)
    {
        try
        {
            for (var file = 0; file < files.Count; file++)
            {
                var before = done?.Invoke(file) ?? default;
                if (before.Ended)
                {
                    continue;
                }

                var units = before.Units;
                foreach (var unit in Open(files[file]).Skip((int)Math.Min(units, int.MaxValue)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    units++;
                    await ahead.WriteAsync((Task.Run(() => unit.Read().ToList(), cancellation), new InputMark(file, units, false), BytesRead), cancellation);
                }

                await ahead.WriteAsync((Task.FromResult<List<SubmitItem>>([]), new InputMark(file, units, true), BytesRead), cancellation);
            }

            ahead.Complete();
        }
        catch (Exception exception)
        {
            ahead.Complete(exception);
        }
    }

    private IEnumerable<InputUnit> Open(string file)
    {
        var name = file == TextFiles.StandardInput ? "stdin" : file;
        Stream? stream = null;
        var problem = "";
        try
        {
            stream = file == TextFiles.StandardInput ? terminal.OpenInput() : File.OpenRead(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"cannot be read: {exception.Message}";
        }

        return stream is null ? [Bad(name, problem)] : ReadStream(name, stream);
    }

    private IEnumerable<InputUnit> ReadStream(string name, Stream stream)
    {
        var counting = new CountingStream(stream);
        _current = () => counting.Count;
        using var units = Units(name, counting).GetEnumerator();
        try
        {
            while (true)
            {
                InputUnit unit;
                try
                {
                    if (!units.MoveNext())
                    {
                        break;
                    }

                    unit = units.Current;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    unit = Bad(name, $"cannot be read: {exception.Message}");
                }

                yield return unit;
            }
        }
        finally
        {
            _current = null;
            _bytesBefore += counting.Count;
            counting.Dispose();
            stream.Dispose();
        }
    }

    private IEnumerable<InputUnit> Units(string name, CountingStream stream)
    {
        var head = stream.Peek(InputFormats.HeadBytes);
        var packed = head.Span is [0x1F, 0x8B, ..];
        if (!packed)
        {
            return Units(options.Format ?? InputFormats.Of(head.Span, name), name, stream, depth: 0);
        }

        var inner = Unpacked(head);
        var format = options.Format ?? InputFormats.Of(inner, WithoutPacking(name));
        // Members of web archives are records, with an offset each.
        return format == InputFormat.WebArchive ? Units(format, name, stream, depth: 0) : Packed(format, name, stream);
    }

    private IEnumerable<InputUnit> Packed(InputFormat format, string name, CountingStream stream)
    {
        using var unpacking = new GuardedGzipStream(stream);
        foreach (var unit in Units(format, WithoutPacking(name), unpacking, depth: 0))
        {
            yield return unit;
        }
    }

    private static string WithoutPacking(string name) =>
        name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) ? $"{name[..^4]}.tar" : name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;

    private static ReadOnlySpan<byte> Unpacked(ReadOnlyMemory<byte> head)
    {
        using var unpacking = new GuardedGzipStream(new MemoryStream(head.ToArray()));
        var bytes = new byte[4096];
        var length = 0;
        try
        {
            for (int read; length < bytes.Length && (read = unpacking.Read(bytes.AsSpan(length))) > 0; length += read)
            {
            }
        }
        catch (InvalidDataException)
        {
            // Of the beginning the end is missing; where it is damaged the reader of the format says so.
        }

        return bytes.AsSpan(0, length);
    }

    private IEnumerable<InputUnit> Units(InputFormat format, string name, Stream stream, int depth) => format switch
    {
        InputFormat.JsonLines => Lines(name, stream),
        InputFormat.Csv => Rows(name, stream),
        InputFormat.WebArchive when depth == 0 => Records(name, stream),
        InputFormat.Zip when depth == 0 => stream is CountingStream { CanSeek: true } ? Documents(name, DocumentArchive.ReadZip(stream)) : [Bad(name, "a zip file can only be read from a file")],
        InputFormat.Tar when depth == 0 => Documents(name, DocumentArchive.ReadTar(stream)),
        InputFormat.WebArchive or InputFormat.Zip or InputFormat.Tar => [Bad(name, "an archive within an archive is not opened")],
        _ => [Whole(format, name, stream)],
    };

    private static InputUnit Bad(string name, string problem) => new(name, () => [new SubmitItem(name, null, problem)]);

    // ---- one document ----

    private InputUnit Whole(InputFormat format, string name, Stream stream)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > MaxDocumentBytes)
            {
                return Bad(name, $"is longer than {MaxDocumentBytes} bytes");
            }

            content.Write(buffer, 0, read);
        }

        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        return new InputUnit(name, () => format switch
        {
            InputFormat.Html => [Page(name, bytes, null, null)],
            InputFormat.Wire => Wire(name, bytes.Span),
            _ => [Text(name, bytes.Span)],
        });
    }

    private SubmitItem Text(string name, ReadOnlySpan<byte> bytes)
    {
        var (text, guessed) = Encodings.Read(bytes, options.Encoding);
        return text is null ? new SubmitItem(name, null, options.Encoding is null ? "is not UTF-8 text" : $"is no text in {options.Encoding.WebName}")
            : new SubmitItem(name, new SubmitArticleRequest { Text = text, Publisher = options.Publisher ?? "", ClientRef = Shorten(name) }, guessed is null ? "" : $"is not UTF-8 text and was read as {guessed}; see --encoding");
    }

    // The page itself is sent: what it tells of authors, canonical address and how exactly it is dated has no place beside a text. Whether it holds an article is looked at here, as an archive is full of pages that do not.
    private SubmitItem Page(string name, ReadOnlyMemory<byte> bytes, string? contentType, Uri? url)
    {
        var reading = PageReader.Read(bytes.Span, contentType, url);
        if (reading.Value is not { } page)
        {
            return new SubmitItem(name, null, reading.Refusal!.Value.Message);
        }

        if (page.Kind != PageKind.Article || page.Text.Length == 0)
        {
            return new SubmitItem(name, null, "") { PassedOver = page.Kind == PageKind.Listing ? "list of links" : "page without an article" };
        }

        return bytes.Length > MaxPageBytes ? new SubmitItem(name, null, $"is a page of more than {MaxPageBytes} bytes") : new SubmitItem(name, new SubmitArticleRequest
        {
            Page = new V1.Page { Content = UnsafeByteOperations.UnsafeWrap(bytes), MediaType = contentType is { Length: <= MaxMediaTypeChars } ? contentType : "" },
            // What the request says wins over the page.
            Publisher = page.Publisher is null ? options.Publisher ?? "" : "",
            Url = url?.AbsoluteUri ?? "",
            ClientRef = Shorten(name),
        }, "");
    }

    private List<SubmitItem> Wire(string name, ReadOnlySpan<byte> bytes)
    {
        var reading = WireReader.Read(bytes);
        if (reading.Value is not { } document)
        {
            var refusal = reading.Refusal!.Value;
            return [new SubmitItem(refusal.Offset > 0 ? $"{name}@{refusal.Offset}" : name, null, refusal.Message)];
        }

        var items = new List<SubmitItem>();
        foreach (var problem in document.Problems)
        {
            items.Add(new SubmitItem(problem.Offset > 0 ? $"{name}@{problem.Offset}" : name, null, problem.Message));
        }

        foreach (var item in document.Items)
        {
            items.Add(Wire(item.Id is null ? name : $"{name} {item.Id}", item));
        }

        return items;
    }

    private SubmitItem Wire(string place, WireItem item)
    {
        if (item.Status == WireStatus.Withdrawn)
        {
            return Withdrawal(place, item) is { } notice ? new SubmitItem(place, notice, "") : new SubmitItem(place, null, "") { PassedOver = "withdrawn item without a name that versions share" };
        }

        if (item.Kind == WireKind.Composite || item.Text.Length == 0)
        {
            return new SubmitItem(place, null, "") { PassedOver = item.Kind == WireKind.Text ? "item without text" : $"{item.Kind.ToString().ToLowerInvariant()} item" };
        }

        if (item.Status == WireStatus.Withheld)
        {
            return new SubmitItem(place, null, "is withheld by its agency");
        }

        if (item.EmbargoedUntil?.Value > time.GetUtcNow())
        {
            return new SubmitItem(place, null, string.Create(CultureInfo.InvariantCulture, $"must not be published before {item.EmbargoedUntil.Value.Value:yyyy-MM-dd HH:mm zzz}"));
        }

        return new SubmitItem(place, new SubmitArticleRequest
        {
            Text = item.Text,
            Title = item.Headline ?? "",
            Publisher = item.Credit ?? item.Provider ?? options.Publisher ?? "",
            Url = NameOf(item),
            Published = item.Published is not { } stamp ? "" : ArticleDates.Write(stamp.Value, isDay: stamp.Precision == StampPrecision.Day),
            Authors = { item.Authors.Take(MaxAuthors).Select(author => author.Length <= MaxAuthorChars ? author : author[..MaxAuthorChars]) },
            // Versions of one item keep its id, so that they can be found together.
            ClientRef = Shorten(item.Id is null ? place : item.Version is null ? item.Id : $"{item.Id} version {item.Version}"),
        }, "");
    }

    // What all versions of the item share: a corrected one is known as a revision by it, however much of it was written anew.
    private static string NameOf(WireItem item) => item.Url?.AbsoluteUri
        ?? (item.Id is { Length: <= MaxUrlChars } id && ArticleRules.IsItemName(id) ? id : "");

    /// <summary>
    /// A notice that takes the place of what was submitted before under the item's name, so that nothing of it is answered any more; null where versions share no name. It holds nothing of the item,
    /// whose headline alone may be what it was withdrawn for.
    /// </summary>
    private SubmitArticleRequest? Withdrawal(string place, WireItem item)
    {
        var name = NameOf(item);
        var agency = item.Credit ?? item.Provider ?? options.Publisher ?? "";
        return name.Length == 0 ? null : new SubmitArticleRequest
        {
            // With the name in it: two notices of one agency are not the same article.
            Text = $"Berita {name} telah ditarik oleh {(agency.Length > 0 ? agency : "kantor beritanya")} dan tidak boleh disiarkan lagi.",
            Title = "Berita ditarik",
            Publisher = agency,
            Url = name,
            Published = ArticleDates.Write(item.Updated is { Precision: not StampPrecision.Day } updated ? updated.Value : time.GetUtcNow(), isDay: false),
            ClientRef = Shorten(item.Id ?? place),
        };
    }

    // ---- lines and rows ----

    private IEnumerable<InputUnit> Lines(string name, Stream stream)
    {
        var source = stream as CountingStream ?? new CountingStream(stream);
        var (opened, encoding) = Encodings.Open(source, source.Peek(InputFormats.HeadBytes).Span, options.Encoding);
        var text = opened as CountingStream ?? new CountingStream(opened);
        var isArray = JsonArrayReader.Begins(text.Peek(InputFormats.HeadBytes).Span);
        foreach (var row in isArray ? Elements(text) : Lines(text))
        {
            // Arrays are mostly written in one line.
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}{(isArray ? '@' : ':')}{(isArray ? row.Offset : row.Line)}");
            var bytes = row.Bytes.ToArray();
            yield return row.Problem is { } problem ? Bad(place, problem) : new InputUnit(place, () => [Line(place, bytes, encoding)]);
        }
    }

    private static IEnumerable<Row> Lines(Stream stream)
    {
        var reader = new RowReader(stream, quoted: false);
        while (reader.Read(out var row))
        {
            yield return row;
        }
    }

    private static IEnumerable<Row> Elements(Stream stream)
    {
        var reader = new JsonArrayReader(stream);
        while (reader.Read(out var row))
        {
            yield return row;
        }
    }

    private SubmitItem Line(string place, byte[] bytes, Encoding encoding)
    {
        try
        {
            // The parser says of wrong bytes what it says of any other fault.
            using var document = JsonDocument.Parse(encoding.GetString(bytes), JsonOptions);
            return document.RootElement.ValueKind != JsonValueKind.Object ? new SubmitItem(place, null, "is no JSON object with a text")
                : Article(place, options.Map ?? ColumnMapping.Default, column => Member(document.RootElement, column), "is");
        }
        catch (DecoderFallbackException)
        {
            return new SubmitItem(place, null, "is not UTF-8 text; see --encoding");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new SubmitItem(place, null, $"is no JSON object with a text: {exception.Message}");
        }
    }

    // A dot leads into an object, unless a member has it in its name.
    private static string? Member(JsonElement element, string name)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value.ValueKind switch
                {
                    JsonValueKind.String => member.Value.GetString(),
                    JsonValueKind.Null => null,
                    JsonValueKind.Number => member.Value.GetRawText(),
                    _ => throw new JsonException($"{name} is no text"),
                };
            }
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && element.EnumerateObject().FirstOrDefault(member => member.NameEquals(name.AsSpan(0, dot))) is { Value.ValueKind: JsonValueKind.Object } inner ? Member(inner.Value, name[(dot + 1)..]) : null;
    }

    private IEnumerable<InputUnit> Rows(string name, Stream stream)
    {
        var source = stream as CountingStream ?? new CountingStream(stream);
        var (opened, encoding) = Encodings.Open(source, source.Peek(InputFormats.HeadBytes).Span, options.Encoding);
        var rows = opened as CountingStream ?? new CountingStream(opened);
        var head = rows.Peek(InputFormats.HeadBytes).Span;
        var stated = StatedDelimiter(head);
        var delimiter = (byte)(options.Delimiter ?? stated ?? Delimiter(head));
        var reader = new RowReader(rows, quoted: true, delimiter);
        Dictionary<string, int>? columns = null;
        var map = options.Map ?? ColumnMapping.Default;
        while (reader.Read(out var row))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}:{row.Line}");
            if (row.Problem is { } problem)
            {
                yield return Bad(place, $"{problem} (byte {row.Offset})");
                if (columns is null)
                {
                    yield break;
                }

                continue;
            }

            if (columns is null && stated is not null)
            {
                stated = null;
                continue;
            }

            if (columns is null)
            {
                if (Header(row.Bytes, delimiter, encoding) is not { } header)
                {
                    yield return Bad(place, "is no table: its header cannot be read");
                    yield break;
                }

                columns = header;
                if (map.MissingIn(columns.Keys).ToList() is { Count: > 0 } missing)
                {
                    yield return Bad(place, $"the table has no column {string.Join(", ", missing)}; it has {string.Join(", ", columns.Keys.Take(20))}. See --map");
                    yield break;
                }

                continue;
            }

            var bytes = row.Bytes.ToArray();
            var names = columns;
            yield return new InputUnit(place, () => [Row(place, bytes, delimiter, encoding, names, map)]);
        }
    }

    private static Dictionary<string, int>? Header(ReadOnlyMemory<byte> row, byte delimiter, Encoding encoding)
    {
        var fields = RowReader.Fields(row, delimiter);
        if (fields.Count > MaxColumns)
        {
            return null;
        }

        try
        {
            var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < fields.Count; i++)
            {
                columns.TryAdd(encoding.GetString(fields[i].Span).Trim(), i);
            }

            return columns;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // The line "sep=;" that spreadsheets write and read before the header.
    private static char? StatedDelimiter(ReadOnlySpan<byte> head)
    {
        head = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        var line = head[..Math.Max(head.IndexOf((byte)'\n'), 0)].Trim("\r\" "u8);
        return line.Length == 5 && System.Text.Ascii.EqualsIgnoreCase(line[..4], "sep="u8) ? (char)line[4] : null;
    }

    // What stands most often in the header, outside quotation marks.
    private static char Delimiter(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<char> candidates = [',', ';', '\t', '|'];
        Span<int> counts = stackalloc int[candidates.Length];
        var quoted = false;
        foreach (var value in head)
        {
            if (value == '\n' && !quoted)
            {
                break;
            }

            quoted ^= value == '"';
            if (!quoted && candidates.IndexOf((char)value) is >= 0 and var index)
            {
                counts[index]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return candidates[best];
    }

    private SubmitItem Row(string place, byte[] bytes, byte delimiter, Encoding encoding, Dictionary<string, int> columns, ColumnMapping map)
    {
        try
        {
            var fields = RowReader.Fields(bytes.AsMemory().TrimEnd((byte)'\r'), delimiter).ConvertAll(field => encoding.GetString(field.Span));
            return fields.Count > columns.Count ? new SubmitItem(place, null, $"has {fields.Count} fields, the header {columns.Count}")
                : Article(place, map, column => columns.TryGetValue(column, out var index) && index < fields.Count ? fields[index] : null, "is");
        }
        catch (DecoderFallbackException)
        {
            return new SubmitItem(place, null, "is not UTF-8 text; see --encoding");
        }
    }

    private SubmitItem Article(string place, ColumnMapping map, Func<string, string?> column, string verb)
    {
        if (map.Value("text", column) is not { Length: > 0 } text)
        {
            return new SubmitItem(place, null, "has no text");
        }

        var id = map.Value("id", column);
        var request = new SubmitArticleRequest
        {
            Text = text,
            Title = map.Value("title", column) ?? "",
            Publisher = map.Value("publisher", column) ?? options.Publisher ?? "",
            Url = map.Value("url", column) ?? "",
            ClientRef = Shorten(string.IsNullOrEmpty(id) ? place : id),
        };
        var problem = "";
        if (map.Value("published", column) is { } published && !string.IsNullOrWhiteSpace(published))
        {
            if (map.Published(published) is { } value)
            {
                request.Published = value;
            }
            else
            {
                // 10/11/2025 is October for some and November for others; the text usually says it itself.
                problem = $"published '{published}' {verb} not {(map.PublishedFormat is { } format ? $"in the format {format}" : "ISO 8601")} and was left out";
            }
        }

        return new SubmitItem(string.IsNullOrEmpty(id) ? place : $"{place} {id}", request, problem);
    }

    // ---- archives ----

    private IEnumerable<InputUnit> Documents(string name, IEnumerable<ArchivedDocument> documents)
    {
        foreach (var document in documents)
        {
            var place = document.Name.Length == 0 ? name : $"{name}/{document.Name}";
            if (document.Problem is { } problem)
            {
                yield return Bad(document.Offset > 0 ? $"{place}@{document.Offset}" : place, problem);
                continue;
            }

            var content = document.Content;
            yield return new InputUnit(place, () =>
                content.Span is [0x1F, 0x8B, ..] ? [new SubmitItem(place, null, "an archive within an archive is not opened")]
                : Units(InputFormats.Of(content.Span[..Math.Min(content.Length, InputFormats.HeadBytes)], place), place, new MemoryStream(content.ToArray(), writable: false), depth: 1).SelectMany(unit => unit.Read()));
        }
    }

    private IEnumerable<InputUnit> Records(string name, Stream stream)
    {
        using var reader = new WebArchiveReader(stream);
        while (true)
        {
            var record = reader.Read();
            foreach (var problem in reader.TakeProblems())
            {
                yield return Bad($"{name}@{problem.Offset}", problem.Message);
            }

            if (record is null)
            {
                yield break;
            }

            var place = record.InnerOffset == 0 ? string.Create(CultureInfo.InvariantCulture, $"{name}@{record.Offset}") : string.Create(CultureInfo.InvariantCulture, $"{name}@{record.Offset}+{record.InnerOffset}");
            if (record.Problem is not null)
            {
                // Reported above.
                yield return new InputUnit(place, () => []);
            }
            else if (record.Type is not (WebRecordType.Response or WebRecordType.Resource))
            {
                var kind = $"{record.Type.ToString().ToLowerInvariant()} record";
                yield return new InputUnit(place, () => [new SubmitItem(place, null, "") { PassedOver = kind }]);
            }
            else
            {
                var kept = record with { Block = record.Block.ToArray() };
                yield return new InputUnit(place, () => [Response(place, kept)]);
            }
        }
    }

    private SubmitItem Response(string place, WebRecord record)
    {
        var reading = HttpPayload.Of(record);
        if (reading.Value is not { } payload)
        {
            return new SubmitItem(place, null, reading.Refusal!.Value.Message);
        }

        if (payload.Status != 200)
        {
            return new SubmitItem(place, null, "") { PassedOver = $"status {payload.Status}" };
        }

        var type = payload.MediaType;
        var isPage = type is "text/html" or "application/xhtml+xml" || (type.Length == 0 && InputFormats.Of(payload.Content.Span[..Math.Min(payload.Content.Length, InputFormats.HeadBytes)], "") == InputFormat.Html);
        return !isPage ? new SubmitItem(place, null, "") { PassedOver = type.Length == 0 ? "response of no stated type" : type }
            : Page(place, payload.Content, payload.ContentType, Uri.TryCreate(record.Target, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null);
    }

    // The end of a path tells more than its beginning.
    private static string Shorten(string reference) => reference.Length <= MaxClientRefChars ? reference : reference[^MaxClientRefChars..];
}
