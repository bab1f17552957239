using System.Diagnostics;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Grpc.Tests;

/// <summary>The build can be told to use gRPC for .NET itself. Its packages may not be restorable here, so the tests look at what the build asks for.</summary>
public sealed class OfficialPackagesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Graph_WithAndWithoutTheSwitch_HasOneRuntimeOnly(bool official)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = SharedFolder.Repository };
        foreach (var argument in new[]
        {
            "msbuild", Path.Combine("shared-protos", "Contracts.csproj"), "-getItem:PackageReference,ProjectReference", $"-p:OfficialPackages={(official ? "true" : "false")}", "-nologo",
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        process.ExitCode.ShouldBe(0, output);
        using var document = JsonDocument.Parse(output);
        var packages = Names(document, "PackageReference");
        var projects = Names(document, "ProjectReference").Select(Path.GetFileName).ToList();
        projects.Contains("Grpc.csproj").ShouldBe(!official);
        packages.Contains("Grpc.AspNetCore").ShouldBe(official);
        packages.Contains("Grpc.Net.ClientFactory").ShouldBe(official);
        packages.Contains("Grpc.AspNetCore.HealthChecks").ShouldBe(official);
        packages.Contains("Grpc.AspNetCore.Server.Reflection").ShouldBe(official);
        packages.Contains("Grpc.StatusProto").ShouldBe(official);
    }

    private static List<string> Names(JsonDocument document, string item) =>
        [.. document.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(each => each.GetProperty("Identity").GetString()!.Replace('\\', '/'))];
}
