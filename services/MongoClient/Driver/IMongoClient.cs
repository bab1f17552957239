using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>Servers to work with. Thread-safe; made once and kept for the life of the application.</summary>
public interface IMongoClient : IDisposable
{
    MongoClientSettings Settings { get; }

    IMongoDatabase GetDatabase(string name, MongoDatabaseSettings? settings = null);

    Task DropDatabaseAsync(string name, CancellationToken cancellationToken = default);

    Task<IAsyncCursor<string>> ListDatabaseNamesAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// A database. Thread-safe. Every method throws <see cref="TimeoutException"/> where no server fits in time, <see cref="MongoConnectionException"/> where a connection broke and
/// <see cref="MongoCommandException"/> where the server said no.
/// </summary>
public interface IMongoDatabase
{
    IMongoClient Client { get; }

    DatabaseNamespace DatabaseNamespace { get; }

    /// <exception cref="NotSupportedException">Another type than <see cref="BsonDocument"/>.</exception>
    IMongoCollection<TDocument> GetCollection<TDocument>(string name, MongoCollectionSettings? settings = null);

    Task CreateCollectionAsync(string name, CreateCollectionOptions? options = null, CancellationToken cancellationToken = default);

    Task DropCollectionAsync(string name, CancellationToken cancellationToken = default);

    Task<IAsyncCursor<string>> ListCollectionNamesAsync(ListCollectionNamesOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a command on the primary, or where the preference says, once.</summary>
    Task<TResult> RunCommandAsync<TResult>(Command<TResult> command, ReadPreference? readPreference = null, CancellationToken cancellationToken = default);

    IMongoDatabase WithReadConcern(ReadConcern readConcern);

    IMongoDatabase WithReadPreference(ReadPreference readPreference);

    IMongoDatabase WithWriteConcern(WriteConcern writeConcern);
}

/// <summary>
/// A collection. Thread-safe. Every method throws <see cref="TimeoutException"/> where no server fits in time, <see cref="MongoConnectionException"/> where a connection broke and
/// <see cref="MongoCommandException"/> where the server said no.
/// </summary>
public interface IMongoCollection<TDocument>
{
    CollectionNamespace CollectionNamespace { get; }

    IMongoDatabase Database { get; }

    IMongoIndexManager<TDocument> Indexes { get; }

    Task<IAsyncCursor<TResult>> AggregateAsync<TResult>(PipelineDefinition<TDocument, TResult> pipeline, AggregateOptions? options = null, CancellationToken cancellationToken = default);

    /// <exception cref="MongoBulkWriteException{TDocument}">Some were refused, or all were done less safely than asked.</exception>
    Task<BulkWriteResult<TDocument>> BulkWriteAsync(IEnumerable<WriteModel<TDocument>> requests, BulkWriteOptions? options = null, CancellationToken cancellationToken = default);

    Task<long> CountDocumentsAsync(FilterDefinition<TDocument> filter, CountOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>What the collection's metadata say; wrong after a crash and in sharded collections.</summary>
    Task<long> EstimatedDocumentCountAsync(EstimatedDocumentCountOptions? options = null, CancellationToken cancellationToken = default);

    Task<DeleteResult> DeleteManyAsync(FilterDefinition<TDocument> filter, CancellationToken cancellationToken = default);

    Task<DeleteResult> DeleteManyAsync(FilterDefinition<TDocument> filter, DeleteOptions? options, CancellationToken cancellationToken = default);

    Task<DeleteResult> DeleteOneAsync(FilterDefinition<TDocument> filter, CancellationToken cancellationToken = default);

    Task<DeleteResult> DeleteOneAsync(FilterDefinition<TDocument> filter, DeleteOptions? options, CancellationToken cancellationToken = default);

    Task<IAsyncCursor<TField>> DistinctAsync<TField>(FieldDefinition<TDocument, TField> field, FilterDefinition<TDocument> filter, DistinctOptions? options = null, CancellationToken cancellationToken = default);

    Task<IAsyncCursor<TProjection>> FindAsync<TProjection>(FilterDefinition<TDocument> filter, FindOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default);

    /// <summary>Null where none fits.</summary>
    Task<TProjection?> FindOneAndDeleteAsync<TProjection>(FilterDefinition<TDocument> filter, FindOneAndDeleteOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default);

    /// <summary>Null where none fits, and where one is inserted and the state before is asked for.</summary>
    Task<TProjection?> FindOneAndReplaceAsync<TProjection>(FilterDefinition<TDocument> filter, TDocument replacement, FindOneAndReplaceOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default);

    /// <summary>Null where none fits, and where one is inserted and the state before is asked for.</summary>
    Task<TProjection?> FindOneAndUpdateAsync<TProjection>(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, FindOneAndUpdateOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default);

    /// <summary>A document without an id gets one.</summary>
    /// <exception cref="MongoWriteException">It was refused.</exception>
    Task InsertOneAsync(TDocument document, InsertOneOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Documents without an id get one.</summary>
    /// <exception cref="MongoBulkWriteException{TDocument}">Some were refused.</exception>
    Task InsertManyAsync(IEnumerable<TDocument> documents, InsertManyOptions? options = null, CancellationToken cancellationToken = default);

    /// <exception cref="MongoWriteException">It was refused.</exception>
    Task<ReplaceOneResult> ReplaceOneAsync(FilterDefinition<TDocument> filter, TDocument replacement, ReplaceOptions? options = null, CancellationToken cancellationToken = default);

    /// <exception cref="MongoWriteException">It was refused.</exception>
    Task<UpdateResult> UpdateManyAsync(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, UpdateOptions? options = null, CancellationToken cancellationToken = default);

    /// <exception cref="MongoWriteException">It was refused.</exception>
    Task<UpdateResult> UpdateOneAsync(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, UpdateOptions? options = null, CancellationToken cancellationToken = default);

    IMongoCollection<TDocument> WithReadConcern(ReadConcern readConcern);

    IMongoCollection<TDocument> WithReadPreference(ReadPreference readPreference);

    IMongoCollection<TDocument> WithWriteConcern(WriteConcern writeConcern);
}

/// <summary>The indexes of a collection.</summary>
public interface IMongoIndexManager<TDocument>
{
    /// <summary>Its name. An index that is there already is left alone.</summary>
    Task<string> CreateOneAsync(CreateIndexModel<TDocument> model, CreateOneIndexOptions? options = null, CancellationToken cancellationToken = default);

    Task<IEnumerable<string>> CreateManyAsync(IEnumerable<CreateIndexModel<TDocument>> models, CancellationToken cancellationToken = default);

    Task DropOneAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All but that of the ids.</summary>
    Task DropAllAsync(CancellationToken cancellationToken = default);

    /// <summary>None for a collection that does not exist.</summary>
    Task<IAsyncCursor<BsonDocument>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>A query being built. Not thread-safe.</summary>
public interface IFindFluent<TDocument, TProjection> : IAsyncCursorSource<TProjection>
{
    FilterDefinition<TDocument> Filter { get; }

    FindOptions<TDocument, TProjection> Options { get; }

    IFindFluent<TDocument, TProjection> Sort(SortDefinition<TDocument> sort);

    IFindFluent<TDocument, TProjection> Skip(int? skip);

    IFindFluent<TDocument, TProjection> Limit(int? limit);

    IFindFluent<TDocument, TNewProjection> Project<TNewProjection>(ProjectionDefinition<TDocument, TNewProjection> projection);

    Task<long> CountDocumentsAsync(CancellationToken cancellationToken = default);
}

/// <summary>Shorter ways.</summary>
public static class IMongoCollectionExtensions
{
    public static IFindFluent<TDocument, TDocument> Find<TDocument>(this IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, FindOptions? options = null) =>
        new Core.FindFluent<TDocument, TDocument>(collection, filter, new FindOptions<TDocument>
        {
            BatchSize = options?.BatchSize, MaxTime = options?.MaxTime, AllowDiskUse = options?.AllowDiskUse, Hint = options?.Hint, Comment = options?.Comment,
        });

    public static Task<IAsyncCursor<TDocument>> FindAsync<TDocument>(this IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, FindOptions<TDocument, TDocument>? options = null, CancellationToken cancellationToken = default) =>
        collection.FindAsync<TDocument>(filter, options, cancellationToken);

    public static Task<TDocument?> FindOneAndDeleteAsync<TDocument>(this IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, FindOneAndDeleteOptions<TDocument, TDocument>? options = null, CancellationToken cancellationToken = default) =>
        collection.FindOneAndDeleteAsync<TDocument>(filter, options, cancellationToken);

    public static Task<TDocument?> FindOneAndReplaceAsync<TDocument>(this IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, TDocument replacement, FindOneAndReplaceOptions<TDocument, TDocument>? options = null, CancellationToken cancellationToken = default) =>
        collection.FindOneAndReplaceAsync<TDocument>(filter, replacement, options, cancellationToken);

    public static Task<TDocument?> FindOneAndUpdateAsync<TDocument>(this IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, FindOneAndUpdateOptions<TDocument, TDocument>? options = null, CancellationToken cancellationToken = default) =>
        collection.FindOneAndUpdateAsync<TDocument>(filter, update, options, cancellationToken);
}

/// <summary>Shorter ways.</summary>
public static class IFindFluentExtensions
{
    public static IFindFluent<TDocument, BsonDocument> Project<TDocument, TProjection>(this IFindFluent<TDocument, TProjection> find, ProjectionDefinition<TDocument, BsonDocument> projection) =>
        find.Project<BsonDocument>(projection);
}
