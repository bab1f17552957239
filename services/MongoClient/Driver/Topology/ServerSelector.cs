namespace MongoDB.Driver.Core;

/// <summary>Which servers may take an operation: the rules of the selection specification, without state.</summary>
internal static class ServerSelector
{
    /// <summary>Shortest staleness that can be asked for: heartbeats and idle writes blur anything less.</summary>
    private static readonly TimeSpan LeastStaleness = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan IdleWritePeriod = TimeSpan.FromSeconds(10);

    /// <summary>Servers that fit, by kind, tags and staleness. Servers that just failed the operation are left out unless no other fits.</summary>
    internal static IReadOnlyList<ServerDescription> Suitable(TopologyDescription topology, ReadPreference? readPreference, TimeSpan heartbeat, IReadOnlyCollection<MongoServerAddress>? deprioritized = null)
    {
        var all = topology.Servers.Values.ToList();
        if (deprioritized is { Count: > 0 } && topology.Kind != TopologyKind.Single)
        {
            var preferred = Suitable(topology.Kind, all.FindAll(server => !deprioritized.Contains(server.Address)), readPreference, heartbeat);
            if (preferred.Count > 0)
            {
                return preferred;
            }
        }

        return Suitable(topology.Kind, all, readPreference, heartbeat);
    }

    /// <summary>Those whose round trip is not much longer than the shortest.</summary>
    internal static IReadOnlyList<ServerDescription> InWindow(IReadOnlyList<ServerDescription> servers, TimeSpan localThreshold)
    {
        if (servers.Count < 2)
        {
            return servers;
        }

        var longest = servers.Min(server => server.RoundTrip ?? TimeSpan.Zero) + localThreshold;
        return [.. servers.Where(server => (server.RoundTrip ?? TimeSpan.Zero) <= longest)];
    }

    /// <summary>The less busy of two taken at random.</summary>
    internal static ServerDescription Pick(IReadOnlyList<ServerDescription> servers, Func<ServerDescription, int> operations, Random random)
    {
        if (servers.Count == 1)
        {
            return servers[0];
        }

        var first = random.Next(servers.Count);
        var second = random.Next(servers.Count - 1);
        second += second >= first ? 1 : 0;
        return operations(servers[first]) <= operations(servers[second]) ? servers[first] : servers[second];
    }

    /// <summary>The weighted average round trip after another measurement.</summary>
    internal static TimeSpan Average(TimeSpan? average, TimeSpan measured) => average is { } before ? (measured * 0.2) + (before * 0.8) : measured;

    /// <param name="kind">What the servers are together.</param>
    /// <param name="servers">Those to choose from.</param>
    /// <param name="readPreference">Null for a write.</param>
    /// <param name="heartbeat">How often servers are asked; part of the staleness estimate.</param>
    private static List<ServerDescription> Suitable(TopologyKind kind, List<ServerDescription> servers, ReadPreference? readPreference, TimeSpan heartbeat)
    {
        switch (kind)
        {
            case TopologyKind.Single:
                return servers.FindAll(server => server.Kind is not (ServerKind.Unknown or ServerKind.PossiblePrimary));
            case TopologyKind.Sharded:
                return servers.FindAll(server => server.Kind == ServerKind.Mongos);
            case TopologyKind.Unknown:
                return [];
        }

        var primary = servers.FindAll(server => server.Kind == ServerKind.RSPrimary);
        if (readPreference is null)
        {
            return primary;
        }

        var secondaries = servers.FindAll(server => server.Kind == ServerKind.RSSecondary);
        if (readPreference.MaxStaleness is { } staleness)
        {
            var least = heartbeat + IdleWritePeriod > LeastStaleness ? heartbeat + IdleWritePeriod : LeastStaleness;
            if (staleness < least)
            {
                throw new MongoClientException($"maxStalenessSeconds must be at least {least.TotalSeconds:0}");
            }

            secondaries = secondaries.FindAll(server => StalenessOf(server, primary.FirstOrDefault(), secondaries, heartbeat) <= staleness);
        }

        return readPreference.ReadPreferenceMode switch
        {
            ReadPreferenceMode.Primary => primary,
            ReadPreferenceMode.PrimaryPreferred => primary.Count > 0 ? primary : Tagged(secondaries, readPreference),
            ReadPreferenceMode.Secondary => Tagged(secondaries, readPreference),
            ReadPreferenceMode.SecondaryPreferred => Tagged(secondaries, readPreference) is { Count: > 0 } some ? some : primary,
            _ => Tagged([.. primary, .. secondaries], readPreference),
        };
    }

    /// <summary>Those that fit the first tag set that fits any.</summary>
    private static List<ServerDescription> Tagged(List<ServerDescription> servers, ReadPreference readPreference)
    {
        if (readPreference.TagSets.Count == 0)
        {
            return servers;
        }

        foreach (var tags in readPreference.TagSets)
        {
            var fitting = servers.FindAll(server => tags.Fits(server.Tags));
            if (fitting.Count > 0)
            {
                return fitting;
            }
        }

        return [];
    }

    private static TimeSpan StalenessOf(ServerDescription server, ServerDescription? primary, List<ServerDescription> secondaries, TimeSpan heartbeat)
    {
        if (server is not { LastWrite: { } written, LastUpdate: { } updated })
        {
            return TimeSpan.Zero;
        }

        if (primary is { LastWrite: { } primaryWritten, LastUpdate: { } primaryUpdated })
        {
            return updated - written - (primaryUpdated - primaryWritten) + heartbeat;
        }

        var newest = secondaries.Max(secondary => secondary.LastWrite) ?? written;
        return newest - written + heartbeat;
    }
}
