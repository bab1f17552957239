using MongoDB.Bson;
using MongoDB.Driver.Core;

namespace MongoDB.Driver;

/// <summary>Servers to work with. Thread-safe; made once and kept for the life of the application. Connects with the first operation.</summary>
public sealed class MongoClient : IMongoClient
{
    private readonly MongoCluster _cluster;

    public MongoClient()
        : this(new MongoClientSettings())
    {
    }

    /// <exception cref="MongoConfigurationException">The string cannot be followed.</exception>
    public MongoClient(string connectionString)
        : this(MongoClientSettings.FromConnectionString(connectionString))
    {
    }

    public MongoClient(MongoUrl url)
        : this(MongoClientSettings.FromUrl(url))
    {
    }

    /// <exception cref="MongoConfigurationException">A value that cannot be.</exception>
    public MongoClient(MongoClientSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings.Clone();
        Settings.Validate();
        _cluster = new MongoCluster(Settings);
        Executor = new OperationExecutor(_cluster, Settings);
    }

    /// <summary>The client's own copy; not to be changed.</summary>
    public MongoClientSettings Settings { get; }

    internal MongoCluster Cluster => _cluster;

    internal OperationExecutor Executor { get; }

    public IMongoDatabase GetDatabase(string name, MongoDatabaseSettings? settings = null) => new MongoDatabase(this, name, new Concerns(
        settings?.ReadConcern ?? Settings.ReadConcern, settings?.ReadPreference ?? Settings.ReadPreference, settings?.WriteConcern ?? Settings.WriteConcern));

    public Task DropDatabaseAsync(string name, CancellationToken cancellationToken = default) =>
        Commands.WriteAsync(Executor, name, new BsonDocument("dropDatabase", 1), Settings.WriteConcern, cancellationToken);

    public async Task<IAsyncCursor<string>> ListDatabaseNamesAsync(CancellationToken cancellationToken = default)
    {
        var reply = await Commands.ReadAsync(Executor, "admin", new BsonDocument { { "listDatabases", 1 }, { "nameOnly", true } }, ReadPreference.Primary, retryable: true, cancellationToken);
        return new ListCursor<string>([.. reply["databases"].AsBsonArray.Select(database => database["name"].AsString)]);
    }

    /// <summary>Closes every connection; what is under way fails.</summary>
    public void Dispose() => _cluster.Dispose();
}
