using System.Text;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Layout;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;
using Sikap.Nlp.Stances;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp;

/// <summary>
/// Reads articles: statements with their speakers, and stances toward the issues of a codebook.
/// Built once, immutable and thread-safe; one call works on state of its own.
/// </summary>
public sealed class Engine
{
    /// <summary>Longest article text in UTF-16 code units; longer text is refused so that one call stays bounded in time and memory.</summary>
    public const int MaxTextChars = 200_000;

    private readonly Lexicon _lexicon;
    private readonly StanceClassifier _stances = StanceClassifier.Create();

    private Engine(Lexicon lexicon) => _lexicon = lexicon;

    /// <summary>Version of rules and lexicons; part of every statement id.</summary>
    public string Version { get; } = "1";

    /// <summary>Loads the lexicons and builds the automata.</summary>
    /// <exception cref="InvalidOperationException">A lexicon has a bad line, or the process runs in invariant-globalization mode.</exception>
    public static Engine Create()
    {
        RequireGlobalization("e\u0301".Normalize(NormalizationForm.FormC));
        return new(Lexicon.Load("id"));
    }

    /// <summary>Statements, speakers, mentions, dates and credits of an article.</summary>
    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxTextChars"/>.</exception>
    public ExtractedArticle Extract(Article article)
    {
        ArgumentNullException.ThrowIfNull(article);
        if (article.Text.Length > MaxTextChars)
        {
            throw new ArgumentException($"The text has {article.Text.Length} code units, more than {MaxTextChars}", nameof(article));
        }

        using var work = new ArticleWork(article, _lexicon);
        var language = LanguageGuess.Of(work.Tokens, _lexicon);
        LayoutFinder.Run(work);
        QuotationFinder.Run(work);
        SentenceSplitter.Run(work);
        if (language != _lexicon.Language)
        {
            return Output.Build(work, language, Version, []);
        }

        var book = MentionFinder.Run(work);
        var drafts = StatementFinder.Run(work, new Discourse(work, book));
        return Output.Build(work, language, Version, drafts);
    }

    /// <summary>Stances of the holders in an extracted article toward the issues of <paramref name="codebook"/>.</summary>
    public IReadOnlyList<Stance> Classify(ExtractedArticle article, Codebook codebook) => _stances.Classify(article, codebook);

    // Invariant mode leaves strings uncomposed without saying so: names with accents would silently stop matching.
    internal static void RequireGlobalization(string composed)
    {
        if (composed != "\u00e9")
        {
            throw new InvalidOperationException("The process runs in invariant-globalization mode; the engine needs ICU (unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT)");
        }
    }
}
