using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Sikap.Formats.Archives;
using static Sikap.Formats.Tests.Archives.ArchiveSamples;

namespace Sikap.Formats.Tests.Archives;

public sealed class DocumentArchiveTests
{
    [Fact]
    public void Zip_Documents_AreRead()
    {
        var documents = ReadZip(Zip(("satu.txt", "Isi satu."), ("folder/dua.txt", "Isi dua.")));

        documents.ShouldAllBe(document => document.Problem == null);
        documents.Select(document => (document.Name, Encoding.UTF8.GetString(document.Content.Span))).ShouldBe([("satu.txt", "Isi satu."), ("folder/dua.txt", "Isi dua.")]);
    }

    [Theory]
    [InlineData("../../etc/cron.d/jahat")]
    [InlineData("/etc/jahat")]
    [InlineData("a/../../jahat")]
    [InlineData("..\\jahat")]
    [InlineData("C:\\jahat")]
    public void NamesThatLeadOut_AreRefused(string name)
    {
        ReadZip(Zip((name, "x"), ("baik.txt", "y"))).Select(document => document.Problem is null).ShouldBe([false, true]);
        ReadTar(Tar(TarEntryFormat.Gnu, (name, "x"), ("baik.txt", "y"))).Select(document => document.Problem is null).ShouldBe([false, true]);
    }

    [Fact]
    public void Zip_EntryThatUnpacksTooFar_IsRefusedAndTheNextRead()
    {
        var documents = ReadZip(Zip(("bom.txt", new string('x', 3_000_000)), ("baik.txt", "y")), new ArchiveLimits { RatioFreeBytes = 100_000, MaxRatio = 100 });

        documents[0].Problem.ShouldNotBeNull().ShouldContain("unpacks");
        documents[1].Problem.ShouldBeNull();
    }

    [Fact]
    public void Zip_EntryLongerThanAllowed_IsRefused() =>
        ReadZip(Zip(("besar.txt", Convert.ToHexString(new byte[50_000]))), new ArchiveLimits { MaxRecordBytes = 10_000 })[0].Problem.ShouldNotBeNull();

    // Many names for the same data: the file as a whole says more than it holds.
    [Fact]
    public void Zip_OverlappingEntries_AreRefused()
    {
        var random = new byte[20_000];
        new Random(3).NextBytes(random);
        var zip = Zip(("a.bin", Convert.ToBase64String(random)), ("b.bin", Convert.ToBase64String(random)));
        // Both entries of the directory (offset of the local header at byte 42) lead to the first; both sizes grow so that they overlap.
        var second = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        var first = zip.AsSpan(0, second).LastIndexOf("PK\x01\x02"u8);
        foreach (var entry in new[] { first, second })
        {
            BitConverter.TryWriteBytes(zip.AsSpan(entry + 20), (uint)(zip.Length * 0.9));
        }

        ReadZip(zip).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("overlap");
    }

    [Fact]
    public void Zip_MoreEntriesThanAllowed_IsRefused() =>
        ReadZip(Zip([.. Enumerable.Range(0, 50).Select(i => ($"{i}.txt", "x"))]), new ArchiveLimits { MaxEntries = 20 }).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("entries");

    [Fact]
    public void Zip_CutOrChangedAnywhere_GivesProblemsAndNoException()
    {
        var zip = Zip(("satu.txt", "Isi satu yang agak panjang."), ("dua.txt", "Isi dua."));
        for (var i = 0; i < zip.Length; i++)
        {
            ReadZip(zip[..i]).ShouldContain(document => document.Problem != null, $"cut to {i}");
            var changed = zip.ToArray();
            changed[i] ^= 0xFF;
            _ = ReadZip(changed);
        }
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Tar_Documents_AreRead(TarEntryFormat format)
    {
        var longName = format is TarEntryFormat.Pax or TarEntryFormat.Gnu ? $"folder/{new string('n', 150)}.txt" : "folder/dua.txt";

        var documents = ReadTar(Tar(format, ("satu.txt", "Isi satu."), (longName, new string('y', 1024)), ("kosong.txt", ""), ("akhir.txt", "z")));

        documents.ShouldAllBe(document => document.Problem == null);
        documents.Select(document => (document.Name, document.Content.Length)).ShouldBe([("satu.txt", 9), (longName, 1024), ("kosong.txt", 0), ("akhir.txt", 1)]);
    }

    [Fact]
    public void Tar_LinksAreRefused()
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "tautan") { LinkName = "/etc/passwd" });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "folder"));
        }

        ReadTar(stream.ToArray()).ShouldHaveSingleItem().Problem.ShouldBe("is a link or a device");
    }

    [Fact]
    public void Tar_DamagedHeader_IsReportedAndTheNextEntryRead()
    {
        var tar = Tar(TarEntryFormat.Ustar, ("satu.txt", "a"), ("dua.txt", "b"), ("tiga.txt", "c"));
        tar[1024 + 5] ^= 0x55;

        var documents = ReadTar(tar);

        documents.Select(document => document.Problem is null).ShouldBe([true, false, true]);
        documents[1].Offset.ShouldBe(1024);
    }

    [Fact]
    public void Tar_LengthBeyondTheFile_IsReported()
    {
        var tar = Tar(TarEntryFormat.Ustar, ("satu.txt", "a"));
        Encoding.ASCII.GetBytes("00000777777\0").CopyTo(tar, 124);
        Checksum(tar);

        ReadTar(tar).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("cut off");
    }

    [Fact]
    public void Tar_HugeOrNegativeLength_IsReportedWithoutTakingMemory()
    {
        var tar = Tar(TarEntryFormat.Gnu, ("satu.txt", "a"));
        foreach (var length in new[] { long.MaxValue, -1L })
        {
            tar[124] = 0x80;
            tar.AsSpan(125, 3).Clear();
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(tar.AsSpan(128), length);
            Checksum(tar);

            ReadTar(tar)[0].Problem.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Tar_CutAtEveryByte_GivesNoException()
    {
        var tar = Tar(TarEntryFormat.Pax, ("satu.txt", "Isi satu."), ("dua.txt", "Isi dua."));
        for (var i = 0; i < tar.Length; i += 7)
        {
            _ = ReadTar(tar[..i]);
        }
    }

    [Fact]
    public void PackedTarThatUnpacksTooFar_IsStopped()
    {
        using var stream = new GuardedGzipStream(new MemoryStream(Gzip(Tar(TarEntryFormat.Ustar, ("bom.txt", new string('x', 8_000_000))))));

        DocumentArchive.ReadTar(stream).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("times its size");
    }

    private static void Checksum(byte[] tar)
    {
        tar.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(tar.Take(512).Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
    }

    private static byte[] Zip(params (string Name, string Content)[] documents)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in documents)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Bytes(content));
            }
        }

        return stream.ToArray();
    }

    private static byte[] Tar(TarEntryFormat format, params (string Name, string Content)[] documents)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (var (name, content) in documents)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    _ => new GnuTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(Bytes(content));
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static List<ArchivedDocument> ReadZip(byte[] file, ArchiveLimits? limits = null) => [.. DocumentArchive.ReadZip(new MemoryStream(file), limits)];

    private static List<ArchivedDocument> ReadTar(byte[] file) => [.. DocumentArchive.ReadTar(new MemoryStream(file))];
}
