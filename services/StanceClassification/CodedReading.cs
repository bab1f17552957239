using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>Puts hand-made codings in the place of what the classifier found: people who read an article know better than rules.</summary>
internal static class CodedReading
{
    /// <summary>How the classifier of a coded stance begins; the coder's name follows.</summary>
    public const string ClassifierPrefix = "coder ";

    /// <summary>The reading with the coded stances on the issues of <paramref name="codebook"/> that were looked at; what becomes of proposals is not coded and stays.</summary>
    public static IssueReading Apply(IssueReading reading, ExtractedArticle article, Codebook codebook)
    {
        if (article.Coding is not { } coding)
            return reading;
        var covered = coding.IssueIds.Intersect(codebook.Issues.Select(issue => issue.Id)).ToHashSet(StringComparer.Ordinal);
        var coded = coding.Stances.Where(stance => covered.Contains(stance.IssueId)).Select(stance => Stance(stance, article));
        return reading with
        {
            Stances = [.. reading.Stances.Where(stance => !covered.Contains(stance.IssueId)).Concat(coded).OrderBy(stance => stance.Evidence.Start)],
        };
    }

    private static Stance Stance(CodedStance coded, ExtractedArticle article) => new()
    {
        Id = IdOf(coded, article),
        Holder = coded.Holder,
        IssueId = coded.IssueId,
        Label = coded.Label,
        Modality = StanceModality.Asserted,
        Evidence = coded.Span.Slice(article.Text),
        Date = article.Published,
        Confidence = 1,
        Why = coded.Note is null ? $"coded by {coded.Coder}" : $"coded by {coded.Coder}: {coded.Note}",
        Classifier = ClassifierPrefix + coded.Coder,
    };

    private static string IdOf(CodedStance coded, ExtractedArticle article)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{article.Id}\n{coded.Start}\n{coded.End}\n{coded.Holder.Type}\n{coded.Holder.Name}\n{coded.Holder.Represents}\n{coded.IssueId}\n{coded.Label}\n{coded.Coder}\n{coded.Note}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
