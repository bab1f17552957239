using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MongoDB.Bson;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests.Mock;

/// <summary>A command as it came.</summary>
internal sealed record Received(string Name, BsonDocument Command, int OpCode, long Connection);

/// <summary>One server of a <see cref="MockDeployment"/>.</summary>
internal sealed class MockServer(MockDeployment deployment, int index) : IAsyncDisposable
{
    private readonly ObjectId _process = ObjectId.GenerateNewId();
    private readonly ConcurrentDictionary<long, TcpClient> _connections = new();
    private readonly ConcurrentDictionary<long, List<BsonDocument>> _cursors = new();
    private readonly ConcurrentDictionary<string, FailPoint> _failPoints = new();
    private readonly CancellationTokenSource _stopping = new();
    private TcpListener? _listener;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _counter = 1;
    private long _lastConnection;
    private long _lastCursor = 1000;

    internal string Address => $"127.0.0.1:{Port}";

    internal int Port { get; } = FreePort.Take(1)[0];

    /// <summary>Everything that came, in its order.</summary>
    internal ConcurrentQueue<Received> Received { get; } = [];

    /// <summary>Connections that are open.</summary>
    internal int OpenConnections => _connections.Count;

    /// <summary>Answers in place of the server's own; null goes on to the server's own, an exception cuts the connection.</summary>
    internal Func<Received, CancellationToken, Task<BsonDocument?>>? Script { get; set; }

    /// <summary>Changes the bytes of answers to anything but the greeting.</summary>
    internal Func<byte[], byte[]>? Distort { get; set; }

    private bool IsPrimary => deployment.PrimaryIndex == index;

    internal void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Stops listening and cuts every connection, like a process that is killed.</summary>
    internal void Kill()
    {
        Interlocked.Exchange(ref _listener, null)?.Stop();
        foreach (var connection in _connections.Values)
        {
            try
            {
                connection.Client?.Close(0);
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself in this moment.
            }
        }
    }

    internal void TopologyChanged()
    {
        Interlocked.Increment(ref _counter);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    internal void SetFailPoint(BsonDocument command)
    {
        if (command["mode"] is BsonString { Value: "off" })
        {
            _failPoints.TryRemove(command["configureFailPoint"].AsString, out _);
        }
        else
        {
            var point = new FailPoint(command);
            _failPoints[point.Name] = point;
        }
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Cancel();
        Kill();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stopping.Token);
                client.NoDelay = true;
                var connection = Interlocked.Increment(ref _lastConnection);
                _connections[connection] = client;
                if (_listener != listener)
                {
                    // Killed between accepting and being known.
                    client.Dispose();
                }

                _ = ServeAsync(client, connection);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Killed or disposed.
        }
    }

    private async Task ServeAsync(TcpClient client, long connection)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            Stream stream = client.GetStream();
            if (deployment.Certificate is { } certificate)
            {
                var secured = new SslStream(stream);
                await secured.AuthenticateAsServerAsync(certificate);
                stream = secured;
            }

            var state = new Connection(connection);
            while (true)
            {
                var (opCode, requestId, flags, command) = await ReadAsync(stream, closing.Token);
                var received = new Received(command.GetElement(0).Name, command, opCode, connection);
                Received.Enqueue(received);
                if (received.Name is "hello" or "isMaster" && command.GetValue("client", null) is BsonDocument metadata)
                {
                    state.Application = metadata.GetValue("application", null)?["name"].AsString;
                }

                var exhaust = (flags & (1 << 16)) != 0;
                var responseTo = requestId;
                do
                {
                    // Who waits for an answer and hangs up takes the command with him.
                    using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
                    var answering = AnswerAsync(received, state, hangUp.Token);
                    while (!answering.IsCompleted && await Task.WhenAny(answering, Task.Delay(20, closing.Token)) != answering)
                    {
                        if (client.Client is not { } socket || (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
                        {
                            await hangUp.CancelAsync();
                            break;
                        }
                    }

                    if (await answering is not { } reply)
                    {
                        return;
                    }

                    if ((flags & 2) != 0)
                    {
                        break;
                    }

                    exhaust &= command.Contains("topologyVersion") && reply.Contains("topologyVersion") && reply["ok"].ToBoolean();
                    responseTo = await WriteAsync(stream, opCode, responseTo, reply, exhaust, closing.Token);
                    if (exhaust)
                    {
                        command.Set("topologyVersion", reply["topologyVersion"]);
                    }
                }
                while (exhaust);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or EndOfStreamException or CutException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            // The peer hung up, the server was stopped, or a script cut the connection.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            client.Dispose();
        }
    }

    private static async Task<(int OpCode, int RequestId, uint Flags, BsonDocument Command)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[16];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - 16];
        await stream.ReadExactlyAsync(body, cancellationToken);
        var requestId = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
        var opCode = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (opCode == 2004)
        {
            var end = Array.IndexOf(body, (byte)0, 4);
            return (opCode, requestId, 0, BsonBinary.ReadDocument(body.AsSpan(end + 9), out _));
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(body);
        BsonDocument? command = null;
        var sequences = new List<BsonElement>();
        for (var at = 4; at < body.Length;)
        {
            if (body[at++] == 0)
            {
                command = BsonBinary.ReadDocument(body.AsSpan(at), out var length);
                at += length;
                continue;
            }

            var until = at + BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));
            var nameEnd = Array.IndexOf(body, (byte)0, at + 4);
            var name = System.Text.Encoding.UTF8.GetString(body, at + 4, nameEnd - at - 4);
            var documents = new BsonArray();
            for (at = nameEnd + 1; at < until;)
            {
                documents.Add(BsonBinary.ReadDocument(body.AsSpan(at), out var length));
                at += length;
            }

            sequences.Add(new BsonElement(name, documents));
        }

        return (opCode, requestId, flags, command!.AddRange(sequences));
    }

    private async Task<int> WriteAsync(Stream stream, int opCode, int responseTo, BsonDocument reply, bool more, CancellationToken cancellationToken)
    {
        var document = reply.ToBson();
        var requestId = (int)Interlocked.Increment(ref _lastCursor);
        var message = new byte[opCode == 2004 ? 36 + document.Length : 21 + document.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), requestId);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), responseTo);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), opCode == 2004 ? 1 : 2013);
        if (opCode == 2004)
        {
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(32), 1);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16), more ? 2 : 0);
        }

        document.CopyTo(message, message.Length - document.Length);
        await stream.WriteAsync(opCode == 2013 && Distort is { } distort ? distort(message) : message, cancellationToken);
        return requestId;
    }

    /// <returns>Null cuts the connection.</returns>
    private async Task<BsonDocument?> AnswerAsync(Received received, Connection state, CancellationToken cancellationToken)
    {
        if (Script is { } script && await script(received, cancellationToken) is { } scripted)
        {
            return scripted;
        }

        BsonDocument? concern = null;
        BsonArray? labels = null;
        if (_failPoints.TryGetValue("failCommand", out var point) && received.Name != "configureFailPoint" && point.Hits(received.Name, state.Application))
        {
            if (point.Block > TimeSpan.Zero)
            {
                await Task.Delay(point.Block, cancellationToken);
            }

            if (point.Closes)
            {
                return null;
            }

            if (point.ErrorCode is { } code)
            {
                return Error(code, "failed by a fail point", point.Labels ?? OwnLabels(received.Command, code));
            }

            concern = point.WriteConcernError;
            labels = point.Labels;
        }

        var reply = await RunAsync(received, state, cancellationToken);
        if (concern is not null && reply["ok"].ToBoolean())
        {
            reply.Set("writeConcernError", concern);
            labels ??= OwnLabels(received.Command, concern["code"].ToInt32());
            if (labels is { Count: > 0 })
            {
                reply.Set("errorLabels", labels);
            }
        }

        if (deployment.Topology != MockTopology.Single)
        {
            reply.Set("$clusterTime", new BsonDocument("clusterTime", new BsonTimestamp(1_700_000_000, (int)Interlocked.Read(ref _counter))));
        }

        return reply;
    }

    /// <summary>Servers from 4.4 on say themselves which writes may be tried again.</summary>
    private BsonArray OwnLabels(BsonDocument command, int code) =>
        deployment.MaxWireVersion >= 9 && command.Contains("txnNumber") && code is 6 or 7 or 89 or 91 or 189 or 262 or 9001 or 10107 or 11600 or 11602 or 13435 or 13436 ? ["RetryableWriteError"] : [];

    private static BsonDocument Error(int code, string message, BsonArray? labels = null)
    {
        var reply = new BsonDocument { { "ok", 0 }, { "code", code }, { "errmsg", message } };
        return labels is { Count: > 0 } ? reply.Add("errorLabels", labels) : reply;
    }

    private async Task<BsonDocument> RunAsync(Received received, Connection state, CancellationToken cancellationToken)
    {
        var command = received.Command;
        if (received.Name is "hello" or "isMaster")
        {
            return await HelloAsync(received, state, cancellationToken);
        }

        if (received.Name is "saslStart" or "saslContinue")
        {
            return Authenticate(received, state);
        }

        if (deployment.User is not null && !state.Authenticated)
        {
            return Error(13, "command requires authentication");
        }

        var filter = command.GetValue("filter", null) as BsonDocument ?? ((command.GetValue("updates", null) as BsonArray)?[0] as BsonDocument)?["q"] as BsonDocument;
        if (filter?.GetValue("$where", null) is BsonString { Value: var where } && where.StartsWith("sleep(", StringComparison.Ordinal))
        {
            await Task.Delay(int.Parse(where["sleep(".Length..where.IndexOf(')', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        }

        if (deployment.Topology == MockTopology.ReplicaSet && !IsPrimary && received.Name is "insert" or "update" or "delete" or "findAndModify" && !IsPrimary)
        {
            return Error(10107, "not primary", OwnLabels(command, 10107)).Add("topologyVersion", TopologyVersion());
        }

        if (command.Contains("txnNumber") && deployment.Topology == MockTopology.Single)
        {
            return Error(20, "Transaction numbers are only allowed on a replica set member or mongos");
        }

        lock (deployment.StoreLock)
        {
            return Run(received, command["$db"].AsString);
        }
    }

    private async Task<BsonDocument> HelloAsync(Received received, Connection state, CancellationToken cancellationToken)
    {
        var command = received.Command;
        if (command.GetValue("topologyVersion", null) is BsonDocument version)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (version["counter"].ToInt64() == Interlocked.Read(ref _counter))
            {
                await Task.WhenAny(changed, Task.Delay(command["maxAwaitTimeMS"].ToInt32(), cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        var reply = new BsonDocument
        {
            { received.Name == "hello" ? "isWritablePrimary" : "ismaster", deployment.Topology != MockTopology.ReplicaSet || IsPrimary },
            { "helloOk", true }, { "maxBsonObjectSize", 16_777_216 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", deployment.MaxBatch },
            { "logicalSessionTimeoutMinutes", 30 }, { "minWireVersion", 0 }, { "maxWireVersion", deployment.MaxWireVersion }, { "ok", 1 },
        };
        switch (deployment.Topology)
        {
            case MockTopology.ReplicaSet:
                reply.Add("setName", MockDeployment.SetName).Add("setVersion", 1).Add("me", Address).Add("secondary", !IsPrimary)
                    .Add("hosts", new BsonArray(deployment.Members.Select(member => member.Address))).Add("primary", deployment.Primary.Address);
                if (IsPrimary)
                {
                    reply.Add("electionId", ObjectId.Parse(deployment.Term.ToString("x24", System.Globalization.CultureInfo.InvariantCulture)));
                }

                break;
            case MockTopology.Sharded:
                reply.Add("msg", "isdbgrid");
                break;
        }

        if (deployment.MaxWireVersion >= 9)
        {
            reply.Add("topologyVersion", TopologyVersion());
        }

        if (command.Contains("saslSupportedMechs"))
        {
            reply.Add("saslSupportedMechs", new BsonArray(deployment.Mechanisms));
        }

        if (command.GetValue("speculativeAuthenticate", null) is BsonDocument start && deployment.Mechanisms.Contains(start["mechanism"].AsString))
        {
            var first = Authenticate(new Received("saslStart", start, 0, 0), state);
            if (first["ok"].ToBoolean())
            {
                reply.Add("speculativeAuthenticate", first);
            }
        }

        return reply;
    }

    private BsonDocument TopologyVersion() => new() { { "processId", _process }, { "counter", Interlocked.Read(ref _counter) } };

    private BsonDocument Authenticate(Received received, Connection state)
    {
        try
        {
            var payload = received.Command["payload"].AsByteArray;
            if (received.Name == "saslStart")
            {
                var mechanism = received.Command["mechanism"].AsString;
                if (!deployment.Mechanisms.Contains(mechanism))
                {
                    return Error(334, "mechanism unavailable");
                }

                state.Scram = new MockScram(deployment.User ?? "", deployment.Password, mechanism == "SCRAM-SHA-256", deployment.ScramIterations) { LiesAtTheEnd = deployment.LiesAtTheEndOfScram };
                return MockScram.Reply(state.Scram.First(payload), done: false);
            }

            if (payload.Length > 0)
            {
                var final = state.Scram!.Final(payload);
                state.Authenticated = deployment.MaxWireVersion >= 9;
                return MockScram.Reply(final, state.Authenticated);
            }

            // Servers before 4.4 do not know skipEmptyExchange.
            state.Authenticated = true;
            return MockScram.Reply([], done: true);
        }
        catch (UnauthorizedAccessException)
        {
            return Error(18, "Authentication failed.");
        }
    }

    private BsonDocument Run(Received received, string database)
    {
        var command = received.Command;
        switch (received.Name)
        {
            case "configureFailPoint":
                SetFailPoint(command);
                return new BsonDocument("ok", 1);
            case "insert":
                return Write(command, "documents", (document, reply, _) =>
                {
                    var collection = deployment.Store.Collection(database, command[0].AsString);
                    if (collection.Any(there => there["_id"] == document["_id"]))
                    {
                        return new BsonDocument { { "code", 11000 }, { "errmsg", "E11000 duplicate key error" } };
                    }

                    collection.Add((BsonDocument)document.DeepClone());
                    Add(reply, "n", 1);
                    return null;
                });
            case "update":
                return Write(command, "updates", (statement, reply, at) => Update(deployment.Store.Collection(database, command[0].AsString), statement, reply, at));
            case "delete":
                return Write(command, "deletes", (statement, reply, _) =>
                {
                    var collection = deployment.Store.Collection(database, command[0].AsString);
                    var gone = collection.Where(document => MockStore.Matches(document, statement["q"].AsBsonDocument)).Take(statement["limit"].ToInt32() == 1 ? 1 : int.MaxValue).ToList();
                    gone.ForEach(document => collection.Remove(document));
                    Add(reply, "n", gone.Count);
                    return null;
                });
            case "find":
                var found = MockStore.Sort(deployment.Store.Collection(database, command[0].AsString).Where(document => MockStore.Matches(document, command["filter"].AsBsonDocument)), command.GetValue("sort", null) as BsonDocument)
                    .Skip(command.GetValue("skip", 0).ToInt32()).Take(command.GetValue("limit", 0).ToInt32() is > 0 and var limit ? limit : int.MaxValue);
                return Cursor([.. found.Select(document => (BsonDocument)document.DeepClone())], $"{database}.{command[0].AsString}", command.GetValue("batchSize", 101).ToInt32());
            case "getMore":
                return GetMore(command, database);
            case "killCursors":
                foreach (var id in command["cursors"].AsBsonArray)
                {
                    _cursors.TryRemove(id.ToInt64(), out _);
                }

                return new BsonDocument("ok", 1);
            case "findAndModify":
                return FindAndModify(command, database);
            case "aggregate":
                return Aggregate(command, database);
            case "count":
                return new BsonDocument { { "n", deployment.Store.Collection(database, command[0].AsString).Count }, { "ok", 1 } };
            case "distinct":
                var values = deployment.Store.Collection(database, command[0].AsString).Where(document => MockStore.Matches(document, command["query"].AsBsonDocument))
                    .Select(document => document.GetValue(command["key"].AsString, BsonNull.Value)).Distinct();
                return new BsonDocument { { "values", new BsonArray(values) }, { "ok", 1 } };
            case "replSetStepDown":
                deployment.Elect((deployment.PrimaryIndex + 1) % deployment.Members.Count);
                return new BsonDocument("ok", 1);
            case "ping" or "replSetFreeze" or "endSessions" or "createIndexes" or "create" or "drop":
                return new BsonDocument("ok", 1);
            default:
                return Error(59, $"no such command: '{received.Name}'");
        }
    }

    private BsonDocument Write(BsonDocument command, string name, Func<BsonDocument, BsonDocument, int, BsonDocument?> run)
    {
        var reply = new BsonDocument { { "n", 0 }, { "ok", 1 } };
        var errors = new BsonArray();
        var at = -1;
        foreach (var statement in command[name].AsBsonArray.Select(item => item.AsBsonDocument))
        {
            at++;
            var key = command.Contains("txnNumber") ? $"{command["lsid"]}|{command["txnNumber"]}|{at}" : null;
            if (key is not null && deployment.Done.TryGetValue(key, out var done))
            {
                Merge(reply, done);
                continue;
            }

            FailPoint? fault = null;
            if (key is not null && _failPoints.TryGetValue("onPrimaryTransactionalWrite", out var point) && point.Count())
            {
                fault = point;
                if (point.BeforeCommit)
                {
                    if (point.ClosesOnWrite)
                    {
                        throw new CutException();
                    }

                    errors.Add(new BsonDocument { { "index", at }, { "code", point.BeforeCommitCode }, { "errmsg", "failed before commit" } });
                    break;
                }
            }

            var single = new BsonDocument("n", 0);
            if (run(statement, single, at) is { } error)
            {
                errors.Add(error.Set("index", at));
                if (command.GetValue("ordered", BsonBoolean.True).ToBoolean())
                {
                    break;
                }

                continue;
            }

            Merge(reply, single);
            if (key is not null)
            {
                deployment.Done[key] = single;
            }

            if (fault is not null)
            {
                throw new CutException();
            }
        }

        if (errors.Count > 0)
        {
            reply.Add("writeErrors", errors);
        }

        return reply;
    }

    private static BsonDocument? Update(List<BsonDocument> collection, BsonDocument statement, BsonDocument reply, int at)
    {
        var matched = collection.Where(document => MockStore.Matches(document, statement["q"].AsBsonDocument)).Take(statement.GetValue("multi", false).ToBoolean() ? int.MaxValue : 1).ToList();
        if (matched.Count == 0 && statement.GetValue("upsert", false).ToBoolean())
        {
            var inserted = MockStore.Upserted(statement["q"].AsBsonDocument, statement["u"].AsBsonDocument);
            if (collection.Any(there => there["_id"] == inserted["_id"]))
            {
                return new BsonDocument { { "code", 11000 }, { "errmsg", "E11000 duplicate key error" } };
            }

            collection.Add(inserted);
            Add(reply, "n", 1);
            reply.Add("nModified", 0);
            reply.Add("upserted", new BsonArray { new BsonDocument { { "index", at }, { "_id", inserted["_id"] } } });
            return null;
        }

        var modified = 0;
        foreach (var document in matched)
        {
            var changed = MockStore.Updated(document, statement["u"].AsBsonDocument, inserting: false);
            modified += changed.Equals(document) ? 0 : 1;
            collection[collection.IndexOf(document)] = changed;
        }

        Add(reply, "n", matched.Count);
        Add(reply, "nModified", modified);
        return null;
    }

    private BsonDocument FindAndModify(BsonDocument command, string database)
    {
        var key = command.Contains("txnNumber") ? $"{command["lsid"]}|{command["txnNumber"]}|0" : null;
        if (key is not null && deployment.Done.TryGetValue(key, out var done))
        {
            return (BsonDocument)done.DeepClone();
        }

        FailPoint? fault = null;
        if (key is not null && _failPoints.TryGetValue("onPrimaryTransactionalWrite", out var point) && point.Count())
        {
            fault = point;
            if (point.BeforeCommit)
            {
                throw new CutException();
            }
        }

        var collection = deployment.Store.Collection(database, command[0].AsString);
        var before = MockStore.Sort(collection.Where(document => MockStore.Matches(document, command["query"].AsBsonDocument)), command.GetValue("sort", null) as BsonDocument).FirstOrDefault();
        BsonDocument? after = null;
        if (command.GetValue("remove", false).ToBoolean())
        {
            _ = before is not null && collection.Remove(before);
        }
        else if (before is not null)
        {
            after = MockStore.Updated(before, command["update"].AsBsonDocument, inserting: false);
            collection[collection.IndexOf(before)] = after;
        }
        else if (command.GetValue("upsert", false).ToBoolean())
        {
            collection.Add(after = MockStore.Upserted(command["query"].AsBsonDocument, command["update"].AsBsonDocument));
        }

        var value = command.GetValue("new", false).ToBoolean() ? after : before;
        var reply = new BsonDocument { { "value", (BsonValue?)value?.DeepClone() ?? BsonNull.Value }, { "ok", 1 } };
        if (key is not null)
        {
            deployment.Done[key] = reply;
        }

        return fault is null ? (BsonDocument)reply.DeepClone() : throw new CutException();
    }

    private BsonDocument Aggregate(BsonDocument command, string database)
    {
        IEnumerable<BsonDocument> documents = deployment.Store.Collection(database, command[0].AsString).Select(document => (BsonDocument)document.DeepClone());
        foreach (var stage in command["pipeline"].AsBsonArray.Select(item => item.AsBsonDocument.GetElement(0)))
        {
            switch (stage.Name)
            {
                case "$match":
                    documents = documents.Where(document => MockStore.Matches(document, stage.Value.AsBsonDocument));
                    break;
                case "$sort":
                    documents = MockStore.Sort(documents, stage.Value.AsBsonDocument);
                    break;
                case "$skip":
                    documents = documents.Skip(stage.Value.ToInt32());
                    break;
                case "$limit":
                    documents = documents.Take(stage.Value.ToInt32());
                    break;
                case "$group":
                    var count = documents.Count();
                    documents = count == 0 ? [] : [new BsonDocument { { "_id", 1 }, { "n", count } }];
                    break;
                case "$out" or "$merge":
                    var target = deployment.Store.Collection(database, (stage.Value as BsonString)?.Value ?? stage.Value["into"].AsString);
                    var all = documents.ToList();
                    target.Clear();
                    target.AddRange(all);
                    documents = [];
                    break;
                default:
                    return Error(40324, $"unknown stage {stage.Name}");
            }
        }

        var size = command["cursor"].AsBsonDocument.GetValue("batchSize", 101).ToInt32();
        return Cursor([.. documents], $"{database}.{command[0].AsString}", size);
    }

    private BsonDocument Cursor(List<BsonDocument> documents, string ns, int batchSize)
    {
        var id = 0L;
        if (documents.Count > batchSize)
        {
            id = Interlocked.Increment(ref _lastCursor);
            _cursors[id] = documents[batchSize..];
        }

        return new BsonDocument { { "cursor", new BsonDocument { { "id", id }, { "ns", ns }, { "firstBatch", new BsonArray(documents.Take(batchSize)) } } }, { "ok", 1 } };
    }

    private BsonDocument GetMore(BsonDocument command, string database)
    {
        var id = command["getMore"].ToInt64();
        if (!_cursors.TryRemove(id, out var documents))
        {
            return Error(43, $"cursor id {id} not found");
        }

        var size = command.GetValue("batchSize", 1000).ToInt32();
        if (documents.Count > size)
        {
            _cursors[id] = documents[size..];
        }

        var cursor = new BsonDocument { { "id", documents.Count > size ? id : 0L }, { "ns", $"{database}.{command["collection"].AsString}" }, { "nextBatch", new BsonArray(documents.Take(size)) } };
        return new BsonDocument { { "cursor", cursor }, { "ok", 1 } };
    }

    private static void Add(BsonDocument reply, string name, int count) => reply.Set(name, reply.GetValue(name, 0).ToInt32() + count);

    private static void Merge(BsonDocument reply, BsonDocument single)
    {
        foreach (var element in single)
        {
            if (element.Value is BsonArray items)
            {
                reply.Set(element.Name, new BsonArray((reply.GetValue(element.Name, null) as BsonArray ?? []).Concat(items)));
            }
            else
            {
                Add(reply, element.Name, element.Value.ToInt32());
            }
        }
    }

    private sealed class Connection(long id)
    {
        internal long Id { get; } = id;

        internal string? Application { get; set; }

        internal bool Authenticated { get; set; }

        internal MockScram? Scram { get; set; }
    }
}

/// <summary>Cuts the connection it is thrown on.</summary>
internal sealed class CutException : Exception;
