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

    /// <summary>Every condition of a filter.</summary>
    public RequestCheck Filter(Proto.Filter filter)
    {
        Text("filter.represents", filter.Represents);
        Text("filter.publisher", filter.Publisher);
        Text("filter.article_id", filter.ArticleId);
        Text("filter.report_id", filter.ReportId);
        Text("filter.story_id", filter.StoryId);
        if (filter.Actor.Length > 0)
        {
            Words("filter.actor", filter.Actor);
        }
        if (filter.Text.Length > 0)
        {
            Words("filter.text", filter.Text);
        }
        Require(filter.IssueId.Length == 0 || IssueId().IsMatch(filter.IssueId), "filter.issue_id", "must be 1 to 64 lower-case letters, digits and hyphens");
        Enum("filter.label", filter.Label);
        Require(filter.MinConfidence is >= 0 and <= 1, "filter.min_confidence", "must lie between 0 and 1");
        var dated = Date("filter.from_date", filter.FromDate) & Date("filter.to_date", filter.ToDate);
        return Require(
            !dated || filter.FromDate.Length == 0 || filter.ToDate.Length == 0 || string.CompareOrdinal(filter.FromDate, DateKey.Upper(filter.ToDate)) <= 0,
            "filter.to_date", "must not lie before from_date");
    }

    /// <summary>
    /// The wanted page, the question it belongs to (the request without size and token) and, for a following page, the total of the first. Every list has its fields
    /// <c>page_size</c> and <c>page_token</c>.
    /// </summary>
    public (PageRequest Page, IMessage Question, long? Total) Page(IMessage request)
    {
        var fields = request.Descriptor.Fields;
        var size = (int)fields["page_size"].Accessor.GetValue(request);
        var token = (string)fields["page_token"].Accessor.GetValue(request);
        var question = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        fields["page_size"].Accessor.Clear(question);
        fields["page_token"].Accessor.Clear(question);

        Require(size is >= 0 and <= MaxPageSize, "page_size", $"must lie between 1 and {MaxPageSize}; 0 means {DefaultPageSize}");
        string? key = null;
        long? total = null;
        if (token.Length > 0)
        {
            Require(PageToken.TryDecode(token, question, out var decoded, out var counted), "page_token", "must be the next_page_token of the same question");
            (key, total) = (decoded, counted);
        }
        return (new PageRequest(size == 0 ? DefaultPageSize : size, key), question, total);
    }

    /// <summary>A text of bounded length.</summary>
    public RequestCheck Text(string field, string value) => Require(value.Length <= MaxTextChars, field, $"must have at most {MaxTextChars} characters");

    /// <summary>A text of bounded length with at least one letter or digit.</summary>
    public RequestCheck Words(string field, string value) => Text(field, value).Require(NameKey.Words(value).Count > 0, field, "must contain a letter or digit");

    /// <summary>A value that its enumeration knows.</summary>
    public RequestCheck Enum<T>(string field, T value)
        where T : struct, Enum => Require(System.Enum.IsDefined(value), field, $"must be a value of {typeof(T).Name}");

    /// <summary>Values that their enumeration knows.</summary>
    public RequestCheck Enums<T>(string field, IEnumerable<T> values)
        where T : struct, Enum
    {
        foreach (var (i, value) in values.Index())
        {
            Enum(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), value);
        }
        return this;
    }

    /// <summary>Notes a violation unless <paramref name="holds"/>.</summary>
    public RequestCheck Require(bool holds, string field, string description)
    {
        if (!holds)
        {
            _violations.Add(new FieldViolation(field, description));
        }
        return this;
    }

    /// <summary>Ends the call with INVALID_ARGUMENT if anything was wrong.</summary>
    public void ThrowIfInvalid()
    {
        if (_violations.Count > 0)
        {
            throw GrpcFault.BadRequest(_violations);
        }
    }

    private bool Date(string field, string value)
    {
        var valid = value.Length == 0 || DateTime.TryParseExact(value, s_dateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        Require(valid, field, "must be a date such as 2023, 2023-07 or 2023-07-12");
        return valid;
    }

    [GeneratedRegex("^[a-z0-9-]{1,64}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex IssueId();
}
