using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>The MongoDB database that the service's stores share. Thread-safe.</summary>
/// <param name="url">Connection string; the database it names, else <see cref="DefaultName"/>.</param>
/// <exception cref="MongoConfigurationException">The connection string cannot be followed.</exception>
internal sealed class MongoStanceDatabase(string url) : IDisposable
{
    public const string DefaultName = "sikap_stance_classification";

    public MongoStore Store { get; } = new(url, DefaultName,
    [
        async (database, token) =>
        {
            await IndexAsync(database, MongoCodebookStore.LogName, "entries.id", token);
            await IndexAsync(database, MongoChatStore.AnswersName, "order", token);
        },
    ]);

    public void Dispose() => Store.Dispose();

    private static Task<string> IndexAsync(IMongoDatabase database, string collection, string field, CancellationToken cancellationToken) => database.GetCollection<BsonDocument>(collection)
        .Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending(field)), cancellationToken: cancellationToken);
}
