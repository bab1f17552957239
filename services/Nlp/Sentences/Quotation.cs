namespace Sikap.Nlp.Sentences;

/// <summary>A stretch in quotation marks.</summary>
/// <param name="Open">Token of the opening mark; -1 when it is missing.</param>
/// <param name="First">First token inside.</param>
/// <param name="End">One past the last token inside.</param>
/// <param name="Close">Token of the closing mark; -1 when it is missing.</param>
/// <param name="Single">Between single marks.</param>
internal readonly record struct Quotation(int Open, int First, int End, int Close, bool Single)
{
    /// <summary>First token of the whole, mark included.</summary>
    public int OuterFirst => Open >= 0 ? Open : First;

    /// <summary>One past the last token of the whole, mark included.</summary>
    public int OuterEnd => Close >= 0 ? Close + 1 : End;
}

/// <summary>A sentence as tokens [First, End).</summary>
/// <param name="First">First token.</param>
/// <param name="End">One past the last token.</param>
/// <param name="Line">Number of the line (paragraph) it stands in.</param>
/// <param name="Headline">The sentence is the headline.</param>
internal readonly record struct Sentence(int First, int End, int Line, bool Headline);
