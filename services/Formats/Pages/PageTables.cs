using System.Text;

namespace Sikap.Formats.Pages;

/// <summary>The tables that lie beside the code as text and are built into the library.</summary>
internal static class PageTables
{
    /// <summary>The lines of a table with their numbers, cut at spaces; empty lines and comments (<c>#</c>) left out.</summary>
    public static IEnumerable<(int Number, string[] Fields)> Lines(string name)
    {
        using var stream = typeof(PageTables).Assembly.GetManifestResourceStream($"Sikap.Formats.Pages.{name}") ?? throw new InvalidOperationException($"the table {name} is not built in");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return (number, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }
}
