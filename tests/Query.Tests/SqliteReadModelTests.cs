using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Query.Tests;

public sealed class SqliteReadModelTests : ReadModelContract
{
    private readonly TempFolder _folder = new();

    internal override IReadModel Open(TimeProvider time) => new SqliteReadModel(_folder.Path, 4, EventRetention, DiffRetention, time);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_FileIsNoDatabase_ThrowsStoreUnavailable()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "query.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        Should.Throw<StoreUnavailableException>(() => new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System));
    }

    [Fact]
    public void Open_WrittenByANewerProgram_IsRefused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "newer")).FullName;
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "query.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        Should.Throw<InvalidOperationException>(() => new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System)).Message.ShouldContain("1000");
    }

    [Fact]
    public async Task Filter_Groups_AreLookedUpByTheirIndexes()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "plans")).FullName;
        using (var store = new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System))
        {
            await store.CheckAsync(TestContext.Current.CancellationToken);
        }

        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "query.db")};Pooling=False");
        connection.Open();
        var (report, story) = (new V1.Filter { ReportId = "a1" }, new V1.Filter { StoryId = "a1" });

        Plan($"SELECT row FROM articles WHERE {SqliteFilter.Groups(report)}", SqliteFilter.ForArticles(connection, report)).ShouldContain("articles_report");
        Plan($"SELECT row FROM articles WHERE {SqliteFilter.Groups(story)}", SqliteFilter.ForArticles(connection, story)).ShouldContain("articles_story");
        var statements = SqliteFilter.ForStatements(connection, story);
        Plan($"SELECT t.info FROM statements t WHERE {statements.Text} ORDER BY t.article, t.start, t.row", statements).ShouldContain("statements_order (article=?)");

        var articles = SqliteFilter.ForArticles(connection, story);
        Plan($"SELECT t.info FROM articles t WHERE {articles.Text} ORDER BY t.date DESC, t.row DESC", articles).ShouldContain("articles_story (story=?)");
        var states = SqliteFilter.ForStates(report, []);
        Plan($"SELECT t.info FROM states t WHERE {states.Text} ORDER BY t.date, t.article, t.start, t.row", states).ShouldContain("states_article (article=?)");
        var relations = SqliteFilter.ForRelations(connection, story, "");
        Plan($"SELECT t.info FROM relations t WHERE {relations.Text} ORDER BY t.date, t.article, t.start, t.row", relations).ShouldContain("relations_article (article=?)");

        string Plan(string sql, SqliteFilter filter)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
            filter.Bind(command);
            using var rows = command.ExecuteReader();
            var plan = new List<string>();
            while (rows.Read())
            {
                plan.Add(rows.GetString(3));
            }
            return string.Join('\n', plan);
        }
    }

    [Fact]
    public async Task Open_LedgerFromBeforeStoriesWereAskedFor_KnowsThem()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "storyless")).FullName;
        var (report, story) = (new string('7', 32), new string('9', 32));
        using (var store = new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System))
        {
            // A title with the bytes that lead a field.
            await store.WriteAsync([Ledger.Article("a1", [], provenance: new Provenance { Work = "a1", Edition = 0, Report = report, Story = story }), Ledger.Article("z r z", [])], cancel);
        }

        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "query.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP INDEX articles_story; ALTER TABLE articles DROP COLUMN story; PRAGMA user_version = 9";
            command.ExecuteNonQuery();
        }

        using var opened = new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System);
        (await opened.ListArticlesAsync(new V1.Filter { StoryId = story }, new PageRequest(10, null), cancel)).Items.ShouldHaveSingleItem().Id.ShouldBe("a1");
        (await opened.ListArticlesAsync(new V1.Filter { StoryId = report }, new PageRequest(10, null), cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_StanceWrittenUnderATitleBefore_MovesToThePerson()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "older")).FullName;
        var minister = new Actor("Menlu Jepang", ActorType.Person, "JPN") { Person = "Kenji Mori" };
        using (var store = new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System))
        {
            await store.WriteAsync([Ledger.Article("a1", [Ledger.Says(minister, "Satu.", "jembatan")])], cancel);
        }

        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "query.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO actors (key, type, name, represents) VALUES ('menlu jepang', 1, 'Menlu Jepang', 'JPN'); UPDATE stances SET holder = last_insert_rowid()";
            command.ExecuteNonQuery();
        }

        using var again = new SqliteReadModel(folder, 1, EventRetention, DiffRetention, TimeProvider.System);
        await again.WriteAsync([Ledger.Article("a1", [Ledger.Says(minister, "Satu.", "jembatan")], version: 2)], cancel);

        (await again.ListActorsAsync(new(), new PageRequest(10, null), cancel)).Items.Select(actor => (actor.Actor.Name, actor.StanceCount)).ShouldBe([("Kenji Mori", 1)]);
    }

    [Fact]
    public async Task Read_Cancelled_EndsAndFreesItsPlace()
    {
        using var store = new SqliteReadModel(_folder.Path, 1, EventRetention, DiffRetention, TimeProvider.System);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => store.GetStatusAsync(cancelled.Token));
        (await store.GetStatusAsync(CancellationToken.None)).Articles.ShouldBe(0);
    }
}
