namespace Sikap.Ingestion;

/// <summary>What kind of failure a fetch ended in; few, so that they can be counted by kind.</summary>
public enum FetchFailureKind
{
    /// <summary>The address, or one it redirects to, is none that may be asked.</summary>
    AddressRefused,

    /// <summary>Too many redirects, one without an address, or one from https to http.</summary>
    RedirectRefused,

    /// <summary>The host's robots.txt disallows it, or cannot be had, which means the same.</summary>
    Robots,

    /// <summary>The host is left alone for now; <see cref="FetchFailure.RetryAfter"/> says how long. Nothing was asked.</summary>
    Resting,

    /// <summary>The host's name leads nowhere.</summary>
    NameNotFound,

    /// <summary>Nobody answers under the host's addresses, or only under such that may not be asked.</summary>
    Unreachable,

    /// <summary>The host could not prove its name.</summary>
    Tls,

    /// <summary>Connection, headers, body or all together took too long.</summary>
    TimedOut,

    /// <summary>What came is no HTTP, or broke off.</summary>
    Broken,

    /// <summary>Body or headers are larger than allowed, or inflate to more than a hundred times their size.</summary>
    TooLarge,

    /// <summary>The body's encoding is unknown, is more than one, or does not decode.</summary>
    BadEncoding,

    /// <summary>A status other than 200 and 304; <see cref="FetchFailure.Status"/> has it.</summary>
    Status,
}

/// <summary>Why something could not be fetched.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Message">For people; without secrets, at most 300 characters.</param>
/// <param name="Status">The host's status; 0 where there was none.</param>
/// <param name="RetryAfter">How long the host asked, or is, to be left alone; null = nobody said.</param>
public sealed record FetchFailure(FetchFailureKind Kind, string Message, int Status = 0, TimeSpan? RetryAfter = null);

/// <summary>What is to be fetched.</summary>
/// <param name="Url">Absolute http or https address.</param>
public sealed record FetchRequest(Uri Url)
{
    /// <summary>Value of <c>Accept</c>.</summary>
    public string Accept { get; init; } = "*/*";

    /// <summary>The entity tag that came with what is known; null = none.</summary>
    public string? ETag { get; init; }

    /// <summary><c>Last-Modified</c> as it came with what is known; null = none.</summary>
    public string? LastModified { get; init; }

    /// <summary>False where a person asks for this one document: robots.txt speaks to programs that go from address to address by themselves.</summary>
    public bool ObeysRobots { get; init; } = true;
}

/// <summary>What became of a fetch. One of <see cref="Document"/> and <see cref="Failure"/> is there, or neither where what is known still holds (304).</summary>
public sealed record FetchResult
{
    /// <summary>The address that was asked last.</summary>
    public required Uri Url { get; init; }

    /// <summary>Where the address has moved for good, as redirects 301 and 308 alone said; null = nowhere.</summary>
    public Uri? MovedTo { get; init; }

    /// <summary>The document; null when there is none.</summary>
    public FetchedDocument? Document { get; init; }

    /// <summary>Why there is none; null when it was fetched or has not changed.</summary>
    public FetchFailure? Failure { get; init; }

    /// <summary>True when what is known still holds.</summary>
    public bool NotModified => Document is null && Failure is null;
}

/// <summary>A document as it came.</summary>
/// <param name="Content">The body, inflated.</param>
/// <param name="ContentType"><c>Content-Type</c>; null when there was none.</param>
/// <param name="ETag">For the next time; null = none.</param>
/// <param name="LastModified">For the next time; null = none.</param>
public sealed record FetchedDocument(ReadOnlyMemory<byte> Content, string? ContentType, string? ETag, string? LastModified);
