using System.Diagnostics;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>Runs the classifier in use and measures it. Thread-safe.</summary>
internal sealed class StanceClassifier(IStanceClassifier classifier, TimeProvider time)
{
    public async Task<IssueReading> ClassifyAsync(ExtractedArticle article, IssuesInUse issues, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("classify stances");
        var started = time.GetTimestamp();
        var reading = CodedReading.Apply(await classifier.ClassifyAsync(article, issues.Codebook, cancellationToken), article, issues.Merges);
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
