using MongoDB.Driver;
using Xunit;

namespace Sikap.TestKit;

/// <summary>A database of its own on the MongoDB server that <c>SIKAP_TEST_MONGODB</c> names; gone afterwards.</summary>
public sealed class MongoTestDatabase : IAsyncDisposable
{
    private readonly string _name = $"sikap_test_{Guid.NewGuid():n}";
    private bool _used;

    /// <summary>Connection string with the database's name. Where no server is named the test is skipped.</summary>
    public string Url
    {
        get
        {
            var address = Environment.GetEnvironmentVariable("SIKAP_TEST_MONGODB");
            Assert.SkipUnless(address is { Length: > 0 }, "SIKAP_TEST_MONGODB names no server");
            _used = true;
            var parts = address!.Split('?', 2);
            return $"{parts[0].TrimEnd('/')}/{_name}{(parts.Length > 1 ? $"?{parts[1]}" : "")}";
        }
    }

    /// <summary>Name of the database.</summary>
    public string Name => _name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_used)
        {
            using var client = new MongoClient(Url);
            await client.DropDatabaseAsync(_name);
        }
    }
}
