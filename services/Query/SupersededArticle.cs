using Google.Protobuf;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// What goes with the revisions whose place an article takes. Their stances leave the ledger in the same transaction in which its own come; those that both have pass from one to the other and
/// are news to nobody.
/// </summary>
internal sealed class SupersededArticle(StancesClassified later)
{
    private readonly List<Proto.Stance> _stances = [];
    private readonly HashSet<(string Issue, Proto.Actor Holder, Proto.StanceLabel Label, string Evidence)> _said = [];
    private readonly Dictionary<string, Proto.IssueState?> _states = new(StringComparer.Ordinal);

    private HashSet<(string Issue, Proto.Actor Holder, Proto.StanceLabel Label, string Evidence)>? _later;

    /// <summary>How many stances went.</summary>
    public int Stances => _stances.Count;

    /// <summary>Takes a stance of a superseded revision; true when the later one has it word for word.</summary>
    public bool Take(Proto.Stance stance)
    {
        _later ??= [.. later.Stances.Select(one => KeyOf(one.ToProto(later.Article.Id, later.Article.Publisher, later.CodebookVersion)))];
        _stances.Add(stance);
        _said.Add(KeyOf(stance));
        return _later.Contains(KeyOf(stance));
    }

    /// <summary>True when a superseded revision had the stance word for word.</summary>
    public bool Holds(Proto.Stance stance) => _said.Contains(KeyOf(stance));

    /// <summary>Whose stances with which label went on an issue.</summary>
    public HashSet<(TKey Holder, Proto.StanceLabel Label)> Gone<TKey>(string issueId, Func<Proto.Actor, TKey> keyOf) =>
        [.. _stances.Where(stance => stance.IssueId == issueId).Select(stance => (keyOf(stance.Holder), stance.Label))];

    /// <summary>Remembers the latest state of an issue before a state of a superseded revision goes.</summary>
    public void TakeState(string issueId, Proto.IssueState? latest) => _states.TryAdd(issueId, latest);

    /// <summary>The latest state of an issue before; null when nothing was taken from it.</summary>
    public Proto.IssueState? StateOf(string issueId) => _states.GetValueOrDefault(issueId);

    /// <summary>Stances as a superseded article keeps them.</summary>
    public static byte[] Keep(IEnumerable<Proto.Stance> stances) => new Proto.GetArticleResponse { Stances = { stances } }.ToByteArray();

    /// <inheritdoc cref="Keep(IEnumerable{Proto.Stance})"/>
    public static byte[] Keep(StancesClassified message) =>
        Keep(message.Stances.Select(stance => stance.ToProto(message.Article.Id, message.Article.Publisher, message.CodebookVersion)).OrderBy(stance => stance.Evidence.Start));

    /// <summary>Puts what a superseded article said into an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="article">As it was extracted.</param>
    /// <param name="kept">What <see cref="Keep(IEnumerable{Proto.Stance})"/> gave; null for an article that is not superseded.</param>
    public static void Recall(Proto.GetArticleResponse answer, ExtractedArticle article, byte[]? kept)
    {
        if (kept is not null)
        {
            answer.Statements.AddRange(article.Statements.DistinctBy(statement => statement.Id).OrderBy(statement => statement.Content.Start).Select(statement => statement.ToProto(article.Id)));
            answer.Stances.AddRange(Proto.GetArticleResponse.Parser.ParseFrom(kept).Stances);
        }
    }

    private static (string Issue, Proto.Actor Holder, Proto.StanceLabel Label, string Evidence) KeyOf(Proto.Stance stance) => (stance.IssueId, stance.Holder, stance.Label, stance.Evidence.Text);
}
