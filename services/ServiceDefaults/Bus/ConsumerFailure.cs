using System.Data.Common;
using System.Net.Sockets;
using Grpc.Core;

namespace Sikap.ServiceDefaults;

/// <summary>
/// The only exception that leaves a consumer: type and beginning of the text of what was thrown, no inner exception.
/// Exception texts become message headers, and headers beyond the broker's frame size close the connection and silence the consumer for good;
/// a cancellation that leaves a consumer ends the receive transport.
/// </summary>
#pragma warning disable CA1710 // The name is what operators see in the headers of _error queues; it says enough.
public sealed class ConsumerFailure : Exception
{
#pragma warning restore CA1710
    /// <summary>Longest text in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 4_096;

    private ConsumerFailure(Exception cause, string message, bool isTransient)
        : base(message)
    {
        FailureType = cause.GetType().FullName!;
        IsTransient = isTransient;
    }

    /// <summary>Full name of the type that was thrown.</summary>
    public string FailureType { get; }

    /// <summary>True when the same message may well succeed a moment later.</summary>
    public bool IsTransient { get; }

    /// <summary>Wraps what a consumer threw; a <see cref="ConsumerFailure"/> stays as it is.</summary>
    public static ConsumerFailure From(Exception exception)
        => exception as ConsumerFailure
            ?? new ConsumerFailure(exception, $"{exception.GetType().FullName}: {exception.Message}".CutToUtf8Bytes(MaxMessageBytes), IsTransientFault(exception));

    private static bool IsTransientFault(Exception exception) => exception switch
    {
        StoreUnavailableException or PublishOutcomeUnknownException => true,
        TimeoutException or IOException or SocketException or HttpRequestException or OperationCanceledException => true,
        DbException { IsTransient: true } => true,
        RpcException { StatusCode: StatusCode.Unavailable } => true,
        _ => false,
    };
}
