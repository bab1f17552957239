using Sikap.Nlp.Dates;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Layout;

/// <summary>
/// Reads the dateline at the start of a line by its shape, so that outlets nobody listed are read too: <c>Vilnius (ANTARA) -</c>, <c>Jakarta, CNN Indonesia --</c>,
/// <c>TEMPO.CO, Jakarta -</c>, <c>KOTA, portal.com ||</c>, <c>TOKYO -</c>, <c>Portal.com –</c>, <c>Liputan6.com, Jakarta</c> without a dash, <c>Jakarta:</c>.
/// </summary>
internal ref struct DatelineReader
{
    /// <summary>A dateline ends within this many characters of its line and this many words.</summary>
    private const int MaxChars = 110;

    private const int MaxWords = 10;

    /// <summary>A capitalised word and a dash are a place only when it is longer than the abbreviations of bodies ("KPK - ...").</summary>
    private const int MinUnknownPlace = 4;

    /// <summary>With a single hyphen more words than this are a headline, not an outlet.</summary>
    private const int MaxOutletWords = 4;

    private readonly ArticleWork _work;
    private readonly Span<Token> _tokens;
    private readonly TextSpan _line;

    // The last part of the head between commas, and what the parts before it were.
    private (int First, int End) _place;
    private (int First, int End) _outlet;
    private DateExpression? _date;

    private DatelineReader(ArticleWork work, TextSpan line)
    {
        _work = work;
        _tokens = work.Tokens;
        _line = line;
        (_place, _outlet) = ((-1, -1), (-1, -1));
    }

    /// <summary>Reads the dateline of a line into the layout; where the story begins behind it, or null when there is none.</summary>
    public static int? Read(ArticleWork work, TextSpan line)
    {
        var reader = new DatelineReader(work, line);
        return reader.Read();
    }

    private int? Read()
    {
        var i = LayoutFinder.FirstToken(_tokens, _line.Start);
        // "date 2023-05" before the place, as some feeds write it.
        if (IsIn(i + 1) && _work.IsForm(i, "date") && _tokens[i + 1].Kind == TokenKind.Number && DateReader.At(_work, i + 1) is { } prefix)
        {
            _date = prefix;
            i += 2;
        }

        var words = 0;
        var bracketed = false;
        (int First, int End) first = (-1, -1), second = (-1, -1);
        while (IsIn(i))
        {
            ref readonly var token = ref _tokens[i];
            if (token.Mark == '|' && IsSeparator(i))
            {
                i++;
                continue;
            }

            if (Dash(i, out var after, out var wide))
            {
                return Decide(first, second, bracketed, wide) ? Finish(i, after) : null;
            }

            if (token.Mark == ':' && second.First < 0 && _outlet.First < 0 && first.First >= 0 && _line.Length > 180 && PlaceAt(first.First) == first.End && IsIn(i + 1) && (_tokens[i + 1].Capital || _tokens[i + 1].Kind == TokenKind.Quote))
            {
                _place = first;
                return Finish(i, i + 1);
            }

            // "KABAR, Jakarta : ...": radio stations write so.
            if (token.Mark == ':' && token.Space && second.First >= 0 && PlaceAt(second.First) == second.End && IsCaps(first) && PlaceAt(first.First) < 0)
            {
                (_outlet, _place) = (first, second);
                return Finish(i, i + 1);
            }

            if (token.Mark == ',')
            {
                i++;
                continue;
            }

            if (token.Mark == '(')
            {
                var close = i + 1;
                while (IsIn(close) && _tokens[close].Mark != ')')
                {
                    close++;
                }

                if (!IsIn(close) || close - i > 8)
                {
                    return null;
                }

                if (DateReader.At(_work, i) is { } date && date.End > close)
                {
                    _date = date;
                }
                else if (_tokens[i + 1].Capital || IsOutlet(i + 1, out _))
                {
                    bracketed = true;
                    _outlet = (i + 1, close);
                }
                else
                {
                    return null;
                }

                i = close + 1;
                if (bracketed && IsIn(i) && !Dash(i, out _, out _) && _tokens[i].Capital && IsOutlet(_outlet.First, out _) && Decide(first, second, bracketed, wide: false))
                {
                    // "BEKASI (Kabar Pagi) Pasar ...": the dash is forgotten.
                    return Finish(i, i);
                }

                continue;
            }

            if (token.Kind == TokenKind.Number || token.Is(WordClass.Weekday))
            {
                if (DateReader.At(_work, i) is not { } date)
                {
                    // "27/11" without brackets is a day here.
                    if (token.Kind != TokenKind.Number || !IsIn(i + 2) || _tokens[i + 1].Mark != '/' || _tokens[i + 2].Kind != TokenKind.Number)
                    {
                        return null;
                    }

                    i += 3;
                    continue;
                }

                _date = date;
                i = date.End;
                continue;
            }

            var part = Part(i);
            if (part <= i || (words += part - i) > MaxWords)
            {
                return WithoutDash(first, second, i) is { } begin ? Finish(begin, begin) : null;
            }

            if (first.First < 0)
            {
                first = (i, part);
            }
            else if (second.First < 0 && _tokens[i - 1].Mark is ',' or '|')
            {
                second = (i, part);
            }
            else if (_tokens[i - 1].Mark is ',' or '|' && _outlet.First < 0)
            {
                // "Jeddah, Arab Saudi, Outlet": three parts; the first two are the place.
                (first, second) = ((first.First, second.End), (i, part));
            }
            else
            {
                return null;
            }

            i = part;
            if (WithoutDash(first, second, i) is { } start)
            {
                return Finish(start, start);
            }
        }

        // "Jakarta, Kompas.com" alone on its line.
        if (second.First >= 0 && i < _tokens.Length && _tokens[i].Start >= _line.End && PlaceAt(first.First) == first.End && IsOutletPart(second))
        {
            (_place, _outlet) = (first, second);
            return Finish(i, i);
        }

        return null;
    }

    // "JAKARTA | KABAR.ID - ...": the first of two dashes parts place and outlet.
    private readonly bool IsSeparator(int at)
    {
        for (var i = at + 1; IsIn(i) && i <= at + 6; i++)
        {
            if (_tokens[i].Mark is '-' or '–' or '—' or '|')
            {
                return i > at + 1;
            }

            if (_tokens[i].Kind != TokenKind.Word || !(_tokens[i].Capital || IsDomain(i)))
            {
                return false;
            }
        }

        return false;
    }

    private readonly bool IsIn(int token) => token < _tokens.Length && _tokens[token].Start < Math.Min(_line.End, _line.Start + MaxChars);

    // A dash with a blank before it, or right behind brackets or an internet address.
    private readonly bool Dash(int at, out int after, out bool wide)
    {
        after = at + 1;
        wide = false;
        ref readonly var token = ref _tokens[at];
        if (token.Mark is not ('-' or '–' or '—' or '―' or '|') || at == 0 || _tokens[at - 1].End <= _line.Start)
        {
            return false;
        }

        while (after < _tokens.Length && _tokens[after].Mark == token.Mark && !_tokens[after].Space && _tokens[after].Start < _line.End)
        {
            after++;
        }

        wide = token.Mark != '-' || after > at + 1;
        return token.Space || wide || _tokens[at - 1].Mark == ')';
    }

    // The end of a run of capitalised words; small words inside a name of a place stay ("Rio de Janeiro").
    private readonly int Part(int at)
    {
        var i = at;
        while (IsIn(i) && _tokens[i].Kind == TokenKind.Word && (i == at || _tokens[i].Breaks == 0))
        {
            if (_tokens[i].Capital || IsDomain(i) || (i == at && IsOutlet(i, out _)))
            {
                i++;
                continue;
            }

            if (i > at && IsParticle(i) && IsIn(i + 1) && _tokens[i + 1].Capital && _tokens[i + 1].Kind == TokenKind.Word)
            {
                i++;
                continue;
            }

            break;
        }

        return i;
    }

    private readonly bool IsParticle(int token) =>
        _work.IsForm(token, "de") || _work.IsForm(token, "da") || _work.IsForm(token, "del") || _work.IsForm(token, "do") || _work.IsForm(token, "la") || _work.IsForm(token, "al") || _work.IsForm(token, "of");

    // "Liputan6.com, Jakarta Presiden ...": address of an outlet, comma, place, and the story without a dash.
    private int? WithoutDash((int First, int End) first, (int First, int End) second, int next)
    {
        if (second.First < 0 || _outlet.First >= 0 || first.End != first.First + 1 || !IsDomain(first.First) || !IsIn(next) || Dash(next, out _, out _) || _tokens[next].Mark is ',' or '(')
        {
            return null;
        }

        var end = PlaceAt(second.First);
        if (end < 0 && (_tokens[second.First].Word >= 0 || _work.Form(second.First).Contains('-')))
        {
            // "Kabar.id, Presiden ...": no place at all.
            _outlet = first;
            return second.First;
        }

        end = end < 0 ? second.First + 1 : end;
        if (end > second.End || (end == second.End && _tokens[end].Kind is not TokenKind.Quote))
        {
            return null;
        }

        (_outlet, _place) = (first, (second.First, end));
        return end;
    }

    // What the parts are: an outlet in brackets or by its address or name, else the part that is no place.
    private bool Decide((int First, int End) first, (int First, int End) second, bool bracketed, bool wide)
    {
        if (first.First < 0)
        {
            return bracketed && IsOutlet(_outlet.First, out _);
        }

        if (bracketed)
        {
            _place = second.First < 0 ? first : (first.First, second.End);
            return true;
        }

        if (second.First < 0)
        {
            return Single(first);
        }

        if (IsOutletPart(first))
        {
            (_outlet, _place) = (first, second);
            return true;
        }

        if (IsOutletPart(second))
        {
            (_place, _outlet) = (first, second);
            return true;
        }

        // "Jakarta, Kabar Pagi --": behind a known place an unknown part is the outlet, unless it is a place itself ("Bandung, Jawa Barat -").
        var placed = PlaceAt(first.First) == first.End || IsCaps(first);
        if (PlaceAt(first.First) < 0 && PlaceAt(second.First) == second.End && _tokens[first.First].Word < 0 && HasInnerCapital(first.First) && !IsCaps(second))
        {
            // "KABARNUSA, Jakarta -": capitals inside the word, and the place has none.
            (_outlet, _place) = (first, second);
            return true;
        }

        if (PlaceAt(second.First) == second.End || !placed || _work.Form(second.First).EndsWith(".", StringComparison.Ordinal))
        {
            // "Washington, D.C." is one, too.
            if (!placed && PlaceAt(second.First) != second.End)
            {
                return false;
            }

            _place = (first.First, second.End);
            return true;
        }

        if (!wide && second.End - second.First > MaxOutletWords)
        {
            return false;
        }

        (_place, _outlet) = (first, second);
        return true;
    }

    // One part and a dash: an outlet, a section, or a place in capitals or of the tables.
    private bool Single((int First, int End) part)
    {
        if (IsOutletPart(part))
        {
            _outlet = part;
            return true;
        }

        var isKnown = PlaceAt(part.First) == part.End;
        if (IsCaps(part))
        {
            if (IsSection(part))
            {
                return true;
            }

            if (!isKnown && (Phrases.Actor(_work, part.First, out _) is { Actor.Type: ActorType.Organization } || _tokens[part.End - 1].End - _tokens[part.First].Start < MinUnknownPlace || part.End - part.First > 4))
            {
                return false;
            }

            _place = part;
            return true;
        }

        if (isKnown || _date is not null)
        {
            _place = part;
            return true;
        }

        return false;
    }

    private readonly int Finish(int dash, int after)
    {
        var layout = _work.Layout;
        if (_place.First >= 0)
        {
            layout.Dateline = _work.Words(_place.First, _place.End);
        }

        if (_outlet.First >= 0)
        {
            // "(ANTARA/Xinhua)": the outlet, and the agency it took the report from.
            var slash = _outlet.First;
            while (slash < _outlet.End && _tokens[slash].Mark != '/')
            {
                slash++;
            }

            layout.Publisher ??= _work.Words(_outlet.First, slash);
            if (slash + 1 < _outlet.End && Phrases.Actor(_work, slash + 1, out var length) is { Actor.Outlet: true })
            {
                layout.Credits.Add((_tokens[slash + 1].Start, new("agency", _work.Words(slash + 1, slash + 1 + length))));
            }
        }

        layout.DatelineDate = _date;
        var end = after < _tokens.Length ? Math.Min(_tokens[after].Start, _line.End) : _line.End;
        // At the end of its line the dateline ends with its dash.
        return end >= _line.End || (after < _tokens.Length && _tokens[after].Breaks > 0) ? Math.Min(_line.End, _tokens[Math.Max(dash, after - 1)].End) : end;
    }

    private readonly bool IsCaps((int First, int End) part)
    {
        for (var i = part.First; i < part.End; i++)
        {
            if (!_tokens[i].AllCaps && _tokens[i].End - _tokens[i].Start > 1)
            {
                return false;
            }
        }

        return true;
    }

    private readonly bool IsSection((int First, int End) part)
    {
        var text = _work.Text.AsSpan(_tokens[part.First].Start, _tokens[part.End - 1].End - _tokens[part.First].Start);
        foreach (var section in _work.Lexicon.Boilerplate.Sections)
        {
            if (text.Equals(section, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private readonly bool IsOutletPart((int First, int End) part)
    {
        for (var i = part.First; i < part.End; i++)
        {
            if (IsDomain(i))
            {
                return true;
            }
        }

        return IsOutlet(part.First, out var length) && part.First + length == part.End;
    }

    // "D.C." is none.
    private readonly bool IsDomain(int token) => _tokens[token].Kind == TokenKind.Word && _work.Form(token) is var form && form.LastIndexOf('.') is > 1 and var dot && dot < form.Length - 2;

    private readonly bool HasInnerCapital(int token)
    {
        foreach (var c in _work.Form(token)[1..])
        {
            if (char.IsUpper(c))
            {
                return true;
            }
        }

        return false;
    }

    // Outlets write their own names in any case ("VIVA", "detikcom").
    private readonly bool IsOutlet(int token, out int length) => Phrases.Longest(_work, token, static node => node.Actor is { Actor.Outlet: true }, out length) is not null;

    private readonly int PlaceAt(int token) =>
        Phrases.Longest(_work, token, static node => node.Place || node.Actor is { Actor.Type: ActorType.Country }, out var length) is null ? -1 : token + length;
}
