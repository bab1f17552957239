using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>
/// The published definitions written down without any thought of speed: three-dimensional counts (row, column, label), then a sum for every pair. An independent check of <see cref="DiscourseNetwork"/>.
/// </summary>
internal static class NaiveNetwork
{
    /// <summary>Weights by row and column; 0 where there is no edge.</summary>
    public static double[,] Of(IReadOnlyList<NetworkStatement> statements, NetworkRules rules, int actors, int issues)
    {
        var turned = rules.Kind == Proto.NetworkKind.Issues;
        var (rows, columns) = turned ? (issues, actors) : (actors, issues);
        var levels = rules.Levels.ToList();
        var counts = new double[rows, columns, levels.Count];
        foreach (var statement in statements)
        {
            counts[turned ? statement.Issue : statement.Actor, turned ? statement.Actor : statement.Issue, levels.IndexOf(statement.Label)]++;
        }
        return rules.Kind == Proto.NetworkKind.TwoMode ? TwoMode(counts, rules) : OneMode(counts, rules);
    }

    private static double[,] TwoMode(double[,,] counts, NetworkRules rules)
    {
        var (rows, columns, levels) = (counts.GetLength(0), counts.GetLength(1), counts.GetLength(2));
        var weights = new double[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                for (var k = 0; k < levels; k++)
                {
                    weights[r, c] += rules.Qualifier switch
                    {
                        Proto.QualifierAggregation.Subtract => NetworkRules.ValueOf(rules.Levels[k]) * counts[r, c, k],
                        Proto.QualifierAggregation.Combine => counts[r, c, k] > 0 ? Math.Pow(2, levels - 1 - k) : 0,
                        _ => counts[r, c, k],
                    };
                }
            }
        }

        var normalized = new double[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                double norm = rules.Normalization switch
                {
                    Proto.Normalization.Activity => Total(counts, r, null),
                    Proto.Normalization.Prominence => Total(counts, null, c),
                    _ => 1,
                };
                normalized[r, c] = norm == 0 ? 0 : weights[r, c] / norm;
            }
        }
        return normalized;
    }

    private static double[,] OneMode(double[,,] counts, NetworkRules rules)
    {
        var (rows, columns, levels) = (counts.GetLength(0), counts.GetLength(1), counts.GetLength(2));
        var values = rules.Levels.Select(level => (double)NetworkRules.ValueOf(level)).ToArray();
        var range = values.Length < 2 ? 1 : values[^1] - values[0];
        var weights = new double[rows, rows];
        for (var a = 0; a < rows; a++)
        {
            for (var b = 0; b < rows; b++)
            {
                if (a == b)
                {
                    continue;
                }
                double sum = 0, onlyA = 0, onlyB = 0, both = 0;
                for (var c = 0; c < columns; c++)
                {
                    for (var k = 0; k < levels; k++)
                    {
                        onlyA += counts[b, c, k] == 0 ? counts[a, c, k] : 0;
                        onlyB += counts[a, c, k] == 0 ? counts[b, c, k] : 0;
                        both += counts[a, c, k] * counts[b, c, k];
                        for (var l = 0; l < levels; l++)
                        {
                            var product = counts[a, c, k] * counts[b, c, l];
                            var distance = Math.Abs(values[k] - values[l]) / range;
                            sum += rules.Qualifier switch
                            {
                                Proto.QualifierAggregation.Congruence => product * (1 - distance),
                                Proto.QualifierAggregation.Conflict => product * distance,
                                Proto.QualifierAggregation.Subtract => product * (1 - (2 * distance)),
                                _ => product,
                            };
                        }
                    }
                }
                var (mine, theirs) = (Total(counts, a, null), Total(counts, b, null));
                var norm = rules.Normalization switch
                {
                    Proto.Normalization.Average => (mine + theirs) / 2,
                    Proto.Normalization.Jaccard => onlyA + onlyB + both,
                    Proto.Normalization.Cosine => mine * theirs,
                    _ => 1,
                };
                weights[a, b] = norm == 0 ? 0 : sum / norm;
            }
        }
        return weights;
    }

    private static double Total(double[,,] counts, int? row, int? column)
    {
        double total = 0;
        for (var r = row ?? 0; r < (row + 1 ?? counts.GetLength(0)); r++)
        {
            for (var c = column ?? 0; c < (column + 1 ?? counts.GetLength(1)); c++)
            {
                for (var k = 0; k < counts.GetLength(2); k++)
                {
                    total += counts[r, c, k];
                }
            }
        }
        return total;
    }
}
