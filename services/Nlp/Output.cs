using System.Security.Cryptography;
using System.Text;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Dates;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp;

/// <summary>Turns what the stages found into the public result; strings are made here.</summary>
internal static class Output
{
    /// <summary>Builds the result.</summary>
    public static ExtractedArticle Build(ArticleWork work, string language, string version, List<Draft> drafts)
    {
        var layout = work.Layout;
        var dater = new StatementDater(work, work.Dates, work.Published);
        var statements = new List<Statement>(drafts.Count);
        foreach (var draft in drafts)
        {
            statements.Add(Statement(work, draft, version, dater.Of(draft)));
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
            Credits = layout.Credits,
            Boilerplate = [.. layout.Boilerplate.Select(span => work.Source.ToOriginal(span.Start, span.End))],
            Dates = [.. work.Dates.Select(date => Date(work, date, work.Published))],
            Sentences = [.. work.Sentences.Select(s => work.Source.ToOriginal(work.Tokens[s.First].Start, work.Tokens[s.End - 1].End))],
            Mentions = Mentions(work),
            Statements = statements,
        };
    }

    private static DateMention Date(ArticleWork work, DateExpression date, PartialDate? published)
    {
        var span = work.Source.ToOriginal(work.Tokens[date.First].Start, work.Tokens[date.End - 1].End);
        return DateReader.Resolve(date, published) is { } value
            ? new(span.Start, span.End, value.Value, value.Precision, value.From)
            : new(span.Start, span.End, null, DatePrecision.Day, "unresolved");
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

    private static Statement Statement(ArticleWork work, Draft draft, string version, PartialDate? date)
    {
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
            Confidence = Math.Round(draft.Certainty * (draft.Speaker?.Certainty ?? 0.3), 3),
        };
    }

    private static string Id(string article, TextSlice content, string version)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{article}\n{content.Start}\n{content.End}\n{version}")));
        return Convert.ToHexStringLower(bytes.AsSpan(0, 8));
    }
}
