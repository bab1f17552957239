using System.IO.Compression;
using Sikap.Benchmarks.Ner;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.TestKit;

namespace Sikap.Nlp.Tests.Names;

public sealed class NameModelTests
{
    private static readonly Lexicon Lexicon = Lexicon.Load("id");

    [Fact]
    public void Of_ShippedModel_NamesItsMaterialAndLicences()
    {
        var model = NameModel.Of("id");

        model.About.ShouldContain("idner-news-2k (MIT");
        model.About.ShouldContain("from IndoNLU (Apache-2.0)");
        model.Kinds.ShouldBe(3);
        model.Features.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Of_ModelResource_IsAtMostTwoMegabytes()
    {
        using var stream = typeof(NameModel).Assembly.GetManifestResourceStream("id/names.bin").ShouldNotBeNull();

        stream.Length.ShouldBeLessThan(2 << 20);
    }

    [Fact]
    public void Read_WhatWasWritten_GivesItBack()
    {
        var model = NameModel.Read("small", Small());

        model.About.ShouldBe("made up");
        model.Kinds.ShouldBe(1);
        model.Row(77)[..5].ToArray().ShouldBe(new sbyte[] { 1, -2, 3, -4, 5 });
        model.Row(78).IsEmpty.ShouldBeTrue();
        model.Clusters.Of(5, 6).ShouldBe(((ushort)3, (ushort)4));
        model.Clusters.Of(9, 5).ShouldBe(((ushort)3, (ushort)4));
        model.Clusters.Of(9, 8).ShouldBe(((ushort)0, (ushort)0));
    }

    [Fact]
    public void Read_NoCompressedFile_IsRefusedByName()
    {
        var error = Should.Throw<InvalidOperationException>(() => NameModel.Read("id/names.bin", new MemoryStream([1, 2, 3, 4, 5, 6, 7, 8])));

        error.Message.ShouldContain("id/names.bin");
    }

    [Fact]
    public void Read_OtherFile_IsRefused()
    {
        using var packed = Pack(new byte[64]);

        Should.Throw<InvalidOperationException>(() => NameModel.Read("other", packed)).Message.ShouldContain("no model of this kind");
    }

    [Fact]
    public void Read_OneByteChanged_IsRefusedByItsChecksum()
    {
        var plain = Unpack(Small());
        for (var at = 4; at < plain.Length; at++)
        {
            var changed = (byte[])plain.Clone();
            changed[at] ^= 0x10;
            using var packed = Pack(changed);

            Should.Throw<InvalidOperationException>(() => NameModel.Read("changed", packed)).Message.ShouldContain("damaged");
        }
    }

    [Fact]
    public void Read_CutShort_IsRefused()
    {
        var plain = Unpack(Small());
        for (var length = 0; length < plain.Length; length++)
        {
            using var packed = Pack(plain[..length]);

            Should.Throw<InvalidOperationException>(() => NameModel.Read("cut", packed));
        }
    }

    // Figures of the test parts when the floors were set stand in tests/Benchmarks/Nlp/NER.md; a floor lies two points below, as tables that grow shift features.
    [Theory]
    [InlineData("ner/idner-news-2k/test.txt", "idner-news-2k", 91.5)]
    [InlineData("ner/indonlu/nergrit_ner-grit/test_preprocess.txt", "NERGrit", 70.0)]
    public void Tag_TestPart_ReachesTheFloor(string file, string corpus, double floor)
    {
        var path = SharedFolder.RequireOrSkip(Path.Combine("data", file));
        var format = corpus == "NERGrit" ? NerCorpus.NerGrit : NerCorpus.IdnerNews;

        var score = NerScore.Of(NerCorpus.Shipped(NerCorpus.Read(path, format, Lexicon)), format, NameModel.Of("id"));

        score.All.F1.ShouldBeGreaterThanOrEqualTo(floor);
    }

    [Theory]
    [InlineData("Menurut Lembaga Kajian Pangan Nusaraya, Rini Wulandari tinggal di Kalibaru.", "Organisation: Lembaga Kajian Pangan Nusaraya; Person: Rini Wulandari; Place: Kalibaru")]
    [InlineData("PT Nusaraya Abadi membuka pabrik di Kabupaten Arumdalu.", "Organisation: PT Nusaraya Abadi; Place: Kabupaten Arumdalu")]
    [InlineData("menurut dia, harga beras naik lagi pekan ini.", "")]
    [InlineData("", "")]
    public void Run_InventedSentence_FindsItsNames(string text, string expected)
    {
        using var work = new ArticleWork(new() { Id = "x", Text = text }, Lexicon);

        work.TagNames();

        Names(work).ShouldBe(expected);
    }

    [Fact]
    public void Run_NameUnclearOnce_IsWhatItIsElsewhereInTheArticle()
    {
        const string Text = "Robert de Lanera tiba di Jakarta. Menurut laporan itu, de Lanera bertemu menteri. Robert de Lanera lalu pulang.";
        using var work = new ArticleWork(new() { Id = "x", Text = Text }, Lexicon);

        work.TagNames();

        Names(work).ShouldNotContain("Organisation");
        Names(work).ShouldContain("Person: Robert de Lanera");
    }

    [Fact]
    public void Run_LongRunOfCapitals_StaysInBounds()
    {
        using var work = new ArticleWork(new() { Id = "x", Text = string.Join(' ', Enumerable.Repeat("Rini", 5_000)) }, Lexicon);

        work.TagNames();

        work.NameLabels.Length.ShouldBe(5_000);
    }

    [Fact]
    public async Task Extract_ManyThreads_GiveTheSameMentions()
    {
        var engine = Engine.Create();
        const string Text = "Serikat Petani Lembah Hijau menolak rencana itu. Rini Wulandari, Ketua Serikat Petani Lembah Hijau, mengatakan warga Kalibaru tidak pernah ditanya.";
        var expected = Mentions();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 50).Select(_ => Mentions()).ToList())));

        all.SelectMany(static m => m).ShouldAllBe(m => m == expected);

        string Mentions() => string.Join("; ", engine.Extract(new() { Id = "x", Text = Text }).Mentions.Select(m => $"{m.Start}-{m.End} {m.Actor.Name} {m.Actor.Type}"));
    }

    private static string Names(ArticleWork work)
    {
        var names = new List<string>();
        for (var i = 0; i < work.Tokens.Length; i++)
        {
            if (work.NameAt(i) is { Kind: not NameKind.None } name)
            {
                names.Add($"{name.Kind}: {work.Words(name.First, name.End)}");
            }
        }

        return string.Join("; ", names);
    }

    private static MemoryStream Small()
    {
        var stream = new MemoryStream();
        NameModel.Write(stream, "made up", 1, new short[6 * 5], new([(5, 3, 4)]), [77], [1, -2, 3, -4, 5]);
        stream.Position = 0;
        return stream;
    }

    private static byte[] Unpack(Stream stream)
    {
        using var plain = new MemoryStream();
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        brotli.CopyTo(plain);
        return plain.ToArray();
    }

    private static MemoryStream Pack(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(plain);
        }

        packed.Position = 0;
        return packed;
    }
}
