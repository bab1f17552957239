using Sikap.Nlp;

namespace Sikap.StanceClassification.Tests;

/// <summary>What changes do to a codebook: water &gt; river &gt; dam, and road by itself.</summary>
public sealed class CodebookDraftTests
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);

    private static readonly CodebookEntry[] Book =
    [
        new(New("air"), false, 1, Then),
        new(New("sungai"), false, 2, Then) { Parent = "air" },
        new(New("bendungan"), false, 3, Then) { Parent = "sungai" },
        new(New("jalan"), false, 4, Then),
        new(New("lama"), true, 5, Then),
    ];

    [Fact]
    public void Retire_WithNarrowerIssues_TheyMoveUp()
    {
        var result = Draft().Retire("sungai");

        result.Changed.Select(Show).ShouldBe(["sungai retired 6 < air", "bendungan updated 7 < air"]);
    }

    [Fact]
    public void Merge_IntoANewIssue_TermsAndNarrowerIssuesGoAlong()
    {
        var result = Draft().Merge(["sungai", "jalan"], New("prasarana", "Air"), null);

        result.Changed.Select(Show).ShouldBe(["prasarana defined 6", "bendungan updated 7 < prasarana", "jalan merged 8 > prasarana", "sungai merged 9 < air > prasarana"]);
        result.Entries.Single().Issue.Terms.ShouldBe(["Air", "sungai", "jalan"]);
    }

    [Fact]
    public void Merge_IntoItsOwnNarrowerIssue_KeepsWordingAndMovesUp()
    {
        var result = Draft().Merge(["sungai"], new Issue("bendungan", "", "", []), null);

        result.Changed.Select(Show).ShouldBe(["bendungan updated 6 < air", "sungai merged 7 < air > bendungan"]);
        result.Entries.Single().Issue.Proposition.ShouldBe("Kota membangun bendungan");
    }

    [Theory]
    [InlineData("tak-ada", "jalan", "tak-ada")]
    [InlineData("lama", "jalan", "lama")]
    [InlineData("jalan", "lama", "lama")]
    [InlineData("jalan", "tak-ada", "tak-ada")]
    public void Merge_NotInUse_Unknown(string source, string into, string named)
    {
        var result = Draft().Merge([source], new Issue(into, "", "", []), null);

        (result.Outcome, result.Id, result.Changed.Count).ShouldBe((ChangeOutcome.Unknown, named, 0));
    }

    [Fact]
    public void Merge_MoreTermsThanAllowed_Refused() =>
        Draft().Merge(["jalan"], new Issue("baru", "B", "B", [.. Enumerable.Range(0, 100).Select(i => $"t{i}")]), null).Outcome.ShouldBe(ChangeOutcome.TooManyTerms);

    [Fact]
    public void Split_WithNarrowerIssues_PartsTakeThePlace()
    {
        var result = Draft().Split("sungai", [(New("hulu"), null), (New("hilir"), "jalan")]);

        result.Changed.Select(Show).ShouldBe(["hulu defined 6 < air", "hilir defined 7 < jalan", "bendungan updated 8 < air", "sungai split 9 < air > hulu hilir"]);
        result.Entries.Select(entry => entry.Issue.Id).ShouldBe(["hulu", "hilir"]);
    }

    [Fact]
    public void Import_NewChangedRetiredAndSame_OnlyDifferencesChange()
    {
        var result = Draft().Import([(New("laut"), "pesisir", false), (New("pesisir"), null, false), (New("jalan", "jalan raya"), null, false), (New("air"), null, false), (New("bendungan"), null, true), (New("lama"), null, false)]);

        result.Changed.Select(Show).ShouldBe(["laut defined 6 < pesisir", "pesisir defined 7", "jalan updated 8", "bendungan retired 9", "lama restored 10"]);
        result.Entries.Count.ShouldBe(6);
        result.Version.ShouldBe(10);
    }

    [Fact]
    public void Import_NothingNew_Unchanged()
    {
        var result = Draft().Import([(New("air"), null, false), (New("lama"), null, true)]);

        (result.Outcome, result.Version, result.Entries.Count).ShouldBe((ChangeOutcome.Unchanged, 5L, 2));
    }

    [Theory]
    [InlineData("tak-ada")]
    [InlineData("lama")]
    [InlineData("air")]
    [InlineData("bendungan")]
    public void Update_ParentNotInUseOrBelow_Refused(string parent) => Draft().Update(New("air"), parent).Outcome.ShouldBe(ChangeOutcome.BadParent);

    [Fact]
    public void Update_OtherParentOnly_Changes() => Draft().Update(New("bendungan"), "jalan").Changed.Select(Show).ShouldBe(["bendungan updated 6 < jalan"]);

    [Fact]
    public void Define_SameWordingOtherParent_Taken() => Draft().Define(New("bendungan"), "jalan").Outcome.ShouldBe(ChangeOutcome.Taken);

    private static CodebookDraft Draft() => new(Book, 10, Then.AddMinutes(1));

    private static Issue New(string id, string? term = null) => new(id, id, $"Kota membangun {id}", [term ?? id]);

    private static string Show(CodebookEntry entry) =>
        $"{entry.Issue.Id} {entry.Kind.ToString().ToLowerInvariant()} {entry.Version}{(entry.Parent is null ? "" : $" < {entry.Parent}")}{(entry.ReplacedBy.Count == 0 ? "" : $" > {string.Join(' ', entry.ReplacedBy)}")}";
}
