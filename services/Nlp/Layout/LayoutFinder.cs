using System.Globalization;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Layout;

/// <summary>
/// Reads an article's frame: headline, dateline, credits, and the lines that are no story (links to other articles, calls to join channels,
/// captions, copyright). What is no story is marked on the tokens so that later stages never see it.
/// </summary>
internal static class LayoutFinder
{
    /// <summary>A headline is shorter than this; a longer first line is a paragraph.</summary>
    private const int MaxTitleChars = 180;

    /// <summary>A dateline ends within this many characters of its line.</summary>
    private const int MaxDatelineChars = 110;

    /// <summary>A dateline stands within the first lines; later dashes are punctuation.</summary>
    private const int MaxDatelineLine = 12;

    private static readonly string[] DashMarks = ["--", "—", "–", "-", "||", "|", "―"];

    /// <summary>Reads the frame and marks the tokens outside the story.</summary>
    public static void Run(ArticleWork work)
    {
        var result = work.Layout;
        var lines = Lines(work.Text);
        var drop = new bool[lines.Count];
        var cut = new TextSpan[lines.Count];
        var datelineLine = -1;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (Boilerplate(work, line))
            {
                drop[i] = true;
                continue;
            }

            if (datelineLine < 0 && i < MaxDatelineLine && Dateline(work, line) is { } dateline)
            {
                datelineLine = i;
                cut[i] = dateline;
            }
        }

        if (datelineLine > 0)
        {
            BeforeDateline(work, lines, drop, datelineLine);
        }
        else if (datelineLine < 0)
        {
            TitleOf(work, lines, drop);
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (drop[i])
            {
                result.Boilerplate.Add(lines[i]);
                continue;
            }

            if (cut[i].Length > 0)
            {
                result.Boilerplate.Add(cut[i]);
            }

            Tail(work, cut[i].Length > 0 ? new(cut[i].End, lines[i].End) : lines[i]);
        }

        result.Boilerplate.Sort((a, b) => a.Start.CompareTo(b.Start));
        Mark(work);
        Chain(work);
    }

    // "dilansir kantor berita AFP", "seperti dikutip dari South China Morning Post", "kata Nikkei Asia dalam laporannya".
    private static void Chain(ArticleWork work)
    {
        var result = work.Layout;
        result.Found.Sort((a, b) => a.At.CompareTo(b.At));
        foreach (var (_, credit) in result.Found)
        {
            result.Credits.Add(credit);
        }

        var tokens = work.Tokens;
        for (var i = 1; i < tokens.Length; i++)
        {
            if (tokens[i].Dropped || !tokens[i].Capital || Phrases.Actor(work, i, out var length) is not { Actor.Outlet: true } outlet)
            {
                continue;
            }

            if ((CreditsBefore(work, i) || ReportsAfter(work, i, i + length)) && !result.Credits.Exists(c => c.Role == "agency" && c.Name == outlet.Actor.Name) && result.Publisher != outlet.Actor.Name)
            {
                result.Credits.Add(new("agency", outlet.Actor.Name));
            }

            i += length - 1;
        }
    }

    private static bool CreditsBefore(ArticleWork work, int at)
    {
        for (var i = at - 1; i >= 0 && i >= at - 5 && work.Tokens[i].Kind == TokenKind.Word; i--)
        {
            if (work.IsForm(i, "dilansir") || work.IsForm(i, "melansir") || work.IsForm(i, "dikutip") || work.IsForm(i, "mengutip") || work.IsForm(i, "lansir")
                || (work.IsForm(i, "laporan") && (work.IsForm(i - 1, "menurut") || work.IsForm(i - 1, "begitu"))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ReportsAfter(ArticleWork work, int at, int end)
    {
        if (!work.Is(at - 1, WordClass.CueBare))
        {
            return false;
        }

        for (var i = end; i < work.Tokens.Length && i < end + 4; i++)
        {
            if (work.IsForm(i, "laporan") || work.IsForm(i, "laporannya"))
            {
                return true;
            }
        }

        return false;
    }

    private static List<TextSpan> Lines(string text)
    {
        var lines = new List<TextSpan>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var (a, b) = Trim(text, start, end);
            if (a < b)
            {
                lines.Add(new(a, b));
            }

            start = end + 1;
        }

        return lines;
    }

    private static (int Start, int End) Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end);
    }

    private static bool Boilerplate(ArticleWork work, TextSpan line)
    {
        var text = work.Text.AsSpan(line.Start, line.Length);
        if (text.Length < 400 && text.Contains("Join Telegram", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var (beginning, kind) in work.Lexicon.Boilerplate)
        {
            if (!text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (char.IsLetter(beginning[^1]) && text.Length > beginning.Length && char.IsLetterOrDigit(text[beginning.Length]))
            {
                continue;
            }

            // A credit names somebody in a few words; "Sumber: ..." before a whole paragraph is text.
            if (kind != "drop")
            {
                if (line.Length > 160)
                {
                    return false;
                }

                AddCredit(work, kind["credit:".Length..], line.Start + beginning.Length, line.End);
            }
            else if (beginning is "copyright" or "©" or "hak cipta")
            {
                ReadYear(work, text);
            }

            return true;
        }

        // Initials of the editors alone on a line: "(abc/xyz)".
        return IsInitials(text);
    }

    private static bool IsInitials(ReadOnlySpan<char> text)
    {
        if (text.Length is < 4 or > 16 || text[0] != '(' || text[^1] != ')')
        {
            return false;
        }

        foreach (var c in text[1..^1])
        {
            if (!(char.IsLower(c) || c is '/' or ' ' || (text.Contains('/') && char.IsLetter(c))))
            {
                return false;
            }
        }

        return !text.Contains(' ') || text.Contains('/');
    }

    private static void ReadYear(ArticleWork work, ReadOnlySpan<char> text)
    {
        for (var i = 0; i + 4 <= text.Length; i++)
        {
            if (text[i] is '1' or '2' && int.TryParse(text.Slice(i, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is > 1990 and < 2100
                && (i + 4 == text.Length || !char.IsDigit(text[i + 4])))
            {
                work.Layout.CopyrightYear = year;
                return;
            }
        }
    }

    private static void AddCredit(ArticleWork work, string role, int start, int end)
    {
        var (a, b) = Trim(work.Text, start, end);
        while (a < b && work.Text[a] is ':' or ' ')
        {
            a++;
        }

        if (a >= b)
        {
            return;
        }

        var name = work.Text[a..b].TrimEnd('.', ' ');
        // "Sumber: Kabar Niaga. Gambar: Arsip": the credit ends with its sentence.
        var stop = name.IndexOf(". ", StringComparison.Ordinal);
        name = stop > 3 ? name[..stop] : name;
        if (name.Length > 0)
        {
            // "Sumber: Rini Wulandari/AFP" under a picture: who took it, and for whom.
            work.Layout.Found.Add((a, new(role == "agency" && name.Contains('/') ? "photographer" : role, name)));
        }
    }

    // "Vilnius (ANTARA) - ", "Jakarta, CNN Indonesia -- ", "PORTAL.COM – ", "KOTA, portal.com || ".
    private static TextSpan? Dateline(ArticleWork work, TextSpan line)
    {
        var text = work.Text;
        var limit = Math.Min(line.End, line.Start + MaxDatelineChars);
        for (var i = line.Start + 2; i < limit; i++)
        {
            if (text[i - 1] != ' ' || !IsDash(text, i, line.End, out var after))
            {
                if (text[i] is '.' or '!' or '?' or '"' or '“' && (i + 1 >= limit || text[i + 1] == ' '))
                {
                    return null;
                }

                continue;
            }

            return Accept(work, line.Start, i - 1) ? new(line.Start, Math.Min(after, line.End)) : null;
        }

        return null;
    }

    private static bool IsDash(string text, int at, int end, out int after)
    {
        foreach (var mark in DashMarks)
        {
            if (string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0 && (at + mark.Length >= end || text[at + mark.Length] == ' '))
            {
                after = Math.Min(end, at + mark.Length + 1);
                return true;
            }
        }

        after = 0;
        return false;
    }

    // Before the dash: capitalised words, commas, an outlet in brackets; at least an outlet, brackets, a place or all capitals.
    private static bool Accept(ArticleWork work, int start, int end)
    {
        string? outlet = null;
        var place = -1;
        var placeEnd = -1;
        var evidence = false;
        var words = 0;
        var tokens = work.Tokens;
        var first = FirstToken(tokens, start);
        var i = first;
        // "date 2023-05" before the place, as some feeds write it.
        if (i + 1 < tokens.Length && work.IsForm(i, "date") && tokens[i + 1].Kind == TokenKind.Number)
        {
            work.Layout.DatelineDate = Dates.DateReader.At(work, i + 1);
            evidence = work.Layout.DatelineDate is not null;
            i += 2;
        }

        var bracket = false;
        for (; i < tokens.Length && tokens[i].Start < end; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Mark is '(')
            {
                bracket = true;
                continue;
            }

            if (token.Mark is ')' or ',' or '/' or '.' or ':')
            {
                bracket &= token.Mark != ')';
                continue;
            }

            if (token.Kind == TokenKind.Number)
            {
                continue;
            }

            if (token.Kind != TokenKind.Word)
            {
                return false;
            }

            var match = Phrases.Longest(work, i, out var length);
            if (match?.Actor is { Actor.Outlet: true })
            {
                outlet = work.Words(i, i + length);
                evidence = true;
                i += length - 1;
                continue;
            }

            var form = work.Form(i);
            if (form.Contains('.'))
            {
                outlet = form.ToString();
                evidence = true;
                continue;
            }

            if (!token.Capital)
            {
                return false;
            }

            words++;
            if (bracket)
            {
                outlet = outlet is null ? form.ToString() : outlet + " " + form.ToString();
                evidence = true;
                continue;
            }

            evidence |= token.AllCaps || token.Is(WordClass.Weekday);
            if (place < 0 || placeEnd == i)
            {
                place = place < 0 ? i : place;
                placeEnd = i + 1;
            }
        }

        if (!evidence || words > 8)
        {
            return false;
        }

        if (place >= 0)
        {
            work.Layout.Dateline = work.Words(place, placeEnd);
        }

        work.Layout.Publisher ??= outlet;
        return true;
    }

    private static int FirstToken(ReadOnlySpan<Token> tokens, int position)
    {
        int low = 0, high = tokens.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens[middle].Start < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // Everything before the dateline is headline, repeated headline, or the caption of the picture between them.
    private static void BeforeDateline(ArticleWork work, List<TextSpan> lines, bool[] drop, int dateline)
    {
        for (var i = 0; i < dateline; i++)
        {
            if (drop[i])
            {
                continue;
            }

            if (work.Layout.TitleSpan is null && lines[i].Length <= MaxTitleChars)
            {
                work.Layout.TitleSpan = lines[i];
                continue;
            }

            var caption = lines[i].In(work.Text);
            drop[i] = true;
            var source = caption.LastIndexOf("Sumber:", StringComparison.OrdinalIgnoreCase);
            source = source < 0 ? caption.LastIndexOf("Foto:", StringComparison.OrdinalIgnoreCase) : source;
            if (source >= 0)
            {
                var name = caption[(caption.IndexOf(':', source) + 1)..].Trim(' ', '.', ')');
                if (name.Length is > 0 and < 80)
                {
                    work.Layout.Found.Add((lines[i].Start, new("photographer", name)));
                }
            }
        }
    }

    private static void TitleOf(ArticleWork work, List<TextSpan> lines, bool[] drop)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (drop[i])
            {
                continue;
            }

            var last = work.Text[lines[i].End - 1];
            if (i + 1 < lines.Count && lines[i].Length <= MaxTitleChars && last is not ('.' or ',' or '"' or '”' or ':' or ')'))
            {
                work.Layout.TitleSpan = lines[i];
            }

            return;
        }
    }

    // Credits glued to the last sentence of a line: "...NATO.Sumber: Anadolu", "... itu.***DTK", "... (abc/xyz)".
    private static void Tail(ArticleWork work, TextSpan line)
    {
        var text = work.Text;
        var stars = text.IndexOf("***", line.Start, line.Length, StringComparison.Ordinal);
        if (stars > line.Start && line.End - stars < 40)
        {
            work.Layout.Boilerplate.Add(new(stars, line.End));
            return;
        }

        foreach (var marker in TailMarkers)
        {
            var at = text.LastIndexOf(marker, line.End - 1, line.Length, StringComparison.Ordinal);
            if (at > line.Start && line.End - at < 300 && text[at - 1] is '.' or '"' or '”' or ' ' or ')' && EndsSentenceBefore(text, line.Start, at))
            {
                var role = marker switch
                {
                    "Sumber:" => "agency",
                    "Penerjemah:" => "translator",
                    "Editor:" => "editor",
                    "Pewarta:" => "author",
                    _ => null,
                };
                if (role is not null)
                {
                    AddCredit(work, role, at + marker.Length, line.End);
                }

                work.Layout.Boilerplate.Add(new(at, line.End));
                return;
            }
        }

        if (text[line.End - 1] == ')')
        {
            var open = text.LastIndexOf('(', line.End - 1, line.Length);
            if (open > line.Start && IsInitials(text.AsSpan(open, line.End - open)) && EndsSentenceBefore(text, line.Start, open))
            {
                work.Layout.Boilerplate.Add(new(open, line.End));
            }
        }
    }

    private static readonly string[] TailMarkers = ["Sumber:", "Penerjemah:", "Editor:", "Pewarta:", "Baca juga:", "Baca Juga:", "Copyright ©"];

    private static bool EndsSentenceBefore(string text, int start, int at)
    {
        var i = at - 1;
        while (i > start && text[i] is ' ' or '"' or '”')
        {
            i--;
        }

        return text[i] is '.' or '!' or '?' or ')';
    }

    private static void Mark(ArticleWork work)
    {
        var tokens = work.Tokens;
        foreach (var span in work.Layout.Boilerplate)
        {
            for (var i = FirstToken(tokens, span.Start); i < tokens.Length && tokens[i].Start < span.End; i++)
            {
                tokens[i].Dropped = true;
            }
        }
    }
}
