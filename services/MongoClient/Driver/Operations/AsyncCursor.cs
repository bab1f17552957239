using MongoDB.Bson;
using MongoDB.Driver.Core;

namespace MongoDB.Driver
{
    /// <summary>Results in batches. Not thread-safe; disposing tells the server that the rest is not wanted.</summary>
    public interface IAsyncCursor<out TDocument> : IDisposable
    {
        /// <summary>The batch after <see cref="MoveNextAsync"/> returned true.</summary>
        IEnumerable<TDocument> Current { get; }

        /// <summary>Fetches the next batch; false when there is none.</summary>
        Task<bool> MoveNextAsync(CancellationToken cancellationToken = default);
    }

    /// <summary>Something that can be run and gives a cursor.</summary>
    public interface IAsyncCursorSource<TDocument>
    {
        Task<IAsyncCursor<TDocument>> ToCursorAsync(CancellationToken cancellationToken = default);
    }

    /// <summary>Reading cursors to their end.</summary>
    public static class IAsyncCursorExtensions
    {
        public static async Task<List<TDocument>> ToListAsync<TDocument>(this IAsyncCursor<TDocument> source, CancellationToken cancellationToken = default)
        {
            using (source)
            {
                var list = new List<TDocument>();
                while (await source.MoveNextAsync(cancellationToken))
                {
                    list.AddRange(source.Current);
                }

                return list;
            }
        }

        public static async Task<TDocument?> FirstOrDefaultAsync<TDocument>(this IAsyncCursor<TDocument> cursor, CancellationToken cancellationToken = default)
        {
            using (cursor)
            {
                while (await cursor.MoveNextAsync(cancellationToken))
                {
                    foreach (var document in cursor.Current)
                    {
                        return document;
                    }
                }

                return default;
            }
        }

        /// <exception cref="InvalidOperationException">There is none.</exception>
        public static async Task<TDocument> FirstAsync<TDocument>(this IAsyncCursor<TDocument> cursor, CancellationToken cancellationToken = default)
        {
            using (cursor)
            {
                while (await cursor.MoveNextAsync(cancellationToken))
                {
                    foreach (var document in cursor.Current)
                    {
                        return document;
                    }
                }

                throw new InvalidOperationException("the cursor has no document");
            }
        }

        public static async Task<bool> AnyAsync<TDocument>(this IAsyncCursor<TDocument> cursor, CancellationToken cancellationToken = default)
        {
            using (cursor)
            {
                while (await cursor.MoveNextAsync(cancellationToken))
                {
                    if (cursor.Current.Any())
                    {
                        return true;
                    }
                }

                return false;
            }
        }

        public static Task ForEachAsync<TDocument>(this IAsyncCursor<TDocument> source, Action<TDocument> processor, CancellationToken cancellationToken = default) =>
            source.ForEachAsync(
                document =>
                {
                    processor(document);
                    return Task.CompletedTask;
                },
                cancellationToken);

        public static async Task ForEachAsync<TDocument>(this IAsyncCursor<TDocument> source, Func<TDocument, Task> processor, CancellationToken cancellationToken = default)
        {
            using (source)
            {
                while (await source.MoveNextAsync(cancellationToken))
                {
                    foreach (var document in source.Current)
                    {
                        await processor(document);
                    }
                }
            }
        }
    }

    /// <summary>Running what gives a cursor, and reading it.</summary>
    public static class IAsyncCursorSourceExtensions
    {
        public static async Task<List<TDocument>> ToListAsync<TDocument>(this IAsyncCursorSource<TDocument> source, CancellationToken cancellationToken = default) =>
            await (await source.ToCursorAsync(cancellationToken)).ToListAsync(cancellationToken);

        public static async Task<TDocument?> FirstOrDefaultAsync<TDocument>(this IAsyncCursorSource<TDocument> source, CancellationToken cancellationToken = default) =>
            await (await source.ToCursorAsync(cancellationToken)).FirstOrDefaultAsync(cancellationToken);

        public static async Task<TDocument> FirstAsync<TDocument>(this IAsyncCursorSource<TDocument> source, CancellationToken cancellationToken = default) =>
            await (await source.ToCursorAsync(cancellationToken)).FirstAsync(cancellationToken);

        public static async Task<bool> AnyAsync<TDocument>(this IAsyncCursorSource<TDocument> source, CancellationToken cancellationToken = default) =>
            await (await source.ToCursorAsync(cancellationToken)).AnyAsync(cancellationToken);

        public static async Task ForEachAsync<TDocument>(this IAsyncCursorSource<TDocument> source, Action<TDocument> processor, CancellationToken cancellationToken = default) =>
            await (await source.ToCursorAsync(cancellationToken)).ForEachAsync(processor, cancellationToken);
    }
}

namespace MongoDB.Driver.Core
{
    /// <summary>A cursor of a server: further batches come from the server that gave the first, in the same session.</summary>
    internal sealed class AsyncCursor<TDocument> : IAsyncCursor<TDocument>
    {
        private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

        private readonly OperationExecutor _executor;
        private readonly MongoServerAddress _server;
        private readonly string _database;
        private readonly string _collection;
        private readonly int? _batchSize;
        private readonly TimeSpan? _maxTime;
        private readonly Func<BsonDocument, TDocument> _map;
        private ServerSession? _session;
        private IReadOnlyList<BsonDocument>? _next;
        private IEnumerable<TDocument>? _current;
        private long _id;
        private long _left;
        private bool _disposed;

        internal AsyncCursor(OperationExecutor executor, MongoServerAddress server, BsonDocument reply, ServerSession session, CursorShape shape, Func<BsonDocument, TDocument> map)
        {
            _executor = executor;
            _server = server;
            _session = session;
            _batchSize = shape.BatchSize;
            _maxTime = shape.MaxAwaitTime;
            _left = shape.Limit is > 0 and var limit ? limit : long.MaxValue;
            _map = map;
            try
            {
                var cursor = reply["cursor"].AsBsonDocument;
                _id = cursor["id"].ToInt64();
                var ns = cursor["ns"].AsString;
                var dot = ns.IndexOf('.', StringComparison.Ordinal);
                _database = ns[..dot];
                _collection = ns[(dot + 1)..];
                _next = Documents(cursor, "firstBatch");
            }
            catch (Exception bad) when (bad is KeyNotFoundException or InvalidCastException or ArgumentOutOfRangeException)
            {
                throw new MongoProtocolException($"server {server} answered without a cursor", bad);
            }

            if (_id == 0)
            {
                End();
            }
        }

        public IEnumerable<TDocument> Current => _current ?? throw new InvalidOperationException("MoveNextAsync comes first");

        public async Task<bool> MoveNextAsync(CancellationToken cancellationToken = default)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_next is { } first)
            {
                _next = null;
                return Take(first);
            }

            if (_id == 0 || _left <= 0)
            {
                _current = [];
                return false;
            }

            return Take(await _executor.BoundedAsync(GetMoreAsync, cancellationToken));
        }

        public void Dispose()
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_id != 0)
            {
                _ = KillAsync(_id, _session!);
                _id = 0;
            }
            else
            {
                End();
            }
        }

        private static List<BsonDocument> Documents(BsonDocument cursor, string name) => [.. cursor[name].AsBsonArray.Select(item => item.AsBsonDocument)];

        private async Task<IReadOnlyList<BsonDocument>> GetMoreAsync(CancellationToken cancellationToken)
        {
            var command = new BsonDocument { { "getMore", _id }, { "collection", _collection } };
            var size = _left < (_batchSize ?? int.MaxValue) ? (int)_left : _batchSize;
            if (size is > 0)
            {
                command.Add("batchSize", size.Value);
            }

            if (_maxTime is { } limit)
            {
                command.Add("maxTimeMS", (long)limit.TotalMilliseconds);
            }

            try
            {
                var reply = await _executor.OnSameServerAsync(_server, new CommandMessage(_database, command), _session!, cancellationToken);
                var cursor = reply["cursor"].AsBsonDocument;
                _id = cursor["id"].ToInt64();
                if (_id == 0)
                {
                    End();
                }

                return Documents(cursor, "nextBatch");
            }
            catch (Exception bad) when (bad is KeyNotFoundException or InvalidCastException)
            {
                throw new MongoProtocolException($"server {_server} answered without a cursor", bad);
            }
            catch (Exception failure) when (failure is MongoCursorNotFoundException or MongoConnectionException)
            {
                // Nothing is left to be told to the server.
                _id = 0;
                End();
                throw;
            }
        }

        private bool Take(IReadOnlyList<BsonDocument> batch)
        {
            var taken = _left < batch.Count ? [.. batch.Take((int)_left)] : batch;
            _left -= taken.Count;
            _current = taken.Select(_map);
            return taken.Count > 0 || _id != 0;
        }

        private void End()
        {
            if (_session is { } session)
            {
                _session = null;
                _executor.Sessions.Return(session);
            }
        }

        private async Task KillAsync(long id, ServerSession session)
        {
            using var limit = new CancellationTokenSource(KillTimeout);
            try
            {
                var command = new BsonDocument { { "killCursors", _collection }, { "cursors", new BsonArray(new[] { id }) } };
                await _executor.OnSameServerAsync(_server, new CommandMessage(_database, command), session, limit.Token);
            }
            catch (Exception failure) when (failure is MongoException or OperationCanceledException or ObjectDisposedException)
            {
                // A courtesy: a server drops cursors by itself that nobody reads.
            }

            End();
        }
    }

    /// <summary>How many documents a cursor gives, and how many at a time.</summary>
    internal readonly record struct CursorShape(int? BatchSize, long? Limit, TimeSpan? MaxAwaitTime = null);
}
