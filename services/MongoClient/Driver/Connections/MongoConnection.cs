using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>
/// One connection to a server. One command at a time. What goes wrong on it, a cancelled wait included, closes it: an answer nobody awaits must not be taken for the next one's.
/// </summary>
internal sealed class MongoConnection : IDisposable
{
    /// <summary>Rounds of a SCRAM exchange; more is a server that does not come to an end.</summary>
    private const int MaxSaslRounds = 5;

    private readonly ConnectionOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _header = new byte[WireMessage.HeaderBytes];
    private Stream? _stream;
    private int _lastRequestId;
    private ConnectionPhase _phase = ConnectionPhase.Connecting;

    private MongoConnection(MongoServerAddress address, ConnectionOptions options, long id, int generation)
    {
        Address = address;
        _options = options;
        Id = id;
        Generation = generation;
        Description = ServerDescription.Unknown(address);
    }

    internal MongoServerAddress Address { get; }

    /// <summary>Number of the connection within the client.</summary>
    internal long Id { get; }

    /// <summary>The pool's generation when the connection was begun.</summary>
    internal int Generation { get; }

    /// <summary>What the server said at the handshake.</summary>
    internal ServerDescription Description { get; private set; }

    /// <summary>The answer to the handshake.</summary>
    internal BsonDocument Hello { get; private set; } = [];

    internal TimeSpan HelloRoundTrip { get; private set; }

    internal long OpenedAt { get; private set; }

    internal long UsedAt { get; set; }

    internal bool IsClosed => _closing.IsCancellationRequested;

    /// <summary>True while a streaming server will answer again without being asked.</summary>
    internal bool MoreToCome { get; private set; }

    /// <summary>Connects, greets and, unless it is a monitor's, authenticates.</summary>
    /// <exception cref="MongoConnectionException">Anything that goes wrong, with the phase and the generation.</exception>
    internal static async Task<MongoConnection> OpenAsync(MongoServerAddress address, ConnectionOptions options, long id, int generation, bool authenticate, CancellationToken cancellationToken)
    {
        var connection = new MongoConnection(address, options, id, generation);
        try
        {
            using var deadline = Deadline(options.ConnectTimeout, cancellationToken);
            try
            {
                await connection.HandshakeAsync(authenticate, deadline.Token);
            }
            catch (Exception failure) when (failure is not MongoException)
            {
                throw connection.Failed(failure, cancellationToken);
            }

            connection._phase = ConnectionPhase.Ready;
            connection.OpenedAt = connection.UsedAt = options.Time.GetTimestamp();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and awaits its answer, at most for the socket timeout.</summary>
    /// <exception cref="MongoCommandException">The server said no.</exception>
    /// <exception cref="MongoConnectionException">The connection broke; it is closed.</exception>
    internal async Task<BsonDocument> CommandAsync(CommandMessage message, CancellationToken cancellationToken)
    {
        var sink = _options.Sink;
        var name = message.Name;
        sink?.Invoke(new CommandStarted(name, message.Database, message.Whole(), Address, Id));
        var started = _options.Time.GetTimestamp();
        using var activity = MongoTelemetry.Start(message, Address);
        Exception? failure = null;
        try
        {
            var reply = await ExchangeAsync(message, _options.SocketTimeout, cancellationToken);
            if (ServerErrors.From(message.Body, reply) is { } refused)
            {
                failure = refused;
                throw refused;
            }

            sink?.Invoke(new CommandSucceeded(name, message.Database, reply, _options.Time.GetElapsedTime(started), Address));
            return reply;
        }
        catch (Exception bad)
        {
            failure = bad;
            sink?.Invoke(new CommandFailed(name, message.Database, bad, _options.Time.GetElapsedTime(started), Address));
            throw;
        }
        finally
        {
            MongoTelemetry.Stop(activity, message, Address, _options.Time.GetElapsedTime(started), failure);
        }
    }

    /// <summary>Sends a command without events; the answer may say no. For monitors and handshakes.</summary>
    /// <param name="message">The command.</param>
    /// <param name="timeout">Longest wait; null = none.</param>
    /// <param name="cancellationToken">Ends the wait and closes the connection.</param>
    internal async Task<BsonDocument> ExchangeAsync(CommandMessage message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(timeout, cancellationToken);
        try
        {
            using var buffer = new BsonBuffer(1024 + message.Sequence.Length);
            var id = ++_lastRequestId;
            WireMessage.Write(buffer, id, message);
            await _stream!.WriteAsync(buffer.Written, deadline.Token);
            if (message.Unacknowledged)
            {
                return new BsonDocument("ok", 1);
            }

            return await ReceiveAsync(id, deadline.Token);
        }
        catch (Exception failure) when (failure is not MongoException && !IsEncodingFault(failure))
        {
            throw Failed(failure, cancellationToken);
        }
    }

    /// <summary>Awaits the next answer of a stream.</summary>
    internal async Task<BsonDocument> NextAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(timeout, cancellationToken);
        try
        {
            return await ReceiveAsync(_streamRequestId, deadline.Token);
        }
        catch (Exception failure) when (failure is not MongoException)
        {
            throw Failed(failure, cancellationToken);
        }
    }

    /// <summary>Cuts the connection; a wait on it ends with an error.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _stream?.Dispose();
    }

    private int _streamRequestId;

    // The document could not be written; nothing was sent.
    private bool IsEncodingFault(Exception failure) => failure is FormatException && !_receiving;

    private bool _receiving;

    private CancellationTokenSource Deadline(TimeSpan? timeout, CancellationToken cancellationToken) => Deadline(timeout, cancellationToken, _closing.Token);

    private static CancellationTokenSource Deadline(TimeSpan? timeout, params ReadOnlySpan<CancellationToken> tokens)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(tokens);
        if (timeout is { } limit)
        {
            deadline.CancelAfter(limit);
        }

        return deadline;
    }

    private async Task HandshakeAsync(bool authenticate, CancellationToken cancellationToken)
    {
        _stream = await _options.ConnectAsync(Address, cancellationToken);
        var credential = authenticate ? _options.Credential : null;
        var hello = _options.LegacyHello();
        ScramConversation? conversation = null;
        if (credential is not null)
        {
            if (credential.Mechanism is null)
            {
                hello.Add("saslSupportedMechs", $"{credential.Source}.{credential.Username}");
            }

            // The first message of the likely mechanism goes with the greeting and saves a round trip.
            conversation = new ScramConversation(credential, credential.Mechanism ?? MongoCredential.ScramSha256, _options.ScramKeys);
            hello.Add("speculativeAuthenticate", SaslStart(conversation).Add("db", credential.Source));
        }

        using (var buffer = new BsonBuffer())
        {
            var started = _options.Time.GetTimestamp();
            WireMessage.WriteLegacy(buffer, ++_lastRequestId, hello);
            await _stream.WriteAsync(buffer.Written, cancellationToken);
            Hello = await ReceiveAsync(_lastRequestId, cancellationToken);
            HelloRoundTrip = _options.Time.GetElapsedTime(started);
        }

        if (ServerErrors.From(new BsonDocument("hello", 1), Hello) is { } refused)
        {
            throw refused;
        }

        Description = ServerDescription.FromHello(Address, Hello, HelloRoundTrip, _options.Time.GetUtcNow().UtcDateTime);
        if (!authenticate)
        {
            return;
        }

        if (Description.MaxWireVersion < TopologyDescription.MinSupportedWireVersion)
        {
            throw new MongoIncompatibleDriverException($"server {Address} knows wire version {Description.MaxWireVersion}, this client needs {TopologyDescription.MinSupportedWireVersion} (MongoDB 4.2)");
        }

        if (conversation is not null && Description.Kind != ServerKind.RSArbiter)
        {
            _phase = ConnectionPhase.Authenticating;
            await AuthenticateAsync(credential!, conversation, cancellationToken);
        }
    }

    private static BsonDocument SaslStart(ScramConversation conversation) => new()
    {
        { "saslStart", 1 }, { "mechanism", conversation.Mechanism }, { "payload", conversation.First() }, { "options", new BsonDocument("skipEmptyExchange", true) },
    };

    private async Task AuthenticateAsync(MongoCredential credential, ScramConversation conversation, CancellationToken cancellationToken)
    {
        try
        {
            if (Hello.GetValue("speculativeAuthenticate", null) is not BsonDocument reply)
            {
                if (credential.Mechanism is null && !OffersSha256())
                {
                    conversation = new ScramConversation(credential, MongoCredential.ScramSha1, _options.ScramKeys);
                }

                reply = await SaslAsync(credential, SaslStart(conversation), cancellationToken);
            }

            var id = reply["conversationId"];
            var payload = conversation.Final(reply["payload"].AsByteArray);
            reply = await SaslAsync(credential, Continue(id, payload), cancellationToken);
            conversation.Verify(reply["payload"].AsByteArray);

            // Servers before 4.4 want an empty exchange at the end.
            for (var round = 0; !reply.GetValue("done", BsonBoolean.False).ToBoolean(); round++)
            {
                if (round == MaxSaslRounds)
                {
                    throw new MongoAuthenticationException("SCRAM: the server does not come to an end") { Phase = _phase, Generation = Generation };
                }

                reply = await SaslAsync(credential, Continue(id, []), cancellationToken);
            }
        }
        catch (Exception bad) when (bad is MongoCommandException or KeyNotFoundException or InvalidCastException)
        {
            throw new MongoAuthenticationException($"server {Address} did not authenticate {credential}: {bad.Message}", bad) { Phase = _phase, Generation = Generation };
        }
    }

    private bool OffersSha256() => Hello.GetValue("saslSupportedMechs", null) is BsonArray offered && offered.Contains(new BsonString(MongoCredential.ScramSha256));

    private static BsonDocument Continue(BsonValue id, byte[] payload) => new() { { "saslContinue", 1 }, { "conversationId", id }, { "payload", payload } };

    private async Task<BsonDocument> SaslAsync(MongoCredential credential, BsonDocument command, CancellationToken cancellationToken)
    {
        using var buffer = new BsonBuffer();
        var id = ++_lastRequestId;
        WireMessage.Write(buffer, id, new CommandMessage(credential.Source, command));
        await _stream!.WriteAsync(buffer.Written, cancellationToken);
        var reply = await ReceiveAsync(id, cancellationToken);
        return ServerErrors.From(new BsonDocument(command.GetElement(0).Name, 1), reply) is { } refused ? throw refused : reply;
    }

    private async Task<BsonDocument> ReceiveAsync(int requestId, CancellationToken cancellationToken)
    {
        _receiving = true;
        await _stream!.ReadExactlyAsync(_header, cancellationToken);
        var length = WireMessage.LengthOf(_header);
        var message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _header.CopyTo(message, 0);
            await _stream.ReadExactlyAsync(message.AsMemory(WireMessage.HeaderBytes, length - WireMessage.HeaderBytes), cancellationToken);
            var reply = WireMessage.Read(message.AsSpan(0, length), requestId, out var more, out _streamRequestId);
            MoreToCome = more;
            _receiving = false;
            return reply;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Closes the connection and says what happened; the caller's own cancellation stays one.</summary>
    private Exception Failed(Exception failure, CancellationToken cancellationToken)
    {
        var interrupted = IsClosed;
        Dispose();
        if (cancellationToken.IsCancellationRequested && !interrupted)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var error = failure switch
        {
            FormatException => new MongoProtocolException($"server {Address} sent what is no answer: {failure.Message}", failure) { Phase = _phase, Generation = Generation },
            OperationCanceledException when interrupted => new MongoConnectionException($"the connection to {Address} was cut because the server was found dead") { Phase = _phase, Generation = Generation },
            OperationCanceledException => new MongoConnectionException($"server {Address} did not answer in time", new TimeoutException("no answer in time", failure)) { Phase = _phase, Generation = Generation },
            _ => new MongoConnectionException($"the connection to {Address} broke: {failure.Message}", failure) { Phase = _phase, Generation = Generation },
        };

        // A server that cannot be reached may be overloaded; a name that does not resolve and a certificate that is refused are not overload.
        if (_phase == ConnectionPhase.Connecting && failure is not (AuthenticationException or SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }))
        {
            error.AddErrorLabel(ServerErrors.SystemOverloadedLabel);
            error.AddErrorLabel(ServerErrors.RetryableLabel);
        }

        return error;
    }
}
