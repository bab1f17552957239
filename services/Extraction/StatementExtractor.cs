using System.Diagnostics;
using Sikap.Nlp;

namespace Sikap.Extraction;

/// <summary>Runs the engine and measures it. Thread-safe.</summary>
internal sealed class StatementExtractor(TimeProvider time)
{
    public ExtractedArticle Extract(Engine engine, Article article)
    {
        using var activity = Telemetry.Activities.StartActivity("extract statements");
        var started = time.GetTimestamp();
        var extracted = engine.Extract(article);
        var tags = new TagList { { Telemetry.LanguageTag, extracted.Language } };
        Telemetry.Duration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
        Telemetry.ArticlesExtracted.Add(1, tags);
        Telemetry.StatementsExtracted.Add(extracted.Statements.Count, tags);
        foreach (var statement in extracted.Statements)
            Telemetry.Confidence.Record(statement.Confidence, tags);
        return extracted;
    }
}
