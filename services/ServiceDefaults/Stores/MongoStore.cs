using System.Buffers.Binary;
using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Sikap.ServiceDefaults;

/// <summary>
/// One service's database on a MongoDB deployment: writes are confirmed by a majority and journaled, what the store needs is brought there before the first use, and a deployment that is away
/// is told apart from a fault of ours. Connects with the first use, so that a service starts while its store is away. Thread-safe.
/// </summary>
public sealed class MongoStore : IDisposable, IAsyncDisposable
{
    private const string MetaCollection = "meta";

    /// <summary>The servers' code for a user without the right to do something.</summary>
    private const int Unauthorized = 13;

    /// <summary>
    /// The servers' codes for what is no message's fault and passes, or is an operator's to mend: hosts and shards away, elections, shutdowns and read concerns that cannot be met (6, 7, 46, 64, 70, 71, 74, 89, 91, 133, 134, 189,
    /// 202, 262, 9001, 10107, 11600, 11602, 13435, 13436), work cut off on the server with its locks, plans and cursors (24, 43, 112, 175, 237, 11601), a full disk (14031).
    /// </summary>
    private static readonly FrozenSet<int> Passing =
        new[] { 6, 7, 24, 43, 46, 64, 70, 71, 74, 89, 91, 112, 133, 134, 175, 189, 202, 237, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436, 14031 }.ToFrozenSet();

    /// <summary>Longest wait for the majority; the write is done then, but may be rolled back.</summary>
    private static readonly TimeSpan MajorityTimeout = TimeSpan.FromSeconds(10);

    private readonly MongoClient _client;
    private readonly IMongoDatabase _database;
    private readonly string _name;
    private readonly string _schemaId;
    private readonly IReadOnlyList<Func<IMongoDatabase, CancellationToken, Task>> _migrations;
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private volatile bool _prepared;
    private volatile bool _lastWriteFailed;

    /// <param name="url">Connection string; the database it names, else <paramref name="defaultDatabase"/>.</param>
    /// <param name="defaultDatabase">Name of the database where the string has none.</param>
    /// <param name="migrations">Steps from an empty database to the present one; each may run twice, as two instances may start at the same time.</param>
    /// <param name="schemaId">Under which id the database remembers how many of them it has seen; stores that share a database have one each.</param>
    /// <exception cref="MongoConfigurationException">The string cannot be followed; the message names the option.</exception>
    public MongoStore(string url, string defaultDatabase, IReadOnlyList<Func<IMongoDatabase, CancellationToken, Task>> migrations, string schemaId = "schema")
    {
        var parsed = new MongoUrl(url);
        _name = parsed.DatabaseName ?? defaultDatabase;
        _migrations = migrations;
        _schemaId = schemaId;
        _client = new MongoClient(SettingsOf(url));
        _database = _client.GetDatabase(_name).WithWriteConcern(new WriteConcern("majority", MajorityTimeout, journal: true));
    }

    /// <summary>Finds out whether a connection string of options can be followed.</summary>
    /// <param name="url">The string; null or empty = none is given, which is right.</param>
    /// <param name="option">Name of the option, which the fault begins with.</param>
    public static IEnumerable<ValidationResult> CheckUrl(string? url, string option)
    {
        try
        {
            if (!string.IsNullOrEmpty(url))
            {
                _ = new MongoUrl(url);
            }

            return [];
        }
        catch (MongoConfigurationException exception)
        {
            return [new ValidationResult($"{option}: {exception.Message}", [option])];
        }
    }

    /// <summary>
    /// What a client goes by: the connection string, and where it says nothing shorter waits than the drivers' own, which let a call wait for more than a minute on a server that has fallen silent,
    /// longer than any caller does. With these it hears within 25 s that the store is away, and an election of the usual length is still waited for.
    /// </summary>
    internal static MongoClientSettings SettingsOf(string url)
    {
        var settings = MongoClientSettings.FromUrl(new MongoUrl(url));
        settings.HeartbeatInterval = Said("heartbeatFrequencyMS") ? settings.HeartbeatInterval : TimeSpan.FromSeconds(5);
        settings.ConnectTimeout = Said("connectTimeoutMS") ? settings.ConnectTimeout : TimeSpan.FromSeconds(5);
        settings.ServerSelectionTimeout = Said("serverSelectionTimeoutMS") ? settings.ServerSelectionTimeout : TimeSpan.FromSeconds(15);
        return settings;

        bool Said(string option) => url.Contains($"{option}=", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The database that a connection string names; null = none.</summary>
    /// <exception cref="FormatException">The string cannot be followed; the message names the option.</exception>
    public static string? DatabaseOf(string url)
    {
        try
        {
            return new MongoUrl(url).DatabaseName;
        }
        catch (MongoConfigurationException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>True for what the client or the server says that is not an outage.</summary>
    internal static bool IsMongoFailure(Exception failure) => failure is MongoException;

    /// <summary>A collection. Read preference and read concern are those of the connection string.</summary>
    public IMongoCollection<BsonDocument> Collection(string name) => _database.GetCollection<BsonDocument>(name);

    /// <summary>Reads.</summary>
    /// <exception cref="StoreUnavailableException">The deployment is away, or refuses the user.</exception>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => MeasuredAsync("read", work, cancellationToken);

    /// <summary>All documents of a collection in the order of an index, as they come.</summary>
    /// <exception cref="StoreUnavailableException">The deployment is away, or went away on the way.</exception>
    public async IAsyncEnumerable<T> ReadAllAsync<T>(IMongoCollection<BsonDocument> collection, SortDefinition<BsonDocument> order, Func<BsonDocument, T> map, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cursor = await ReadAsync(token => collection.Find(FilterDefinition<BsonDocument>.Empty).Sort(order).ToCursorAsync(token), cancellationToken);
        while (await ReadAsync(cursor.MoveNextAsync, cancellationToken))
        {
            foreach (var document in cursor.Current)
            {
                yield return map(document);
            }
        }
    }

    /// <summary>A value for a field that orders documents by their arrival, before every <see cref="ObjectId.GenerateNewId()"/> of the present: for what is copied in the order it had elsewhere.</summary>
    /// <param name="position">From 0.</param>
    public static ObjectId EarlyOrder(long position)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), position);
        return new ObjectId(bytes);
    }

    /// <summary>Writes.</summary>
    /// <exception cref="StoreUnavailableException">The deployment is away, refuses the user, or did not confirm the write: it may or may not be there.</exception>
    public async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var result = await MeasuredAsync("write", work, cancellationToken);
            _lastWriteFailed = false;
            return result;
        }
        catch (StoreUnavailableException)
        {
            _lastWriteFailed = true;
            throw;
        }
    }

    /// <summary>Asks the deployment, and writes to it where the last write failed.</summary>
    /// <exception cref="StoreUnavailableException">One of both did not work.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(token => _database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: token), cancellationToken);
        if (_lastWriteFailed)
        {
            await WriteAsync(token => SetVersionAsync(_migrations.Count, token), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // Rights are an operator's to give, as a server is to start: no message is wrong for the lack of them.
    private static bool IsRefusal(Exception failure) => failure is MongoAuthenticationException or MongoCommandException { Code: Unauthorized };

    private static bool IsAway(Exception failure) => failure switch
    {
        _ when IsRefusal(failure) => true,
        TimeoutException or MongoConnectionException or MongoConnectionPoolPausedException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoExecutionTimeoutException => true,
        MongoWriteException refused => refused.WriteError is null || Passing.Contains(refused.WriteError.Code),
        MongoBulkWriteException refused => refused.WriteErrors.All(error => Passing.Contains(error.Code)),
        MongoWriteConcernException => true,
        MongoCommandException refused when Passing.Contains(refused.Code) => true,
        MongoException other => other.HasErrorLabel("RetryableWriteError"),
        _ => false,
    };

    private async Task<T> MeasuredAsync<T>(string operation, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var tags = new TagList { { "db.system.name", "mongodb" }, { "db.namespace", _name }, { "db.operation.name", operation } };
        try
        {
            await PrepareAsync(cancellationToken);
            return await work(cancellationToken);
        }
        catch (StoreVersionException later)
        {
            // No message is wrong for it either: the stage waits until the later program is back.
            tags.Add("error.type", later.GetType().FullName);
            throw new StoreUnavailableException($"MongoDB: {later.Message}", later);
        }
        catch (Exception failure) when (IsAway(failure))
        {
            tags.Add("error.type", failure.GetType().FullName);
            throw new StoreUnavailableException($"MongoDB: {failure.Message}", failure) { IsRefusal = IsRefusal(failure) };
        }
        finally
        {
            Telemetry.DbOperationDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_prepared)
        {
            return;
        }

        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (_prepared)
            {
                return;
            }

            var stored = await Collection(MetaCollection).WithReadPreference(ReadPreference.Primary).Find(new BsonDocument("_id", _schemaId)).FirstOrDefaultAsync(cancellationToken);
            var version = stored is null ? 0 : stored["version"].ToInt32();
            if (version > _migrations.Count)
            {
                throw new StoreVersionException($"database {_name} has version {version}, this program knows {_migrations.Count}: it was written by a later one");
            }

            for (; version < _migrations.Count; version++)
            {
                await _migrations[version](_database, cancellationToken);
                await SetVersionAsync(version + 1, cancellationToken);
            }

            _prepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    private Task<UpdateResult> SetVersionAsync(int version, CancellationToken cancellationToken) => Collection(MetaCollection).UpdateOneAsync(
        new BsonDocument("_id", _schemaId), Builders<BsonDocument>.Update.Max("version", version), new UpdateOptions { IsUpsert = true }, cancellationToken);
}
