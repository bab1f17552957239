using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Sikap.ServiceDefaults;

/// <summary>A field of a request that is wrong.</summary>
/// <param name="Field">Path of the field as in the proto, such as <c>issue.terms[2]</c>.</param>
/// <param name="Description">Why it is wrong and what would be right.</param>
public sealed record FieldViolation(string Field, string Description);

/// <summary>Makes <see cref="RpcException"/>s whose trailer <c>grpc-status-details-bin</c> carries a <c>google.rpc.Status</c>.</summary>
public static class GrpcFault
{
    /// <summary>Name of the trailer with the serialised <c>google.rpc.Status</c>.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    private const string Domain = "sikap";

    /// <summary>INVALID_ARGUMENT with a <c>google.rpc.BadRequest</c> naming every wrong field.</summary>
    public static RpcException BadRequest(params IReadOnlyCollection<FieldViolation> violations)
    {
        var details = new BadRequest();
        details.FieldViolations.AddRange(violations.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Description }));
        return Make(StatusCode.InvalidArgument, string.Join("; ", violations.Select(v => $"{v.Field}: {v.Description}")), details);
    }

    /// <summary>NOT_FOUND with an <c>ErrorInfo</c>.</summary>
    /// <param name="what">Kind of thing, such as <c>article</c>.</param>
    /// <param name="id">The id that was asked for.</param>
    public static RpcException NotFound(string what, string id)
        => Make(StatusCode.NotFound, $"no {what} '{Shorten(id)}'", Info("NOT_FOUND", what, id));

    /// <summary>ALREADY_EXISTS with an <c>ErrorInfo</c>.</summary>
    public static RpcException AlreadyExists(string what, string id)
        => Make(StatusCode.AlreadyExists, $"another {what} '{Shorten(id)}' exists", Info("ALREADY_EXISTS", what, id));

    /// <summary>UNAVAILABLE with a <c>google.rpc.RetryInfo</c>.</summary>
    /// <param name="reason">What is away, in English, without internals.</param>
    /// <param name="retryAfter">When the caller may try again.</param>
    public static RpcException Unavailable(string reason, TimeSpan retryAfter)
        => Make(StatusCode.Unavailable, reason, new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });

    /// <summary>The <c>google.rpc.Status</c> an exception stands for: its trailer where it has one, else its code and text.</summary>
    public static Google.Rpc.Status ToStatus(this RpcException exception)
        => exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes
            ? Google.Rpc.Status.Parser.ParseFrom(bytes)
            : new Google.Rpc.Status { Code = (int)exception.StatusCode, Message = exception.Status.Detail };

    private static RpcException Make(StatusCode code, string message, IMessage details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(details));
        return new RpcException(new global::Grpc.Core.Status(code, message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }

    private static ErrorInfo Info(string reason, string what, string id)
        => new() { Reason = reason, Domain = Domain, Metadata = { ["kind"] = what, ["id"] = Shorten(id) } };

    // What a caller sent comes back in headers; keep it within their limits.
    private static string Shorten(string id) => id.Length <= 128 ? id : id[..128] + "…";
}
