using System.Globalization;
using System.Text.RegularExpressions;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

/// <summary>What an issue must keep to.</summary>
internal static partial class IssueRules
{
    public const int MaxIdChars = 64;
    public const int MaxTitleChars = 200;
    public const int MaxPropositionChars = 500;
    public const int MaxTermChars = 100;
    public const int MaxTerms = 100;

    /// <summary>Issues that one Analyze call may bring along.</summary>
    public const int MaxAdHocIssues = 100;

    /// <summary>Every violation; empty when the issue is good.</summary>
    /// <param name="issue">Null where the request has none.</param>
    /// <param name="field">Path of the issue in the request.</param>
    public static IReadOnlyList<FieldViolation> Check(Issue? issue, string field)
    {
        if (issue is null)
            return [new FieldViolation(field, "must be given")];
        var violations = new List<FieldViolation>();
        if (IdProblem(issue.Id) is { } problem)
            violations.Add(new FieldViolation($"{field}.id", problem));
        if (issue.ParentId.Length > 0 && IdProblem(issue.ParentId) is { } parent)
            violations.Add(new FieldViolation($"{field}.parent_id", parent));
        CheckLine(violations, $"{field}.title", issue.Title, MaxTitleChars);
        CheckLine(violations, $"{field}.proposition", issue.Proposition, MaxPropositionChars);
        if (issue.Terms.Count > MaxTerms)
            violations.Add(new FieldViolation($"{field}.terms", string.Create(CultureInfo.InvariantCulture, $"has {issue.Terms.Count} entries; at most {MaxTerms} are allowed")));
        else
            CheckTerms(violations, field, issue.Terms);
        return violations;
    }

    /// <summary>Every violation of a list of issues.</summary>
    public static IReadOnlyList<FieldViolation> CheckList(IReadOnlyList<Issue> issues, string field, int least, int most)
    {
        if (issues.Count < least || issues.Count > most)
            return [new FieldViolation(field, string.Create(CultureInfo.InvariantCulture, $"has {issues.Count} entries; {least} to {most} are allowed"))];
        var violations = issues.SelectMany((issue, index) => Check(issue, string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]"))).ToList();
        if (issues.DistinctBy(issue => issue.Id).Count() < issues.Count)
            violations.Add(new FieldViolation(field, "must have different ids"));
        return violations;
    }

    /// <summary>Every id that cannot be one.</summary>
    public static IReadOnlyList<FieldViolation> CheckIds(IReadOnlyList<string> ids, Func<int, string> field)
        => [.. ids.Index().Where(pair => IdProblem(pair.Item) is not null).Select(pair => new FieldViolation(field(pair.Index), IdProblem(pair.Item)!))];

    /// <summary>Why an id cannot be one; null when it can.</summary>
    public static string? IdProblem(string id)
        => IdPattern().IsMatch(id) ? null : $"must be 1 to {MaxIdChars} lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

    private static void CheckTerms(List<FieldViolation> violations, string field, Google.Protobuf.Collections.RepeatedField<string> terms)
    {
        for (var i = 0; i < terms.Count; i++)
            CheckLine(violations, string.Create(CultureInfo.InvariantCulture, $"{field}.terms[{i}]"), terms[i], MaxTermChars);
    }

    private static void CheckLine(List<FieldViolation> violations, string field, string value, int maxChars)
    {
        if (string.IsNullOrWhiteSpace(value))
            violations.Add(new FieldViolation(field, "must not be empty"));
        else if (value.Length > maxChars)
            violations.Add(new FieldViolation(field, string.Create(CultureInfo.InvariantCulture, $"has {value.Length} characters; at most {maxChars} are allowed")));
        else if (value.Any(char.IsControl) || ArticleRules.HasLoneSurrogate(value))
            violations.Add(new FieldViolation(field, "must be one line of text without control characters"));
    }

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IdPattern();
}
