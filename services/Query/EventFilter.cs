using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Decides for one event what <see cref="SqliteFilter"/> decides for rows. An indexed article is told to those who ask for nothing finer than articles.</summary>
internal sealed class EventFilter
{
    private readonly Proto.Filter _filter;
    private readonly string _actor;
    private readonly string _country;
    private readonly string _represents;
    private readonly string _publisher;
    private readonly IReadOnlyList<string> _actorWords;
    private readonly IReadOnlyList<string> _textWords;

    public EventFilter(Proto.Filter? filter)
    {
        _filter = filter ?? new Proto.Filter();
        _actor = NameKey.Of(_filter.Actor);
        _country = NameKey.Of(CountryNames.Find(_filter.Actor) ?? "");
        _represents = NameKey.Of(_filter.Represents);
        _publisher = NameKey.Of(_filter.Publisher);
        _actorWords = NameKey.Words(_filter.Actor);
        _textWords = NameKey.Words(_filter.Text);
    }

    /// <summary>True when <paramref name="change"/> is asked for.</summary>
    /// <param name="change">The event.</param>
    /// <param name="aliasOf">Comparable names of the actors that the filter's actor is an alias of.</param>
    public bool Matches(LedgerEvent change, IReadOnlySet<string> aliasOf) => change.Event.EventCase switch
    {
        Proto.WatchEvent.EventOneofCase.StanceAdded => Matches(change.Event.StanceAdded, change, aliasOf),
        Proto.WatchEvent.EventOneofCase.StanceRemoved => Matches(change.Event.StanceRemoved, change, aliasOf),
        Proto.WatchEvent.EventOneofCase.ArticleIndexed => Matches(change.Event.ArticleIndexed),
        _ => false,
    };

    private bool Matches(Proto.Stance stance, LedgerEvent change, IReadOnlySet<string> aliasOf) =>
        (_filter.IssueId.Length == 0 || stance.IssueId == _filter.IssueId)
        && (_filter.Label == Proto.StanceLabel.Unspecified || stance.Label == _filter.Label)
        && (_filter.ArticleId.Length == 0 || stance.ArticleId == _filter.ArticleId)
        && stance.Confidence >= _filter.MinConfidence
        && (_publisher.Length == 0 || NameKey.Of(stance.Publisher) == _publisher)
        && (_represents.Length == 0 || NameKey.Of(stance.Holder.Represents) == _represents)
        && (_actor.Length == 0 || MatchesActor(stance.Holder, aliasOf))
        && DateKey.InRange(change.Date, _filter.FromDate, _filter.ToDate)
        && (_textWords.Count == 0 || ContainsAll(stance.Evidence.Text + "\n" + change.Context, _textWords));

    private bool Matches(Proto.ArticleInfo article) =>
        _filter.IssueId.Length == 0 && _filter.Label == Proto.StanceLabel.Unspecified && _actor.Length == 0 && _represents.Length == 0
        && _filter.MinConfidence == 0 && _textWords.Count == 0
        && (_filter.ArticleId.Length == 0 || article.Id == _filter.ArticleId)
        && (_publisher.Length == 0 || NameKey.Of(article.Publisher) == _publisher)
        && DateKey.InRange(DateKey.Of(article.Published?.Value), _filter.FromDate, _filter.ToDate);

    private bool MatchesActor(Proto.Actor actor, IReadOnlySet<string> aliasOf) =>
        NameKey.Of(actor.Name) is var key
        && (key == _actor || (key == _country && actor.Type == Proto.ActorType.Country) || aliasOf.Contains(key) || ContainsAll(actor.Name, _actorWords));

    private static bool ContainsAll(string text, IReadOnlyList<string> words) =>
        NameKey.Words(text).ToHashSet(StringComparer.Ordinal) is var found && words.All(found.Contains);
}
