using System.Globalization;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Turns the certainty of a rule into the rate at which it was right on annotated articles: a line through the fitted points for contents, speakers and stances, one rate per rule for dates.
/// Immutable.
/// </summary>
internal sealed class ConfidenceTable
{
    private readonly (double Certainty, double Rate)[] _contents;
    private readonly (double Certainty, double Rate)[] _speakers;
    private readonly (double Certainty, double Rate)[] _stances;
    private readonly Dictionary<string, double> _dates;
    private readonly double _otherDate;

    private ConfidenceTable((double, double)[] contents, (double, double)[] speakers, (double, double)[] stances, Dictionary<string, double> dates, double otherDate) =>
        (_contents, _speakers, _stances, _dates, _otherDate) = (contents, speakers, stances, dates, otherDate);

    /// <summary>Certainties as the rules give them, for fitting.</summary>
    public static ConfidenceTable Raw { get; } = new([(0, 0), (1, 1)], [(0, 0), (1, 1)], [(0, 0), (1, 1)], [], 1);

    /// <summary>The table of a language.</summary>
    /// <exception cref="InvalidOperationException">It has a bad line.</exception>
    public static ConfidenceTable Load(string language) => Read(LexiconTable.Load($"{language}/confidence.tsv", 4));

    /// <summary>A table from its lines: kind, certainty or rule, rate, cases it rests on.</summary>
    /// <exception cref="InvalidOperationException">A line is bad.</exception>
    public static ConfidenceTable Read(List<LexiconLine> lines)
    {
        List<(double Certainty, double Rate)> contents = [], speakers = [], stances = [];
        Dictionary<string, double> dates = new(StringComparer.Ordinal);
        double? otherDate = null;
        foreach (var line in lines)
        {
            var rate = Number(line, 2);
            switch (line.Fields[0])
            {
                case "content":
                    Append(contents, line, rate);
                    break;
                case "speaker":
                    Append(speakers, line, rate);
                    break;
                case "stance":
                    Append(stances, line, rate);
                    break;
                case "date" when line.Fields[1] == "*":
                    otherDate = rate;
                    break;
                case "date":
                    dates.Add(line.Fields[1], rate);
                    break;
                default:
                    throw line.Fault($"unknown kind {line.Fields[0]}");
            }
        }

        return contents.Count == 0 || speakers.Count == 0 || stances.Count == 0 || otherDate is null
            ? throw new InvalidOperationException("The confidence table needs lines for content, speaker, stance and date *")
            : new([.. contents], [.. speakers], [.. stances], dates, otherDate.Value);
    }

    /// <summary>How likely a statement is one.</summary>
    public double Content(double certainty) => Interpolate(_contents, certainty);

    /// <summary>How likely its speaker is right.</summary>
    public double Speaker(double certainty) => Interpolate(_speakers, certainty);

    /// <summary>How likely a stance is right: holder, issue and label.</summary>
    public double Stance(double certainty) => Interpolate(_stances, certainty);

    /// <summary>How likely a date is right that a rule gave.</summary>
    public double Date(string rule) => _dates.GetValueOrDefault(rule, _otherDate);

    private static void Append(List<(double Certainty, double Rate)> points, LexiconLine line, double rate)
    {
        var certainty = Number(line, 1);
        if (points.Count > 0 && (certainty <= points[^1].Certainty || rate < points[^1].Rate))
        {
            throw line.Fault("certainties must rise from line to line and rates must not fall");
        }

        points.Add((certainty, rate));
    }

    private static double Number(LexiconLine line, int field) =>
        double.TryParse(line.Fields[field], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1
            ? number
            : throw line.Fault($"a number from 0 to 1 is expected in field {field + 1}");

    private static double Interpolate((double Certainty, double Rate)[] points, double certainty)
    {
        var i = 0;
        while (i < points.Length && points[i].Certainty < certainty)
        {
            i++;
        }

        if (i == 0 || i == points.Length)
        {
            return points[Math.Min(i, points.Length - 1)].Rate;
        }

        var (low, high) = (points[i - 1], points[i]);
        return low.Rate + ((high.Rate - low.Rate) * (certainty - low.Certainty) / (high.Certainty - low.Certainty));
    }
}
