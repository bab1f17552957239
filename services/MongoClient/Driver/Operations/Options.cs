using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>Which of two states of a changed document comes back.</summary>
public enum ReturnDocument
{
    Before,
    After,
}

public class FindOptions
{
    /// <summary>Documents per batch; null = the server decides.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Longest the server may take; null = no limit.</summary>
    public TimeSpan? MaxTime { get; set; }

    public bool? AllowDiskUse { get; set; }

    public BsonValue? Hint { get; set; }

    public BsonValue? Comment { get; set; }
}

public class FindOptions<TDocument, TProjection> : FindOptions
{
    public ProjectionDefinition<TDocument, TProjection>? Projection { get; set; }

    public SortDefinition<TDocument>? Sort { get; set; }

    public int? Skip { get; set; }

    /// <summary>Most documents; null or 0 = all.</summary>
    public int? Limit { get; set; }
}

public sealed class FindOptions<TDocument> : FindOptions<TDocument, TDocument>;

public class FindOneAndUpdateOptions<TDocument, TProjection>
{
    public bool IsUpsert { get; set; }

    public TimeSpan? MaxTime { get; set; }

    public ProjectionDefinition<TDocument, TProjection>? Projection { get; set; }

    public ReturnDocument ReturnDocument { get; set; }

    public SortDefinition<TDocument>? Sort { get; set; }

    public BsonValue? Hint { get; set; }

    /// <summary>Conditions for the array items that <c>$[name]</c> means.</summary>
    public IEnumerable<BsonDocument>? ArrayFilters { get; set; }
}

public sealed class FindOneAndUpdateOptions<TDocument> : FindOneAndUpdateOptions<TDocument, TDocument>;

public class FindOneAndReplaceOptions<TDocument, TProjection>
{
    public bool IsUpsert { get; set; }

    public TimeSpan? MaxTime { get; set; }

    public ProjectionDefinition<TDocument, TProjection>? Projection { get; set; }

    public ReturnDocument ReturnDocument { get; set; }

    public SortDefinition<TDocument>? Sort { get; set; }

    public BsonValue? Hint { get; set; }
}

public sealed class FindOneAndReplaceOptions<TDocument> : FindOneAndReplaceOptions<TDocument, TDocument>;

public class FindOneAndDeleteOptions<TDocument, TProjection>
{
    public TimeSpan? MaxTime { get; set; }

    public ProjectionDefinition<TDocument, TProjection>? Projection { get; set; }

    public SortDefinition<TDocument>? Sort { get; set; }

    public BsonValue? Hint { get; set; }
}

public sealed class FindOneAndDeleteOptions<TDocument> : FindOneAndDeleteOptions<TDocument, TDocument>;

public sealed class AggregateOptions
{
    public bool? AllowDiskUse { get; set; }

    /// <summary>Documents per batch; null = the server decides.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Longest the server may take; null = no limit.</summary>
    public TimeSpan? MaxTime { get; set; }

    public BsonValue? Hint { get; set; }

    public BsonDocument? Let { get; set; }

    public BsonValue? Comment { get; set; }
}

public sealed class CountOptions
{
    public long? Limit { get; set; }

    public long? Skip { get; set; }

    public TimeSpan? MaxTime { get; set; }

    public BsonValue? Hint { get; set; }
}

public sealed class EstimatedDocumentCountOptions
{
    public TimeSpan? MaxTime { get; set; }
}

public sealed class DistinctOptions
{
    public TimeSpan? MaxTime { get; set; }
}

public class CreateIndexOptions
{
    public string? Name { get; set; }

    public bool? Unique { get; set; }

    public bool? Sparse { get; set; }

    /// <summary>How long after the key's date a document is deleted.</summary>
    public TimeSpan? ExpireAfter { get; set; }

    public string? DefaultLanguage { get; set; }

    public string? LanguageOverride { get; set; }

    public BsonDocument? Weights { get; set; }
}

public sealed class CreateIndexOptions<TDocument> : CreateIndexOptions
{
    /// <summary>Only these documents are in the index.</summary>
    public FilterDefinition<TDocument>? PartialFilterExpression { get; set; }
}

public sealed class CreateIndexModel<TDocument>(IndexKeysDefinition<TDocument> keys, CreateIndexOptions? options = null)
{
    public IndexKeysDefinition<TDocument> Keys { get; } = keys;

    public CreateIndexOptions? Options { get; } = options;
}

public sealed class CreateOneIndexOptions
{
    /// <summary>Longest the server may take; null = no limit.</summary>
    public TimeSpan? MaxTime { get; set; }
}

public sealed class ListCollectionNamesOptions
{
    public FilterDefinition<BsonDocument>? Filter { get; set; }
}

public sealed class CreateCollectionOptions
{
    public bool? Capped { get; set; }

    /// <summary>Bytes of a capped collection.</summary>
    public long? MaxSize { get; set; }

    public long? MaxDocuments { get; set; }
}

public sealed class MongoCollectionSettings
{
    public ReadConcern? ReadConcern { get; set; }

    public ReadPreference? ReadPreference { get; set; }

    public WriteConcern? WriteConcern { get; set; }
}

public sealed class MongoDatabaseSettings
{
    public ReadConcern? ReadConcern { get; set; }

    public ReadPreference? ReadPreference { get; set; }

    public WriteConcern? WriteConcern { get; set; }
}

/// <summary>Name of a database.</summary>
public sealed record DatabaseNamespace(string DatabaseName)
{
    public override string ToString() => DatabaseName;
}

/// <summary>Name of a collection in its database.</summary>
public sealed record CollectionNamespace(DatabaseNamespace DatabaseNamespace, string CollectionName)
{
    public string FullName => $"{DatabaseNamespace}.{CollectionName}";

    public override string ToString() => FullName;
}
