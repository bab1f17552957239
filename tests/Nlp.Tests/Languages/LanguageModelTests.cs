using System.IO.Compression;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Tests.Languages;

public sealed class LanguageModelTests
{
    [Fact]
    public void Shipped_Model_NamesItsMaterialAndLicences()
    {
        var model = LanguageModel.Shipped;

        model.About.ShouldContain("NTREX-128 (CC BY-SA 4.0");
        model.About.ShouldContain("No sentence", Case.Insensitive);
        model.Languages.ShouldContain("id");
        model.Languages[^1].ShouldBe(LanguageModel.Other);
        model.Words.ShouldBeGreaterThan(5_000);
        model.LetterGroups.ShouldBeGreaterThan(3_000);
    }

    [Fact]
    public void Shipped_Resource_IsBelow300KB()
    {
        using var stream = typeof(LanguageModel).Assembly.GetManifestResourceStream("languages/languages.bin").ShouldNotBeNull();

        stream.Length.ShouldBeLessThan(300_000);
    }

    [Fact]
    public void Read_WhatWasWritten_GivesItBack()
    {
        var model = LanguageModel.Read("small", Small(), []);

        model.Languages.ShouldBe(["id", "ms"]);
        model.Word(LanguageFeatures.Word("kapal"))[..3].ToArray().ShouldBe(new sbyte[] { 5, -7, 0 });
        model.Word(LanguageFeatures.Word("kapas")).IsEmpty.ShouldBeTrue();
        model.Letters(77)[..2].ToArray().ShouldBe(new sbyte[] { -128, 127 });
    }

    [Fact]
    public void Read_OwnWord_FallsBehindInTheOtherLanguageOnly()
    {
        var model = LanguageModel.Read("small", Small(), LexiconTable.Parse("own", "id\tms\tkapal|dermaga", 3));

        var row = model.Word(LanguageFeatures.Word("kapal"));
        ((int)row[0]).ShouldBe(5);
        (row[0] - row[1]).ShouldBe(4 * LanguageModel.UnitsPerNat);
        var added = model.Word(LanguageFeatures.Word("dermaga"));
        (added[0] - added[1]).ShouldBe(4 * LanguageModel.UnitsPerNat);
    }

    [Fact]
    public void Read_OwnWordOfAnUnknownLanguage_IsRefusedByLine()
        => Should.Throw<InvalidOperationException>(() => LanguageModel.Read("small", Small(), LexiconTable.Parse("own", "# words\nid\txx\tkapal", 3))).Message.ShouldBe("Lexicon own, line 2: the model does not know the language xx");

    [Fact]
    public void Read_OneByteChanged_IsRefusedByItsChecksum()
    {
        var plain = Unpack(Small());
        for (var at = 4; at < plain.Length; at++)
        {
            var changed = (byte[])plain.Clone();
            changed[at] ^= 0x10;

            Should.Throw<InvalidOperationException>(() => LanguageModel.Read("changed", Pack(changed), [])).Message.ShouldBe("Model changed is damaged: its checksum does not hold");
        }
    }

    [Fact]
    public void Read_CutShort_IsRefused()
    {
        var plain = Unpack(Small());
        for (var length = 0; length < plain.Length; length++)
        {
            Should.Throw<InvalidOperationException>(() => LanguageModel.Read("cut", Pack(plain[..length]), []));
        }
    }

    [Fact]
    public void Read_OtherFile_IsRefused()
    {
        Should.Throw<InvalidOperationException>(() => LanguageModel.Read("other", Pack(new byte[64]), [])).Message.ShouldBe("Model other is no model of this kind");
        Should.Throw<InvalidOperationException>(() => LanguageModel.Read("text", new MemoryStream([1, 2, 3, 4, 5, 6, 7, 8]), [])).Message.ShouldStartWith("Model text ");
    }

    private static byte[] Unpack(MemoryStream stream)
    {
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        brotli.CopyTo(plain);
        return plain.ToArray();
    }

    private static MemoryStream Pack(byte[] plain)
    {
        var stream = new MemoryStream();
        using (var brotli = new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(plain);
        }

        stream.Position = 0;
        return stream;
    }

    private static MemoryStream Small()
    {
        var stream = new MemoryStream();
        LanguageModel.Write(stream, "made up", ["id", "ms"], new Dictionary<uint, sbyte[]> { [LanguageFeatures.Word("kapal")] = [5, -7] }, new Dictionary<uint, sbyte[]> { [77] = [-128, 127] });
        stream.Position = 0;
        return stream;
    }
}
