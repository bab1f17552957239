using Google.Protobuf;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>A codebook file: <c>{"issues": [{"id", "title", "proposition", "terms": [...]}]}</c>.</summary>
internal static class IssuesFile
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <summary>The issues in <paramref name="json"/>. The file has the protobuf JSON of <see cref="ListIssuesResponse"/>, so that what <c>issues list --format json</c> prints can be read back.</summary>
    /// <exception cref="FormatException">It is not such a file; the message says what is wrong.</exception>
    public static IReadOnlyList<Issue> Parse(string json)
    {
        ListIssuesResponse file;
        try
        {
            file = Parser.Parse<ListIssuesResponse>(json);
        }
        catch (Exception exception) when (exception is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new FormatException(exception.Message, exception);
        }

        if (file.Issues.Count == 0)
        {
            throw new FormatException("no issues in it; expected {\"issues\": [{\"id\", \"title\", \"proposition\", \"terms\"}]}");
        }

        foreach (var issue in file.Issues)
        {
            if (issue.Id.Length == 0 || issue.Proposition.Length == 0)
            {
                throw new FormatException($"issue '{issue.Id}' lacks an id or a proposition");
            }
        }

        return file.Issues.GroupBy(issue => issue.Id).FirstOrDefault(group => group.Skip(1).Any()) is { } doubled
            ? throw new FormatException($"issue '{doubled.Key}' is there more than once")
            : file.Issues;
    }
}
