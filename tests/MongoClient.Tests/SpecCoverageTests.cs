using System.Text.Json;
using MongoDB.Bson;
using Sikap.MongoClient.Tests.Unified;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests;

/// <summary>Nothing of the specification tests is left out in silence: what is not run stands in <c>left-out.tsv</c> with its reason, and the counts stand in the README.</summary>
public sealed class SpecCoverageTests
{
    private static readonly string[] Suites =
    [
        "bson-corpus", "connection-string", "uri-options", "auth/tests/legacy", "auth/tests/unified", "server-discovery-and-monitoring/tests/rs", "server-discovery-and-monitoring/tests/single",
        "server-discovery-and-monitoring/tests/sharded", "server-discovery-and-monitoring/tests/load-balanced", "server-discovery-and-monitoring/tests/errors",
        "server-discovery-and-monitoring/tests/monitoring", "server-discovery-and-monitoring/tests/unified", "server-selection/tests/server_selection", "server-selection/tests/in_window",
        "server-selection/tests/rtt", "server-selection/tests/logging", "retryable-writes",
    ];

    [Fact]
    public void Suites_Together_HoldEveryFile()
    {
        Assert.SkipUnless(SpecFile.Present, "../shared/conformance/mongodb is not here");

        Suites.SelectMany(SpecFile.Under).Order(StringComparer.Ordinal).ShouldBe(SpecFile.Under("."));
    }

    [Fact]
    public void LeftOut_Entries_NameWhatIsThere()
    {
        Assert.SkipUnless(SpecFile.Present, "../shared/conformance/mongodb is not here");
        var all = Suites.SelectMany(suite => SpecFile.Under(suite).SelectMany(file => Cases(file).Select(description => (file, description)))).ToList();

        LeftOut.Entries.Where(entry => !all.Any(each => entry.Covers(each.file, each.description))).ShouldBeEmpty();
        LeftOut.Entries.ShouldAllBe(entry => entry.Reason.Length > 10 && (entry.Kind == "refused" || entry.Kind == "left-out"));
    }

    [Fact]
    public void Readme_Counts_AreThoseOfTheSuites()
    {
        Assert.SkipUnless(SpecFile.Present, "../shared/conformance/mongodb is not here");
        var rows = Suites.Select(suite =>
        {
            var cases = SpecFile.Under(suite).SelectMany(file => Cases(file).Select(description => LeftOut.Find(file, description)?.Kind)).ToList();
            var (refused, leftOut) = (cases.Count(kind => kind == "refused"), cases.Count(kind => kind == "left-out"));
            return (suite, All: cases.Count, Run: cases.Count - refused - leftOut, Refused: refused, LeftOut: leftOut);
        }).ToList();
        var lines = rows.Select(row => $"| {row.suite} | {row.All} | {row.Run} | {row.Refused} | {row.LeftOut} |")
            .Append($"| all | {rows.Sum(row => row.All)} | {rows.Sum(row => row.Run)} | {rows.Sum(row => row.Refused)} | {rows.Sum(row => row.LeftOut)} |");

        var readme = File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", "MongoClient", "README.md"));

        foreach (var line in lines)
        {
            readme.ShouldContain(line);
        }
    }

    [Fact]
    public void Unified_CasesThatRun_HaveAServerThatFits()
    {
        Assert.SkipUnless(SpecFile.Present, "../shared/conformance/mongodb is not here");
        var files = SpecFile.Under("retryable-writes").Concat(SpecFile.Under("server-discovery-and-monitoring/tests/unified"));

        var without = files.SelectMany(file =>
        {
            var spec = BsonDocument.Parse(SpecFile.Text(file));
            return spec["tests"].AsBsonArray.Select(test => test.AsBsonDocument)
                .Where(test => LeftOut.Find(file, test["description"].AsString) is null && UnifiedRun.Fitting(spec, test) is null).Select(test => $"{file}\t{test["description"]}");
        });

        without.ShouldBeEmpty();
    }

    /// <summary>Descriptions of a file's cases; one for a file that is a case itself.</summary>
    private static List<string> Cases(string file)
    {
        var spec = SpecFile.Json(file);
        var cases = new[] { "tests", "valid", "decodeErrors", "parseErrors" }.SelectMany(name => spec.List(name)).Select(test => test.String("description") ?? JsonSerializer.Serialize(test)).ToList();
        return cases.Count > 0 ? cases : [spec.String("description") ?? "*"];
    }
}
