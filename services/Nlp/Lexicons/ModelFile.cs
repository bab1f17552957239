using System.Buffers.Binary;
using System.IO.Compression;

namespace Sikap.Nlp.Lexicons;

/// <summary>How a trained model lies in its file: a number that says which kind it is, the content, and a checksum over both, packed together.</summary>
internal static class ModelFile
{
    private const int NumberBytes = 4;

    /// <summary>The content of a model's file.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="stream">Its bytes.</param>
    /// <param name="kind">The number it must begin with.</param>
    /// <exception cref="InvalidOperationException">The file is of another kind, is cut short, or its checksum does not hold.</exception>
    public static BinaryReader Read(string name, Stream stream, uint kind)
    {
        byte[] bytes;
        try
        {
            using var unpacked = new MemoryStream();
            using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
            brotli.CopyTo(unpacked);
            bytes = unpacked.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            throw new InvalidOperationException($"Model {name} cannot be unpacked", e);
        }

        if (bytes.Length < 4 * NumberBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != kind)
        {
            throw new InvalidOperationException($"Model {name} is no model of this kind");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - NumberBytes)) != Checksum(bytes.AsSpan(0, bytes.Length - NumberBytes)))
        {
            throw new InvalidOperationException($"Model {name} is damaged: its checksum does not hold");
        }

        return new BinaryReader(new MemoryStream(bytes, NumberBytes, bytes.Length - (2 * NumberBytes)));
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static void Write(Stream stream, uint kind, Action<BinaryWriter> content)
    {
        using var plain = new MemoryStream();
        using var writer = new BinaryWriter(plain);
        writer.Write(kind);
        content(writer);
        writer.Flush();
        writer.Write(Checksum(plain.GetBuffer().AsSpan(0, (int)plain.Length)));
        writer.Flush();
        using var brotli = new BrotliStream(stream, CompressionLevel.SmallestSize, leaveOpen: true);
        brotli.Write(plain.GetBuffer(), 0, (int)plain.Length);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash;
    }
}
