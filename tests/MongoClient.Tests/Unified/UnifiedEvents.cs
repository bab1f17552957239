using MongoDB.Bson;
using MongoDB.Driver.Core;

namespace Sikap.MongoClient.Tests.Unified;

/// <summary>The client's events in the words of the unified test format.</summary>
internal static class UnifiedEvents
{
    /// <returns>Null for what the format does not know.</returns>
    internal static BsonElement? ToElement(MongoEvent happened) => happened switch
    {
        CommandStarted each => new("commandStartedEvent", new BsonDocument { { "commandName", each.Name }, { "databaseName", each.Database }, { "command", each.Command } }),
        CommandSucceeded each => new("commandSucceededEvent", new BsonDocument { { "commandName", each.Name }, { "databaseName", each.Database }, { "reply", each.Reply } }),
        CommandFailed each => new("commandFailedEvent", new BsonDocument { { "commandName", each.Name }, { "databaseName", each.Database } }),
        PoolReady => new("poolReadyEvent", new BsonDocument()),
        PoolCleared each => new("poolClearedEvent", new BsonDocument("interruptInUseConnections", each.InterruptInUse)),
        PoolClosed => new("poolClosedEvent", new BsonDocument()),
        ConnectionCreated => new("connectionCreatedEvent", new BsonDocument()),
        ConnectionReady => new("connectionReadyEvent", new BsonDocument()),
        ConnectionClosed => new("connectionClosedEvent", new BsonDocument()),
        CheckOutStarted => new("connectionCheckOutStartedEvent", new BsonDocument()),
        CheckOutFailed => new("connectionCheckOutFailedEvent", new BsonDocument()),
        CheckedOut => new("connectionCheckedOutEvent", new BsonDocument()),
        CheckedIn => new("connectionCheckedInEvent", new BsonDocument()),
        ServerChanged each => new("serverDescriptionChangedEvent", Change(each.Previous.Kind.ToString(), each.Next.Kind.ToString())),
        TopologyOpening => new("topologyOpeningEvent", new BsonDocument()),
        TopologyClosed => new("topologyClosedEvent", new BsonDocument()),
        TopologyChanged each => new("topologyDescriptionChangedEvent", Change(each.Previous.Kind.ToString(), each.Next.Kind.ToString())),
        HeartbeatStarted each => new("serverHeartbeatStartedEvent", new BsonDocument("awaited", each.Awaited)),
        HeartbeatSucceeded each => new("serverHeartbeatSucceededEvent", new BsonDocument("awaited", each.Awaited)),
        HeartbeatFailed each => new("serverHeartbeatFailedEvent", new BsonDocument("awaited", each.Awaited)),
        _ => null,
    };

    internal static string KindOf(string name) => name.StartsWith("command", StringComparison.Ordinal) ? "command"
        : name.StartsWith("pool", StringComparison.Ordinal) || name.StartsWith("connection", StringComparison.Ordinal) ? "cmap"
        : "sdam";

    /// <summary>What is expected, with commands compared as the format compares them: further fields allowed.</summary>
    internal static BsonDocument Comparable(BsonElement wanted)
    {
        var document = (BsonDocument)wanted.Value.DeepClone();
        foreach (var name in new[] { "command", "reply" })
        {
            if (document.TryGetValue(name, out var inner) && inner is BsonDocument { ElementCount: > 0 } command && !command.GetElement(0).Name.StartsWith("$$", StringComparison.Ordinal))
            {
                document.Set(name, new BsonDocument("$$matchAsRoot", inner));
            }
        }

        return document;
    }

    private static BsonDocument Change(string previous, string next) => new() { { "previousDescription", new BsonDocument("type", previous) }, { "newDescription", new BsonDocument("type", next) } };
}
