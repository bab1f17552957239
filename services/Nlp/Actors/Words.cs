namespace Sikap.Nlp.Actors;

/// <summary>What the shape of a word says.</summary>
internal static class Words
{
    /// <summary>Begins like an Indonesian verb (me-, ber-, di-, ter-, per-...-kan).</summary>
    public static bool LooksVerb(ReadOnlySpan<char> form)
    {
        if (form.Length < 5)
        {
            return false;
        }

        // "diaturnya", "terpilihnya": the suffix makes a noun of the event.
        if (form.EndsWith("nya", StringComparison.Ordinal) && (form.StartsWith("di", StringComparison.Ordinal) || form.StartsWith("ter", StringComparison.Ordinal)))
        {
            return false;
        }

        if (form.StartsWith("me", StringComparison.Ordinal) && form[2] is 'm' or 'n' or 'l' or 'r' or 'w' or 'y')
        {
            return form is not ("media" or "menteri" or "mereka" or "menit" or "meter" or "merek" or "medis" or "mental" or "menurut" or "melalui" or "mengenai"
                or "menjelang" or "meskipun" or "merah" or "mendatang" or "memang" or "melainkan" or "mewah" or "meja" or "mesin" or "menengah" or "mendadak" or "merdeka" or "mentah-mentah");
        }

        if (form is "bekerja" or "belajar" or "pergi" or "datang" or "tewas" or "meninggal" or "kalah" or "menang" or "gagal" or "berhasil")
        {
            return true;
        }

        if (form.StartsWith("ber", StringComparison.Ordinal) && form.Length > 5)
        {
            return form is not ("berita" or "beras" or "berat" or "berapa" or "bersama" or "bernama" or "berbagai" or "beragam" or "berikut" or "berikutnya" or "berbeda" or "bertajuk" or "berusia" or "beranda" or "berkas" or "berwenang");
        }

        if (form.StartsWith("di", StringComparison.Ordinal) && form.Length > 5)
        {
            return form is not ("direktur" or "direksi" or "dirinya" or "dinasti" or "diskusi" or "distrik" or "digital" or "diplomat" or "diplomatik" or "diplomasi" or "divisi" or "disiplin" or "dimensi"
                or "dinamika" or "diktator" or "disertasi" or "distribusi" or "diplomatis" or "dialog" or "dinas" or "dikutip" or "dilansir" or "direktorat" or "disinformasi" or "disabilitas");
        }

        if (form.StartsWith("ter", StringComparison.Ordinal) && form.Length > 6)
        {
            return form is not ("terhadap" or "tersebut" or "terkait" or "tersangka" or "terdakwa" or "terakhir" or "teroris" or "terorisme" or "tertentu" or "terutama" or "termasuk" or "teritorial" or "terminal" or "terbaru" or "terbuka" or "terpidana" or "teratas" or "terbesar" or "tertinggi" or "terpilih" or "tercepat" or "terbaik" or "terkuat" or "terkecil" or "tertua" or "termuda" or "terpanjang" or "terpendek" or "terdekat" or "terjauh" or "terlama" or "terluas" or "terparah" or "terburuk" or "terpopuler" or "terpenting" or "termahal" or "termurah" or "terdepan" or "terendah" or "terbanyak");
        }

        return false;
    }
}
