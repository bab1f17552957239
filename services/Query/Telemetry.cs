using System.Diagnostics.Metrics;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Instruments of the read side; listed in deploy/otel/telemetry.md.</summary>
internal sealed class Telemetry
{
    public const string MeterName = "Sikap.Query";
    public const string ArticlesIndexed = "sikap.query.articles.indexed";
    public const string StancesStored = "sikap.query.stances.stored";
    public const string BatchSize = "sikap.query.batch.size";
    public const string WriteDuration = "sikap.query.write.duration";
    public const string EndToEndDuration = "sikap.article.end_to_end.duration";
    public const string Watchers = "sikap.query.watchers";
    public const string ReplayRequested = "sikap.query.replay.requested";

    private readonly Counter<long> _articlesIndexed;
    private readonly Counter<long> _stancesStored;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _writeDuration;
    private readonly Histogram<double> _endToEndDuration;
    private readonly UpDownCounter<long> _watchers;
    private readonly Counter<long> _replayRequested;

    public Telemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _articlesIndexed = meter.CreateCounter<long>(ArticlesIndexed, "{article}", "Articles that became queryable.");
        _stancesStored = meter.CreateCounter<long>(StancesStored, "{stance}", "Stances that were added to the ledger.");
        _batchSize = meter.CreateHistogram<long>(BatchSize, "{message}", "Messages written in one transaction.");
        _writeDuration = meter.CreateHistogram<double>(WriteDuration, "s", "Time of one write transaction.", null, TelemetryBuckets.Seconds);
        _endToEndDuration = meter.CreateHistogram<double>(EndToEndDuration, "s", "From acceptance of an article until it is queryable.", null, TelemetryBuckets.Seconds);
        _watchers = meter.CreateUpDownCounter<long>(Watchers, "{stream}", "Open watch streams.");
        _replayRequested = meter.CreateCounter<long>(ReplayRequested, "{article}", "Stored articles sent to be classified anew.");
    }

    public void BatchWritten(int messages, TimeSpan duration)
    {
        _batchSize.Record(messages);
        _writeDuration.Record(duration.TotalSeconds);
    }

    public void ArticleIndexed(IndexedArticle article, TimeSpan sinceAccepted)
    {
        _stancesStored.Add(article.StancesAdded);
        if (article.IsNew)
        {
            _articlesIndexed.Add(1);
            _endToEndDuration.Record(sinceAccepted.TotalSeconds);
        }
    }

    public void WatcherChanged(int by) => _watchers.Add(by);

    public void ArticlesReplayed(int articles) => _replayRequested.Add(articles);
}
