using System.Security.Cryptography;
using System.Text;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Dates;
using Sikap.Nlp.Layout;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp;

/// <summary>Turns what the stages found into the public result; strings are made here.</summary>
internal static class Output
{
    /// <summary>Builds the result.</summary>
    public static ExtractedArticle Build(ArticleWork work, string language, string version, List<Draft> drafts, ConfidenceTable confidences)
    {
        var layout = work.Layout;
        var dater = new StatementDater(work, drafts);
        var chain = ReportChain.Run(work);
        var statements = new List<Statement>(drafts.Count);
        for (var i = 0; i < drafts.Count; i++)
        {
            statements.Add(Statement(work, drafts[i], version, dater.Of(i), chain.Via(drafts[i]), confidences));
        }

        return new()
        {
            Id = work.Article.Id,
            Text = work.Article.Text,
            EngineVersion = version,
            Language = language,
            Title = work.Article.Title ?? (layout.TitleSpan is { } title ? work.Source.ToOriginal(title.Start, title.End).In(work.Article.Text) : null),
            Publisher = work.Article.Publisher ?? layout.Publisher,
            Dateline = layout.Dateline,
            Published = work.Published,
            Credits = Credits(work, chain),
            Boilerplate = [.. layout.Boilerplate.Select(span => work.Source.ToOriginal(span.Start, span.End))],
            Dates = DateMentions(work, drafts, dater),
            Sentences = [.. work.Sentences.Select(s => work.Source.ToOriginal(work.Tokens[s.First].Start, work.Tokens[s.End - 1].End))],
            Mentions = Mentions(work),
            Statements = statements,
            Coding = work.Article.Coding,
            Provenance = work.Article.Provenance,
        };
    }

    // Credit lines as they stand, then the outlets of the running text, which are further up the chain.
    private static List<Credit> Credits(ArticleWork work, ReportChain chain)
    {
        work.Layout.Credits.Sort((a, b) => a.At.CompareTo(b.At));
        var result = new List<Credit>(work.Layout.Credits.Count);
        var known = new HashSet<Credit>();
        foreach (var (_, credit) in work.Layout.Credits)
        {
            if (known.Add(credit))
            {
                result.Add(credit);
            }
        }

        foreach (var author in work.Article.Authors)
        {
            if (!result.Exists(credit => credit.Name.Equals(author, StringComparison.OrdinalIgnoreCase)))
            {
                result.Add(new("author", author));
            }
        }

        chain.AddCredits(result);
        return result;
    }

    private static List<DateMention> DateMentions(ArticleWork work, List<Draft> drafts, StatementDater dater)
    {
        var result = new List<DateMention>(work.Dates.Count);
        var published = new DateResolver(work.Published);
        var statement = 0;
        for (var i = 0; i < work.Dates.Count; i++)
        {
            var date = work.Dates[i];
            var at = work.Tokens[date.First].Start;
            while (statement < drafts.Count && drafts[statement].End <= at)
            {
                statement++;
            }

            // Who says "kemarin" counts from the day of the saying.
            var saying = statement < drafts.Count && drafts[statement].Start <= at && (date.IsTime || date.Unit is DateUnit.Day or DateUnit.Week or DateUnit.Weekend) ? dater.DayOfSaying(statement) : null;
            var resolver = saying is null ? published : new(saying);
            var resolved = resolver.Resolve(date, date.IsTime ? Beside(work, i, resolver) : null);
            if (saying is not null && !date.IsTime && resolver.Today != published.Today)
            {
                resolved = resolved with { Rule = resolved.Rule + "-of-saying" };
            }

            var span = work.Source.ToOriginal(work.Tokens[date.First].Start, work.Tokens[date.End - 1].End);
            result.Add(new(span.Start, span.End, resolved.Value, resolved.Precision, resolved.Rule));
        }

        return result;
    }

    // "Rabu (12/7) pukul 14.05 WIB", "pukul 14.05 WIB, Rabu (12/7)": a time takes the nearest day of its sentence, else none.
    private static ResolvedDate? Beside(ArticleWork work, int time, in DateResolver resolver)
    {
        const int Reach = 25;
        const int MaxTimes = 6;
        ResolvedDate? best = null;
        var distance = Reach;
        // "pukul 10.30 sampai pukul 14.45": both are of the day before the first.
        var first = time;
        while (first > Math.Max(0, time - MaxTimes) && work.Dates[first - 1].IsTime && work.Dates[first].First - work.Dates[first - 1].End <= 3 && IsOneSentence(work, work.Dates[first - 1].End, work.Dates[first].First))
        {
            first--;
        }

        foreach (var other in (ReadOnlySpan<int>)[first - 1, time + 1])
        {
            if (other < 0 || other >= work.Dates.Count || work.Dates[other].Precision != DatePrecision.Day)
            {
                continue;
            }

            var near = work.Dates[other < time ? first : time];
            var from = Math.Min(near.End, work.Dates[other].End);
            var to = Math.Max(near.First, work.Dates[other].First);
            if (to - from < distance && IsOneSentence(work, from, to))
            {
                (best, distance) = (resolver.Resolve(work.Dates[other]), to - from);
            }
        }

        return best;
    }

    private static bool IsOneSentence(ArticleWork work, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (work.Tokens[i].Breaks > 0 || work.Tokens[i].Mark is '.' or '?' or '!')
            {
                return false;
            }
        }

        return true;
    }

    private static List<Mention> Mentions(ArticleWork work)
    {
        var result = new List<Mention>();
        foreach (var found in work.Found)
        {
            if (found.Entity is not { Weak: false } entity)
            {
                continue;
            }

            var span = work.Source.ToOriginal(work.Tokens[found.First].Start, work.Tokens[found.End - 1].End);
            result.Add(new(span.Start, span.End, Incumbents.Actor(work, entity, work.Published, out _), found.Form, found.Role));
        }

        return result;
    }

    private static Statement Statement(ArticleWork work, Draft draft, string version, PartialDate? date, IReadOnlyList<string> via, ConfidenceTable table)
    {
        var confidences = new Confidences(
            Math.Round(table.Content(draft.Certainty), 3), draft.Speaker is { } by ? Math.Round(table.Speaker(by.Certainty), 3) : 0, date is null ? 0 : table.Date(date.From));
        var content = work.Slice(draft.Start, draft.End);
        var entity = draft.Speaker?.Entity;
        string? held = null;
        var speaker = entity is null ? null : Incumbents.Actor(work, entity, date ?? work.Published, out held);
        return new()
        {
            Id = Id(work.Article.Id, content, version),
            Content = content,
            Kind = draft.Kind,
            Cue = draft.CueFirst < 0 ? null : work.Slice(work.Tokens[draft.CueFirst].Start, work.Tokens[draft.CueEnd - 1].End),
            Speaker = speaker,
            Mention = draft.Speaker is { First: >= 0 } source ? work.Slice(work.Tokens[source.First].Start, work.Tokens[source.End - 1].End) : null,
            Role = draft.Speaker?.Role ?? (entity?.Roles.Count > 0 ? entity.Roles[0] : held),
            Date = date,
            Confidence = Math.Round(confidences.Content * confidences.Speaker, 3),
            Confidences = confidences,
            Via = via,
            Inner = draft.Inner is { } inner ? [.. inner.Select(part => Inner(work, part, date))] : [],
        };
    }

    private static InnerAttribution Inner(ArticleWork work, Draft draft, PartialDate? date)
    {
        var speaker = draft.Speaker!.Value;
        return new()
        {
            Content = work.Slice(draft.Start, draft.End),
            Cue = work.Slice(work.Tokens[draft.CueFirst].Start, work.Tokens[draft.CueEnd - 1].End),
            Speaker = Incumbents.Actor(work, speaker.Entity, date ?? work.Published, out _),
            Mention = work.Slice(work.Tokens[speaker.First].Start, work.Tokens[speaker.End - 1].End),
            Level = draft.Level,
        };
    }

    private static string Id(string article, TextSlice content, string version)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{article}\n{content.Start}\n{content.End}\n{version}")));
        return Convert.ToHexStringLower(bytes.AsSpan(0, 8));
    }
}
