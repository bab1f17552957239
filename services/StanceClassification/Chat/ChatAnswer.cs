using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>
/// Reads what a model answered. Nothing of it is believed that cannot be checked: the holder must be one of the list and the evidence stand in the article word for word, else the whole answer is dropped.
/// </summary>
internal static class ChatAnswer
{
    public static readonly IReadOnlyDictionary<string, StanceLabel> Labels =
        new Dictionary<string, StanceLabel> { ["support"] = StanceLabel.Support, ["oppose"] = StanceLabel.Oppose, ["neutral"] = StanceLabel.Neutral };

    public static readonly IReadOnlyDictionary<string, StanceModality> Modalities = new Dictionary<string, StanceModality>
    {
        ["asserted"] = StanceModality.Asserted, ["conditional"] = StanceModality.Conditional, ["denied"] = StanceModality.Denied, ["reported"] = StanceModality.Reported,
    };

    // A word or two stand in any article.
    private const int MinEvidenceChars = 12;
    private const int MaxReasonChars = 200;

    /// <summary>The stances of an answer.</summary>
    /// <returns><see cref="ChatOutcome.Answered"/> with stances, at most one for each holder, or why the answer is dropped.</returns>
    public static (ChatOutcome Outcome, IReadOnlyList<Stance> Stances) Read(string answer, ChatQuestion question, ExtractedArticle article, Issue issue, long codebookVersion, ChatOptions options)
    {
        Entry?[]? entries;
        try
        {
            entries = JsonSerializer.Deserialize<Answer>(answer, JsonSerializerOptions.Web)?.Stances;
        }
        catch (JsonException)
        {
            return (ChatOutcome.Malformed, []);
        }

        if (entries is null)
            return (ChatOutcome.Malformed, []);
        var stances = new Dictionary<string, Stance>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry is not { Holder: not null, Label: not null, Modality: not null, Evidence: not null, Reason: not null }
                || !Labels.TryGetValue(entry.Label, out var label) || !Modalities.TryGetValue(entry.Modality, out var modality))
                return (ChatOutcome.Malformed, []);
            if (!question.Holders.TryGetValue(entry.Holder, out var holder) || Find(article, entry.Evidence) is not { } evidence)
                return (ChatOutcome.Invented, []);
            var statement = article.Statements.FirstOrDefault(one => one.Speaker?.Name == holder.Name && one.Content.Span.Overlaps(evidence.Span));
            var classifier = NameOf(options.Model);
            stances.TryAdd(holder.Name, new Stance
            {
                Id = Identify(classifier, article.Id, evidence, holder.Name, issue.Id, codebookVersion),
                Holder = statement?.Speaker ?? holder,
                IssueId = issue.Id,
                Label = label,
                Modality = modality,
                Evidence = evidence,
                StatementId = statement?.Id,
                Date = statement?.Date ?? article.Published,
                Confidence = options.Confidence,
                Why = $"chat {options.Model}: {OneLine(entry.Reason)}",
                Classifier = classifier,
            });
        }

        return (ChatOutcome.Answered, [.. stances.Values]);
    }

    /// <summary>Name and version of the classifier that asks <paramref name="model"/>.</summary>
    public static string NameOf(string model) => $"chat {ChatQuestion.Version} {model}";

    /// <summary>The sentence that holds the words, or the words alone where they reach over several; null when the article does not hold them.</summary>
    private static TextSlice? Find(ExtractedArticle article, string words)
    {
        var wanted = words.Trim();
        var start = wanted.Length < MinEvidenceChars ? -1 : article.Text.IndexOf(wanted, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var found = new TextSpan(start, start + wanted.Length);
        var sentence = article.Sentences.FirstOrDefault(sentence => sentence.Contains(found));
        return (sentence.Length > 0 ? sentence : found).Slice(article.Text);
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxReasonChars ? line : line[..(char.IsHighSurrogate(line[MaxReasonChars - 1]) ? MaxReasonChars - 1 : MaxReasonChars)];
    }

    private static string Identify(string classifier, string article, TextSlice evidence, string holder, string issue, long version)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{classifier}\n{article}\n{evidence.Start}\n{evidence.End}\n{holder}\n{issue}\n{version}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private sealed record Answer(Entry?[]? Stances);

    private sealed record Entry(string? Holder, string? Label, string? Modality, string? Evidence, string? Reason);
}
