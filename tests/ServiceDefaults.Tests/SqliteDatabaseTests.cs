using Microsoft.Data.Sqlite;

namespace Sikap.ServiceDefaults.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string Schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)";
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Write_Concurrent_AllDurableAndReadable()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);

        var ids = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => database.WriteAsync(connection => Insert(connection, $"{i}"), CancellationToken.None)));

        ids.Distinct().Count().ShouldBe(1_000);
        database.Read(Count).ShouldBe(1_000);
    }

    [Fact]
    public async Task Write_OneOfManyThrows_OnlyThatIsUndone()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);

        var writes = Enumerable.Range(0, 100).Select(i => database.WriteAsync(connection =>
        {
            Insert(connection, $"{i}");
            return i % 10 == 7 ? throw new InvalidOperationException($"{i}") : i;
        }, CancellationToken.None)).ToArray();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        writes.Count(write => write.IsFaulted).ShouldBe(10);
        writes[17].Exception!.InnerException!.Message.ShouldBe("17");
        database.Read(Count).ShouldBe(90);
    }

    [Fact]
    public async Task Write_AloneAndThrows_Undone()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);

        await Should.ThrowAsync<InvalidOperationException>(() => database.WriteAsync(connection =>
        {
            Insert(connection, "x");
            throw new InvalidOperationException();
        }, CancellationToken.None));

        database.Read(Count).ShouldBe(0);
    }

    [Fact]
    public async Task Write_CancelledBefore_NotWritten()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => database.WriteAsync(connection => Insert(connection, "x"), cancel.Token));

        database.Read(Count).ShouldBe(0);
    }

    [Fact]
    public async Task Open_Again_MigratesOnceAndKeepsContent()
    {
        await using (var database = new SqliteDatabase(_folder, "t.db", Schema))
            await database.WriteAsync(connection => Insert(connection, "x"), CancellationToken.None);

        await using var again = new SqliteDatabase(_folder, "t.db", Schema, "ALTER TABLE t ADD COLUMN w TEXT");

        again.Read(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM t WHERE w IS NULL";
            return (long)command.ExecuteScalar()!;
        }).ShouldBe(1);
    }

    [Fact]
    public async Task Write_Durability_WalWithFullSynchronous()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);

        var settings = await database.WriteAsync(connection => (Scalar(connection, "PRAGMA journal_mode"), Scalar(connection, "PRAGMA synchronous")), CancellationToken.None);

        settings.ShouldBe(("wal", "2"));
    }

    [Fact]
    public async Task Open_LogTornAnywhere_HasAnUnbrokenBeginningOfWhatWasWritten()
    {
        // R13: a crash may leave any part of the last write.
        const int writes = 12;
        const int step = 251;
        await using var database = new SqliteDatabase(_folder, "t.db", Schema);
        for (var number = 1; number <= writes; number++)
            await database.WriteAsync(connection => Insert(connection, new string('x', 500)), CancellationToken.None);
        var (main, log) = (await ReadAsync(database.Path), await ReadAsync(database.Path + "-wal"));
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "copy")).FullName;
        var seen = new List<long>();

        for (var length = 0; length <= log.Length; length = length == log.Length ? length + 1 : Math.Min(length + step, log.Length))
        {
            await File.WriteAllBytesAsync(Path.Combine(copy, "t.db"), main, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(copy, "t.db-wal"), log[..length], TestContext.Current.CancellationToken);
            await using (var torn = new SqliteDatabase(copy, "t.db", Schema))
            {
                var (count, last) = torn.Read(connection => (Number(connection, "SELECT COUNT(*) FROM t"), Number(connection, "SELECT COALESCE(MAX(id), 0) FROM t")));
                last.ShouldBe(count, $"torn after {length} bytes");
                torn.Read(connection => Scalar(connection, "PRAGMA integrity_check")).ShouldBe("ok");
                seen.Add(count);
            }

            foreach (var file in Directory.GetFiles(copy))
                File.Delete(file);
        }

        seen.ShouldBeInOrder();
        seen.Distinct().ShouldBe(Enumerable.Range(0, writes + 1).Select(count => (long)count));

        static long Number(SqliteConnection connection, string sql) => long.Parse(Scalar(connection, sql), System.Globalization.CultureInfo.InvariantCulture);

        static async Task<byte[]> ReadAsync(string file)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            return bytes;
        }
    }

    [Fact]
    public async Task Write_FileLocked_StoreUnavailableAndHealthyAgainAfterwards()
    {
        await using var database = new SqliteDatabase(_folder, "t.db", Schema) { BusyTimeoutSeconds = 1 };
        using (var locker = new SqliteConnection($"Data Source={database.Path};Pooling=False"))
        {
            locker.Open();
            using var transaction = locker.BeginTransaction();

            await Should.ThrowAsync<StoreUnavailableException>(() => database.WriteAsync(connection => Insert(connection, "x"), CancellationToken.None));
            await Should.ThrowAsync<StoreUnavailableException>(() => database.CheckAsync(CancellationToken.None));
        }

        await database.CheckAsync(CancellationToken.None);
        await database.WriteAsync(connection => Insert(connection, "y"), CancellationToken.None);
        database.Read(Count).ShouldBe(1);
    }

    [Fact]
    public void Open_FolderIsAFile_StoreUnavailable()
    {
        var file = Path.Combine(_folder, "berkas");
        File.WriteAllText(file, "");

        Should.Throw<StoreUnavailableException>(() => new SqliteDatabase(file, "t.db", Schema));
    }

    [Fact]
    public void Open_NotADatabase_StoreUnavailable()
    {
        File.WriteAllText(Path.Combine(_folder, "t.db"), new string('x', 10_000));

        Should.Throw<StoreUnavailableException>(() => new SqliteDatabase(_folder, "t.db", Schema));
    }

    [Fact]
    public async Task Write_AfterClose_StoreUnavailable()
    {
        var database = new SqliteDatabase(_folder, "t.db", Schema);
        await database.DisposeAsync();

        await Should.ThrowAsync<StoreUnavailableException>(() => database.WriteAsync(connection => Insert(connection, "x"), CancellationToken.None));
    }

    private static long Insert(SqliteConnection connection, string value)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO t (v) VALUES (@v) RETURNING id";
        command.Parameters.AddWithValue("@v", value);
        return (long)command.ExecuteScalar()!;
    }

    private static long Count(SqliteConnection connection) => long.Parse(Scalar(connection, "SELECT COUNT(*) FROM t"), System.Globalization.CultureInfo.InvariantCulture);

    private static string Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
