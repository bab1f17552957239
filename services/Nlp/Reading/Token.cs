using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Reading;

/// <summary>What a token is made of.</summary>
internal enum TokenKind : byte { Word, Number, Punctuation, Quote, SingleQuote }

/// <summary>A token of the normalised text.</summary>
internal struct Token
{
    /// <summary>First code unit in the normalised text.</summary>
    public int Start;

    /// <summary>One past the last code unit.</summary>
    public int End;

    /// <summary>Number of the lower-cased form in the lexicon; -1 for an unknown form.</summary>
    public int Word;

    /// <summary>What the tables say about the form.</summary>
    public WordClass Class;

    /// <summary>What it is made of.</summary>
    public TokenKind Kind;

    /// <summary>Punctuation: the character; else NUL.</summary>
    public char Mark;

    /// <summary>Line ends before the token.</summary>
    public byte Breaks;

    /// <summary>A blank or line end stands before the token.</summary>
    public bool Space;

    /// <summary>Begins with a capital letter.</summary>
    public bool Capital;

    /// <summary>At least two letters, all capital.</summary>
    public bool AllCaps;

    /// <summary>Not part of the story (boilerplate, credit, dateline).</summary>
    public bool Dropped;

    /// <summary>Inside quotation marks (the marks themselves are not).</summary>
    public bool Quoted;

    /// <summary>True when the form has any of the classes.</summary>
    public readonly bool Is(WordClass any) => (Class & any) != 0;
}
