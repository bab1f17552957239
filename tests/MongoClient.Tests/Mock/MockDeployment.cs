using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;

namespace Sikap.MongoClient.Tests.Mock;

internal enum MockTopology
{
    Single,
    ReplicaSet,
    Sharded,
}

/// <summary>Servers in this process that speak the wire protocol on loopback and share their data. What they answer can be scripted.</summary>
internal sealed class MockDeployment : IAsyncDisposable
{
    internal const string SetName = "rs";

    private readonly List<MockServer> _members = [];
    private readonly Lock _lock = new();

    private MockDeployment(MockTopology topology, Version version)
    {
        Topology = topology;
        Version = version;
    }

    internal MockTopology Topology { get; }

    internal Version Version { get; }

    /// <summary>The user who may; null = everybody may.</summary>
    internal string? User { get; init; }

    internal string Password { get; init; } = "pencil";

    internal IReadOnlyList<string> Mechanisms { get; init; } = ["SCRAM-SHA-1", "SCRAM-SHA-256"];

    internal bool LiesAtTheEndOfScram { get; init; }

    internal int ScramIterations { get; init; } = 4096;

    /// <summary>Most writes per command.</summary>
    internal int MaxBatch { get; set; } = 100_000;

    /// <summary>With it the servers speak TLS.</summary>
    internal X509Certificate2? Certificate { get; init; }

    internal MockStore Store { get; } = new();

    /// <summary>What retryable writes came to, by session, transaction number and statement.</summary>
    internal Dictionary<string, BsonDocument> Done { get; } = new(StringComparer.Ordinal);

    internal IReadOnlyList<MockServer> Members => _members;

    internal MockServer Primary => _members[PrimaryIndex];

    internal int PrimaryIndex { get; private set; }

    internal int Term { get; private set; } = 1;

    internal Lock StoreLock { get; } = new();

    internal int MaxWireVersion => Version switch
    {
        { Major: 4, Minor: 0 } => 7,
        { Major: 4, Minor: 2 } => 8,
        { Major: 4 } => 9,
        { Major: 5 } => 13,
        { Major: 6 } => 17,
        { Major: 7 } => 21,
        _ => 25,
    };

    internal static MockDeployment Start(MockTopology topology = MockTopology.Single, string version = "8.0.0", int? members = null, string? user = null, string password = "pencil",
        IReadOnlyList<string>? mechanisms = null, bool liesAtTheEndOfScram = false, int scramIterations = 4096, X509Certificate2? certificate = null)
    {
        var deployment = new MockDeployment(topology, Version.Parse(version))
        {
            User = user, Password = password, Mechanisms = mechanisms ?? ["SCRAM-SHA-1", "SCRAM-SHA-256"], LiesAtTheEndOfScram = liesAtTheEndOfScram, ScramIterations = scramIterations, Certificate = certificate,
        };
        for (var index = 0; index < (members ?? (topology switch { MockTopology.ReplicaSet => 3, MockTopology.Sharded => 2, _ => 1 })); index++)
        {
            deployment._members.Add(new MockServer(deployment, index));
        }

        foreach (var member in deployment._members)
        {
            member.Listen();
        }

        return deployment;
    }

    /// <summary>A connection string for it.</summary>
    internal string Url(string options = "", bool allSeeds = false)
    {
        var credential = User is null ? "" : $"{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}@";
        var hosts = allSeeds ? string.Join(',', _members.Select(member => member.Address)) : Primary.Address;
        var set = Topology == MockTopology.ReplicaSet ? $"replicaSet={SetName}" : "";
        return $"mongodb://{credential}{hosts}/?{string.Join('&', new[] { set, options }.Where(part => part.Length > 0))}";
    }

    /// <summary>Another member becomes primary.</summary>
    internal void Elect(int index)
    {
        lock (_lock)
        {
            PrimaryIndex = index;
            Term++;
        }

        foreach (var member in _members)
        {
            member.TopologyChanged();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }
}
