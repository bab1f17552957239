namespace Sikap.Ingestion;

/// <summary>The store's states as those of <c>sikap.v1</c>, which have the same numbers.</summary>
internal static class ArticleProgressMapping
{
    public static V1.ArticleState ToProto(this ArticleProgress progress) => (V1.ArticleState)(int)progress;
}
