using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>A server's session: what lets a server recognise a write that is sent a second time.</summary>
internal sealed class ServerSession
{
    private long _transactionNumber;

    internal BsonDocument Id { get; } = new("id", new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard));

    internal long UsedAt { get; set; }

    /// <summary>A connection broke while it was in use: the server may still be busy with it.</summary>
    internal bool IsDirty { get; set; }

    internal long NextTransactionNumber() => ++_transactionNumber;
}

/// <summary>Sessions between two uses, the newest first. Thread-safe.</summary>
internal sealed class ServerSessionPool(TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly Stack<ServerSession> _sessions = [];
    private readonly Lock _lock = new();

    /// <summary>A session that servers still know.</summary>
    /// <param name="timeoutMinutes">How long servers keep one; null where they have none or it is not known yet.</param>
    internal ServerSession Take(int? timeoutMinutes)
    {
        lock (_lock)
        {
            while (_sessions.TryPop(out var session))
            {
                if (timeoutMinutes is not { } minutes || time.GetElapsedTime(session.UsedAt) < TimeSpan.FromMinutes(minutes) - Margin)
                {
                    return session;
                }
            }
        }

        return new ServerSession();
    }

    internal void Return(ServerSession session)
    {
        if (session.IsDirty)
        {
            return;
        }

        session.UsedAt = time.GetTimestamp();
        lock (_lock)
        {
            _sessions.Push(session);
        }
    }
}

/// <summary>What a write came to: the answer, and the error where it is not as safe as asked.</summary>
internal readonly record struct WriteOutcome(BsonDocument Reply, MongoWriteConcernException? ConcernError);

/// <summary>The second attempt of a write met a server that could not recognise it.</summary>
internal sealed class NotRepeatableException : Exception;

/// <summary>Runs commands: selects a server, takes a connection and a session, repeats once what may be repeated, and tells the cluster of errors. Thread-safe.</summary>
internal sealed class OperationExecutor(MongoCluster cluster, MongoClientSettings settings)
{
    internal MongoClientSettings Settings => settings;

    internal ServerSessionPool Sessions { get; } = new(settings.Time);

    /// <summary>A session for one operation; to be returned.</summary>
    internal ServerSession TakeSession() => Sessions.Take(cluster.Topology.LogicalSessionTimeoutMinutes);

    /// <summary>Runs an operation within the client's timeout.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    internal async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        if (settings.Timeout is not { } limit || limit <= TimeSpan.Zero)
        {
            return await operation(cancellationToken);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            return await operation(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the operation took longer than its timeout of {limit.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>Runs a read.</summary>
    /// <param name="build">The command for a server.</param>
    /// <param name="readPreference">Which servers may answer.</param>
    /// <param name="retryable">It may be sent a second time.</param>
    /// <param name="session">The operation's session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<(BsonDocument Reply, MongoServerAddress Server)> ReadAsync(
        Func<ServerDescription, CommandMessage> build, ReadPreference readPreference, bool retryable, ServerSession session, CancellationToken cancellationToken)
    {
        MongoException? first = null;
        MongoServerAddress? failed = null;
        while (true)
        {
            MongoServer server;
            TopologyKind topology;
            try
            {
                (server, _, topology) = await cluster.SelectAsync(readPreference, failed is null ? null : [failed], cancellationToken);
            }
            catch (Exception failure) when (first is not null && failure is TimeoutException or MongoClientException)
            {
                throw first;
            }

            try
            {
                var reply = await OnServerAsync(server, connection => Decorate(build(connection.Description), connection.Description, topology, readPreference, session), session, cancellationToken);
                return (reply, server.Address);
            }
            catch (MongoException failure) when (first is null && retryable && settings.RetryReads && ServerErrors.IsRetryableRead(failure))
            {
                first = failure;
                failed = server.Address;
            }
            catch (MongoConnectionPoolPausedException) when (first is not null)
            {
                throw first;
            }
        }
    }

    /// <summary>Runs a write.</summary>
    /// <param name="build">The command for a server; called again for a second attempt.</param>
    /// <param name="retryable">The server can recognise it when it is sent a second time, and it awaits an answer.</param>
    /// <param name="session">The operation's session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<WriteOutcome> WriteAsync(Func<ServerDescription, CommandMessage> build, bool retryable, ServerSession session, CancellationToken cancellationToken)
    {
        retryable &= settings.RetryWrites;
        MongoException? first = null;
        MongoServerAddress? failed = null;
        long? transactionNumber = null;
        while (true)
        {
            MongoServer server;
            TopologyKind topology;
            try
            {
                (server, _, topology) = await cluster.SelectAsync(null, failed is null ? null : [failed], cancellationToken);
            }
            catch (Exception failure) when (first is not null && failure is TimeoutException or MongoClientException)
            {
                throw first;
            }

            ServerDescription? used = null;
            try
            {
                var reply = await OnServerAsync(
                    server,
                    connection =>
                    {
                        used = connection.Description;
                        var message = Decorate(build(used), used, topology, null, message => message.Unacknowledged ? null : session);
                        if (retryable && SupportsRetry(used))
                        {
                            transactionNumber ??= session.NextTransactionNumber();
                            message.Body.Add("txnNumber", transactionNumber.Value);
                        }
                        else if (first is not null)
                        {
                            throw new NotRepeatableException();
                        }

                        return message;
                    },
                    session,
                    cancellationToken);
                if (ConcernErrorOf(reply, server.Address) is not { } concern)
                {
                    return new WriteOutcome(reply, null);
                }

                ServerErrors.LabelWriteError(concern, used!.MaxWireVersion, used.Kind == ServerKind.Mongos);
                if (first is not null || transactionNumber is null || !concern.HasErrorLabel(ServerErrors.RetryableWriteLabel))
                {
                    return new WriteOutcome(reply, concern);
                }

                first = concern;
                failed = server.Address;
            }
            catch (NotRepeatableException)
            {
                throw first!;
            }
            catch (MongoException failure)
            {
                if (failure is MongoCommandException refused && ServerErrors.IsRetryableWritesUnsupported(refused))
                {
                    throw new MongoClientException("this deployment does not support retryable writes: add retryWrites=false to the connection string", failure);
                }

                // A connection that could not be had is labelled by what the server is known to be.
                var description = used ?? cluster.Topology.Find(server.Address);
                if (retryable && (used is null ? failure is MongoConnectionException or MongoConnectionPoolPausedException : SupportsRetry(used)))
                {
                    ServerErrors.LabelWriteError(failure, description?.MaxWireVersion ?? 0, description?.Kind == ServerKind.Mongos);
                }

                if (first is not null)
                {
                    throw failure.HasErrorLabel(ServerErrors.NoWritesPerformedLabel) || failure is MongoClientException ? first : failure;
                }

                if (!retryable || !failure.HasErrorLabel(ServerErrors.RetryableWriteLabel))
                {
                    throw;
                }

                first = failure;
                failed = server.Address;
            }
        }
    }

    /// <summary>Runs a command on the server a cursor lives on.</summary>
    internal async Task<BsonDocument> OnSameServerAsync(MongoServerAddress address, CommandMessage message, ServerSession session, CancellationToken cancellationToken)
    {
        var server = cluster.Find(address) ?? throw new MongoConnectionException($"server {address} is gone, and what it held with it");
        return await OnServerAsync(server, connection => Decorate(message, connection.Description, TopologyKind.Unknown, null, session), session, cancellationToken);
    }

    private static bool SupportsRetry(ServerDescription server) => server.LogicalSessionTimeoutMinutes is not null && server.Kind is not ServerKind.Standalone;

    private async Task<BsonDocument> OnServerAsync(MongoServer server, Func<MongoConnection, CommandMessage> build, ServerSession session, CancellationToken cancellationToken)
    {
        server.Begin();
        try
        {
            var connection = await server.Pool.CheckOutAsync(cancellationToken);
            try
            {
                var reply = await connection.CommandAsync(build(connection), cancellationToken);
                cluster.AdvanceClusterTime(reply);
                return reply;
            }
            catch (MongoException failure)
            {
                session.IsDirty |= failure is MongoConnectionException;
                if (failure is MongoCommandException refused)
                {
                    cluster.AdvanceClusterTime(refused.Result);
                }

                cluster.OnError(server.Address, failure, ConnectionPhase.Ready, connection.Generation);
                throw;
            }
            catch (OperationCanceledException)
            {
                session.IsDirty = true;
                throw;
            }
            finally
            {
                server.Pool.CheckIn(connection);
            }
        }
        finally
        {
            server.End();
        }
    }

    private CommandMessage Decorate(CommandMessage message, ServerDescription server, TopologyKind topology, ReadPreference? readPreference, ServerSession session) =>
        Decorate(message, server, topology, readPreference, _ => session);

    /// <summary>Adds what goes with every command: session, cluster time, read preference.</summary>
    private CommandMessage Decorate(CommandMessage message, ServerDescription server, TopologyKind topology, ReadPreference? readPreference, Func<CommandMessage, ServerSession?> session)
    {
        var body = new BsonDocument(message.Body.Elements) { { "$db", message.Database } };
        if (server.LogicalSessionTimeoutMinutes is not null && session(message) is { } given)
        {
            body.Add("lsid", given.Id);
        }

        if (cluster.ClusterTime is { } time && server.Kind != ServerKind.Standalone)
        {
            body.Add("$clusterTime", time);
        }

        if (readPreference is not null && server.Kind != ServerKind.Standalone)
        {
            var isPrimary = readPreference.ReadPreferenceMode == ReadPreferenceMode.Primary;
            if (topology == TopologyKind.Single && server.Kind != ServerKind.Mongos)
            {
                body.Add("$readPreference", (isPrimary ? ReadPreference.PrimaryPreferred : readPreference).ToBsonDocument());
            }
            else if (!isPrimary)
            {
                body.Add("$readPreference", readPreference.ToBsonDocument());
            }
        }

        return message with { Body = body };
    }

    private MongoWriteConcernException? ConcernErrorOf(BsonDocument reply, MongoServerAddress server)
    {
        if (reply.GetValue("writeConcernError", null) is not BsonDocument concern)
        {
            return null;
        }

        var error = new MongoWriteConcernException(
            $"the write was done but not confirmed as asked: {(concern.GetValue("errmsg", null) as BsonString)?.Value}", [], reply);
        if (ServerErrors.IsStateChange(concern))
        {
            var asReply = new BsonDocument(concern.Elements).Merge(new BsonDocument { { "ok", 0 } });
            if (reply.TryGetValue("topologyVersion", out var version))
            {
                asReply.Set("topologyVersion", version);
            }

            cluster.OnError(server, new MongoCommandException(error.Message, [], asReply), ConnectionPhase.Ready, int.MaxValue);
        }

        return error;
    }
}
