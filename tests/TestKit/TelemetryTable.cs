using System.Diagnostics.Metrics;
using System.Reflection;

namespace Sikap.TestKit;

/// <summary>The list of instruments in deploy/otel/telemetry.md, against the code.</summary>
public static class TelemetryTable
{
    /// <summary>Rows <c>name | type | unit | meaning</c> of the section headed by a meter's name, sorted.</summary>
    public static IReadOnlyList<string> Documented(string meter)
    {
        var lines = File.ReadLines(Path.Combine(SharedFolder.Repository, "deploy", "otel", "telemetry.md"));
        var section = lines.SkipWhile(line => line != $"## {meter}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        return [.. section.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(Row).Order(StringComparer.Ordinal)];
    }

    /// <summary>The same rows from the static fields of a service's <c>Telemetry</c> class.</summary>
    public static IReadOnlyList<string> Declared(Type telemetry) =>
    [
        .. telemetry.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => typeof(Instrument).IsAssignableFrom(field.FieldType))
            .Select(field => (Instrument)field.GetValue(null)!)
            .Select(instrument => $"{instrument.Name} | {Kind(instrument)} | {instrument.Unit} | {instrument.Description}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Row(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        // name, type, unit, attributes, meaning, between the outer bars
        return $"{cells[1].Trim('`')} | {cells[2]} | {cells[3].Trim('`')} | {cells[5]}";
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name switch
    {
        var name when name.StartsWith("Counter", StringComparison.Ordinal) => "counter",
        var name when name.StartsWith("UpDownCounter", StringComparison.Ordinal) || name.StartsWith("ObservableUpDownCounter", StringComparison.Ordinal) => "up-down counter",
        var name when name.StartsWith("Histogram", StringComparison.Ordinal) => "histogram",
        var name when name.StartsWith("ObservableGauge", StringComparison.Ordinal) || name.StartsWith("Gauge", StringComparison.Ordinal) => "gauge",
        var name => name,
    };
}
