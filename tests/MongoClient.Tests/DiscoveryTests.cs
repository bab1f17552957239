using System.Globalization;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core;

namespace Sikap.MongoClient.Tests;

/// <summary>Server discovery: what servers say and what goes wrong with them, and what the client then takes them for.</summary>
public sealed class DiscoveryTests
{
    public static TheoryData<string> Files =>
    [
        .. new[] { "rs", "single", "sharded", "errors", "monitoring" }.SelectMany(folder => SpecFile.Under($"server-discovery-and-monitoring/tests/{folder}"))
            .Where(file => LeftOut.Find(file, "*") is null),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Phases_OfTheSpecification_Hold(string file)
    {
        var spec = SpecFile.Json(file);
        var events = new List<MongoEvent>();
        var settings = MongoClientSettings.FromConnectionString(spec.String("uri")!);
        settings.EventSink = events.Add;
        using var cluster = new MongoCluster(settings, monitored: false);
        cluster.Start();
        var number = 0;
        foreach (var phase in spec.List("phases"))
        {
            number++;
            foreach (var response in phase.List("responses"))
            {
                Respond(cluster, MongoServerAddress.Parse(response[0].GetString()!), BsonDocument.Parse(response[1].GetRawText()));
            }

            foreach (var error in phase.List("applicationErrors"))
            {
                Fail(cluster, error);
            }

            var outcome = phase.GetProperty("outcome");
            if (outcome.TryGetProperty("events", out var expected))
            {
                events.Select(Shape).OfType<string>().ShouldBe(expected.EnumerateArray().Select(Shape), $"phase {number}");
                events.Clear();
            }
            else
            {
                Compare(cluster, outcome, $"phase {number} {phase.String("description")}");
            }
        }

        number.ShouldBeGreaterThan(0);
    }

    private static void Respond(MongoCluster cluster, MongoServerAddress address, BsonDocument hello)
    {
        if (hello.ElementCount == 0)
        {
            var failure = new MongoConnectionException("gone");
            cluster.Apply(ServerDescription.Unknown(address, failure), failure);
        }
        else
        {
            var description = ServerDescription.FromHello(address, hello, TimeSpan.FromMilliseconds(5), null);
            cluster.Apply(description, description.Error);
        }
    }

    private static void Fail(MongoCluster cluster, JsonElement error)
    {
        var address = MongoServerAddress.Parse(error.String("address")!);
        var generation = error.TryGetProperty("generation", out var stated) ? stated.GetInt32() : cluster.Find(address)!.Pool.Generation;
        var phase = error.String("when") == "beforeHandshakeCompletes" ? ConnectionPhase.Connecting : ConnectionPhase.Ready;
        Exception failure;
        if (error.String("type") == "command")
        {
            var reply = BsonDocument.Parse(error.GetProperty("response").GetRawText());
            var refused = ServerErrors.From(new BsonDocument("ping", 1), reply);
            if (refused is null)
            {
                return;
            }

            failure = refused;
        }
        else
        {
            var broken = new MongoConnectionException("broken", error.String("type") == "timeout" ? new TimeoutException() : null);
            if (phase == ConnectionPhase.Connecting)
            {
                // What a real connection says of itself when it breaks that early.
                broken.AddErrorLabel(ServerErrors.SystemOverloadedLabel);
            }

            failure = broken;
        }

        cluster.OnError(address, failure, phase, generation);
    }

    private static void Compare(MongoCluster cluster, JsonElement outcome, string where)
    {
        var topology = cluster.Topology;
        topology.Kind.ToString().ShouldBe(outcome.String("topologyType"), where);
        topology.SetName.ShouldBe(outcome.String("setName"), where);
        topology.LogicalSessionTimeoutMinutes.ShouldBe(Number(outcome, "logicalSessionTimeoutMinutes"), where);
        if (outcome.TryGetProperty("compatible", out var compatible))
        {
            (topology.Incompatibility is null).ShouldBe(compatible.GetBoolean(), where);
        }

        if (outcome.TryGetProperty("maxSetVersion", out _))
        {
            topology.MaxSetVersion.ShouldBe(Number(outcome, "maxSetVersion"), where);
        }

        if (outcome.TryGetProperty("maxElectionId", out _))
        {
            topology.MaxElectionId.ShouldBe(Id(outcome, "maxElectionId"), where);
        }

        var servers = outcome.GetProperty("servers");
        topology.Servers.Keys.ShouldBe(servers.EnumerateObject().Select(server => server.Name), ignoreOrder: true, where);
        foreach (var server in servers.EnumerateObject())
        {
            var actual = topology.Servers[server.Name];
            foreach (var property in server.Value.EnumerateObject())
            {
                Compare(cluster, actual, property, server.Value, $"{where}, {server.Name}");
            }
        }
    }

    private static void Compare(MongoCluster cluster, ServerDescription actual, JsonProperty property, JsonElement server, string where)
    {
        switch (property.Name)
        {
            case "type":
                // A possible primary is unknown to clients that watch all servers at the same time.
                var kind = actual.Kind == ServerKind.PossiblePrimary && property.Value.GetString() == "Unknown" ? ServerKind.Unknown : actual.Kind;
                kind.ToString().ShouldBe(property.Value.GetString(), where);
                break;
            case "setName":
                actual.SetName.ShouldBe(property.Value.GetString(), where);
                break;
            case "setVersion":
                actual.SetVersion.ShouldBe(Number(server, "setVersion"), where);
                break;
            case "electionId":
                actual.ElectionId.ShouldBe(Id(server, "electionId"), where);
                break;
            case "logicalSessionTimeoutMinutes":
                actual.LogicalSessionTimeoutMinutes.ShouldBe(Number(server, "logicalSessionTimeoutMinutes"), where);
                break;
            case "minWireVersion":
                actual.MinWireVersion.ShouldBe(property.Value.GetInt32(), where);
                break;
            case "maxWireVersion":
                actual.MaxWireVersion.ShouldBe(property.Value.GetInt32(), where);
                break;
            case "error":
                actual.Error.ShouldNotBeNull(where).Message.ShouldContain(property.Value.GetString()!, customMessage: where);
                break;
            case "topologyVersion":
                (actual.TopologyVersion?.ToDocument().ToString()).ShouldBe(
                    property.Value.ValueKind == JsonValueKind.Null ? null : BsonDocument.Parse(property.Value.GetRawText()).ToString(), where);
                break;
            case "pool":
                cluster.Find(actual.Address)!.Pool.Generation.ShouldBe(property.Value.GetProperty("generation").GetInt32(), where);
                break;
            default:
                throw new InvalidOperationException($"{property.Name} is not compared");
        }
    }

    private static int? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static ObjectId? Id(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? ObjectId.Parse(value.String("$oid")!) : null;

    /// <summary>An event in words, the same for both sides; null for events the files do not name.</summary>
    private static string? Shape(MongoEvent happened) => happened switch
    {
        TopologyOpening => "topology_opening_event",
        TopologyClosed => "topology_closed_event",
        ServerOpening opening => $"server_opening_event {opening.Server}",
        ServerClosed closed => $"server_closed_event {closed.Server}",
        ServerChanged changed => $"server_description_changed_event {changed.Server}: {Shape(changed.Previous)} -> {Shape(changed.Next)}",
        TopologyChanged changed => $"topology_description_changed_event {Shape(changed.Previous)} -> {Shape(changed.Next)}",
        _ => null,
    };

    private static string Shape(TopologyDescription topology) => $"{topology.Kind} {topology.SetName} [{string.Join("; ", topology.Servers.Values.Select(Shape))}]";

    private static string Shape(ServerDescription server) =>
        $"{server.Address} {server.Kind} {server.SetName} hosts {string.Join(',', server.Hosts)} passives {string.Join(',', server.Passives)} arbiters {string.Join(',', server.Arbiters)} primary {server.Primary}";

    private static string Shape(JsonElement happened)
    {
        var named = happened.EnumerateObject().Single();
        return named.Name switch
        {
            "server_opening_event" or "server_closed_event" => $"{named.Name} {named.Value.String("address")}",
            "server_description_changed_event" =>
                $"{named.Name} {named.Value.String("address")}: {ShapeServer(named.Value.GetProperty("previousDescription"))} -> {ShapeServer(named.Value.GetProperty("newDescription"))}",
            "topology_description_changed_event" => $"{named.Name} {ShapeTopology(named.Value.GetProperty("previousDescription"))} -> {ShapeTopology(named.Value.GetProperty("newDescription"))}",
            _ => named.Name,
        };
    }

    private static string ShapeTopology(JsonElement topology) => string.Create(
        CultureInfo.InvariantCulture, $"{topology.String("topologyType")} {topology.String("setName")} [{string.Join("; ", topology.List("servers").Select(ShapeServer))}]");

    private static string ShapeServer(JsonElement server) =>
        $"{server.String("address")} {server.String("type")} {server.String("setName")} hosts {Names(server, "hosts")} passives {Names(server, "passives")} arbiters {Names(server, "arbiters")} primary {server.String("primary")}";

    private static string Names(JsonElement server, string name) => string.Join(',', server.List(name).Select(host => host.GetString()));
}
