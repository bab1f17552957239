namespace Sikap.StanceClassification.Tests;

public sealed class SqliteChatStoreTests : ChatStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteChatStore? _store;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteChatStore(_folder));

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(new SqliteChatStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}
