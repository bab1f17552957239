using System.Text.Json;
using Sikap.Nlp;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>The codebook of the samples.</summary>
internal static class Samples
{
    public static IReadOnlyList<Issue> Issues()
    {
        var file = JsonSerializer.Deserialize<SampleFile>(File.ReadAllText(Path.Combine(SharedFolder.Repository, "deploy", "samples", "issues.json")), JsonSerializerOptions.Web);
        return file!.Issues;
    }

    private sealed record SampleFile(IReadOnlyList<Issue> Issues);
}
