using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Layout;

/// <summary>Takes the names out of what stands behind a credit's label and puts them into the layout.</summary>
internal sealed class CreditNames(ArticleWork work)
{
    private const int MaxNameWords = 6;

    private readonly string _text = work.Text;

    /// <summary>Adds a credit for each name between two positions; what describes a name is left out.</summary>
    public void AddEach(string role, int start, int end)
    {
        var (a, b) = LayoutFinder.Trim(_text, start, end);
        while (a < b && _text[a] is ':' or ' ')
        {
            a++;
        }

        // "Sumber: Kabar Niaga. Gambar: Arsip": the credit ends with its sentence.
        var stop = _text.IndexOf(". ", a, b - a, StringComparison.Ordinal);
        b = stop > a + 3 ? stop : b;
        if (role == "agency" && _text.AsSpan(a, b - a).Contains('/') && !IsOutlet(a))
        {
            // "Sumber: Rini Wulandari/AFP" under a picture: who took it, and for whom. An address is one word.
            Add(_text.AsSpan(a, b - a).Contains(' ') ? "photographer" : role, a, b);
            return;
        }

        if (role == "photographer")
        {
            // "Foto: Warga menyelamatkan diri ..." tells what is to be seen, not who took it.
            if (IsName(a, b) || _text.AsSpan(a, b - a).Count(' ') < 3)
            {
                Add(role, a, b);
            }

            return;
        }

        while (a < b)
        {
            var cut = a;
            while (cut < b && _text[cut] is not (',' or '/' or '|' or ';' or '&') && !(_text[cut] == ' ' && string.CompareOrdinal(_text, cut, " dan ", 0, 5) == 0))
            {
                cut++;
            }

            // A degree belongs to the name ("Rini Wulandari, S.H."), small letters describe it ("Rini Wulandari, peneliti").
            while (cut < b && _text[cut] == ',' && IsDegree(cut + 1, b, out var degree))
            {
                cut = degree;
            }

            Add(role, a, cut);
            a = cut >= b ? b : cut + (_text[cut] == ' ' ? 5 : 1);
            a = LayoutFinder.Trim(_text, a, b).Start;
            if (role != "agency" && a < b && char.IsLower(_text[a]))
            {
                return;
            }
        }
    }

    private bool IsDegree(int start, int end, out int stop)
    {
        start = LayoutFinder.Trim(_text, start, end).Start;
        stop = start;
        while (stop < end && _text[stop] is not (',' or '/' or '|' or ';' or ' '))
        {
            stop++;
        }

        return stop > start && stop - start <= 6 && _text.AsSpan(start, stop - start).Contains('.');
    }

    /// <summary>Adds one credit, stripped of the marks around it; nothing when nothing is left.</summary>
    public void Add(string role, int start, int end)
    {
        var (a, b) = LayoutFinder.Trim(_text, start, end);
        while (a < b && _text[a] is '*' or ' ' or ':' or '|' or '-')
        {
            a++;
        }

        while (b > a && _text[b - 1] is '.' or ' ' or ')' or ']' or '|' or ',' or ';' or '/' or '(')
        {
            b--;
        }

        if (a < b)
        {
            work.Layout.Credits.Add((a, new(role, _text[a..b])));
        }
    }

    /// <summary>An outlet of the tables or an internet address stands at a position.</summary>
    public bool IsOutlet(int position)
    {
        var token = LayoutFinder.FirstToken(work.Tokens, position);
        return token < work.Tokens.Length && work.Tokens[token].Start == position && work.Tokens[token].Kind == TokenKind.Word
            && (work.Form(token).Contains('.') || (work.Tokens[token].Capital && Phrases.Actor(work, token, out _) is { Actor.Outlet: true }));
    }

    /// <summary>An outlet, or an organisation whose own news the article passes on ("(UEFA/abc)").</summary>
    public bool IsSource(int position)
    {
        var token = LayoutFinder.FirstToken(work.Tokens, position);
        return IsOutlet(position) || (token < work.Tokens.Length && work.Tokens[token].Start == position && work.Tokens[token].Capital && Phrases.Actor(work, token, out _) is { Actor.Type: ActorType.Organization });
    }

    /// <summary>A few capitalised words and nothing else.</summary>
    public bool IsName(int start, int end)
    {
        var tokens = work.Tokens;
        var words = 0;
        for (var i = LayoutFinder.FirstToken(tokens, start); i < tokens.Length && tokens[i].Start < end; i++)
        {
            if (tokens[i].Kind == TokenKind.Word)
            {
                words++;
                if (!tokens[i].Capital && !work.IsForm(i, "bin") && !work.IsForm(i, "binti") && !work.IsForm(i, "dan") && !work.IsForm(i, "al"))
                {
                    return false;
                }
            }
            else if (tokens[i].Mark is not ('.' or ',' or '/' or '&' or '-' or ':'))
            {
                return false;
            }
        }

        return words is > 0 and <= MaxNameWords && _text[end - 1] is not ('.' or '?' or '!');
    }

    /// <summary>"Via Aplikasi ..." without a full stop heads a list of ways, "Via Kabar Kota" names an outlet.</summary>
    public bool StartsCommon(int position)
    {
        var token = LayoutFinder.FirstToken(work.Tokens, position);
        return token < work.Tokens.Length && work.Is(token, WordClass.Common);
    }
}
