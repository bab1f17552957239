using Sikap.Contracts;
using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>What to search for: words, "words that stand together" and begin* of words, all of which an article must hold.</summary>
internal sealed class SearchQuery
{
    private const int MaxPassages = 3;

    private readonly List<Term> _terms;

    private SearchQuery(List<Term> terms) => _terms = terms;

    /// <summary>Reads a query; one without a letter or digit has no terms and finds nothing.</summary>
    public static SearchQuery Parse(string text)
    {
        var terms = new List<Term>();
        foreach (var (i, part) in text.Split('"').Index())
        {
            if (i % 2 == 1)
            {
                Add(NameKey.Words(part), false);
            }
            else
            {
                foreach (var word in part.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
                {
                    Add(NameKey.Words(word), word.EndsWith('*'));
                }
            }
        }
        return new SearchQuery(terms);

        void Add(IReadOnlyList<string> words, bool isBeginning)
        {
            if (words.Count > 0)
            {
                terms.Add(new Term(words, isBeginning));
            }
        }
    }

    /// <summary>True when there is nothing to search for.</summary>
    public bool IsEmpty => _terms.Count == 0;

    /// <summary>Words that stand together, each of them in comparable form; of the last one only the beginning where it says so.</summary>
    public IEnumerable<(IReadOnlyList<string> Words, bool IsBeginning)> Terms => _terms.Select(term => (term.Words, term.IsBeginning));

    /// <summary>As an expression of the full-text index.</summary>
    public string ToFullText() => string.Join(" AND ", _terms.Select(term => $"\"{string.Join(' ', term.Words)}\"{(term.IsBeginning ? "*" : "")}"));

    /// <summary>The sentences with most of the terms, in the order of the text.</summary>
    public IReadOnlyList<Proto.Passage> Highlight(ExtractedArticle article)
    {
        var found = new List<(int Terms, Proto.Passage Passage)>();
        foreach (var sentence in article.Sentences)
        {
            var words = WordsOf(article.Text, sentence);
            var passage = new Proto.Passage { Sentence = sentence.Slice(article.Text).ToProto() };
            var terms = 0;
            foreach (var term in _terms)
            {
                var hits = term.In(words).ToList();
                terms += hits.Count > 0 ? 1 : 0;
                passage.Hits.AddRange(hits.Select(hit => hit.Slice(article.Text).ToProto()));
            }
            if (terms > 0)
            {
                var ordered = passage.Hits.OrderBy(hit => hit.Start).ToList();
                passage.Hits.Clear();
                passage.Hits.AddRange(ordered);
                found.Add((terms, passage));
            }
        }
        return [.. found.OrderByDescending(hit => hit.Terms).Take(MaxPassages).Select(hit => hit.Passage).OrderBy(passage => passage.Sentence.Start)];
    }

    private static List<(string Word, TextSpan Span)> WordsOf(string text, TextSpan span)
    {
        var words = new List<(string, TextSpan)>();
        var start = -1;
        for (var i = span.Start; i <= span.End; i++)
        {
            if (i < span.End && (char.IsLetterOrDigit(text[i]) || (start >= 0 && char.GetUnicodeCategory(text[i]) == System.Globalization.UnicodeCategory.NonSpacingMark)))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                words.Add((NameKey.Of(text[start..i]), new TextSpan(start, i)));
                start = -1;
            }
        }
        return words;
    }

    private sealed record Term(IReadOnlyList<string> Words, bool IsBeginning)
    {
        public IEnumerable<TextSpan> In(List<(string Word, TextSpan Span)> words)
        {
            for (var i = 0; i + Words.Count <= words.Count; i++)
            {
                var matches = true;
                for (var w = 0; w < Words.Count && matches; w++)
                {
                    matches = IsBeginning && w == Words.Count - 1
                        ? words[i + w].Word.StartsWith(Words[w], StringComparison.Ordinal)
                        : words[i + w].Word == Words[w];
                }
                if (matches)
                {
                    yield return new TextSpan(words[i].Span.Start, words[i + Words.Count - 1].Span.End);
                }
            }
        }
    }
}
