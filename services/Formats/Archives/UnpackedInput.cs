using System.Buffers.Binary;
using System.IO.Compression;

namespace Sikap.Formats.Archives;

/// <summary>
/// The unpacked bytes of an archive as one sequence, seen through a window that slides over it. A plain file is passed through; of a gzip file the members are unpacked one after the other.
/// Where a member is damaged its problem is noted, and reading goes on at the next member that begins with a record.
/// </summary>
/// <remarks>
/// <see cref="DeflateStream"/> does not say where its data ended. That is found by what must follow them: the checksum and length of what was unpacked, eight bytes that are searched in the last piece it was given.
/// </remarks>
internal sealed class UnpackedInput(Stream stream, ArchiveLimits limits, UnpackedInput.RecordStart isRecordStart) : IDisposable
{
    /// <summary>True when <paramref name="bytes"/> begin with a record.</summary>
    public delegate bool RecordStart(ReadOnlySpan<byte> bytes);

    private const int RawBytes = 256 * 1024;

    // What stays of the packed bytes that were consumed: the last piece given to the decoder, and room to look for a member that begins before the place where damage was noticed.
    private const int RawHistory = 64 * 1024;
    private const int WindowBytes = 128 * 1024;
    private const int TrailerBytes = 8;
    private const int FixedHeaderBytes = 10;

    // Enough to see whether a record begins.
    private const int ProbeBytes = 1024;

    // Places after damage that looked like a member and were none, before the rest of the file is given up: by accident there is one in 16 million bytes.
    private const int MaxFalseMembers = 10_000;

    private readonly byte[] _raw = new byte[RawBytes];
    private int _rawNext;
    private int _rawEnd;
    private long _rawOffset;
    private bool _rawEnded;

    private byte[] _window = new byte[WindowBytes];
    private int _start;
    private int _end;
    private readonly Queue<Seam> _seams = new();
    private Seam _current = new(0, 0, false);

    private bool? _packed;
    private DeflateStream? _member;
    private long _memberOffset;
    private long _memberBytes;
    private uint _memberCrc;
    private int _lastFeed;
    private bool _afterFault;
    private bool _searching;
    private bool _discarding;
    private int _falseMembers;
    private long _damagedMember = -1;

    /// <summary>What was found wrong so far, to be taken out by the reader.</summary>
    public Queue<ReadingProblem> Problems { get; } = new();

    /// <summary>The bytes at hand.</summary>
    public ReadOnlySpan<byte> Window => _window.AsSpan(_start, _end - _start);

    /// <summary>As <see cref="Window"/>; valid until the next call of <see cref="Fill"/>.</summary>
    public ReadOnlyMemory<byte> WindowMemory => _window.AsMemory(_start, _end - _start);

    /// <summary>Number of unpacked bytes before the window.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of the file that were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>True when the file is packed.</summary>
    public bool IsPacked => _packed == true;

    /// <summary>Where the window begins: byte of the file (of a packed one: of the member) and byte within the unpacked member.</summary>
    public (long File, long Inner) Place => IsPacked ? (_current.FileOffset, Position - _current.Position) : (Position, 0);

    /// <summary>Bytes from the beginning of the window to the next place where reading goes on after damage, or where a member begins with a record; -1 where there is none in the window.</summary>
    public int NextCut
    {
        get
        {
            foreach (var seam in _seams)
            {
                var at = (int)(seam.Position - Position);
                if (at > 0 && (seam.AfterFault || isRecordStart(Window[Math.Min(at, Window.Length)..])))
                {
                    return at;
                }
            }

            return -1;
        }
    }

    /// <summary>True when the gzip member that holds the byte before <paramref name="count"/> of the window is known to be damaged.</summary>
    public bool IsDamagedBefore(int count)
    {
        var member = _current.FileOffset;
        foreach (var seam in _seams)
        {
            if (seam.Position >= Position + count)
            {
                break;
            }

            member = seam.FileOffset;
        }

        return IsPacked && member == _damagedMember;
    }

    /// <summary>True when the window begins at the beginning of a member or of the file.</summary>
    public bool AtSeam => Position == _current.Position;

    public void Dispose() => _member?.Dispose();

    /// <summary>Has at least <paramref name="count"/> bytes in the window unless the input ends before.</summary>
    public bool Ensure(int count)
    {
        while (_end - _start < count)
        {
            if (!Fill())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes <paramref name="count"/> bytes off the beginning of the window.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _end - _start);
        _start += count;
        Position += count;
        while (_seams.TryPeek(out var seam) && seam.Position <= Position)
        {
            _current = _seams.Dequeue();
        }
    }

    /// <summary>Adds more to the window.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool Fill()
    {
        MakeRoom();
        if (_packed is null)
        {
            FillRaw();
            _packed = IsGzip(_raw.AsSpan(0, _rawEnd));
        }

        return _packed == true ? FillFromMember() : FillPlain();
    }

    private static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, 0x08, ..];

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end < _window.Length)
        {
            return;
        }

        if (_start >= _window.Length / 2)
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _end -= _start;
            _start = 0;
            return;
        }

        Array.Resize(ref _window, checked(_window.Length * 2));
    }

    private bool FillPlain()
    {
        int read;
        if (_rawNext < _rawEnd)
        {
            read = Math.Min(_rawEnd - _rawNext, _window.Length - _end);
            _raw.AsSpan(_rawNext, read).CopyTo(_window.AsSpan(_end));
            _rawNext += read;
        }
        else
        {
            read = stream.Read(_window, _end, _window.Length - _end);
            BytesRead += read;
        }

        _end += read;
        return read > 0;
    }

    // More packed bytes behind those at hand, the last ones that were consumed kept before them.
    private bool FillRaw()
    {
        if (_rawEnded)
        {
            return false;
        }

        if (_rawEnd == _raw.Length)
        {
            var drop = Math.Max(0, _rawNext - RawHistory);
            _raw.AsSpan(drop, _rawEnd - drop).CopyTo(_raw);
            _rawOffset += drop;
            _rawNext -= drop;
            _rawEnd -= drop;
            _lastFeed -= drop;
        }

        var read = stream.Read(_raw, _rawEnd, _raw.Length - _rawEnd);
        _rawEnd += read;
        BytesRead += read;
        _rawEnded = read == 0;
        return read > 0;
    }

    private bool EnsureRaw(int count)
    {
        while (_rawEnd - _rawNext < count)
        {
            if (!FillRaw())
            {
                return false;
            }
        }

        return true;
    }

    private bool FillFromMember()
    {
        while (true)
        {
            if (_member is null && !BeginMember())
            {
                return false;
            }

            int read;
            try
            {
                var room = _window.Length - _end;
                read = _member!.Read(_window, _end, _searching ? Math.Min(room, ProbeBytes) : room);
            }
            catch (InvalidDataException)
            {
                Fault(_rawEnded && _rawNext == _rawEnd ? "gzip member is cut off or damaged at its end" : "gzip member is damaged");
                continue;
            }

            if (read == 0)
            {
                EndMember();
                continue;
            }

            var piece = _window.AsSpan(_end, read);
            if (_memberBytes == 0 && !_discarding)
            {
                if (_searching && !isRecordStart(piece))
                {
                    // Three bytes that look like a member by accident.
                    Abandon();
                    continue;
                }

                _searching = false;
                if (IsGzip(piece))
                {
                    // Its end has to be found: what it holds looks like members.
                    Problems.Enqueue(new ReadingProblem(_memberOffset, "gzip within gzip is not read"));
                    _discarding = true;
                    _afterFault = true;
                }
            }

            if (_memberBytes == 0 && !_discarding)
            {
                var seam = new Seam(Position + (_end - _start), _memberOffset, _afterFault);
                _afterFault = false;
                if (seam.Position == Position)
                {
                    _current = seam;
                }
                else
                {
                    _seams.Enqueue(seam);
                }
            }

            _memberBytes += read;
            _memberCrc = Crc32.Append(_memberCrc, piece);
            if (_memberBytes > limits.RatioFreeBytes && _memberBytes > (_rawOffset + _rawNext - _memberOffset) * limits.MaxRatio)
            {
                Fault($"gzip member unpacks to more than {limits.MaxRatio} times its size and was not read further");
                continue;
            }

            if (!_discarding)
            {
                _end += read;
                return true;
            }
        }
    }

    // RFC 1952, section 2.3. False at the end of the file.
    private bool BeginMember()
    {
        while (true)
        {
            if (_searching && !Search())
            {
                return false;
            }

            if (_falseMembers > MaxFalseMembers)
            {
                Problems.Enqueue(new ReadingProblem(_rawOffset + _rawNext, "too much of the file looks like gzip members and is none; the rest was not read"));
                _rawNext = _rawEnd;
                _rawEnded = true;
                return false;
            }

            if (!EnsureRaw(1))
            {
                return false;
            }

            _memberOffset = _rawOffset + _rawNext;
            if (EnsureRaw(FixedHeaderBytes) && SkipHeader())
            {
                _memberBytes = 0;
                _memberCrc = 0;
                _lastFeed = _rawNext;
                _member = new DeflateStream(new Feed(this), CompressionMode.Decompress);
                return true;
            }

            if (!_searching && IsPadding())
            {
                return false;
            }

            Fault(_rawEnded && _rawEnd - _rawNext < FixedHeaderBytes ? "the file ends within the header of a gzip member" : "no gzip member begins here");
        }
    }

    // Tapes and some tools fill a file up with zeros.
    private bool IsPadding()
    {
        do
        {
            if (_raw.AsSpan(_rawNext, _rawEnd - _rawNext).ContainsAnyExcept((byte)0))
            {
                return false;
            }

            _rawNext = _rawEnd;
        }
        while (FillRaw());
        return true;
    }

    private bool SkipHeader()
    {
        const byte HeaderCrc = 2, Extra = 4, Name = 8, Comment = 16, Reserved = 0xE0;
        var header = _raw.AsSpan(_rawNext, FixedHeaderBytes);
        if (!IsGzip(header) || (header[3] & Reserved) != 0)
        {
            return false;
        }

        var flags = header[3];
        var length = FixedHeaderBytes;
        if ((flags & Extra) != 0)
        {
            if (!EnsureRaw(length + 2))
            {
                return false;
            }

            length += 2 + BinaryPrimitives.ReadUInt16LittleEndian(_raw.AsSpan(_rawNext + length));
            if (length > limits.MaxHeaderBytes)
            {
                return false;
            }
        }

        for (var field = Name; field <= Comment; field <<= 1)
        {
            if ((flags & field) == 0)
            {
                continue;
            }

            do
            {
                if (length >= limits.MaxHeaderBytes || !EnsureRaw(length + 1))
                {
                    return false;
                }
            }
            while (_raw[_rawNext + length++] != 0);
        }

        length += (flags & HeaderCrc) != 0 ? 2 : 0;
        if (!EnsureRaw(length))
        {
            return false;
        }

        _rawNext += length;
        return true;
    }

    private void EndMember()
    {
        EnsureRaw(TrailerBytes);
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _memberCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_memberBytes);
        var first = -1;
        for (var from = _lastFeed; ;)
        {
            var found = _raw.AsSpan(from, Math.Min(_rawEnd, _rawNext + TrailerBytes) - from).IndexOf(trailer);
            if (found < 0)
            {
                break;
            }

            // Of an empty member the checksum and length are zeros, and so is the last byte of its data: the right one is followed by a member, padding or the end.
            var behind = _raw.AsSpan(from + found + TrailerBytes, Math.Min(3, _rawEnd - from - found - TrailerBytes));
            first = first < 0 ? from + found : first;
            if (behind.IsEmpty || IsGzip(behind))
            {
                first = from + found;
                break;
            }

            from += found + 1;
        }

        if (first < 0)
        {
            Fault("gzip member is cut off, or does not have the checksum or length that it states");
            return;
        }

        _member!.Dispose();
        _member = null;
        _discarding = false;
        _rawNext = first + TrailerBytes;
    }

    private void Fault(string message)
    {
        if (!_searching)
        {
            Problems.Enqueue(new ReadingProblem(_memberOffset, message));
            _damagedMember = _memberOffset;
        }

        Abandon();
    }

    // Goes back as far as the packed bytes are still there: damage is noticed behind the place where it is.
    private void Abandon()
    {
        _member?.Dispose();
        _member = null;
        _falseMembers += _searching ? 1 : 0;
        _searching = true;
        _discarding = false;
        _afterFault = true;
        _rawNext = (int)Math.Max(_memberOffset + 1 - _rawOffset, Math.Max(0, Math.Min(_lastFeed, _rawNext) - RawHistory));
        _rawNext = Math.Min(_rawNext, _rawEnd);
    }

    // To the next three bytes that can begin a member.
    private bool Search()
    {
        ReadOnlySpan<byte> magic = [0x1F, 0x8B, 0x08];
        while (true)
        {
            var found = _raw.AsSpan(_rawNext, _rawEnd - _rawNext).IndexOf(magic);
            if (found >= 0)
            {
                _rawNext += found;
                return true;
            }

            _rawNext = Math.Max(_rawNext, _rawEnd - (magic.Length - 1));
            if (!FillRaw())
            {
                _rawNext = _rawEnd;
                return false;
            }
        }
    }

    /// <summary>A place where unpacked bytes of another member begin.</summary>
    private readonly record struct Seam(long Position, long FileOffset, bool AfterFault);

    /// <summary>Gives packed bytes to the decoder and notes where the last piece began.</summary>
    private sealed class Feed(UnpackedInput input) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (!input.EnsureRaw(1))
            {
                return 0;
            }

            var count = Math.Min(buffer.Length, Math.Min(RawHistory / 2, input._rawEnd - input._rawNext));
            input._lastFeed = input._rawNext;
            input._raw.AsSpan(input._rawNext, count).CopyTo(buffer);
            input._rawNext += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
