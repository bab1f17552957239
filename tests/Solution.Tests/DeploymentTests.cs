using System.Text.RegularExpressions;
using MongoDB.Driver;
using Sikap.TestKit;

namespace Sikap.Solution.Tests;

/// <summary>What operators start must agree with the code: no Docker engine runs where the project is built, so the files are compared.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Compose = File.ReadAllText(Path.Combine(SharedFolder.Repository, "docker-compose.yml"));

    private static readonly string Readme = File.ReadAllText(Path.Combine(SharedFolder.Repository, "README.md"));

    [Fact]
    public void Compose_Variables_AreOptionsOfTheCode()
    {
        var options = OptionNames();

        var named = ComposeVariable().Matches(Compose).Select(match => $"{match.Groups[1].Value}:{match.Groups[2].Value}").Distinct().ToList();

        named.ShouldNotBeEmpty();
        named.Except(options).ShouldBeEmpty();
    }

    [Fact]
    public void Readme_Options_AreOptionsOfTheCode()
    {
        var options = OptionNames();

        var named = ReadmeOption().Matches(Readme).Select(match => match.Groups[1].Value).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(10);
        named.Except(options).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Gateway", "5080")]
    [InlineData("Ingestion", "5091")]
    [InlineData("Extraction", "5092")]
    [InlineData("StanceClassification", "5093")]
    [InlineData("Query", "5094")]
    public void Ports_OfAService_AreTheSameEverywhere(string service, string port)
    {
        var program = File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", service, "Program.cs"));
        var block = Regex.Match(Compose, $@"SERVICE: {service} }}.*?(?=\n  \w|\nvolumes:)", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Value;

        program.ShouldContain($"defaultPort: {port}");
        block.ShouldContain($"Endpoint__Port: \"{port}\"");
        Readme.ShouldContain($"| {service} | {port} |");
    }

    [Fact]
    public void Compose_Containers_AreHardened()
    {
        foreach (var rule in new[] { "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true" })
        {
            Compose.ShouldContain(rule);
        }

        Regex.Count(Compose, @"<<: \*service", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBe(5);
        Compose.ShouldNotContain("guest");
        Regex.Matches(Compose, @"ports: \[""([^""]*)""", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value)
            .ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(SharedFolder.Repository, "deploy", "Dockerfile")).ShouldContain("USER 1654");
    }

    [Fact]
    public void Compose_BrokerWithData_HasAHostNameThatStays()
        => Regex.Match(Compose, @"\n  rabbitmq:\n(?:    .*\n|\n)*", RegexOptions.None, TimeSpan.FromSeconds(1)).Value
            .ShouldSatisfyAllConditions(block => block.ShouldContain("rabbitmq:/var/lib/rabbitmq"), block => block.ShouldContain("    hostname: rabbitmq\n"));

    [Fact]
    public void Dockerfile_StoresOfTheServices_LieInAVolumeTheirUserMayWriteTo()
    {
        var dockerfile = Deployed("Dockerfile");

        foreach (var service in MongoServices())
            dockerfile.ShouldContain($"{service}__DataDirectory=/data");
        dockerfile.IndexOf("--chown=1654:1654 /data /data", StringComparison.Ordinal).ShouldBeInRange(0, dockerfile.IndexOf("VOLUME /data", StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_MountedFiles_AreThere()
    {
        var mounted = MountedFile().Matches(Compose).Select(match => match.Groups[1].Value).ToList();

        mounted.Count.ShouldBeGreaterThan(5);
        mounted.Where(path => !Path.Exists(Path.Combine(SharedFolder.Repository, path))).ShouldBeEmpty();
    }

    [Fact]
    public void Compose_ObservabilityAddresses_AreOfServicesAndPortsThatAreServed()
    {
        // host:port as the files name them, against the services of the compose file and what each listens on.
        var served = new Dictionary<string, string[]>
        {
            ["otel-collector"] = [.. CollectorEndpoint().Matches(Deployed("otel/collector.yaml")).Select(match => match.Groups[1].Value), "8888"],
            ["prometheus"] = ["9090"],
            ["jaeger"] = ["4317", "16686"],
            ["rabbitmq"] = ["15692"],
            ["mongo"] = ["27017"],
        };
        var named = new[] { Compose, Deployed("mongo/initiate.js"), Deployed("otel/collector.yaml"), Deployed("prometheus/prometheus.yml"), Deployed("grafana/provisioning/datasources/sikap.yml") }
            .SelectMany(text => ServiceAddress().Matches(text)).Select(match => (Host: match.Groups[1].Value, Port: match.Groups[2].Value)).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(6);
        foreach (var (host, port) in named)
        {
            Compose.ShouldContain($"\n  {host}:\n");
            served[host].ShouldContain(port, $"{host}:{port}");
        }
    }

    [Fact]
    public void Dockerfile_HealthCheck_AsksTheProgramItself()
    {
        var dockerfile = Deployed("Dockerfile");

        dockerfile.ShouldContain("dotnet $SERVICE_DLL --health http://127.0.0.1:$Endpoint__Port");
        File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", "ServiceDefaults", "HealthQuestion.cs")).ShouldContain("Option = \"--health\"");
        // The broker and the database of the services, the database of its initiation, and the services of the Gateway.
        Regex.Count(Compose, "condition: service_healthy", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBe(8);
    }

    [Fact]
    public void Compose_MongoUrls_AreOfTheReplicaSetUserAndDatabasesThatAreMade()
    {
        var initiate = Deployed("mongo/initiate.js");
        var databases = Regex.Match(initiate, @"const databases = \[(.*)\]", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

        var urls = ComposeMongoUrl().Matches(Compose);

        urls.Select(match => match.Groups[1].Value).ShouldBe(MongoServices(), ignoreOrder: true);
        foreach (var url in urls.Select(match => new MongoUrl(match.Groups[2].Value.Replace("${MONGO_PASSWORD:?set MONGO_PASSWORD}", "x", StringComparison.Ordinal))))
        {
            initiate.ShouldContain($"const setName = \"{url.ReplicaSetName}\"");
            Deployed("mongo/start.sh").ShouldContain($"--replSet {url.ReplicaSetName} ");
            initiate.ShouldContain($"host: \"{url.Servers.Single()}\"");
            initiate.ShouldContain($"user: \"{url.Username}\"");
            databases.ShouldContain($"\"{url.DatabaseName}\"");
            url.AuthenticationSource.ShouldBe("admin");
        }
    }

    private static string Deployed(string file) => File.ReadAllText(Path.Combine(SharedFolder.Repository, "deploy", file));

    /// <summary>Every <c>Section:Option</c> that an options class declares.</summary>
    internal static HashSet<string> OptionNames() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "services"), "*Options.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Where(text => SectionName().IsMatch(text))
            .SelectMany(text => OptionProperty().Matches(text).Select(match => $"{SectionName().Match(text).Groups[1].Value}:{match.Groups[1].Value}")),
    ];

    /// <summary>Services that can keep what they own in MongoDB.</summary>
    internal static IReadOnlyList<string> MongoServices() => [.. OptionNames().Where(name => name.EndsWith(":MongoUrl", StringComparison.Ordinal)).Select(name => name.Split(':')[0])];

    [GeneratedRegex(@"^\s+(\w+)__MongoUrl: (.+)", RegexOptions.Multiline, 1000)]
    private static partial Regex ComposeMongoUrl();

    [GeneratedRegex(@"^\s+([A-Z]\w*)__(\w+):", RegexOptions.Multiline, 1000)]
    private static partial Regex ComposeVariable();

    [GeneratedRegex(@"`((?:Bus|Endpoint|Shutdown|Gateway|Ingestion|Extraction|StanceClassification|Query):[\w:]+)`", RegexOptions.None, 1000)]
    private static partial Regex ReadmeOption();

    [GeneratedRegex(@"const string Section = ""([\w:]+)""", RegexOptions.None, 1000)]
    private static partial Regex SectionName();

    [GeneratedRegex(@"public [\w<>?]+ (\w+) \{ get; set; \}", RegexOptions.None, 1000)]
    private static partial Regex OptionProperty();

    [GeneratedRegex(@"\./(deploy/[^:""\s]+):", RegexOptions.None, 1000)]
    private static partial Regex MountedFile();

    [GeneratedRegex(@"endpoint: 0\.0\.0\.0:(\d+)", RegexOptions.None, 1000)]
    private static partial Regex CollectorEndpoint();

    [GeneratedRegex(@"\b(otel-collector|prometheus|jaeger|rabbitmq|mongo):(\d{4,5})\b", RegexOptions.None, 1000)]
    private static partial Regex ServiceAddress();
}
