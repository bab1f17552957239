using System.Text;

namespace Sikap.Ingestion.Tests;

/// <summary>What outlets do to a text that they take over, made by rule and from a seed, so that what belongs together is known.</summary>
internal sealed class PlantedEdits(int seed)
{
    public static readonly IReadOnlyList<string> Kinds = ["light rewrite", "cut", "added paragraphs", "changed headline", "agency copy"];

    // Words that a sub-editor changes for others.
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mengatakan"] = "menyatakan", ["kata"] = "ujar", ["ujar"] = "tutur", ["ujarnya"] = "katanya", ["katanya"] = "ujarnya", ["menurut"] = "kata", ["tersebut"] = "itu", ["itu"] = "tersebut",
        ["karena"] = "sebab", ["namun"] = "tetapi", ["tapi"] = "namun", ["juga"] = "pun", ["untuk"] = "guna", ["sejumlah"] = "beberapa", ["beberapa"] = "sejumlah", ["akan"] = "bakal", ["bisa"] = "dapat",
        ["dapat"] = "bisa", ["telah"] = "sudah", ["sudah"] = "telah", ["saat"] = "ketika", ["ketika"] = "saat", ["hingga"] = "sampai", ["sangat"] = "amat", ["besar"] = "raya", ["melakukan"] = "menjalankan",
        ["meminta"] = "mendesak", ["mendapat"] = "memperoleh", ["memberikan"] = "memberi", ["yakni"] = "yaitu", ["yaitu"] = "yakni", ["seperti"] = "misalnya", ["para"] = "semua", ["hanya"] = "cuma",
        ["tidak"] = "tak", ["dengan"] = "bersama", ["setelah"] = "usai", ["usai"] = "setelah", ["bahwa"] = "kalau", ["serta"] = "dan", ["agar"] = "supaya", ["jadi"] = "menjadi", ["warga"] = "penduduk",
    };

    private static readonly string[] s_fillers = ["kemarin", "ini", "tersebut", "lagi", "pula", "kini", "pun", "tadi"];

    private static readonly string[] s_outlets = ["Kabar Pantai", "Warta Lereng", "Suara Teluk", "Harian Menara", "Portal Delta"];

    private readonly Random _random = new(seed);

    /// <summary>An edited copy.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="title">Headline; may be null.</param>
    /// <param name="text">The original.</param>
    /// <param name="other">A text about something else, which paragraphs may be taken from.</param>
    public (string? Title, string Text) Make(string kind, string? title, string text, string other) => kind switch
    {
        "light rewrite" => (title, Rewrite(text, 0.12)),
        "cut" => (title, Cut(text, 0.5 + (0.3 * _random.NextDouble()))),
        "added paragraphs" => (title, AddParagraphs(text, other)),
        "changed headline" => ("Ini " + (title ?? "Kabar Terbaru"), Rewrite(text, 0.02)),
        "agency copy" => (title, Frame(Rewrite(Cut(text, 0.85), 0.04))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown"),
    };

    private string Rewrite(string text, double share) => string.Join('\n', text.Split('\n').Select(line =>
    {
        var words = line.Split(' ').ToList();
        var result = new List<string>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            if (_random.NextDouble() >= share)
                result.Add(words[i]);
            else if (s_synonyms.TryGetValue(words[i], out var synonym))
                result.Add(synonym);
            else if (_random.Next(3) is var way && way == 0)
                continue;
            else if (way == 1 && i + 1 < words.Count)
                result.AddRange([words[i + 1], words[i++]]);
            else
                result.AddRange([words[i], s_fillers[_random.Next(s_fillers.Length)]]);
        }

        return string.Join(' ', result);
    }));

    private static string Cut(string text, double share)
    {
        var paragraphs = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var length = 0;
        var kept = new StringBuilder();
        foreach (var paragraph in paragraphs)
        {
            if (length > 0 && length + (paragraph.Length / 2) > share * text.Length)
                break;
            kept.Append(paragraph).Append('\n');
            length += paragraph.Length;
        }

        // One long paragraph is cut at a sentence.
        if (paragraphs.Length > 1)
            return kept.ToString();
        var end = text.IndexOf(". ", (int)(share * text.Length), StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    private string AddParagraphs(string text, string other)
    {
        var paragraphs = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var added = 0;
        foreach (var paragraph in other.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (added + paragraph.Length > 0.4 * text.Length)
                break;
            paragraphs.Insert(_random.Next(paragraphs.Count + 1), paragraph);
            added += paragraph.Length;
        }

        return string.Join('\n', paragraphs);
    }

    private string Frame(string text)
    {
        var outlet = s_outlets[_random.Next(s_outlets.Length)];
        return $"{outlet.ToUpperInvariant()}, Jakarta - {text}\nIkuti kabar terbaru lain dari {outlet} setiap pagi lewat surat elektronik Anda.\nEditor: Rama Wening\nSumber: Kantor Berita Samudra\n{outlet} menerima tulisan pembaca di alamat redaksi.";
    }
}
