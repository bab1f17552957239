namespace Sikap.TestKit;

/// <summary>The signals of deploy/otel/telemetry.md under the names they have in Prometheus.</summary>
public static class SignalList
{
    /// <summary>
    /// Every series name that a listed instrument gives, as the collector's Prometheus exporter makes it from OpenTelemetry's: dots become underscores, units are appended (<c>s</c> as
    /// <c>_seconds</c>, <c>By</c> as <c>_bytes</c>, those in braces and <c>1</c> not at all), counters end in <c>_total</c>, histograms have <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.
    /// </summary>
    public static IReadOnlySet<string> PrometheusNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "target_info", "up", "ALERTS" };
        foreach (var cells in Rows())
        {
            if (cells.Length < 6)
            {
                // A metric of the broker's own, under its Prometheus name.
                names.Add(cells[0]);
                continue;
            }

            var name = cells[0].Replace('.', '_') + cells[2] switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
            switch (cells[1])
            {
                case "histogram":
                    names.UnionWith([$"{name}_bucket", $"{name}_sum", $"{name}_count"]);
                    break;
                case "counter":
                    names.Add($"{name}_total");
                    break;
                default:
                    names.Add(name);
                    break;
            }
        }

        return names;
    }

    /// <summary>OpenTelemetry's names of the listed instruments.</summary>
    public static IReadOnlyList<string> Instruments() => [.. Rows().Where(cells => cells.Length == 6).Select(cells => cells[0])];

    /// <summary>Names of the broker's metrics that are listed.</summary>
    public static IReadOnlyList<string> BrokerMetrics() => [.. Rows().Where(cells => cells.Length < 6).Select(cells => cells[0])];

    // name, type, unit, attributes, meaning and an empty one; the broker's rows have no unit and attributes.
    private static IEnumerable<string[]> Rows() => File.ReadLines(Path.Combine(SharedFolder.Repository, "deploy", "otel", "telemetry.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.TrimStart('|').Split('|', StringSplitOptions.TrimEntries).Select(cell => cell.Trim('`')).ToArray());
}
