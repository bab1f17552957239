using System.Globalization;
using Microsoft.Data.Sqlite;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>Which variables of a statement type mean what.</summary>
/// <param name="StatementType">Label of the statement type; null = the one that has the other variables.</param>
/// <param name="Person">Variable of persons.</param>
/// <param name="Organization">Variable of organisations.</param>
/// <param name="Concept">Variable of concepts.</param>
/// <param name="Agreement">Variable that tells support from opposition.</param>
internal sealed record DnaVariables(string? StatementType, string Person, string Organization, string Concept, string Agreement);

/// <summary>A concept: an issue-to-be.</summary>
/// <param name="Value">Its words.</param>
/// <param name="IssueId">Id of the issue it was exported from; empty for others.</param>
/// <param name="Proposition">The proposition it was exported with; empty for others.</param>
internal sealed record DnaConcept(string Value, string IssueId, string Proposition);

/// <summary>A coded statement.</summary>
internal sealed record DnaStatement(long Id, int Start, int Stop, Actor Holder, string Concept, StanceLabel Label, string Coder);

/// <summary>A document with its statements, those that say nothing left out.</summary>
/// <param name="Local">Date and time as the program shows them; it knows no zones.</param>
internal sealed record DnaDocument(long Id, string Title, string Text, string Source, string Notes, DateTime Local, IReadOnlyList<DnaStatement> Statements)
{
    /// <summary>Statements without a concept or without anybody who holds it.</summary>
    public int Skipped { get; init; }
}

/// <summary>Reads a database of Discourse Network Analyzer 3, document by document.</summary>
internal sealed class SqliteDnaReader : IDisposable
{
    // Within the years 1 to 9999, whatever the zone.
    private const long MaxSeconds = 62_000_000_000;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly long _statementType;
    private readonly Dictionary<string, (long Id, string Type)> _variables;
    private readonly DnaVariables _names;
    private readonly Dictionary<long, (string Value, Dictionary<string, string> Attributes)> _entities = [];

    /// <summary>Opens the file and finds the variables.</summary>
    /// <exception cref="CommandFailure">It cannot be read, is no such database, or has no such variables.</exception>
    public SqliteDnaReader(string path, DnaVariables names)
    {
        (_path, _names) = (path, names);
        if (!File.Exists(path))
        {
            throw Failure("there is no such file");
        }
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            var version = Rows("SELECT Value FROM SETTINGS WHERE Property = 'version'", reader => reader.GetString(0)).FirstOrDefault() ?? "none";
            if (!version.StartsWith("3.", StringComparison.Ordinal))
            {
                throw Failure($"its version is {version}; only databases of Discourse Network Analyzer 3 can be read. The program itself brings older ones up to date");
            }
            (_statementType, _variables) = FindVariables();
            ReadEntities();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>How many documents there are.</summary>
    public long Documents => Rows("SELECT count(*) FROM DOCUMENTS", reader => reader.GetInt64(0)).Single();

    /// <summary>All concepts, also those that no statement uses.</summary>
    public IEnumerable<DnaConcept> Concepts() =>
        Rows("SELECT ID FROM ENTITIES WHERE VariableId = $variable ORDER BY ID", reader => reader.GetInt64(0), ("$variable", _variables[_names.Concept].Id))
            .Select(id => _entities[id])
            .Where(entity => entity.Value.Length > 0)
            .Select(entity => new DnaConcept(entity.Value, entity.Attributes.GetValueOrDefault(SqliteDnaWriter.IssueAttribute, ""), entity.Attributes.GetValueOrDefault(SqliteDnaWriter.PropositionAttribute, "")));

    /// <summary>The documents, one after the other.</summary>
    /// <exception cref="CommandFailure">The file is damaged, or the agreement has values that cannot be told apart into support and opposition.</exception>
    public IEnumerable<DnaDocument> Read()
    {
        foreach (var id in Rows("SELECT ID FROM DOCUMENTS ORDER BY ID", reader => reader.GetInt64(0)))
        {
            var (title, text, source, notes, seconds) = Rows(
                "SELECT Title, Text, Source, Notes, Date FROM DOCUMENTS WHERE ID = $id",
                reader => (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4)), ("$id", id)).Single();
            if (Math.Abs(seconds) > MaxSeconds)
            {
                throw Failure(string.Create(CultureInfo.InvariantCulture, $"document {id} has no date of the calendar ({seconds} seconds since 1970)"));
            }
            var coded = Statements(id);
            var statements = coded.OfType<DnaStatement>().ToList();
            yield return new DnaDocument(id, title, DnaText.Normalize(text).Text, source, notes, DateTime.UnixEpoch.AddSeconds(seconds), statements) { Skipped = coded.Count - statements.Count };
        }
    }

    public void Dispose() => _connection.Dispose();

    private List<DnaStatement?> Statements(long document)
    {
        var (agreement, type) = _variables[_names.Agreement];
        return Rows(
            $"""
            SELECT s.ID, s.Start, s.Stop, (SELECT Name FROM CODERS WHERE ID = s.Coder),
              (SELECT Value FROM {(type == DnaSchema.BooleanType ? "DATABOOLEAN" : "DATAINTEGER")} WHERE StatementId = s.ID AND VariableId = $agreement),
              {Short("$person")}, {Short("$organization")}, {Short("$concept")}, {Short("$actor")}
            FROM STATEMENTS s WHERE s.DocumentId = $document AND s.StatementTypeId = $type ORDER BY s.Start, s.ID
            """,
            reader =>
            {
                var concept = Value(reader, 7);
                return concept.Length == 0 || reader.IsDBNull(4) || HolderOf(Entity(reader, 5), Entity(reader, 6), Entity(reader, 8)) is not { } holder
                    ? null
                    : new DnaStatement(
                        reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), holder, concept, LabelOf(reader.GetInt64(4), type, reader.GetInt64(0)),
                        reader.IsDBNull(3) ? "" : reader.GetString(3));
            },
            ("$document", document), ("$type", _statementType), ("$agreement", agreement), ("$person", IdOf(_names.Person)), ("$organization", IdOf(_names.Organization)),
            ("$concept", _variables[_names.Concept].Id), ("$actor", IdOf(SqliteDnaWriter.ActorVariable)));

        static string Short(string variable) => $"(SELECT Entity FROM DATASHORTTEXT WHERE StatementId = s.ID AND VariableId = {variable})";
    }

    private static Actor? HolderOf(
        (string Value, Dictionary<string, string> Attributes) person, (string Value, Dictionary<string, string> Attributes) organization, (string Value, Dictionary<string, string> Attributes) actor)
    {
        var represents = organization.Attributes.TryGetValue(SqliteDnaWriter.CodeAttribute, out var code) && organization.Value.Length > 0 ? code : organization.Value;
        // What we exported names the holder whatever it is, unless a coder has changed the person or organisation since.
        if (person.Value.Length > 0)
        {
            return new Actor { Name = person.Value, Type = ActorType.Person, Represents = represents };
        }
        if (actor.Value.Length > 0 && actor.Attributes.TryGetValue(SqliteDnaWriter.TypeAttribute, out var type) && Enum.TryParse<ActorType>(type, ignoreCase: true, out var kind) && kind is not (ActorType.Unspecified or ActorType.Person))
        {
            return new Actor { Name = actor.Value, Type = kind, Represents = represents };
        }
        return organization.Value.Length > 0 ? new Actor { Name = organization.Value, Type = ActorType.Organization, Represents = represents } : null;
    }

    private StanceLabel LabelOf(long value, string type, long statement) => (type, value) switch
    {
        (DnaSchema.BooleanType, 0) => StanceLabel.Oppose,
        (DnaSchema.BooleanType, _) => StanceLabel.Support,
        (_, 1) => StanceLabel.Support,
        (_, 0) => StanceLabel.Neutral,
        (_, -1) => StanceLabel.Oppose,
        _ => throw Failure($"statement {statement} has a {_names.Agreement} of {value}; of an integer variable -1 (opposes), 0 (neutral) and 1 (supports) can be read"),
    };

    private (long Type, Dictionary<string, (long Id, string Type)> Variables) FindVariables()
    {
        var types = Rows(
            "SELECT t.ID, t.Label, v.ID, v.Variable, v.DataType FROM STATEMENTTYPES t JOIN VARIABLES v ON v.StatementTypeId = t.ID ORDER BY t.ID, v.ID",
            reader => (Type: reader.GetInt64(0), Label: reader.GetString(1), Id: reader.GetInt64(2), Name: reader.GetString(3), DataType: reader.GetString(4)))
            .GroupBy(variable => (variable.Type, variable.Label)).ToList();
        var found = types.Find(type => (_names.StatementType is null || type.Key.Label == _names.StatementType) && Problem(type.ToDictionary(variable => variable.Name, variable => variable.DataType)) is null);
        if (found is not null)
        {
            return (found.Key.Type, found.ToDictionary(variable => variable.Name, variable => (variable.Id, variable.DataType)));
        }
        var known = string.Join("; ", types.Select(type => $"\"{type.Key.Label}\": {string.Join(", ", type.Select(variable => $"{variable.Name} ({variable.DataType})"))}"));
        throw Failure(
            $"""
            no statement type{(_names.StatementType is { } wanted ? $" \"{wanted}\"" : "")} with the short text variables {_names.Concept} and {_names.Person} or {_names.Organization} and the boolean or integer variable {_names.Agreement}
            It has {known}
            Name the variables with --statement-type, --person, --organization, --concept and --agreement
            """);

        string? Problem(Dictionary<string, string> variables) =>
            variables.GetValueOrDefault(_names.Concept) != DnaSchema.ShortTextType ? _names.Concept
            : variables.GetValueOrDefault(_names.Agreement) is not (DnaSchema.BooleanType or DnaSchema.IntegerType) ? _names.Agreement
            : variables.GetValueOrDefault(_names.Person) != DnaSchema.ShortTextType && variables.GetValueOrDefault(_names.Organization) != DnaSchema.ShortTextType ? _names.Person
            : null;
    }

    private void ReadEntities()
    {
        foreach (var (id, value) in Rows("SELECT ID, Value FROM ENTITIES", reader => (reader.GetInt64(0), reader.GetString(1))))
        {
            _entities[id] = (value.Trim(), []);
        }
        foreach (var (entity, name, value) in Rows(
            "SELECT v.EntityId, a.AttributeVariable, v.AttributeValue FROM ATTRIBUTEVALUES v JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId",
            reader => (reader.GetInt64(0), reader.GetString(1), reader.GetString(2))))
        {
            if (_entities.TryGetValue(entity, out var known))
            {
                known.Attributes[name] = value;
            }
        }
    }

    private long IdOf(string variable) => _variables.TryGetValue(variable, out var known) && known.Type == DnaSchema.ShortTextType ? known.Id : 0;

    private (string Value, Dictionary<string, string> Attributes) Entity(SqliteDataReader reader, int column) =>
        !reader.IsDBNull(column) && _entities.TryGetValue(reader.GetInt64(column), out var entity) ? entity : ("", []);

    private string Value(SqliteDataReader reader, int column) => Entity(reader, column).Value;

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var rows = new List<T>();
        try
        {
            if (_connection.State != System.Data.ConnectionState.Open)
            {
                _connection.Open();
            }
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(map(reader));
            }
        }
        catch (SqliteException e)
        {
            throw Failure($"no database of Discourse Network Analyzer 3, or a damaged one ({e.Message})");
        }
        catch (InvalidCastException e)
        {
            throw Failure($"a column holds what does not belong there ({e.Message})");
        }
        return rows;
    }

    private CommandFailure Failure(string problem) => new(ExitCode.Usage, $"{_path}: {problem}.");
}
