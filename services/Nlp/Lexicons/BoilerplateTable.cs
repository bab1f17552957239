using System.Buffers;

namespace Sikap.Nlp.Lexicons;

/// <summary>
/// What lines outside the story begin with or hold, with what they are, ready to look up by the first letter: every line and every sentence near the end of
/// one is asked. Immutable.
/// </summary>
internal sealed class BoilerplateTable
{
    private readonly (string Beginning, string Kind)[][] _byFirst;
    private readonly SearchValues<string> _inside;

    public BoilerplateTable(List<(string Form, string Kind)> lines)
    {
        _inside = SearchValues.Create([.. lines.Where(line => line.Kind == "inside").Select(line => line.Form)], StringComparison.OrdinalIgnoreCase);
        Photos = [.. lines.Where(line => line.Kind == "photo").Select(line => line.Form).OrderByDescending(form => form.Length)];
        Sections = [.. lines.Where(line => line.Kind == "section").Select(line => line.Form)];
        var beginnings = lines.Where(line => line.Kind is not ("inside" or "photo" or "section")).OrderByDescending(line => line.Form.Length).ToList();
        _byFirst = new (string, string)[beginnings.Max(line => line.Form[0]) + 1][];
        for (var first = 0; first < _byFirst.Length; first++)
        {
            _byFirst[first] = [.. beginnings.Where(line => line.Form[0] == first)];
        }
    }

    /// <summary>Beginnings of the brackets that credit a picture, longest first.</summary>
    public string[] Photos { get; }

    /// <summary>Sections in capitals before a dash.</summary>
    public string[] Sections { get; }

    /// <summary>Beginnings with this first letter in either case, longest first.</summary>
    public ReadOnlySpan<(string Beginning, string Kind)> From(char first)
    {
        first = char.ToLowerInvariant(first);
        return first < _byFirst.Length ? _byFirst[first] : [];
    }

    /// <summary>True when a short line holds a phrase that marks it.</summary>
    public bool IsInside(ReadOnlySpan<char> line) => line.ContainsAny(_inside);
}
