using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Answers with networks and exports: picks the stances in the index, then works out or reads part by part what goes to the client, which takes it at its own pace.</summary>
internal sealed class NetworkReader(IReadModel store, LedgerIndex index, IOptions<QueryOptions> options)
{
    private const int NodesAtATime = 500;
    private const int EdgesAtATime = 500;
    private const int ArticlesAtATime = 50;
    private const int MaxArticleIds = 20;

    /// <summary>The parts of the network that a checked request asks for.</summary>
    /// <exception cref="RpcException">More windows than <see cref="QueryOptions.MaxNetworkWindows"/>.</exception>
    public async IAsyncEnumerable<Proto.NetworkPart> ReadAsync(Proto.GetNetworkRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kind = request.Kind == Proto.NetworkKind.Unspecified ? Proto.NetworkKind.TwoMode : request.Kind;
        var keys = await store.ResolveAsync(request.Filter, cancellationToken);
        var selection = await index.AskAsync(view => Select(view, new StanceFilter(request.Filter, keys, view), request), cancellationToken);
        var names = await NameAsync(selection, cancellationToken);

        var rules = new NetworkRules(kind, request.Qualifier, request.Normalization, NetworkRules.LevelsOf(selection.Statements.Span, request.Neutral), request.Articles);
        var byLabel = request.Qualifier is not (Proto.QualifierAggregation.Ignore or Proto.QualifierAggregation.Unspecified);
        var statements = NetworkDuplicates.LeaveOut(selection.Statements, request.Duplicates, byLabel);
        var windows = NetworkWindows.Over(
            statements, request.TimeWindow, request.WindowSize, DayOf(request.Filter.FromDate, last: false), DayOf(request.Filter.ToDate, last: true));
        var count = windows.Take(options.Value.MaxNetworkWindows + 1).Count();
        if (count > options.Value.MaxNetworkWindows)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                string.Create(CultureInfo.InvariantCulture, $"more than {options.Value.MaxNetworkWindows} windows; choose a larger unit or fewer stances")));
        }

        foreach (var (i, window) in windows.Index())
        {
            var network = new DiscourseNetwork(statements.Slice(window.First, window.Count), rules);
            var nodes = NodesOf(network, names, request.Isolates, kind);
            var head = new Proto.NetworkWindow
            {
                Index = i, Windows = count, FromDate = Iso(window.FromDay), ToDate = Iso(window.ToDay), Center = Iso(window.CenterDay), Statements = window.Count, Nodes = nodes.Count,
            };
            head.Levels.AddRange(rules.Levels);
            yield return new Proto.NetworkPart { Window = head };
            foreach (var part in nodes.Chunk(NodesAtATime))
            {
                yield return new Proto.NetworkPart { Nodes = new Proto.NetworkNodes { Nodes = { part } } };
            }
            foreach (var part in network.Links(cancellationToken).Chunk(EdgesAtATime))
            {
                yield return new Proto.NetworkPart { Edges = await ShowAsync(part, names, kind, cancellationToken) };
            }
        }
    }

    /// <summary>The articles with stances that a checked filter takes, in the order of arrival.</summary>
    public async IAsyncEnumerable<Proto.ExportedArticle> ExportAsync(Proto.ExportArticlesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = await store.ResolveAsync(request.Filter, cancellationToken);
        var rows = await index.AskAsync(
            view =>
            {
                var filter = new StanceFilter(request.Filter, keys, view);
                var found = new List<(int Article, int Start, long Row)>();
                foreach (var stretch in view.Stretches(filter))
                {
                    foreach (ref readonly var entry in stretch.Span)
                    {
                        if (filter.Takes(entry))
                        {
                            found.Add((entry.ArticleKey, entry.Start, entry.Row));
                        }
                    }
                }
                return found;
            },
            cancellationToken);
        rows.Sort();
        var total = rows.Select(row => row.Article).Distinct().Count();
        foreach (var part in rows.GroupBy(row => row.Article).Chunk(ArticlesAtATime))
        {
            var articles = await store.ReadArticlesAsync([.. part.Select(article => (long)article.Key)], cancellationToken);
            var stances = await store.ReadStancesAsync([.. part.SelectMany(article => article.Select(row => row.Row))], cancellationToken);
            foreach (var group in part)
            {
                // What went away in between is left out.
                if (articles.GetValueOrDefault(group.Key) is not { } article)
                {
                    continue;
                }
                var exported = new Proto.ExportedArticle { Article = article, Total = total };
                exported.Stances.AddRange(group.Select(row => stances.GetValueOrDefault(row.Row)).OfType<Proto.Stance>());
                if (request.Text)
                {
                    exported.Text = (await store.FindArticleAsync(article.Id, cancellationToken))?.Text ?? "";
                }
                yield return exported;
            }
        }
    }

    private static Selection Select(LedgerView view, StanceFilter filter, Proto.GetNetworkRequest request)
    {
        var rollUp = request.RollUp == Proto.RollUp.Represents;
        bool Takes(in Entry entry) => filter.Takes(entry) && (entry.Label != Proto.StanceLabel.Neutral || request.Neutral);
        var count = 0;
        foreach (var stretch in view.Stretches(filter))
        {
            foreach (ref readonly var entry in stretch.Span)
            {
                count += Takes(entry) ? 1 : 0;
            }
        }

        // Counted first, so that it grows no further than it must.
        var statements = new NetworkStatement[count];
        var actors = new List<SelectedActor>();
        var issues = new HashSet<int>();
        var byHolder = new Dictionary<int, int>();
        var byCode = new Dictionary<int, int>();
        foreach (var pair in view.Pairs(filter))
        {
            foreach (ref readonly var entry in pair.Entries.Span)
            {
                if (!Takes(entry))
                {
                    continue;
                }
                var code = rollUp ? entry.Represents : 0;
                ref var number = ref code != 0
                    ? ref CollectionsMarshal.GetValueRefOrAddDefault(byCode, code, out var known)
                    : ref CollectionsMarshal.GetValueRefOrAddDefault(byHolder, pair.Holder.Number, out known);
                if (!known)
                {
                    number = actors.Count;
                    actors.Add(new SelectedActor(view.Name(code), entry.Row));
                }
                actors[number].Consider(pair.Holder, code);
                issues.Add(pair.Issue);
                statements[--count] = new NetworkStatement(number, pair.Issue, entry.Label, entry.ArticleKey, entry.Date, entry.Start);
            }
        }
        return new Selection(actors, issues, statements);
    }

    /// <summary>Numbers the nodes in the order of their names, those of all windows at once.</summary>
    private async Task<NodeNames> NameAsync(Selection selection, CancellationToken cancellationToken)
    {
        // A code that no actor bears stands, as it is written, in the stances only.
        var unnamed = selection.Actors.Where(actor => actor.Shown is null).ToList();
        foreach (var part in unnamed.Chunk(NodesAtATime))
        {
            var stances = await store.ReadStancesAsync([.. part.Select(actor => actor.Row)], cancellationToken);
            foreach (var actor in part)
            {
                var code = stances.GetValueOrDefault(actor.Row)?.Holder.Represents ?? actor.Code;
                actor.Shown = new Proto.Actor { Name = code, Represents = code };
            }
        }

        var issues = await store.ReadIssuesAsync(cancellationToken);
        var actorOrder = Order(selection.Actors.Index().Select(actor => actor.Index), actor => selection.Actors[actor].Shown!.Name, actor => (int)selection.Actors[actor].Shown!.Type);
        var issueOrder = Order(selection.Issues, issue => issues[issue].Id, _ => 0);
        selection.Number(actorOrder, issueOrder);
        return new NodeNames(
            [.. actorOrder.OrderBy(actor => actor.Value).Select(actor => selection.Actors[actor.Key].Shown!)],
            [.. issueOrder.OrderBy(issue => issue.Value).Select(issue => issues[issue.Key])]);

        static Dictionary<int, int> Order(IEnumerable<int> keys, Func<int, string> name, Func<int, int> type) =>
            keys.OrderBy(name, StringComparer.Ordinal).ThenBy(type).ThenBy(key => key).Index().ToDictionary(pair => pair.Item, pair => pair.Index);
    }

    private static List<Proto.NetworkNode> NodesOf(DiscourseNetwork network, NodeNames names, bool isolates, Proto.NetworkKind kind)
    {
        var nodes = new List<Proto.NetworkNode>();
        if (kind != Proto.NetworkKind.Issues)
        {
            var counts = network.Nodes(issues: false);
            nodes.AddRange(names.Actors.Index().Where(actor => isolates || counts.ContainsKey(actor.Index))
                .Select(actor => Node(names.ActorId(actor.Index), counts.GetValueOrDefault(actor.Index), node => node.Actor = actor.Item)));
        }
        if (kind != Proto.NetworkKind.Actors)
        {
            var counts = network.Nodes(issues: true);
            nodes.AddRange(names.Issues.Index().Where(issue => isolates || counts.ContainsKey(issue.Index))
                .Select(issue => Node(names.IssueId(issue.Index), counts.GetValueOrDefault(issue.Index), node => node.Issue = issue.Item)));
        }
        return nodes;

        static Proto.NetworkNode Node(string id, (LabelCounts Counts, int Articles) found, Action<Proto.NetworkNode> name)
        {
            var node = new Proto.NetworkNode
            {
                Id = id, Frequency = found.Counts.Total, Support = found.Counts.Support, Oppose = found.Counts.Oppose, Neutral = found.Counts.Neutral, Articles = found.Articles,
            };
            name(node);
            return node;
        }
    }

    private async Task<Proto.NetworkEdges> ShowAsync(NetworkLink[] links, NodeNames names, Proto.NetworkKind kind, CancellationToken cancellationToken)
    {
        var keys = links.SelectMany(link => link.Articles.Take(MaxArticleIds)).Select(article => (long)article).ToHashSet();
        var articles = keys.Count == 0 ? null : await store.ReadArticlesAsync(keys, cancellationToken);
        var edges = new Proto.NetworkEdges();
        foreach (var link in links)
        {
            var edge = new Proto.NetworkEdge
            {
                Source = kind == Proto.NetworkKind.Issues ? names.IssueId(link.Row) : names.ActorId(link.Row),
                Target = kind == Proto.NetworkKind.Actors ? names.ActorId(link.Column) : names.IssueId(link.Column),
                Weight = link.Weight,
                Support = link.Counts.Support, Oppose = link.Counts.Oppose, Neutral = link.Counts.Neutral,
                Congruence = link.Congruence, Conflict = link.Conflict, Shared = link.Shared,
                Articles = link.Articles.Count,
            };
            edge.ArticleIds.AddRange(link.Articles.Take(MaxArticleIds).Select(article => articles?.GetValueOrDefault(article)?.Id).OfType<string>());
            edges.Edges.Add(edge);
        }
        return edges;
    }

    private static int? DayOf(string date, bool last)
    {
        if (date.Length == 0)
        {
            return null;
        }
        var days = DateKey.Days(DateKey.Number(date));
        return last ? days.Last : days.First;
    }

    private static string Iso(int? day) => day is { } number ? DateOnly.FromDayNumber(number).ToString("O", CultureInfo.InvariantCulture) : "";

    /// <summary>Somebody whose statements are selected.</summary>
    private sealed class SelectedActor(string code, long row)
    {
        /// <summary>Comparable code of whom a rolled-up node stands for; empty for a holder by itself.</summary>
        public string Code { get; } = code;

        /// <summary>A stance of theirs.</summary>
        public long Row { get; } = row;

        /// <summary>How it is shown; null while nobody was seen whose name it can take.</summary>
        public Proto.Actor? Shown { get; set; }

        /// <summary>A rolled-up node goes by the country or organisation itself, where that is a holder.</summary>
        public void Consider(Holder holder, int code)
        {
            if (code == 0 || holder.Actor!.Type == Proto.ActorType.Country || (Shown is null && holder.Name == code))
            {
                Shown = holder.Actor;
            }
        }
    }

    /// <summary>What is selected; statements get the numbers of their nodes once these are named.</summary>
    private sealed class Selection(List<SelectedActor> actors, HashSet<int> issues, NetworkStatement[] statements)
    {
        public List<SelectedActor> Actors { get; } = actors;

        /// <summary>Keys of the issues.</summary>
        public IReadOnlyCollection<int> Issues { get; } = issues;

        /// <summary>In the order of time, once they have numbers.</summary>
        public Memory<NetworkStatement> Statements { get; } = statements;

        public void Number(Dictionary<int, int> actorNumbers, Dictionary<int, int> issueNumbers)
        {
            foreach (ref var statement in Statements.Span)
            {
                statement = statement with { Actor = actorNumbers[statement.Actor], Issue = issueNumbers[statement.Issue] };
            }
            Statements.Span.Sort(NetworkStatement.Compare);
        }
    }

    private sealed record NodeNames(IReadOnlyList<Proto.Actor> Actors, IReadOnlyList<Proto.Issue> Issues)
    {
        // Made once: a network has thousands of edges for each node.
        private readonly string[] _actors = [.. Actors.Index().Select(actor => string.Create(CultureInfo.InvariantCulture, $"a{actor.Index + 1}"))];
        private readonly string[] _issues = [.. Issues.Index().Select(issue => string.Create(CultureInfo.InvariantCulture, $"i{issue.Index + 1}"))];

        public string ActorId(int number) => _actors[number];

        public string IssueId(int number) => _issues[number];
    }
}
