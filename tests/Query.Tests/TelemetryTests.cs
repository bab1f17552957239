using System.Diagnostics.Metrics;
using Sikap.TestKit;
using static Sikap.Query.Tests.Ledger;

namespace Sikap.Query.Tests;

public sealed class TelemetryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Instruments_Declared_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    [Fact]
    public async Task EndToEndDuration_ArticleIndexedTwice_IsMeasuredOnceFromItsAcceptance()
    {
        // Other tests index at the same time: the article is told apart by how long ago it was accepted.
        var accepted = DateTimeOffset.UtcNow.AddDays(-3000);
        var measured = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // By name: the listener may hear of it from within Telemetry's static constructor.
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name == "sikap.article.end_to_end.duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
        {
            if (seconds > TimeSpan.FromDays(2999).TotalSeconds)
            {
                Interlocked.Increment(ref measured);
                seconds.ShouldBeInRange(TimeSpan.FromDays(3000).TotalSeconds, TimeSpan.FromDays(3000).TotalSeconds + 60);
            }
        });
        listener.Start();
        await using var host = await QueryHost.StartAsync(_folder.Path);
        var message = Article("a1", [Says(Sari, "Satu.", "jembatan")]) with { AcceptedAt = accepted };

        await host.WriteAsync(message);
        await host.WriteAsync(message);

        measured.ShouldBe(1);
    }
}
