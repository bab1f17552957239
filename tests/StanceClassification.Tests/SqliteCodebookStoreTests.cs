using Microsoft.Data.Sqlite;

namespace Sikap.StanceClassification.Tests;

public sealed class SqliteCodebookStoreTests : CodebookStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteCodebookStore? _store;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Open_FileOfTheFirstSchema_KeepsTheIssuesAndBeginsTheirHistory()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
        try
        {
            await using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, SqliteCodebookStore.FileName)};Pooling=False"))
            {
                connection.Open();
                await using var old = connection.CreateCommand();
                old.CommandText = """
                    CREATE TABLE issues (id TEXT PRIMARY KEY, title TEXT NOT NULL, proposition TEXT NOT NULL, terms TEXT NOT NULL, retired INTEGER NOT NULL,
                        version INTEGER NOT NULL UNIQUE, changed_at INTEGER NOT NULL, broadcast INTEGER NOT NULL) WITHOUT ROWID;
                    INSERT INTO issues VALUES ('tol', 'Jalan tol', 'Pemerintah membangun jalan tol', '["jalan tol"]', 0, 3, 0, 1), ('bandara', 'Bandara', 'Bandara dibangun', '[]', 1, 4, 0, 1);
                    PRAGMA user_version=1;
                    """;
                await old.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            await using var store = new SqliteCodebookStore(folder);
            await store.ChangeAsync(draft => draft.Retire("tol"), 10, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);

            (await store.ListHistoryAsync(null, long.MaxValue, 10, TestContext.Current.CancellationToken)).Select(entry => (entry.Issue.Id, entry.Version, entry.Kind)).ShouldBe(
                [("tol", 5L, IssueChangeKind.Retired), ("bandara", 4L, IssueChangeKind.Retired), ("tol", 3L, IssueChangeKind.Defined)]);
            (await store.ListUnbroadcastAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Version.ShouldBe(5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteCodebookStore(_folder));

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(new SqliteCodebookStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}
