using System.Text.RegularExpressions;
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

    /// <summary>Every <c>Section:Option</c> that an options class declares.</summary>
    private static HashSet<string> OptionNames() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "services"), "*Options.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Where(text => SectionName().IsMatch(text))
            .SelectMany(text => OptionProperty().Matches(text).Select(match => $"{SectionName().Match(text).Groups[1].Value}:{match.Groups[1].Value}")),
    ];

    [GeneratedRegex(@"^\s+([A-Z]\w*)__(\w+):", RegexOptions.Multiline, 1000)]
    private static partial Regex ComposeVariable();

    [GeneratedRegex(@"`((?:Bus|Endpoint|Shutdown|Gateway|Ingestion|Extraction|StanceClassification|Query):[\w:]+)`", RegexOptions.None, 1000)]
    private static partial Regex ReadmeOption();

    [GeneratedRegex(@"const string Section = ""([\w:]+)""", RegexOptions.None, 1000)]
    private static partial Regex SectionName();

    [GeneratedRegex(@"public [\w<>?]+ (\w+) \{ get; set; \}", RegexOptions.None, 1000)]
    private static partial Regex OptionProperty();
}
