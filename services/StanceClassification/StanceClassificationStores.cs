using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>The service's stores, for copying them from one place to another.</summary>
public static class StanceClassificationStores
{
    /// <summary>Opens them.</summary>
    /// <param name="place">Connection string of MongoDB, or folder of the SQLite files.</param>
    /// <param name="create">Makes the files where they are not there; otherwise null is returned where the codebook's is not.</param>
    public static ServiceStores? Open(string place, bool create)
    {
        if (ServiceStores.IsMongo(place))
        {
            var database = new MongoStanceDatabase(place);
            var (codebook, actors, chat) = (new MongoCodebookStore(database.Store), new MongoActorStore(database.Store), new MongoChatStore(database.Store));
            return new ServiceStores([.. codebook.Parts, .. actors.Parts, .. chat.Parts], codebook, actors, chat, database);
        }

        if (!create && !File.Exists(Path.Combine(place, SqliteCodebookStore.FileName)))
            return null;
        var files = (Codebook: new SqliteCodebookStore(place), Actors: new SqliteActorStore(place), Chat: new SqliteChatStore(place));
        return new ServiceStores([.. files.Codebook.Parts, .. files.Actors.Parts, .. files.Chat.Parts], files.Codebook, files.Actors, files.Chat);
    }
}
