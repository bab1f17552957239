using Sikap.TestKit;
using YamlDotNet.RepresentationModel;

namespace Sikap.Solution.Tests;

/// <summary>What Kubernetes is told must agree with the code: no cluster runs where the project is built, so the manifests are parsed and compared.</summary>
public sealed class KubernetesTests
{
    private static readonly string Folder = Path.Combine(SharedFolder.Repository, "deploy", "k8s");

    public static TheoryData<string, string, int> Services => new()
    {
        { "ingestion", "Ingestion", 5091 },
        { "extraction", "Extraction", 5092 },
        { "stance-classification", "StanceClassification", 5093 },
        { "query", "Query", 5094 },
        { "gateway", "Gateway", 5080 },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void Deployment_PortAndProbes_AreTheServicesOwn(string name, string service, int port)
    {
        var container = Container(name);

        File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", service, "Program.cs")).ShouldContain($"defaultPort: {port}");
        Text(container, "image").ShouldBe($"sikap/{name}");
        container["ports"][0]["containerPort"].ToString().ShouldBe($"{port}");
        Document(name, "Service")["spec"]["ports"][0]["port"].ToString().ShouldBe($"{port}");
        var registration = File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", "ServiceDefaults", "ServiceDefaultsRegistration.cs"));
        foreach (var (probe, part) in new[] { ("startupProbe", "liveness"), ("readinessProbe", "own-readiness"), ("livenessProbe", "liveness") })
        {
            container[probe]["grpc"]["port"].ToString().ShouldBe($"{port}", probe);
            container[probe]["grpc"]["service"].ToString().ShouldBe(part, probe);
            registration.ShouldContain($"= \"{part}\"");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Deployment_Variables_AreOptionsOfTheCode(string name, string service, int port)
    {
        var container = Container(name);
        var options = DeploymentTests.OptionNames();
        var configured = ((YamlSequenceNode)container["envFrom"]).Select(source => source["configMapRef"]["name"].ToString())
            .SelectMany(map => ((YamlMappingNode)ConfigMap(map)["data"]).Children.Keys.Select(key => key.ToString()));

        var named = ((YamlSequenceNode)container["env"]).Select(variable => variable["name"].ToString()).Concat(configured).ToList();

        named.ShouldContain("Endpoint__Port");
        // A list's items are numbered: Gateway__ApiKeys__0.
        named.Where(variable => !variable.StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => string.Join(':', variable.Split("__").Take(2))).Except(options).ShouldBeEmpty($"{service} {port}");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Deployment_Container_IsHardenedAndLimited(string name, string service, int port)
    {
        var (pod, container) = (Document(name, "Deployment")["spec"]["template"]["spec"], Container(name));

        Text(pod, "automountServiceAccountToken").ShouldBe("false", $"{service} {port}");
        Text(pod["securityContext"], "runAsNonRoot").ShouldBe("true");
        // The image's own user.
        Text(pod["securityContext"], "runAsUser").ShouldBe("1654");
        Text(container["securityContext"], "readOnlyRootFilesystem").ShouldBe("true");
        Text(container["securityContext"], "allowPrivilegeEscalation").ShouldBe("false");
        container["securityContext"]["capabilities"]["drop"][0].ToString().ShouldBe("ALL");
        container["resources"]["requests"]["memory"].ToString().ShouldNotBeEmpty();
        container["resources"]["limits"]["memory"].ToString().ShouldNotBeEmpty();
        // Secrets come by reference alone.
        ((YamlSequenceNode)container["env"]).Where(variable => variable["name"].ToString() is var key && (key.Contains("Password", StringComparison.Ordinal) || key.Contains("ApiKeys", StringComparison.Ordinal)))
            .ShouldAllBe(variable => ((YamlMappingNode)variable).Children.ContainsKey("valueFrom"));
    }

    [Fact]
    public void NetworkPolicies_Each_IsOfTheServicesAlone()
    {
        // One that selects every pod of the namespace also closes the broker and the database, which no rule here opens again.
        var policies = Load(Path.Combine(Folder, "base", "network-policies.yaml")).Concat(Load(Path.Combine(Folder, "large", "stores.yaml"))).ToList();
        var names = Services.Select(row => row.Data.Item1).ToHashSet();

        policies.Count.ShouldBeGreaterThan(5);
        foreach (var selector in policies.Select(policy => (YamlMappingNode)policy["spec"]["podSelector"]))
        {
            var selected = selector.Children.ContainsKey("matchLabels")
                ? ((YamlMappingNode)selector["matchLabels"]).Children.Values.Select(value => value.ToString())
                : ((YamlSequenceNode)selector["matchExpressions"][0]["values"]).Select(value => value.ToString());
            selected.ShouldNotBeEmpty();
            selected.ShouldAllBe(name => name == "sikap" || names.Contains(name));
        }
    }

    [Fact]
    public void GracePeriod_IsLongerThanTheOrderlyStop()
    {
        var common = ConfigMap("common")["data"];
        var stop = TimeSpan.Parse(Text(common, "Shutdown__DrainDelay"), System.Globalization.CultureInfo.InvariantCulture)
            + TimeSpan.Parse(Text(common, "Shutdown__Timeout"), System.Globalization.CultureInfo.InvariantCulture);

        Services.ShouldAllBe(row => double.Parse(Text(Document(row.Data.Item1, "Deployment")["spec"]["template"]["spec"], "terminationGracePeriodSeconds"), System.Globalization.CultureInfo.InvariantCulture)
            > stop.TotalSeconds);
    }

    [Fact]
    public void Kustomizations_Resources_AreThereAndNothingIsLeftOut()
    {
        foreach (var file in Directory.GetFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories))
        {
            var folder = Path.GetDirectoryName(file)!;
            var kustomization = (YamlMappingNode)Load(file).Single();
            var named = ((YamlSequenceNode)kustomization["resources"]).Select(resource => resource.ToString()).ToList();
            if (kustomization.Children.TryGetValue("patches", out var patches))
                named.AddRange(((YamlSequenceNode)patches).Cast<YamlMappingNode>().Where(patch => patch.Children.ContainsKey("path")).Select(patch => patch["path"].ToString()));

            named.ShouldAllBe(resource => Path.Exists(Path.Combine(folder, resource)));
            Directory.GetFiles(folder, "*.yaml").Select(path => Path.GetFileName(path)).Where(other => other != "kustomization.yaml").Except(named).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void Scaling_Queue_IsTheOneTheServiceReads()
    {
        var scaled = Load(Path.Combine(Folder, "large", "scaling.yaml")).Where(document => Text(document, "kind") == "ScaledObject").ToList();

        scaled.ShouldNotBeEmpty();
        foreach (var document in scaled)
        {
            var service = Text(document["spec"]["scaleTargetRef"], "name").Replace("-", "", StringComparison.Ordinal);
            foreach (var trigger in (YamlSequenceNode)document["spec"]["triggers"])
            {
                var consumer = string.Concat(Text(trigger["metadata"], "queueName").Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Consumer.cs";
                Directory.GetDirectories(Path.Combine(SharedFolder.Repository, "services"))
                    .Single(folder => Path.GetFileName(folder).Equals(service, StringComparison.OrdinalIgnoreCase))
                    .ShouldSatisfyAllConditions(folder => File.Exists(Path.Combine(folder, consumer)).ShouldBeTrue(consumer));
            }
        }
    }

    [Fact]
    public void LargeProfile_ServicesThatCan_KeepTheirStoreInMongoDBAndMayBeSeveral()
    {
        var may = Load(Path.Combine(Folder, "large", "stores.yaml")).Single()["spec"]["podSelector"]["matchExpressions"][0]["values"].ToString()!;
        var services = Services.Where(row => DeploymentTests.MongoServices().Contains(row.Data.Item2)).ToList();

        services.Count.ShouldBe(DeploymentTests.MongoServices().Count);
        foreach (var (name, service, _) in services.Select(row => row.Data))
        {
            var documents = Load(Path.Combine(Folder, "large", $"{name}.yaml")).ToList();
            var container = documents[0]["spec"]["template"]["spec"]["containers"][0];
            Text(container, "name").ShouldBe(name);
            Text(container["env"][0], "name").ShouldBe($"{service}__MongoUrl");
            Text(container["env"][0]["valueFrom"]["secretKeyRef"], "key").ShouldBe(name);
            Text(documents[0]["spec"]["strategy"], "type").ShouldBe("RollingUpdate");
            // Without a file there is no claim to a volume.
            (Text(documents[1], "kind"), Text(documents[1]["metadata"], "name"), Text(documents[1], "$patch")).ShouldBe(("PersistentVolumeClaim", name, "delete"));
            may.ShouldContain(name);
        }
    }

    private static YamlNode Container(string name) => Document(name, "Deployment")["spec"]["template"]["spec"]["containers"][0];

    private static YamlNode Document(string name, string kind) => Load(Path.Combine(Folder, "base", $"{name}.yaml")).Single(document => Text(document, "kind") == kind);

    private static YamlNode ConfigMap(string name) => Load(Path.Combine(Folder, "base", "config.yaml")).Single(document => Text(document["metadata"], "name") == name);

    private static string Text(YamlNode node, string key) => node[key].ToString();

    private static IEnumerable<YamlNode> Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }
}
