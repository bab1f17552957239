using Microsoft.Data.Sqlite;
using Sikap.TestKit;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

public sealed class DiscourseNetworkTests
{
    private const Proto.StanceLabel Support = Proto.StanceLabel.Support;
    private const Proto.StanceLabel Oppose = Proto.StanceLabel.Oppose;
    private const Proto.StanceLabel Neutral = Proto.StanceLabel.Neutral;

    // Statements of actors 0, 1, 2 on issues 0, 1, as (oppose, support):
    //        issue 0   issue 1   all
    //   0    (0, 2)    (1, 0)     3
    //   1    (1, 1)    (2, 0)     4
    //   2    (0, 0)    (0, 1)     1
    //   all    4         4
    private static readonly NetworkStatement[] s_example = Statements(
        (0, 0, Support), (0, 0, Support), (0, 1, Oppose), (1, 0, Oppose), (1, 0, Support), (1, 1, Oppose), (1, 1, Oppose), (2, 1, Support));

    public static TheoryData<Proto.NetworkKind, Proto.QualifierAggregation, Proto.Normalization, string> WorkedExamples => new()
    {
        // Support minus opposition; 1 on 0 is 1 - 1 = 0 and has no edge.
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, Proto.Normalization.Unspecified, "0-0 2, 0-1 -1, 1-1 -2, 2-1 1" },
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Ignore, Proto.Normalization.Unspecified, "0-0 2, 0-1 1, 1-0 2, 1-1 2, 2-1 1" },
        // Only support counts 1, only opposition 2, both 3.
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Combine, Proto.Normalization.Unspecified, "0-0 1, 0-1 2, 1-0 3, 1-1 2, 2-1 1" },
        // Divided by 3, 4 and 1 statements of the actors: 2/3, -1/3, -2/4, 1/1.
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, Proto.Normalization.Activity, "0-0 0.6667, 0-1 -0.3333, 1-1 -0.5, 2-1 1" },
        // Divided by 4 statements on either issue.
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, Proto.Normalization.Prominence, "0-0 0.5, 0-1 -0.25, 1-1 -0.5, 2-1 0.25" },
        { Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Ignore, Proto.Normalization.Activity, "0-0 0.6667, 0-1 0.3333, 1-0 0.5, 1-1 0.5, 2-1 1" },
        // 0 and 1: support on 0 2 * 1, opposition on 1 1 * 2, together 4. 2 agrees with nobody.
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Unspecified, "0-1 4" },
        // 0 and 1: on 0 2 * 1. 0 and 2: on 1 1 * 1. 1 and 2: on 1 2 * 1.
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Conflict, Proto.Normalization.Unspecified, "0-1 2, 0-2 1, 1-2 2" },
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Subtract, Proto.Normalization.Unspecified, "0-1 2, 0-2 -1, 1-2 -2" },
        // 2 * 2 + 1 * 2, 1 * 1, 2 * 1.
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Ignore, Proto.Normalization.Unspecified, "0-1 6, 0-2 1, 1-2 2" },
        // 4 / ((3 + 4) / 2).
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Average, "0-1 1.1429" },
        // Only 1 has opposition on 0 (1 statement); both have support on 0 (2 * 1) and opposition on 1 (1 * 2): 4 / (1 + 4). With 2 nothing is shared: -1 / (3 + 1), -2 / (4 + 1).
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Subtract, Proto.Normalization.Jaccard, "0-1 0.4, 0-2 -0.25, 1-2 -0.4" },
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Jaccard, "0-1 0.8" },
        // 4 / (3 * 4).
        { Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Cosine, "0-1 0.3333" },
        // Actor 1 opposes both: 1 * 2.
        { Proto.NetworkKind.Issues, Proto.QualifierAggregation.Congruence, Proto.Normalization.Unspecified, "0-1 2" },
        // Actor 0: 2 * 1, actor 1: 1 * 2.
        { Proto.NetworkKind.Issues, Proto.QualifierAggregation.Conflict, Proto.Normalization.Unspecified, "0-1 4" },
        // (2 - 4) / ((4 + 4) / 2).
        { Proto.NetworkKind.Issues, Proto.QualifierAggregation.Subtract, Proto.Normalization.Average, "0-1 -0.5" },
    };

    [Theory]
    [MemberData(nameof(WorkedExamples))]
    public void Links_WorkedExample_HaveTheWeightsOfTheDefinition(Proto.NetworkKind kind, Proto.QualifierAggregation qualifier, Proto.Normalization normalization, string expected)
    {
        var network = new DiscourseNetwork(s_example, new NetworkRules(kind, qualifier, normalization, NetworkRules.TwoLevels, WithArticles: false));

        Shown(network).ShouldBe(expected);
    }

    [Fact]
    public void Links_NeutralBetweenBothSides_LiesHalfwayBetweenThem()
    {
        // Actor 0 is neutral once, 1 supports once, 2 opposes twice. Distances of -1, 0, 1 over a range of 2: 0 and 1 1/2, 0 and 2 1/2, 1 and 2 1.
        var statements = Statements((0, 0, Neutral), (1, 0, Support), (2, 0, Oppose), (2, 0, Oppose));
        var levels = NetworkRules.LevelsOf(statements, neutral: true);

        levels.ShouldBe([Oppose, Neutral, Support]);
        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, default, levels, false))).ShouldBe("0-1 0.5, 0-2 1");
        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Conflict, default, levels, false))).ShouldBe("0-1 0.5, 0-2 1, 1-2 2");
        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Combine, default, levels, false))).ShouldBe("0-0 2, 1-0 1, 2-0 4");
        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, default, levels, false))).ShouldBe("1-0 1, 2-0 -2");
    }

    [Fact]
    public void Links_NobodyOpposes_NeutralIsTheOtherEnd()
    {
        // Of an integer qualifier the values that occur decide the range: 0 and 1 are as far apart as can be.
        var statements = Statements((0, 0, Neutral), (1, 0, Support));
        var levels = NetworkRules.LevelsOf(statements, neutral: true);

        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Conflict, default, levels, false))).ShouldBe("0-1 1");
        Shown(new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, default, levels, false))).ShouldBe("");
    }

    [Fact]
    public void Links_WithArticles_TellThoseOfBothOnWhatTheyShare()
    {
        // Actor 0 in articles 1 (issue 0) and 2 (issue 1), actor 1 in article 3 (issue 0): issue 1 is not shared.
        NetworkStatement[] statements = [At(0, 0, Support, 1), At(0, 1, Support, 2), At(1, 0, Support, 3), At(1, 0, Support, 1)];

        var link = new DiscourseNetwork(statements, new NetworkRules(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, default, NetworkRules.TwoLevels, true))
            .Links(default).Single();

        link.Articles.ShouldBe([1, 3]);
        (link.Shared, link.Congruence, link.Conflict).ShouldBe((1, 2, 0));
    }

    [Fact]
    public void Nodes_Example_CountStatementsAndArticles()
    {
        var network = new DiscourseNetwork(new[] { At(0, 0, Support, 1), At(0, 1, Oppose, 1), At(0, 1, Oppose, 2) }, new NetworkRules(Proto.NetworkKind.TwoMode, default, default, NetworkRules.TwoLevels, false));

        network.Nodes(issues: false)[0].ShouldBe((new LabelCounts(1, 2, 0), 2));
        network.Nodes(issues: true)[0].ShouldBe((new LabelCounts(1, 0, 0), 1));
        network.Nodes(issues: true)[1].ShouldBe((new LabelCounts(0, 2, 0), 2));
    }

    [Theory]
    [InlineData(Proto.Duplicates.Unspecified, true, 6)]
    // Article 1: support, opposition; article 2: support; article 3: support; article 4: support.
    [InlineData(Proto.Duplicates.Article, true, 5)]
    // Articles 1 and 2 are of one week (Monday 26 and Wednesday 28 February 2024), 3 of the next (Monday 4 March), 4 of March 2023.
    [InlineData(Proto.Duplicates.Week, true, 4)]
    [InlineData(Proto.Duplicates.Month, true, 4)]
    [InlineData(Proto.Duplicates.Year, true, 3)]
    [InlineData(Proto.Duplicates.Range, true, 2)]
    [InlineData(Proto.Duplicates.Range, false, 1)]
    [InlineData(Proto.Duplicates.Article, false, 4)]
    public void LeaveOut_SameActorAndIssue_KeepsTheFirstOfEachScope(Proto.Duplicates duplicates, bool byLabel, int expected)
    {
        NetworkStatement[] statements =
        [
            At(0, 0, Support, 4, 2023_03_04), At(0, 0, Support, 1, 2024_02_26), At(0, 0, Oppose, 1, 2024_02_26), At(0, 0, Support, 1, 2024_02_26),
            At(0, 0, Support, 2, 2024_02_28), At(0, 0, Support, 3, 2024_03_04),
        ];

        NetworkDuplicates.LeaveOut(statements, duplicates, byLabel).Length.ShouldBe(expected);
    }

    [Fact]
    public void LeaveOut_OtherActorOrIssue_AreNoDuplicates()
    {
        var statements = Statements((0, 0, Support), (0, 1, Support), (1, 0, Support), (0, 0, Support));

        NetworkDuplicates.LeaveOut(statements.ToArray(), Proto.Duplicates.Range, byLabel: true).ToArray().ShouldBe(statements.AsSpan(0, 3).ToArray());
    }

    [Theory]
    // From 1 to 10 January. A window of 1 day reaches nowhere, one of 3 days one day to both sides, one of 2 the same ((2 - 1) / 2 = 0.5, rounded up).
    [InlineData(Proto.TimeWindow.Days, 1, "01-01..01-01 2, 01-02..01-02 0, 01-03..01-03 1, 01-04..01-04 0, 01-05..01-05 0, 01-06..01-06 0, 01-07..01-07 0, 01-08..01-08 0, 01-09..01-09 0, 01-10..01-10 1")]
    [InlineData(Proto.TimeWindow.Days, 3, "01-01..01-03 3, 01-02..01-04 1, 01-03..01-05 1, 01-04..01-06 0, 01-05..01-07 0, 01-06..01-08 0, 01-07..01-09 0, 01-08..01-10 1")]
    [InlineData(Proto.TimeWindow.Days, 2, "01-01..01-03 3, 01-02..01-04 1, 01-03..01-05 1, 01-04..01-06 0, 01-05..01-07 0, 01-06..01-08 0, 01-07..01-09 0, 01-08..01-10 1")]
    [InlineData(Proto.TimeWindow.Days, 10, "")]
    // Centres 1 and 8 January; only without reach is a window within the ten days.
    [InlineData(Proto.TimeWindow.Weeks, 1, "01-01..01-01 2, 01-08..01-08 0")]
    [InlineData(Proto.TimeWindow.Weeks, 2, "")]
    // Four statements, three at a time.
    [InlineData(Proto.TimeWindow.Events, 2, "01-01..01-03 3, 01-01..01-10 3")]
    [InlineData(Proto.TimeWindow.Events, 3, "01-01..01-03 3, 01-01..01-10 3")]
    [InlineData(Proto.TimeWindow.Events, 4, "")]
    [InlineData(Proto.TimeWindow.Unspecified, 0, "01-01..01-10 4")]
    public void Over_TenDays_GivesTheWindowsWithinThem(Proto.TimeWindow unit, int size, string expected)
    {
        NetworkStatement[] statements = [At(0, 0, Support, 1, 2024_01_01), At(1, 0, Support, 1, 2024_01_01), At(0, 0, Support, 2, 2024_01_03), At(0, 0, Support, 3, 2024_01_10)];

        string.Join(", ", NetworkWindows.Over(statements, unit, size, null, null).Select(window => $"{Date(window.FromDay)}..{Date(window.ToDay)} {window.Count}")).ShouldBe(expected);

        static string Date(int? day) => DateOnly.FromDayNumber(day!.Value).ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Over_Months_MovesByCalendarMonths()
    {
        // 31 January, 29 February, 29 March, ...: once a month had fewer days the centre stays where it fell.
        var windows = NetworkWindows.Over(Array.Empty<NetworkStatement>(), Proto.TimeWindow.Months, 3, new DateOnly(2024, 1, 31).DayNumber, new DateOnly(2024, 6, 30).DayNumber).ToList();

        windows.Select(window => DateOnly.FromDayNumber(window.CenterDay!.Value)).ShouldBe([new(2024, 3, 29), new(2024, 4, 29), new(2024, 5, 29)]);
        DateOnly.FromDayNumber(windows[0].FromDay!.Value).ShouldBe(new DateOnly(2024, 2, 29));
        DateOnly.FromDayNumber(windows[0].ToDay!.Value).ShouldBe(new DateOnly(2024, 4, 29));
    }

    [Fact]
    public void Over_UndatedStatements_AreInTheOneWindowOfAllOnly()
    {
        NetworkStatement[] statements = [At(0, 0, Support, 1, 2024_01_01), At(0, 0, Support, 2, null)];

        NetworkWindows.Over(statements, Proto.TimeWindow.Unspecified, 0, null, null).Single().Count.ShouldBe(2);
        NetworkWindows.Over(statements, Proto.TimeWindow.Days, 1, null, null).Single().Count.ShouldBe(1);
        NetworkWindows.Over(statements.AsMemory(1), Proto.TimeWindow.Days, 1, null, null).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Links_RandomStatements_AreThoseOfTheDefinitions(int seed, bool neutral)
    {
        var random = new Random(seed);
        var statements = new NetworkStatement[400];
        foreach (ref var statement in statements.AsSpan())
        {
            statement = At(random.Next(12), random.Next(7), (Proto.StanceLabel)random.Next(1, neutral ? 4 : 3), random.Next(40), 2024_01_01 + random.Next(28));
        }

        CompareAll(statements, neutral, 12, 7);
    }

    [Fact]
    public void Links_SampleOfDiscourseNetworkAnalyzer_AreThoseOfTheDefinitions()
    {
        var (statements, actors, issues) = ReadSample(SharedFolder.RequireOrSkip("data/dna-sample/sample/sample.dna"));

        statements.Length.ShouldBe(40);
        CompareAll(statements, neutral: false, actors, issues);
        foreach (var duplicates in Enum.GetValues<Proto.Duplicates>())
        {
            CompareAll(NetworkDuplicates.LeaveOut(statements.ToArray(), duplicates, byLabel: true).ToArray(), neutral: false, actors, issues);
        }
    }

    /// <summary>
    /// What Discourse Network Analyzer 3.0.11.5 itself computes from its sample, organisations and concepts in the ordinal order of their names: the sum of weight * (1 + row + 10 * column),
    /// rows and columns counted from 0, of one-mode networks over the upper triangle.
    /// </summary>
    [Theory]
    [InlineData(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Ignore, Proto.Normalization.Unspecified, Proto.Duplicates.Unspecified, 1404)]
    [InlineData(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Ignore, Proto.Normalization.Unspecified, Proto.Duplicates.Article, 681)]
    [InlineData(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, Proto.Normalization.Unspecified, Proto.Duplicates.Unspecified, 964)]
    [InlineData(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Subtract, Proto.Normalization.Unspecified, Proto.Duplicates.Range, 413)]
    [InlineData(Proto.NetworkKind.TwoMode, Proto.QualifierAggregation.Combine, Proto.Normalization.Unspecified, Proto.Duplicates.Unspecified, 878)]
    [InlineData(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Ignore, Proto.Normalization.Jaccard, Proto.Duplicates.Unspecified, 540.9004946247273)]
    [InlineData(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Unspecified, Proto.Duplicates.Unspecified, 3421)]
    [InlineData(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Congruence, Proto.Normalization.Jaccard, Proto.Duplicates.Article, 228.72619047619048)]
    [InlineData(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Conflict, Proto.Normalization.Unspecified, Proto.Duplicates.Article, 958)]
    [InlineData(Proto.NetworkKind.Actors, Proto.QualifierAggregation.Subtract, Proto.Normalization.Jaccard, Proto.Duplicates.Unspecified, 54.090533670648746)]
    [InlineData(Proto.NetworkKind.Issues, Proto.QualifierAggregation.Congruence, Proto.Normalization.Jaccard, Proto.Duplicates.Unspecified, 169.99745528980824)]
    [InlineData(Proto.NetworkKind.Issues, Proto.QualifierAggregation.Conflict, Proto.Normalization.Unspecified, Proto.Duplicates.Unspecified, 906)]
    [InlineData(Proto.NetworkKind.Issues, Proto.QualifierAggregation.Subtract, Proto.Normalization.Unspecified, Proto.Duplicates.Range, 832)]
    public void Links_SampleOfDiscourseNetworkAnalyzer_AreThoseOfItsOwnCode(
        Proto.NetworkKind kind, Proto.QualifierAggregation qualifier, Proto.Normalization normalization, Proto.Duplicates duplicates, double expected)
    {
        var (sample, _, _) = ReadSample(SharedFolder.RequireOrSkip("data/dna-sample/sample/sample.dna"));
        var statements = NetworkDuplicates.LeaveOut(sample, duplicates, qualifier != Proto.QualifierAggregation.Ignore);

        var links = new DiscourseNetwork(statements, new NetworkRules(kind, qualifier, normalization, NetworkRules.TwoLevels, false)).Links(default);

        links.Sum(link => link.Weight * (1 + link.Row + (10 * link.Column))).ShouldBe(expected, 1e-9);
    }

    private static void CompareAll(NetworkStatement[] statements, bool neutral, int actors, int issues)
    {
        foreach (var kind in new[] { Proto.NetworkKind.TwoMode, Proto.NetworkKind.Actors, Proto.NetworkKind.Issues })
        {
            foreach (var qualifier in Enum.GetValues<Proto.QualifierAggregation>())
            {
                foreach (var normalization in Enum.GetValues<Proto.Normalization>())
                {
                    var rules = new NetworkRules(kind, qualifier, normalization, NetworkRules.LevelsOf(statements, neutral), false);
                    var naive = NaiveNetwork.Of(statements, rules, actors, issues);
                    var links = new DiscourseNetwork(statements, rules).Links(default).ToDictionary(link => (link.Row, link.Column), link => link.Weight);
                    for (var row = 0; row < naive.GetLength(0); row++)
                    {
                        for (var column = kind == Proto.NetworkKind.TwoMode ? 0 : row + 1; column < naive.GetLength(1); column++)
                        {
                            links.GetValueOrDefault((row, column)).ShouldBe(naive[row, column], 1e-12, $"{kind} {qualifier} {normalization} {row} {column}");
                            links.Remove((row, column));
                        }
                    }
                    links.ShouldBeEmpty();
                }
            }
        }
    }

    private static (NetworkStatement[] Statements, int Actors, int Issues) ReadSample(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT (SELECT Value FROM ENTITIES WHERE ID = o.Entity), (SELECT Value FROM ENTITIES WHERE ID = c.Entity), b.Value,
              s.DocumentId, strftime('%Y%m%d', d.Date, 'unixepoch'), s.Start
            FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId JOIN DATABOOLEAN b ON b.StatementId = s.ID
            JOIN DATASHORTTEXT o ON o.StatementId = s.ID AND o.VariableId = (SELECT ID FROM VARIABLES WHERE Variable = 'organization')
            JOIN DATASHORTTEXT c ON c.StatementId = s.ID AND c.VariableId = (SELECT ID FROM VARIABLES WHERE Variable = 'concept')
            ORDER BY d.Date, s.DocumentId, s.Start
            """;
        var rows = new List<(string Actor, string Issue, bool Agrees, int Document, int Date, int Start)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                rows.Add((
                    reader.GetString(0), reader.GetString(1), reader.GetInt32(2) == 1, reader.GetInt32(3),
                    int.Parse(reader.GetString(4), System.Globalization.CultureInfo.InvariantCulture), reader.GetInt32(5)));
            }
        }
        var actors = rows.Select(row => row.Actor).Distinct().Order(StringComparer.Ordinal).ToList();
        var issues = rows.Select(row => row.Issue).Distinct().Order(StringComparer.Ordinal).ToList();
        return (
            [.. rows.Select(row => At(actors.IndexOf(row.Actor), issues.IndexOf(row.Issue), row.Agrees ? Support : Oppose, row.Document, row.Date, row.Start))],
            actors.Count, issues.Count);
    }

    private static string Shown(DiscourseNetwork network) =>
        string.Join(", ", network.Links(default).Select(link => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{link.Row}-{link.Column} {Math.Round(link.Weight, 4)}")));

    private static NetworkStatement[] Statements(params (int Actor, int Issue, Proto.StanceLabel Label)[] statements) =>
        [.. statements.Select((statement, i) => At(statement.Actor, statement.Issue, statement.Label, i))];

    /// <param name="date">Such as 2024_01_31; null = undated.</param>
    private static NetworkStatement At(int actor, int issue, Proto.StanceLabel label, int article, int? date = 2024_01_01, int start = 0) =>
        new(actor, issue, label, article, date is { } day ? day * 10_000L : DateKey.UndatedNumber, start);
}
