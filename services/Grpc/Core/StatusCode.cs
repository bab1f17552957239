namespace Grpc.Core;

/// <summary>Result of a call, with the numbers that travel in <c>grpc-status</c>.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller cancelled the call.</summary>
    Cancelled = 1,

    /// <summary>An error of unknown nature; also what a handler's unexpected exception becomes.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit (size, quota, rate) was exceeded.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the system does not allow the operation.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was abandoned, usually for a conflict with another one.</summary>
    Aborted = 10,

    /// <summary>The operation went past a valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method or service is not offered here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, or the peer does not follow the protocol.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; trying again later may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or corrupted beyond recovery.</summary>
    DataLoss = 15,

    /// <summary>The caller's credentials are missing or invalid.</summary>
    Unauthenticated = 16,
}
