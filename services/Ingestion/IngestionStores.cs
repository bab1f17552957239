using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>The service's stores, for copying them from one place to another.</summary>
public static class IngestionStores
{
    /// <summary>Opens them.</summary>
    /// <param name="place">Connection string of MongoDB, or folder of the SQLite file.</param>
    /// <param name="create">Makes the file where it is not there; otherwise null is returned then.</param>
    public static ServiceStores? Open(string place, bool create)
    {
        if (ServiceStores.IsMongo(place))
        {
            var mongo = new MongoArticleStore(place);
            return new ServiceStores(mongo.Parts, mongo);
        }

        if (!create && !File.Exists(Path.Combine(place, SqliteArticleStore.FileName)))
            return null;
        var sqlite = new SqliteArticleStore(place);
        return new ServiceStores(sqlite.Parts, sqlite);
    }
}
