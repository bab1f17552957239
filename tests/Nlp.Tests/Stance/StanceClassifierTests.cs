using Sikap.Nlp.Stances;

namespace Sikap.Nlp.Tests.Stances;

public sealed class StanceClassifierTests
{
    private const string Text =
        "Rencana pembukaan pasar apung ditentang oleh Wali Kota Mira Sartika. Gubernur Bagas Saputra mendukung pasar apung itu dan ingin pasar apung segera dibuka.\n" +
        "\"Pasar apung itu berbahaya bagi sungai,\" kata Mira Sartika.\n" +
        "Udara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.";

    private static readonly Codebook Codebook = new(7, [new Issue("apung", "Pasar apung", "Pasar apung dibuka", ["pasar apung"])]);

    private static readonly Engine Engine = Engine.Create();

    [Fact]
    public void Classify_SameArticleAgain_IsTheSame()
    {
        var article = Extract();

        var first = StanceClassifier.Create().Classify(article, Codebook);
        var second = StanceClassifier.Create().Classify(article, Codebook with { });

        first.Count.ShouldBe(2);
        second.ShouldBe(first);
    }

    [Fact]
    public async Task Classify_FromManyThreads_IsTheSame()
    {
        var article = Extract();
        var classifier = StanceClassifier.Create();
        var expected = classifier.Classify(article, Codebook);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => classifier.Classify(article, Codebook))));

        results.ShouldAllBe(r => r.SequenceEqual(expected));
    }

    [Fact]
    public void Classify_SeveralPiecesOfOneHolder_GiveOneStance()
    {
        var stances = Engine.Classify(Extract(), Codebook);

        var mira = stances.Single(s => s.Holder.Name == "Mira Sartika");
        mira.Label.ShouldBe(StanceLabel.Oppose);
        mira.Why.ShouldNotBeEmpty();
    }

    [Fact]
    public void Classify_Evidence_IsTheSliceOfTheText()
    {
        var article = Extract();

        foreach (var stance in Engine.Classify(article, Codebook))
        {
            stance.Evidence.Span.In(article.Text).ShouldBe(stance.Evidence.Text);
            stance.Confidence.ShouldBeInRange(0, 1);
        }
    }

    [Fact]
    public void Classify_RestingOnAStatement_NamesIt()
    {
        var article = Extract("\"Pasar apung harus dibuka,\" kata Gubernur Bagas Saputra.\nUdara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.");

        var stance = Engine.Classify(article, Codebook).Single();

        stance.StatementId.ShouldBe(article.Statements.Single().Id);
    }

    [Fact]
    public void Classify_UnderACondition_SaysSo()
    {
        var article = Extract("\"Kalau sungainya bersih kami mendukung pasar apung,\" kata Gubernur Bagas Saputra.\nUdara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.");

        var stance = Engine.Classify(article, Codebook).Single();

        stance.Label.ShouldBe(StanceLabel.Support);
        stance.Modality.ShouldBe(StanceModality.Conditional);
    }

    [Fact]
    public void Classify_AnotherVersionOfTheCodebook_ChangesTheId()
    {
        var article = Extract();

        var ids = Engine.Classify(article, Codebook).Select(s => s.Id);

        Engine.Classify(article, Codebook with { Version = 8 }).Select(s => s.Id).ShouldNotBe(ids);
    }

    [Fact]
    public void Classify_NoIssues_GivesNothing() => Engine.Classify(Extract(), new Codebook(0, [])).ShouldBeEmpty();

    [Fact]
    public void Classify_IssueOfStopWordsOnly_GivesNothing() =>
        Engine.Classify(Extract(), new Codebook(0, [new Issue("kosong", "yang", "itu adalah ini", ["dan", "yang"])])).ShouldBeEmpty();

    [Fact]
    public void Classify_IssueWithThousandsOfWords_IsRead()
    {
        var terms = Enumerable.Range(0, 20_000).Select(i => $"kata{i} pasar apung").ToList();

        var stances = Engine.Classify(Extract(), new Codebook(0, [new Issue("besar", "Pasar apung", "Pasar apung dibuka", [.. terms, "pasar apung"])]));

        stances.ShouldNotBeNull();
    }

    [Fact]
    public void Classify_LongTextWithoutAFullStop_StaysFast()
    {
        var text = string.Concat(Enumerable.Repeat("dan Gubernur Bagas Saputra menolak pasar apung itu karena usulan itu ditentang Rusia ", 2_000));
        var article = Extract(text[..Math.Min(text.Length, Sikap.Nlp.Engine.MaxTextChars)]);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Engine.Classify(article, Codebook);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Explain_Article_GivesEveryPiece() =>
        StanceClassifier.Create().Explain(Extract(), Codebook).Count(line => line.StartsWith("Mira Sartika", StringComparison.Ordinal)).ShouldBeGreaterThan(1);

    [Theory]
    [InlineData("dukung\tstand\t+", "word\tstop")]
    [InlineData("dukung\tsupport\t+\tany", "word\tstop")]
    [InlineData("dukung\tstand\t*\tany", "word\tstop")]
    [InlineData("dukung\tstand\t+\tsometimes", "word\tstop")]
    [InlineData("dukung\tstand\t+\tany", "word\tnonsense")]
    public void Parse_BadLine_IsRefusedByTableAndNumber(string frames, string words) =>
        Should.Throw<InvalidOperationException>(() => StanceLexicon.Parse(frames, words)).Message.ShouldContain("line 1");

    private static ExtractedArticle Extract(string text = Text) => Engine.Extract(new Article { Id = "a", Text = text });
}
