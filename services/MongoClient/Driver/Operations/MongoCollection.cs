using MongoDB.Bson;

namespace MongoDB.Driver.Core;

internal sealed class MongoCollection<TDocument> : IMongoCollection<TDocument>, IMongoIndexManager<TDocument>
{
    private const int NamespaceNotFound = 26;

    private readonly MongoDatabase _database;
    private readonly Concerns _concerns;

    internal MongoCollection(MongoDatabase database, string name, Concerns concerns)
    {
        _ = Commands.Mapper<TDocument>();
        _database = database;
        _concerns = concerns;
        CollectionNamespace = new CollectionNamespace(database.DatabaseNamespace, name);
    }

    public CollectionNamespace CollectionNamespace { get; }

    public IMongoDatabase Database => _database;

    public IMongoIndexManager<TDocument> Indexes => this;

    private OperationExecutor Executor => _database.Executor;

    private string DatabaseName => CollectionNamespace.DatabaseNamespace.DatabaseName;

    private string Name => CollectionNamespace.CollectionName;

    public async Task<IAsyncCursor<TResult>> AggregateAsync<TResult>(PipelineDefinition<TDocument, TResult> pipeline, AggregateOptions? options = null, CancellationToken cancellationToken = default)
    {
        var map = Commands.Mapper<TResult>();
        var cursor = new BsonDocument();
        if (options?.BatchSize is { } size && !pipeline.Writes)
        {
            cursor.Add("batchSize", size);
        }

        var command = new BsonDocument { { "aggregate", Name }, { "pipeline", pipeline.Stages }, { "cursor", cursor } };
        AddMaxTime(command, options?.MaxTime);
        AddOptional(command, "allowDiskUse", options?.AllowDiskUse);
        AddOptional(command, "hint", options?.Hint);
        AddOptional(command, "let", options?.Let);
        AddOptional(command, "comment", options?.Comment);
        AddReadConcern(command);
        if (!pipeline.Writes)
        {
            return await Commands.CursorAsync(Executor, DatabaseName, command, _concerns.Preference, new CursorShape(options?.BatchSize, null), map, cancellationToken);
        }

        await Commands.WriteAsync(Executor, DatabaseName, command, _concerns.Write, cancellationToken);
        return new ListCursor<TResult>([]);
    }

    public Task<BulkWriteResult<TDocument>> BulkWriteAsync(IEnumerable<WriteModel<TDocument>> requests, BulkWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = requests.ToList();
        return list.Count == 0
            ? throw new ArgumentException("there is nothing to write", nameof(requests))
            : WriteAsync(list, options?.IsOrdered ?? true, options?.Comment, cancellationToken);
    }

    public async Task<long> CountDocumentsAsync(FilterDefinition<TDocument> filter, CountOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stages = new List<BsonDocument> { new("$match", filter.Document) };
        if (options?.Skip is { } skip)
        {
            stages.Add(new BsonDocument("$skip", skip));
        }

        if (options?.Limit is { } limit)
        {
            stages.Add(new BsonDocument("$limit", limit));
        }

        stages.Add(new BsonDocument("$group", new BsonDocument { { "_id", 1 }, { "n", new BsonDocument("$sum", 1) } }));
        var command = new BsonDocument { { "aggregate", Name }, { "pipeline", new BsonArray(stages) }, { "cursor", new BsonDocument() } };
        AddMaxTime(command, options?.MaxTime);
        AddOptional(command, "hint", options?.Hint);
        AddReadConcern(command);
        var cursor = await Commands.CursorAsync(Executor, DatabaseName, command, _concerns.Preference, default, document => document["n"].ToInt64(), cancellationToken);
        return await cursor.FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<long> EstimatedDocumentCountAsync(EstimatedDocumentCountOptions? options = null, CancellationToken cancellationToken = default)
    {
        var command = new BsonDocument("count", Name);
        AddMaxTime(command, options?.MaxTime);
        AddReadConcern(command);
        return (await Commands.ReadAsync(Executor, DatabaseName, command, _concerns.Preference, retryable: true, cancellationToken))["n"].ToInt64();
    }

    public Task<DeleteResult> DeleteManyAsync(FilterDefinition<TDocument> filter, CancellationToken cancellationToken = default) => DeleteManyAsync(filter, null, cancellationToken);

    public Task<DeleteResult> DeleteManyAsync(FilterDefinition<TDocument> filter, DeleteOptions? options, CancellationToken cancellationToken = default) =>
        DeleteAsync(new DeleteManyModel<TDocument>(filter) { Hint = options?.Hint }, options?.Comment, cancellationToken);

    public Task<DeleteResult> DeleteOneAsync(FilterDefinition<TDocument> filter, CancellationToken cancellationToken = default) => DeleteOneAsync(filter, null, cancellationToken);

    public Task<DeleteResult> DeleteOneAsync(FilterDefinition<TDocument> filter, DeleteOptions? options, CancellationToken cancellationToken = default) =>
        DeleteAsync(new DeleteOneModel<TDocument>(filter) { Hint = options?.Hint }, options?.Comment, cancellationToken);

    public async Task<IAsyncCursor<TField>> DistinctAsync<TField>(FieldDefinition<TDocument, TField> field, FilterDefinition<TDocument> filter, DistinctOptions? options = null, CancellationToken cancellationToken = default)
    {
        var command = new BsonDocument { { "distinct", Name }, { "key", field.Name }, { "query", filter.Document } };
        AddMaxTime(command, options?.MaxTime);
        AddReadConcern(command);
        var reply = await Commands.ReadAsync(Executor, DatabaseName, command, _concerns.Preference, retryable: true, cancellationToken);
        return new ListCursor<TField>([.. reply["values"].AsBsonArray.Select(FieldValue<TField>)]);
    }

    public Task<IAsyncCursor<TProjection>> FindAsync<TProjection>(FilterDefinition<TDocument> filter, FindOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default)
    {
        var map = Commands.Mapper<TProjection>();
        var command = new BsonDocument { { "find", Name }, { "filter", filter.Document } };
        AddOptional(command, "sort", options?.Sort?.Document);
        AddOptional(command, "projection", options?.Projection?.Document);
        AddOptional(command, "hint", options?.Hint);
        AddOptional(command, "skip", options?.Skip);
        AddOptional(command, "limit", options?.Limit is > 0 ? options.Limit : null);

        // A first batch of just the limit would leave an empty cursor open on the server.
        var batch = options?.BatchSize;
        AddOptional(command, "batchSize", batch is not null && batch == options?.Limit && batch < int.MaxValue ? batch + 1 : batch);
        AddOptional(command, "comment", options?.Comment);
        AddOptional(command, "allowDiskUse", options?.AllowDiskUse);
        AddMaxTime(command, options?.MaxTime);
        AddReadConcern(command);
        return Commands.CursorAsync(Executor, DatabaseName, command, _concerns.Preference, new CursorShape(batch, options?.Limit), map, cancellationToken);
    }

    public Task<TProjection?> FindOneAndDeleteAsync<TProjection>(FilterDefinition<TDocument> filter, FindOneAndDeleteOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default)
    {
        var command = FindAndModify(filter, options?.Sort, options?.Projection, options?.Hint, options?.MaxTime).Add("remove", true);
        return FindAndModifyAsync<TProjection>(command, cancellationToken);
    }

    public Task<TProjection?> FindOneAndReplaceAsync<TProjection>(FilterDefinition<TDocument> filter, TDocument replacement, FindOneAndReplaceOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default)
    {
        var command = FindAndModify(filter, options?.Sort, options?.Projection, options?.Hint, options?.MaxTime)
            .Add("update", (BsonDocument)(object)replacement!).Add("new", true, options?.ReturnDocument == ReturnDocument.After).Add("upsert", true, options?.IsUpsert == true);
        return FindAndModifyAsync<TProjection>(command, cancellationToken);
    }

    public Task<TProjection?> FindOneAndUpdateAsync<TProjection>(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, FindOneAndUpdateOptions<TDocument, TProjection>? options = null, CancellationToken cancellationToken = default)
    {
        var command = FindAndModify(filter, options?.Sort, options?.Projection, options?.Hint, options?.MaxTime)
            .Add("update", update.Update).Add("new", true, options?.ReturnDocument == ReturnDocument.After).Add("upsert", true, options?.IsUpsert == true);
        AddOptional(command, "arrayFilters", options?.ArrayFilters is { } filters ? new BsonArray(filters) : null);
        return FindAndModifyAsync<TProjection>(command, cancellationToken);
    }

    public async Task InsertOneAsync(TDocument document, InsertOneOptions? options = null, CancellationToken cancellationToken = default) =>
        await WriteOneAsync(new InsertOneModel<TDocument>(document), options?.Comment, cancellationToken);

    public Task InsertManyAsync(IEnumerable<TDocument> documents, InsertManyOptions? options = null, CancellationToken cancellationToken = default) =>
        BulkWriteAsync(documents.Select(document => new InsertOneModel<TDocument>(document)), new BulkWriteOptions { IsOrdered = options?.IsOrdered ?? true, Comment = options?.Comment }, cancellationToken);

    public async Task<ReplaceOneResult> ReplaceOneAsync(FilterDefinition<TDocument> filter, TDocument replacement, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
    {
        var result = await WriteOneAsync(new ReplaceOneModel<TDocument>(filter, replacement) { IsUpsert = options?.IsUpsert ?? false, Hint = options?.Hint }, options?.Comment, cancellationToken);
        return result.IsAcknowledged
            ? new ReplaceOneResult(true, result.MatchedCount, result.ModifiedCount, UpsertedId(result))
            : new ReplaceOneResult(false, 0, 0, null);
    }

    public Task<UpdateResult> UpdateManyAsync(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, UpdateOptions? options = null, CancellationToken cancellationToken = default) => UpdateAsync(
        new UpdateManyModel<TDocument>(filter, update) { IsUpsert = options?.IsUpsert ?? false, Hint = options?.Hint, ArrayFilters = options?.ArrayFilters }, options?.Comment, cancellationToken);

    public Task<UpdateResult> UpdateOneAsync(FilterDefinition<TDocument> filter, UpdateDefinition<TDocument> update, UpdateOptions? options = null, CancellationToken cancellationToken = default) => UpdateAsync(
        new UpdateOneModel<TDocument>(filter, update) { IsUpsert = options?.IsUpsert ?? false, Hint = options?.Hint, ArrayFilters = options?.ArrayFilters }, options?.Comment, cancellationToken);

    public IMongoCollection<TDocument> WithReadConcern(ReadConcern readConcern) => new MongoCollection<TDocument>(_database, Name, _concerns with { Read = readConcern });

    public IMongoCollection<TDocument> WithReadPreference(ReadPreference readPreference) => new MongoCollection<TDocument>(_database, Name, _concerns with { Preference = readPreference });

    public IMongoCollection<TDocument> WithWriteConcern(WriteConcern writeConcern) => new MongoCollection<TDocument>(_database, Name, _concerns with { Write = writeConcern });

    public async Task<string> CreateOneAsync(CreateIndexModel<TDocument> model, CreateOneIndexOptions? options = null, CancellationToken cancellationToken = default) =>
        (await CreateManyAsync([model], options?.MaxTime, cancellationToken)).Single();

    public async Task<IEnumerable<string>> CreateManyAsync(IEnumerable<CreateIndexModel<TDocument>> models, CancellationToken cancellationToken = default) =>
        await CreateManyAsync(models, null, cancellationToken);

    public Task DropOneAsync(string name, CancellationToken cancellationToken = default) => name == "*"
        ? throw new ArgumentException("'*' names no index: DropAllAsync drops all", nameof(name))
        : DropAsync(name, cancellationToken);

    public Task DropAllAsync(CancellationToken cancellationToken = default) => DropAsync("*", cancellationToken);

    public async Task<IAsyncCursor<BsonDocument>> ListAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var command = new BsonDocument { { "listIndexes", Name }, { "cursor", new BsonDocument() } };
            return await Commands.CursorAsync(Executor, DatabaseName, command, ReadPreference.Primary, default, document => document, cancellationToken);
        }
        catch (MongoCommandException absent) when (absent.Code == NamespaceNotFound)
        {
            return new ListCursor<BsonDocument>([]);
        }
    }

    private static BsonDocument IndexOf(CreateIndexModel<TDocument> model)
    {
        var keys = model.Keys.Document;
        var options = model.Options;
        var index = new BsonDocument { { "key", keys }, { "name", options?.Name ?? string.Join('_', keys.Elements.Select(key => $"{key.Name}_{key.Value}")) } };
        AddOptional(index, "unique", options?.Unique);
        AddOptional(index, "sparse", options?.Sparse);
        AddOptional(index, "expireAfterSeconds", options?.ExpireAfter is { } after ? (long)after.TotalSeconds : null);
        AddOptional(index, "default_language", options?.DefaultLanguage);
        AddOptional(index, "language_override", options?.LanguageOverride);
        AddOptional(index, "weights", options?.Weights);
        AddOptional(index, "partialFilterExpression", (options as CreateIndexOptions<TDocument>)?.PartialFilterExpression?.Document);
        return index;
    }

    private static TField FieldValue<TField>(BsonValue value)
    {
        object? plain = value switch
        {
            _ when typeof(BsonValue).IsAssignableFrom(typeof(TField)) => (object)value,
            BsonNull => null,
            BsonString text => text.Value,
            BsonInt32 number when typeof(TField) == typeof(long) => (long)number.Value,
            BsonInt32 number when typeof(TField) == typeof(double) => (double)number.Value,
            BsonInt32 number => number.Value,
            BsonInt64 number => number.Value,
            BsonDouble number => number.Value,
            BsonBoolean truth => truth.Value,
            BsonObjectId id => id.Value,
            BsonDateTime time => time.ToUniversalTime(),
            _ => value,
        };
        return plain is TField or null ? (TField)plain! : throw new FormatException($"a BSON {value.BsonType} is no {typeof(TField)}");
    }

    private static BsonValue? UpsertedId(BulkWriteResult<TDocument> result) => result.Upserts.Count > 0 ? result.Upserts[0].Id : null;

    private static void AddMaxTime(BsonDocument command, TimeSpan? maxTime) =>
        AddOptional(command, "maxTimeMS", maxTime is { } limit ? (long)Math.Ceiling(limit.TotalMilliseconds) : null);

    private static void AddOptional(BsonDocument command, string name, BsonValue? value)
    {
        if (value is not null and not BsonNull)
        {
            command.Add(name, value);
        }
    }

    private void AddReadConcern(BsonDocument command)
    {
        if (!_concerns.Read.IsServerDefault)
        {
            command.Add("readConcern", _concerns.Read.ToBsonDocument());
        }
    }

    private BsonDocument FindAndModify<TProjection>(FilterDefinition<TDocument> filter, SortDefinition<TDocument>? sort, ProjectionDefinition<TDocument, TProjection>? projection, BsonValue? hint, TimeSpan? maxTime)
    {
        var command = new BsonDocument { { "findAndModify", Name }, { "query", filter.Document } };
        AddOptional(command, "sort", sort?.Document);
        AddOptional(command, "fields", projection?.Document);
        AddOptional(command, "hint", hint);
        AddMaxTime(command, maxTime);
        return command;
    }

    private async Task<TProjection?> FindAndModifyAsync<TProjection>(BsonDocument command, CancellationToken cancellationToken)
    {
        var map = Commands.Mapper<TProjection>();
        var reply = await Commands.WriteAsync(Executor, DatabaseName, command, _concerns.Write, cancellationToken, retryable: true);
        return reply.GetValue("value", null) is BsonDocument value ? map(value) : default;
    }

    private async Task<List<string>> CreateManyAsync(IEnumerable<CreateIndexModel<TDocument>> models, TimeSpan? maxTime, CancellationToken cancellationToken)
    {
        var indexes = models.Select(IndexOf).ToList();
        var command = new BsonDocument { { "createIndexes", Name }, { "indexes", new BsonArray(indexes) } };
        AddMaxTime(command, maxTime);
        await Commands.WriteAsync(Executor, DatabaseName, command, _concerns.Write, cancellationToken);
        return indexes.ConvertAll(index => index["name"].AsString);
    }

    private async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await Commands.WriteAsync(Executor, DatabaseName, new BsonDocument { { "dropIndexes", Name }, { "index", name } }, _concerns.Write, cancellationToken);
        }
        catch (MongoCommandException absent) when (absent.Code == NamespaceNotFound)
        {
            // A collection that is not there has no indexes.
        }
    }

    private async Task<DeleteResult> DeleteAsync(WriteModel<TDocument> model, BsonValue? comment, CancellationToken cancellationToken)
    {
        var result = await WriteOneAsync(model, comment, cancellationToken);
        return new DeleteResult(result.IsAcknowledged, result.IsAcknowledged ? result.DeletedCount : 0);
    }

    private async Task<UpdateResult> UpdateAsync(WriteModel<TDocument> model, BsonValue? comment, CancellationToken cancellationToken)
    {
        var result = await WriteOneAsync(model, comment, cancellationToken);
        return result.IsAcknowledged
            ? new UpdateResult(true, result.MatchedCount, result.ModifiedCount, UpsertedId(result))
            : new UpdateResult(false, 0, 0, null);
    }

    private async Task<BulkWriteResult<TDocument>> WriteOneAsync(WriteModel<TDocument> model, BsonValue? comment, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync([model], ordered: true, comment, cancellationToken);
        }
        catch (MongoBulkWriteException<TDocument> failure)
        {
            throw new MongoWriteException(failure.WriteErrors.Count > 0 ? failure.WriteErrors[0] : null, failure.WriteConcernError, failure);
        }
    }

    private Task<BulkWriteResult<TDocument>> WriteAsync(IReadOnlyList<WriteModel<TDocument>> requests, bool ordered, BsonValue? comment, CancellationToken cancellationToken) => Executor.BoundedAsync(
        token => new BulkWriteOperation<TDocument>(Executor, DatabaseName, Name, _concerns.Write, requests, ordered, comment).RunAsync(token), cancellationToken);
}

internal sealed class FindFluent<TDocument, TProjection>(IMongoCollection<TDocument> collection, FilterDefinition<TDocument> filter, FindOptions<TDocument, TProjection> options) : IFindFluent<TDocument, TProjection>
{
    public FilterDefinition<TDocument> Filter => filter;

    public FindOptions<TDocument, TProjection> Options => options;

    public IFindFluent<TDocument, TProjection> Sort(SortDefinition<TDocument> sort)
    {
        options.Sort = sort;
        return this;
    }

    public IFindFluent<TDocument, TProjection> Skip(int? skip)
    {
        options.Skip = skip;
        return this;
    }

    public IFindFluent<TDocument, TProjection> Limit(int? limit)
    {
        options.Limit = limit;
        return this;
    }

    public IFindFluent<TDocument, TNewProjection> Project<TNewProjection>(ProjectionDefinition<TDocument, TNewProjection> projection) =>
        new FindFluent<TDocument, TNewProjection>(collection, filter, new FindOptions<TDocument, TNewProjection>
        {
            Projection = projection, Sort = options.Sort, Skip = options.Skip, Limit = options.Limit, BatchSize = options.BatchSize, MaxTime = options.MaxTime,
            AllowDiskUse = options.AllowDiskUse, Hint = options.Hint, Comment = options.Comment,
        });

    public Task<long> CountDocumentsAsync(CancellationToken cancellationToken = default) =>
        collection.CountDocumentsAsync(filter, new CountOptions { Skip = options.Skip, Limit = options.Limit, MaxTime = options.MaxTime, Hint = options.Hint }, cancellationToken);

    public Task<IAsyncCursor<TProjection>> ToCursorAsync(CancellationToken cancellationToken = default) => collection.FindAsync(filter, options, cancellationToken);
}
