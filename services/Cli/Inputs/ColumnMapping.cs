using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sikap.Cli;

/// <summary>
/// Which column of a table, or member of a JSON object, says what of an article. A value of the mapping is a column's name, <c>@</c> and a fixed text, or a text with columns in braces (<c>{Lead} {Body}</c>).
/// </summary>
internal sealed partial class ColumnMapping
{
    private static readonly string[] Fields = ["id", "publisher", "published", "text", "title", "url"];
    private const string DateFormat = "published-format";

    private readonly Dictionary<string, string> _columns;

    private ColumnMapping(Dictionary<string, string> columns) => _columns = columns;

    /// <summary>Columns called as the fields of an article are.</summary>
    public static ColumnMapping Default { get; } = new(Fields.ToDictionary(field => field));

    /// <summary>How dates are written where that is not ISO 8601, for example <c>dd/MM/yyyy HH:mm</c>; null where it is.</summary>
    public string? PublishedFormat => _columns.GetValueOrDefault(DateFormat);

    /// <summary>Reads <c>text=Body,title=Headline</c>, or the YAML or JSON file of that name.</summary>
    /// <exception cref="CommandFailure">It is neither, or names no text.</exception>
    public static ColumnMapping Parse(string given)
    {
        var columns = new Dictionary<string, string>();
        if (!given.Contains('=', StringComparison.Ordinal))
        {
            foreach (var (name, value) in ReadFile(given))
            {
                columns[name.Trim().ToLowerInvariant()] = value?.GetValue<string>() ?? "";
            }
        }
        else
        {
            foreach (var pair in given.Split(','))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                // A comma may belong to the value before: publisher=@Kabar Pagi, Bima
                if (equals < 0 && columns.Count > 0)
                {
                    var last = columns.Keys.Last();
                    columns[last] = $"{columns[last]},{pair}";
                    continue;
                }

                columns[pair[..Math.Max(0, equals)].Trim().ToLowerInvariant()] = pair[(equals + 1)..].Trim();
            }
        }

        var unknown = columns.Keys.FirstOrDefault(name => !Fields.Contains(name) && name != DateFormat);
        return unknown is not null ? throw new CommandFailure(ExitCode.Usage, $"--map knows {string.Join(", ", Fields)} and {DateFormat}, not '{unknown}'")
            : !columns.ContainsKey("text") ? throw new CommandFailure(ExitCode.Usage, "--map does not say which column is the text")
            : new ColumnMapping(columns);
    }

    /// <summary>The columns a table lacks for this mapping.</summary>
    public IEnumerable<string> MissingIn(IReadOnlyCollection<string> header) =>
        (ReferenceEquals(this, Default) ? ["text"] : _columns.Where(pair => pair.Key != DateFormat).SelectMany(pair => ColumnsOf(pair.Value)))
            .Where(column => !header.Contains(column, StringComparer.OrdinalIgnoreCase)).Distinct();

    /// <summary>A field of an article.</summary>
    /// <param name="field">One of id, publisher, published, text, title, url.</param>
    /// <param name="column">The value of a column; null where it is missing.</param>
    public string? Value(string field, Func<string, string?> column)
    {
        if (!_columns.TryGetValue(field, out var value))
        {
            return null;
        }

        return value.StartsWith('@') ? value[1..]
            : value.Contains('{', StringComparison.Ordinal) ? Placeholder().Replace(value, match => column(match.Groups[1].Value) ?? "")
            : column(value);
    }

    private static IEnumerable<string> ColumnsOf(string value) =>
        value.StartsWith('@') ? [] : value.Contains('{', StringComparison.Ordinal) ? Placeholder().Matches(value).Select(match => match.Groups[1].Value) : [value];

    private static JsonObject ReadFile(string path)
    {
        try
        {
            return Yaml.Read(File.ReadAllText(path)) as JsonObject is { } mapping && mapping.All(pair => pair.Value is null || pair.Value.GetValueKind() == System.Text.Json.JsonValueKind.String)
                ? mapping : throw new CommandFailure(ExitCode.Usage, $"{path} is no mapping of fields to columns");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailure(ExitCode.Usage, $"--map takes text=COLUMN,... or a file: {exception.Message}");
        }
    }

    /// <summary>A day or a point in time in the format of the mapping, or ISO 8601, as submissions take it; null for anything else.</summary>
    public string? Published(string text)
    {
        if (PublishedFormat is { } format && TryRead(text, format, out var value))
        {
            return ArticleDates.Write(value, isDay: !format.Contains('h', StringComparison.OrdinalIgnoreCase));
        }

        foreach (var iso in ArticleDates.Iso)
        {
            if (TryRead(text, iso, out value))
            {
                return ArticleDates.Write(value, isDay: iso == ArticleDates.Day);
            }
        }

        return null;
    }

    private static bool TryRead(string text, string format, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);

    [GeneratedRegex(@"\{([^{}]+)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();
}

/// <summary>How dates of articles are written.</summary>
internal static class ArticleDates
{
    public const string Day = "yyyy-MM-dd";

    /// <summary>ISO 8601 as people and programs write it.</summary>
    public static readonly string[] Iso =
    [
        Day, "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    /// <summary>A publication as submissions take it: the day, or the time with the offset it came with.</summary>
    public static string Write(DateTimeOffset value, bool isDay) => value.ToString(isDay ? Day : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
