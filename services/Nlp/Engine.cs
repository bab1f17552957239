using Sikap.Nlp.Stances;

namespace Sikap.Nlp;

/// <summary>
/// Reads articles: statements with their speakers, and stances toward the issues of a codebook.
/// Built once, immutable and thread-safe; one call works on state of its own.
/// </summary>
public sealed class Engine
{
    /// <summary>Longest article text in UTF-16 code units; longer text is refused so that one call stays bounded in time and memory.</summary>
    public const int MaxTextChars = 200_000;

    private readonly StanceClassifier _stances = StanceClassifier.Create();

    private Engine()
    {
    }

    /// <summary>Version of rules and lexicons; part of every statement id.</summary>
    public string Version { get; } = "1";

    /// <summary>Loads the lexicons and builds the automata.</summary>
    /// <exception cref="InvalidOperationException">A lexicon has a bad line, or the process runs in invariant-globalization mode.</exception>
    public static Engine Create() => new();

    /// <summary>Statements, speakers, mentions, dates and credits of an article.</summary>
    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxTextChars"/>.</exception>
    public ExtractedArticle Extract(Article article) => throw new NotImplementedException();

    /// <summary>Stances of the holders in an extracted article toward the issues of <paramref name="codebook"/>.</summary>
    public IReadOnlyList<Stance> Classify(ExtractedArticle article, Codebook codebook) => _stances.Classify(article, codebook);
}
