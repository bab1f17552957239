using System.Diagnostics;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>Runs the engine and measures it. Thread-safe.</summary>
internal sealed class StanceClassifier(Engine engine, TimeProvider time)
{
    public IssueReading Classify(ExtractedArticle article, Codebook codebook)
    {
        using var activity = Telemetry.Activities.StartActivity("classify stances");
        var started = time.GetTimestamp();
        var reading = engine.ReadIssues(article, codebook);
        Telemetry.Duration.Record(time.GetElapsedTime(started).TotalSeconds);
        Telemetry.ArticlesClassified.Add(1);
        foreach (var stance in reading.Stances)
        {
            var label = new KeyValuePair<string, object?>(Telemetry.LabelTag, stance.Label.ToString().ToLowerInvariant());
            Telemetry.StancesClassified.Add(1, label);
            Telemetry.Confidence.Record(stance.Confidence, label);
        }

        return reading;
    }
}
