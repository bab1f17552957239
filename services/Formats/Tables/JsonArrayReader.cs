namespace Sikap.Formats.Tables;

/// <summary>
/// Cuts a JSON array into its elements without reading it whole, as exports are one array of some gigabytes. In memory is one element at a time; what each holds is left to its reader. Not thread-safe.
/// </summary>
/// <param name="stream">JSON in UTF-8; stays open.</param>
/// <param name="maxElementBytes">Longest element that is read.</param>
public sealed class JsonArrayReader(Stream stream, int maxElementBytes = RowReader.DefaultMaxRowBytes)
{
    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private long _offset;
    private long _line = 1;
    private bool _begun;
    private bool _over;

    /// <summary>True when <paramref name="head"/> begins with an array of objects.</summary>
    public static bool Begins(ReadOnlySpan<byte> head)
    {
        head = (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head).TrimStart(" \t\r\n"u8);
        return head is [(byte)'[', ..] && head[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    /// <summary>The next element, in the form of <see cref="RowReader"/>.</summary>
    /// <returns>False behind the last one. After a problem nothing follows: where the next element would begin is not known.</returns>
    public bool Read(out Row row)
    {
        row = default;
        if (_over || !SkipToElement())
        {
            return false;
        }

        var (length, lines, problem) = Scan();
        row = new Row(_offset, _line, problem is null ? _buffer.AsMemory(_start, length) : default, problem);
        Advance(length);
        _line += lines;
        _over = problem is not null;
        return true;
    }

    // Over blanks, commas and the bracket that begins the array.
    private bool SkipToElement()
    {
        while (_start < _end || Fill())
        {
            var value = _buffer[_start];
            if (value == ']')
            {
                _over = true;
                return false;
            }

            if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or 0xEF or 0xBB or 0xBF) && !(value == '[' && !_begun))
            {
                return true;
            }

            _begun |= value == '[';
            _line += value == '\n' ? 1 : 0;
            Advance(1);
        }

        return false;
    }

    // To the end of the object or array that begins the buffer, or of what stands in its place.
    private (int Length, long Lines, string? Problem) Scan()
    {
        var (at, lines, depth, inString, escaped) = (0, 0L, 0, false, false);
        while (true)
        {
            for (; _start + at < _end; at++)
            {
                var value = _buffer[_start + at];
                lines += value == '\n' ? 1 : 0;
                if (escaped)
                {
                    escaped = false;
                }
                else if (inString)
                {
                    escaped = value == '\\';
                    inString = value != '"';
                }
                else if (value == '"')
                {
                    inString = true;
                }
                else if (value is (byte)'{' or (byte)'[')
                {
                    depth++;
                }
                else if (value is (byte)'}' or (byte)']' && --depth == 0)
                {
                    return (at + 1, lines, null);
                }
                else if (depth < 0 || depth == 0 && value == ',')
                {
                    return (at, lines, null);
                }
            }

            if (at > maxElementBytes)
            {
                return (at, lines, $"is longer than {maxElementBytes} bytes; the rest of the file was not read");
            }

            if (!Fill())
            {
                return (at, lines, depth > 0 || inString ? "ends within an element" : null);
            }
        }
    }

    private void Advance(int count)
    {
        _start += count;
        _offset += count;
    }

    private bool Fill()
    {
        if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
