using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>The service's stores, for copying them from one place to another.</summary>
public static class IngestionStores
{
    /// <summary>Opens them.</summary>
    /// <param name="place">Connection string of MongoDB, or folder of the SQLite files.</param>
    /// <param name="create">Makes the files where those of the articles are not there; otherwise null is returned then.</param>
    public static ServiceStores? Open(string place, bool create)
    {
        if (ServiceStores.IsMongo(place))
        {
            var (articles, feeds) = (new MongoArticleStore(place), new MongoFeedStore(place));
            return new ServiceStores([.. articles.Parts, .. feeds.Parts], articles, feeds);
        }

        if (!create && !File.Exists(Path.Combine(place, SqliteArticleStore.FileName)))
            return null;
        var (sqlite, followed) = (new SqliteArticleStore(place), new SqliteFeedStore(place));
        return new ServiceStores([.. sqlite.Parts, .. followed.Parts], sqlite, followed);
    }
}
