namespace Sikap.Nlp.Reading;

/// <summary>Characters used as quotation marks.</summary>
internal static class QuoteMarks
{
    /// <summary>Straight, curly, low and angled double marks, and the inch sign some outlets type.</summary>
    public static bool IsDouble(char c) => c is '"' or '“' or '”' or '„' or '‟' or '«' or '»' or '″' or '〝' or '〞' or '＂';

    /// <summary>Single marks that are not known to be apostrophes.</summary>
    public static bool IsSingle(char c) => c is '\'' or '‘' or '’' or '‚' or '‛' or '`' or '´' or '‹' or '›';

    /// <summary>Marks that only open.</summary>
    public static bool OnlyOpens(char c) => c is '“' or '„' or '‟' or '«' or '‘' or '‚' or '‛' or '‹' or '〝';
}
