using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Collects everything that is wrong with a request, so that the client learns it in one answer.</summary>
internal sealed partial class RequestCheck
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;
    // Longer than any name, id or phrase one searches for; bounds the cost of a question.
    private const int MaxTextChars = 256;

    private static readonly string[] s_dateFormats = ["yyyy", "yyyy-MM", "yyyy-MM-dd"];

    private readonly List<FieldViolation> _violations = [];

    /// <summary>The checked filter; an absent one filters nothing.</summary>
    public Proto.Filter Filter(Proto.Filter? filter)
    {
        if (filter is null)
        {
            return new Proto.Filter();
        }
        Text("filter.actor", filter.Actor);
        Text("filter.represents", filter.Represents);
        Text("filter.publisher", filter.Publisher);
        Text("filter.article_id", filter.ArticleId);
        Text("filter.text", filter.Text);
        Words("filter.actor", filter.Actor);
        Words("filter.text", filter.Text);
        Require(filter.IssueId.Length == 0 || IssueId().IsMatch(filter.IssueId), "filter.issue_id", "must be 1 to 64 lower-case letters, digits and hyphens");
        Require(Enum.IsDefined(filter.Label), "filter.label", "must be a value of StanceLabel");
        Require(filter.MinConfidence is >= 0 and <= 1, "filter.min_confidence", "must lie between 0 and 1");
        var dated = Date("filter.from_date", filter.FromDate) & Date("filter.to_date", filter.ToDate);
        Require(
            !dated || filter.FromDate.Length == 0 || filter.ToDate.Length == 0 || string.CompareOrdinal(filter.FromDate, DateKey.Upper(filter.ToDate)) <= 0,
            "filter.to_date", "must not lie before from_date");
        return filter;
    }

    /// <summary>The wanted page and, for a following one, the total of the first. <paramref name="question"/> is the request without size and token.</summary>
    public (PageRequest Page, long? Total) Page(int size, string token, IMessage question)
    {
        Require(size is >= 0 and <= MaxPageSize, "page_size", $"must lie between 1 and {MaxPageSize}; 0 means {DefaultPageSize}");
        string? key = null;
        long? total = null;
        if (token.Length > 0)
        {
            Require(PageToken.TryDecode(token, question, out var decoded, out var counted), "page_token", "must be the next_page_token of the same question");
            (key, total) = (decoded, counted);
        }
        return (new PageRequest(size == 0 ? DefaultPageSize : size, key), total);
    }

    /// <summary>A text of bounded length.</summary>
    public string Text(string field, string value)
    {
        Require(value.Length <= MaxTextChars, field, $"must have at most {MaxTextChars} characters");
        return value;
    }

    /// <summary>Notes a violation unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string field, string description)
    {
        if (!holds)
        {
            _violations.Add(new FieldViolation(field, description));
        }
    }

    /// <summary>Ends the call with INVALID_ARGUMENT if anything was wrong.</summary>
    public void ThrowIfInvalid()
    {
        if (_violations.Count > 0)
        {
            throw GrpcFault.BadRequest(_violations);
        }
    }

    private void Words(string field, string value) =>
        Require(value.Length == 0 || NameKey.Words(value).Count > 0, field, "must contain a letter or digit");

    private bool Date(string field, string value)
    {
        var valid = value.Length == 0 || DateTime.TryParseExact(value, s_dateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        Require(valid, field, "must be a date such as 2023, 2023-07 or 2023-07-12");
        return valid;
    }

    [GeneratedRegex("^[a-z0-9-]{1,64}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex IssueId();
}
