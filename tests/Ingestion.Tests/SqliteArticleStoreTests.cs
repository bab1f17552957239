namespace Sikap.Ingestion.Tests;

public sealed class SqliteArticleStoreTests : ArticleStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteArticleStore? _store;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteArticleStore(_folder));

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(new SqliteArticleStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}
