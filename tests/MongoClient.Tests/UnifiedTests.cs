using MongoDB.Bson;
using Sikap.MongoClient.Tests.Unified;

namespace Sikap.MongoClient.Tests;

/// <summary>The specification's tests in the unified format, against servers of this process.</summary>
public sealed class RetryableWriteSpecTests
{
    public static TheoryData<string> Files => UnifiedFiles.Of("retryable-writes/tests/unified");

    [Theory]
    [MemberData(nameof(Files))]
    public Task Cases_OfTheSpecification_Hold(string file) => UnifiedFiles.RunAsync(file);
}

/// <summary>The specification's tests in the unified format, against servers of this process. Alone: some of its files give a server 250 ms to answer.</summary>
[CollectionDefinition(nameof(DiscoverySpecTests), DisableParallelization = true)]
[Collection(nameof(DiscoverySpecTests))]
public sealed class DiscoverySpecTests
{
    public static TheoryData<string> Files => UnifiedFiles.Of("server-discovery-and-monitoring/tests/unified");

    [Theory]
    [MemberData(nameof(Files))]
    public Task Cases_OfTheSpecification_Hold(string file) => UnifiedFiles.RunAsync(file);
}

internal static class UnifiedFiles
{
    internal static TheoryData<string> Of(string folder) => [.. SpecFile.Under(folder).Where(file => LeftOut.Find(file, "*") is null)];

    internal static async Task RunAsync(string file)
    {
        var spec = BsonDocument.Parse(SpecFile.Text(file));
        var failures = new List<string>();
        foreach (var test in spec["tests"].AsBsonArray.Select(item => item.AsBsonDocument))
        {
            var description = test["description"].AsString;
            if (LeftOut.Find(file, description) is not null)
            {
                continue;
            }

            try
            {
                await UnifiedRun.RunAsync(spec, test);
            }
            catch (Exception failure)
            {
                failures.Add($"{description}: {failure}");
            }
        }

        failures.ShouldBeEmpty();
    }
}
