using System.Security.Cryptography;
using System.Text;

namespace Sikap.Cli;

/// <summary>The file format of Discourse Network Analyzer 3: a SQLite database. Tables and columns as the program expects them, since 3.0.7 unchanged.</summary>
internal static class DnaSchema
{
    /// <summary>The version that files are written as; programs of 3.0.x open them.</summary>
    public const string Version = "3.0.7";

    /// <summary>Texts in columns of names and values are shorter than this.</summary>
    public const int MaxValueChars = 190;

    public const string BooleanType = "boolean";
    public const string IntegerType = "integer";
    public const string ShortTextType = "short text";
    public const string LongTextType = "long text";

    /// <summary>All tables, empty.</summary>
    public static string Tables { get; } = Create();

    /// <summary>A value that fits a column of names and values.</summary>
    public static string Fit(string value)
    {
        if (value.Length <= MaxValueChars)
        {
            return value;
        }
        var cut = char.IsHighSurrogate(value[MaxValueChars - 2]) ? MaxValueChars - 2 : MaxValueChars - 1;
        return value[..cut] + "…";
    }

    private static string Create()
    {
        string[] permissions =
        [
            "AddDocuments", "EditDocuments", "DeleteDocuments", "ImportDocuments", "AddStatements", "EditStatements", "DeleteStatements", "EditAttributes", "EditRegex", "EditStatementTypes",
            "EditCoders", "EditCoderRelations", "ViewOthersDocuments", "EditOthersDocuments", "ViewOthersStatements", "EditOthersStatements",
        ];
        const string Key = "ID INTEGER NOT NULL PRIMARY KEY";
        const string Color = "Red INTEGER NOT NULL DEFAULT 0, Green INTEGER NOT NULL DEFAULT 0, Blue INTEGER NOT NULL DEFAULT 0";
        return $"""
            CREATE TABLE SETTINGS (Property TEXT PRIMARY KEY, Value TEXT NOT NULL);
            CREATE TABLE CODERS ({Key}, Name TEXT NOT NULL, {Color}, Refresh INTEGER NOT NULL DEFAULT 0, FontSize INTEGER NOT NULL DEFAULT 14, Password TEXT NOT NULL,
              PopupWidth INTEGER DEFAULT 300, ColorByCoder INTEGER NOT NULL DEFAULT 0, PopupDecoration INTEGER NOT NULL DEFAULT 0, PopupAutoComplete INTEGER NOT NULL DEFAULT 1,
              {string.Join(", ", permissions.Select(permission => $"Permission{permission} INTEGER NOT NULL DEFAULT 1"))});
            CREATE TABLE DOCUMENTS ({Key}, Title TEXT NOT NULL, Text TEXT NOT NULL, {Link("Coder", "CODERS")}, Author TEXT NOT NULL DEFAULT '', Source TEXT NOT NULL DEFAULT '',
              Section TEXT NOT NULL DEFAULT '', Notes TEXT NOT NULL DEFAULT '', Type TEXT NOT NULL DEFAULT '', Date INTEGER NOT NULL);
            CREATE TABLE STATEMENTTYPES ({Key}, Label TEXT NOT NULL, {Color});
            CREATE TABLE VARIABLES ({Key}, Variable TEXT NOT NULL, DataType TEXT NOT NULL DEFAULT '{ShortTextType}', {Link("StatementTypeId", "STATEMENTTYPES")}, UNIQUE (Variable, StatementTypeId));
            CREATE TABLE VARIABLELINKS ({Key}, {Link("SourceVariableId", "VARIABLES")}, {Link("TargetVariableId", "VARIABLES")});
            CREATE TABLE REGEXES (Label TEXT PRIMARY KEY, {Color});
            CREATE TABLE CODERRELATIONS ({Key}, {Link("Coder", "CODERS")}, {Link("OtherCoder", "CODERS")}, viewStatements INTEGER NOT NULL DEFAULT 1, editStatements INTEGER NOT NULL DEFAULT 1,
              viewDocuments INTEGER NOT NULL DEFAULT 1, editDocuments INTEGER NOT NULL DEFAULT 1);
            CREATE TABLE STATEMENTS ({Key}, {Link("StatementTypeId", "STATEMENTTYPES")}, {Link("DocumentId", "DOCUMENTS")}, Start INTEGER NOT NULL, Stop INTEGER NOT NULL, {Link("Coder", "CODERS")});
            CREATE TABLE ENTITIES ({Key}, {Link("VariableId", "VARIABLES", "NOT NULL")}, Value TEXT NOT NULL DEFAULT '', Red INTEGER DEFAULT 0, Green INTEGER DEFAULT 0, Blue INTEGER DEFAULT 0,
              {Link("ChildOf", "ENTITIES")}, UNIQUE (VariableId, Value));
            {Data("BOOLEAN", "Value INTEGER NOT NULL DEFAULT 1")}
            {Data("INTEGER", "Value INTEGER NOT NULL DEFAULT 0")}
            {Data("SHORTTEXT", Link("Entity", "ENTITIES", "NOT NULL"))}
            {Data("LONGTEXT", "Value TEXT DEFAULT ''")}
            CREATE TABLE ATTRIBUTEVARIABLES ({Key}, {Link("VariableId", "VARIABLES", "NOT NULL")}, AttributeVariable TEXT NOT NULL, UNIQUE (VariableId, AttributeVariable));
            CREATE TABLE ATTRIBUTEVALUES ({Key}, {Link("EntityId", "ENTITIES", "NOT NULL")}, {Link("AttributeVariableId", "ATTRIBUTEVARIABLES", "NOT NULL")},
              AttributeValue TEXT NOT NULL DEFAULT '', UNIQUE (EntityId, AttributeVariableId));
            """;

        // The program deletes by these references.
        static string Link(string column, string table, string more = "") => $"{column} INTEGER {more} REFERENCES {table} (ID) ON DELETE CASCADE";

        static string Data(string type, string value) =>
            $"CREATE TABLE DATA{type} ({Key}, {Link("StatementId", "STATEMENTS", "NOT NULL")}, {Link("VariableId", "VARIABLES", "NOT NULL")}, {value}, UNIQUE (StatementId, VariableId));";
    }
}

/// <summary>How the program keeps a coder's password: salt and SHA-256 of salt and password, hashed 100,000 times, in base 64 (the format of Jasypt's StrongPasswordEncryptor).</summary>
internal static class DnaPassword
{
    private const int SaltBytes = 16;
    private const int Iterations = 100_000;

    /// <summary>The password under a new salt.</summary>
    public static string Hash(string password) => Hash(password, RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>True when <paramref name="hash"/> is that of <paramref name="password"/>.</summary>
    public static bool IsOf(string hash, string password) => Hash(password, Convert.FromBase64String(hash)[..SaltBytes]) == hash;

    private static string Hash(string password, byte[] salt)
    {
        byte[] digest = [.. salt, .. Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC))];
        for (var i = 0; i < Iterations; i++)
        {
            digest = SHA256.HashData(digest);
        }
        return Convert.ToBase64String([.. salt, .. digest]);
    }
}

/// <summary>Line ends as the program's text window has them, which its positions count: one character each.</summary>
internal static class DnaText
{
    /// <summary>The text with one line feed for each line end, and where positions in the original lie in it.</summary>
    public static (string Text, Func<int, int> Move) Normalize(string text)
    {
        if (!text.Contains('\r', StringComparison.Ordinal))
        {
            return (text, position => position);
        }
        // Only the carriage return of a pair goes; one that stands alone becomes a line feed.
        var gone = new List<int>();
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] == '\r' && text[i + 1] == '\n')
            {
                gone.Add(i);
            }
        }
        return (text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), Move);

        int Move(int position)
        {
            var before = gone.BinarySearch(position);
            return position - (before < 0 ? ~before : before);
        }
    }
}
