using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Grpc.Core;

/// <summary>The rich status of a failed call.</summary>
public static class RpcExceptionExtensions
{
    internal const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>The <c>google.rpc.Status</c> of the call's trailers, or null where there is none. Throws <see cref="InvalidProtocolBufferException"/> for one that cannot be read,
    /// unless <paramref name="ignoreParseError"/> is true.</summary>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException ex, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(ex);
        return ex.Trailers.GetRpcStatus(ignoreParseError);
    }
}

/// <summary>The rich status in metadata.</summary>
public static class MetadataExtensions
{
    /// <inheritdoc cref="RpcExceptionExtensions.GetRpcStatus"/>
    public static Google.Rpc.Status? GetRpcStatus(this Metadata metadata, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.Get(RpcExceptionExtensions.DetailsTrailer) is not { } entry)
        {
            return null;
        }

        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(entry.ValueBytes);
        }
        catch (InvalidProtocolBufferException) when (ignoreParseError)
        {
            return null;
        }
    }

    /// <summary>Puts a rich status into trailers, replacing one that is there.</summary>
    public static void SetRpcStatus(this Metadata metadata, Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(status);
        if (metadata.Get(RpcExceptionExtensions.DetailsTrailer) is { } old)
        {
            metadata.Remove(old);
        }

        metadata.Add(RpcExceptionExtensions.DetailsTrailer, status.ToByteArray());
    }
}

/// <summary>From the rich status to the exception a handler throws, and to its parts.</summary>
public static class RpcStatusExtensions
{
    /// <summary>An exception with the status' code and message and the whole status in its trailers.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.ToRpcException((StatusCode)status.Code, status.Message);
    }

    /// <summary>The same with another code and message for callers that do not read the rich status.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status, StatusCode statusCode, string message)
    {
        ArgumentNullException.ThrowIfNull(status);
        var trailers = new Metadata();
        trailers.SetRpcStatus(status);
        return new RpcException(new Status(statusCode, message), trailers);
    }

    /// <summary>The first detail of a type, or null.</summary>
    public static T? GetDetail<T>(this Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (Any detail in status.Details)
        {
            if (detail.TryUnpack<T>(out var message))
            {
                return message;
            }
        }

        return null;
    }
}
