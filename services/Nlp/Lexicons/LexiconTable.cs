using System.Reflection;
using System.Text;

namespace Sikap.Nlp.Lexicons;

/// <summary>One line of a lexicon table: its fields and where it stands, so that a bad value can be named.</summary>
internal readonly record struct LexiconLine(string Table, int Number, string[] Fields)
{
    /// <summary>The fault at this line, worded for the person who edits the table.</summary>
    public InvalidOperationException Fault(string what) => new($"Lexicon {Table}, line {Number}: {what}");

    /// <summary>The names of a field, which stand between bars; a lone hyphen means none.</summary>
    public string[] List(int field) => Fields[field] == "-" ? [] : Fields[field].Split('|', StringSplitOptions.TrimEntries);
}

/// <summary>
/// Reads a lexicon: UTF-8, one entry a line, fields between tabs, <c>#</c> opens a comment line. A line with another number of fields,
/// an empty field or blanks around a field is refused by table name and line number.
/// </summary>
internal static class LexiconTable
{
    /// <summary>Lines of an embedded table such as <c>id/cues.tsv</c>.</summary>
    /// <exception cref="InvalidOperationException">The table is missing or has a bad line.</exception>
    public static List<LexiconLine> Load(string table, int fields)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(table)
            ?? throw new InvalidOperationException($"Lexicon {table} is not embedded in the assembly");
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return Parse(table, reader.ReadToEnd(), fields);
    }

    /// <summary>Lines of a table given as text.</summary>
    /// <exception cref="InvalidOperationException">A line is bad.</exception>
    public static List<LexiconLine> Parse(string table, string content, int fields)
    {
        var result = new List<LexiconLine>();
        var number = 0;
        foreach (var raw in content.Split('\n'))
        {
            number++;
            var text = raw.TrimEnd('\r');
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var line = new LexiconLine(table, number, text.Split('\t'));
            if (line.Fields.Length != fields)
            {
                throw line.Fault($"{fields} fields between tabs are expected, {line.Fields.Length} found");
            }

            foreach (var field in line.Fields)
            {
                if (field.Length == 0 || char.IsWhiteSpace(field[0]) || char.IsWhiteSpace(field[^1]))
                {
                    throw line.Fault("a field is empty or has blanks around it; write - for none");
                }
            }

            result.Add(line);
        }

        return result;
    }
}
