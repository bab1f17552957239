using Sikap.V1;

namespace Sikap.Cli.Tests;

public sealed class MatrixViewTests
{
    internal static Matrix Example { get; } = new()
    {
        Issues =
        {
            new Issue { Id = "toll-road", Title = "Jalan tol", Proposition = "Jalan tol dibangun" },
            new Issue { Id = "nobody-cares", Title = "Tanpa sikap", Proposition = "Sesuatu terjadi" },
        },
        Rows =
        {
            new MatrixRow
            {
                Holder = new Actor { Name = "Marsudi", Type = ActorType.Person, Represents = "Serikat Petani" },
                Cells = { Cell(StanceLabel.Oppose, oppose: 3, neutral: 1, evidence: "Kami [bold]menolak[/] jalan tol\u001b[2J ini.") },
            },
            new MatrixRow
            {
                Holder = new Actor { Name = "China", Type = ActorType.Country, Represents = "CHN" },
                Cells = { Cell(StanceLabel.Support, support: 1, evidence: "China mendukung jalan tol.") },
            },
        },
    };

    [Fact]
    public void Write_Redirected_ShowsHoldersCountsAndEvidenceWithoutEscapes()
    {
        var output = Render(Example, width: null);

        output.ShouldContain("Marsudi (Serikat Petani)");
        output.ShouldContain("oppose 3, neutral 1");
        output.ShouldContain("“Kami [bold]menolak[/] jalan tol[2J ini.”");
        output.ShouldContain("WARTA · 2023-07-12 · 0.91");
        output.ShouldContain("Proposition: Jalan tol dibangun");
        output.ShouldNotContain("\u001b");
    }

    [Fact]
    public void Write_CountryThatSpeaksForItself_IsNotNamedTwice()
    {
        Render(Example, width: null).ShouldNotContain("China (CHN)");
    }

    [Fact]
    public void Write_IssueWithoutStances_IsLeftOut()
    {
        Render(Example, width: null).ShouldNotContain("Tanpa sikap");
    }

    [Fact]
    public void Write_Terminal_ColoursLabelsAndKeepsForeignEscapesOut()
    {
        var output = Render(Example, width: 100);

        output.ShouldContain("\u001b[");
        output.ShouldNotContain("\u001b[2J");
    }

    [Fact]
    public void Write_TerminalWithNoColor_IsPlain()
    {
        Render(Example, width: 100, new() { ["NO_COLOR"] = "1" }).ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void Write_NarrowTerminal_KeepsWithinTheWidth(int width)
    {
        var lines = Render(Example, width, new() { ["NO_COLOR"] = "1" }).Split('\n');

        lines.ShouldAllBe(line => line.TrimEnd().Length <= width);
    }

    [Fact]
    public void Write_Empty_SaysSo()
    {
        Render(new Matrix(), width: null).ShouldContain("No stances found.");
    }

    private static string Render(Matrix matrix, int? width, Dictionary<string, string>? environment = null)
    {
        var output = new StringWriter();
        using var terminal = new Terminal(output, TextWriter.Null, () => Stream.Null, width, errorIsTerminal: false, name => environment?.GetValueOrDefault(name));

        MatrixView.Write(terminal.Console, matrix);

        return output.ToString();
    }

    private static MatrixCell Cell(StanceLabel prevailing, int support = 0, int oppose = 0, int neutral = 0, string evidence = "") => new()
    {
        IssueId = "toll-road",
        Support = support,
        Oppose = oppose,
        Neutral = neutral,
        Prevailing = prevailing,
        Best = new Stance
        {
            Evidence = new Span { Text = evidence },
            Publisher = "WARTA",
            Date = new PartialDate { Value = "2023-07-12" },
            Confidence = 0.91,
        },
    };
}
