using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Sikap.ServiceDefaults;

/// <summary>
/// A SQLite file with one writer and many readers. Writes that wait at the same time share one transaction and so one flush to disk;
/// a write is durable when its task completes (WAL, <c>synchronous=FULL</c>). Thread-safe.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable, IDisposable
{
    private const int MaxWaitingWrites = 4_096;
    private const int MaxWritesPerTransaction = 256;

    private readonly string _connectionString;
    private readonly string _name;
    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxWaitingWrites) { SingleReader = true });
    private readonly Task _writer;
    private volatile bool _lastWriteFailed;

    /// <summary>Opens or makes the file and brings its schema up to date.</summary>
    /// <param name="directory">Folder of the file; made when absent.</param>
    /// <param name="fileName">Name of the file.</param>
    /// <param name="migrations">Scripts in order; the file remembers how many it has seen. Only ever add to the end.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened or written.</exception>
    /// <exception cref="InvalidOperationException">A newer program has written the file.</exception>
    public SqliteDatabase(string directory, string fileName, params IReadOnlyList<string> migrations)
    {
        _name = System.IO.Path.GetFileNameWithoutExtension(fileName);
        Path = System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, fileName));
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Pooling = true,
        }.ToString();
        try
        {
            Guard(() =>
            {
                Directory.CreateDirectory(directory);
                using var connection = Open();
                Execute(connection, "PRAGMA journal_mode=WAL");
                Migrate(connection, migrations);
                return true;
            });
        }
        catch (StoreUnavailableException exception)
        {
            // Ends the start of the host, so it names what the operator can change.
            throw new StoreUnavailableException($"DataDirectory: the file {Path} cannot be opened or written ({exception.Message})", exception);
        }

        _writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>How long a statement waits for a lock that another process holds.</summary>
    internal int BusyTimeoutSeconds { get; init; } = 5;

    /// <summary>
    /// Runs <paramref name="work"/> inside a write transaction; other writes may share it, a throwing one is undone alone. Where one of them throws, the others may be undone and run once more, so the work
    /// changes nothing but the store.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The transaction could not be written; nothing of it is stored.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work, cancellationToken);
        try
        {
            await _writes.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new StoreUnavailableException("the store is closed", exception);
        }

        return await write.Task;
    }

    /// <summary>Runs <paramref name="work"/> inside a write transaction; see the other overload.</summary>
    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken cancellationToken)
        => WriteAsync(connection =>
        {
            work(connection);
            return true;
        }, cancellationToken);

    /// <summary>Runs <paramref name="work"/> on a connection that sees all completed writes. It must not write.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> work) => Measured("read", () => Guard(() =>
    {
        using var connection = Open();
        return work(connection);
    }));

    /// <summary>Reads from the file, and writes to it where the last write failed.</summary>
    /// <exception cref="StoreUnavailableException">One of both did not work.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        Read(connection => Execute(connection, "SELECT COUNT(*) FROM sqlite_master"));
        if (_lastWriteFailed)
            await WriteAsync(connection => Execute(connection, $"PRAGMA user_version={UserVersion(connection)}"), cancellationToken);
    }

    /// <summary>Completes what waits and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writer;
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static int Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only texts of this class and of the stores' migrations come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    private static long UserVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private static void Migrate(SqliteConnection connection, IReadOnlyList<string> migrations)
    {
        // An older program would not know what it writes past.
        if (UserVersion(connection) is var newest && newest > migrations.Count)
            throw new StoreVersionException($"{connection.DataSource} has schema version {newest}, this program knows {migrations.Count}: it was written by a later one");
        for (var done = newest; done < migrations.Count; done++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, migrations[(int)done]);
            Execute(connection, $"PRAGMA user_version={done + 1}");
            transaction.Commit();
        }
    }

    // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the file is the trouble, not the statement.
    private static bool IsAway(SqliteException exception) => exception.SqliteErrorCode is 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 26;

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException exception) when (IsAway(exception))
        {
            throw new StoreUnavailableException($"SQLite error {exception.SqliteErrorCode}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException("the store's folder cannot be used", exception);
        }
    }

    private T Measured<T>(string operation, Func<T> work)
    {
        var started = Stopwatch.GetTimestamp();
        var tags = new TagList { { "db.system.name", "sqlite" }, { "db.namespace", _name }, { "db.operation.name", operation } };
        try
        {
            return work();
        }
        catch (StoreUnavailableException exception)
        {
            tags.Add("error.type", exception.GetType().FullName);
            throw;
        }
        finally
        {
            Telemetry.DbOperationDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.DefaultTimeout = BusyTimeoutSeconds;
            connection.Open();
            // Per connection: FULL flushes the log at each commit, so that what was accepted survives a power cut as well as a crash.
            Execute(connection, "PRAGMA synchronous=FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<Write>(MaxWritesPerTransaction);
        while (await _writes.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxWritesPerTransaction && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            try
            {
                Measured("write", () => Guard(() =>
                {
                    WriteBatch(batch);
                    return true;
                }));
                _lastWriteFailed = false;
                batch.ForEach(write => write.Complete());
            }
            catch (Exception exception)
            {
                _lastWriteFailed = exception is StoreUnavailableException;
                batch.ForEach(write => write.Fail(exception));
            }

            batch.Clear();
        }
    }

    private void WriteBatch(List<Write> batch)
    {
        using var connection = Open();
        using (var transaction = connection.BeginTransaction())
        {
            if (batch.TrueForAll(write => write.Run(connection)))
            {
                transaction.Commit();
                return;
            }

            transaction.Rollback();
        }

        if (batch.Count == 1)
            return;

        // One of them threw. Once more, each undone alone: savepoints for every write would cost as much as small writes do, and hardly any fails.
        using var careful = connection.BeginTransaction();
        foreach (var write in batch)
        {
            careful.Save("one");
            if (!write.Run(connection))
                careful.Rollback("one");
            careful.Release("one");
        }

        careful.Commit();
    }

    private abstract class Write
    {
        /// <summary>False when the work threw in a way that is its own affair. May be called again, after what it did was undone.</summary>
        public abstract bool Run(SqliteConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;
        private Exception? _error;

        public Task<T> Task => _completion.Task;

        public override bool Run(SqliteConnection connection)
        {
            _error = null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _value = work(connection);
                return true;
            }
            catch (SqliteException exception) when (IsAway(exception))
            {
                // Ends the whole transaction.
                throw;
            }
            catch (Exception exception)
            {
                _error = exception;
                return false;
            }
        }

        public override void Complete()
        {
            if (_error is OperationCanceledException)
                _completion.SetCanceled(cancellationToken);
            else if (_error is not null)
                _completion.SetException(_error);
            else
                _completion.SetResult(_value!);
        }

        public override void Fail(Exception exception) => _completion.TrySetException(_error ?? exception);
    }
}
