using System.Diagnostics;
using System.Globalization;
using Sikap.RabbitMq.Tests;
using Sikap.TestKit;

namespace Sikap.Chaos.Tests;

/// <summary>
/// R14: a steady load for <c>SIKAP_TEST_SOAK_MINUTES</c> with a fault every minute that the services live through. In the end nothing is lost, and neither memory nor open files have grown by more
/// than what the ledger itself takes.
/// </summary>
public sealed class SoakTests
{
    private const double ArticlesPerSecond = 10;

    private static readonly TimeSpan BetweenFaults = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Soak_FaultsEveryMinute_NothingGrows()
    {
        Assert.SkipUnless(int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes), "SIKAP_TEST_SOAK_MINUTES is not set");
        Assert.SkipUnless(RabbitNode.IsInstalled, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)");
        await using var node = await RabbitNode.StartAsync();
        await using var system = await SystemProcesses.StartAsync(await ChaosTests.SettingsAsync(node, disk: null));
        using var client = new SystemClient(system.Gateway);
        await client.DefineIssuesAsync();
        var faults = ChaosTests.Kinds(system, node, disk: null).Where(kind => !kind.Name.StartsWith("kill -9 ", StringComparison.Ordinal) || kind.Name == "kill -9 broker").ToArray();
        var length = TimeSpan.FromMinutes(minutes);
        var watch = Stopwatch.StartNew();
        var looks = new List<(TimeSpan At, Dictionary<string, (long MemoryKb, int Files)> Services)>();
        var submitted = 0;

        var load = Task.Run(async () =>
        {
            while (watch.Elapsed < length)
            {
                await client.SubmitUntilTakenAsync(Text(submitted), TimeSpan.FromMinutes(2));
                submitted++;
                if (TimeSpan.FromSeconds(submitted / ArticlesPerSecond) - watch.Elapsed is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait);
            }
        });
        var looking = Task.Run(async () =>
        {
            while (watch.Elapsed < length)
            {
                looks.Add((watch.Elapsed, system.Running.ToDictionary(service => service, service => Look(system.ProcessIdOf(service)))));
                await Task.Delay(BetweenLooks);
            }
        });
        for (var number = 0; watch.Elapsed + BetweenFaults < length; number++)
        {
            await Task.Delay(BetweenFaults);
            await faults[number % faults.Length].Do();
        }

        await Task.WhenAll(load, looking);
        await client.QueryableAsync(submitted, seconds: 300);
        foreach (var service in system.Running)
        {
            // What a process takes in its first quarter is its start.
            var (early, late) = (Quarter(1), Quarter(3));
            TestContext.Current.SendDiagnosticMessage(
                $"{service}: {early.Memory / 1024:0} MB and {early.Files:0} files in the second quarter of {minutes} min, {late.Memory / 1024:0} MB and {late.Files:0} in the last; {submitted} articles");
            late.Files.ShouldBeLessThan(early.Files + 16, service);
            late.Memory.ShouldBeLessThan(early.Memory * 1.25 + 16 * 1024, service);

            (double Memory, double Files) Quarter(int number)
            {
                var seen = looks.Where(look => look.At >= length / 4 * number && look.At < length / 4 * (number + 1)).Select(look => look.Services[service]).ToList();
                return (seen.Average(look => look.MemoryKb), seen.Average(look => look.Files));
            }
        }
    }

    private static string Text(int number)
    {
        var samples = SystemClient.Samples();
        return $"{samples[number % samples.Count]}\n\nCatatan redaksi nomor {number}.";
    }

    private static (long MemoryKb, int Files) Look(int process)
    {
        var resident = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture), Directory.GetFileSystemEntries($"/proc/{process}/fd").Length);
    }
}
