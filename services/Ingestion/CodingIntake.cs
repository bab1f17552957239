using System.Globalization;
using System.Text.Json;
using Sikap.Contracts;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>Hand-made codings: what they must keep to, and the form in which they are kept and passed on.</summary>
internal static class CodingIntake
{
    public const int MaxIssues = 1_000;
    public const int MaxStances = 1_000;
    public const int MaxEvidenceChars = 400_000;
    public const int MaxNameChars = 200;
    public const int MaxCoderChars = 100;
    public const int MaxNoteChars = 200;

    private const int MaxIssueIdChars = 64;

    /// <summary>Every violation; empty when the coding is good for <paramref name="text"/>.</summary>
    public static IEnumerable<FieldViolation> Check(Proto.Coding coding, string text)
    {
        var violations = new List<FieldViolation>();
        if (coding.IssueIds.Count > MaxIssues)
            violations.Add(new FieldViolation("coding.issue_ids", $"has {Count(coding.IssueIds.Count)} entries; at most {Count(MaxIssues)} are allowed"));
        else
            violations.AddRange(coding.IssueIds.Index().Where(id => !IsIssueId(id.Item)).Select(id => new FieldViolation($"coding.issue_ids[{Count(id.Index)}]", "is no id of an issue")));
        if (coding.Stances.Count > MaxStances)
        {
            violations.Add(new FieldViolation("coding.stances", $"has {Count(coding.Stances.Count)} entries; at most {Count(MaxStances)} are allowed"));
            return violations;
        }

        var issues = coding.IssueIds.ToHashSet(StringComparer.Ordinal);
        foreach (var (i, stance) in coding.Stances.Index())
            violations.AddRange(Check(stance, issues, text).Select(problem => new FieldViolation($"coding.stances[{Count(i)}].{problem.Field}", problem.Description)));
        if (coding.Stances.Sum(stance => (long)Math.Max(0, (stance.Evidence?.End ?? 0) - (stance.Evidence?.Start ?? 0))) > MaxEvidenceChars)
            violations.Add(new FieldViolation("coding.stances", $"have passages of more than {Count(MaxEvidenceChars)} UTF-16 code units together"));
        return violations;
    }

    /// <summary>A checked coding as it is kept, its passages where they stand in the text that is stored.</summary>
    /// <param name="coding">Passages are spans of <paramref name="text"/>.</param>
    /// <param name="text">The submitted text.</param>
    /// <param name="stored">The same text, perhaps with other white space.</param>
    /// <returns>Null when the texts differ in more than white space.</returns>
    public static string? Write(Proto.Coding coding, string text, string stored)
    {
        if (WhiteSpaceMap.Between(text, stored) is not { } map)
            return null;
        var stances = coding.Stances.Select(stance =>
        {
            var (start, end) = map.Move(stance.Evidence.Start, stance.Evidence.End);
            var holder = new Actor(stance.Holder.Name.Trim(), (ActorType)((int)stance.Holder.Type - 1), stance.Holder.Represents.Trim() is { Length: > 0 } represents ? represents : null);
            return new CodedStance(holder, stance.IssueId, stance.Label.ToNlp()!.Value, start, end, stance.Coder, stance.Note.Length == 0 ? null : stance.Note);
        });
        return JsonSerializer.Serialize(new Coding
        {
            Revision = 0,
            IssueIds = [.. coding.IssueIds.Distinct().Order(StringComparer.Ordinal)],
            Stances = [.. stances.OrderBy(stance => stance.Start).ThenBy(stance => stance.End)],
        });
    }

    /// <summary>The coding of a stored article; null when it has none.</summary>
    public static Coding? Read(ArticleRecord article) => article.Coding is null
        ? null
        : (JsonSerializer.Deserialize<Coding>(article.Coding) ?? throw new JsonException("The stored coding is empty.")) with { Revision = article.CodingRevision };

    private static IEnumerable<(string Field, string Description)> Check(Proto.CodedStance stance, HashSet<string> issues, string text)
    {
        if (stance.Evidence is not { } evidence || evidence.Start < 0 || evidence.Start >= evidence.End || evidence.End > text.Length)
            yield return ("evidence", "must be at least one code unit within the text");
        else if (evidence.Text.Length > 0 && !text.AsSpan(evidence.Start, evidence.End - evidence.Start).SequenceEqual(evidence.Text))
            yield return ("evidence.text", "must be empty or the slice of the text");
        else if (string.IsNullOrWhiteSpace(text[evidence.Start..evidence.End]))
            yield return ("evidence", "must not be white space only");
        if (!IsLine(stance.Holder?.Name, 1, MaxNameChars))
            yield return ("holder.name", $"must be one line of 1 to {Count(MaxNameChars)} characters");
        if (!IsLine(stance.Holder?.Represents, 0, MaxNameChars))
            yield return ("holder.represents", $"must be one line of at most {Count(MaxNameChars)} characters");
        if (stance.Holder?.Type is null or Proto.ActorType.Unspecified || !Enum.IsDefined(stance.Holder.Type))
            yield return ("holder.type", "must be a kind of actor");
        if (!issues.Contains(stance.IssueId))
            yield return ("issue_id", "must be one of coding.issue_ids");
        if (stance.Label == Proto.StanceLabel.Unspecified || !Enum.IsDefined(stance.Label))
            yield return ("label", "must be SUPPORT, OPPOSE or NEUTRAL");
        if (!IsLine(stance.Coder, 1, MaxCoderChars))
            yield return ("coder", $"must be one line of 1 to {Count(MaxCoderChars)} characters");
        if (!IsLine(stance.Note, 0, MaxNoteChars))
            yield return ("note", $"must be one line of at most {Count(MaxNoteChars)} characters");
    }

    private static bool IsLine(string? text, int least, int most)
        => (text ?? "") is var line && line.Trim().Length >= least && line.Length <= most && !line.Any(char.IsControl) && !ArticleRules.HasLoneSurrogate(line);

    private static bool IsIssueId(string id)
        => id.Length is > 0 and <= MaxIssueIdChars && id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
