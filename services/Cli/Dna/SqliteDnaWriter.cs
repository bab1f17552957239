using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>
/// Writes articles with their stances as a database of Discourse Network Analyzer: one statement a stance, with the variables person, organization (whom it is said for), concept (the issue)
/// and agreement, and beside them actor (the holder, whatever it is), confidence (in hundredths) and note. Only names are kept in memory.
/// </summary>
internal sealed partial class SqliteDnaWriter : IDisposable
{
    public const string PersonVariable = "person";
    public const string OrganizationVariable = "organization";
    public const string ConceptVariable = "concept";
    public const string AgreementVariable = "agreement";
    public const string ActorVariable = "actor";
    public const string TypeAttribute = "Type";
    public const string CodeAttribute = "Code";
    public const string IssueAttribute = "Issue";
    public const string PropositionAttribute = "Proposition";
    public const string ArticleMark = "Sikap article ";

    private const int Coder = 1;
    private const int StatementType = 1;
    private const int TitleFromTextChars = 80;

    private static readonly (string Name, string Type)[] s_variables =
    [
        (PersonVariable, DnaSchema.ShortTextType), (OrganizationVariable, DnaSchema.ShortTextType), (ConceptVariable, DnaSchema.ShortTextType), (AgreementVariable, ""),
        (ActorVariable, DnaSchema.ShortTextType), ("confidence", DnaSchema.IntegerType), ("note", DnaSchema.LongTextType),
    ];

    private static readonly (string Variable, string Attribute)[] s_attributes =
    [
        (PersonVariable, "Notes"), (OrganizationVariable, TypeAttribute), (OrganizationVariable, CodeAttribute), (OrganizationVariable, "Notes"),
        (ConceptVariable, IssueAttribute), (ConceptVariable, PropositionAttribute), (ConceptVariable, "Notes"), (ActorVariable, TypeAttribute), (ActorVariable, "Notes"),
    ];

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly bool _neutral;
    private readonly IReadOnlyDictionary<string, Issue> _issues;
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<(string Variable, string Value), long> _entities = [];
    private readonly Dictionary<string, long> _concepts = [];
    // Countries and organisations by what they are spoken for under: their names read better than codes.
    private readonly Dictionary<string, (string Name, ActorType Type)> _names = [];

    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="password">Password of the only coder, "Admin".</param>
    /// <param name="neutral">True for an agreement of -1, 0 and 1; false for a boolean one, which has no place for neutral stances.</param>
    /// <param name="issues">The codebook; all of its issues become concepts.</param>
    /// <param name="time">Clock of the file.</param>
    public SqliteDnaWriter(string path, string password, bool neutral, IEnumerable<Issue> issues, TimeProvider time)
    {
        _neutral = neutral;
        _issues = issues.ToDictionary(issue => issue.Id);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        // A file that was not finished is thrown away: no journal is needed to bring it back.
        using (var settings = _connection.CreateCommand())
        {
            settings.CommandText = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF";
            settings.ExecuteNonQuery();
        }
        _transaction = _connection.BeginTransaction();
        using (var tables = _connection.CreateCommand())
        {
            tables.CommandText = DnaSchema.Tables;
            tables.ExecuteNonQuery();
        }
        Run("INSERT INTO SETTINGS VALUES ('version', $version), ('date', $date)", ("$version", DnaSchema.Version), ("$date", time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Run("INSERT INTO CODERS (ID, Name, Red, Green, Password) VALUES ($id, 'Admin', 255, 255, $password)", ("$id", Coder), ("$password", DnaPassword.Hash(password)));
        Run("INSERT INTO STATEMENTTYPES VALUES ($id, 'DNA Statement', 239, 208, 51)", ("$id", StatementType));
        foreach (var (i, variable) in s_variables.Index())
        {
            var type = variable.Type.Length > 0 ? variable.Type : neutral ? DnaSchema.IntegerType : DnaSchema.BooleanType;
            Run("INSERT INTO VARIABLES VALUES ($id, $name, $type, $statement)", ("$id", i + 1), ("$name", variable.Name), ("$type", type), ("$statement", StatementType));
        }
        foreach (var (i, attribute) in s_attributes.Index())
        {
            Run("INSERT INTO ATTRIBUTEVARIABLES VALUES ($id, $variable, $name)", ("$id", i + 1), ("$variable", VariableId(attribute.Variable)), ("$name", attribute.Attribute));
        }
        // New statements in the program begin with the empty value.
        foreach (var variable in s_variables.Where(variable => variable.Type == DnaSchema.ShortTextType))
        {
            Entity(variable.Name, "");
        }
        foreach (var issue in _issues.Values.OrderBy(issue => issue.Id, StringComparer.Ordinal))
        {
            Concept(issue.Id);
        }
    }

    public long Documents { get; private set; }

    public long Statements { get; private set; }

    /// <summary>Neutral stances left out because agreement is boolean.</summary>
    public long NeutralLeftOut { get; private set; }

    /// <summary>An article and its stances.</summary>
    public void Write(ExportedArticle exported)
    {
        var article = exported.Article;
        var (text, move) = DnaText.Normalize(exported.Text);
        Run(
            "INSERT INTO DOCUMENTS VALUES ($id, $title, $text, $coder, $author, $source, '', $notes, $type, $date)",
            ("$id", ++Documents), ("$title", DnaSchema.Fit(article.Title.Length > 0 ? article.Title : Begin(text))), ("$text", text), ("$coder", Coder),
            ("$author", DnaSchema.Fit(string.Join(", ", article.Credits.Where(credit => credit.Role == "author").Select(credit => credit.Name)))),
            ("$source", DnaSchema.Fit(article.Publisher)), ("$notes", $"{ArticleMark}{article.Id}\n{article.Url}".TrimEnd()), ("$type", article.Language), ("$date", DateOf(exported)));
        foreach (var stance in exported.Stances)
        {
            if (stance.Label == StanceLabel.Neutral && !_neutral)
            {
                NeutralLeftOut++;
                continue;
            }
            Write(stance, move);
        }
    }

    /// <summary>Writes what is known at the end only, and closes the file.</summary>
    public void Finish()
    {
        foreach (var (code, named) in _names)
        {
            if (_entities.TryGetValue((OrganizationVariable, DnaSchema.Fit(code)), out var entity))
            {
                var name = DnaSchema.Fit(named.Name);
                if (name != DnaSchema.Fit(code) && !_entities.ContainsKey((OrganizationVariable, name)))
                {
                    Run("UPDATE ENTITIES SET Value = $value WHERE ID = $id", ("$value", name), ("$id", entity));
                }
                Attribute(entity, OrganizationVariable, TypeAttribute, Wording.Of(named.Type));
            }
        }
        // The program expects a value of every attribute for every entity.
        Run(
            """
            INSERT OR IGNORE INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue)
            SELECT e.ID, a.ID, '' FROM ENTITIES e JOIN ATTRIBUTEVARIABLES a ON a.VariableId = e.VariableId
            """);
        _transaction.Commit();
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
        _transaction.Dispose();
        _connection.Dispose();
    }

    private void Write(Stance stance, Func<int, int> move)
    {
        var holder = stance.Holder;
        var isPerson = holder.Type == ActorType.Person;
        var organization = holder.Represents.Length > 0 ? holder.Represents : isPerson ? "" : holder.Name;
        if (!isPerson && holder.Represents.Length > 0 && (holder.Type == ActorType.Country || !_names.ContainsKey(holder.Represents)) && holder.Type is ActorType.Country or ActorType.Organization)
        {
            _names[holder.Represents] = (holder.Name, holder.Type);
        }

        Run(
            "INSERT INTO STATEMENTS VALUES ($id, $type, $document, $start, $stop, $coder)",
            ("$id", ++Statements), ("$type", StatementType), ("$document", Documents), ("$start", move(stance.Evidence.Start)), ("$stop", move(stance.Evidence.End)), ("$coder", Coder));
        ShortText(PersonVariable, Entity(PersonVariable, isPerson ? holder.Name : ""));
        ShortText(OrganizationVariable, Entity(OrganizationVariable, organization, (CodeAttribute, holder.Represents)));
        ShortText(ConceptVariable, Concept(stance.IssueId));
        ShortText(ActorVariable, Entity(ActorVariable, holder.Name, (TypeAttribute, Wording.Of(holder.Type))));
        Run(
            $"INSERT INTO {(_neutral ? "DATAINTEGER" : "DATABOOLEAN")} (StatementId, VariableId, Value) VALUES ($statement, $variable, $value)",
            ("$statement", Statements), ("$variable", VariableId(AgreementVariable)),
            ("$value", stance.Label switch { StanceLabel.Support => 1, StanceLabel.Oppose => _neutral ? -1 : 0, _ => 0 }));
        Run(
            "INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES ($statement, $variable, $value)",
            ("$statement", Statements), ("$variable", VariableId("confidence")), ("$value", (int)Math.Round(stance.Confidence * 100)));
        Run("INSERT INTO DATALONGTEXT (StatementId, VariableId, Value) VALUES ($statement, $variable, $value)", ("$statement", Statements), ("$variable", VariableId("note")), ("$value", stance.Why));
    }

    private void ShortText(string variable, long entity) =>
        Run("INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) VALUES ($statement, $variable, $entity)", ("$statement", Statements), ("$variable", VariableId(variable)), ("$entity", entity));

    private long Concept(string issueId)
    {
        if (_concepts.TryGetValue(issueId, out var known))
        {
            return known;
        }
        var issue = _issues.GetValueOrDefault(issueId) ?? new Issue { Id = issueId, Title = issueId };
        // Two issues may have one title; a concept stands for one.
        var title = DnaSchema.Fit(issue.Title.Length > 0 ? issue.Title : issueId);
        var value = _entities.ContainsKey((ConceptVariable, title)) ? DnaSchema.Fit($"{issueId}: {issue.Title}") : title;
        return _concepts[issueId] = Entity(ConceptVariable, value, (IssueAttribute, issueId), (PropositionAttribute, issue.Proposition));
    }

    private long Entity(string variable, string value, params ReadOnlySpan<(string Attribute, string Value)> attributes)
    {
        value = DnaSchema.Fit(value);
        if (!_entities.TryGetValue((variable, value), out var id))
        {
            id = _entities[(variable, value)] = _entities.Count + 1;
            Run("INSERT INTO ENTITIES (ID, VariableId, Value) VALUES ($id, $variable, $value)", ("$id", id), ("$variable", VariableId(variable)), ("$value", value));
            foreach (var (attribute, text) in attributes)
            {
                if (value.Length > 0)
                {
                    Attribute(id, variable, attribute, text);
                }
            }
        }
        return id;
    }

    private void Attribute(long entity, string variable, string attribute, string value) =>
        Run(
            "INSERT OR REPLACE INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) VALUES ($entity, $attribute, $value)",
            ("$entity", entity), ("$attribute", Array.IndexOf(s_attributes, (variable, attribute)) + 1), ("$value", DnaSchema.Fit(value)));

    private static int VariableId(string variable) => Array.FindIndex(s_variables, candidate => candidate.Name == variable) + 1;

    private static string Begin(string text)
    {
        var line = TerminalText.OneLine(text[..Math.Min(text.Length, TitleFromTextChars)]);
        return line.Length > 0 ? line : "-";
    }

    /// <summary>Seconds since 1970 of the local day and time of publication, as the program counts them; else of the first stance that is dated, else of the arrival.</summary>
    private static long DateOf(ExportedArticle exported)
    {
        var dates = exported.Stances.Select(stance => stance.Date?.Value).Prepend(exported.Article.Published?.Value);
        var local = dates.Select(LocalTime).FirstOrDefault(date => date is not null) ?? exported.Article.AcceptedAt?.ToDateTime() ?? DateTime.UnixEpoch;
        return (long)(local - DateTime.UnixEpoch).TotalSeconds;
    }

    /// <summary>Where a date begins, without its zone; null when there is none.</summary>
    private static DateTime? LocalTime(string? value)
    {
        if (value is null || LocalDate().Match(value) is not { Success: true } match)
        {
            return null;
        }
        var padded = match.Value.Length switch { 4 => $"{match.Value}-01-01T00:00", 7 => $"{match.Value}-01T00:00", 10 => $"{match.Value}T00:00", _ => match.Value };
        return DateTime.TryParseExact(padded, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
    }

    private void Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = _transaction;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }
        }
        foreach (var (name, value) in parameters)
        {
            command.Parameters[name].Value = value;
        }
        command.ExecuteNonQuery();
    }

    [GeneratedRegex("^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2})?)?)?", RegexOptions.None, 1000)]
    private static partial Regex LocalDate();
}
