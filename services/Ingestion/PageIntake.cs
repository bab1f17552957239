using Sikap.Contracts;
using Sikap.Formats;
using Sikap.Formats.Pages;
using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>What a page tells of its article, in the measures of a submission.</summary>
internal static class PageIntake
{
    /// <summary>Why there is no article in a page that was read; null when there is one.</summary>
    public static string? Problem(PageArticle page) => page.Kind switch
    {
        _ when string.IsNullOrWhiteSpace(page.Text) => "has no article",
        PageKind.Listing => "is a list of links, not an article",
        PageKind.Other => "has no article",
        _ => ArticleRules.TextProblem(page.TextWithCredits) is { } problem ? $"its text {problem}" : null,
    };

    /// <summary>The article of a page; id and time of acceptance are still to be given.</summary>
    public static ArticleRecord ToArticle(PageArticle page)
    {
        var article = new ArticleRecord
        {
            Id = "",
            AcceptedAt = default,
            Text = page.TextWithCredits,
            Title = Line(page.Title, SubmissionRules.MaxTitleChars),
            Publisher = Line(page.Publisher, SubmissionRules.MaxPublisherChars),
            CanonicalUrl = page.CanonicalUrl is { AbsoluteUri: { Length: <= SubmissionRules.MaxUrlChars } address } ? address : null,
            Modified = page.Modified is { Precision: not StampPrecision.Day } modified ? modified.Value : null,
            Authors = [.. page.Authors.Select(author => Line(author, SubmissionRules.MaxPublisherChars)).OfType<string>().Take(SubmissionRules.MaxAuthors)],
        };
        return page.Published is { } stamp ? Dated(article, stamp) : article;
    }

    /// <summary>An article with its publication as a document tells it.</summary>
    public static ArticleRecord Dated(ArticleRecord article, Stamp stamp) => article with
    {
        Published = stamp.Value,
        PublishedPrecision = stamp.Precision == StampPrecision.Day ? DatePrecision.Day : DatePrecision.Minute,
        PublishedFrom = stamp.From,
    };

    /// <summary>A line without control characters and halves of characters, cut to a length; null for none.</summary>
    public static string? Line(string? value, int maxChars)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        var clean = new string([.. value.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        if (clean.Length > maxChars)
            clean = clean[..(maxChars - (char.IsHighSurrogate(clean[maxChars - 1]) ? 1 : 0))];
        return clean.Length == 0 || ArticleRules.HasLoneSurrogate(clean) ? null : clean;
    }
}
