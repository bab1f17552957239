using System.Text;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Cli.Tests.Inputs;

/// <summary>Tables and JSON Lines with something changed at random, read by mappings: every row is read or reported, and what is read may be sent.</summary>
public sealed class TableFuzzTests
{
    private static readonly (InputFormat Format, string Text)[] Samples =
    [
        (InputFormat.Csv, "Nomor,Judul,Isi,Tanggal,Media\r\n1,\"Dermaga \"\"baru\"\"\",\"Isi berita,\nbaris dua\",03/05/2024,Kabar\r\n2,Tol,Warga mendukung.,04/05/2024,\r\n"),
        (InputFormat.Csv, "Nomor;Judul;Isi;Tanggal;Media\n1;Dermaga;Isi berita;03/05/2024;Kabar\n"),
        (InputFormat.Csv, "Nomor\tJudul\tIsi\tTanggal\tMedia\n1\tDermaga\tIsi berita\t2024-05-03T10:00:00+07:00\tKabar\n"),
        (InputFormat.JsonLines, "{\"Nomor\": 1, \"Judul\": \"Dermaga\", \"Isi\": \"Isi \\u00e9 berita\", \"Tanggal\": \"03/05/2024\", \"Media\": \"Kabar\"}\n{\"Nomor\": \"2\", \"Isi\": \"Warga\", \"Judul\": null}\n"),
    ];

    private static readonly string[] Mappings =
    [
        "text=Isi,title=Judul,published=Tanggal,publisher=Media,id=Nomor,published-format=dd/MM/yyyy", "text={Judul} {Isi},publisher=@Kabar Pagi, Bima", "text=Isi,url=Media,published=Tanggal", "text={Isi}{Isi}{Tidak Ada}",
        "text=Isi,published-format=%", "text={{Isi}},id={}",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "\"\"", "'", ",", ";", "\t", "|", "\n", "\r\n", "\r", "{", "}", "[", "]", ":", "\\", "\\u", "\\ud83d", "\\u0000", "null", "true", "1e999", "-", "\0", "\u0001", "\uFEFF", "\uFFFE", "é", "\uD83D", "Isi", "Judul,Isi", "\"Isi\":\"x\"", "=1+1", "99/99/9999", "0001-01-01", "javascript:x",
    ];

    [Fact]
    public async Task Read_ChangedRows_AreReadOrReported()
    {
        // SIKAP_TEST_MUTANTS=100000 runs it at length.
        var mutants = int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_MUTANTS"), out var given) ? given : 3_000;
        var (read, reported) = (0, 0);
        for (var seed = 0; seed < mutants; seed++)
        {
            var random = new Random(seed);
            var (format, text) = Samples[seed % Samples.Length];
            var content = Mutations.Of(text, Pieces, random);
            var options = new InputOptions { Format = random.Next(5) == 0 ? null : format, Map = random.Next(4) == 0 ? null : ColumnMapping.Parse(Mappings[random.Next(Mappings.Length)]), Publisher = random.Next(2) == 0 ? "Kabar" : null };
            using var terminal = new Terminal(TextWriter.Null, TextWriter.Null, () => new MemoryStream(content), null, false, _ => null);
            var items = new List<SubmitItem>();
            try
            {
                await foreach (var item in new InputReader(options, terminal, TimeProvider.System).ReadAsync(["-"], null, TestContext.Current.CancellationToken))
                    items.Add(item);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }

            // No row gives more than one article.
            items.Count.ShouldBeLessThanOrEqualTo(content.Length + 2, $"seed {seed}");
            items[^1].Mark.ShouldNotBeNull($"seed {seed}").Ended.ShouldBeTrue($"seed {seed}");
            foreach (var item in items)
            {
                (item.Request is not null || item.Problem.Length > 0 || item.PassedOver is not null).ShouldBeTrue($"seed {seed}: {item.Ref}");
                read += item.Request is null ? 0 : 1;
                reported += item.Problem.Length > 0 ? 1 : 0;
                if (item.Request is not { } request)
                    continue;
                // Whole characters, or the message would arrive as another one.
                SubmitArticleRequest.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(request)).ShouldBe(request, $"seed {seed}");
                // What is taken for one text is sent whatever it holds; the service says what is wrong with it.
                (request.Text.Length > 0 || request.Page is not null || options.Format is null).ShouldBeTrue($"seed {seed}");
                request.ClientRef.Length.ShouldBeLessThanOrEqualTo(256, $"seed {seed}");
            }
        }

        // Both ways are walked often.
        (read, reported).ShouldSatisfyAllConditions(counts => counts.read.ShouldBeGreaterThan(mutants / 10), counts => counts.reported.ShouldBeGreaterThan(mutants / 10));
    }
}
