using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Decides for one event what <see cref="StanceFilter"/> decides for positions. An indexed article is told to those who ask for nothing finer than articles.</summary>
internal sealed class EventFilter(Proto.Filter filter, IReadOnlyCollection<Proto.EventKind> kinds)
{
    private readonly string _represents = NameKey.OfRepresented(filter.Represents);
    private readonly string _publisher = NameKey.Of(filter.Publisher);
    private readonly IReadOnlyList<string> _textWords = NameKey.Words(filter.Text);

    /// <summary>True when <paramref name="change"/> is asked for.</summary>
    /// <param name="change">The event.</param>
    /// <param name="holders">Holders that the filter's actor means; null when it names none.</param>
    /// <param name="group">Ids of the articles of the filter's report and story; null when it names none.</param>
    public bool Matches(LedgerEvent change, IReadOnlySet<int>? holders, IReadOnlySet<string>? group) =>
        (kinds.Count == 0 || change.Event.Kinds.Any(kinds.Contains))
        && change.Event.EventCase switch
        {
            Proto.WatchEvent.EventOneofCase.StanceAdded => Matches(change.Event.StanceAdded, change, holders, group),
            Proto.WatchEvent.EventOneofCase.StanceRemoved => Matches(change.Event.StanceRemoved, change, holders, group),
            Proto.WatchEvent.EventOneofCase.ArticleIndexed => Matches(change.Event.ArticleIndexed),
            Proto.WatchEvent.EventOneofCase.StateChanged => Matches(change.Event.StateChanged, change.Date, group),
            _ => false,
        };

    private bool Matches(Proto.Stance stance, LedgerEvent change, IReadOnlySet<int>? holders, IReadOnlySet<string>? group) =>
        (filter.IssueId.Length == 0 || stance.IssueId == filter.IssueId)
        && (filter.Label == Proto.StanceLabel.Unspecified || stance.Label == filter.Label)
        && (filter.ArticleId.Length == 0 || stance.ArticleId == filter.ArticleId)
        && (group?.Contains(stance.ArticleId) ?? true)
        && stance.Confidence >= filter.MinConfidence
        && (_publisher.Length == 0 || NameKey.Of(stance.Publisher) == _publisher)
        && (_represents.Length == 0 || NameKey.Of(stance.Holder.Represents) == _represents)
        && (holders?.Contains(change.Holder) ?? true)
        && DateKey.InRange(change.Date, filter.FromDate, filter.ToDate)
        && (_textWords.Count == 0 || ContainsAll(stance.Evidence.Text + "\n" + change.Context, _textWords));

    private bool Matches(Proto.ArticleInfo article) =>
        filter.IssueId.Length == 0 && filter.Label == Proto.StanceLabel.Unspecified && filter.Actor.Length == 0 && _represents.Length == 0
        && filter.MinConfidence == 0 && _textWords.Count == 0
        && (filter.ArticleId.Length == 0 || article.Id == filter.ArticleId)
        && (filter.ReportId.Length == 0 || article.ReportId == filter.ReportId)
        && (filter.StoryId.Length == 0 || article.StoryId == filter.StoryId)
        && (_publisher.Length == 0 || NameKey.Of(article.Publisher) == _publisher)
        && DateKey.InRange(DateKey.Of(article.Published?.Value), filter.FromDate, filter.ToDate);

    // A state has neither holder nor label nor statement.
    private bool Matches(Proto.IssueState state, string date, IReadOnlySet<string>? group) =>
        filter.Label == Proto.StanceLabel.Unspecified && filter.Actor.Length == 0 && _represents.Length == 0 && _textWords.Count == 0
        && (filter.IssueId.Length == 0 || state.IssueId == filter.IssueId)
        && (filter.ArticleId.Length == 0 || state.ArticleId == filter.ArticleId)
        && (group?.Contains(state.ArticleId) ?? true)
        && state.Confidence >= filter.MinConfidence
        && (_publisher.Length == 0 || NameKey.Of(state.Publisher) == _publisher)
        && DateKey.InRange(date, filter.FromDate, filter.ToDate);

    private static bool ContainsAll(string text, IReadOnlyList<string> words) =>
        NameKey.Words(text).ToHashSet(StringComparer.Ordinal) is var found && words.All(found.Contains);
}
