using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Sikap.Ingestion.Tests;

public sealed class IdentityTelemetryTests
{
    private const string Text =
        "Dewan Kelurahan Rawa Embun menyetujui perbaikan saluran air sepanjang tiga kilometer. Lurah Sinta Maharani menyebut pekerjaan dimulai bulan depan. Biaya diambil dari dana kelurahan. "
        + "Warga diminta memindahkan kendaraan dari tepi jalan. Pedagang di pasar kecil mendapat tempat sementara di lapangan.";

    // Other tests identify articles at the same time, elsewhere.
    private static readonly AsyncLocal<ConcurrentBag<string>?> s_heard = new();

    [Fact]
    public async Task Identify_RevisionAndCopy_AreCountedOnceEach()
    {
        s_heard.Value = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // By name: the listener may hear of it from within Telemetry's static constructor.
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name is "sikap.ingestion.articles.identified" or "sikap.ingestion.identities")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            s_heard.Value?.Add(tags.Length == 0 ? $"{value} held" : $"{value} {tags[0].Key} {tags[0].Value}"));
        listener.Start();
        var folder = Directory.CreateTempSubdirectory("sikap-identity-").FullName;
        try
        {
            await using var store = new SqliteArticleStore(folder);
            using var identifier = new ArticleIdentifier(store, Options.Create(new IngestionOptions()));
            await IdentifyAsync("1", "Kabar Embun", Text);
            await IdentifyAsync("2", "Kabar Embun", Text.Replace("bulan depan", "pekan depan", StringComparison.Ordinal));
            await IdentifyAsync("3", "Warta Rawa", Text + " Demikian dilaporkan.");
            // Told before.
            await IdentifyAsync("3", "Warta Rawa", Text + " Demikian dilaporkan.");

            s_heard.Value.Order().ShouldBe(new[]
            {
                "1 held", "2 held", "3 held", $"1 {Telemetry.IdentityTag} First", $"1 {Telemetry.IdentityTag} Revision", $"1 {Telemetry.IdentityTag} Copy",
            }.Order());

            Task IdentifyAsync(string id, string publisher, string text) => identifier.IdentifyAsync(
                new ArticleRecord { Id = id.PadLeft(32, '0'), Publisher = publisher, Text = text, AcceptedAt = new DateTimeOffset(2023, 7, 12, 10, 0, 0, TimeSpan.Zero) }, TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
