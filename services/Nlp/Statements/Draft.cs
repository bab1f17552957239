namespace Sikap.Nlp.Statements;

/// <summary>A statement in positions of the normalised text.</summary>
internal sealed class Draft
{
    /// <summary>First token of the content.</summary>
    public required int First { get; init; }

    /// <summary>One past the last token of the content.</summary>
    public required int Past { get; init; }

    public required int Start { get; init; }
    public required int End { get; init; }
    public required StatementKind Kind { get; init; }
    public int CueFirst { get; set; } = -1;
    public int CueEnd { get; set; } = -1;
    public Speaker? Speaker { get; set; }

    /// <summary>Sentence the content stands in.</summary>
    public required int Sentence { get; init; }

    /// <summary>Sentence the cue stands in: the one behind the content for "Hal itu disampaikan X".</summary>
    public required int CueSentence { get; set; }

    /// <summary>How sure the pattern is, before the speaker's certainty.</summary>
    public required double Certainty { get; init; }

    /// <summary>Attributions inside the content; null for none.</summary>
    public List<Draft>? Inner { get; set; }

    /// <summary>How deep it lies inside a statement; 0 for the statement itself.</summary>
    public int Level { get; set; }

    /// <summary>The text tells later who said it.</summary>
    public void Attribute(Speaker source, int cue, int cueEnd, int cueSentence)
    {
        Speaker = source;
        CueFirst = cue;
        CueEnd = cueEnd;
        CueSentence = cueSentence;
    }
}
