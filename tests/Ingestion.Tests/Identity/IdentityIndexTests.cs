using System.Globalization;
using Microsoft.Extensions.Options;
using Sikap.Nlp;

namespace Sikap.Ingestion.Tests;

public sealed class IdentityIndexTests
{
    private const string Bridge =
        "Pemerintah Kota Lembayung memulai pembangunan jembatan gantung di atas Sungai Talun pada awal pekan. Wali Kota Ratna Kusuma menyebut jembatan sepanjang dua ratus meter itu menghubungkan dua kecamatan yang selama ini "
        + "terpisah. Biaya pembangunan ditaksir mencapai empat puluh miliar rupiah dan ditanggung anggaran daerah. Warga di bantaran sungai menyambut rencana itu karena perahu penyeberangan sering berhenti saat banjir. "
        + "Ketua paguyuban pedagang Darto Wibisono berharap pekerjaan selesai sebelum musim panen tiba. Kontraktor pemenang lelang berjanji menyerap tenaga kerja setempat selama masa konstruksi berlangsung.";

    private const string Harvest =
        "Petani kopi di lereng Gunung Sindur memanen lebih awal tahun ini. Cuaca kering membuat buah masak serentak sehingga harga di tingkat pengepul turun tajam. Koperasi setempat menyewa gudang tambahan supaya hasil panen "
        + "tidak dijual murah. Dinas perkebunan menjanjikan mesin pengering untuk enam kelompok tani. Seorang pembeli dari pelabuhan menawar seluruh stok dengan harga tetap sampai akhir musim.";

    private static readonly DateTimeOffset Then = new(2024, 5, 6, 3, 0, 0, TimeSpan.Zero);

    private readonly IdentityIndex _index = new();

    [Fact]
    public void Identify_SameTextInAnotherOutlet_OneReportTwoWorks()
    {
        var first = Add(New(Bridge, "Kabar Pagi"));
        var second = Add(New(Bridge + " Ikuti kami setiap hari.", "Warta Sore"));
        var other = Add(New(Harvest, "Warta Sore"));

        second.Report.ShouldBe(first.ArticleId);
        second.Work.ShouldBe(second.ArticleId);
        second.Story.ShouldBe(first.ArticleId);
        (other.Report, other.Story, other.Work).ShouldBe((other.ArticleId, other.ArticleId, other.ArticleId));
    }

    [Fact]
    public void Identify_CutCopy_IsFoundByWhatItKeeps()
    {
        var first = Add(New(Bridge + " " + Harvest, "Kabar Pagi"));

        Add(New((Bridge + " " + Harvest)[..((Bridge.Length + Harvest.Length) / 2)], "Warta Sore")).Report.ShouldBe(first.ArticleId);
    }

    [Fact]
    public void Identify_ArticleWithParagraphsOfTwoOthers_DoesNotMakeThemOne()
    {
        var first = Add(New(Bridge, "Kabar Pagi"));
        var both = Add(New(Harvest[..(Harvest.Length / 3)] + " " + Bridge, "Warta Sore"));

        both.Report.ShouldBe(first.ArticleId);
        Add(New(Harvest, "Pos Desa")).Report.ShouldNotBe(first.ArticleId);
    }

    [Fact]
    public void Identify_SameOutletAndNearlyTheSameTextWithinDays_IsARevision()
    {
        var first = Add(New(Bridge, "Kabar Pagi"));
        var second = Add(New(Bridge.Replace("empat puluh", "lima puluh", StringComparison.Ordinal), "KABAR PAGI ") with { Published = Then.AddDays(2) });
        var third = Add(New(Bridge.Replace("empat puluh", "enam puluh", StringComparison.Ordinal), "Kabar Pagi") with { Published = Then.AddDays(3) });
        var later = Add(New(Bridge.Replace("empat puluh", "tujuh puluh", StringComparison.Ordinal), "Kabar Pagi") with { Published = Then.AddDays(30) });

        (second.Work, second.Edition, second.RevisionOf).ShouldBe((first.ArticleId, 1, first.ArticleId));
        (third.Work, third.Edition, third.RevisionOf).ShouldBe((first.ArticleId, 2, second.ArticleId));
        (later.Work, later.Report).ShouldBe((later.ArticleId, first.ArticleId));
    }

    [Fact]
    public void Identify_SameAddress_IsARevisionWhateverTheText()
    {
        var first = Add(New(Bridge, "Kabar Pagi") with { Url = "https://www.kabar.example/kota/jembatan?utm_source=x" });
        var second = Add(New(Harvest, "Kabar") with { CanonicalUrl = "http://kabar.example/kota/jembatan/", Published = Then.AddDays(20) });
        var front = Add(New("Lain sama sekali.", "Kabar") with { Url = "https://lain.example/" });

        (second.Work, second.Edition, second.RevisionOf, second.Report).ShouldBe((first.ArticleId, 1, first.ArticleId, first.ArticleId));
        front.Work.ShouldBe(front.ArticleId);
    }

    [Fact]
    public void Identify_AddressThatThePageWasNotFoundUnder_NeedsTheTextToo()
    {
        var first = Add(New(Bridge, "Kabar Pagi") with { Url = "https://kabar.example/kota/1", CanonicalUrl = "https://kabar.example/kota" });

        var section = Add(New(Harvest, "Kabar Pagi") with { Url = "https://kabar.example/kota/2", CanonicalUrl = "https://kabar.example/kota" });
        var syndicated = Add(New(Bridge, "Warta Sore") with { Url = "https://warta.example/7", CanonicalUrl = "https://kabar.example/kota" });
        var revised = Add(New(Bridge + " Pekerjaan dimulai Senin.", "Kabar Pagi") with { Url = "https://kabar.example/amp/1", CanonicalUrl = "https://kabar.example/kota/" });

        section.Work.ShouldBe(section.ArticleId);
        (syndicated.Work, syndicated.Report).ShouldBe((syndicated.ArticleId, first.ArticleId));
        revised.Edition.ShouldBe(1);
    }

    [Fact]
    public void Identify_OlderRevisionComesLate_StandsBehindTheOthers()
    {
        var second = Add(New(Bridge, "Kabar Pagi"));
        var first = Add(New(Bridge + " Pekerjaan dimulai Senin.", "Kabar Pagi") with { Published = Then.AddHours(-5) });
        var day = Add(New(Bridge + " Pekerjaan dimulai besok.", "Kabar Pagi") with { Published = new DateTimeOffset(2024, 5, 6, 0, 0, 0, TimeSpan.Zero), PublishedPrecision = DatePrecision.Day });

        (first.Work, first.Edition, first.RevisionOf).ShouldBe((second.ArticleId, -1, null));
        // A day that is the same tells nothing; what came later is the later one.
        (day.Work, day.Edition, day.RevisionOf).ShouldBe((second.ArticleId, 1, second.ArticleId));
    }

    [Fact]
    public void Identify_OtherWordsOnTheSameEvent_OneStoryTwoReports()
    {
        for (var i = 0; i < 30; i++)
            Add(New(string.Create(CultureInfo.InvariantCulture, $"Berita nomor {i}: ") + string.Join(' ', Enumerable.Range(0, 60).Select(word => $"kabar{(i * 61) + word}")), $"outlet {i}"));
        var first = Add(New(Bridge, "Kabar Pagi"));

        var second = Add(New(
            "Jembatan gantung sepanjang dua ratus meter segera melintasi Sungai Talun. Ratna Kusuma, Wali Kota Lembayung, membuka pekerjaan pembangunan jembatan dengan memukul gong di hadapan warga dua kecamatan. "
            + "Anggaran daerah Lembayung menyediakan empat puluh miliar rupiah. Darto Wibisono dari paguyuban pedagang menunggu jembatan itu sebelum panen.", "Warta Sore") with { Published = Then.AddHours(4) });
        var late = Add(New("Sungai Talun meluap lagi. Jembatan gantung Lembayung yang dibangun Wali Kota Ratna Kusuma selamat, kata Darto Wibisono, sementara pembangunan pasar di dua kecamatan terhenti dan anggaran rupiah dialihkan.", "Pos Desa") with { Published = Then.AddDays(40) });

        (second.Story, second.Report).ShouldBe((first.ArticleId, second.ArticleId));
        late.Story.ShouldBe(late.ArticleId);
    }

    [Fact]
    public void Identify_ShortTexts_AreNoCopies()
    {
        Add(New("Foto: suasana pasar pagi ini.", "Kabar Pagi"));

        var second = Add(New("Foto: suasana pasar pagi ini!", "Warta Sore"));

        second.Report.ShouldBe(second.ArticleId);
    }

    [Fact]
    public void Remove_Last_LeavesWhatWasThereBefore()
    {
        var edits = new PlantedEdits(5);
        var articles = Enumerable.Range(0, 60)
            .Select(i => New(edits.Make(PlantedEdits.Kinds[i % 5], null, i % 2 == 0 ? Bridge : Harvest, Harvest).Text, $"outlet {i % 3}") with { Url = i % 4 == 0 ? null : $"https://kabar.example/{i % 7}" })
            .DistinctBy(article => article.Id).ToList();
        var undisturbed = new IdentityIndex();
        foreach (var article in articles)
            undisturbed.Add(undisturbed.Identify(Fingerprint.Of(article)));

        while (_index.Count < articles.Count)
        {
            for (var more = 3; more > 0 && _index.Count < articles.Count; more--)
                Add(articles[_index.Count]);
            if (_index.Count < articles.Count)
                _index.Remove(2);
        }

        articles.Count.ShouldBeGreaterThan(30);
        foreach (var article in articles)
            _index.TryRead(article.Id).ShouldBe(undisturbed.TryRead(article.Id));
    }

    [Fact]
    public void Identify_BehindTheComparedOnes_AddressAndIdAreKnownAndTextIsNot()
    {
        var index = new IdentityIndex(compared: 1_000);
        var first = Told(New(Bridge, "Kabar Pagi") with { Url = "https://kabar.example/jembatan" });
        var old = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"lama{i}"));
        Told(New(old, "Kabar Pagi"));
        for (var i = 0; i < 9_000; i++)
            Told(Filler(i));
        var recent = Told(New(Harvest, "Kabar Pagi"));

        Told(New(Harvest + " Selesai.", "Warta Sore")).Report.ShouldBe(recent.ArticleId);
        Told(New(old, "Warta Sore")).ShouldSatisfyAllConditions(told => told.Report.ShouldBe(told.ArticleId), told => told.Story.ShouldBe(told.ArticleId));
        var revised = Told(New(Bridge + " Diperbarui.", "Kabar Pagi") with { Url = "https://kabar.example/jembatan" });
        (revised.Work, revised.Edition, revised.RevisionOf, revised.Report).ShouldBe((first.ArticleId, 1, first.ArticleId, first.ArticleId));
        index.Members(IdentityIndex.Kind.Work, index.Find(first.ArticleId)).Select(index.NameOf).ShouldBe([revised.ArticleId, first.ArticleId]);

        // Taken off and put back, everything is as it was.
        index.Remove(3);
        index.Find(revised.ArticleId).ShouldBe(-1);
        index.SizeOf(IdentityIndex.Kind.Work, index.Find(first.ArticleId)).ShouldBe(1);
        index.TryRead(Filler(17).Id).ShouldNotBeNull();
        Told(New(Bridge + " Diperbarui.", "Kabar Pagi") with { Url = "https://kabar.example/jembatan" }).Work.ShouldBe(first.ArticleId);
        Told(New(Harvest + " Selesai.", "Warta Sore")).Report.ShouldBe(recent.ArticleId);

        IdentityEntry Told(ArticleRecord article)
        {
            var entry = index.Identify(Fingerprint.Of(article));
            index.Add(entry);
            return entry;
        }
    }

    [Fact]
    public async Task Questions_BehindTheComparedOnes_AreAnsweredFromTheStore()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-identity-").FullName;
        try
        {
            await using var store = new SqliteArticleStore(folder);
            var (first, copy) = (New(Bridge, "Kabar Pagi"), New(Bridge + " Selesai.", "Warta Sore"));
            var index = new IdentityIndex();
            var entries = new[] { first, copy }.Concat(Enumerable.Range(0, 9_000).Select(Filler)).Select(article =>
            {
                var entry = index.Identify(Fingerprint.Of(article));
                index.Add(entry);
                return entry;
            }).ToList();
            (await store.AppendIdentitiesAsync(entries, TestContext.Current.CancellationToken)).ShouldBeTrue();
            using var identifier = new ArticleIdentifier(store, Options.Create(new IngestionOptions { ComparedArticles = 1_000 }));
            var questions = new IdentityQuestions(store, identifier);

            var similar = (await questions.FindAsync(first.Id, TestContext.Current.CancellationToken))!.Copies.ShouldHaveSingleItem();
            var clusters = await questions.ListClustersAsync(new V1.ListClustersRequest(), TestContext.Current.CancellationToken);

            similar.ArticleId.ShouldBe(copy.Id);
            similar.Resemblance.ShouldBe(index.Compare(1, 0).Resemblance);
            similar.Containment.ShouldBe(index.Compare(1, 0).Containment);
            similar.Resemblance.ShouldBeGreaterThan(0.8);
            clusters.Clusters.ShouldHaveSingleItem().Articles.Select(article => article.Resemblance).ShouldBe([1, similar.Resemblance]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Sketch_OfAText_IsTheSameForEver()
    {
        var sketch = Fingerprint.Of(New(Bridge, "Kabar Pagi")).Sketch!;

        TextSketch.FromBytes(sketch.ToBytes(), sketch.Runs).Minima.ShouldBe(sketch.Minima);
        // Stored sketches are compared with new ones: another value here means that those of every store must be made again.
        sketch.Minima.Aggregate(0UL, (hash, value) => TextSketch.Mix(hash + value)).ShouldBe(SketchHash);
        Fingerprint.Of(New(Bridge, "Kabar Pagi")).Terms.Aggregate(0UL, (hash, value) => TextSketch.Mix(hash + value)).ShouldBe(TermsHash);
    }

    private const ulong SketchHash = 9363892865825705659;
    private const ulong TermsHash = 10748354168478034352;

    [Theory]
    [InlineData("https://www.kabar.example/kota/jembatan/?utm_source=x&id=7#atas", "kabar.example/kota/jembatan?id=7")]
    [InlineData("http://m.kabar.example/kota/jembatan/amp?page=all", "kabar.example/kota/jembatan")]
    [InlineData("https://KABAR.example:8443/A?b=2&a=1", "kabar.example:8443/A?a=1&b=2")]
    [InlineData("https://www.example/a", "www.example/a")]
    [InlineData("https://kabar.example/", null)]
    [InlineData("ftp://kabar.example/a", null)]
    [InlineData("urn:newsml:kabar.example:20240503:42", "urn:newsml:kabar.example:20240503:42")]
    [InlineData("tag:kabar.example,2024:42", "tag:kabar.example,2024:42")]
    [InlineData("urn:", null)]
    [InlineData("kabar.example/a", null)]
    [InlineData(null, null)]
    public void CanonicalAddress_OfAnAddress(string? address, string? expected) => CanonicalAddress.Of(address).ShouldBe(expected);

    [Fact]
    public void TextDiff_ChangedSentences_AreToldWithTheirPlaces()
    {
        const string Before = "Satu tetap. Dua lama! \"Tiga,\" katanya.\nEmpat  tetap.";
        const string After = "Satu tetap.\nDua baru! \"Tiga,\" katanya. Empat tetap. Lima.";

        var (removed, added) = TextDiff.Between(Before, After);

        removed.Select(span => span.In(Before)).ShouldBe(["Dua lama!"]);
        added.Select(span => span.In(After)).ShouldBe(["Dua baru!", "Lima."]);
        TextDiff.Between(Before, Before).ShouldSatisfyAllConditions(none => none.Removed.ShouldBeEmpty(), none => none.Added.ShouldBeEmpty());
    }

    [Fact]
    public void TextDiff_NothingInCommon_IsToldAsAWhole()
    {
        var before = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"Lama {i}. "));
        var after = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"Baru {i}. "));

        var (removed, added) = TextDiff.Between(before, after);

        (removed.Count, added.Count).ShouldBe((3_000, 3_000));
    }

    private IdentityEntry Add(ArticleRecord article)
    {
        var entry = _index.Identify(Fingerprint.Of(article));
        _index.Add(entry);
        return entry;
    }

    // Words of their own, so that no two resemble each other.
    private static ArticleRecord Filler(int number) => New(string.Join(' ', Enumerable.Range(0, 25).Select(i => $"bagian{number}x{i}")), $"Pengisi {number % 7}");

    private static ArticleRecord New(string text, string publisher) => new()
    {
        Id = ArticleIdentity.Of(text, publisher), Text = text, Publisher = publisher.Trim(), Published = Then, AcceptedAt = Then.AddHours(1),
    };
}
