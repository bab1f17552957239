namespace Sikap.Formats.Tables;

/// <summary>A line of a file or a row of a table, as bytes.</summary>
/// <param name="Offset">Byte of the file where it begins.</param>
/// <param name="Line">Number of the line where it begins, from 1.</param>
/// <param name="Bytes">The row without its line end; valid until the next one is read. Empty where it could not be read.</param>
/// <param name="Problem">Why it could not be read; null where it was.</param>
public readonly record struct Row(long Offset, long Line, ReadOnlyMemory<byte> Bytes, string? Problem);

/// <summary>
/// Cuts a file into lines, or into rows of a table whose quoted fields may hold line ends. In memory is one row at a time. A row that is too long is reported, and reading goes on in the line behind its first one:
/// one quotation mark that is never closed does not swallow the rest of the file. Not thread-safe.
/// </summary>
/// <param name="stream">Text in a charset whose first half is ASCII; stays open.</param>
/// <param name="quoted">True when quotation marks count (RFC 4180).</param>
/// <param name="delimiter">What separates fields; a quotation mark opens a quoted one only at the beginning of a field.</param>
/// <param name="maxRowBytes">Longest row that is read.</param>
public sealed class RowReader(Stream stream, bool quoted, byte delimiter = (byte)',', int maxRowBytes = RowReader.DefaultMaxRowBytes)
{
    /// <summary>Some twenty times the longest article that is accepted.</summary>
    public const int DefaultMaxRowBytes = 8 * 1024 * 1024;

    // Each row that is too long has to be looked at up to the limit; a file of nothing but such rows would take hours.
    private const int MaxLongRows = 100;

    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private long _offset;
    private long _line = 1;
    private int _longRows;
    private bool _ended;
    private bool _begun;

    /// <summary>The next row that is not empty.</summary>
    /// <returns>False at the end of the file.</returns>
    public bool Read(out Row row)
    {
        row = default;
        if (!_begun)
        {
            _begun = true;
            while (_end - _start < 3 && Fill())
            {
            }

            if (_buffer.AsSpan(_start, _end - _start).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                _start += 3;
                _offset += 3;
            }
        }

        while (true)
        {
            var (length, lines, closed) = Scan(quoted);
            if (length == 0 && _start == _end)
            {
                return false;
            }

            var problem = length > maxRowBytes ? $"is longer than {maxRowBytes} bytes" : closed ? null : "has a quotation mark that is not closed";
            if (problem is not null)
            {
                row = new Row(_offset, _line, default, problem);
                if (++_longRows > MaxLongRows)
                {
                    row = row with { Problem = $"{problem}, as {MaxLongRows} rows before; the rest of the file was not read" };
                    _ended = true;
                    _start = _end;
                    return true;
                }

                SkipLine();
                return true;
            }

            var bytes = _buffer.AsMemory(_start, length);
            row = new Row(_offset, _line, bytes, null);
            Advance(length);
            _line += lines;
            TakeLineEnd();
            if (!bytes.Span.Trim(" \t\r"u8).IsEmpty)
            {
                return true;
            }
        }
    }

    /// <summary>The fields of a row.</summary>
    public static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> row, byte delimiter)
    {
        var fields = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; ; at++)
        {
            var span = row.Span;
            if (at < span.Length && span[at] == '"')
            {
                // Two marks stand for one.
                var field = new byte[span.Length - at];
                var length = 0;
                for (at++; at < span.Length;)
                {
                    var mark = span[at..].IndexOf((byte)'"');
                    var plain = mark < 0 ? span[at..] : span.Slice(at, mark);
                    plain.CopyTo(field.AsSpan(length));
                    length += plain.Length;
                    at += plain.Length + 1;
                    if (at >= span.Length || span[at] != '"')
                    {
                        break;
                    }

                    field[length++] = (byte)'"';
                    at++;
                }

                at = Math.Min(at, span.Length);
                // What stands between a closing mark and the next delimiter belongs to the field, as most writers mean it.
                var rest = span[at..].IndexOf(delimiter);
                var tail = rest < 0 ? span[at..] : span.Slice(at, rest);
                tail.CopyTo(field.AsSpan(length));
                fields.Add(field.AsMemory(0, length + tail.Length));
                at += tail.Length;
            }
            else
            {
                var next = at >= span.Length ? -1 : span[at..].IndexOf(delimiter);
                var end = next < 0 ? span.Length : at + next;
                fields.Add(row[Math.Min(at, span.Length)..end]);
                at = end;
            }

            if (at >= span.Length)
            {
                return fields;
            }
        }
    }

    // To the end of the row that begins the buffer; the line end is not counted.
    private (int Length, long Lines, bool Closed) Scan(bool withQuotes)
    {
        var (at, lines, inQuotes, fieldStart) = (0, 0L, false, true);
        while (true)
        {
            var span = _buffer.AsSpan(_start, _end - _start);
            while (at < span.Length)
            {
                if (inQuotes)
                {
                    var next = span[at..].IndexOfAny((byte)'"', (byte)'\n');
                    if (next < 0)
                    {
                        at = span.Length;
                        break;
                    }

                    at += next;
                    if (span[at] == '\n')
                    {
                        lines++;
                    }
                    else if (at + 1 < span.Length || _ended)
                    {
                        if (at + 1 < span.Length && span[at + 1] == '"')
                        {
                            at++;
                        }
                        else
                        {
                            inQuotes = false;
                            fieldStart = false;
                        }
                    }
                    else
                    {
                        // Whether it is doubled is told by the next byte.
                        break;
                    }

                    at++;
                }
                else if (withQuotes && fieldStart && span[at] == '"')
                {
                    inQuotes = true;
                    at++;
                }
                else
                {
                    var next = withQuotes ? span[at..].IndexOfAny((byte)'\n', delimiter) : span[at..].IndexOf((byte)'\n');
                    if (next < 0)
                    {
                        fieldStart = false;
                        at = span.Length;
                        break;
                    }

                    at += next;
                    if (span[at] == '\n')
                    {
                        return (at, lines, true);
                    }

                    fieldStart = true;
                    at++;
                }
            }

            if (at > maxRowBytes)
            {
                return (at, lines, !inQuotes);
            }

            // A mark as the last byte of the file is looked at once more.
            if (!Fill() && at == _end - _start)
            {
                return (at, lines, !inQuotes);
            }
        }
    }

    private void SkipLine()
    {
        while (true)
        {
            var line = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (line >= 0)
            {
                Advance(line);
                TakeLineEnd();
                return;
            }

            Advance(_end - _start);
            if (!Fill())
            {
                return;
            }
        }
    }

    private void TakeLineEnd()
    {
        if (_start < _end && _buffer[_start] == '\n')
        {
            Advance(1);
            _line++;
        }
    }

    private void Advance(int count)
    {
        _start += count;
        _offset += count;
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        if (_start > 0 && _end == _buffer.Length)
        {
            // A row given out before lies in front of what is kept and is no longer valid.
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
        return read > 0;
    }
}
