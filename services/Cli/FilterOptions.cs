using System.CommandLine;
using System.Text.RegularExpressions;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The conditions that narrow an answer; joined by "and".</summary>
internal sealed partial class FilterOptions
{
    private readonly Option<string> _issue = new("--issue", "-i") { Description = "Issue id, see: sikap issues list", HelpName = "id" };
    private readonly Option<string> _actor = new("--actor", "-a") { Description = "Name of the speaker or holder, or words of it", HelpName = "name" };
    private readonly Option<string> _represents = new("--represents", "-r") { Description = "Country or organisation spoken for: FRA, Prancis, France, NATO", HelpName = "name" };
    private readonly Option<string> _publisher = new("--publisher", "-p") { Description = "Outlet", HelpName = "name" };
    private readonly Option<string> _article = new("--article") { Description = "Article id", HelpName = "id" };
    private readonly Option<string> _report = new("--report") { Description = "Copies of one text: the article that names the group, see: sikap clusters", HelpName = "id" };
    private readonly Option<string> _story = new("--story") { Description = "Reports on one event: the article that names the group, see: sikap clusters --stories", HelpName = "id" };
    private readonly Option<string> _label = new("--label", "-l") { Description = "support, oppose or neutral" };
    private readonly Option<string> _from = new("--from") { Description = "First date: 2023, 2023-07 or 2023-07-12", HelpName = "date" };
    private readonly Option<string> _to = new("--to") { Description = "Last date, included", HelpName = "date" };
    private readonly Option<double> _minConfidence = new("--min-confidence") { Description = "0 to 1", HelpName = "number" };
    private readonly Option<string> _text = new("--text", "-t") { Description = "Words the sentence contains", HelpName = "words" };

    public FilterOptions()
    {
        _label.AcceptOnlyFromAmong("support", "oppose", "neutral");
        foreach (var date in new[] { _from, _to })
        {
            date.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string>() is { } value && !IsoDate().IsMatch(value))
                {
                    result.AddError($"{date.Name}: '{value}' is no date; write 2023, 2023-07 or 2023-07-12.");
                }
            });
        }

        _minConfidence.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
            {
                result.AddError("--min-confidence takes a number from 0 to 1.");
            }
        });
    }

    /// <summary>Gives <paramref name="command"/> the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _issue, _actor, _represents, _publisher, _article, _report, _story, _label, _from, _to, _minConfidence, _text })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The conditions given on the command line.</summary>
    public Filter Read(ParseResult parsed) => new()
    {
        IssueId = parsed.GetValue(_issue) ?? "",
        Actor = parsed.GetValue(_actor) ?? "",
        Represents = parsed.GetValue(_represents) ?? "",
        Publisher = parsed.GetValue(_publisher) ?? "",
        ArticleId = parsed.GetValue(_article) ?? "",
        ReportId = parsed.GetValue(_report) ?? "",
        StoryId = parsed.GetValue(_story) ?? "",
        Label = parsed.GetValue(_label) switch
        {
            "support" => StanceLabel.Support,
            "oppose" => StanceLabel.Oppose,
            "neutral" => StanceLabel.Neutral,
            _ => StanceLabel.Unspecified,
        },
        FromDate = parsed.GetValue(_from) ?? "",
        ToDate = parsed.GetValue(_to) ?? "",
        MinConfidence = parsed.GetValue(_minConfidence),
        Text = parsed.GetValue(_text) ?? "",
    };

    [GeneratedRegex(@"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\z", RegexOptions.None, 1000)]
    private static partial Regex IsoDate();
}
