using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>The service's stores, for copying them from one place to another.</summary>
public static class QueryStores
{
    /// <summary>Opens them.</summary>
    /// <param name="place">Connection string of MongoDB, or folder of the SQLite file.</param>
    /// <param name="create">Makes the file where it is not there; otherwise null is returned then.</param>
    public static ServiceStores? Open(string place, bool create)
    {
        if (ServiceStores.IsMongo(place))
        {
            var mongo = new MongoStore(place, MongoSchema.DefaultDatabase, MongoSchema.Migrations);
            return new ServiceStores(new MongoLedgerParts(mongo).All, mongo);
        }

        if (!create && !File.Exists(Path.Combine(place, SqliteReadModel.FileName)))
        {
            return null;
        }

        var database = new SqliteDatabase(place, SqliteReadModel.FileName, SqliteSchema.Migrations);
        return new ServiceStores(new SqliteLedgerParts(database).All, database);
    }
}
