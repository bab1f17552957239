using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Stances;

/// <summary>What was found for each holder and issue.</summary>
internal sealed class Ledger(ExtractedArticle article)
{
    /// <summary>How far the sentence in which one actor sides with another must be about the issue.</summary>
    private const double AlignedRelevance = 0.4;

    /// <summary>What a position taken over from somebody else weighs.</summary>
    private const double AlignedWeight = 0.5;

    private readonly Dictionary<(string Holder, int Issue), Account> _accounts = [];
    private readonly List<(Actor Holder, Actor Target, int Sign, int Sentence, int Statement, string Why)> _alignments = [];

    public void Add(Actor holder, int issue, int sign, double weight, int sentence, int statement, Signal signal, string why)
    {
        if (IsOutlet(holder))
        {
            return;
        }

        ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, (holder.Name, issue), out _);
        account ??= new Account(holder);
        account.Add(new Item(sign, weight, sentence, statement, signal, why));
    }

    /// <summary>Notes that <paramref name="holder"/> backs (1) or turns down (-1) what <paramref name="target"/> wants.</summary>
    public void Align(Actor holder, Actor target, int sign, int sentence, int statement, string why)
    {
        if (holder.Name != target.Name)
        {
            _alignments.Add((holder, target, sign, sentence, statement, why));
        }
    }

    /// <summary>Gives those who side with or against somebody that one's position, where they have none of their own.</summary>
    public void Settle(Passages passages, double threshold)
    {
        MergeNames();

        // Twice, so that it carries over one actor in between: A backs B, who backs C.
        for (var round = 0; round < 2; round++)
        {
            foreach (var (holder, target, sign, sentence, statement, why) in _alignments)
            {
                foreach (var issue in passages.Active)
                {
                    if (passages.Relevance[sentence, issue] >= AlignedRelevance
                        && !_accounts.ContainsKey((holder.Name, issue))
                        && _accounts.TryGetValue((target.Name, issue), out var account)
                        && account.Decide(threshold) is { Label: not StanceLabel.Neutral } decision)
                    {
                        var side = decision.Label == StanceLabel.Support ? 1 : -1;
                        Add(holder, issue, sign * side, AlignedWeight, sentence, statement, Signal.None, $"{why}, who {(side > 0 ? "supports" : "opposes")} it");
                    }
                }
            }
        }
    }

    /// <summary>
    /// Brings together the accounts of one holder under two names of the article: with and without a describing word ("oposisi Raila Odinga"), a bare title and the same title in full
    /// ("juru bicara", "juru bicara Menteri X"), a long name misspelt by one letter, and a name left short in one place ("Sari" and "Sari Wulandari").
    /// </summary>
    private void MergeNames()
    {
        var holders = _accounts.Values.Select(account => account.Holder).DistinctBy(holder => holder.Name, StringComparer.Ordinal).ToList();
        var names = holders.ConvertAll(holder => holder.Name);
        foreach (var other in names)
        {
            var match = names.FirstOrDefault(name => name != other && IsLesserName(other, name)) ?? FullNameOf(holders.First(holder => holder.Name == other), holders);
            if (match is null)
            {
                continue;
            }

            foreach (var key in _accounts.Keys.Where(key => key.Holder == other).ToList())
            {
                var account = _accounts[key];
                if (IsOfOtherKind(account.Holder, match, other))
                {
                    continue;
                }

                _accounts.Remove(key);
                ref var target = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, (match, key.Issue), out _);
                target ??= new Account(_accounts.First(a => a.Value is not null && a.Key.Holder == match).Value!.Holder);
                foreach (var item in account!.Items)
                {
                    target.Add(item);
                }
            }
        }
    }

    /// <summary>
    /// The one longer name that begins or ends with the single word that <paramref name="other"/> is known by, or that has the same first and last words and more between
    /// ("kantor Sari Wulandari", "kantor Wulandari"); null when there is none or more than one.
    /// </summary>
    private static string? FullNameOf(Actor other, List<Actor> holders)
    {
        string? found = null;
        foreach (var holder in holders)
        {
            if (holder.Name.Length <= other.Name.Length || !IsShortOf(other, holder))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = holder.Name;
        }

        return found;
    }

    private static bool IsShortOf(Actor other, Actor holder)
    {
        var first = holder.Name.IndexOf(' ', StringComparison.Ordinal);
        if (first < 0 || holder.Type is ActorType.Group or ActorType.Country)
        {
            return false;
        }

        var last = holder.Name.LastIndexOf(' ') + 1;
        if (other.Name.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var blank)
        {
            return other.Type == holder.Type && other.Name.AsSpan(0, blank).SequenceEqual(holder.Name.AsSpan(0, first)) && other.Name.EndsWith(holder.Name[last..], StringComparison.Ordinal)
                && other.Name.Split(' ').All(holder.Name.Split(' ').Contains);
        }

        return other.Type == ActorType.Person
            && (holder.Name.AsSpan(0, first).SequenceEqual(other.Name)
                || (holder.Type == ActorType.Person && holder.Name.AsSpan(last).SequenceEqual(other.Name)));
    }

    /// <summary>Both names are one holder's, and <paramref name="other"/> is the one to give up.</summary>
    private bool IsLesserName(string other, string name)
    {
        if (char.IsLower(other[0]) && !char.IsLower(name[0]) && other.EndsWith(" " + name, StringComparison.Ordinal) && (name.Contains(' ', StringComparison.Ordinal) || name.All(char.IsUpper)) && other.Count(c => c == ' ') - name.Count(c => c == ' ') <= (name.All(char.IsUpper) ? 4 : 2))
        {
            return true;
        }

        if (char.IsLower(other[0]) && name.Length > other.Length && name.StartsWith(other + " ", StringComparison.OrdinalIgnoreCase) && other is "juru bicara" or "menteri" or "ketua" or "direktur" or "kepala" or "pakar" or "pengacara" or "pejabat")
        {
            return true;
        }

        return Math.Min(other.Length, name.Length) >= 6 && Math.Abs(other.Length - name.Length) <= 1 && other[0] == name[0] && IsOneLetterOff(other, name)
            && (Mentions(other), name.Length, name).CompareTo((Mentions(name), other.Length, other)) < 0;
    }

    /// <summary>"pejabat NATO" is not NATO: only people, and bodies with their initials behind, are one under both names.</summary>
    private static bool IsOfOtherKind(Actor holder, string match, string other) =>
        other.EndsWith(" " + match, StringComparison.Ordinal) && holder.Type != ActorType.Person && !(holder.Type == ActorType.Organization && match.Length > 2 && match.All(char.IsUpper) && other.StartsWith("kantor berita", StringComparison.OrdinalIgnoreCase));

    private int Mentions(string name) => article.Mentions.Count(m => m.Actor.Name == name);

    private static bool IsOneLetterOff(string a, string b)
    {
        var start = 0;
        while (start < Math.Min(a.Length, b.Length) && a[start] == b[start])
        {
            start++;
        }

        var end = 0;
        while (end < Math.Min(a.Length, b.Length) - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        return Math.Max(a.Length, b.Length) - start - end == 1 && a[Math.Min(start, a.Length - 1)] != ' ' && b[Math.Min(start, b.Length - 1)] != ' ';
    }

    /// <summary>Agencies and the outlet itself report; they do not take sides.</summary>
    private bool IsOutlet(Actor holder) =>
        (article.Publisher?.StartsWith(holder.Name, StringComparison.OrdinalIgnoreCase) ?? false)
        || article.Credits.Any(c => string.Equals(c.Name, holder.Name, StringComparison.OrdinalIgnoreCase));

    public IReadOnlyList<Stance> Decide(Passages passages, long version, double threshold, ConfidenceTable confidences)
    {
        var stances = new List<Stance>();
        foreach (var ((_, issue), account) in _accounts)
        {
            if (account.Decide(threshold) is not { } decision)
            {
                continue;
            }

            var (label, best, certainty) = decision;
            var evidence = passages.Article.Sentences[best.Sentence].Slice(passages.Article.Text);
            var issueId = passages.Codebook.Issues[issue].Issue.Id;
            var statement = best.Statement >= 0 ? passages.Article.Statements[best.Statement] : null;
            stances.Add(new Stance
            {
                Id = Identify(passages.Article.Id, evidence, account.Holder.Name, issueId, version),
                Holder = account.Holder,
                IssueId = issueId,
                Label = label,
                Modality = best.Signal.Reported ? StanceModality.Reported : best.Signal.Denied ? StanceModality.Denied : best.Signal.Conditional ? StanceModality.Conditional : StanceModality.Asserted,
                Evidence = evidence,
                StatementId = statement?.Id,
                Date = statement?.Date ?? passages.Article.Published,
                Confidence = Math.Round(confidences.Stance(certainty), 2),
                Why = best.Why,
                Classifier = Engine.StanceRules,
            });
        }

        return [.. stances.OrderBy(s => s.Evidence.Start).ThenBy(s => s.IssueId, StringComparer.Ordinal).ThenBy(s => s.Holder.Name, StringComparer.Ordinal)];
    }

    public IEnumerable<string> Explain(Passages passages) =>
        from entry in _accounts
        from item in entry.Value.Items
        select string.Create(CultureInfo.InvariantCulture, $"{entry.Key.Holder} | {passages.Codebook.Issues[entry.Key.Issue].Issue.Id} | {item.Sign:+0;-0;0} {item.Weight:F2} | sentence {item.Sentence} | {item.Why}");

    private static string Identify(string article, TextSlice evidence, string holder, string issue, long version)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{article}\n{evidence.Start}\n{evidence.End}\n{holder}\n{issue}\n{version}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}

internal sealed record Item(int Sign, double Weight, int Sentence, int Statement, Signal Signal, string Why)
{
    /// <summary>Rests on no word for or against: counts only where nothing else is known.</summary>
    public bool IsPresumed => Signal.Presumed;
}

internal sealed class Account(Actor holder)
{
    private const double RestShare = 0.3;

    private readonly List<Item> _items = [];

    public IReadOnlyList<Item> Items => _items;

    public Actor Holder { get; } = holder;

    public void Add(Item item) => _items.Add(item);

    /// <summary>The position that the evidence shows; what is only presumed counts where the rest does not suffice.</summary>
    public (StanceLabel Label, Item Best, double Certainty)? Decide(double threshold) =>
        Decide(threshold, [.. _items.Where(item => !item.IsPresumed)]) ?? Decide(threshold, _items);

    private (StanceLabel Label, Item Best, double Certainty)? Decide(double threshold, List<Item> items)
    {
        Span<double> total = stackalloc double[3];
        Span<double> top = stackalloc double[3];
        foreach (var item in items)
        {
            total[item.Sign + 1] += item.Weight;
            top[item.Sign + 1] = Math.Max(top[item.Sign + 1], item.Weight);
        }

        // The strongest single piece counts in full, the rest of the same side by less: many weak hints do not beat one plain word.
        Span<double> score = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            score[i] = top[i] + (RestShare * (total[i] - top[i]));
        }

        var side = score[2] > score[0] ? 1 : -1;
        if (score[1] > score[side + 1])
        {
            side = 0;
        }

        // A named person or body in an article about the matter seldom has no position; countries and crowds are named for many reasons.
        if (score[side + 1] < threshold * Holder.Type switch { ActorType.Person => 0.75, ActorType.Organization => 0.7, _ => 1 })
        {
            return null;
        }

        var best = items.Where(i => i.Sign == side).MaxBy(i => i.Weight)!;
        return (side switch { 1 => StanceLabel.Support, -1 => StanceLabel.Oppose, _ => StanceLabel.Neutral }, best, Certainty(best, total[side + 1]));
    }

    /// <summary>
    /// Orders decisions by how sure their kind is; what it comes to is looked up in the table. A person's position is surer than a body's and a crowd's, the proposition's own words surer than
    /// others, and what is only presumed or told by somebody else less sure; more evidence is better than less.
    /// </summary>
    private double Certainty(Item best, double evidence)
    {
        var certainty = 0.45
            + (Holder.Type switch { ActorType.Person => 0.15, ActorType.Country => 0.08, ActorType.Group => -0.15, _ => 0 })
            + (best.Signal.Own ? 0.08 : 0) + (best.Statement >= 0 ? 0.05 : 0) - (best.IsPresumed ? 0.1 : 0) - (best.Signal.Reported ? 0.15 : 0)
            + (0.2 * Math.Clamp(evidence / 2, 0, 1));
        return Math.Round(Math.Clamp(certainty, 0, 1), 3);
    }
}
