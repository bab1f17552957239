using System.Collections.Immutable;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core;

namespace Sikap.MongoClient.Tests;

/// <summary>Which server takes an operation.</summary>
public sealed class ServerSelectionTests
{
    public static TheoryData<string> Selections => [.. SpecFile.Under("server-selection/tests/server_selection").Where(file => LeftOut.Find(file, "*") is null)];

    public static TheoryData<string> Windows => SpecFile.Rows("server-selection/tests/in_window");

    public static TheoryData<string> RoundTrips => SpecFile.Rows("server-selection/tests/rtt");

    [Theory]
    [MemberData(nameof(Selections))]
    public void Suitable_AsTheSpecificationSays(string file)
    {
        var spec = SpecFile.Json(file);
        var topology = Topology(spec.GetProperty("topology_description"));
        var heartbeat = spec.TryGetProperty("heartbeatFrequencyMS", out var stated) ? TimeSpan.FromMilliseconds(stated.GetInt32()) : TimeSpan.FromSeconds(10);
        var deprioritized = spec.List("deprioritized_servers").Select(Server).Select(server => server.Address).ToList();

        var suitable = ServerSelector.Suitable(topology, spec.String("operation") == "write" ? null : Preference(spec.GetProperty("read_preference")), heartbeat, deprioritized);

        Names(suitable).ShouldBe(Names(spec.List("suitable_servers").Select(Server)));
        Names(ServerSelector.InWindow(suitable, TimeSpan.FromMilliseconds(15))).ShouldBe(Names(spec.List("in_latency_window").Select(Server)));
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Pick_ManyTimes_AsOftenAsTheSpecificationSays(string file)
    {
        var spec = SpecFile.Json(file);
        var topology = Topology(spec.GetProperty("topology_description"));
        var operations = spec.List("mocked_topology_state").ToDictionary(state => state.String("address")!, state => state.GetProperty("operation_count").GetInt32());
        var iterations = spec.GetProperty("iterations").GetInt32();
        var random = new Random(7);
        var window = ServerSelector.InWindow(ServerSelector.Suitable(topology, ReadPreference.Nearest, TimeSpan.FromSeconds(10)), TimeSpan.FromMilliseconds(15));

        var picks = Enumerable.Range(0, iterations).Select(_ => ServerSelector.Pick(window, server => operations[server.Address.ToString()], random).Address.ToString())
            .CountBy(address => address).ToDictionary();

        var outcome = spec.GetProperty("outcome");
        foreach (var expected in outcome.GetProperty("expected_frequencies").EnumerateObject())
        {
            var share = (double)picks.GetValueOrDefault(expected.Name) / iterations;
            if (expected.Value.GetDouble() is 0 or 1)
            {
                share.ShouldBe(expected.Value.GetDouble(), expected.Name);
            }
            else
            {
                share.ShouldBe(expected.Value.GetDouble(), outcome.GetProperty("tolerance").GetDouble(), expected.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RoundTrips))]
    public void Average_AfterAMeasurement_AsTheSpecificationSays(string file)
    {
        var spec = SpecFile.Json(file);
        TimeSpan? before = spec.GetProperty("avg_rtt_ms") is { ValueKind: JsonValueKind.Number } average ? TimeSpan.FromMilliseconds(average.GetDouble()) : null;

        var after = ServerSelector.Average(before, TimeSpan.FromMilliseconds(spec.GetProperty("new_rtt_ms").GetDouble()));

        after.TotalMilliseconds.ShouldBe(spec.GetProperty("new_avg_rtt").GetDouble(), 0.0001);
    }

    [Fact]
    public void Suitable_StaleSecondaries_AreLeftOut()
    {
        var now = new DateTime(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
        var preference = new ReadPreference(ReadPreferenceMode.Secondary, null, TimeSpan.FromSeconds(120));
        ServerDescription Member(string name, ServerKind kind, int behind) => new(new MongoServerAddress(name)) { Kind = kind, LastUpdate = now, LastWrite = now.AddSeconds(-behind) };

        var withPrimary = Of(TopologyKind.ReplicaSetWithPrimary, [Member("a", ServerKind.RSPrimary, 0), Member("b", ServerKind.RSSecondary, 100), Member("c", ServerKind.RSSecondary, 130)]);
        var withoutPrimary = Of(TopologyKind.ReplicaSetNoPrimary, [Member("b", ServerKind.RSSecondary, 100), Member("c", ServerKind.RSSecondary, 300)]);

        Names(ServerSelector.Suitable(withPrimary, preference, TimeSpan.FromSeconds(10))).ShouldBe(["b:27017"]);
        Names(ServerSelector.Suitable(withoutPrimary, preference, TimeSpan.FromSeconds(10))).ShouldBe(["b:27017"]);
        Should.Throw<MongoClientException>(() => ServerSelector.Suitable(withPrimary, new ReadPreference(ReadPreferenceMode.Nearest, null, TimeSpan.FromSeconds(89)), TimeSpan.FromSeconds(10)));
    }

    private static TopologyDescription Topology(JsonElement description) => Of(Enum.Parse<TopologyKind>(description.String("type")!), description.List("servers").Select(Server));

    private static TopologyDescription Of(TopologyKind kind, IEnumerable<ServerDescription> servers) => new()
    {
        Kind = kind, Servers = servers.ToImmutableSortedDictionary(server => server.Address.ToString(), server => server, StringComparer.Ordinal),
    };

    private static ServerDescription Server(JsonElement server) => new(MongoServerAddress.Parse(server.String("address")!))
    {
        Kind = Enum.Parse<ServerKind>(server.String("type")!),
        RoundTrip = server.TryGetProperty("avg_rtt_ms", out var roundTrip) ? TimeSpan.FromMilliseconds(roundTrip.GetDouble()) : null,
        Tags = server.TryGetProperty("tags", out var tags) ? tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!) : [],
        MaxWireVersion = 21,
    };

    private static ReadPreference Preference(JsonElement preference)
    {
        var mode = Enum.Parse<ReadPreferenceMode>(preference.String("mode") ?? "Primary", ignoreCase: true);
        var tags = preference.List("tag_sets").Select(set => new TagSet(set.EnumerateObject().Select(tag => new Tag(tag.Name, tag.Value.GetString()!))));
        return new ReadPreference(mode, mode == ReadPreferenceMode.Primary ? null : tags);
    }

    private static IEnumerable<string> Names(IEnumerable<ServerDescription> servers) => servers.Select(server => server.Address.ToString()).Order(StringComparer.Ordinal);
}
