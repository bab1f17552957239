using System.Globalization;
using Sikap.Contracts;

namespace Sikap.Ingestion;

/// <summary>One spelling for the addresses under which an article is found, so that two of them can be compared.</summary>
internal static class CanonicalAddress
{
    // What a site adds to tell how a reader came, and which part or shape of the page was asked for; the article is the same without. Documented by the analytics tools and by habit of the web at large.
    private static readonly string[] s_noise = ["utm_", "fbclid", "gclid", "gclsrc", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "ref", "source", "page", "amp", "outputtype", "from"];

    // Hosts for phones and accelerated pages show the same articles.
    private static readonly string[] s_hosts = ["www.", "m.", "mobile.", "amp."];

    /// <summary>
    /// Host and path without scheme, fragment, tracking parameters and what names a shape of the page; the name of an item of a wire as it is; null where the address leads to no page of its own (the front page)
    /// or is none of the web.
    /// </summary>
    public static string? Of(string? address)
    {
        if (address is not null && ArticleRules.IsItemName(address))
            return address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            return null;

        var host = uri.IdnHost.ToLowerInvariant();
        foreach (var prefix in s_hosts)
        {
            if (host.StartsWith(prefix, StringComparison.Ordinal) && host.AsSpan(prefix.Length).Contains('.'))
            {
                host = host[prefix.Length..];
                break;
            }
        }

        var path = uri.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/amp", StringComparison.OrdinalIgnoreCase))
            path = path[..^"/amp".Length];
        var query = string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !IsNoise(part)).Order(StringComparer.Ordinal));
        if (path.Length == 0 && query.Length == 0)
            return null;
        var port = uri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}");
        return $"{host}{port}{path}{(query.Length > 0 ? "?" : "")}{query}";
    }

    /// <summary>The host of what <see cref="Of"/> gave.</summary>
    public static string HostOf(string address) => address[..(address.IndexOfAny(['/', '?']) is var end && end >= 0 ? end : address.Length)];

    private static bool IsNoise(string parameter)
    {
        var name = parameter.AsSpan(0, parameter.IndexOf('=') is var end && end >= 0 ? end : parameter.Length);
        foreach (var noise in s_noise)
        {
            if (noise[^1] == '_' ? name.StartsWith(noise, StringComparison.OrdinalIgnoreCase) : name.Equals(noise, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
