using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>Many writes on a collection, in as few commands as the server's limits allow.</summary>
internal sealed class BulkWriteOperation<TDocument>(
    OperationExecutor executor, string database, string collection, WriteConcern writeConcern, IReadOnlyList<WriteModel<TDocument>> requests, bool ordered, BsonValue? comment)
{
    /// <summary>Room for the command around the documents.</summary>
    private const int CommandBytes = 16_384;

    private readonly List<BulkWriteUpsert> _upserts = [];
    private readonly List<BulkWriteError> _errors = [];
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);
    private readonly bool[] _processed = new bool[requests.Count];
    private WriteConcernError? _concernError;
    private long _inserted;
    private long _matched;
    private long _modified;
    private long _deleted;

    private enum Kind
    {
        Insert,
        Update,
        Delete,
    }

    internal async Task<BulkWriteResult<TDocument>> RunAsync(CancellationToken cancellationToken)
    {
        var session = executor.TakeSession();
        try
        {
            foreach (var (kind, indices) in Runs())
            {
                for (var from = 0; from < indices.Count && (!ordered || _errors.Count == 0);)
                {
                    from += await RunBatchAsync(kind, indices, from, session, cancellationToken);
                }

                if (ordered && _errors.Count > 0)
                {
                    break;
                }
            }
        }
        finally
        {
            executor.Sessions.Return(session);
        }

        var result = new BulkWriteResult<TDocument>(writeConcern.IsAcknowledged, requests.Count, _inserted, _matched, _modified, _deleted, _upserts,
            [.. requests.Where((_, index) => _processed[index])]);
        return _errors.Count == 0 && _concernError is null
            ? result
            : throw new MongoBulkWriteException<TDocument>(result, _errors, _concernError, [.. requests.Where((_, index) => !_processed[index])], _labels);
    }

    /// <summary>Writes that may go into one command: neighbours of a kind, or all of a kind where the order does not matter.</summary>
    private IEnumerable<(Kind Kind, IReadOnlyList<int> Indices)> Runs()
    {
        if (!ordered)
        {
            return Enumerable.Range(0, requests.Count).GroupBy(index => KindOf(requests[index])).Select(group => (group.Key, (IReadOnlyList<int>)[.. group]));
        }

        var runs = new List<(Kind, IReadOnlyList<int>)>();
        List<int>? current = null;
        for (var index = 0; index < requests.Count; index++)
        {
            var kind = KindOf(requests[index]);
            if (current is null || runs[^1].Item1 != kind)
            {
                runs.Add((kind, current = []));
            }

            current.Add(index);
        }

        return runs;
    }

    private static Kind KindOf(WriteModel<TDocument> request) => request switch
    {
        InsertOneModel<TDocument> => Kind.Insert,
        DeleteOneModel<TDocument> or DeleteManyModel<TDocument> => Kind.Delete,
        _ => Kind.Update,
    };

    /// <returns>How many writes the batch took.</returns>
    private async Task<int> RunBatchAsync(Kind kind, IReadOnlyList<int> indices, int from, ServerSession session, CancellationToken cancellationToken)
    {
        using var documents = new BsonBuffer(4096);
        var count = 0;
        var retryable = writeConcern.IsAcknowledged;
        CommandMessage? message = null;

        // The batch is cut by the limits of the server it goes to first; a second attempt sends the same bytes.
        CommandMessage Build(ServerDescription server)
        {
            if (message is not null)
            {
                return message;
            }

            for (; from + count < indices.Count && count < server.MaxBatch; count++)
            {
                var before = documents.Length;
                BsonBinary.Write(documents, Statement(requests[indices[from + count]]));
                if (count > 0 && documents.Length > server.MaxMessageBytes - CommandBytes)
                {
                    documents.Truncate(before);
                    break;
                }
            }

            var body = new BsonDocument { { CommandName(kind), collection }, { "ordered", ordered } };
            if (!writeConcern.IsServerDefault)
            {
                body.Add("writeConcern", writeConcern.ToBsonDocument());
            }

            if (comment is not null)
            {
                body.Add("comment", comment);
            }

            return message = new CommandMessage(database, body)
            {
                SequenceName = kind switch { Kind.Insert => "documents", Kind.Update => "updates", _ => "deletes" },
                Sequence = documents.Written,
                Unacknowledged = !writeConcern.IsAcknowledged,
            };
        }

        // Only single-document writes can be recognised; whether all are is known before the cut, on the safe side.
        retryable &= indices.Skip(from).All(index => requests[index] is not (UpdateManyModel<TDocument> or DeleteManyModel<TDocument>));
        var outcome = await executor.WriteAsync(Build, retryable, session, cancellationToken);
        Collect(kind, indices, from, count, outcome);
        return count;
    }

    private static string CommandName(Kind kind) => kind switch { Kind.Insert => "insert", Kind.Update => "update", _ => "delete" };

    private static BsonDocument Statement(WriteModel<TDocument> request)
    {
        switch (request)
        {
            case InsertOneModel<TDocument> insert:
                var document = AsBson(insert.Document);
                if (!document.Contains("_id"))
                {
                    document.InsertAt(0, new BsonElement("_id", ObjectId.GenerateNewId()));
                }

                return document;
            case ReplaceOneModel<TDocument> replace:
                var replacement = AsBson(replace.Replacement);
                if (replacement.ElementCount > 0 && replacement.GetElement(0).Name.StartsWith('$'))
                {
                    throw new ArgumentException("a replacement cannot begin with an update operator");
                }

                return Update(replace.Filter.Document, replacement, replace.IsUpsert, multi: false, replace.Hint, null);
            case UpdateOneModel<TDocument> update:
                return Update(update.Filter.Document, Checked(update.Update.Update), update.IsUpsert, multi: false, update.Hint, update.ArrayFilters);
            case UpdateManyModel<TDocument> update:
                return Update(update.Filter.Document, Checked(update.Update.Update), update.IsUpsert, multi: true, update.Hint, update.ArrayFilters);
            case DeleteOneModel<TDocument> delete:
                return Delete(delete.Filter.Document, 1, delete.Hint);
            case DeleteManyModel<TDocument> delete:
                return Delete(delete.Filter.Document, 0, delete.Hint);
            default:
                throw new NotSupportedException($"{request.GetType()} is no write this client knows");
        }
    }

    private static BsonDocument AsBson(TDocument document) => document as BsonDocument ?? throw new ArgumentNullException(nameof(document));

    private static BsonValue Checked(BsonValue update) =>
        update is BsonDocument document && (document.ElementCount == 0 || !document.GetElement(0).Name.StartsWith('$'))
            ? throw new ArgumentException("an update begins with an operator such as $set; use a replacement for a whole document")
            : update;

    private static BsonDocument Update(BsonDocument filter, BsonValue update, bool upsert, bool multi, BsonValue? hint, IEnumerable<BsonDocument>? arrayFilters)
    {
        var statement = new BsonDocument { { "q", filter }, { "u", update } }.Add("multi", true, multi).Add("upsert", true, upsert);
        if (hint is not null)
        {
            statement.Add("hint", hint);
        }

        if (arrayFilters is not null)
        {
            statement.Add("arrayFilters", new BsonArray(arrayFilters));
        }

        return statement;
    }

    private static BsonDocument Delete(BsonDocument filter, int limit, BsonValue? hint)
    {
        var statement = new BsonDocument { { "q", filter }, { "limit", limit } };
        return hint is null ? statement : statement.Add("hint", hint);
    }

    private void Collect(Kind kind, IReadOnlyList<int> indices, int from, int count, WriteOutcome outcome)
    {
        var reply = outcome.Reply;
        var errors = reply.GetValue("writeErrors", null) as BsonArray ?? [];
        var last = count;
        foreach (var error in errors.OfType<BsonDocument>())
        {
            var at = error.GetValue("index", 0).ToInt32();
            if (at < 0 || at >= count)
            {
                throw new MongoProtocolException("the server names a write that was not sent");
            }

            _errors.Add(new BulkWriteError(indices[from + at], error));
            last = ordered ? at + 1 : last;
        }

        for (var at = 0; at < last; at++)
        {
            _processed[indices[from + at]] = true;
        }

        if (outcome.ConcernError is { } concern)
        {
            _concernError = new WriteConcernError(concern.Result["writeConcernError"].AsBsonDocument);
            _labels.UnionWith(concern.ErrorLabels);
        }

        if (!writeConcern.IsAcknowledged)
        {
            return;
        }

        var n = reply.GetValue("n", 0).ToInt64();
        switch (kind)
        {
            case Kind.Insert:
                _inserted += n;
                break;
            case Kind.Delete:
                _deleted += n;
                break;
            default:
                var upserted = reply.GetValue("upserted", null) as BsonArray ?? [];
                foreach (var each in upserted.OfType<BsonDocument>())
                {
                    var at = each.GetValue("index", 0).ToInt32();
                    if (at < 0 || at >= count)
                    {
                        throw new MongoProtocolException("the server names a write that was not sent");
                    }

                    _upserts.Add(new BulkWriteUpsert(indices[from + at], each["_id"]));
                }

                _matched += n - upserted.Count;
                _modified += reply.GetValue("nModified", 0).ToInt64();
                break;
        }
    }
}
