namespace Sikap.Ingestion.Tests;

/// <summary>Articles with edited copies planted among them, and how well their groups are found again.</summary>
internal static class PlantedCopies
{
    /// <summary>An article of the set.</summary>
    /// <param name="Family">Which belong together; the same number for an original and its copies.</param>
    /// <param name="Kind">Of the edit; null for an original.</param>
    /// <param name="Article">What comes in.</param>
    internal sealed record Planted(int Family, string? Kind, ArticleRecord Article);

    /// <summary>Pairs that are copies by truth, by what was found, and by both.</summary>
    internal readonly record struct Score(long Truth, long Found, long Both)
    {
        public double Precision => Found == 0 ? 1 : (double)Both / Found;

        public double Recall => Truth == 0 ? 1 : (double)Both / Truth;

        public double F1 => Both == 0 ? 0 : 2.0 * Both / (Truth + Found);
    }

    /// <summary>Every other article with one to three copies, all in a random order.</summary>
    public static IReadOnlyList<Planted> Make(IReadOnlyList<(string Publisher, string? Title, string Text)> originals, int seed)
    {
        var random = new Random(seed);
        var edits = new PlantedEdits(seed);
        var all = new List<Planted>();
        for (var i = 0; i < originals.Count; i++)
        {
            var (publisher, title, text) = originals[i];
            all.Add(new Planted(i, null, Record(publisher, title, text)));
            for (var copies = i % 2 == 0 ? 1 + random.Next(3) : 0; copies > 0; copies--)
            {
                var kind = PlantedEdits.Kinds[random.Next(PlantedEdits.Kinds.Count)];
                var edited = edits.Make(kind, title, text, originals[random.Next(originals.Count)].Text);
                all.Add(new Planted(i, kind, Record($"outlet {random.Next(40)}", edited.Title, edited.Text)));
            }
        }

        var shuffled = all.DistinctBy(planted => planted.Article.Id).ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>The group that each gets, in their order.</summary>
    public static IReadOnlyList<string> Group(IEnumerable<Planted> articles)
    {
        var index = new IdentityIndex();
        var groups = new List<string>();
        foreach (var planted in articles)
        {
            var entry = index.Identify(Fingerprint.Of(planted.Article));
            index.Add(entry);
            groups.Add(entry.Report);
        }

        return groups;
    }

    /// <summary>Compares pairs.</summary>
    /// <param name="articles">The set.</param>
    /// <param name="groups">The group that each got.</param>
    /// <param name="truth">The family that a family stands for: the same for families whose originals are copies of each other by nature.</param>
    public static Score Compare(IReadOnlyList<Planted> articles, IReadOnlyList<string> groups, Func<int, int> truth)
    {
        static long Pairs(IEnumerable<int> sizes) => sizes.Sum(size => (long)size * (size - 1) / 2);
        var both = articles.Zip(groups).CountBy(pair => (truth(pair.First.Family), pair.Second));
        return new Score(
            Pairs(articles.CountBy(planted => truth(planted.Family)).Select(count => count.Value)), Pairs(groups.CountBy(group => group).Select(count => count.Value)), Pairs(both.Select(count => count.Value)));
    }

    private static ArticleRecord Record(string publisher, string? title, string text) => new()
    {
        Id = ArticleIdentity.Of(text, publisher), Text = text, Title = title, Publisher = publisher, AcceptedAt = new DateTimeOffset(2024, 5, 1, 8, 0, 0, TimeSpan.Zero),
    };
}
