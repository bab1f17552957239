using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The outlets that a report came through, as its credits tell, and where it came from most likely.</summary>
internal static class ReportChain
{
    /// <summary>Copies and revisions shown with an article.</summary>
    public const int MaxOthers = 100;

    /// <summary>Names from the publisher to where the report came from; each once, however it is written ("CNN Indonesia", "CNNINDONESIA").</summary>
    public static IReadOnlyList<string> Of(Proto.ArticleInfo article) => Of(article.Publisher, article.Credits.Select(credit => (credit.Role, credit.Name)));

    /// <summary>Comparable name of the end of the chain; empty when the chain is the publisher alone.</summary>
    public static string OriginOf(ExtractedArticle article) =>
        Of(article.Publisher ?? "", article.Credits.Select(credit => (credit.Role, credit.Name))) is [_, .., var origin] ? Key(origin) : "";

    /// <summary>Where an article with these copies came from: credits are what outlets say themselves, its own before those of others; where none has any it is the first that appeared.</summary>
    /// <param name="article">The article.</param>
    /// <param name="copies">Others with nearly the same text, oldest first.</param>
    public static Proto.Origin OriginOf(Proto.ArticleInfo article, IReadOnlyList<Proto.ArticleInfo> copies)
    {
        if (Of(article) is [_, .., var credited])
        {
            return By(credited, Proto.OriginBasis.Credits);
        }
        if (copies.Select(Of).FirstOrDefault(chain => chain.Count > 1) is [.., var told])
        {
            return By(told, Proto.OriginBasis.CreditsOfCopy);
        }
        var own = DateOf(article);
        return copies is [var first, ..] && DateOf(first) is var earliest && earliest != DateKey.UndatedNumber && earliest < own
            ? new Proto.Origin { Outlet = first.Publisher, ArticleId = first.Id, Basis = Proto.OriginBasis.FirstCopy }
            : new Proto.Origin { Outlet = article.Publisher, ArticleId = article.Id, Basis = Proto.OriginBasis.Own };

        Proto.Origin By(string outlet, Proto.OriginBasis basis) => new()
        {
            Outlet = outlet, Basis = basis, ArticleId = copies.Prepend(article).FirstOrDefault(one => Key(one.Publisher) == Key(outlet))?.Id ?? "",
        };
    }

    /// <summary>Adds chain and origin to an answer that has the article and its copies.</summary>
    public static void Tell(Proto.GetArticleResponse answer)
    {
        answer.Chain.AddRange(Of(answer.Article));
        answer.Origin = OriginOf(answer.Article, answer.Copies);
    }

    private static long DateOf(Proto.ArticleInfo article) => DateKey.Number(DateKey.Of(article.Published?.Value));

    private static List<string> Of(string publisher, IEnumerable<(string Role, string Name)> credits)
    {
        // Who published this very text first stands nearer than the agency that the text was made from.
        var outlets = credits.Where(credit => credit.Role is "syndication" or "agency").OrderBy(credit => credit.Role == "agency").Select(credit => credit.Name);
        return [.. outlets.Prepend(publisher).DistinctBy(Key)];
    }

    private static string Key(string name) => string.Concat(NameKey.Words(name));
}
