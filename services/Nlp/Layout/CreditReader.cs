using System.Globalization;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Layout;

/// <summary>
/// Reads credit lines ("Editor: ...", "Sumber: Reuters"), bylines, initials at the end ("(abc/xyz)", "***DTK", "[Antara]"), captions, and the lines
/// that are no story at all. Credits go into the layout; the caller marks what is left out.
/// </summary>
internal sealed class CreditReader(ArticleWork work)
{
    /// <summary>A credit names somebody in a few words; "Sumber: ..." before a whole paragraph is text.</summary>
    private const int MaxCreditChars = 160;

    /// <summary>A call to join a channel inside a line, and a caption, are shorter than a paragraph.</summary>
    private const int MaxShortLine = 400;

    /// <summary>Credits glued to the end of a line stand within this many characters of it.</summary>
    private const int MaxTailChars = 300;

    /// <summary>Shorter lines that begin with the label of a link are the link.</summary>
    private const int MinParagraph = 90;

    /// <summary>Longest initials of several people with the strokes between them.</summary>
    private const int MaxInitials = 12;

    /// <summary>A single name in brackets at the very end is a source or a colleague up to this length.</summary>
    private const int MaxLastName = 14;

    /// <summary>Longest content of brackets at the end that is a credit.</summary>
    private const int MaxBracketChars = 40;

    private readonly string _text = work.Text;
    private readonly CreditNames _names = new(work);

    /// <summary>True when a line is no story; <paramref name="tookNext"/> when the name it announces stands on the next line, which then is none either.</summary>
    public bool Line(TextSpan line, TextSpan? next, out bool tookNext)
    {
        tookNext = false;
        var text = _text.AsSpan(line.Start, line.Length);
        if (text[0] is '(' or '[' && IsBracketed(text) && text.Length <= MaxBracketChars + 2 && Bracket(line, last: false))
        {
            return true;
        }

        var start = text[0] is '(' or '[' or '*' or '-' or '–' or '•' && line.Length > 1 ? LayoutFinder.Trim(_text, line.Start + 1, line.End).Start : line.Start;
        if (text[0] == '[' && text.Length < MaxShortLine && (text.StartsWith("[Gambas", StringComparison.OrdinalIgnoreCase) || text.StartsWith("[video", StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        if (Match(start, line.End, out var after) is { } kind)
        {
            switch (kind)
            {
                case "drop":
                    if (text.StartsWith("copyright", StringComparison.OrdinalIgnoreCase) || text[0] == '©' || text.StartsWith("hak cipta", StringComparison.OrdinalIgnoreCase))
                    {
                        Copyright(line);
                    }

                    tookNext = _text[line.End - 1] == ':' && line.End - after <= 2 && IsLink(start) && next is { } headline && IsHeadline(headline);
                    return true;
                case "alone":
                    if (line.End - after < 2)
                    {
                        return true;
                    }

                    break;
                case "syndication":
                    Syndication(after, line.End);
                    return true;
                case "caption":
                    if (line.Length < MinParagraph)
                    {
                        return true;
                    }

                    break;
                default:
                    var end = _text[line.End - 1] == '.' ? line.End - 1 : line.End;
                    if (kind.StartsWith("named:", StringComparison.Ordinal) && _names.IsName(after, end) && (kind != "named:agency" || end < line.End || !_names.StartsCommon(after)))
                    {
                        _names.AddEach(kind["named:".Length..], after, end);
                        return true;
                    }

                    if (kind.StartsWith("credit:", StringComparison.Ordinal) && line.Length <= MaxCreditChars)
                    {
                        if (LayoutFinder.Trim(_text, after, line.End) is var (a, b) && a == b)
                        {
                            tookNext = next is { } follower && _names.IsName(follower.Start, follower.End);
                            if (tookNext)
                            {
                                _names.AddEach(kind["credit:".Length..], next!.Value.Start, next.Value.End);
                            }

                            return tookNext || _text[line.End - 1] == ':';
                        }

                        Credits(start, line.End);
                        return true;
                    }

                    break;
            }
        }

        return line.Length < MaxShortLine && (work.Lexicon.Boilerplate.IsInside(text) || PhotoCredit(line) || IsOwnDescription(line));
    }

    /// <summary>
    /// The label of a link whose headline is lost and behind which the story goes on ("Baca juga Namun warga tetap ..."): where the story begins; null when there is none.
    /// A headline has no full stop at its end and is no paragraph.
    /// </summary>
    public int? Label(TextSpan line)
    {
        if (line.Length < MinParagraph || !IsLink(line.Start) || Match(line.Start, line.End, out var after) != "drop")
        {
            return null;
        }

        var last = line.End - 1;
        last -= _text[last] is '"' or '”' ? 1 : 0;
        var start = LayoutFinder.Trim(_text, after, line.End).Start;
        return _text[last] == '.' && start < line.End && _text[start] is not (':' or '\'') && _text[after - 1] != ':' ? start : null;
    }

    /// <summary>A caption whose picture is credited: "... di Tokyo. Sumber: Rini Wulandari/AFP", "(Foto: Rini Wulandari)".</summary>
    public void Caption(TextSpan line)
    {
        if (PhotoCredit(line))
        {
            return;
        }

        foreach (var marker in CaptionMarkers)
        {
            var at = _text.LastIndexOf(marker, line.End - 1, line.Length, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && line.End - at < 100)
            {
                _names.Add("photographer", at + marker.Length, line.End);
                return;
            }
        }
    }

    private static readonly string[] CaptionMarkers = ["Sumber:", "Foto:", "Kredit:"];

    /// <summary>What at the end of a line is no story: "...NATO.Sumber: Anadolu", "... itu.***DTK", "... (abc/xyz)"; null when nothing.</summary>
    public TextSpan? Tail(TextSpan line, bool last)
    {
        var from = Math.Max(line.Start + 1, line.End - MaxTailChars);
        for (var i = from; i < line.End; i++)
        {
            var c = _text[i];
            if (c == '*' && string.CompareOrdinal(_text, i, "***", 0, 3) == 0)
            {
                if (line.End - i < MaxBracketChars)
                {
                    _names.Add("contributor", i + 3, line.End);
                    return new(i, line.End);
                }

                continue;
            }

            if (!(char.IsUpper(c) || c is '(' or '©') || char.IsLetterOrDigit(_text[i - 1]) || !EndsSentenceBefore(line.Start, i))
            {
                continue;
            }

            var start = c == '(' ? i + 1 : i;
            if (Match(start, line.End, out _) is not { } kind || kind == "alone" || kind.StartsWith("named:", StringComparison.Ordinal) || (kind == "drop" && c != '©' && !IsLink(start)))
            {
                continue;
            }

            if (kind.StartsWith("credit:", StringComparison.Ordinal))
            {
                if (line.End - i > MaxCreditChars)
                {
                    continue;
                }

                Credits(start, line.End);
            }

            return new(i, line.End);
        }

        if (_text[line.End - 1] is ')' or ']')
        {
            var open = _text.LastIndexOf(_text[line.End - 1] == ')' ? '(' : '[', line.End - 1, line.Length);
            if (open > line.Start && line.End - open <= MaxBracketChars + 2 && (EndsSentenceBefore(line.Start, open) || (last && IsInitials(open + 1, line.End - 1))) && Bracket(new(open, line.End), last))
            {
                return new(open, line.End);
            }
        }
        else if (last && Unclosed(line) is { } cut)
        {
            _names.Add("agency", cut + 1, line.End);
            return new(cut, line.End);
        }

        return null;
    }

    // "(abc/xyz)" needs no full stop before it at the very end: nothing else is written so.
    private bool IsInitials(int start, int end)
    {
        var slash = false;
        for (var i = start; i < end; i++)
        {
            slash |= _text[i] == '/';
            if (!char.IsAsciiLetterLower(_text[i]) && _text[i] != '/')
            {
                return false;
            }
        }

        return slash && end - start <= MaxInitials;
    }

    // "... itu. [Antara": the last bracket was cut off.
    private int? Unclosed(TextSpan line)
    {
        for (var i = line.End - 1; i > line.Start && line.End - i <= MaxBracketChars && _text[i] is not (')' or ']'); i--)
        {
            if (_text[i] is '(' or '[')
            {
                return EndsSentenceBefore(line.Start, i) && i + 1 < line.End && _names.IsOutlet(i + 1) && _names.IsName(i + 1, line.End) ? i : null;
            }
        }

        return null;
    }

    // A link in the middle of a line is one only when its words are those of a link, not of a sentence ("Baca juga", "Simak video").
    private bool IsLink(int at) => _text.AsSpan(at).StartsWith("baca", StringComparison.OrdinalIgnoreCase) || _text.AsSpan(at).StartsWith("simak", StringComparison.OrdinalIgnoreCase)
        || _text.AsSpan(at).StartsWith("copyright", StringComparison.OrdinalIgnoreCase) || _text.AsSpan(at).StartsWith("lihat juga", StringComparison.OrdinalIgnoreCase);

    // The kind of the longest beginning that stands here. "editor:" also matches "Editor :"; an asterisk at its end lets the word go on.
    private string? Match(int start, int end, out int after)
    {
        var text = _text.AsSpan(start, end - start);
        after = start;
        if (text.Length == 0)
        {
            return null;
        }

        foreach (var (beginning, kind) in work.Lexicon.Boilerplate.From(text[0]))
        {
            var open = beginning[^1] == '*';
            var colon = beginning[^1] == ':';
            var words = open || colon ? beginning.AsSpan(0, beginning.Length - 1) : beginning;
            if (!text.StartsWith(words, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var next = words.Length;
            if (colon)
            {
                while (next < text.Length && text[next] == ' ')
                {
                    next++;
                }

                if (next == text.Length ? kind.StartsWith("credit:", StringComparison.Ordinal) && next == words.Length : text[next] == ':')
                {
                    after = start + Math.Min(text.Length, next + 1);
                    return kind;
                }

                continue;
            }

            if (open || !char.IsLetterOrDigit(words[^1]) || next == text.Length || !char.IsLetterOrDigit(text[next]))
            {
                after = start + next;
                return kind;
            }
        }

        return null;
    }

    // "Penulis: A | Editor: B": every keyword takes the names up to the next.
    private void Credits(int start, int end)
    {
        while (start < end && Match(start, end, out var after) is { } kind && kind.StartsWith("credit:", StringComparison.Ordinal))
        {
            var stop = end;
            var next = end;
            for (var i = after + 1; i < end; i++)
            {
                if (_text[i - 1] is ' ' or '|' or ';' or '/' or ',' or '(' or '.' && Match(i, end, out var value) is { } other && other.StartsWith("credit:", StringComparison.Ordinal) && _text[value - 1] == ':')
                {
                    (stop, next) = (i, i);
                    break;
                }
            }

            _names.AddEach(kind["credit:".Length..], after, stop);
            start = next;
        }
    }

    // "(abc/xyz)", "[noe]", "(T.K010/R010)", "(Antara/Reuters)", "(Yendhi)": an outlet is the source, the rest had a hand in it.
    private bool Bracket(TextSpan span, bool last)
    {
        var inner = _text.AsSpan(span.Start + 1, span.Length - 2).Trim();
        var parts = inner.Count('/') + 1;
        if (inner.Length is < 1 or > MaxBracketChars || !char.IsLetter(inner[0]) && inner[0] is not ('*' or '/'))
        {
            return false;
        }

        var letters = 0;
        var blanks = 0;
        var capitals = 0;
        for (var i = 0; i < inner.Length; i++)
        {
            var c = inner[i];
            if (char.IsLetter(c))
            {
                letters++;
                capitals += char.IsUpper(c) && (i == 0 || !char.IsLetterOrDigit(inner[i - 1])) ? 1 : 0;
            }
            else if (c == ' ')
            {
                blanks++;
            }
            else if (!(char.IsDigit(c) || c is '/' or '.' or '-' or '*' or '&'))
            {
                return false;
            }
        }

        var isOutlet = _names.IsOutlet(LayoutFinder.Trim(_text, span.Start + 1, span.End - 1).Start);
        // Initials are short; a name alone needs the very end of the text and capitals on each word, or it is a remark.
        var isCredit = isOutlet
            || (parts > 1 && letters > 1)
            || (blanks == 0 && letters is >= 1 and <= 8 && (last || inner.Length <= 4) && !IsRemark(inner))
            || (last && blanks is 1 or 2 && capitals == blanks + 1)
            || (last && blanks == 0 && capitals == 1 && char.IsUpper(inner[0]) && letters == inner.Length && letters <= MaxLastName && !IsRemark(inner))
            || (last && inner.Contains('-') && letters <= 4)
            || (last && inner.Contains('.') && inner.Length <= 10);
        if (!isCredit)
        {
            return false;
        }

        var start = span.Start + 1;
        for (var i = start; i < span.End; i++)
        {
            if (i == span.End - 1 || _text[i] == '/')
            {
                _names.Add(_names.IsSource(LayoutFinder.Trim(_text, start, i).Start) ? "agency" : "contributor", start, i);
                start = i + 1;
            }
        }

        return true;
    }

    // "Baca juga:" and the headline on the line below it.
    private bool IsHeadline(TextSpan line) => line.Length <= MaxCreditChars && char.IsUpper(_text[line.Start]) && _text[line.End - 1] is not ('.' or '"' or '”' or ':' or ',');

    private static bool IsRemark(ReadOnlySpan<char> inner) =>
        inner.Equals("red", StringComparison.OrdinalIgnoreCase) || inner.Equals("sic", StringComparison.OrdinalIgnoreCase) || inner.Equals("adv", StringComparison.OrdinalIgnoreCase)
        || inner.Equals("bersambung", StringComparison.OrdinalIgnoreCase);

    private static bool IsBracketed(ReadOnlySpan<char> text) => (text[0] == '(' && text[^1] == ')') || (text[0] == '[' && text[^1] == ']');

    // "... di Tokyo, Rabu (12/7). (Foto: Rini Wulandari)", "... (ANTARA FOTO/Rini)": brackets that credit a picture end a caption.
    private bool PhotoCredit(TextSpan line)
    {
        var end = _text[line.End - 1] == '.' ? line.End - 1 : line.End;
        if (end - line.Start < 4 || _text[end - 1] is not (')' or ']'))
        {
            return false;
        }

        var open = _text.LastIndexOf(_text[end - 1] == ')' ? '(' : '[', end - 1, end - line.Start);
        if (open < 0)
        {
            return false;
        }

        var inner = _text.AsSpan(open + 1, end - open - 2);
        foreach (var beginning in work.Lexicon.Boilerplate.Photos)
        {
            if (inner.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && inner.Length > beginning.Length && (!char.IsLetter(beginning[^1]) || !char.IsLetter(inner[beginning.Length])))
            {
                var name = open + 1 + beginning.Length;
                _names.Add("photographer", char.IsLetter(beginning[^1]) && _text[name] is not (':' or '.') ? open + 1 : name, end - 1);
                return true;
            }
        }

        return false;
    }

    // "Portal.id adalah portal berita ...": an outlet about itself.
    private bool IsOwnDescription(TextSpan line)
    {
        var token = LayoutFinder.FirstToken(work.Tokens, line.Start);
        if (work.Tokens[token].Kind != TokenKind.Word || !work.Form(token).Contains('.') || !work.IsForm(token + 1, "adalah")
            || !(work.IsForm(token + 2, "portal") || work.IsForm(token + 2, "media") || work.IsForm(token + 2, "situs")))
        {
            return false;
        }

        work.Layout.Publisher ??= work.Form(token).ToString();
        return true;
    }

    // "Artikel ini telah tayang di Kabar Niaga dengan judul ...": the first outlet named.
    private void Syndication(int start, int end)
    {
        var tokens = work.Tokens;
        for (var i = LayoutFinder.FirstToken(tokens, start); i < tokens.Length && tokens[i].Start < end; i++)
        {
            if (tokens[i].Kind != TokenKind.Word)
            {
                continue;
            }

            if (Phrases.Longest(work, i, static node => node.Actor is { Actor.Outlet: true }, out var length) is not null || (work.Form(i).Contains('.') && (length = 1) == 1))
            {
                _names.Add("syndication", tokens[i].Start, tokens[i + length - 1].End);
                return;
            }

            if (tokens[i].Capital && (work.IsForm(i - 1, "di") || work.IsForm(i - 1, "dari") || work.IsForm(i - 1, "oleh")))
            {
                var last = i;
                while (last + 1 < tokens.Length && tokens[last + 1].Start < end && tokens[last + 1].Capital && tokens[last + 1].Kind == TokenKind.Word)
                {
                    last++;
                }

                _names.Add("syndication", tokens[i].Start, tokens[last].End);
                return;
            }
        }
    }

    private void Copyright(TextSpan line)
    {
        var text = _text.AsSpan(line.Start, line.Length);
        for (var i = 0; i + 4 <= text.Length && work.Layout.CopyrightYear == 0; i++)
        {
            if (text[i] is '1' or '2' && int.TryParse(text.Slice(i, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is > 1990 and < 2100
                && (i + 4 == text.Length || !char.IsDigit(text[i + 4])))
            {
                work.Layout.CopyrightYear = year;
            }
        }

        var tokens = work.Tokens;
        for (var i = LayoutFinder.FirstToken(tokens, line.Start); work.Layout.Publisher is null && i < tokens.Length && tokens[i].Start < line.End; i++)
        {
            if (tokens[i].Capital && Phrases.Longest(work, i, static node => node.Actor is { Actor.Outlet: true }, out var length) is not null)
            {
                work.Layout.Publisher = work.Words(i, i + length);
            }
        }
    }

    private bool EndsSentenceBefore(int start, int at)
    {
        var i = at - 1;
        while (i > start && _text[i] is ' ' or '"' or '”')
        {
            i--;
        }

        return _text[i] is '.' or '!' or '?' or ')';
    }
}
