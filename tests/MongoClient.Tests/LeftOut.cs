namespace Sikap.MongoClient.Tests;

/// <summary>One entry of the list of what is not run as the specification has it.</summary>
/// <param name="Path">File, or folder ending in <c>/</c>.</param>
/// <param name="Case">Description of the case; <c>*</c> = all.</param>
/// <param name="Kind"><c>refused</c>: the client must say no, naming the option. <c>left-out</c>: not run.</param>
/// <param name="Reason">Why.</param>
internal sealed record LeftOutEntry(string Path, string Case, string Kind, string Reason)
{
    internal bool Covers(string path, string description) =>
        (Path.EndsWith('/') ? path.StartsWith(Path, StringComparison.Ordinal) : path == Path) && (Case == "*" || Case == description);
}

/// <summary>The list <c>left-out.tsv</c>.</summary>
internal static class LeftOut
{
    internal static IReadOnlyList<LeftOutEntry> Entries { get; } = Read();

    internal static LeftOutEntry? Find(string path, string description) => Entries.FirstOrDefault(entry => entry.Covers(path, description));

    private static List<LeftOutEntry> Read()
    {
        using var reader = new StreamReader(typeof(LeftOut).Assembly.GetManifestResourceStream("left-out.tsv")!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Select(cells => new LeftOutEntry(cells[0], cells[1], cells[2], cells[3]))];
    }
}
