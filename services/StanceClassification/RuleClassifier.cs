using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>The engine's rules: deterministic, needs nothing but the processor.</summary>
internal sealed class RuleClassifier(Engine engine) : IStanceClassifier
{
    public Task<IssueReading> ClassifyAsync(ExtractedArticle article, Codebook codebook, CancellationToken cancellationToken) => Task.FromResult(engine.ReadIssues(article, codebook));
}
