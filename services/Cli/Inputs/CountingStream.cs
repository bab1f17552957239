namespace Sikap.Cli;

/// <summary>A stream that tells how much was read of it and whose beginning can be looked at before. Seeking is passed through where nothing was looked at in vain.</summary>
internal sealed class CountingStream(Stream inner) : Stream
{
    private byte[] _head = [];
    private int _headNext;
    private long _count;

    /// <summary>Bytes read, those looked at included.</summary>
    public long Count => Volatile.Read(ref _count);

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position - (_head.Length - _headNext);
        set
        {
            inner.Position = value;
            (_head, _headNext) = ([], 0);
        }
    }

    /// <summary>The first bytes, <paramref name="count"/> at most; they are read again afterwards.</summary>
    public ReadOnlyMemory<byte> Peek(int count)
    {
        if (_head.Length == 0)
        {
            var head = new byte[count];
            var read = inner.ReadAtLeast(head, count, throwOnEndOfStream: false);
            Volatile.Write(ref _count, _count + read);
            _head = head[..read];
        }

        return _head;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_headNext < _head.Length)
        {
            var taken = Math.Min(buffer.Length, _head.Length - _headNext);
            _head.AsSpan(_headNext, taken).CopyTo(buffer);
            _headNext += taken;
            return taken;
        }

        var read = inner.Read(buffer);
        Volatile.Write(ref _count, _count + read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };
        return Position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
