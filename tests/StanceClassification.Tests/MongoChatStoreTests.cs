namespace Sikap.StanceClassification.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoChatStoreTests : ChatStoreContract
{
    private readonly MongoStores<MongoChatStore> _stores = new(store => new MongoChatStore(store));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_stores.Open());

    protected override Task<object> OpenAnotherAsync() => OpenAsync();

    protected override Task CloseAsync() => _stores.CloseAsync();
}
