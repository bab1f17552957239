using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Sikap.Cli;

/// <summary>The details a service attaches to a status: which fields were wrong, when to try again.</summary>
internal sealed class RichError
{
    private readonly BadRequest? _badRequest;

    private RichError(Google.Rpc.Status? status)
    {
        foreach (var detail in status?.Details ?? [])
        {
            if (detail.Is(BadRequest.Descriptor))
            {
                _badRequest = detail.Unpack<BadRequest>();
            }
            else if (detail.Is(RetryInfo.Descriptor))
            {
                RetryAfter = detail.Unpack<RetryInfo>().RetryDelay?.ToTimeSpan();
            }
        }
    }

    /// <summary>When the server suggests to try again; null when it says nothing.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The details of a failed call.</summary>
    public static RichError Of(RpcException exception)
    {
        var bytes = exception.Trailers.Get("grpc-status-details-bin")?.ValueBytes;
        try
        {
            return new RichError(bytes is null ? null : Google.Rpc.Status.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            // The details add to the status; a server that garbles them has still said its status.
            return new RichError(null);
        }
    }

    /// <summary>The details of one item of a batch.</summary>
    public static RichError Of(Google.Rpc.Status status) => new(status);

    /// <summary><paramref name="message"/> and after it "field: reason" for each wrong field it does not speak of itself.</summary>
    public string Explain(string message, string separator) => message + string.Concat((_badRequest?.FieldViolations ?? [])
        .Where(violation => !message.Contains(violation.Description, StringComparison.Ordinal))
        .Select(violation => $"{separator}{violation.Field}: {violation.Description}"));
}
