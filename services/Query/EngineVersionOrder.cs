using System.Globalization;

namespace Sikap.Query;

/// <summary>Order of engine versions: numbers between dots, dashes and plus signs by value, everything else as text.</summary>
internal static class EngineVersionOrder
{
    private static readonly CompareInfo s_compare = CultureInfo.InvariantCulture.CompareInfo;

    public static int Compare(string left, string right) => s_compare.Compare(left, right, CompareOptions.NumericOrdering);
}
