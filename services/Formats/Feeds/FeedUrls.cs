using System.Buffers;

namespace Sikap.Formats.Feeds;

/// <summary>Addresses as feeds write them: relative ones resolved as RFC 3986 section 5 says, absolute ones left letter by letter, since readers know an article by them.</summary>
internal static class FeedUrls
{
    private static readonly SearchValues<char> SchemeEnd = SearchValues.Create(":/?#");

    // Line breaks and tabs inside an address come from wrapped sources; browsers leave them out.
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\t\r\n");

    /// <summary>An address an article or a site can be fetched from; null for anything else, such as <c>javascript:</c>, <c>urn:</c> or a relative one.</summary>
    public static Uri? ToWeb(string? address) =>
        address is { Length: <= FormatLimits.MaxAddressChars }
        && (address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? uri
            : null;

    /// <summary>A base that addresses can be resolved against: http or https only.</summary>
    public static string? ToBase(string? parent, string address) => ToWeb(Join(parent, address))?.OriginalString ?? parent;

    /// <summary>An address seen from a base.</summary>
    /// <param name="base">Absolute; null when there is none, and then the address stays as it is.</param>
    /// <param name="address">Absolute or relative.</param>
    public static string Join(string? @base, string address)
    {
        address = address.Trim();
        if (address.AsSpan().IndexOfAny(Breaks) >= 0)
        {
            address = string.Concat(address.Split(['\t', '\r', '\n'], StringSplitOptions.TrimEntries));
        }

        if (Scheme(address) is { Length: > 0 } scheme)
        {
            // "http:////host" and "http:/host": slashes too many or too few.
            return scheme is "http" or "https" ? $"{address.AsSpan(0, scheme.Length)}://{address.AsSpan(scheme.Length + 1).TrimStart('/')}" : address;
        }

        if (@base is null)
        {
            return address;
        }

        if (address.Length == 0)
        {
            return @base;
        }

        var (start, authorityEnd, pathEnd, queryEnd) = Split(@base);
        if (address.StartsWith("//", StringComparison.Ordinal))
        {
            return $"{@base.AsSpan(0, start)}{address}";
        }

        if (address[0] == '#')
        {
            return $"{@base.AsSpan(0, queryEnd)}{address}";
        }

        if (address[0] == '?')
        {
            return $"{@base.AsSpan(0, pathEnd)}{address}";
        }

        var (_, _, ownPathEnd, _) = Split(address, hasAuthority: false);
        var path = address.AsSpan(0, ownPathEnd);
        string merged;
        if (path[0] == '/')
        {
            merged = path.ToString();
        }
        else
        {
            var folder = @base.AsSpan(authorityEnd, pathEnd - authorityEnd);
            var last = folder.LastIndexOf('/');
            merged = $"{(last < 0 ? "/" : folder[..(last + 1)])}{path}";
        }

        return $"{@base.AsSpan(0, authorityEnd)}{RemoveDots(merged)}{address.AsSpan(ownPathEnd)}";
    }

    private static string? Scheme(string address)
    {
        var end = address.AsSpan().IndexOfAny(SchemeEnd);
        if (end <= 0 || address[end] != ':' || !char.IsAsciiLetter(address[0]))
        {
            return null;
        }

        foreach (var character in address.AsSpan(0, end))
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.'))
            {
                return null;
            }
        }

        return address[..end].ToLowerInvariant();
    }

    // Ends of scheme with colon, authority, path and query.
    private static (int Scheme, int Authority, int Path, int Query) Split(string address, bool hasAuthority = true)
    {
        var scheme = hasAuthority ? address.IndexOf(':', StringComparison.Ordinal) + 1 : 0;
        var authority = scheme;
        if (address.AsSpan(scheme).StartsWith("//"))
        {
            var end = address.AsSpan(scheme + 2).IndexOfAny('/', '?', '#');
            authority = end < 0 ? address.Length : scheme + 2 + end;
        }

        var fragment = address.IndexOf('#', authority);
        var query = fragment < 0 ? address.Length : fragment;
        var path = address.AsSpan(authority, query - authority).IndexOf('?');
        return (scheme, authority, path < 0 ? query : authority + path, query);
    }

    private static string RemoveDots(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var kept = new List<string>();
        var parts = path.Split('/');
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i] is "." or "..")
            {
                if (parts[i] == ".." && kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }

                if (i == parts.Length - 1)
                {
                    kept.Add("");
                }
            }
            else
            {
                kept.Add(parts[i]);
            }
        }

        return "/" + string.Join('/', kept);
    }
}
