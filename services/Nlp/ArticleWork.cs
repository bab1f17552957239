using System.Buffers;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Dates;
using Sikap.Nlp.Layout;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp;

/// <summary>State of one extraction: what each stage found, in coordinates of the normalised text. Disposing gives its buffers back.</summary>
internal sealed class ArticleWork : IDisposable
{
    private PooledList<Token> _tokens;
    private byte[] _labels = [];

    public ArticleWork(Article article, Lexicon lexicon)
    {
        Article = article;
        Lexicon = lexicon;
        Source = NormalizedText.From(article.Text);
        Text = Source.Text;
        _tokens = Tokenizer.Run(Text, lexicon);
    }

    public Article Article { get; }
    public Lexicon Lexicon { get; }
    public NormalizedText Source { get; }
    public string Text { get; }
    public Span<Token> Tokens => _tokens.Items;

    /// <summary>Title, dateline, credits and what is no story; set by the layout stage.</summary>
    public LayoutResult Layout { get; set; } = new();

    /// <summary>Quotations in order of their start.</summary>
    public List<Quotation> Quotations { get; } = [];

    /// <summary>Per token the quotation it lies in; -1 outside.</summary>
    public int[] QuotationOf { get; set; } = [];

    /// <summary>Sentences in order.</summary>
    public List<Sentence> Sentences { get; } = [];

    /// <summary>Dates of the story in order.</summary>
    public List<DateExpression> Dates { get; set; } = [];

    /// <summary>Publication date; null when nothing tells it.</summary>
    public PartialDate? Published { get; set; }

    /// <summary>Mentions in order of their start, before pronouns and descriptions are resolved.</summary>
    public List<Found> Found { get; } = [];

    /// <summary>Single words that act as a source somewhere in the article ("kata Rini", "Rini mengatakan"): the part of a name people are called by.</summary>
    public HashSet<string> CalledNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of one to three words met so far that belong to no known actor.</summary>
    public HashSet<string> LoneNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Per token the index in <see cref="Found"/> of the mention that covers it; -1 for none.</summary>
    public int[] FoundOf { get; set; } = [];

    /// <summary>Per token its label of <see cref="Names.NameLabels"/> by the name model; empty before the mention stage.</summary>
    public Span<byte> NameLabels => _labels.AsSpan(0, _labels.Length == 0 ? 0 : Tokens.Length);

    /// <summary>Runs the name model.</summary>
    public void TagNames()
    {
        _labels = ArrayPool<byte>.Shared.Rent(Tokens.Length);
        NameTagger.Run(this, Lexicon.Names, NameLabels);
        NameVotes.Run(this, NameLabels);
    }

    /// <summary>The name that begins at a token, by the name model; its kind is none where none begins.</summary>
    public NameSpan NameAt(int token)
    {
        var label = token < NameLabels.Length ? NameLabels[token] : Names.NameLabels.Outside;
        if (label == Names.NameLabels.Outside || Names.NameLabels.Continues(label))
        {
            return new(token, token, NameKind.None);
        }

        var end = token + 1;
        while (end < NameLabels.Length && Names.NameLabels.Continues(NameLabels[end]))
        {
            end++;
        }

        return new(token, end, (NameKind)Names.NameLabels.Kind(label));
    }

    /// <summary>Marks the tokens of a stretch as no part of the story; later stages never see them.</summary>
    public void Drop(TextSpan span)
    {
        var tokens = Tokens;
        for (var i = LayoutFinder.FirstToken(tokens, span.Start); i < tokens.Length && tokens[i].Start < span.End; i++)
        {
            tokens[i].Dropped = true;
        }
    }

    public void Dispose()
    {
        _tokens.Dispose();
        if (_labels.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_labels);
            _labels = [];
        }
    }

    /// <summary>Text of tokens [first, end).</summary>
    public string Words(int first, int end) => first >= end ? "" : Text[Tokens[first].Start..Tokens[end - 1].End];

    /// <summary>Whether tokens [first, end) are one of some names; makes no string.</summary>
    public bool AreIn(HashSet<string> names, int first, int end) =>
        names.Count > 0 && names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Text.AsSpan(Tokens[first].Start, Tokens[end - 1].End - Tokens[first].Start));

    /// <summary>Slice of the original text.</summary>
    public TextSlice Slice(int start, int end) => Source.ToOriginal(start, end).Slice(Source.Original);

    public ReadOnlySpan<char> Form(int token) => Text.AsSpan(Tokens[token].Start, Tokens[token].End - Tokens[token].Start);

    public bool Is(int token, WordClass any) => token >= 0 && token < Tokens.Length && Tokens[token].Is(any);

    public bool IsMark(int token, char mark) => token >= 0 && token < Tokens.Length && Tokens[token].Mark == mark;

    public bool IsForm(int token, string lower) =>
        token >= 0 && token < Tokens.Length && Form(token).Equals(lower, StringComparison.OrdinalIgnoreCase);
}
