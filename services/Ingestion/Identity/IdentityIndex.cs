using System.Globalization;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf.WellKnownTypes;
using Sikap.Nlp;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>
/// Articles that were identified, in memory: about 75 bytes each, by which an article is known by its id and its address, and about 570 more for each of the newest, with which new ones are compared. Not thread-safe.
/// </summary>
/// <param name="compared">How many of the newest are compared with; some thousand more may be.</param>
internal sealed class IdentityIndex(int compared = IngestionOptions.DefaultComparedArticles)
{
    /// <summary>
    /// Least resemblance of copies in different outlets: two news texts that were written apart share next to no run of three words, a copy with every eighth word changed still four in ten. That the shorter
    /// text stands in the longer one decides nothing: an article that prints a paragraph of each of two others would make them one.
    /// </summary>
    internal const double MinResemblance = 0.3;

    /// <summary>The same within one outlet, whose reports on a matter repeat paragraphs of each other, and whose forecasts and prices have one form for all days.</summary>
    internal const double MinOwnResemblance = 0.6;

    /// <summary>Revisions come within days and keep most of the text.</summary>
    internal const double MinRevisionResemblance = 0.6;

    /// <summary>Two addresses are two pages, unless the text is nearly the same: an address may follow a corrected headline.</summary>
    internal const double MinMovedResemblance = 0.8;

    /// <summary>With the same headline, and no address that says otherwise, less of the text need be the same.</summary>
    internal const double MinRewrittenResemblance = 0.3;

    /// <summary>Least likeness of reports on one event.</summary>
    internal const double MinStoryLikeness = 0.35;

    internal const int RevisionDays = 3;
    internal const int StoryDays = 3;

    // The first minima serve as keys: of texts that share a fifth, 97 in 100 have two of them in common.
    private const int Keys = 24;
    private const int MinKeys = 2;

    // The newest so many under a key are looked at: a phrase that all articles of an outlet end with must not cost more.
    private const int MaxSteps = 128;
    private const int MaxCompared = 48;

    private const int TermSlots = 1 << 20;
    // Looked up by the rarest terms, compared by all.
    private const int TermKeys = 12;
    private const int MaxTermSteps = 128;
    private const int MinTerms = 3;

    // Before there are articles each term is taken for one that stands in one of a hundred.
    private const double PriorArticles = 200;
    private const double PriorShare = 0.01;

    private const int MinutesPerDay = 24 * 60;

    private static readonly Kind[] s_kinds = [Kind.Work, Kind.Report, Kind.Story];

    private const int FirstHeads = 1 << 12;

    private readonly Dictionary<string, int> _publishers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _publisherNames = [""];
    private readonly ChunkedArray<Entry> _entries = new(1);
    private readonly ChunkedArray<Detail> _details = new(1);
    private readonly ChunkedArray<ushort> _minima = new(TextSketch.Size);
    private readonly ChunkedArray<int> _nextByKey = new(Keys);
    private readonly ChunkedArray<uint> _terms = new(StoryTerms.Size);
    private readonly ChunkedArray<int> _nextByTerm = new(StoryTerms.Size);
    private readonly int[] _headByKey = Filled(Keys << 16);
    private readonly int[] _headByTerm = Filled(TermSlots);
    private readonly int[] _termCounts = new int[TermSlots];
    // Of the few that revise another one.
    private readonly Dictionary<int, int> _revisionOf = [];
    private int[] _headById = Filled(FirstHeads);
    private int[] _headByAddress = Filled(FirstHeads);

    // Used again by each question.
    private readonly Dictionary<int, int> _found = [];

    /// <summary>How many articles there are; the number of the last entry.</summary>
    public int Count => _entries.Count;

    /// <summary>Takes the entry behind the last one.</summary>
    public void Add(IdentityEntry entry)
    {
        var index = Count;
        if (entry.Number != index + 1)
            throw new InvalidOperationException($"Entry {entry.Number} cannot follow entry {index}.");

        ref var publisher = ref CollectionsMarshal.GetValueRefOrAddDefault(_publishers, entry.Publisher, out var isKnownPublisher);
        if (!isKnownPublisher)
        {
            publisher = _publisherNames.Count;
            _publisherNames.Add(entry.Publisher);
        }

        ref var added = ref _entries.Add()[0];
        added = new Entry
        {
            Id = IdOf(entry.ArticleId),
            Address = entry.Address is null ? 0 : AddressOf(entry.Address),
            Publisher = publisher,
            Minute = (int)Math.Min(entry.Minute, int.MaxValue),
            EditionAndKnown = (entry.Edition << 1) | (entry.IsMinuteKnown ? 1 : 0),
        };
        if (entry.RevisionOf is { } before && Find(before) is >= 0 and var revised)
            _revisionOf.Add(index, revised);
        LinkIn(index);
        // These look at what was just put there.
        Join(Kind.Work, entry.Work, index);
        Join(Kind.Report, entry.Report, index);
        Join(Kind.Story, entry.Story, index);
        _details.Add()[0] = new Detail { Title = entry.Title, Runs = entry.Runs, TermCount = entry.Terms.Length / sizeof(uint) };
        AddSketch(index, entry);
        AddTerms(index, MemoryMarshal.Cast<byte, uint>(entry.Terms));
        _details.KeepLast(compared);
        _minima.KeepLast(compared);
        _nextByKey.KeepLast(compared);
        _terms.KeepLast(compared);
        _nextByTerm.KeepLast(compared);
    }

    /// <summary>Takes the last entries off again.</summary>
    public void Remove(int entries)
    {
        for (; entries > 0; entries--)
        {
            var index = Count - 1;
            ref var entry = ref _entries[index][0];
            ref var detail = ref _details[index][0];
            foreach (var kind in s_kinds)
            {
                if (GroupOf(kind, index) is var first && first != index)
                    _entries[first][0].Link(kind) = ~entry.Link(kind);
            }

            _revisionOf.Remove(index);

            // It is the newest under its heads.
            _headById[SlotOf(entry.Id)] = entry.NextById;
            if (entry.Address != 0)
                _headByAddress[SlotOf(entry.Address)] = entry.NextByAddress;
            if (detail.Runs > 0)
            {
                for (var key = 0; key < Keys; key++)
                    _headByKey[(key << 16) | _minima[index][key]] = _nextByKey[index][key];
            }

            for (var i = detail.TermCount - 1; i >= 0; i--)
            {
                var slot = _terms[index][i] & (TermSlots - 1);
                _termCounts[slot]--;
                _headByTerm[slot] = _nextByTerm[index][i];
            }

            _entries.RemoveLast();
            _details.RemoveLast();
            _minima.RemoveLast();
            _nextByKey.RemoveLast();
            _terms.RemoveLast();
            _nextByTerm.RemoveLast();
        }
    }

    /// <summary>What was told of an article; null when nothing was.</summary>
    public Provenance? TryRead(string articleId)
    {
        if (Find(articleId) is not (>= 0 and var index))
            return null;
        return new Provenance
        {
            Work = NameOf(GroupOf(Kind.Work, index)), Edition = EditionOf(index), RevisionOf = _revisionOf.TryGetValue(index, out var before) ? NameOf(before) : null,
            Report = NameOf(GroupOf(Kind.Report, index)), Story = NameOf(GroupOf(Kind.Story, index)),
        };
    }

    /// <summary>Index of an article; -1 when it is not there.</summary>
    public int Find(string articleId)
    {
        if (!UInt128.TryParse(articleId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var wanted))
            return -1;
        var id = new IdBits(wanted);
        var at = _headById[SlotOf(id)];
        while (at >= 0 && _entries[at][0].Id != id)
            at = _entries[at][0].NextById;
        return at;
    }

    /// <inheritdoc cref="Identify(Fingerprint, out Doubt?)"/>
    public IdentityEntry Identify(Fingerprint print) => Identify(print, out _);

    /// <summary>Finds out about an article that is not there yet; adds nothing.</summary>
    /// <param name="print">The article.</param>
    /// <param name="doubt">Set where what both tell of their time leaves open which of two revisions is the later; the one that comes later is taken for it.</param>
    public IdentityEntry Identify(Fingerprint print, out Doubt? doubt)
    {
        var publisher = _publishers.GetValueOrDefault(print.Publisher, -1);
        var near = FindNear(print.Sketch);
        var copy = near.FirstOrDefault(one => IsCopy(publisher, one));
        var returned = FindReturned(print);
        var before = returned >= 0 ? returned : print.Address is { } address ? FindByAddress(AddressOf(address)) : -1;
        if (before >= 0 && returned < 0 && !print.IsAddressSure && near.All(one => one.Index != before || one.Resemblance < MinRewrittenResemblance))
            before = -1;
        if (before < 0 && publisher > 0)
            before = near.FirstOrDefault(one => IsRevision(print, publisher, one), Near.None).Index;

        var report = copy.Resemblance > 0 ? copy.Index : before;
        var story = report >= 0 ? report : FindStory(print);
        var (reported, told) = (report >= 0 ? NameOf(GroupOf(Kind.Report, report)) : print.ArticleId, story >= 0 ? NameOf(GroupOf(Kind.Story, story)) : print.ArticleId);
        doubt = null;
        if (before < 0)
            return print.ToEntry(Count + 1, print.ArticleId, 0, null, reported, told);

        var (newest, oldest) = Editions(before);
        var work = NameOf(GroupOf(Kind.Work, newest));
        var older = print.ToEntry(Count + 1, work, EditionOf(oldest) - 1, null, reported, told);
        // What came back after the newest is behind it, whatever date the page still shows.
        var order = returned == newest ? 1 : CompareTimes(print, _entries[newest][0]);
        if (order < 0)
            return older;
        if (order == 0)
            doubt = new Doubt(NameOf(newest), older);
        return print.ToEntry(Count + 1, work, EditionOf(newest) + 1, NameOf(newest), reported, told);
    }

    /// <summary>The revisions of an article, oldest first; empty when it is not there.</summary>
    internal List<string> Revisions(string articleId) =>
        Find(articleId) is >= 0 and var index ? [.. Members(Kind.Work, index).OrderBy(EditionOf).Select(NameOf)] : [];

    /// <summary>Articles that may have much of the text, those that resemble it most first.</summary>
    internal List<Near> FindNear(TextSketch? sketch)
    {
        var near = new List<Near>();
        if (sketch is null)
            return near;

        _found.Clear();
        for (var key = 0; key < Keys; key++)
        {
            var at = _headByKey[(key << 16) | sketch.Minima[key]];
            for (var steps = 0; at >= _minima.First && steps < MaxSteps; steps++)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_found, at, out _)++;
                at = _nextByKey[at][key];
            }
        }

        var candidates = _found.Where(found => found.Value >= MinKeys).Select(found => (Shared: -found.Value, Index: found.Key)).ToList();
        candidates.Sort();
        foreach (var (_, index) in candidates.Take(MaxCompared))
        {
            var resemblance = TextSketch.Resemblance(sketch.Minima, _minima[index]);
            near.Add(new Near(index, resemblance));
        }

        near.Sort((left, right) => left.Resemblance != right.Resemblance ? right.Resemblance.CompareTo(left.Resemblance) : left.Index.CompareTo(right.Index));
        return near;
    }

    private bool IsCopy(int publisher, Near near) =>
        near.Resemblance >= (publisher > 0 && _entries[near.Index][0].Publisher == publisher ? MinOwnResemblance : MinResemblance);

    private static int[] Filled(int size)
    {
        var heads = new int[size];
        Array.Fill(heads, -1);
        return heads;
    }

    private static IdBits IdOf(string articleId) => new(UInt128.Parse(articleId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    // Both are hashes.
    private int SlotOf(IdBits id) => (int)(id.Low & (uint)(_headById.Length - 1));

    private int SlotOf(ulong address) => (int)(address & (uint)(_headByAddress.Length - 1));

    private int FindByAddress(ulong address)
    {
        var at = _headByAddress[SlotOf(address)];
        while (at >= 0 && _entries[at][0].Address != address)
            at = _entries[at][0].NextByAddress;
        return at;
    }

    /// <summary>Makes the entry, which is the newest, the first under its id and its address.</summary>
    private void LinkIn(int index)
    {
        if (index < _headById.Length)
        {
            ref var entry = ref _entries[index][0];
            ref var byId = ref _headById[SlotOf(entry.Id)];
            (entry.NextById, byId) = (byId, index);
            if (entry.Address == 0)
                return;
            ref var byAddress = ref _headByAddress[SlotOf(entry.Address)];
            (entry.NextByAddress, byAddress) = (byAddress, index);
            return;
        }

        (_headById, _headByAddress) = (Filled(2 * _headById.Length), Filled(2 * _headByAddress.Length));
        for (var i = 0; i <= index; i++)
            LinkIn(i);
    }

    /// <summary>Id of the article at an index.</summary>
    internal string NameOf(int index) => _entries[index][0].Id.ToString();

    private static ulong AddressOf(string address)
    {
        var hash = 0UL;
        TextWords.Read(address, (word, _, _) => hash = TextSketch.Mix(hash + word));
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The revision whose place an article took when its outlet went back to earlier words; -1 for one that did not.</summary>
    private int FindReturned(Fingerprint print)
    {
        if (print.ReturnOf is { } text && Find(text) is >= 0 and var first)
        {
            foreach (var member in Members(Kind.Work, first))
            {
                if (ArticleIdentity.OfReturn(text, NameOf(member)) == print.ArticleId)
                    return member;
            }
        }

        return -1;
    }

    /// <summary>Less than 0 when the article is known to be older, 0 when nothing is known: where both are known to the minute by the minute, else by the day.</summary>
    private static int CompareTimes(Fingerprint print, in Entry current) => print.IsMinuteKnown && (current.EditionAndKnown & 1) == 1
        ? print.Minute.CompareTo(current.Minute)
        : (print.Minute / MinutesPerDay).CompareTo(current.Minute / MinutesPerDay);

    private bool IsRevision(Fingerprint print, int publisher, Near near)
    {
        ref var entry = ref _entries[near.Index][0];
        if (entry.Publisher != publisher || Math.Abs(entry.Minute - print.Minute) > RevisionDays * MinutesPerDay)
            return false;
        return print.Address is not null && entry.Address != 0
            ? near.Resemblance >= MinMovedResemblance
            : near.Resemblance >= MinRevisionResemblance || (near.Resemblance >= MinRewrittenResemblance && print.Title != 0 && print.Title == _details[near.Index][0].Title);
    }

    /// <summary>The newest and the oldest edition of the work that an article belongs to.</summary>
    private (int Newest, int Oldest) Editions(int index)
    {
        var (newest, oldest) = (index, index);
        foreach (var member in Members(Kind.Work, index))
        {
            newest = EditionOf(member) > EditionOf(newest) ? member : newest;
            oldest = EditionOf(member) < EditionOf(oldest) ? member : oldest;
        }

        return (newest, oldest);
    }

    /// <summary>The members of the group that an article belongs to, the last to come first.</summary>
    internal IEnumerable<int> Members(Kind kind, int index)
    {
        var first = GroupOf(kind, index);
        for (var at = ~LinkOf(kind, first); ; at = LinkOf(kind, at))
        {
            yield return at;
            if (at == first)
                yield break;
        }
    }

    /// <summary>Index of the article that its group is named by.</summary>
    internal int GroupOf(Kind kind, int index)
    {
        while (LinkOf(kind, index) is >= 0 and var before)
            index = before;
        return index;
    }

    /// <summary>How many members the group of an article has.</summary>
    internal int SizeOf(Kind kind, int index) => Members(kind, index).Count();

    /// <summary>Order among the revisions.</summary>
    internal int EditionOf(int index) => _entries[index][0].EditionAndKnown >> 1;

    private int LinkOf(Kind kind, int index) => _entries[index][0].Link(kind);

    /// <summary>True when the sketch of an article is at hand.</summary>
    internal bool IsCompared(int index) => index >= _minima.First;

    /// <summary>An article as it compares to another one; how much of the text they share is 0 where one of them is not at hand any more (<see cref="IsCompared"/>).</summary>
    internal SimilarArticle Compare(int index, int other)
    {
        ref var one = ref _entries[index][0];
        var article = new SimilarArticle
        {
            ArticleId = NameOf(index),
            Publisher = _publisherNames[one.Publisher],
            At = new DateTimeOffset(one.Minute * TimeSpan.TicksPerMinute, TimeSpan.Zero).ToTimestamp(),
        };
        if (IsCompared(index) && IsCompared(other) && _details[index][0].Runs is > 0 and var runs && _details[other][0].Runs is > 0 and var others)
        {
            article.Resemblance = TextSketch.Resemblance(_minima[index], _minima[other]);
            article.Containment = TextSketch.Containment(article.Resemblance, runs, others);
        }

        return article;
    }

    /// <summary>Groups that have members enough, by the article that they are named by, those that grew last first.</summary>
    /// <param name="kind">Which groups.</param>
    /// <param name="least">Members.</param>
    internal List<(int First, int Last)> Groups(Kind kind, int least)
    {
        var groups = new List<(int First, int Last)>();
        for (var index = 0; index < Count; index++)
        {
            if (LinkOf(kind, index) is < 0 and var link && (least <= 1 || ~link != index) && Members(kind, index).Take(least).Count() >= least)
                groups.Add((index, ~link));
        }

        groups.Sort((left, right) => right.Last.CompareTo(left.Last));
        return groups;
    }

    private void Join(Kind kind, string group, int index)
    {
        var first = Find(group);
        _entries[index][0].Link(kind) = first == index ? ~index : ~LinkOf(kind, first);
        _entries[first][0].Link(kind) = ~index;
    }

    private void AddSketch(int index, IdentityEntry entry)
    {
        var minima = _minima.Add();
        var next = _nextByKey.Add();
        if (entry.Sketch.Length == 0)
            return;
        MemoryMarshal.Cast<byte, ushort>(entry.Sketch).CopyTo(minima);
        for (var key = 0; key < Keys; key++)
        {
            ref var head = ref _headByKey[(key << 16) | minima[key]];
            (next[key], head) = (head, index);
        }
    }

    private void AddTerms(int index, ReadOnlySpan<uint> terms)
    {
        var kept = _terms.Add();
        var next = _nextByTerm.Add();
        terms.CopyTo(kept);
        for (var i = 0; i < terms.Length; i++)
        {
            var slot = terms[i] & (TermSlots - 1);
            _termCounts[slot]++;
            (next[i], _headByTerm[slot]) = (_headByTerm[slot], index);
        }
    }

    private double Weight(uint term) => Math.Log((Count + PriorArticles) / (_termCounts[term & (TermSlots - 1)] + (PriorArticles * PriorShare)));

    /// <summary>The article of the last days whose matter is most like this one's; -1 when none is like enough.</summary>
    private int FindStory(Fingerprint print)
    {
        _found.Clear();
        foreach (var term in print.Terms.OrderBy(term => _termCounts[term & (TermSlots - 1)]).Take(TermKeys))
        {
            var at = _headByTerm[term & (TermSlots - 1)];
            for (var steps = 0; at >= _terms.First && steps < MaxTermSteps; steps++)
            {
                if (Math.Abs(_entries[at][0].Minute - print.Minute) <= StoryDays * MinutesPerDay)
                    CollectionsMarshal.GetValueRefOrAddDefault(_found, at, out _)++;
                at = NextByTerm(at, term);
            }
        }

        var candidates = _found.Where(found => found.Value >= MinTerms).Select(found => (Shared: -found.Value, Index: found.Key)).ToList();
        candidates.Sort();
        var (best, likeness) = (-1, MinStoryLikeness);
        foreach (var (_, index) in candidates.Take(MaxCompared))
        {
            if (Likeness(print.Terms, TermsOf(index)) is var like && like >= likeness && (like > likeness || best < 0 || index < best))
                (best, likeness) = (index, like);
        }

        return best;
    }

    private Span<uint> TermsOf(int index) => _terms[index][.._details[index][0].TermCount];

    private int NextByTerm(int at, uint term)
    {
        var terms = TermsOf(at);
        for (var i = 0; i < terms.Length; i++)
        {
            if ((terms[i] & (TermSlots - 1)) == (term & (TermSlots - 1)))
                return _nextByTerm[at][i];
        }

        return -1;
    }

    /// <summary>Cosine of the terms, each weighing by how rare it is.</summary>
    internal double Likeness(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right)
    {
        double shared = 0, lefts = 0, rights = 0;
        foreach (var term in left)
        {
            var weight = Weight(term);
            lefts += weight * weight;
            shared += right.Contains(term) ? weight * weight : 0;
        }

        foreach (var term in right)
        {
            var weight = Weight(term);
            rights += weight * weight;
        }

        return shared == 0 ? 0 : shared / Math.Sqrt(lefts * rights);
    }

    /// <summary>What articles are grouped by.</summary>
    internal enum Kind
    {
        Work,
        Report,
        Story,
    }

    /// <summary>That nothing tells whether an article is older than the newest revision.</summary>
    /// <param name="Newest">The newest revision so far.</param>
    /// <param name="Older">What is to be told of the article if it is older.</param>
    internal sealed record Doubt(string Newest, IdentityEntry Older);

    /// <summary>An article that may have much of a text.</summary>
    internal readonly record struct Near(int Index, double Resemblance)
    {
        public static readonly Near None = new(-1, 0);
    }

    /// <summary>128 bits that align to 64.</summary>
    private readonly record struct IdBits(ulong High, ulong Low)
    {
        public IdBits(UInt128 id)
            : this((ulong)(id >> 64), (ulong)id)
        {
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
    }

    /// <summary>What is needed of the newest only.</summary>
    private struct Detail
    {
        public long Title;
        public int Runs;
        public int TermCount;
    }

    private struct Entry
    {
        public IdBits Id;

        /// <summary>Hash; 0 = none.</summary>
        public ulong Address;

        /// <summary>To the year 4083; later ones count as that.</summary>
        public int Minute;

        public int Publisher;

        /// <summary>The edition, doubled, and one more where <see cref="Minute"/> is known to the minute.</summary>
        public int EditionAndKnown;

        /// <summary>The one before under the same head.</summary>
        public int NextById;

        /// <summary>The one before under the same head; only where there is an address.</summary>
        public int NextByAddress;

        private ByKind _link;

        /// <summary>Of the one that leads its group: the complement of the last member. Of any other: the member that came before it.</summary>
        [UnscopedRef]
        public ref int Link(Kind kind) => ref _link[(int)kind];
    }

    [InlineArray(3)]
    private struct ByKind
    {
        private int _first;
    }
}
