using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Sikap.Standalone.Tests;

/// <summary>What a newcomer sees.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_Exit_PrintsTheMatrixWithEvidenceAndEnds()
    {
        await using var process = StandaloneProcess.Start("--demo", "--exit", "--port-base", "0");

        var code = await process.ExitCodeAsync();

        code.ShouldBe(0, process.Error);
        process.Out.ShouldContain("Kantor penghubung NATO di Tokyo (nato-tokyo-office)");
        MacronLine().IsMatch(process.Out).ShouldBeTrue(process.Out);
        process.Out.ShouldContain("“");
        process.Out.ShouldNotContain("\u001b");
        process.Error.ShouldContain("accepted 01-macron-tolak-kantor-tokyo");
        process.Error.ShouldContain("14 articles");
        process.Error.ShouldNotContain("fail:");
        process.Error.ShouldNotContain("warn:");
    }

    [Fact]
    public async Task Demo_Twice_OnTheSameData_FindsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-standalone-").FullName;
        try
        {
            var outputs = new List<string>();
            for (var run = 0; run < 2; run++)
            {
                await using var process = StandaloneProcess.Start("--demo", "--exit", "--port-base", "0", "--data", folder);
                (await process.ExitCodeAsync()).ShouldBe(0, process.Error);
                outputs.Add(process.Out);
            }

            outputs[1].ShouldBe(outputs[0]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Serve_Sigterm_EndsInOrderAndRemovesTheTemporaryStores()
    {
        await using var process = StandaloneProcess.Start("--port-base", "0");
        await process.GatewayAsync();
        await process.ErrorLineAsync("Ctrl+C ends");
        var folder = TemporaryFolder().Match(process.Error).Groups[1].Value;
        Directory.Exists(folder).ShouldBeTrue(process.Error);

        var code = await process.TerminateAsync();

        code.ShouldBe(0, process.Error);
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Serve_OnAllAddressesWithoutAKey_RefusesInOneLine()
    {
        await using var process = StandaloneProcess.Start("--port-base", "0", "--address", "0.0.0.0");

        var code = await process.ExitCodeAsync();

        code.ShouldBe(1);
        process.Error.ShouldContain("ApiKeys");
        process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Serve_BadOption_RefusesAndNamesIt()
    {
        await using var process = StandaloneProcess.StartWith(new() { ["Query__MaxBatch"] = "0" }, "--port-base", "0");

        var code = await process.ExitCodeAsync();

        code.ShouldBe(1);
        process.Error.ShouldContain("MaxBatch");
    }

    [Fact]
    public async Task PortTaken_SaysWhichAndExits()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var process = StandaloneProcess.Start("--port-base", "0", "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        var code = await process.ExitCodeAsync();

        code.ShouldBe(1);
        process.Error.ShouldContain($"127.0.0.1:{port}");
        process.Error.ShouldContain("--port-base");
    }

    [Theory]
    [InlineData("--exit")]
    [InlineData("--port-base 70000")]
    [InlineData("--address nowhere")]
    [InlineData("--unknown")]
    public async Task WrongUsage_ExitsTwo(string line)
    {
        await using var process = StandaloneProcess.Start(line.Split(' '));

        (await process.ExitCodeAsync()).ShouldBe(2);
        process.Error.ShouldContain("--help");
    }

    [GeneratedRegex(@"temporary folder (\S+),", RegexOptions.None, 1000)]
    private static partial Regex TemporaryFolder();

    [GeneratedRegex(@"Emmanuel Macron \(FRA\)\s+oppose \d", RegexOptions.None, 1000)]
    private static partial Regex MacronLine();
}
