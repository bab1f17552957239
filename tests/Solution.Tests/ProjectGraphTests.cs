using System.Xml.Linq;
using Sikap.TestKit;

namespace Sikap.Solution.Tests;

/// <summary>Who may reference whom: the rules of the design that a compiler does not check.</summary>
public sealed class ProjectGraphTests
{
    private static readonly string[] Services = ["Ingestion", "Extraction", "StanceClassification", "Query", "Gateway"];

    public static TheoryData<string> ServiceNames => [.. Services];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Service_ProjectReferences_NoOtherService(string service)
    {
        var references = References(Path.Combine(SharedFolder.Repository, "services", service, $"{service}.csproj"));

        references.Intersect(Services.Append("Standalone").Append("Cli")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("services/Nlp/Nlp.csproj")]
    [InlineData("services/Formats/Formats.csproj")]
    [InlineData("services/Grpc/Grpc.csproj")]
    [InlineData("services/MongoClient/MongoClient.csproj")]
    public void Library_ProjectReferences_None(string project)
    {
        References(Path.Combine(SharedFolder.Repository, project)).ShouldBeEmpty();
    }

    [Fact]
    public void Nlp_PackageReferences_None()
    {
        Items("services/Nlp/Nlp.csproj", "PackageReference").ShouldBeEmpty();
    }

    [Fact]
    public void ServiceDefaults_ProjectReferences_NoDomain()
    {
        References(Path.Combine(SharedFolder.Repository, "services/ServiceDefaults/ServiceDefaults.csproj")).ShouldBeEmpty();
    }

    [Fact]
    public void Projects_GrpcReference_OnlyByTheSwitch()
    {
        // Nothing but the build switch and the runtime's own tests may know which gRPC runtime is used.
        var direct = Projects().Where(project => References(project).Contains("Grpc")).Select(Path.GetFileNameWithoutExtension).Order();

        direct.Except(["Grpc.Tests", "Interop.Tests"]).ShouldBeEmpty();
    }

    [Fact]
    public void Projects_MongoReference_OnlyByTheSwitch()
    {
        var direct = Projects().Where(project => References(project).Contains("MongoClient")).Select(Path.GetFileNameWithoutExtension);

        direct.Except(["MongoClient.Tests"]).ShouldBeEmpty();
        Items("services/MongoClient/MongoClient.csproj", "PackageReference").ShouldBeEmpty();
    }

    [Fact]
    public void Projects_Versions_CentralOnly()
    {
        Projects().Where(project => XDocument.Load(project).Descendants("PackageReference").Any(item => item.Attribute("Version") is not null)).ShouldBeEmpty();
    }

    [Fact]
    public void Solution_Lists_EveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(SharedFolder.Repository, "Microservices.sln"));

        Projects().Select(Path.GetFileName).Where(name => !solution.Contains($"\\{name}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Projects_UnderServices_HaveATestProject()
    {
        var services = Directory.GetDirectories(Path.Combine(SharedFolder.Repository, "services")).Select(Path.GetFileName);

        services.Where(name => !Directory.Exists(Path.Combine(SharedFolder.Repository, "tests", $"{name}.Tests"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task OfficialPackages_Switch_SwapsRuntimeForPackages()
    {
        var own = await EvaluateAsync("services/Query/Query.csproj", official: false);
        var official = await EvaluateAsync("services/Query/Query.csproj", official: true);

        own.ShouldContain("services/Grpc/Grpc.csproj");
        own.ShouldNotContain("Grpc.AspNetCore");
        official.ShouldNotContain("services/Grpc/Grpc.csproj");
        official.ShouldContain("Grpc.AspNetCore");
        official.ShouldContain("Grpc.Net.ClientFactory");
    }

    private static async Task<string> EvaluateAsync(string project, bool official)
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet",
            ["msbuild", Path.Combine(SharedFolder.Repository, project), "-getItem:ProjectReference,PackageReference", $"-p:OfficialPackages={official}"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancel.Token);
        await process.WaitForExitAsync(cancel.Token);
        process.ExitCode.ShouldBe(0, output);
        return output.Replace("\\\\", "/", StringComparison.Ordinal).Replace('\\', '/');
    }

    private static IEnumerable<string> Projects() => new[] { "shared-protos", "services", "tests" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(SharedFolder.Repository, folder), "*.csproj", SearchOption.AllDirectories));

    private static IReadOnlyList<string> References(string project) =>
        [.. Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(SharedFolder.Repository, project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
