namespace Sikap.Nlp.Actors;

/// <summary>Compares offices as articles write them.</summary>
internal static class Offices
{
    private static readonly (string Short, string Long)[] Forms =
    [
        ("menlu", "menteri luar negeri"), ("menkeu", "menteri keuangan"), ("menhan", "menteri pertahanan"), ("mendagri", "menteri dalam negeri"),
        ("mensos", "menteri sosial"), ("menkes", "menteri kesehatan"), ("menag", "menteri agama"), ("mendag", "menteri perdagangan"),
        ("mentan", "menteri pertanian"), ("menhub", "menteri perhubungan"), ("menpora", "menteri pemuda dan olahraga"), ("menaker", "menteri ketenagakerjaan"),
        ("mendikbud", "menteri pendidikan dan kebudayaan"), ("menkominfo", "menteri komunikasi dan informatika"), ("menperin", "menteri perindustrian"),
        ("sekjen", "sekretaris jenderal"), ("wapres", "wakil presiden"), ("jubir", "juru bicara"), ("dirjen", "direktur jenderal"), ("dirut", "direktur utama"),
        ("dubes", "duta besar"), ("ketum", "ketua umum"), ("pm", "perdana menteri"), ("wagub", "wakil gubernur"), ("menko", "menteri koordinator"),
        ("kepala negara", "presiden"),
    ];

    /// <summary>The same office: one name begins with the other once short forms are written out ("Sekjen" and "Sekretaris Jenderal NATO").</summary>
    public static bool Same(string a, string b)
    {
        var (x, y) = (Expand(a), Expand(b));
        return Begins(x, y) || Begins(y, x);
    }

    private static bool Begins(string shorter, string longer) =>
        longer.StartsWith(shorter, StringComparison.Ordinal) && (longer.Length == shorter.Length || longer[shorter.Length] == ' ');

    private static string Expand(string role)
    {
        var lower = role.ToLowerInvariant();
        foreach (var (form, full) in Forms)
        {
            if (Begins(form, lower))
            {
                return full + lower[form.Length..];
            }
        }

        return lower;
    }
}
