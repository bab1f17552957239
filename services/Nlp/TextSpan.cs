using System.Text.Json.Serialization;

namespace Sikap.Nlp;

/// <summary>A half-open stretch [<paramref name="Start"/>, <paramref name="End"/>) of the original article text, in UTF-16 code units.</summary>
/// <param name="Start">First code unit, from 0.</param>
/// <param name="End">One past the last code unit.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>Number of code units.</summary>
    [JsonIgnore]
    public int Length => End - Start;

    /// <summary>True when <paramref name="other"/> lies wholly inside this span.</summary>
    public bool Contains(TextSpan other) => Start <= other.Start && other.End <= End;

    /// <summary>True when the code unit at <paramref name="position"/> lies inside this span.</summary>
    public bool Contains(int position) => Start <= position && position < End;

    /// <summary>True when both spans share at least one code unit.</summary>
    public bool Overlaps(TextSpan other) => Start < other.End && other.Start < End;

    /// <summary>The slice of <paramref name="text"/> that this span covers.</summary>
    public string In(string text) => text[Start..End];

    /// <summary>This span with the text it covers.</summary>
    public TextSlice Slice(string text) => new(Start, End, In(text));
}

/// <summary>A span with the text it covers: <c>Text</c> always equals the slice of the original article text.</summary>
public sealed record TextSlice(int Start, int End, string Text)
{
    /// <summary>The span without its text.</summary>
    [JsonIgnore]
    public TextSpan Span => new(Start, End);
}
