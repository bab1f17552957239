using MongoDB.Bson;
using MongoDB.Driver.Core;

namespace MongoDB.Driver;

/// <summary>Anything that goes wrong between the client and its servers; labels say what may be done about it.</summary>
public class MongoException : Exception
{
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    public MongoException(string message)
        : base(message)
    {
    }

    public MongoException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public IReadOnlyList<string> ErrorLabels => [.. _labels];

    public bool HasErrorLabel(string errorLabel) => _labels.Contains(errorLabel);

    public void AddErrorLabel(string errorLabel) => _labels.Add(errorLabel);

    public void RemoveErrorLabel(string errorLabel) => _labels.Remove(errorLabel);
}

/// <summary>The client's own side.</summary>
public class MongoClientException(string message, Exception? innerException = null) : MongoException(message, innerException);

/// <summary>A setting or connection string that cannot be followed.</summary>
public sealed class MongoConfigurationException(string message, Exception? innerException = null) : MongoClientException(message, innerException);

/// <summary>A server too old or too new for this client.</summary>
public sealed class MongoIncompatibleDriverException(string message) : MongoClientException(message);

/// <summary>The pool of a server was cleared after an error and waits for the server to be found well again.</summary>
public sealed class MongoConnectionPoolPausedException(string message) : MongoClientException(message);

/// <summary>A connection could not be made or broke; the outcome of what was under way is unknown.</summary>
public class MongoConnectionException(string message, Exception? innerException = null) : MongoException(message, innerException)
{
    /// <summary>True where the server was silent for too long, as against gone.</summary>
    public bool ContainsTimeoutException => InnerException is TimeoutException;

    internal int Generation { get; init; }

    /// <summary>How far the connection was when it broke.</summary>
    internal ConnectionPhase Phase { get; init; } = ConnectionPhase.Ready;
}

/// <summary>The server did not take the credential, or could not prove that it knows it.</summary>
public sealed class MongoAuthenticationException(string message, Exception? innerException = null) : MongoConnectionException(message, innerException);

/// <summary>A server's answer that is not one.</summary>
internal sealed class MongoProtocolException(string message, Exception? innerException = null) : MongoConnectionException(message, innerException);

/// <summary>The server said no.</summary>
public class MongoServerException(string message, Exception? innerException = null) : MongoException(message, innerException);

/// <summary>A command that failed as a whole.</summary>
public class MongoCommandException : MongoServerException
{
    public MongoCommandException(string message, BsonDocument command, BsonDocument result)
        : base(message)
    {
        Command = command;
        Result = result;
        foreach (var label in result.GetValue("errorLabels", null) as BsonArray ?? [])
        {
            AddErrorLabel(label.AsString);
        }
    }

    public BsonDocument Command { get; }

    /// <summary>The server's answer.</summary>
    public BsonDocument Result { get; }

    public int Code => ServerErrors.CodeOf(Result) ?? -1;

    public string? CodeName => (Result.GetValue("codeName", null) as BsonString)?.Value;

    public string? ErrorMessage => (Result.GetValue("errmsg", null) as BsonString)?.Value;
}

/// <summary>The server is not the primary.</summary>
public sealed class MongoNotPrimaryException(string message, BsonDocument command, BsonDocument result) : MongoCommandException(message, command, result);

/// <summary>The server is starting, stopping or recovering.</summary>
public sealed class MongoNodeIsRecoveringException(string message, BsonDocument command, BsonDocument result) : MongoCommandException(message, command, result);

/// <summary>The command took longer than its <c>maxTimeMS</c>.</summary>
public sealed class MongoExecutionTimeoutException(string message, BsonDocument command, BsonDocument result) : MongoCommandException(message, command, result);

/// <summary>The server does not know the cursor (any more).</summary>
public sealed class MongoCursorNotFoundException(string message, BsonDocument command, BsonDocument result) : MongoCommandException(message, command, result);

/// <summary>The write was done, but not as safely as asked.</summary>
public class MongoWriteConcernException(string message, BsonDocument command, BsonDocument result) : MongoCommandException(message, command, result);

/// <summary>What kind of refusal a write met.</summary>
public enum ServerErrorCategory
{
    Uncategorized,
    DuplicateKey,
    ExecutionTimeout,
}

/// <summary>Why a write was refused.</summary>
public class WriteError
{
    internal WriteError(BsonDocument error)
    {
        Code = ServerErrors.CodeOf(error) ?? 0;
        Message = (error.GetValue("errmsg", null) as BsonString)?.Value ?? "";
        Details = error.GetValue("errInfo", null) as BsonDocument;
    }

    public int Code { get; }

    public string Message { get; }

    public BsonDocument? Details { get; }

    public ServerErrorCategory Category => Code switch
    {
        11000 or 11001 or 12582 => ServerErrorCategory.DuplicateKey,
        50 => ServerErrorCategory.ExecutionTimeout,
        _ => ServerErrorCategory.Uncategorized,
    };
}

/// <summary>Why one of many writes was refused.</summary>
public sealed class BulkWriteError : WriteError
{
    internal BulkWriteError(int index, BsonDocument error)
        : base(error)
    {
        Index = index;
    }

    /// <summary>Position of the write among those that were asked for.</summary>
    public int Index { get; }
}

/// <summary>Writes were done, but not as safely as asked.</summary>
public sealed class WriteConcernError
{
    internal WriteConcernError(BsonDocument error)
    {
        Code = ServerErrors.CodeOf(error) ?? 0;
        CodeName = (error.GetValue("codeName", null) as BsonString)?.Value;
        Message = (error.GetValue("errmsg", null) as BsonString)?.Value ?? "";
        Details = error.GetValue("errInfo", null) as BsonDocument;
    }

    public int Code { get; }

    public string? CodeName { get; }

    public string Message { get; }

    public BsonDocument? Details { get; }
}

/// <summary>A single write that was refused.</summary>
public sealed class MongoWriteException : MongoServerException
{
    internal MongoWriteException(WriteError? writeError, WriteConcernError? writeConcernError, MongoException inner)
        : base($"the write failed: {writeError?.Message ?? writeConcernError?.Message}", inner)
    {
        WriteError = writeError;
        WriteConcernError = writeConcernError;
        foreach (var label in inner.ErrorLabels)
        {
            AddErrorLabel(label);
        }
    }

    public WriteError? WriteError { get; }

    public WriteConcernError? WriteConcernError { get; }
}

/// <summary>Some of many writes were refused.</summary>
public class MongoBulkWriteException : MongoServerException
{
    internal MongoBulkWriteException(IReadOnlyList<BulkWriteError> writeErrors, WriteConcernError? writeConcernError, IEnumerable<string> labels)
        : base($"a bulk write failed: {(writeErrors.Count > 0 ? writeErrors[0] : null)?.Message ?? writeConcernError?.Message}")
    {
        WriteErrors = writeErrors;
        WriteConcernError = writeConcernError;
        foreach (var label in labels)
        {
            AddErrorLabel(label);
        }
    }

    public IReadOnlyList<BulkWriteError> WriteErrors { get; }

    public WriteConcernError? WriteConcernError { get; }
}

/// <summary>Some of many writes were refused.</summary>
public sealed class MongoBulkWriteException<TDocument> : MongoBulkWriteException
{
    internal MongoBulkWriteException(BulkWriteResult<TDocument> result, IReadOnlyList<BulkWriteError> writeErrors, WriteConcernError? writeConcernError,
        IReadOnlyList<WriteModel<TDocument>> unprocessed, IEnumerable<string> labels)
        : base(writeErrors, writeConcernError, labels)
    {
        Result = result;
        UnprocessedRequests = unprocessed;
    }

    /// <summary>What was done.</summary>
    public BulkWriteResult<TDocument> Result { get; }

    /// <summary>Writes that were not tried because an ordered one before them failed.</summary>
    public IReadOnlyList<WriteModel<TDocument>> UnprocessedRequests { get; }
}
