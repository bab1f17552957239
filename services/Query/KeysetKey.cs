using System.Globalization;

namespace Sikap.Query;

/// <summary>
/// The values that a page of a list ends with, as a line of text each. They come back from the client within a <see cref="PageToken"/>, whose checksum anybody can work out:
/// so they are numbers and texts, never anything that a store could take for an operator.
/// </summary>
internal static class KeysetKey
{
    /// <param name="values">Numbers (<see cref="long"/>) and texts without a line feed or a leading number sign.</param>
    public static string Format(IEnumerable<object> values) =>
        string.Join('\n', values.Select(value => value is long number ? "#" + number.ToString(CultureInfo.InvariantCulture) : (string)value));

    /// <exception cref="FormatException">It is not a key of that many values.</exception>
    public static IReadOnlyList<object> Parse(string key, int count)
    {
        var values = key.Split('\n').Select(part => part.StartsWith('#') ? (object)long.Parse(part.AsSpan(1), CultureInfo.InvariantCulture) : part).ToList();
        return values.Count == count ? values : throw new FormatException($"A key of {count} values is wanted, not one of {values.Count}.");
    }
}
