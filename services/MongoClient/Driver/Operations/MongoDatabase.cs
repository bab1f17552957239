using System.Buffers;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>How safe reads and writes are to be.</summary>
internal sealed record Concerns(ReadConcern Read, ReadPreference Preference, WriteConcern Write);

/// <summary>A cursor over what is there already.</summary>
internal sealed class ListCursor<T>(IReadOnlyList<T> items) : IAsyncCursor<T>
{
    private bool _given;

    public IEnumerable<T> Current => items;

    public Task<bool> MoveNextAsync(CancellationToken cancellationToken = default)
    {
        var first = !_given;
        _given = true;
        return Task.FromResult(first && items.Count > 0);
    }

    public void Dispose()
    {
    }
}

/// <summary>Single commands.</summary>
internal static class Commands
{
    internal static async Task<BsonDocument> ReadAsync(OperationExecutor executor, string database, BsonDocument command, ReadPreference readPreference, bool retryable, CancellationToken cancellationToken)
    {
        var session = executor.TakeSession();
        try
        {
            var (reply, _) = await executor.BoundedAsync(token => executor.ReadAsync(_ => new CommandMessage(database, command), readPreference, retryable, session, token), cancellationToken);
            return reply;
        }
        finally
        {
            executor.Sessions.Return(session);
        }
    }

    /// <summary>A command that changes something and is sent once.</summary>
    /// <exception cref="MongoWriteConcernException">It was done less safely than asked.</exception>
    internal static async Task<BsonDocument> WriteAsync(OperationExecutor executor, string database, BsonDocument command, WriteConcern writeConcern, CancellationToken cancellationToken, bool retryable = false)
    {
        if (writeConcern is { IsServerDefault: false, IsAcknowledged: true })
        {
            command.Add("writeConcern", writeConcern.ToBsonDocument());
        }

        var session = executor.TakeSession();
        try
        {
            var outcome = await executor.BoundedAsync(token => executor.WriteAsync(_ => new CommandMessage(database, command), retryable, session, token), cancellationToken);
            return outcome.ConcernError is { } error ? throw error : outcome.Reply;
        }
        finally
        {
            executor.Sessions.Return(session);
        }
    }

    /// <summary>A read whose answer is a cursor.</summary>
    internal static async Task<IAsyncCursor<T>> CursorAsync<T>(
        OperationExecutor executor, string database, BsonDocument command, ReadPreference readPreference, CursorShape shape, Func<BsonDocument, T> map, CancellationToken cancellationToken)
    {
        var session = executor.TakeSession();
        try
        {
            var (reply, server) = await executor.BoundedAsync(token => executor.ReadAsync(_ => new CommandMessage(database, command), readPreference, retryable: true, session, token), cancellationToken);
            return new AsyncCursor<T>(executor, server, reply, session, shape, map);
        }
        catch
        {
            executor.Sessions.Return(session);
            throw;
        }
    }

    internal static Func<BsonDocument, T> Mapper<T>() => typeof(T) == typeof(BsonDocument)
        ? document => (T)(object)document
        : throw new NotSupportedException($"documents come back as {nameof(BsonDocument)}, not as {typeof(T)}: the stores map their records themselves");
}

internal sealed class MongoDatabase(MongoClient client, string name, Concerns concerns) : IMongoDatabase
{
    private const int NamespaceNotFound = 26;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$\0");

    public IMongoClient Client => client;

    public DatabaseNamespace DatabaseNamespace { get; } = new(Checked(name));

    internal OperationExecutor Executor => client.Executor;

    public IMongoCollection<TDocument> GetCollection<TDocument>(string name, MongoCollectionSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new MongoCollection<TDocument>(this, name, new Concerns(
            settings?.ReadConcern ?? concerns.Read, settings?.ReadPreference ?? concerns.Preference, settings?.WriteConcern ?? concerns.Write));
    }

    public Task CreateCollectionAsync(string name, CreateCollectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var command = new BsonDocument("create", name);
        if (options?.Capped is { } capped)
        {
            command.Add("capped", capped);
        }

        if (options?.MaxSize is { } size)
        {
            command.Add("size", size);
        }

        if (options?.MaxDocuments is { } most)
        {
            command.Add("max", most);
        }

        return Commands.WriteAsync(Executor, DatabaseNamespace.DatabaseName, command, concerns.Write, cancellationToken);
    }

    public async Task DropCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await Commands.WriteAsync(Executor, DatabaseNamespace.DatabaseName, new BsonDocument("drop", name), concerns.Write, cancellationToken);
        }
        catch (MongoCommandException absent) when (absent.Code == NamespaceNotFound || absent.ErrorMessage == "ns not found")
        {
            // What is not there need not be dropped; servers before 7.0 say so as an error.
        }
    }

    public Task<IAsyncCursor<string>> ListCollectionNamesAsync(ListCollectionNamesOptions? options = null, CancellationToken cancellationToken = default) => Commands.CursorAsync(
        Executor, DatabaseNamespace.DatabaseName, new BsonDocument { { "listCollections", 1 }, { "nameOnly", true }, { "cursor", new BsonDocument() } }.Merge(options?.Filter is { } filter ? new BsonDocument("filter", filter.Document) : null), ReadPreference.Primary,
        default, document => document["name"].AsString, cancellationToken);

    public async Task<TResult> RunCommandAsync<TResult>(Command<TResult> command, ReadPreference? readPreference = null, CancellationToken cancellationToken = default)
    {
        var map = Commands.Mapper<TResult>();
        return map(await Commands.ReadAsync(Executor, DatabaseNamespace.DatabaseName, command.Document, readPreference ?? ReadPreference.Primary, retryable: false, cancellationToken));
    }

    public IMongoDatabase WithReadConcern(ReadConcern readConcern) => new MongoDatabase(client, name, concerns with { Read = readConcern });

    public IMongoDatabase WithReadPreference(ReadPreference readPreference) => new MongoDatabase(client, name, concerns with { Preference = readPreference });

    public IMongoDatabase WithWriteConcern(WriteConcern writeConcern) => new MongoDatabase(client, name, concerns with { Write = writeConcern });

    private static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.AsSpan().ContainsAny(NotInNames) ? throw new ArgumentException($"'{name}' is no name of a database", nameof(name)) : name;
    }
}
