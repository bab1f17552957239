using System.Runtime.InteropServices;
using System.Text;

namespace Sikap.Ingestion;

/// <summary>What articles are compared by, worked out from one alone.</summary>
internal sealed record Fingerprint
{
    public required string ArticleId { get; init; }

    /// <summary>The article that had the text first, where this one says that its outlet went back to it, see <see cref="ArticleIdentity.OfReturn"/>; null for all others.</summary>
    public required string? ReturnOf { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required string Publisher { get; init; }

    public required string? Address { get; init; }

    /// <summary>Whether the address alone makes a revision. Not where the page was found elsewhere than it says: some sites give all their pages one canonical address.</summary>
    public required bool IsAddressSure { get; init; }

    public required long Title { get; init; }

    public required long Minute { get; init; }

    public required bool IsMinuteKnown { get; init; }

    /// <summary>Null where the text is too short.</summary>
    public required TextSketch? Sketch { get; init; }

    public required uint[] Terms { get; init; }

    public static Fingerprint Of(ArticleRecord article)
    {
        var words = new List<ulong>(article.Text.Length / 6);
        var terms = new StoryTerms();
        TextWords.Read(article.Text, (hash, first, length) =>
        {
            words.Add(hash);
            terms.Add(hash, first, length);
        });
        var title = 0UL;
        if (article.Title is not null)
        {
            TextWords.Read(article.Title, (hash, _, _) => title = TextSketch.Mix(title + hash));
            terms.AddTitle(article.Title);
        }

        var (address, isSure) = AddressOf(article);
        var own = ArticleIdentity.Of(article.Text, article.Publisher);
        return new Fingerprint
        {
            ArticleId = article.Id,
            ReturnOf = own == article.Id ? null : own,
            AcceptedAt = article.AcceptedAt,
            Publisher = (article.Publisher ?? "").Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant(),
            Address = address,
            IsAddressSure = isSure,
            Title = (long)title,
            Minute = (article.Published ?? article.AcceptedAt).UtcTicks / TimeSpan.TicksPerMinute,
            IsMinuteKnown = article.Published is null || article.PublishedPrecision == Nlp.DatePrecision.Minute,
            Sketch = TextSketch.Of(CollectionsMarshal.AsSpan(words)),
            Terms = terms.Top(),
        };
    }

    /// <summary>The address by which an article is known, see <see cref="CanonicalAddress"/>, and whether it alone makes a revision.</summary>
    public static (string? Address, bool IsSure) AddressOf(ArticleRecord article)
    {
        // Whoever prints another outlet's text may name that outlet's address; it is no revision of it.
        var (canonical, found) = (CanonicalAddress.Of(article.CanonicalUrl), CanonicalAddress.Of(article.Url));
        if (canonical is not null && found is not null && CanonicalAddress.HostOf(canonical) != CanonicalAddress.HostOf(found))
            canonical = null;
        return (canonical ?? found, canonical is null || found is null || canonical == found);
    }

    /// <summary>As it is kept, with what was found out.</summary>
    public IdentityEntry ToEntry(long number, string work, int edition, string? revisionOf, string report, string story) => new()
    {
        Number = number,
        ArticleId = ArticleId,
        Publisher = Publisher,
        Address = Address,
        Title = Title,
        Minute = Minute,
        IsMinuteKnown = IsMinuteKnown,
        Runs = Sketch?.Runs ?? 0,
        Sketch = Sketch?.ToBytes() ?? [],
        Terms = MemoryMarshal.AsBytes<uint>(Terms).ToArray(),
        Work = work,
        Edition = edition,
        RevisionOf = revisionOf,
        Report = report,
        Story = story,
    };
}
