using System.CommandLine;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The options that say which network is wanted.</summary>
internal sealed class NetworkOptions
{
    private readonly FilterOptions _filter = new();
    private readonly Option<string> _nodes = Choice("--nodes", "What the nodes are: two-mode (actors and issues), actors (who agrees with whom) or issues", "two-mode", "two-mode", "actors", "issues");
    private readonly Option<string> _qualifier = Choice(
        "--qualifier", "What support and opposition do to a weight: subtract, ignore, combine (two-mode only), congruence or conflict (actors and issues only)",
        "subtract", "ignore", "combine", "congruence", "conflict", "subtract");
    private readonly Option<string> _normalize = Choice(
        "--normalize", "What weights are divided by: no, activity or prominence (two-mode), average, jaccard or cosine (actors and issues)",
        "no", "no", "average", "jaccard", "cosine", "activity", "prominence");
    private readonly Option<string> _duplicates = Choice(
        "--duplicates", "Count all statements (include), or one actor's same position on an issue only once in each article, week, month, year, or in all (range)",
        "include", "include", "article", "week", "month", "year", "range");
    private readonly Option<string?> _window = new("--window") { Description = "One network for each window that moves over time: events, days, weeks, months or years", HelpName = "unit" };
    private readonly Option<int> _windowSize = new("--window-size") { Description = "Units of a window; 3 months reach one month to both sides of their centre", HelpName = "number" };
    private readonly Option<bool> _rollUp = new("--roll-up") { Description = "One node for everybody who speaks for the same country or organisation" };
    private readonly Option<bool> _neutral = new("--neutral") { Description = "Neutral stances count too, halfway between support and opposition" };
    private readonly Option<bool> _isolates = new("--isolates") { Description = "All nodes of the selection in every window" };

    public NetworkOptions()
    {
        _window.AcceptOnlyFromAmong("events", "days", "weeks", "months", "years");
        _windowSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--window-size takes a number above 0.");
            }
        });
    }

    /// <summary>Gives <paramref name="command"/> the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _nodes, _qualifier, _normalize, _duplicates, _window, _windowSize, _rollUp, _neutral, _isolates })
        {
            command.Options.Add(option);
        }
        _filter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_window) is null != result.GetResult(_windowSize) is null)
            {
                result.AddError("--window and --window-size belong together.");
            }
        });
    }

    /// <summary>True when there may be several windows.</summary>
    public bool IsWindowed(ParseResult parsed) => parsed.GetValue(_window) is not null;

    /// <summary>The network asked for on the command line.</summary>
    public GetNetworkRequest Read(ParseResult parsed, bool articles) => new()
    {
        Filter = _filter.Read(parsed),
        Kind = parsed.GetValue(_nodes) switch { "actors" => NetworkKind.Actors, "issues" => NetworkKind.Issues, _ => NetworkKind.TwoMode },
        RollUp = parsed.GetValue(_rollUp) ? RollUp.Represents : RollUp.Unspecified,
        Qualifier = Enum.Parse<QualifierAggregation>(parsed.GetRequiredValue(_qualifier), ignoreCase: true),
        Neutral = parsed.GetValue(_neutral),
        Normalization = Enum.TryParse<Normalization>(parsed.GetValue(_normalize), ignoreCase: true, out var normalization) ? normalization : Normalization.Unspecified,
        Duplicates = Enum.TryParse<Duplicates>(parsed.GetValue(_duplicates), ignoreCase: true, out var duplicates) ? duplicates : Duplicates.Unspecified,
        TimeWindow = Enum.TryParse<TimeWindow>(parsed.GetValue(_window), ignoreCase: true, out var unit) ? unit : TimeWindow.Unspecified,
        WindowSize = parsed.GetValue(_windowSize),
        Isolates = parsed.GetValue(_isolates),
        Articles = articles,
    };

    private static Option<string> Choice(string name, string description, string usual, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "how", DefaultValueFactory = _ => usual };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
