using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Actors;

/// <summary>How a person stands to an office named beside the name.</summary>
internal enum Standing { Holds, Held, Seeks }

/// <summary>An office that a title names.</summary>
/// <param name="Office">Which office.</param>
/// <param name="Of">ISO code, organisation or province whose office it is; null when the title does not say.</param>
/// <param name="Standing">Holder, former holder ("mantan") or one to come ("calon", "terpilih").</param>
internal sealed record OfficeTitle(Office Office, string? Of, Standing Standing)
{
    /// <summary>The office that the words of a title in [first, end) name; null when they name none of the tables, or more than one office and its owner.</summary>
    public static OfficeTitle? Read(ArticleWork work, int first, int end)
    {
        var i = first;
        var standing = Standing.Holds;
        for (; i < end; i++)
        {
            if (IsFormer(work, i))
            {
                standing = Standing.Held;
            }
            else if (IsCandidate(work, i))
            {
                standing = Standing.Seeks;
            }
            else if (!IsActing(work, i) && !work.IsMark(i, '.'))
            {
                break;
            }
        }

        if (Longest(work, i, end, out var length) is not { } office)
        {
            return null;
        }

        var of = office.Of;
        for (i += length; i < end; i += length)
        {
            length = 1;
            if (work.IsMark(i, '(') && Closing(work, i, end) is var close and > 0)
            {
                // "Menteri Pekerjaan Umum (PU)", "Ketua Dewan Perwakilan Rakyat (DPR)": the same once more.
                length = close + 1 - i;
                continue;
            }

            if (work.IsForm(i, "terpilih"))
            {
                standing = Standing.Seeks;
            }
            else if (Phrases.Actor(work, i, out var words) is { Actor: var owner, Form: not MentionForm.Metonym })
            {
                length = words;
                var named = owner.Type == ActorType.Country ? owner.Represents! : owner.Name;
                // "Ketua DPR RI", "Ketua Umum Partai Nusa (PN)": said twice or made plainer, not another owner.
                if (of is not null && of != named && named != "IDN")
                {
                    return null;
                }

                of ??= named;
            }
            else if (Phrases.Longest(work, i, static node => node.Province is not null, out words)?.Province is { } province)
            {
                length = words;
                of ??= province;
            }
            else if (work.IsForm(i, "sekaligus") || work.IsForm(i, "merangkap") || work.IsForm(i, "selaku") || work.IsMark(i, '/') || Phrases.Title(work, i, out _) is { Kind: TitleKind.Rank or TitleKind.Honorific })
            {
                break;
            }
            else if (!(work.IsForm(i, "DPP") || work.IsForm(i, "provinsi") || work.IsForm(i, "dari")))
            {
                return null;
            }
        }

        if (work.IsForm(end, "terpilih"))
        {
            standing = Standing.Seeks;
        }

        return new(office, of, standing);
    }

    // The longest office of the tables that begins at a token; commas inside ("Politik, Hukum, dan Keamanan") make no difference.
    private static Office? Longest(ArticleWork work, int first, int end, out int length)
    {
        Office? best = null;
        var node = 0;
        length = 0;
        for (var i = first; i < end && node >= 0; i++)
        {
            if (work.IsMark(i, ',') && i > first)
            {
                continue;
            }

            node = work.Lexicon.Step(node, work.Tokens[i].Word);
            if (node >= 0 && work.Lexicon.At(node)?.Office is { } office)
            {
                (best, length) = (office, i + 1 - first);
            }
        }

        return best;
    }

    private static int Closing(ArticleWork work, int open, int end)
    {
        for (var i = open + 1; i < end && i < open + 6; i++)
        {
            if (work.IsMark(i, ')'))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>"mantan Presiden": out of office.</summary>
    public static bool IsFormer(ArticleWork work, int at) => work.IsForm(at, "mantan") || work.IsForm(at, "eks") || work.IsForm(at, "bekas");

    /// <summary>"calon presiden": not yet in office.</summary>
    public static bool IsCandidate(ArticleWork work, int at) => work.IsForm(at, "calon") || work.IsForm(at, "kandidat") || work.IsForm(at, "bakal");

    private static bool IsActing(ArticleWork work, int at) => work.IsForm(at, "plt") || work.IsForm(at, "pj") || work.IsForm(at, "penjabat") || work.IsForm(at, "pelaksana") || work.IsForm(at, "tugas");
}
