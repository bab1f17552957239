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

    /// <summary>Every violation; empty when the request is good.</summary>
    public static IReadOnlyList<FieldViolation> Check(SubmitArticleRequest request)
    {
        var violations = ArticleRules.Check(request.Text, request.PublishedAt).Select(problem => new FieldViolation(problem.Field, problem.Description)).ToList();
        CheckLine(violations, "title", request.Title, MaxTitleChars);
        CheckLine(violations, "publisher", request.Publisher, MaxPublisherChars);
        CheckLine(violations, "url", request.Url, MaxUrlChars);
        CheckLine(violations, "client_ref", request.ClientRef, MaxClientRefChars);
        if (request.Url.Length > 0 && !(Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            violations.Add(new FieldViolation("url", "must be an absolute http or https address"));
        if (request.Coding is { } coding)
            violations.AddRange(CodingIntake.Check(coding, request.Text));
        return violations;
    }

    private static void CheckLine(List<FieldViolation> violations, string field, string value, int maxChars)
    {
        if (value.Length > maxChars)
            violations.Add(new FieldViolation(field, string.Create(CultureInfo.InvariantCulture, $"has {value.Length} characters; at most {maxChars} are allowed")));
        else if (value.Any(char.IsControl))
            violations.Add(new FieldViolation(field, "must not hold control characters"));
        else if (ArticleRules.HasLoneSurrogate(value))
            violations.Add(new FieldViolation(field, "has half a surrogate pair; it was decoded wrongly"));
    }
}
