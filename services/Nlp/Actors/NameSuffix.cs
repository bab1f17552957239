using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Actors;

/// <summary>What stands behind a person's name and belongs to it without being part of it: academic degrees (", S.H., M.Si.") and the age in brackets ("(45)").</summary>
internal static class NameSuffix
{
    /// <summary>Longest written degree or part of one in letters ("M.Kes", "S.Sos").</summary>
    private const int MaxLetters = 5;

    /// <summary>One past the degrees and the age behind a name that ends at a token; the token itself when there are none.</summary>
    public static int End(ArticleWork work, int end)
    {
        var tokens = work.Tokens;
        var at = end;
        while (at + 1 < tokens.Length && tokens[at].Mark == ',' && tokens[at].Breaks == 0 && Degree(work, at + 1) is var behind and > 0)
        {
            at = behind;
        }

        if (at + 2 < tokens.Length && tokens[at].Mark == '(' && tokens[at].Breaks == 0 && tokens[at + 1].Kind == TokenKind.Number && tokens[at + 1].End - tokens[at + 1].Start <= 3)
        {
            // "(45)", "(45 tahun)"
            at = tokens[at + 2].Mark == ')' ? at + 3 : work.IsForm(at + 2, "tahun") && work.IsMark(at + 3, ')') ? at + 4 : at;
        }

        return at;
    }

    // "M.Si", "S.H.", "Ph.D.", "SH": one past it, or -1.
    private static int Degree(ArticleWork work, int at)
    {
        var tokens = work.Tokens;
        // ", dr.", ", drg.": degrees of physicians are written small, also behind the name.
        if (tokens[at].Kind == TokenKind.Word && tokens[at].Breaks == 0 && work.Form(at) is "dr" or "drg" or "drh" or "apt" or "ns")
        {
            return work.IsMark(at + 1, '.') && tokens[at + 1].Breaks == 0 ? at + 2 : at + 1;
        }

        // "Sp. A(K)", "Sp.OG(K)": the field of a specialist.
        if (tokens[at].Breaks == 0 && work.Form(at) is "Sp" or "Sp." && at + 2 < tokens.Length)
        {
            var field = at + 1 + (work.IsMark(at + 1, '.') ? 1 : 0);
            field += field < tokens.Length && tokens[field] is { Capital: true, Breaks: 0 } && tokens[field].End - tokens[field].Start <= MaxLetters ? 1 : 0;
            return work.IsMark(field, '(') && work.IsMark(field + 2, ')') ? field + 3 : field;
        }

        if (!tokens[at].Capital || tokens[at].Kind != TokenKind.Word || tokens[at].Breaks > 0 || tokens[at].End - tokens[at].Start > MaxLetters)
        {
            return -1;
        }

        // The tokenizer keeps "S.H." together; "M.Si" and the last letter of "S.I.K" stand apart.
        var dotted = work.Form(at).Contains('.');
        var i = at + 1;
        while (i < tokens.Length && tokens[i].Breaks == 0 && !tokens[i].Space)
        {
            if (tokens[i].Capital && dotted && tokens[i].End - tokens[i].Start <= MaxLetters)
            {
                i++;
            }
            else if (tokens[i].Mark == '.' && i + 1 < tokens.Length && tokens[i + 1].Capital && !tokens[i + 1].Space && tokens[i + 1].Breaks == 0 && tokens[i + 1].End - tokens[i + 1].Start <= MaxLetters)
            {
                dotted = true;
                i += 2;
            }
            else
            {
                break;
            }
        }

        if (dotted)
        {
            // The last stop is the degree's where the sentence goes on.
            return i + 1 < tokens.Length && tokens[i].Mark == '.' && tokens[i + 1].Breaks == 0 && (tokens[i + 1].Mark is ',' or '(' || (tokens[i + 1].Kind == TokenKind.Word && !tokens[i + 1].Capital)) ? i + 1 : i;
        }

        return work.Form(at) is "SH" or "SE" or "MH" or "MM" or "MT" or "ST" or "MSi" or "SSos" or "SIP" or "SIK" or "SPd" or "MPd" or "SAg" or "MAg" or "SKM" or "MKes" or "SKom" or "MKom" or "MSc" or "MBA" or "PhD" or "LLM" or "MAP" or "SHI" or "SPt" or "SHut" or "SKed" or "Lc"
            ? i : -1;
    }
}
