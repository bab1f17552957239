using Microsoft.Extensions.Options;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>
/// Asks a model about the issues that an article touches. Where its answer is missing or does not hold, the stances of the rules stand, and their reason says so. What has become of the proposals
/// is always told by the rules.
/// </summary>
internal sealed class ChatClassifier(RuleClassifier rules, ChatEndpoint endpoint, IChatStore store, IOptions<ChatOptions> options, TimeProvider time) : IStanceClassifier
{
    private readonly ChatOptions _options = options.Value;

    public async Task<IssueReading> ClassifyAsync(ExtractedArticle article, Codebook codebook, CancellationToken cancellationToken)
    {
        var reading = await rules.ClassifyAsync(article, codebook, cancellationToken);
        var touched = codebook.Issues.Where(issue => IsTouched(issue, article, reading)).ToList();
        if (touched.Count == 0)
            return reading;

        var deadline = time.GetUtcNow() + _options.ArticleTimeout;
        var answers = await Task.WhenAll(touched.Select(async (issue, place) =>
        {
            var (outcome, stances) = place >= _options.MaxIssuesPerArticle || article.Text.Length > _options.MaxArticleChars
                ? (ChatOutcome.TooMuch, (IReadOnlyList<Stance>)[])
                : await AskAsync(article, issue, codebook.Version, deadline, cancellationToken);
            Telemetry.ChatAnswers.Add(1, new KeyValuePair<string, object?>(Telemetry.OutcomeTag, TagOf(outcome)));
            return outcome is ChatOutcome.Answered or ChatOutcome.Cached
                ? stances
                : [.. reading.Stances.Where(stance => stance.IssueId == issue.Id).Select(stance => stance with { Why = $"{stance.Why} ({ReasonOf(outcome)}: the rules stand in)" })];
        }));
        var asked = touched.Select(issue => issue.Id).ToHashSet(StringComparer.Ordinal);
        return reading with
        {
            Stances = [.. reading.Stances.Where(stance => !asked.Contains(stance.IssueId)).Concat(answers.SelectMany(stances => stances))
                .OrderBy(stance => stance.Evidence.Start).ThenBy(stance => stance.IssueId, StringComparer.Ordinal).ThenBy(stance => stance.Holder.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>The rules found something on it, or a term stands in the text: to ask about every issue of a codebook would cost much and tell nothing.</summary>
    private static bool IsTouched(Issue issue, ExtractedArticle article, IssueReading reading) =>
        reading.Stances.Any(stance => stance.IssueId == issue.Id) || reading.States.Any(state => state.IssueId == issue.Id)
        || issue.Terms.Any(term => article.Text.Contains(term, StringComparison.OrdinalIgnoreCase));

    private async Task<(ChatOutcome Outcome, IReadOnlyList<Stance> Stances)> AskAsync(
        ExtractedArticle article, Issue issue, long codebookVersion, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (ChatQuestion.Create(article, issue, _options) is not { } question)
            return (ChatOutcome.Answered, []);
        if (await store.FindAnswerAsync(question.Key, cancellationToken) is { } kept
            && ChatAnswer.Read(kept, question, article, issue, codebookVersion, _options) is { Outcome: ChatOutcome.Answered, Stances: var known })
            return (ChatOutcome.Cached, known);

        var (outcome, answer) = await endpoint.AskAsync(question, deadline, cancellationToken);
        if (answer is null)
            return (outcome, []);
        var read = ChatAnswer.Read(answer, question, article, issue, codebookVersion, _options);
        // Only what holds is kept: another time the model may do better.
        if (read.Outcome == ChatOutcome.Answered)
            await store.KeepAnswerAsync(question.Key, answer, _options.CacheEntries, cancellationToken);
        return read;
    }

    private static string TagOf(ChatOutcome outcome) => outcome switch
    {
        ChatOutcome.OverBudget => "over_budget",
        ChatOutcome.TooMuch => "too_much",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    private static string ReasonOf(ChatOutcome outcome) => outcome switch
    {
        ChatOutcome.Away => "chat endpoint away",
        ChatOutcome.Slow => "chat endpoint too slow",
        ChatOutcome.Refused => "chat endpoint refused",
        ChatOutcome.OverBudget => "chat budget spent",
        ChatOutcome.Malformed => "chat answer malformed",
        ChatOutcome.Invented => "chat answer not borne out by the article",
        _ => "too much to ask a model",
    };
}
