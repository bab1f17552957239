using System.Buffers.Text;
using Grpc.Core;

namespace Grpc.Protocol;

/// <summary>Metadata to and from header fields.</summary>
internal static class MetadataCoding
{
    /// <summary>The field value of an entry: bytes as unpadded base64. Throws <see cref="ArgumentException"/> for text that is not printable ASCII.</summary>
    public static string Encode(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return Convert.ToBase64String(entry.RawBytes).TrimEnd('=');
        }

        foreach (var c in entry.Value)
        {
            if (c is < ' ' or > '~')
            {
                throw new ArgumentException($"The value of the metadata entry '{entry.Key}' has a character outside of printable ASCII; use a '-bin' entry for it.");
            }
        }

        return entry.Value;
    }

    /// <summary>True for fields that belong to HTTP or to the protocol and are not metadata.</summary>
    public static bool IsReserved(string name) => name.Length switch
    {
        0 => true,
        _ when name[0] == ':' => true,
        2 => Is(name, "te"),
        4 => Is(name, "date") || Is(name, "host"),
        6 => Is(name, "server"),
        11 => Is(name, "grpc-status"),
        12 => Is(name, "content-type") || Is(name, "grpc-message") || Is(name, "grpc-timeout"),
        13 => Is(name, "grpc-encoding") || Is(name, "content-length".AsSpan(0, 13)),
        14 => Is(name, "content-length"),
        17 => Is(name, "transfer-encoding"),
        20 => Is(name, "grpc-accept-encoding"),
        _ => false,
    };

    /// <summary>
    /// Adds the entries of one header field. A binary field may hold several values joined by commas, each base64 with or without padding. Returns false where a value
    /// is not base64.
    /// </summary>
    public static bool TryAdd(Metadata metadata, string name, string? value)
    {
        var key = name.AsSpan().ContainsAnyInRange('A', 'Z') ? name.ToLowerInvariant() : name;
        if (!Metadata.Entry.HasBinarySuffix(key))
        {
            metadata.Add(Metadata.Entry.FromWire(key, value ?? ""));
            return true;
        }

        foreach (var part in value.AsSpan().Split(','))
        {
            if (!TryDecode(value.AsSpan()[part].Trim(' '), out var bytes))
            {
                return false;
            }

            metadata.Add(Metadata.Entry.FromWire(key, bytes));
        }

        return true;
    }

    /// <summary>Decodes base64 with or without padding.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var trimmed = text.TrimEnd('=');
        if (trimmed.Length % 4 == 1 || text.Length - trimmed.Length > 2)
        {
            bytes = [];
            return false;
        }

        var padded = trimmed.Length + ((4 - (trimmed.Length % 4)) % 4);
        Span<char> buffer = padded <= 512 ? stackalloc char[padded] : new char[padded];
        trimmed.CopyTo(buffer);
        buffer[trimmed.Length..].Fill('=');
        var result = new byte[Base64.GetMaxDecodedFromUtf8Length(padded)];
        if (!Convert.TryFromBase64Chars(buffer, result, out var written))
        {
            bytes = [];
            return false;
        }

        bytes = written == result.Length ? result : result[..written];
        return true;
    }

    private static bool Is(string name, ReadOnlySpan<char> other) => name.AsSpan().Equals(other, StringComparison.OrdinalIgnoreCase);
}
