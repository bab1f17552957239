namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Flush after the message.</summary>
    None = 0,

    /// <summary>The message may wait in the buffer for the next one.</summary>
    BufferHint = 1,

    /// <summary>The message is sent uncompressed even where the call compresses.</summary>
    NoCompress = 2,
}

/// <summary>Options of one write.</summary>
public class WriteOptions
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; }
}
