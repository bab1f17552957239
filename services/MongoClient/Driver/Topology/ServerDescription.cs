using System.Collections.Frozen;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>What a server is; the names are those of the specification.</summary>
internal enum ServerKind
{
    Unknown,
    Standalone,
    Mongos,
    PossiblePrimary,
    RSPrimary,
    RSSecondary,
    RSArbiter,
    RSOther,
    RSGhost,
}

/// <summary>How new a server's view of its replica set is; only views of one process can be compared.</summary>
internal sealed record TopologyVersion(ObjectId ProcessId, long Counter)
{
    internal static TopologyVersion? From(BsonDocument document) =>
        document.GetValue("topologyVersion", null) is BsonDocument version && version.GetValue("processId", null) is BsonObjectId process
            && version.GetValue("counter", null) is { IsNumeric: true } counter
            ? new TopologyVersion(process.Value, counter.ToInt64())
            : null;

    internal BsonDocument ToDocument() => new() { { "processId", ProcessId }, { "counter", Counter } };

    /// <summary>Negative, zero or positive like a comparison; what cannot be compared counts as newer.</summary>
    internal static int Compare(TopologyVersion? current, TopologyVersion? next) =>
        current is null || next is null || current.ProcessId != next.ProcessId ? -1 : current.Counter.CompareTo(next.Counter);
}

/// <summary>What is known of a server. Immutable.</summary>
internal sealed record ServerDescription(MongoServerAddress Address)
{
    internal const int DefaultMaxDocumentBytes = 16 * 1024 * 1024;
    internal const int DefaultMaxMessageBytes = 48_000_000;
    internal const int DefaultMaxBatch = 1_000;

    internal ServerKind Kind { get; init; }

    /// <summary>Why nothing is known of it.</summary>
    internal Exception? Error { get; init; }

    /// <summary>Weighted average round trip; null where none was measured.</summary>
    internal TimeSpan? RoundTrip { get; init; }

    internal int MinWireVersion { get; init; }

    internal int MaxWireVersion { get; init; }

    internal MongoServerAddress? Me { get; init; }

    internal IReadOnlyList<MongoServerAddress> Hosts { get; init; } = [];

    internal IReadOnlyList<MongoServerAddress> Passives { get; init; } = [];

    internal IReadOnlyList<MongoServerAddress> Arbiters { get; init; } = [];

    internal IReadOnlyDictionary<string, string> Tags { get; init; } = FrozenDictionary<string, string>.Empty;

    internal string? SetName { get; init; }

    internal long? SetVersion { get; init; }

    internal ObjectId? ElectionId { get; init; }

    internal MongoServerAddress? Primary { get; init; }

    internal DateTime? LastWrite { get; init; }

    internal DateTime? LastUpdate { get; init; }

    internal int? LogicalSessionTimeoutMinutes { get; init; }

    internal TopologyVersion? TopologyVersion { get; init; }

    internal int MaxDocumentBytes { get; init; } = DefaultMaxDocumentBytes;

    internal int MaxMessageBytes { get; init; } = DefaultMaxMessageBytes;

    internal int MaxBatch { get; init; } = DefaultMaxBatch;

    internal bool HelloOk { get; init; }

    internal bool IsDataBearing => Kind is ServerKind.RSPrimary or ServerKind.RSSecondary or ServerKind.Mongos or ServerKind.Standalone;

    internal bool IsWritable => Kind is ServerKind.RSPrimary or ServerKind.Mongos or ServerKind.Standalone;

    private IEnumerable<MongoServerAddress> Members => Hosts.Concat(Passives).Concat(Arbiters);

    internal static ServerDescription Unknown(MongoServerAddress address, Exception? error = null, TopologyVersion? version = null) =>
        new(address) { Error = error, TopologyVersion = version };

    /// <summary>From the answer to hello; an answer that makes no sense leaves the server unknown.</summary>
    internal static ServerDescription FromHello(MongoServerAddress address, BsonDocument hello, TimeSpan? roundTrip, DateTime? now)
    {
        try
        {
            return Read(address, hello, roundTrip, now);
        }
        catch (Exception bad) when (bad is FormatException or InvalidCastException or OverflowException or ArgumentException)
        {
            return Unknown(address, bad);
        }
    }

    /// <summary>Equal in all that selection and events look at: round trips and times of update aside.</summary>
    internal bool SameAs(ServerDescription other) =>
        Address == other.Address && Kind == other.Kind && Error?.Message == other.Error?.Message && MinWireVersion == other.MinWireVersion && MaxWireVersion == other.MaxWireVersion
        && Me == other.Me && Hosts.SequenceEqual(other.Hosts) && Passives.SequenceEqual(other.Passives) && Arbiters.SequenceEqual(other.Arbiters)
        && Tags.Count == other.Tags.Count && Tags.All(tag => other.Tags.TryGetValue(tag.Key, out var value) && value == tag.Value)
        && SetName == other.SetName && SetVersion == other.SetVersion && ElectionId == other.ElectionId && Primary == other.Primary
        && LogicalSessionTimeoutMinutes == other.LogicalSessionTimeoutMinutes && TopologyVersion == other.TopologyVersion;

    internal bool Lists(MongoServerAddress address) => Members.Contains(address);

    internal IEnumerable<MongoServerAddress> AllMembers() => Members;

    private static ServerDescription Read(MongoServerAddress address, BsonDocument hello, TimeSpan? roundTrip, DateTime? now)
    {
        if (!ServerErrors.IsOk(hello))
        {
            return Unknown(address, ServerErrors.From(new BsonDocument("hello", 1), hello), TopologyVersion.From(hello));
        }

        return new ServerDescription(address)
        {
            Kind = KindOf(hello),
            RoundTrip = roundTrip,
            LastUpdate = now,
            MinWireVersion = Int(hello, "minWireVersion", 0),
            MaxWireVersion = Int(hello, "maxWireVersion", 0),
            Me = hello.GetValue("me", null) is BsonString me ? MongoServerAddress.Parse(me.Value) : null,
            Hosts = Addresses(hello, "hosts"),
            Passives = Addresses(hello, "passives"),
            Arbiters = Addresses(hello, "arbiters"),
            Tags = hello.GetValue("tags", null) is BsonDocument tags ? tags.Elements.ToFrozenDictionary(tag => tag.Name, tag => tag.Value.AsString) : FrozenDictionary<string, string>.Empty,
            SetName = (hello.GetValue("setName", null) as BsonString)?.Value,
            SetVersion = hello.GetValue("setVersion", null) is { IsNumeric: true } version ? version.ToInt64() : null,
            ElectionId = (hello.GetValue("electionId", null) as BsonObjectId)?.Value,
            Primary = hello.GetValue("primary", null) is BsonString primary ? MongoServerAddress.Parse(primary.Value) : null,
            LastWrite = hello.GetValue("lastWrite", null) is BsonDocument write && write.GetValue("lastWriteDate", null) is BsonDateTime { IsValidDateTime: true } at ? at.ToUniversalTime() : null,
            LogicalSessionTimeoutMinutes = hello.GetValue("logicalSessionTimeoutMinutes", null) is { IsNumeric: true } minutes ? minutes.ToInt32() : null,
            TopologyVersion = TopologyVersion.From(hello),
            MaxDocumentBytes = Positive(hello, "maxBsonObjectSize", DefaultMaxDocumentBytes),
            MaxMessageBytes = Positive(hello, "maxMessageSizeBytes", DefaultMaxMessageBytes),
            MaxBatch = Positive(hello, "maxWriteBatchSize", DefaultMaxBatch),
            HelloOk = hello.GetValue("helloOk", null) is { } ok && ok.ToBoolean(),
        };
    }

    private static ServerKind KindOf(BsonDocument hello)
    {
        if (hello.GetValue("msg", null) is BsonString { Value: "isdbgrid" })
        {
            return ServerKind.Mongos;
        }

        if (Is(hello, "isreplicaset"))
        {
            return ServerKind.RSGhost;
        }

        if (!hello.Contains("setName"))
        {
            return ServerKind.Standalone;
        }

        if (Is(hello, "hidden"))
        {
            return ServerKind.RSOther;
        }

        return Is(hello, "isWritablePrimary") || Is(hello, "ismaster") ? ServerKind.RSPrimary
            : Is(hello, "secondary") ? ServerKind.RSSecondary
            : Is(hello, "arbiterOnly") ? ServerKind.RSArbiter
            : ServerKind.RSOther;
    }

    private static bool Is(BsonDocument hello, string name) => hello.GetValue(name, null) is { } value && value.ToBoolean();

    private static int Int(BsonDocument hello, string name, int otherwise) => hello.GetValue(name, null) is { IsNumeric: true } value ? value.ToInt32() : otherwise;

    private static int Positive(BsonDocument hello, string name, int otherwise) => Int(hello, name, otherwise) is > 0 and var number ? number : otherwise;

    private static List<MongoServerAddress> Addresses(BsonDocument hello, string name) =>
        hello.GetValue(name, null) is BsonArray list ? [.. list.Select(host => MongoServerAddress.Parse(host.AsString))] : [];
}
