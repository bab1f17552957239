using Sikap.TestKit;

namespace Sikap.Pipeline.Tests;

/// <summary>A running system that has read the sample articles; shared by the tests that only ask.</summary>
public sealed class SampleFlow : IAsyncLifetime
{
    internal static readonly string Folder = Path.Combine(SharedFolder.Repository, "deploy", "samples");

    internal PipelineHost Host { get; private set; } = null!;

    internal IReadOnlyDictionary<string, string> Ids { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await PipelineHost.StartAsync();
        await Host.DefineAsync(PipelineHost.ReadIssues(Path.Combine(Folder, "issues.json")));
        Ids = await Host.SubmitFolderAsync(Path.Combine(Folder, "articles"));
    }

    public async ValueTask DisposeAsync()
    {
        Host.ShouldHaveNoErrors();
        await Host.DisposeAsync();
    }
}
