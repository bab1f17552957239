using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.StanceClassification.Tests;

/// <summary>Stores of one kind on one database of the server that <c>SIKAP_TEST_MONGODB</c> names. Each has connections and memory of its own, as in a process of its own.</summary>
internal sealed class MongoStores<TStore>(Func<MongoStore, TStore> open) : IAsyncDisposable
    where TStore : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public MongoTestDatabase Database { get; } = new();

    public TStore Open()
    {
        var client = new MongoStanceDatabase(Database.Url);
        var store = open(client.Store);
        _opened.AddRange([store, client]);
        return store;
    }

    /// <summary>Closes those that were opened; what they keep stays.</summary>
    public Task CloseAsync()
    {
        _opened.ForEach(one => one.Dispose());
        _opened.Clear();
        return Task.CompletedTask;
    }

    /// <summary>Closes them and drops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await Database.DisposeAsync();
    }
}
