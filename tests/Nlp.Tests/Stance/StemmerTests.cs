using Sikap.Nlp.Stances;

namespace Sikap.Nlp.Tests.Stances;

public sealed class StemmerTests
{
    [Theory]
    [InlineData("buka", "membuka", "dibuka", "pembukaan", "terbuka")]
    [InlineData("tolak", "menolak", "ditolak", "penolakan", "tolaklah")]
    [InlineData("kirim", "mengirim", "dikirim", "pengiriman", "kirimkan")]
    [InlineData("serang", "menyerang", "diserang", "penyerangan", "serangan")]
    [InlineData("pilih", "memilih", "dipilih", "pemilihan", "terpilih")]
    [InlineData("tindak", "menindak", "ditindak", "tindakan")]
    [InlineData("rusak", "merusak", "dirusak", "kerusakan")]
    [InlineData("kuat", "memperkuat", "penguatan", "menguatkan", "kekuatan")]
    [InlineData("luas", "memperluas", "diperluas", "perluasan", "meluas")]
    [InlineData("beri", "memberi", "diberikan", "berikan")]
    [InlineData("sah", "mengesahkan", "disahkan", "pengesahan")]
    [InlineData("desak", "mendesak", "didesak", "desakan")]
    [InlineData("terap", "menerapkan", "diterapkan", "penerapan", "terapkan")]
    [InlineData("terbit", "menerbitkan", "diterbitkan", "penerbitan")]
    [InlineData("perang", "memerangi", "diperangi", "perangi")]
    [InlineData("terus", "meneruskan", "diteruskan")]
    [InlineData("mengeluarkan", "dikeluarkan")]
    [InlineData("mengembangkan", "dikembangkan")]
    [InlineData("periksa", "memeriksa", "diperiksa", "pemeriksaan")]
    public void Key_FormsOfOneRoot_ShareIt(string root, params string[] forms)
    {
        foreach (var form in forms)
        {
            Stemmer.Key(form).ShouldBe(Stemmer.Key(root), form);
        }
    }

    [Theory]
    [InlineData("dukung", "tunda")]
    [InlineData("larang", "serang")]
    [InlineData("batal", "bata")]
    [InlineData("mendesak", "desa")]
    [InlineData("memburuk", "memburu")]
    [InlineData("bangun", "bangku")]
    public void Key_DifferentRoots_Differ(string one, string other) => Stemmer.Key(one).ShouldNotBe(Stemmer.Key(other));

    [Theory]
    [InlineData("menolak", WordForm.Active)]
    [InlineData("ditolak", WordForm.Passive)]
    [InlineData("penolakan", WordForm.Noun)]
    [InlineData("pendukung", WordForm.Agent)]
    [InlineData("tolak", WordForm.Bare)]
    [InlineData("dukungan", WordForm.Noun)]
    [InlineData("hentikan", WordForm.Bare)]
    public void Reduce_Word_TellsItsForm(string word, object form)
    {
        Span<char> key = stackalloc char[Stemmer.MaxLength];

        Stemmer.Reduce(word, key, out var actual);

        actual.ShouldBe((WordForm)form);
    }

    [Fact]
    public void Reduce_LongerThanTheLimit_IsCut()
    {
        Span<char> key = stackalloc char[Stemmer.MaxLength];

        Stemmer.Reduce(new string('x', 500), key, out _).ShouldBeLessThanOrEqualTo(Stemmer.MaxLength);
    }
}
