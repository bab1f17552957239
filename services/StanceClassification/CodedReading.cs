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

    /// <summary>
    /// The reading with the coded stances on the issues in use that were looked at; what becomes of proposals is not coded and stays. Codes on a merged issue count for the one in its place.
    /// Where only a part of that was looked at, whoever has a code there has no other stance on it, and the classifier speaks for everybody else.
    /// </summary>
    public static IssueReading Apply(IssueReading reading, ExtractedArticle article, IssueMerges merges)
    {
        if (article.Coding is not { } coding)
            return reading;
        var looked = coding.IssueIds.ToHashSet(StringComparer.Ordinal);
        var covered = coding.IssueIds.Select(merges.InUse).OfType<string>().Distinct().ToDictionary(id => id, id => merges.IsLookedAt(id, looked), StringComparer.Ordinal);
        // A passage that was coded on two issues of a merge in the same way is one stance.
        var coded = coding.Stances
            .Select(stance => merges.InUse(stance.IssueId) is { } issue ? Stance(stance with { IssueId = issue }, article) : null)
            .OfType<Stance>().DistinctBy(stance => stance.Id).ToList();
        var holders = coded.Select(stance => (stance.IssueId, NameOf(stance.Holder))).ToHashSet();
        return reading with
        {
            Stances =
            [
                .. reading.Stances.Where(stance => !covered.TryGetValue(stance.IssueId, out var whole) || (!whole && !holders.Contains((stance.IssueId, NameOf(stance.Holder)))))
                    .Concat(coded).OrderBy(stance => stance.Evidence.Start),
            ],
        };
    }

    // As the ledger knows them.
    private static string NameOf(Actor holder) => (holder.Person ?? holder.Name).ToUpperInvariant();

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
