using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>Says which holders in an article stand where on the issues of a codebook. Thread-safe.</summary>
internal interface IStanceClassifier
{
    /// <summary>Reads <paramref name="article"/>. Every stance names the classifier that found it.</summary>
    /// <exception cref="Sikap.ServiceDefaults.StoreUnavailableException">A store that the classifier keeps does not answer; the caller tries again.</exception>
    Task<IssueReading> ClassifyAsync(ExtractedArticle article, Codebook codebook, CancellationToken cancellationToken);
}
