using System.Globalization;
using Spectre.Console;

namespace Sikap.Cli;

/// <summary>A sentence of an article with what is said about it.</summary>
/// <param name="Fields">Short facts that stand in columns above the sentence, each with its style.</param>
/// <param name="Sentence">The sentence; null when there is none.</param>
/// <param name="Origin">Where it stands, dimmed beneath it; empty parts are left out.</param>
internal sealed record Entry(IReadOnlyList<(string Text, Style? Style)> Fields, string? Sentence, params IReadOnlyList<string> Origin);

/// <summary>
/// Tables and lists in one style. Everything is made from plain text, never from markup: text of articles may hold brackets.
/// </summary>
internal static class Layout
{
    // A longer field pushes the rest of its line instead of widening the column for all.
    private const int MaxColumnWidth = 36;

    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Quiet = new(decoration: Decoration.Dim);

    /// <summary>A table for short values.</summary>
    public static Table Table(params IEnumerable<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Cell(column, Strong)));
        }

        return table;
    }

    /// <summary>One line of text in a cell.</summary>
    public static Text Cell(string text, Style? style = null) => new(TerminalText.OneLine(text), style);

    /// <summary>A count in a cell.</summary>
    public static Text Number(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A line by itself that stands out.</summary>
    public static void Heading(IAnsiConsole console, string text) => Line(console, text, Strong);

    /// <summary>A line by itself that stands back.</summary>
    public static void Remark(IAnsiConsole console, string text) => Line(console, text, Quiet);

    /// <summary>
    /// Sentences, each under a line with its facts in columns. A sentence gets the whole width of the terminal, which a table would cut into slivers;
    /// into a file it is one line, whatever its length.
    /// </summary>
    public static void Entries(IAnsiConsole console, IReadOnlyList<string> columns, IReadOnlyList<Entry> entries)
    {
        var widths = columns.Select((column, i) => entries
            .Select(entry => TerminalText.OneLine(entry.Fields[i].Text).Length)
            .Where(length => length <= MaxColumnWidth)
            .Append(column.Length)
            .Max()).ToList();
        Fields(console, widths, [.. columns.Select(column => (column, (Style?)Strong))]);
        foreach (var entry in entries)
        {
            Entry(console, entry, widths);
        }
    }

    /// <summary>A sentence with some stretches of it, half-open and in order, standing out.</summary>
    public static void Passage(IAnsiConsole console, string sentence, IReadOnlyList<(int Start, int End)> hits)
    {
        var line = new Paragraph();
        var done = 0;
        foreach (var (start, end) in hits.Where(hit => hit.Start >= 0 && hit.End <= sentence.Length && hit.Start < hit.End))
        {
            // Terms may overlap: what stands out already does so once.
            var from = Math.Max(done, start);
            if (from < end)
            {
                line.Append(Piece(sentence[done..from]));
                line.Append(Piece(sentence[from..end]), Strong);
                done = end;
            }
        }

        line.Append(Piece(sentence[done..]));
        console.Write(new Padder(line, new Padding(4, 0, 0, 0)));

        // The blanks at the ends of a piece part it from the next.
        static string Piece(string text) =>
            (text.Length > 0 && char.IsWhiteSpace(text[0]) ? " " : "") + TerminalText.OneLine(text) + (text.Length > 1 && char.IsWhiteSpace(text[^1]) ? " " : "");
    }

    /// <summary>One entry by itself, its facts a blank apart.</summary>
    public static void Entry(IAnsiConsole console, Entry entry) => Entry(console, entry, [.. entry.Fields.Select(_ => 0)]);

    private static void Entry(IAnsiConsole console, Entry entry, IReadOnlyList<int> widths)
    {
        Fields(console, widths, entry.Fields);
        if (entry.Sentence is { Length: > 0 } sentence)
        {
            var line = TerminalText.OneLine(sentence);
            Indented(console, line.StartsWith('"') || line.StartsWith('“') ? line : $"“{line}”", null);
        }

        var origin = string.Join(" · ", entry.Origin.Select(TerminalText.OneLine).Where(part => part.Length > 0));
        if (origin.Length > 0)
        {
            Indented(console, origin, Quiet);
        }
    }

    private static void Fields(IAnsiConsole console, IReadOnlyList<int> widths, IReadOnlyList<(string Text, Style? Style)> fields)
    {
        var line = new Paragraph();
        for (var i = 0; i < fields.Count; i++)
        {
            var text = TerminalText.OneLine(fields[i].Text);
            line.Append(i == fields.Count - 1 ? text : text.PadRight(widths[i]) + (widths[i] == 0 ? " " : "  "), fields[i].Style);
        }

        console.Write(line);
        console.WriteLine();
    }

    private static void Indented(IAnsiConsole console, string text, Style? style) => console.Write(new Padder(new Text(text, style), new Padding(4, 0, 0, 0)));

    private static void Line(IAnsiConsole console, string text, Style style)
    {
        console.Write(Cell(text, style));
        console.WriteLine();
    }
}
