using System.Text;

namespace Sikap.TestKit;

/// <summary>Changes texts at random: inserts, removes, copies, cuts off, repeats, writes in another charset, breaks bytes.</summary>
public static class Mutations
{
    /// <summary>The bytes of a changed text.</summary>
    /// <param name="sample">The text.</param>
    /// <param name="pieces">What means something to the reader, so that changes hit what it decides on.</param>
    /// <param name="random">Decides on the changes.</param>
    public static byte[] Of(string sample, IReadOnlyList<string> pieces, Random random)
    {
        var text = new StringBuilder(sample);
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(20), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Insert(at, pieces[random.Next(pieces.Count)]);
                    break;
                case 1:
                    text.Remove(at, length);
                    break;
                case 2:
                    text.Insert(random.Next(text.Length + 1), text.ToString(at, length));
                    break;
                case 3:
                    text.Length = Math.Max(1, at);
                    break;
                default:
                    text.Insert(at, string.Concat(Enumerable.Repeat(pieces[random.Next(pieces.Count)], random.Next(50))));
                    break;
            }
        }

        var bytes = (random.Next(6) switch { 0 => Encoding.Unicode, 1 => Encoding.Latin1, _ => Encoding.UTF8 }).GetBytes(text.ToString());
        for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
