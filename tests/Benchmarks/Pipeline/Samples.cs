using Sikap.Nlp;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>The codebook of the samples.</summary>
internal static class Samples
{
    public static IReadOnlyList<Issue> Issues() => IssuesFile.Parse(File.ReadAllText(Path.Combine(SharedFolder.Repository, "deploy", "samples", "issues.json")));
}
