namespace Sikap.Ingestion.Tests;

public sealed class SqliteArticleStoreTests : ArticleStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteArticleStore? _store;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteArticleStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}
