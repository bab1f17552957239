namespace Sikap.StanceClassification.Tests;

public sealed class SqliteChatStoreTests : ChatStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteChatStore? _store;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteChatStore(_folder));

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(new SqliteChatStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}
