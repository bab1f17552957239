using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Dates;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Layout;
using Sikap.Nlp.Lexicons;
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
    public const int MaxTextChars = 1 << 20;

    private const string RulesVersion = "1";

    /// <summary>A statement with less confidence than this is marked uncertain: it is more likely wrong than right.</summary>
    public const double UncertainBelow = 0.5;

    /// <summary>
    /// The rules as the classifier of a stance: their name, and the build they come from, since rules and tables change far more often than the form of their results.
    /// </summary>
    public static string StanceRules { get; } = $"rules {RulesVersion}-{typeof(Engine).Module.ModuleVersionId.ToString("N")[..8]}";

    private readonly Lexicon _lexicon;
    private readonly StanceClassifier _stances;
    private readonly ConfidenceTable _confidences;

    private Engine(Lexicon lexicon, StanceClassifier stances, ConfidenceTable confidences, string version)
    {
        _lexicon = lexicon;
        _stances = stances;
        _confidences = confidences;
        Version = version;
    }

    /// <summary>Version of rules, lexicons and added actors; part of every statement id.</summary>
    public string Version { get; }

    /// <summary>Loads the lexicons and builds the automata.</summary>
    /// <exception cref="InvalidOperationException">A lexicon has a bad line, or the process runs in invariant-globalization mode.</exception>
    public static Engine Create() => Create(calibrated: true);

    // Without calibration the confidences are the certainties of the rules: what calibration is fitted to.
    internal static Engine Create(bool calibrated)
    {
        RequireGlobalization("e\u0301".Normalize(NormalizationForm.FormC));
        var confidences = calibrated ? ConfidenceTable.Load("id") : ConfidenceTable.Raw;
        return new(Lexicon.Load("id"), StanceClassifier.Create(confidences), confidences, RulesVersion);
    }

    /// <summary>
    /// An engine that knows these actors besides those of its tables, and none that were added to this one; an empty list gives the tables alone.
    /// Takes time by the length of the list; the tables are shared.
    /// </summary>
    /// <param name="actors">In an order of preference: of two with the same name or alias the first has it.</param>
    /// <param name="version">Version of the list where it has one that rises with every change, so that of two engine versions the later list's is the greater; 0 = none.</param>
    public Engine WithActors(IReadOnlyList<ActorEntry> actors, long version = 0)
    {
        ArgumentNullException.ThrowIfNull(actors);
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        return actors.Count == 0 && version == 0
            ? new(_lexicon.With([]), _stances, _confidences, RulesVersion)
            : new(_lexicon.With(actors), _stances, _confidences, string.Create(CultureInfo.InvariantCulture, $"{RulesVersion}+{version}.{Fingerprint(actors)}"));
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
        var (language, others) = ArticleLanguages.Read(work);
        LayoutFinder.Run(work);
        // What stands in another language is not read: Indonesian rules would find sense in it. A quotation within an Indonesian sentence stays.
        others.ForEach(work.Drop);
        QuotationFinder.Run(work);
        SentenceSplitter.Run(work);
        work.Dates = DateReader.Run(work);
        work.Published = PublicationDate.Of(work);
        if (language != _lexicon.Language)
        {
            return Output.Build(work, language, Version, [], _confidences);
        }

        var book = MentionFinder.Run(work);
        var drafts = StatementFinder.Run(work, new Discourse(work, book));
        return Output.Build(work, language, Version, drafts, _confidences);
    }

    /// <summary>Stances of the holders in an extracted article toward the issues of <paramref name="codebook"/>.</summary>
    public IReadOnlyList<Stance> Classify(ExtractedArticle article, Codebook codebook) => _stances.Classify(article, codebook);

    /// <summary>The same stances, what the article says has become of the issues' proposals, and who is for or against whom, in the order of the text.</summary>
    public IssueReading ReadIssues(ExtractedArticle article, Codebook codebook) => _stances.Read(article, codebook);

    // The version of a list alone would give a list begun anew the ids of another.
    private static string Fingerprint(IReadOnlyList<ActorEntry> actors) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(actors)).AsSpan(0, 4));

    // Invariant mode leaves strings uncomposed without saying so: names with accents would silently stop matching.
    internal static void RequireGlobalization(string composed)
    {
        if (composed != "\u00e9")
        {
            throw new InvalidOperationException("The process runs in invariant-globalization mode; the engine needs ICU (unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT)");
        }
    }
}
