using System.Text.RegularExpressions;
using Sikap.TestKit;

namespace Sikap.Solution.Tests;

/// <summary>Rules about the source that reviews would otherwise have to repeat.</summary>
public sealed partial class SourceRuleTests
{
    private static readonly Lazy<IReadOnlyList<(string Path, string Text)>> Sources = new(() => [.. Files("shared-protos", "*.cs").Concat(Files("services", "*.cs"))]);

    private static readonly Lazy<IReadOnlyList<(string Path, string Text)>> Everything = new(() =>
        [.. Directory.EnumerateFiles(SharedFolder.Repository, "*", SearchOption.AllDirectories)
            .Where(path => !GeneratedFolder().IsMatch(path) && new FileInfo(path).Length < 4_000_000)
            .Select(path => (Path.GetRelativePath(SharedFolder.Repository, path), File.ReadAllText(path)))]);

    [Fact]
    public void ProgramFiles_OfServices_DecideNothing()
    {
        foreach (var service in new[] { "Ingestion", "Extraction", "StanceClassification", "Query", "Gateway" })
        {
            var lines = File.ReadAllLines(Path.Combine(SharedFolder.Repository, "services", service, "Program.cs"));

            lines.Count(line => line.Trim().Length > 0).ShouldBeLessThanOrEqualTo(15, service);
        }
    }

    [Fact]
    public void Classes_Names_SayWhatTheyAre()
    {
        // The gRPC runtime and the MongoDB client carry the official names, some of which end so.
        Matches(VagueName()).Where(match => !new[] { "Grpc", "MongoClient" }.Any(name => match.StartsWith(Path.Combine("services", name) + Path.DirectorySeparatorChar, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Consumers_AndGrpcServices_AreSealed()
    {
        Matches(UnsealedEdge()).ShouldBeEmpty();
    }

    [Fact]
    public void Bus_KnownFaults_AreNotInvited()
    {
        // K3: purging on start purges on every reconnect and loses confirmed messages. K6: queue: addresses redeclare quorum queues as classic.
        Matches(PurgeOnStartup()).ShouldBeEmpty();
        Matches(QueueAddress()).ShouldBeEmpty();
    }

    [Fact]
    public void BusTypes_OnlyAtTheEdge()
    {
        // MassTransit is known to consumers, registrations, publishers and ServiceDefaults; plain classes and stores are free of it.
        var allowed = EdgeFile();

        Sources.Value.Where(file => file.Text.Contains("using MassTransit", StringComparison.Ordinal) && !allowed.IsMatch(file.Path))
            .Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void SqliteTypes_OnlyInStores()
    {
        Sources.Value.Where(file => file.Text.Contains("using Microsoft.Data.Sqlite", StringComparison.Ordinal)
                && !Path.GetFileName(file.Path).Contains("Sqlite", StringComparison.Ordinal)
                && !file.Path.Contains("ServiceDefaults", StringComparison.Ordinal))
            .Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void MongoTypes_OnlyInStores()
    {
        Sources.Value.Where(file => file.Text.Contains("using MongoDB.", StringComparison.Ordinal)
                && !Path.GetFileName(file.Path).Contains("Mongo", StringComparison.Ordinal)
                && !Path.GetFileName(file.Path).EndsWith("Options.cs", StringComparison.Ordinal)
                && !file.Path.StartsWith(Path.Combine("services", "MongoClient") + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Regexes_HaveATimeout()
    {
        var bare = new List<string>();
        foreach (var (path, text) in Sources.Value)
        {
            foreach (Match match in GeneratedRegexAttribute().Matches(text))
            {
                if (!match.Value.Contains("matchTimeoutMilliseconds", StringComparison.Ordinal) && !TimeoutArgument().IsMatch(match.Value)
                    && !match.Value.Contains("NonBacktracking", StringComparison.Ordinal))
                {
                    bare.Add($"{path}: {match.Value}");
                }
            }

            if (NewRegex().IsMatch(text))
            {
                bare.Add($"{path}: new Regex, use a source-generated one");
            }
        }

        bare.ShouldBeEmpty();
    }

    [Fact]
    public void Repository_Files_NameNoMachine()
    {
        Everything.Value.Where(file => MachinePath().IsMatch(file.Text)).Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Repository_Documents_AreThere()
    {
        foreach (var name in new[] { "README.md", "CONTRIBUTING.md", "DECISIONS.md", "LICENSE", ".editorconfig", "BannedSymbols.txt", "global.json", "deploy/samples/issues.json" })
        {
            File.Exists(Path.Combine(SharedFolder.Repository, name)).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Ci_Run_CallsTheReadmesTestCommand()
    {
        File.ReadAllText(Path.Combine(SharedFolder.Repository, ".ci", "run")).ShouldContain("tests/run.sh");
        File.ReadAllText(Path.Combine(SharedFolder.Repository, "README.md")).ShouldContain("tests/run.sh");
    }

    private static IEnumerable<string> Matches(Regex pattern) =>
        Sources.Value.SelectMany(file => pattern.Matches(file.Text).Select(match => $"{file.Path}: {match.Value}"));

    private static IEnumerable<(string Path, string Text)> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !GeneratedFolder().IsMatch(path))
            .Select(path => (Path.GetRelativePath(SharedFolder.Repository, path), File.ReadAllText(path)));

    [GeneratedRegex(@"[\\/](bin|obj|\.git|TestResults)([\\/]|$)", RegexOptions.None, 1000)]
    private static partial Regex GeneratedFolder();

    [GeneratedRegex(@"class \w*(Extensions|Helper|Helpers|Utils|Manager)\b", RegexOptions.None, 1000)]
    private static partial Regex VagueName();

    [GeneratedRegex(@"^(public|internal)\s+(partial\s+)?class\s+\w+(Consumer|GrpcService)\b", RegexOptions.Multiline, 1000)]
    private static partial Regex UnsealedEdge();

    [GeneratedRegex(@"PurgeOnStartup\s*=\s*true", RegexOptions.None, 1000)]
    private static partial Regex PurgeOnStartup();

    [GeneratedRegex("\"queue:", RegexOptions.None, 1000)]
    private static partial Regex QueueAddress();

    [GeneratedRegex(@"(Consumer|ConsumerDefinition|Registration|Publisher|Broadcaster|ReplayService)s?\.cs$|ServiceDefaults|Standalone", RegexOptions.None, 1000)]
    private static partial Regex EdgeFile();

    [GeneratedRegex(@"\[GeneratedRegex\((?:[^\]""]|""(?:[^""\\]|\\.|"""")*"")*\)\]", RegexOptions.None, 1000)]
    private static partial Regex GeneratedRegexAttribute();

    [GeneratedRegex(@",\s*[\w.]*(Timeout\w*|\d{2,})\s*\)\]$", RegexOptions.None, 1000)]
    private static partial Regex TimeoutArgument();

    [GeneratedRegex(@"new Regex\(", RegexOptions.None, 1000)]
    private static partial Regex NewRegex();

    // Built from parts so that this file does not match itself.
    private static Regex MachinePath() => MachinePattern;

    private static readonly Regex MachinePattern = new("/wor" + "k/(main|wt|shared)|/ro" + "ot/|arti" + "factory", RegexOptions.None, TimeSpan.FromSeconds(1));
}
