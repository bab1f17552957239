namespace Grpc.Core;

/// <summary>A status code with its explanation.</summary>
public struct Status : IEquatable<Status>
{
    /// <summary>Success without a text.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled without a text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>Makes a status.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Makes a status with the local exception that led to it, which never travels.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        _detail = detail;
        DebugException = debugException;
    }

    private readonly string? _detail;

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The explanation for developers; empty, never null.</summary>
    public readonly string Detail => _detail ?? "";

    /// <summary>What went wrong on this side, for logs; null where the status came from the peer.</summary>
    public Exception? DebugException { get; }

    public readonly bool Equals(Status other) => StatusCode == other.StatusCode && Detail == other.Detail;

    public override readonly bool Equals(object? obj) => obj is Status other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(StatusCode, Detail);

    public static bool operator ==(Status left, Status right) => left.Equals(right);

    public static bool operator !=(Status left, Status right) => !left.Equals(right);

    public override readonly string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType().FullName}: {DebugException.Message}\")";
}
