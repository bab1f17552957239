using System.Collections.Frozen;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>What a server's answers mean that say no. Codes are those of the servers' list of errors.</summary>
internal static class ServerErrors
{
    internal const string RetryableWriteLabel = "RetryableWriteError";
    internal const string NoWritesPerformedLabel = "NoWritesPerformed";
    internal const string SystemOverloadedLabel = "SystemOverloadedError";
    internal const string RetryableLabel = "RetryableError";

    private const int NotWritablePrimary = 10107;
    private const int NotPrimaryNoSecondaryOk = 13435;
    private const int LegacyNotPrimary = 10058;
    private const int InterruptedAtShutdown = 11600;
    private const int ShutdownInProgress = 91;
    private const int CursorNotFound = 43;
    private const int MaxTimeExpired = 50;
    private const int IllegalOperation = 20;

    private static readonly FrozenSet<int> NotPrimary = new[] { NotWritablePrimary, NotPrimaryNoSecondaryOk, LegacyNotPrimary }.ToFrozenSet();

    // InterruptedDueToReplStateChange, NotPrimaryOrSecondary, PrimarySteppedDown beside the two of a shutdown.
    private static readonly FrozenSet<int> Recovering = new[] { InterruptedAtShutdown, 11602, 13436, 189, ShutdownInProgress }.ToFrozenSet();

    // HostUnreachable, HostNotFound, NetworkTimeout, SocketException, ExceededTimeLimit, ReadConcernMajorityNotAvailableYet beside the changes of state.
    private static readonly FrozenSet<int> RetryableReads =
        new[] { 6, 7, 89, 9001, 262, 134, NotWritablePrimary, NotPrimaryNoSecondaryOk, InterruptedAtShutdown, 11602, 13436, 189, ShutdownInProgress }.ToFrozenSet();

    private static readonly FrozenSet<int> RetryableWrites =
        new[] { 6, 7, 89, 9001, 262, NotWritablePrimary, NotPrimaryNoSecondaryOk, InterruptedAtShutdown, 11602, 13436, 189, ShutdownInProgress }.ToFrozenSet();

    /// <summary>The code of an error; null where there is none.</summary>
    internal static int? CodeOf(BsonDocument document) => document.GetValue("code", null) is { IsNumeric: true } code ? (int)Math.Clamp(code.ToDouble(), int.MinValue, int.MaxValue) : null;

    internal static bool IsOk(BsonDocument reply) => reply.GetValue("ok", null) is { } ok && ok.ToBoolean();

    /// <summary>The exception for an answer that is not ok; null where it is.</summary>
    internal static MongoCommandException? From(BsonDocument command, BsonDocument reply)
    {
        if (IsOk(reply))
        {
            return null;
        }

        var code = CodeOf(reply);
        var name = command.ElementCount > 0 ? command.GetElement(0).Name : "command";
        var message = $"command {name} failed: {(reply.GetValue("errmsg", null) as BsonString)?.Value ?? "no reason given"} (code {code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"})";

        // The answer of a failed command can carry what the caller sent; the exception names the command only.
        var shown = new BsonDocument(name, command.ElementCount > 0 ? command[0] : BsonNull.Value);
        if (IsNotPrimary(reply))
        {
            return new MongoNotPrimaryException(message, shown, reply);
        }

        if (IsRecovering(reply))
        {
            return new MongoNodeIsRecoveringException(message, shown, reply);
        }

        return code switch
        {
            MaxTimeExpired => new MongoExecutionTimeoutException(message, shown, reply),
            CursorNotFound => new MongoCursorNotFoundException(message, shown, reply),
            _ => new MongoCommandException(message, shown, reply),
        };
    }

    /// <summary>The server is not what it was taken for, or about to be gone.</summary>
    internal static bool IsStateChange(BsonDocument reply) => IsNotPrimary(reply) || IsRecovering(reply);

    internal static bool IsShutdown(BsonDocument reply) => CodeOf(reply) is InterruptedAtShutdown or ShutdownInProgress;

    internal static bool IsRetryableRead(Exception error) => error switch
    {
        MongoConnectionPoolPausedException => true,
        MongoAuthenticationException => false,
        MongoConnectionException => true,
        MongoCommandException command => RetryableReads.Contains(command.Code),
        _ => false,
    };

    /// <summary>Gives an error the label that says the write may be tried again. Servers from 4.4 on (wire version 9) do that themselves.</summary>
    internal static void LabelWriteError(Exception error, int maxWireVersion, bool isMongos)
    {
        if (error is MongoConnectionPoolPausedException || (error is MongoConnectionException and not MongoAuthenticationException))
        {
            ((MongoException)error).AddErrorLabel(RetryableWriteLabel);
        }
        else if (error is MongoCommandException command && maxWireVersion < 9)
        {
            var inner = command.Result.GetValue("writeConcernError", null) as BsonDocument;
            if (RetryableWrites.Contains(command.Code) || (!isMongos && inner is not null && CodeOf(inner) is { } code && RetryableWrites.Contains(code)))
            {
                command.AddErrorLabel(RetryableWriteLabel);
            }
        }
    }

    /// <summary>A standalone server refuses transaction numbers with an error that says little.</summary>
    internal static bool IsRetryableWritesUnsupported(MongoCommandException error) =>
        error.Code == IllegalOperation && error.ErrorMessage?.StartsWith("Transaction numbers", StringComparison.Ordinal) == true;

    private static bool IsNotPrimary(BsonDocument reply) => CodeOf(reply) is { } code
        ? NotPrimary.Contains(code)
        : Message(reply) is { } text && text.Contains("not master", StringComparison.Ordinal) && !IsRecovering(reply);

    private static bool IsRecovering(BsonDocument reply) => CodeOf(reply) is { } code
        ? Recovering.Contains(code)
        : Message(reply) is { } text && (text.Contains("node is recovering", StringComparison.Ordinal) || text.Contains("not master or secondary", StringComparison.Ordinal));

    private static string? Message(BsonDocument reply) => IsOk(reply) ? null : (reply.GetValue("errmsg", null) as BsonString)?.Value;
}
