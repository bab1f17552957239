using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Statements;

/// <summary>Where clauses end and whether words make one.</summary>
internal sealed class Clauses(ArticleWork work)
{
    /// <summary>A predicate stands among the tokens [first, end) before the first comma or adverbial.</summary>
    public bool HasPredicate(int first, int end)
    {
        // Each relative clause has a verb of its own that does not count.
        var relative = 0;
        for (var i = first; i < end && i < first + 28; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Mark is ',' or ';' || token.Is(WordClass.Subordinator) || work.IsForm(i, "untuk") || work.IsForm(i, "dengan") || work.IsForm(i, "terhadap") || work.IsForm(i, "tentang"))
            {
                return false;
            }

            if (token.Is(WordClass.Yang))
            {
                relative++;
                continue;
            }

            // "langkah itu keliru": an adjective behind a closed noun phrase.
            if (relative == 0 && token.Is(WordClass.Determiner) && i + 1 < end && work.Tokens[i + 1].Kind == TokenKind.Word && !work.Tokens[i + 1].Is(WordClass.Function | WordClass.CueAny))
            {
                return true;
            }

            var predicate = !token.Capital && (token.Is(WordClass.Auxiliary | WordClass.Degree) || Words.LooksVerb(work.Form(i)));
            if (!predicate)
            {
                continue;
            }

            if (relative == 0)
            {
                return true;
            }

            // The predicate of the relative clause: "akan memimpin", "tidak bisa dipakai", or one verb.
            relative--;
            if (token.Is(WordClass.Auxiliary | WordClass.Degree))
            {
                while (i + 1 < end && work.Tokens[i + 1].Is(WordClass.Auxiliary | WordClass.Adverb | WordClass.Degree))
                {
                    i++;
                }

                i++;
            }
        }

        return false;
    }

    /// <summary>One past the last token of reported content that begins at a token: it ends where a clause with a speaker of its own begins.</summary>
    public int End(int first, int end, WordClass cue)
    {
        for (var i = first + 1; i < end; i++)
        {
            if (work.Tokens[i].Mark != ',' || work.Tokens[i].Quoted || i + 2 >= end)
            {
                continue;
            }

            if (IsCredit(i + 1))
            {
                return i;
            }

            // What the reporter sets against the statement: ", sementara ...", ", kendati ..."; behind a label also ", yang ...".
            if (work.IsForm(i + 1, "sementara") || work.IsForm(i + 1, "sedangkan") || work.IsForm(i + 1, "kendati")
                || (work.Is(i + 1, WordClass.Yang) && (cue & (WordClass.CueDescribe | WordClass.CueAsk)) != 0))
            {
                return i;
            }

            if (!work.Tokens[i + 1].Is(WordClass.Subordinator | WordClass.Conjunction))
            {
                continue;
            }

            var verb = i + 2;
            while (verb < end && work.Tokens[verb].Is(WordClass.Adverb | WordClass.Auxiliary))
            {
                verb++;
            }

            if (work.Is(verb, WordClass.Position) || (work.Is(verb, WordClass.CueVerb) && !work.Is(verb, WordClass.CueThink)))
            {
                return i;
            }

            for (var k = i + 2; k < end && k < i + 14; k++)
            {
                if (work.Tokens[k].Mark == ',' || work.Tokens[k].Quoted || work.Tokens[k].Is(WordClass.Bahwa | WordClass.Yang))
                {
                    break;
                }

                if (work.Tokens[k].Is(WordClass.CueVerb) && !work.Tokens[k].Is(WordClass.CueThink))
                {
                    return i;
                }
            }
        }

        return end;
    }

    /// <summary>Where the way the news came begins (", seperti dikutip ..."), else the end.</summary>
    public int CreditEnd(int first, int end)
    {
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (work.Tokens[i].Mark == ',' && !work.Tokens[i].Quoted && IsCredit(i + 1))
            {
                return i;
            }
        }

        return end;
    }

    // ", demikian dikutip dari ...", ", seperti dilansir ...": the way the news came is no content.
    private bool IsCredit(int i) =>
        work.IsForm(i, "dikutip") || work.IsForm(i, "dilansir") || work.IsForm(i, "lapor") || work.IsForm(i, "melansir") || work.IsForm(i, "mengutip")
        || ((work.IsForm(i, "seperti") || work.IsForm(i, "demikian") || work.IsForm(i, "sebagaimana") || work.IsForm(i, "yang"))
            && (work.IsForm(i + 1, "dikutip") || work.IsForm(i + 1, "dilansir") || work.IsForm(i + 1, "dilaporkan") || work.IsForm(i + 1, "sebagaimana") || work.IsForm(i + 1, "diberitakan") || work.IsForm(i + 1, "dikabarkan") || work.IsForm(i + 1, "seperti")));

    /// <summary>[first, end) stands between cue and content: "kepada wartawan", "di Jakarta", "dalam keterangannya", "pada Selasa (3/5)", "lagi", "juga".</summary>
    public bool IsAddressee(int first, int end)
    {
        if (first >= end)
        {
            return true;
        }

        var i = first;
        while (i < end && work.Tokens[i].Is(WordClass.Adverb))
        {
            i++;
        }

        return i >= end || work.Tokens[i].Is(WordClass.Preposition | WordClass.Weekday | WordClass.Subordinator) || work.Tokens[i].Mark is ',' or '(';
    }

    /// <summary>Opens a phrase of addressee, place or time between cue and content; "dari", "untuk", "bagi" open content.</summary>
    public bool IsSetting(int i) =>
        (work.Tokens[i].Is(WordClass.Preposition) && !work.IsForm(i, "dari") && !work.IsForm(i, "untuk") && !work.IsForm(i, "bagi") && !work.IsForm(i, "selain")
            && !work.IsForm(i, "sebagai") && !work.IsForm(i, "dengan") && !work.IsForm(i, "selama") && !work.IsForm(i, "tanpa"))
        || work.Tokens[i].Is(WordClass.Weekday) || work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "usai") || work.Tokens[i].Mark == '(';
}
