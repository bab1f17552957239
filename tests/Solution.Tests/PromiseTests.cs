using System.Text.RegularExpressions;
using Sikap.TestKit;

namespace Sikap.Solution.Tests;

/// <summary>The table of promises against the tests: what it names must be there.</summary>
public sealed partial class PromiseTests
{
    private static readonly string Folder = Path.Combine(SharedFolder.Repository, "tests");

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Folder, "PROMISES.md"));

    private static readonly Lazy<IReadOnlyList<string>> Sources = new(() =>
        [.. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Where(path => !BuildFolder().IsMatch(path)).Select(File.ReadAllText)]);

    [Fact]
    public void Promises_Each_HaveALine()
    {
        var listed = Lines.Select(line => Row().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();

        listed.ShouldBe([.. Numbers('R', 14), .. Numbers('O', 9), .. Numbers('K', 14)]);
    }

    [Fact]
    public void Promises_NamedTests_AreThere()
    {
        var named = Lines.SelectMany(line => TestName().Matches(line)).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(60);
        named.Where(test => !Exists(test.Class, test.Method)).Select(test => $"{test.Class}.{test.Method}").ShouldBeEmpty();
    }

    [Fact]
    public void Promises_NamedVariables_AreRead()
    {
        var named = Lines.SelectMany(line => Variable().Matches(line)).Select(match => match.Value).Distinct().ToList();

        named.ShouldNotBeEmpty();
        named.Where(variable => !Sources.Value.Any(text => text.Contains($"\"{variable}\"", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Exists_NoSuchTest_IsFalse()
    {
        Exists(nameof(PromiseTests), "No_SuchTest").ShouldBeFalse();
        Exists(nameof(PromiseTests), nameof(Promises_Each_HaveALine)).ShouldBeTrue();
    }

    // A contract may be spread over files of one partial class.
    private static bool Exists(string type, string method) => Sources.Value.Any(text =>
        Regex.IsMatch(text, $@"\bclass {type}\b", RegexOptions.None, TimeSpan.FromSeconds(1))
        && Regex.IsMatch(text, $@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?(?:Task|void) {method}\(", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static IEnumerable<string> Numbers(char kind, int count) => Enumerable.Range(1, count).Select(number => $"{kind}{number}");

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]", RegexOptions.None, 1000)]
    private static partial Regex BuildFolder();

    [GeneratedRegex(@"^\| ([ROK]\d+) \|", RegexOptions.None, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+(?:Tests|Contract))\.(\w+)`", RegexOptions.None, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"SIKAP_[A-Z_]+", RegexOptions.None, 1000)]
    private static partial Regex Variable();
}
