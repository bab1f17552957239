namespace Sikap.Nlp.Stances;

/// <summary>A word of an issue: which issue, which of its words.</summary>
/// <param name="Issue">Index of the issue in the codebook.</param>
/// <param name="Word">Index of the word in the issue.</param>
internal readonly record struct Posting(int Issue, int Word);

/// <summary>A word that an issue is told by.</summary>
/// <param name="Key">See <see cref="Stemmer"/>.</param>
/// <param name="Weight">How much it says that a passage is about the issue, 0 to 1.</param>
/// <param name="Orientation">For a predicate of the proposition 1 as the proposition affirms it, -1 where it negates it; 0 for words that are no predicate.</param>
/// <param name="InTerm">Stands in a term, not only in the proposition or title.</param>
internal readonly record struct IssueWord(string Key, double Weight, int Orientation, bool InTerm);

/// <summary>A term of an issue, as the set of its words.</summary>
/// <param name="Words">Indices of the issue's words.</param>
/// <param name="Window">Tokens within which they must stand, in any order.</param>
/// <param name="Weight">How much the term says that a passage is about the issue.</param>
/// <param name="Orientation">1 when the term by itself speaks for the proposition, -1 against, 0 when it takes no side.</param>
internal readonly record struct IssueTerm(int[] Words, int Window, double Weight, int Orientation);

/// <summary>An issue, made ready for matching.</summary>
internal sealed record CompiledIssue(Issue Issue, IssueWord[] Words, IssueTerm[] Terms, int Sign);

/// <summary>The issues of a codebook, made ready for matching in one pass over a text. Immutable and thread-safe.</summary>
internal sealed class CompiledCodebook
{
    /// <summary>Weight of a word that fits too many matters.</summary>
    private const double GenericWeight = 0.35;

    private const double PropositionWeight = 0.6;
    private const double TitleWeight = 0.4;

    private readonly Dictionary<string, Posting[]>.AlternateLookup<ReadOnlySpan<char>> _postings;

    private CompiledCodebook(CompiledIssue[] issues, Dictionary<string, Posting[]> postings)
    {
        Issues = issues;
        _postings = postings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>In the order of the codebook.</summary>
    public CompiledIssue[] Issues { get; }

    /// <summary>Issue words with this key.</summary>
    public Posting[]? Find(ReadOnlySpan<char> key) => _postings.TryGetValue(key, out var postings) ? postings : null;

    /// <summary>Prepares a codebook.</summary>
    public static CompiledCodebook Compile(Codebook codebook, StanceLexicon lexicon)
    {
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var issue in codebook.Issues)
        {
            foreach (var key in issue.Terms.Append(issue.Proposition).SelectMany(text => ContentKeys(text, lexicon)).Distinct(StringComparer.Ordinal))
            {
                frequency[key] = frequency.GetValueOrDefault(key) + 1;
            }
        }

        var issues = codebook.Issues.Select(issue => CompileIssue(issue, lexicon, frequency)).ToArray();
        var postings = issues
            .SelectMany((issue, i) => issue.Words.Select((word, w) => (word.Key, Posting: new Posting(i, w))))
            .GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Posting).ToArray(), StringComparer.Ordinal);
        return new CompiledCodebook(issues, postings);
    }

    private static CompiledIssue CompileIssue(Issue issue, StanceLexicon lexicon, Dictionary<string, int> frequency)
    {
        var words = new List<IssueWord>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var proposition = TokenStream.Read(issue.Proposition, lexicon, null);
        var sign = PropositionSign(proposition, out var predicates);

        void Add(string text, double role, bool inTerm)
        {
            var stream = TokenStream.Read(text, lexicon, null);
            for (var i = 0; i < stream.Tokens.Length; i++)
            {
                if (!IsContent(stream, i))
                {
                    continue;
                }

                var key = stream.Key(i).ToString();
                if (index.ContainsKey(key))
                {
                    continue;
                }

                index[key] = words.Count;
                var weight = role / Math.Sqrt(frequency.GetValueOrDefault(key, 1));
                weight *= (stream.Tokens[i].Class & WordClass.Generic) != 0 ? GenericWeight : 1;
                words.Add(new IssueWord(key, weight, predicates.GetValueOrDefault(key), inTerm));
            }
        }

        foreach (var term in issue.Terms)
        {
            Add(term, 1, true);
        }

        Add(issue.Proposition, PropositionWeight, false);
        Add(issue.Title, TitleWeight, false);
        var terms = issue.Terms
            .Select(term => CompileTerm(term, lexicon, index, words, predicates, sign))
            .Where(term => term.Words.Length > 0)
            .ToArray();
        return new CompiledIssue(issue, [.. words], terms, sign);
    }

    private static IssueTerm CompileTerm(
        string term, StanceLexicon lexicon, Dictionary<string, int> index, List<IssueWord> words, Dictionary<string, int> predicates, int sign)
    {
        var stream = TokenStream.Read(term, lexicon, null);
        var members = ContentKeys(term, lexicon).Distinct(StringComparer.Ordinal).Select(key => index[key]).ToArray();
        var weight = Math.Min(1.2, members.Sum(w => words[w].Weight));
        var own = PropositionSign(stream, out _);
        var decided = false;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            decided |= stream.Tokens[i].Frame is { Kind: FrameKind.Stand or FrameKind.Act or FrameKind.Deny or FrameKind.Claim } frame && !predicates.ContainsKey(frame.Words[0]);
            decided &= !predicates.ContainsKey(stream.Key(i).ToString());
        }

        return new IssueTerm(members, stream.Tokens.Length + 3, weight, decided ? own * sign : 0);
    }

    /// <summary>Whether the proposition speaks for or against its matter, and its predicates with the sign the proposition gives them.</summary>
    private static int PropositionSign(TokenStream stream, out Dictionary<string, int> predicates)
    {
        predicates = new Dictionary<string, int>(StringComparer.Ordinal);
        var sign = 1;
        var negated = false;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            ref var token = ref stream.Tokens[i];
            if ((token.Class & WordClass.Negator) != 0 && token.Frame is null)
            {
                negated = true;
                continue;
            }

            var predicate = token.Frame is { Kind: not FrameKind.Duty }
                || (token.Form & (WordForm.Active | WordForm.Passive | WordForm.Stative)) != 0;
            if (!predicate || (token.Class & WordClass.Stop) != 0)
            {
                continue;
            }

            if (token.Frame is { Sign: not 0 } frame)
            {
                sign *= negated ? -frame.Sign : frame.Sign;
            }
            else if (negated)
            {
                sign = -sign;
            }

            predicates.TryAdd(stream.Key(i).ToString(), negated ? -1 : 1);
            negated = false;
        }

        return sign;
    }

    private static IEnumerable<string> ContentKeys(string text, StanceLexicon lexicon)
    {
        var stream = TokenStream.Read(text, lexicon, null);
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (IsContent(stream, i))
            {
                yield return stream.Key(i).ToString();
            }
        }
    }

    private static bool IsContent(TokenStream stream, int i) => (stream.Tokens[i].Class & WordClass.Stop) == 0;
}
