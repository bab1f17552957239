using System.Text;
using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The outlets that a report came through, as its credits tell.</summary>
internal static class ReportChain
{
    /// <summary>Names from the publisher to where the report came from; each once, however it is written ("CNN Indonesia", "CNNINDONESIA").</summary>
    public static IReadOnlyList<string> Of(Proto.ArticleInfo article) => Of(article.Publisher, article.Credits.Select(credit => (credit.Role, credit.Name)));

    /// <summary>Comparable name of the end of the chain; empty when the chain is the publisher alone.</summary>
    public static string OriginOf(ExtractedArticle article) =>
        Of(article.Publisher ?? "", article.Credits.Select(credit => (credit.Role, credit.Name))) is [_, .., var origin] ? Key(origin) : "";

    /// <summary>The story alone: credits and calls to join channels differ between copies.</summary>
    public static string StoryOf(ExtractedArticle article)
    {
        var story = new StringBuilder(article.Text.Length);
        foreach (var sentence in article.Sentences)
        {
            story.Append(sentence.In(article.Text)).Append(' ');
        }
        return story.ToString();
    }

    private static List<string> Of(string publisher, IEnumerable<(string Role, string Name)> credits)
    {
        // Who published this very text first stands nearer than the agency that the text was made from.
        var outlets = credits.Where(credit => credit.Role is "syndication" or "agency").OrderBy(credit => credit.Role == "agency").Select(credit => credit.Name);
        return [.. outlets.Prepend(publisher).DistinctBy(Key)];
    }

    private static string Key(string name) => string.Concat(NameKey.Words(name));
}
