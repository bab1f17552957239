using System.Diagnostics.Metrics;

namespace Sikap.ServiceDefaults;

/// <summary>Histogram boundaries shared by the services.</summary>
public static class TelemetryBuckets
{
    /// <summary>For durations in seconds, as the OpenTelemetry semantic conventions advise, with steps more for backlogs; an alert on a quantile needs its limit (SikapOldMessages: 300) among them.</summary>
    public static InstrumentAdvice<double> Seconds { get; } =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 600] };

    /// <summary>For confidences from 0 to 1, in tenths.</summary>
    public static InstrumentAdvice<double> Confidence { get; } = new() { HistogramBucketBoundaries = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] };
}
