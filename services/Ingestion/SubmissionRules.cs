using System.Globalization;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>What a submission must keep to.</summary>
internal static class SubmissionRules
{
    public const int MaxTitleChars = 1_000;
    public const int MaxPublisherChars = 200;
    public const int MaxUrlChars = 2_000;
    public const int MaxClientRefChars = 256;

    /// <summary>Largest page, so that it fits in a message of 4 MiB with everything beside it.</summary>
    public const int MaxPageBytes = 3_000_000;

    public const int MaxAuthors = 50;

    private const int MaxMediaTypeChars = 200;

    /// <summary>Every violation; empty when the request is good.</summary>
    public static IReadOnlyList<FieldViolation> Check(SubmitArticleRequest request)
    {
        // Of a page the text is known once it is read.
        var violations = ArticleRules.Check(request.Page is null ? request.Text : "-", request.PublishedAt).Select(problem => new FieldViolation(problem.Field, problem.Description)).ToList();
        if (request.Page is { } page)
            CheckPage(violations, request, page);
        CheckLine(violations, "title", request.Title, MaxTitleChars);
        CheckLine(violations, "publisher", request.Publisher, MaxPublisherChars);
        CheckLine(violations, "url", request.Url, MaxUrlChars);
        CheckLine(violations, "client_ref", request.ClientRef, MaxClientRefChars);
        if (request.Published.Length > 0 && request.PublishedAt is not null)
            violations.Add(new FieldViolation("published", "comes in place of published_at; give one of them"));
        else if (request.Published.Length > 0 && PublicationText.Parse(request.Published) is null)
            violations.Add(new FieldViolation("published", "must be a day or a time with its offset in ISO 8601: 2023-07-12, 2023-07-12T05:30+07:00"));
        if (request.Authors.Count > MaxAuthors)
            violations.Add(new FieldViolation("authors", string.Create(CultureInfo.InvariantCulture, $"has {request.Authors.Count} names; at most {MaxAuthors} are allowed")));
        foreach (var author in request.Authors.Take(MaxAuthors))
            CheckLine(violations, "authors", author, MaxPublisherChars);
        if (request.Url.Length > 0 && !ArticleRules.IsItemName(request.Url)
            && !(Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            violations.Add(new FieldViolation("url", "must be an absolute http or https address, or a urn: or tag: that names the item"));
        if (request.Coding is { } coding && request.Page is null)
            violations.AddRange(CodingIntake.Check(coding, request.Text));
        return violations;
    }

    private static void CheckPage(List<FieldViolation> violations, SubmitArticleRequest request, Page page)
    {
        if (request.Text.Length > 0)
            violations.Add(new FieldViolation("page", "comes in place of the text; give one of them"));
        if (request.Coding is not null)
            violations.Add(new FieldViolation("coding", "is made of a text, and a page has none until it is read"));
        if (page.Content.IsEmpty)
            violations.Add(new FieldViolation("page.content", "must not be empty"));
        else if (page.Content.Length > MaxPageBytes)
            violations.Add(new FieldViolation("page.content", string.Create(CultureInfo.InvariantCulture, $"has {page.Content.Length} bytes; at most {MaxPageBytes} are allowed")));
        CheckLine(violations, "page.media_type", page.MediaType, MaxMediaTypeChars);
    }

    /// <summary>Adds what is wrong with a field of one line.</summary>
    public static void CheckLine(List<FieldViolation> violations, string field, string value, int maxChars)
    {
        if (value.Length > maxChars)
            violations.Add(new FieldViolation(field, string.Create(CultureInfo.InvariantCulture, $"has {value.Length} characters; at most {maxChars} are allowed")));
        else if (value.Any(char.IsControl))
            violations.Add(new FieldViolation(field, "must not hold control characters"));
        else if (ArticleRules.HasLoneSurrogate(value))
            violations.Add(new FieldViolation(field, "has half a surrogate pair; it was decoded wrongly"));
    }
}
