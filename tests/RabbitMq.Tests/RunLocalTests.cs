using System.Diagnostics;
using System.Globalization;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>O6: the whole system on a machine without containers, by the script that operators use.</summary>
public sealed class RunLocalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task RunLocal_StartSubmitStop_LeavesNoProcessAndKeepsTheData()
    {
        Assert.SkipUnless(RabbitNode.IsInstalled, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)");
        var folder = Directory.CreateTempSubdirectory("sikap-local-").FullName;
        var ports = ConsecutivePorts();
        try
        {
            string id;
            try
            {
                (await RunAsync("start", folder, ports)).ShouldContain("Gateway on");
                using var client = new SystemClient(new Uri($"http://127.0.0.1:{ports}"));
                await client.DefineIssuesAsync();
                id = await client.SubmitAsync(SystemClient.Samples()[0]);
                await client.QueryableAsync(1, seconds: 60);
                (await RunAsync("status", folder, ports)).Split('\n').Count(line => line.Contains("serving on", StringComparison.Ordinal)).ShouldBe(5);
            }
            finally
            {
                await RunAsync("stop", folder, ports);
            }

            Directory.GetFiles(folder, "*.pid").ShouldBeEmpty();
            Processes(folder).ShouldBeEmpty();
            File.Exists(Path.Combine(folder, "data", "query.db")).ShouldBeTrue();
            id.ShouldNotBeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string command, string folder, int ports)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(SharedFolder.Repository, "deploy", "run-local.sh"), command, folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SIKAP_PORT_BASE"] = ports.ToString(CultureInfo.InvariantCulture);
        start.Environment["CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, $"{command}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Processes whose environment names the folder: the broker, the services and whatever they started.</summary>
    private static List<string> Processes(string folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains($"HOME={folder}/broker", StringComparison.Ordinal))
                    found.Add(File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' '));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is somebody else's.
            }
        }

        return found;
    }

    /// <summary>The first of eight ports in a row that nobody has.</summary>
    private static int ConsecutivePorts()
    {
        for (var first = 21_000 + (Environment.ProcessId % 1_000 * 8); ; first += 8)
        {
            var taken = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
            if (Enumerable.Range(first, 8).All(port => !taken.Contains(port)))
                return first;
        }
    }
}
