using System.Text;

namespace Sikap.Nlp.Tests;

/// <summary>What long texts are made of that make a careless rule look back, ahead or around for ever.</summary>
internal static class HostileTexts
{
    /// <summary>Name and unit of each.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Units { get; } =
    [
        ("quote marks", "\""),
        ("apostrophes", "'"),
        ("nested quotations", "\"a \"b "),
        ("opening marks", "“kata "),
        ("one sentence of cues", "mengatakan "),
        ("one sentence of cues with function words", "yang mengatakan bahwa "),
        ("one quotation of cues", "\"Dia yang mengatakan itu yang mengatakan \" "),
        ("one sentence of cues and subjects", "Rini mengatakan kata dia menurut Budi "),
        ("commas and bare cues", "jalan itu rusak berat sekali, kata Rini, "),
        ("capitalised words", "Aba Caba Daba Eba "),
        ("thousands of names", "Presiden {0}a {0}b berkata. "),
        ("back references", "Jalan itu rusak sekali. Hal itu disampaikan Rini. "),
        ("titles", "Wakil Ketua Komisi "),
        ("brackets", "( [ "),
        ("full stops", ". "),
        ("line ends", "a\n"),
        ("dates", "Rabu (12/7) mengatakan "),
        ("combining marks", "e\u0301\u0301\u0301"),
        ("credits", "Sumber: AFP. Baca juga: x. "),
        ("outlets", "dilansir {0}.com dari Kyodo, kata Rini kepada AFP. "),
        ("times", "pukul 1 pukul 2 Rabu, "),
        ("credit lines", "Editor: {0}\nOleh Rini {0}\n(abc/xyz)\n"),
        ("documents", "laporan tersebut menunjukkan bahwa forum itu "),
    ];

    /// <summary>A text of exactly this length, made of a unit over and over; <c>{0}</c> in it becomes another name each time.</summary>
    public static string Fill(string unit, int length)
    {
        var text = new StringBuilder(length + unit.Length);
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(unit.Contains("{0}", StringComparison.Ordinal) ? unit.Replace("{0}", Name(i), StringComparison.Ordinal) : unit);
        }

        return text.ToString(0, length);
    }

    // Bac, Bad, ...: a name for every number.
    private static string Name(int i)
    {
        var name = new StringBuilder("B");
        for (; i > 0; i /= 20)
        {
            name.Append("aeioubcdfghjklmnprst"[i % 20]);
        }

        return name.Append('x').ToString();
    }
}
