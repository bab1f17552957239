using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// The statements found so far, the tokens they use up, and what is known of the sentence being read. Those of <paramref name="outer"/> have contents of
/// their own that are read again: what is found there moves no focus.
/// </summary>
internal sealed class Drafts(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts? outer = null)
{
    /// <summary>Longest stretch looked through for one cue, in tokens, so that a text without sentence ends stays linear.</summary>
    public const int MaxScan = 400;

    private readonly List<Draft> _found = [];
    private readonly bool[] _taken = new bool[work.Tokens.Length];
    private readonly int[] _wordsBefore = outer?._wordsBefore ?? CountWords(work.Tokens);
    private int? _contentSentence;
    private Speaker? _subject;

    /// <summary>The statements in the order they were found.</summary>
    public List<Draft> Found => _found;

    /// <summary>Number of the sentence being read.</summary>
    public int Sentence { get; private set; }

    /// <summary>The source of the latest statement of the sentence being read.</summary>
    public Speaker? SpeakerHere => _subject;

    /// <summary>Goes on to a sentence: its subject is not known yet.</summary>
    public void Begin(int sentence)
    {
        Sentence = sentence;
        _subject = null;
    }

    /// <summary>The token belongs to a statement or its cue.</summary>
    public bool IsTaken(int token) => _taken[token];

    /// <summary>Words and numbers among the tokens [first, end).</summary>
    public int Count(int first, int end) => end <= first ? 0 : _wordsBefore[end] - _wordsBefore[first];

    private static int[] CountWords(ReadOnlySpan<Token> tokens)
    {
        var before = new int[tokens.Length + 1];
        for (var i = 0; i < tokens.Length; i++)
        {
            before[i + 1] = before[i] + (tokens[i].Kind is TokenKind.Word or TokenKind.Number ? 1 : 0);
        }

        return before;
    }

    /// <summary>Marks tokens as used up by a statement or a cue.</summary>
    public void Take(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            _taken[i] = true;
        }
    }

    /// <summary>Lets tokens be read again.</summary>
    public void Release(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            _taken[i] = false;
        }
    }

    /// <summary>Adds what stands between the marks of a quotation.</summary>
    public void Add(Quotation quotation, StatementKind kind, int cue, int cueEnd, Speaker? speaker, double certainty)
    {
        if (quotation.First >= quotation.End)
        {
            return;
        }

        Add(quotation.First, quotation.End, kind, cue, cueEnd, speaker, certainty);
    }

    // The speaker becomes the one the discourse is with.
    private void Add(int first, int past, StatementKind kind, int cue, int cueEnd, Speaker? speaker, double certainty)
    {
        // A paragraph that opens a quotation and does not close it: who said it stands in the next one.
        if (speaker is { } told && kind == StatementKind.Direct && cue >= 0 && _found.Count > 0 && _found[^1] is { CueFirst: < 0, Speaker: null, Kind: StatementKind.Direct } before && before.Sentence == Sentence - 1)
        {
            before.Speaker = new Speaker(told.Entity, -1, -1, -1, null, 0.7);
        }

        _found.Add(new()
        {
            First = first,
            Past = past,
            Start = work.Tokens[first].Start,
            End = work.Tokens[past - 1].End,
            Kind = kind,
            CueFirst = cue,
            CueEnd = cueEnd,
            Speaker = speaker,
            Sentence = _contentSentence ?? Sentence,
            CueSentence = Sentence,
            Certainty = certainty,
        });
        if (speaker is { } known)
        {
            _subject = known;
            if (outer is null)
            {
                discourse.Said(known.Entity);
            }
        }
    }

    /// <summary>Adds the tokens [first, end) without the marks at their ends; the kind follows from what is quoted. False when less than <paramref name="minWords"/> are left or the same words have a source.</summary>
    public bool Content(int first, int end, int cue, int cueEnd, Speaker? speaker, double certainty, int minWords = 2)
    {
        var tokens = work.Tokens;
        while (first < end && (tokens[first].Mark is ',' or ':' or '-' or '–' || (tokens[first].Kind == TokenKind.Punctuation && tokens[first].Mark is not ('(' or '[' or '$' or '@' or '#'))))
        {
            first++;
        }

        while (end > first && !tokens[end - 1].Quoted && tokens[end - 1].Kind == TokenKind.Punctuation && tokens[end - 1].Mark is not (')' or ']' or '%'))
        {
            end--;
        }

        // "Seperti dijelaskan Rini, menyatakan bahwa ...", "Berdasarkan laporan itu, disebutkan ...": a second cue is no content.
        var taken = first;
        if (first + 1 < end && !tokens[first].Quoted && tokens[first].Is(WordClass.CueVerb) && tokens[first + 1].Is(WordClass.Bahwa))
        {
            first += 2;
        }
        else if (first + 1 < end && !tokens[first].Quoted && tokens[first].Is(WordClass.CuePassive) && !tokens[first].Is(WordClass.Judged))
        {
            first += tokens[first + 1].Is(WordClass.Bahwa) ? 2 : 1;
        }

        if (Count(first, end) < minWords || IsAttributed(first, end))
        {
            return false;
        }

        var quotes = 0;
        var plain = 0;
        for (var i = first; i < end; i++)
        {
            if (tokens[i].Kind is TokenKind.Quote or TokenKind.SingleQuote)
            {
                continue;
            }

            if (tokens[i].Quoted)
            {
                quotes++;
            }
            else if (tokens[i].Kind is TokenKind.Word or TokenKind.Number)
            {
                plain++;
            }
        }

        var kind = quotes == 0 ? StatementKind.Indirect : plain == 0 ? StatementKind.Direct : StatementKind.Mixed;
        if (kind == StatementKind.Direct)
        {
            first = tokens[first].Quoted ? first : first + 1;
            end = tokens[end - 1].Quoted ? end : end - 1;
            if (first >= end)
            {
                return false;
            }
        }

        Take(Math.Min(taken, first), end);
        Add(first, end, kind, cue, cueEnd, speaker, certainty);
        return true;
    }

    // "Menurut Rini Wulandari mengungkapkan, ...": two cues for the same words are one statement.
    private bool IsAttributed(int first, int past)
    {
        for (var i = _found.Count - 1; i >= 0 && i >= _found.Count - 4; i--)
        {
            if (_found[i].First == first && _found[i].Past == past && _found[i].CueFirst >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Adds the sentence before this one as what the source said; a quotation there that nobody was named for gets its source. False when nothing came of it:
    /// the sentence has statements of its own.
    /// </summary>
    /// <param name="cue">The attributing word.</param>
    /// <param name="cueEnd">One past it.</param>
    /// <param name="source">Who said it.</param>
    /// <param name="overrule">A quotation that goes on with the speaker of the text before gets this source too; else only one that has none.</param>
    public bool Previous(int cue, int cueEnd, Speaker source, bool overrule = true)
    {
        if (Sentence == 0 || outer is not null)
        {
            return false;
        }

        var previous = work.Sentences[Sentence - 1];
        if (previous.Headline)
        {
            return false;
        }

        Draft? open = null;
        for (var i = _found.Count - 1; i >= 0 && _found[i].CueSentence >= Sentence - 1; i--)
        {
            if (_found[i].Sentence == Sentence - 1)
            {
                open = _found[i];
                if (open.CueFirst >= 0)
                {
                    return false;
                }
            }
        }

        if (open is not null)
        {
            if (!overrule && open.Speaker is not null)
            {
                return false;
            }

            open.Attribute(source, cue, cueEnd, Sentence);
            discourse.Said(source.Entity);
            return true;
        }

        if (_taken[previous.First])
        {
            return false;
        }

        // "Sebelumnya, ...", "Diketahui, ...": the reporter's link to the story.
        var first = previous.First;
        if (first + 2 < previous.End && work.Tokens[first + 1].Mark == ',' && (work.Tokens[first].Is(WordClass.Adverb | WordClass.Conjunction) || work.IsForm(first, "diketahui") || work.IsForm(first, "diberitakan")))
        {
            first += 2;
        }

        _contentSentence = Sentence - 1;
        var added = Content(first, previous.End, cue, cueEnd, source, 0.8);
        _contentSentence = null;
        return added;
    }

    /// <summary>Whoever the sentence speaks of; at its very start without a subject the speaker goes on ("Tetapi mengakui ...").</summary>
    public Speaker? SubjectOf(Sentence sentence)
    {
        if (_subject is not null)
        {
            return _subject;
        }

        var first = sentence.First;
        while (first < sentence.End && work.Tokens[first].Is(WordClass.Conjunction | WordClass.Adverb))
        {
            first++;
        }

        if (first < sentence.End && work.Tokens[first].Is(WordClass.CueVerb) && !work.Tokens[first].Is(WordClass.NeedsThat) && discourse.Speaker is { } last)
        {
            return new Speaker(last, first, first + 1, first + 1, null, 0.7);
        }

        return reader.Main(sentence.First, sentence.End);
    }

    /// <summary>Part of [first, end) is used up, or it is too long to be a clause.</summary>
    public bool Overlaps(int first, int end)
    {
        // A stretch too long to look through is no clause either.
        if (end - first > MaxScan)
        {
            return true;
        }

        for (var i = first; i < end; i++)
        {
            if (_taken[i])
            {
                return true;
            }
        }

        return false;
    }
}
