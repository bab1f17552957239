using System.Collections.Immutable;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>What the servers are together; the names are those of the specification.</summary>
internal enum TopologyKind
{
    Unknown,
    Single,
    ReplicaSetNoPrimary,
    ReplicaSetWithPrimary,
    Sharded,
}

/// <summary>
/// What is known of all servers, and the rules of the discovery specification by which one server's news change it. Immutable: <see cref="With"/> gives the next state.
/// </summary>
internal sealed record TopologyDescription
{
    /// <summary>Servers from 4.2 on.</summary>
    internal const int MinSupportedWireVersion = 8;

    /// <summary>The highest wire version known when this was written; servers stay compatible downwards for long.</summary>
    internal const int MaxSupportedWireVersion = 29;

    /// <summary>From this wire version on (6.0) the election id counts before the set version.</summary>
    private const int ElectionIdFirstWireVersion = 17;

    internal TopologyKind Kind { get; init; }

    internal string? SetName { get; init; }

    internal long? MaxSetVersion { get; init; }

    internal ObjectId? MaxElectionId { get; init; }

    internal ImmutableSortedDictionary<string, ServerDescription> Servers { get; init; } = ImmutableSortedDictionary.Create<string, ServerDescription>(StringComparer.Ordinal);

    private int SeedCount { get; init; }

    /// <summary>Why the servers cannot be used; null where they can.</summary>
    internal string? Incompatibility
    {
        get
        {
            foreach (var server in Servers.Values.Where(server => server.Kind is not (ServerKind.Unknown or ServerKind.PossiblePrimary)))
            {
                if (server.MinWireVersion > MaxSupportedWireVersion)
                {
                    return $"server {server.Address} requires wire version {server.MinWireVersion}, this client knows up to {MaxSupportedWireVersion}";
                }

                if (server.MaxWireVersion < MinSupportedWireVersion)
                {
                    return $"server {server.Address} knows wire version {server.MaxWireVersion}, this client needs {MinSupportedWireVersion} (MongoDB 4.2)";
                }
            }

            return null;
        }
    }

    /// <summary>Least of the data-bearing servers; null where one has no sessions or there is none.</summary>
    internal int? LogicalSessionTimeoutMinutes
    {
        get
        {
            int? least = null;
            foreach (var server in Servers.Values.Where(server => server.IsDataBearing))
            {
                if (server.LogicalSessionTimeoutMinutes is not { } minutes)
                {
                    return null;
                }

                least = Math.Min(least ?? minutes, minutes);
            }

            return least;
        }
    }

    internal static TopologyDescription Initial(IEnumerable<MongoServerAddress> seeds, string? setName, bool directConnection)
    {
        var servers = seeds.Distinct().Select(seed => KeyValuePair.Create(seed.ToString(), ServerDescription.Unknown(seed))).ToImmutableSortedDictionary(StringComparer.Ordinal);
        return new TopologyDescription
        {
            Kind = directConnection ? TopologyKind.Single : setName is null ? TopologyKind.Unknown : TopologyKind.ReplicaSetNoPrimary,
            SetName = setName,
            Servers = servers,
            SeedCount = servers.Count,
        };
    }

    internal ServerDescription? Find(MongoServerAddress address) => Servers.GetValueOrDefault(address.ToString());

    /// <summary>The state after news of a server; the same object where they change nothing or are older than what is known.</summary>
    internal TopologyDescription With(ServerDescription server)
    {
        if (Find(server.Address) is not { } known || TopologyVersion.Compare(known.TopologyVersion, server.TopologyVersion) > 0)
        {
            return this;
        }

        if (Kind == TopologyKind.Single)
        {
            return SetName is not null && server.Kind != ServerKind.Unknown && server.SetName != SetName
                ? Put(ServerDescription.Unknown(server.Address, new MongoClientException($"server {server.Address} is in set '{server.SetName}', not in '{SetName}'")))
                : Put(server);
        }

        var next = Put(server);
        return (Kind, server.Kind) switch
        {
            (TopologyKind.Unknown, ServerKind.Standalone) => SeedCount == 1 ? next with { Kind = TopologyKind.Single } : next.Without(server.Address),
            (TopologyKind.Unknown, ServerKind.Mongos) => next with { Kind = TopologyKind.Sharded },
            (TopologyKind.Unknown, ServerKind.RSPrimary) => next.FromPrimary(server),
            (TopologyKind.Unknown, ServerKind.RSSecondary or ServerKind.RSArbiter or ServerKind.RSOther) =>
                (next with { Kind = TopologyKind.ReplicaSetNoPrimary }).FromMemberWithoutPrimary(server),
            (TopologyKind.Sharded, not (ServerKind.Unknown or ServerKind.Mongos)) => next.Without(server.Address),
            (TopologyKind.ReplicaSetNoPrimary, ServerKind.Standalone or ServerKind.Mongos) => next.Without(server.Address),
            (TopologyKind.ReplicaSetNoPrimary, ServerKind.RSPrimary) => next.FromPrimary(server),
            (TopologyKind.ReplicaSetNoPrimary, ServerKind.RSSecondary or ServerKind.RSArbiter or ServerKind.RSOther) => next.FromMemberWithoutPrimary(server),
            (TopologyKind.ReplicaSetWithPrimary, ServerKind.Standalone or ServerKind.Mongos) => next.Without(server.Address).CheckPrimary(),
            (TopologyKind.ReplicaSetWithPrimary, ServerKind.RSPrimary) => next.FromPrimary(server),
            (TopologyKind.ReplicaSetWithPrimary, ServerKind.RSSecondary or ServerKind.RSArbiter or ServerKind.RSOther) => next.FromMemberWithPrimary(server),
            (TopologyKind.ReplicaSetWithPrimary, _) => next.CheckPrimary(),
            _ => next,
        };
    }

    public override string ToString() => $"{Kind}{(SetName is null ? "" : $" {SetName}")}: {string.Join(", ", Servers.Values.Select(server =>
        $"{server.Address} {server.Kind}{(server.Error is null ? "" : $" ({server.Error.Message})")}"))}";

    private TopologyDescription FromPrimary(ServerDescription server)
    {
        if (SetName is not null && SetName != server.SetName)
        {
            return Without(server.Address).CheckPrimary();
        }

        var next = this with { SetName = server.SetName };
        if (server.MaxWireVersion >= ElectionIdFirstWireVersion)
        {
            var election = Comparer<ObjectId?>.Default.Compare(server.ElectionId, MaxElectionId);
            if (election > 0 || (election == 0 && Comparer<long?>.Default.Compare(server.SetVersion, MaxSetVersion) >= 0))
            {
                next = next with { MaxElectionId = server.ElectionId, MaxSetVersion = server.SetVersion };
            }
            else
            {
                return next.Put(StalePrimary(server)).CheckPrimary();
            }
        }
        else
        {
            if (server is { ElectionId: { } election, SetVersion: { } version })
            {
                if (MaxElectionId is { } maxElection && MaxSetVersion is { } maxVersion && (maxVersion > version || (maxVersion == version && maxElection > election)))
                {
                    return next.Put(StalePrimary(server)).CheckPrimary();
                }

                next = next with { MaxElectionId = election };
            }

            if (server.SetVersion is { } newer && (next.MaxSetVersion is not { } greatest || newer > greatest))
            {
                next = next with { MaxSetVersion = newer };
            }
        }

        foreach (var other in next.Servers.Values.Where(other => other.Address != server.Address && other.Kind == ServerKind.RSPrimary))
        {
            next = next.Put(ServerDescription.Unknown(other.Address, new MongoClientException("primary marked stale due to discovery of newer primary")));
        }

        return next.Add(server.AllMembers()).Only(server).CheckPrimary();
    }

    private static ServerDescription StalePrimary(ServerDescription server) =>
        ServerDescription.Unknown(server.Address, new MongoClientException("primary marked stale due to electionId/setVersion mismatch"));

    private TopologyDescription FromMemberWithoutPrimary(ServerDescription server)
    {
        if (SetName is not null && SetName != server.SetName)
        {
            return Without(server.Address);
        }

        var next = (this with { SetName = server.SetName }).Add(server.AllMembers()).Hint(server);
        return server.Me is not null && server.Me != server.Address ? next.Without(server.Address) : next;
    }

    private TopologyDescription FromMemberWithPrimary(ServerDescription server)
    {
        if (SetName != server.SetName || (server.Me is not null && server.Me != server.Address))
        {
            return Without(server.Address).CheckPrimary();
        }

        var next = CheckPrimary();
        return next.Kind == TopologyKind.ReplicaSetNoPrimary ? next.Hint(server) : next;
    }

    /// <summary>A member names the primary: it is asked first.</summary>
    private TopologyDescription Hint(ServerDescription server) =>
        server.Primary is { } primary && Find(primary) is { Kind: ServerKind.Unknown } named ? Put(named with { Kind = ServerKind.PossiblePrimary }) : this;

    private TopologyDescription CheckPrimary() =>
        this with { Kind = Servers.Values.Any(server => server.Kind == ServerKind.RSPrimary) ? TopologyKind.ReplicaSetWithPrimary : TopologyKind.ReplicaSetNoPrimary };

    private TopologyDescription Put(ServerDescription server) => this with { Servers = Servers.SetItem(server.Address.ToString(), server) };

    private TopologyDescription Add(IEnumerable<MongoServerAddress> addresses) => this with
    {
        Servers = addresses.Aggregate(Servers, (servers, address) => servers.ContainsKey(address.ToString()) ? servers : servers.Add(address.ToString(), ServerDescription.Unknown(address))),
    };

    private TopologyDescription Only(ServerDescription primary) => this with { Servers = Servers.RemoveRange(Servers.Values.Where(server => !primary.Lists(server.Address)).Select(server => server.Address.ToString())) };

    private TopologyDescription Without(MongoServerAddress address) => this with { Servers = Servers.Remove(address.ToString()) };
}
