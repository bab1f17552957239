using System.Runtime.InteropServices;

namespace Sikap.Ingestion;

/// <summary>
/// The words that tell what an article is about: those it uses often, names and words of the headline before others. How much each weighs is decided when articles are compared, by how rare it is.
/// Stored: a change of anything in here makes the stored ones worthless.
/// </summary>
internal sealed class StoryTerms
{
    /// <summary>Most terms of one article.</summary>
    public const int Size = 24;

    private const int MinLength = 3;
    private const int Headline = 3;

    // Words that carry no matter; news of any event has them. Rarity takes weight from others, but knows nothing while there are few articles.
    private static readonly HashSet<ulong> s_stop = Hashes("""
        yang dan dari untuk dengan pada dalam ini itu tidak akan juga oleh ada adalah atau sebagai telah sudah bisa dapat karena kata kepada saat lebih seperti para hingga serta saja masih harus
        tersebut menjadi mengatakan ujar ujarnya katanya ucap ucapnya tutur jelas jelasnya tambah tambahnya ungkap ungkapnya menurut dia ia kami kita mereka saya anda kamu nya bahwa antara setelah sebelum
        ketika agar namun tetapi tapi jika bila maka lalu kemudian sementara selain secara sejumlah beberapa banyak semua setiap satu dua tiga empat lima pun lagi baru bukan belum hanya sampai sejak
        atas bawah luar dua kali hari senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus september oktober november desember tahun bulan tanggal pukul wib wita wit
        orang hal cara melalui terhadap tentang sebuah seorang salah apa siapa mana bagaimana kapan mengapa membuat dilakukan melakukan memiliki merupakan dikutip dilansir sekitar baca juga foto video
        the and that with for from was were are has have had this which said will would not but his her their they been its who
        """);

    private readonly Dictionary<uint, int> _scores = [];

    /// <summary>Takes the headline.</summary>
    public void AddTitle(string title) => TextWords.Read(title, (hash, first, length) => Count(hash, first, length, Headline));

    /// <summary>Takes a word of the text.</summary>
    public void Add(ulong hash, char first, int length) => Count(hash, first, length, 1);

    /// <summary>At most <see cref="Size"/> terms, the same in every process, those with most weight in the article first.</summary>
    public uint[] Top()
    {
        var terms = new (int Score, uint Term)[_scores.Count];
        var n = 0;
        foreach (var (term, score) in _scores)
            terms[n++] = (-score, term);
        Array.Sort(terms);
        return Array.ConvertAll(terms[..Math.Min(Size, terms.Length)], term => term.Term);
    }

    private void Count(ulong hash, char first, int length, int weight)
    {
        if (length >= MinLength && !s_stop.Contains(hash))
            CollectionsMarshal.GetValueRefOrAddDefault(_scores, (uint)(TextSketch.Mix(hash) >> 32), out _) += char.IsUpper(first) ? 2 * weight : weight;
    }

    private static HashSet<ulong> Hashes(string words)
    {
        var hashes = new HashSet<ulong>();
        TextWords.Read(words, (hash, _, _) => hashes.Add(hash));
        return hashes;
    }
}
