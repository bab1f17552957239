using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>One write among many.</summary>
public abstract class WriteModel<TDocument>
{
    private protected WriteModel()
    {
    }
}

public sealed class InsertOneModel<TDocument>(TDocument document) : WriteModel<TDocument>
{
    public TDocument Document { get; } = document;
}

public sealed class ReplaceOneModel<TDocument>(FilterDefinition<TDocument> filter, TDocument replacement) : WriteModel<TDocument>
{
    public FilterDefinition<TDocument> Filter { get; } = filter;

    public TDocument Replacement { get; } = replacement;

    public bool IsUpsert { get; set; }

    public BsonValue? Hint { get; set; }
}

public sealed class UpdateOneModel<TDocument>(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update) : WriteModel<TDocument>
{
    public FilterDefinition<TDocument> Filter { get; } = filter;

    public UpdateDefinition<TDocument> Update { get; } = update;

    public bool IsUpsert { get; set; }

    public BsonValue? Hint { get; set; }

    /// <summary>Conditions for the array items that <c>$[name]</c> means.</summary>
    public IEnumerable<BsonDocument>? ArrayFilters { get; set; }
}

public sealed class UpdateManyModel<TDocument>(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update) : WriteModel<TDocument>
{
    public FilterDefinition<TDocument> Filter { get; } = filter;

    public UpdateDefinition<TDocument> Update { get; } = update;

    public bool IsUpsert { get; set; }

    public BsonValue? Hint { get; set; }

    /// <summary>Conditions for the array items that <c>$[name]</c> means.</summary>
    public IEnumerable<BsonDocument>? ArrayFilters { get; set; }
}

public sealed class DeleteOneModel<TDocument>(FilterDefinition<TDocument> filter) : WriteModel<TDocument>
{
    public FilterDefinition<TDocument> Filter { get; } = filter;

    public BsonValue? Hint { get; set; }
}

public sealed class DeleteManyModel<TDocument>(FilterDefinition<TDocument> filter) : WriteModel<TDocument>
{
    public FilterDefinition<TDocument> Filter { get; } = filter;

    public BsonValue? Hint { get; set; }
}

public sealed class BulkWriteOptions
{
    /// <summary>True (default) = in order, up to the first that fails; false = all that can be done.</summary>
    public bool IsOrdered { get; set; } = true;

    public BsonValue? Comment { get; set; }
}

public sealed class InsertOneOptions
{
    public BsonValue? Comment { get; set; }
}

public sealed class InsertManyOptions
{
    /// <summary>True (default) = in order, up to the first that fails; false = all that can be done.</summary>
    public bool IsOrdered { get; set; } = true;

    public BsonValue? Comment { get; set; }
}

public class UpdateOptions
{
    public bool IsUpsert { get; set; }

    public BsonValue? Hint { get; set; }

    public BsonValue? Comment { get; set; }

    /// <summary>Conditions for the array items that <c>$[name]</c> means.</summary>
    public IEnumerable<BsonDocument>? ArrayFilters { get; set; }
}

public sealed class ReplaceOptions
{
    public bool IsUpsert { get; set; }

    public BsonValue? Hint { get; set; }

    public BsonValue? Comment { get; set; }
}

public sealed class DeleteOptions
{
    public BsonValue? Hint { get; set; }

    public BsonValue? Comment { get; set; }
}

/// <summary>An upsert that inserted.</summary>
public sealed class BulkWriteUpsert
{
    internal BulkWriteUpsert(int index, BsonValue id)
    {
        Index = index;
        Id = id;
    }

    /// <summary>Position of the write among those that were asked for.</summary>
    public int Index { get; }

    public BsonValue Id { get; }
}

/// <summary>What many writes did. The counts throw <see cref="NotSupportedException"/> where no answer was asked for.</summary>
public sealed class BulkWriteResult<TDocument>
{
    private readonly long _inserted;
    private readonly long _matched;
    private readonly long _modified;
    private readonly long _deleted;
    private readonly IReadOnlyList<BulkWriteUpsert> _upserts;

    internal BulkWriteResult(bool acknowledged, int requestCount, long inserted, long matched, long modified, long deleted, IReadOnlyList<BulkWriteUpsert> upserts, IReadOnlyList<WriteModel<TDocument>> processed)
    {
        IsAcknowledged = acknowledged;
        RequestCount = requestCount;
        ProcessedRequests = processed;
        _inserted = inserted;
        _matched = matched;
        _modified = modified;
        _deleted = deleted;
        _upserts = upserts;
    }

    public bool IsAcknowledged { get; }

    public int RequestCount { get; }

    public IReadOnlyList<WriteModel<TDocument>> ProcessedRequests { get; }

    public long InsertedCount => Known(_inserted);

    public long MatchedCount => Known(_matched);

    public long ModifiedCount => Known(_modified);

    public long DeletedCount => Known(_deleted);

    public IReadOnlyList<BulkWriteUpsert> Upserts => Known(_upserts);

    private T Known<T>(T value) => IsAcknowledged ? value : throw new NotSupportedException("the server was not asked for an answer");
}

/// <summary>What an update did. The counts throw <see cref="NotSupportedException"/> where no answer was asked for.</summary>
public class UpdateResult
{
    private readonly long _matched;
    private readonly long _modified;

    internal UpdateResult(bool acknowledged, long matched, long modified, BsonValue? upsertedId)
    {
        IsAcknowledged = acknowledged;
        _matched = matched;
        _modified = modified;
        UpsertedId = upsertedId;
    }

    public bool IsAcknowledged { get; }

    public long MatchedCount => Known(_matched);

    public long ModifiedCount => Known(_modified);

    /// <summary>Null where nothing was inserted.</summary>
    public BsonValue? UpsertedId { get; }

    private long Known(long value) => IsAcknowledged ? value : throw new NotSupportedException("the server was not asked for an answer");
}

/// <summary>What a replacement did.</summary>
public sealed class ReplaceOneResult : UpdateResult
{
    internal ReplaceOneResult(bool acknowledged, long matched, long modified, BsonValue? upsertedId)
        : base(acknowledged, matched, modified, upsertedId)
    {
    }
}

/// <summary>What a deletion did.</summary>
public sealed class DeleteResult
{
    private readonly long _deleted;

    internal DeleteResult(bool acknowledged, long deleted)
    {
        IsAcknowledged = acknowledged;
        _deleted = deleted;
    }

    public bool IsAcknowledged { get; }

    public long DeletedCount => IsAcknowledged ? _deleted : throw new NotSupportedException("the server was not asked for an answer");
}
