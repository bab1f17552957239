using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sikap.TestKit;
using YamlDotNet.RepresentationModel;

namespace Sikap.Solution.Tests;

/// <summary>Dashboards, alerts and runbook against the list of signals: a panel on a metric that nobody sends shows nothing and says nothing.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string Deploy = Path.Combine(SharedFolder.Repository, "deploy");

    private static readonly string Alerts = File.ReadAllText(Path.Combine(Deploy, "prometheus", "alerts.yml"));

    public static TheoryData<string> Dashboards => [.. DashboardFiles().Select(file => Path.GetFileName(file))];

    [Fact]
    public void Dashboards_Names_AreOfTheirFiles()
    {
        foreach (var file in DashboardFiles())
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            dashboard.RootElement.GetProperty("uid").GetString().ShouldBe(Path.GetFileNameWithoutExtension(file));
        }

        DashboardFiles().Length.ShouldBeGreaterThan(2);
    }

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void Dashboard_Panels_AskForSignalsThatAreListedAndSayWhatTheyShow(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "dashboards", file)));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();

        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        foreach (var panel in panels)
        {
            panel.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace();
            panel.GetProperty("datasource").GetProperty("uid").GetString().ShouldBe("prometheus");
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                Unlisted(target.GetProperty("expr").GetString()!).ShouldBeEmpty(panel.GetProperty("title").GetString());
            }
        }
    }

    [Fact]
    public void Alerts_Expressions_AskForSignalsThatAreListed()
    {
        var expressions = Rules().Select(rule => rule["expr"]).ToList();

        expressions.Count.ShouldBeGreaterThan(20);
        expressions.SelectMany(Unlisted).ShouldBeEmpty();
    }

    [Fact]
    public void Alerts_Each_HasASeverityARunbookSectionAndATest()
    {
        var alerts = Rules().Where(rule => rule.ContainsKey("alert")).Select(rule => rule["alert"]).ToList();
        var severities = Regex.Count(Alerts, "labels: { severity: (page|ticket) }", RegexOptions.None, TimeSpan.FromSeconds(1));
        var sections = File.ReadLines(Path.Combine(Deploy, "runbook.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);
        var tested = Regex.Matches(File.ReadAllText(Path.Combine(Deploy, "prometheus", "alerts.test.yml")), @"alertname: (\w+)", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups[1].Value);

        severities.ShouldBe(alerts.Count);
        sections.ShouldBe(alerts);
        // Once where it fires and once where nothing happens; some where much happens besides.
        tested.Distinct().ShouldBe(alerts);
        tested.GroupBy(name => name).ShouldAllBe(of => of.Count() > 1);
    }

    [Fact]
    public void Alerts_Boundaries_AreNamedAsBothVersionsOfPrometheusNameThem()
    {
        // Version 2 keeps le="10" as it was sent, version 3 makes it "10.0"; a matcher for one of them alone never fires with the other.
        var matchers = Regex.Matches(Alerts + string.Concat(DashboardFiles().Select(File.ReadAllText)), @"\ble(=~?)\\?""([^""\\]*)", RegexOptions.None, TimeSpan.FromSeconds(1));

        matchers.Count.ShouldBeGreaterThan(3);
        matchers.ShouldAllBe(match => match.Groups[1].Value == "=~" && Regex.IsMatch(match.Groups[2].Value, @"^\d+\(\.0\)\?$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Alerts_LimitsOfQuantiles_AreBoundariesOfTheHistograms()
    {
        // Within a bucket a quantile is drawn out in proportion: without the limit among the boundaries an alert fires on what is far from it.
        var boundaries = Regex.Match(File.ReadAllText(Path.Combine(SharedFolder.Repository, "services", "ServiceDefaults", "TelemetryBuckets.cs")), @"Seconds.*?\[([^\]]*)\]", RegexOptions.Singleline, TimeSpan.FromSeconds(1))
            .Groups[1].Value.Split(", ");

        var limits = Rules().Where(rule => rule["expr"].StartsWith("histogram_quantile", StringComparison.Ordinal)).Select(rule => rule["expr"].Split("> ")[^1]).ToList();

        limits.Count.ShouldBeGreaterThan(2);
        limits.Except(boundaries).ShouldBeEmpty();
    }

    [Fact]
    public void Metrics_Export_IsAsOftenAsTheScrape()
    {
        var scraped = Regex.Match(File.ReadAllText(Path.Combine(Deploy, "prometheus", "prometheus.yml")), @"scrape_interval: (\d+)s", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

        foreach (var file in new[] { Path.Combine(SharedFolder.Repository, "docker-compose.yml"), Path.Combine(Deploy, "k8s", "base", "config.yaml") })
            File.ReadAllText(file).ShouldContain($"OTEL_METRIC_EXPORT_INTERVAL: \"{scraped}000\"");
        File.ReadAllText(Path.Combine(Deploy, "grafana", "provisioning", "datasources", "sikap.yml")).ShouldContain($"timeInterval: {scraped}s");
    }

    [Fact]
    public async Task Alerts_EachMadeToFire_Fires()
    {
        const string Promtool = "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(Promtool), "promtool (Debian's package prometheus) is not installed.");

        await PromtoolAsync("check", "rules", "alerts.yml");
        await PromtoolAsync("test", "rules", "alerts.test.yml");

        static async Task PromtoolAsync(params string[] arguments)
        {
            var start = new ProcessStartInfo(Promtool, arguments) { WorkingDirectory = Path.Combine(Deploy, "prometheus"), RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, await output + await errors);
        }
    }

    [Fact]
    public void Unlisted_MetricNobodySends_IsFound()
        => Unlisted("""sum by (job) (rate(sikap_no_such_metric_total{queue=~".+_error"}[5m])) / sum(sikap:end_to_end:slow_ratio_5m)""").ShouldBe(["sikap_no_such_metric_total"]);

    /// <summary>Metrics that an expression names and neither the list of signals nor a recording rule has.</summary>
    private static IEnumerable<string> Unlisted(string expression)
    {
        // Only what stands outside of label matchers, strings, ranges and groupings is a metric, a function or an operator; functions are followed by a bracket.
        var bare = Aside().Replace(Quoted().Replace(expression, ""), " ");
        return Name().Matches(bare).Select(match => match.Value).Where(name => name.Contains('_', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
            .Except(SignalList.PrometheusNames()).Except(Rules().Where(rule => rule.ContainsKey("record")).Select(rule => rule["record"])).Except(Functions);
    }

    private static readonly string[] Functions = ["histogram_quantile", "label_replace", "predict_linear", "group_left"];

    private static IEnumerable<Dictionary<string, string>> Rules()
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(Alerts);
        yaml.Load(reader);
        return
        [
            .. from YamlMappingNode @group in (YamlSequenceNode)yaml.Documents[0].RootNode["groups"]
               from YamlMappingNode rule in (YamlSequenceNode)@group["rules"]
               select rule.Children.Where(child => child.Value is YamlScalarNode).ToDictionary(child => ((YamlScalarNode)child.Key).Value!, child => ((YamlScalarNode)child.Value).Value!),
        ];
    }

    private static string[] DashboardFiles() => Directory.GetFiles(Path.Combine(Deploy, "grafana", "dashboards"), "*.json");

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without|ignoring)\s*\([^)]*\)", RegexOptions.None, 1000)]
    private static partial Regex Aside();

    [GeneratedRegex(@"[A-Za-z_:][A-Za-z0-9_:]*", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
