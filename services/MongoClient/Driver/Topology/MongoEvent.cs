using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>Something that happened inside a client.</summary>
internal abstract record MongoEvent;

internal sealed record CommandStarted(string Name, string Database, BsonDocument Command, MongoServerAddress Server, long ConnectionId) : MongoEvent;

internal sealed record CommandSucceeded(string Name, string Database, BsonDocument Reply, TimeSpan Duration, MongoServerAddress Server) : MongoEvent;

internal sealed record CommandFailed(string Name, string Database, Exception Failure, TimeSpan Duration, MongoServerAddress Server) : MongoEvent;

internal sealed record TopologyOpening : MongoEvent;

internal sealed record TopologyClosed : MongoEvent;

internal sealed record TopologyChanged(TopologyDescription Previous, TopologyDescription Next) : MongoEvent;

internal sealed record ServerOpening(MongoServerAddress Server) : MongoEvent;

internal sealed record ServerClosed(MongoServerAddress Server) : MongoEvent;

internal sealed record ServerChanged(MongoServerAddress Server, ServerDescription Previous, ServerDescription Next) : MongoEvent;

internal sealed record HeartbeatStarted(MongoServerAddress Server, bool Awaited) : MongoEvent;

internal sealed record HeartbeatSucceeded(MongoServerAddress Server, bool Awaited) : MongoEvent;

internal sealed record HeartbeatFailed(MongoServerAddress Server, bool Awaited, Exception Failure) : MongoEvent;

internal sealed record PoolReady(MongoServerAddress Server) : MongoEvent;

internal sealed record PoolCleared(MongoServerAddress Server, bool InterruptInUse) : MongoEvent;

internal sealed record PoolClosed(MongoServerAddress Server) : MongoEvent;

internal sealed record ConnectionCreated(MongoServerAddress Server, long ConnectionId) : MongoEvent;

internal sealed record ConnectionReady(MongoServerAddress Server, long ConnectionId) : MongoEvent;

internal sealed record ConnectionClosed(MongoServerAddress Server, long ConnectionId) : MongoEvent;

internal sealed record CheckOutStarted(MongoServerAddress Server) : MongoEvent;

internal sealed record CheckOutFailed(MongoServerAddress Server, Exception Failure) : MongoEvent;

internal sealed record CheckedOut(MongoServerAddress Server, long ConnectionId) : MongoEvent;

internal sealed record CheckedIn(MongoServerAddress Server, long ConnectionId) : MongoEvent;
