using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// Answers the questions over many stances: counts and orders in the index, then reads what is shown from the store. A stance that goes away in between is left out of its page.
/// </summary>
internal sealed class LedgerQuestions(IReadModel store, LedgerIndex index, IOptions<QueryOptions> options)
{
    // Newest states of proposals that are compared; the number of pairs is bounded by the kinds of states, reading them is not.
    private const int MaxComparedStates = 5000;

    public async Task<Page<Proto.Stance>> ListStancesAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = await PickAsync(filter, page, static entry => entry.ByText, static (_, rows) => rows, cancellationToken);
        var stances = await store.ReadStancesAsync([.. rows.Items.Select(item => item.Row)], cancellationToken);
        return rows.Select(item => stances.GetValueOrDefault(item.Row));
    }

    public async Task<Page<Proto.TimelineEntry>> GetTimelineAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var (rows, changes) = await PickAsync(
            filter, page, static entry => entry.ByDate,
            static (view, rows) => (rows, rows.Items
                .SelectMany(item => view.Pair(item.Pair).Changes.Where(change => change.Row == item.Row && change.Kind != Proto.ChangeKind.LastConfirmed))
                .ToDictionary(change => change.Row, change => change.Kind)),
            cancellationToken);
        var stances = await store.ReadStancesAsync([.. rows.Items.Select(item => item.Row)], cancellationToken);
        var articles = await store.ReadArticlesAsync([.. rows.Items.Select(item => (long)item.ArticleKey).Distinct()], cancellationToken);
        return rows.Select(item => stances.GetValueOrDefault(item.Row) is not { } stance || articles.GetValueOrDefault(item.ArticleKey) is not { } article
            ? null
            : new Proto.TimelineEntry { Date = stance.Date ?? article.Published, Stance = stance, Article = article, Change = changes.GetValueOrDefault(item.Row), DateBasis = BasisOf(stance, article) });
    }

    public async Task<Page<Proto.ArticleInfo>> ListArticlesAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken)
    {
        if (!SqliteFilter.AsksForStance(filter))
        {
            return await store.ListArticlesAsync(filter, page, cancellationToken);
        }

        // Dates are those of the articles, not of their stances.
        var evidence = filter.Clone();
        evidence.FromDate = evidence.ToDate = "";
        var dates = StanceFilter.Dates(filter);
        var picked = await AskAsync(
            evidence,
            (view, taken) =>
            {
                var seen = new BitArray(view.Articles);
                var picker = new PagePicker<long>(page);
                foreach (var stretch in view.Stretches(taken))
                {
                    foreach (ref readonly var entry in stretch.Span)
                    {
                        if (taken.Takes(entry) && !seen[entry.Article])
                        {
                            seen[entry.Article] = true;
                            ref readonly var article = ref view.Article(entry.Article);
                            if (dates.TakesDate(article.Date))
                            {
                                picker.Add(new ListKey(-article.Date, -article.Key, 0, 0), article.Key);
                            }
                        }
                    }
                }
                return picker.Take();
            },
            cancellationToken);
        var articles = await store.ReadArticlesAsync(picked.Items, cancellationToken);
        return new Page<Proto.ArticleInfo>([.. picked.Items.Select(key => articles.GetValueOrDefault(key)).OfType<Proto.ArticleInfo>()], picked.NextKey, picked.Total);
    }

    public async Task<Proto.Matrix> GetMatrixAsync(Proto.GetMatrixRequest request, PageRequest page, CancellationToken cancellationToken)
    {
        var matrix = await AskAsync(
            request.Filter, (view, filter) => MatrixReader.Read(view, filter, request.RollUp, request.Period, request.CountReports, page, options.Value.MaxMatrixCells), cancellationToken);
        var issues = await store.ReadIssuesAsync(cancellationToken);
        var stances = await store.ReadStancesAsync([.. matrix.Rows.SelectMany(row => row.Cells).Select(cell => cell.Best.Row)], cancellationToken);
        var answer = new Proto.Matrix { NextPageToken = matrix.NextKey ?? "", Total = matrix.Total };
        foreach (var row in matrix.Rows)
        {
            var shown = new Proto.MatrixRow { Holder = row.Holder };
            shown.Cells.AddRange(row.Cells
                .Select(cell => new Proto.MatrixCell
                {
                    IssueId = issues[cell.Issue].Id,
                    Support = cell[Proto.StanceLabel.Support],
                    Oppose = cell[Proto.StanceLabel.Oppose],
                    Neutral = cell[Proto.StanceLabel.Neutral],
                    Prevailing = cell.Prevailing,
                    Best = stances.GetValueOrDefault(cell.Best.Row),
                    Period = cell.Period,
                    Reports = cell.Reports,
                })
                .OrderBy(cell => cell.IssueId, StringComparer.Ordinal).ThenBy(cell => cell.Period, StringComparer.Ordinal));
            answer.Rows.Add(shown);
        }
        var cells = matrix.Rows.SelectMany(row => row.Cells).ToList();
        answer.Issues.AddRange(cells.Select(cell => cell.Issue).Distinct().Select(issue => issues[issue]).OrderBy(issue => issue.Id, StringComparer.Ordinal));
        answer.Periods.AddRange(cells.Select(cell => cell.Period).Where(period => period.Length > 0).Distinct().Order(StringComparer.Ordinal));
        return answer;
    }

    public async Task<Page<Proto.Change>> ListChangesAsync(Proto.ListChangesRequest request, PageRequest page, CancellationToken cancellationToken)
    {
        // Dates and label choose among the changes: what was first stated does not depend on the part of time one looks at.
        var evidence = request.Filter.Clone();
        evidence.FromDate = evidence.ToDate = "";
        evidence.Label = Proto.StanceLabel.Unspecified;
        var dates = StanceFilter.Dates(request.Filter);
        var kinds = request.Kinds.Aggregate(0, (mask, kind) => mask | (1 << (int)kind));
        var changes = await AskAsync(
            evidence,
            (view, filter) =>
            {
                var picker = new PagePicker<ChangePoint>(page);
                var (taken, read) = (new Entry[64], new List<ChangePoint>());
                foreach (var pair in view.Pairs(filter))
                {
                    foreach (ref readonly var change in filter.TakesWholePairs ? pair.Changes : Read(pair))
                    {
                        if ((kinds == 0 || (kinds & (1 << (int)change.Kind)) != 0) && dates.TakesDate(change.Date)
                            && (request.Filter.Label == Proto.StanceLabel.Unspecified || request.Filter.Label == change.Label))
                        {
                            picker.Add(new ListKey(change.Date, change.Article, change.Row, (int)change.Kind), change);
                        }
                    }
                }
                return picker.Take();

                ReadOnlySpan<ChangePoint> Read(Pair pair)
                {
                    read.Clear();
                    var entries = pair.Entries.Span;
                    if (taken.Length < entries.Length)
                    {
                        taken = new Entry[entries.Length * 2];
                    }
                    var count = 0;
                    foreach (ref readonly var entry in entries)
                    {
                        if (filter.Takes(entry))
                        {
                            taken[count++] = entry;
                        }
                    }
                    ChangeReader.Read(taken.AsSpan(0, count), read);
                    return CollectionsMarshal.AsSpan(read);
                }
            },
            cancellationToken);
        var stances = await store.ReadStancesAsync([.. changes.Items.SelectMany(change => new[] { change.Row, change.Previous }).Distinct()], cancellationToken);
        var articles = await store.ReadArticlesAsync([.. changes.Items.Select(change => change.Article).Distinct()], cancellationToken);
        return changes.Select(change => stances.GetValueOrDefault(change.Row) is not { } stance
            ? null
            : new Proto.Change
            {
                Kind = change.Kind,
                Stance = stance,
                Previous = stances.GetValueOrDefault(change.Previous),
                Date = stance.Date ?? articles.GetValueOrDefault(change.Article)?.Published,
                Article = articles.GetValueOrDefault(change.Article),
                DateBasis = BasisOf(stance, articles.GetValueOrDefault(change.Article)),
            });
    }

    public async Task<Page<Proto.Contradiction>> ListContradictionsAsync(Proto.ListContradictionsRequest request, PageRequest page, CancellationToken cancellationToken)
    {
        var window = request.WindowDays == 0 ? ContradictionReader.DefaultWindowDays : request.WindowDays;
        bool Asked(Proto.ContradictionKind kind) => request.Kinds.Count == 0 || request.Kinds.Contains(kind);
        var facts = Asked(Proto.ContradictionKind.ConflictingFacts) ? await ReadFactsAsync(request.Filter, window, cancellationToken) : [];
        var picked = await AskAsync(
            request.Filter,
            (view, filter) =>
            {
                var picker = new PagePicker<(Contradiction? Stances, (Proto.IssueState First, Proto.IssueState Second) Facts)>(page);
                ContradictionReader.Read(view, filter, window, found =>
                {
                    if (Asked(found.Kind))
                    {
                        var (first, second) = (found.First.Best, found.Second.Best);
                        picker.Add(new ListKey(Math.Max(first.Date, second.Date), found.Issue, second.Row, first.Row), (found, default));
                    }
                });
                foreach (var (i, found) in facts.Index())
                {
                    picker.Add(new ListKey(DateOf(found.Second), 0, i, -1), (null, found));
                }
                // Reports are counted for what is shown only.
                var picked = picker.Take();
                return new Page<(Contradiction? Stances, (Proto.IssueState First, Proto.IssueState Second) Facts, int FirstReports, int SecondReports)>(
                    [.. picked.Items.Select(item => (item.Stances, item.Facts, CountReports(view, item.Stances?.First), CountReports(view, item.Stances?.Second)))], picked.NextKey, picked.Total);
            },
            cancellationToken);
        var shown = await store.ReadStancesAsync(
            [.. picked.Items.Select(item => item.Stances).OfType<Contradiction>().SelectMany(found => new[] { found.First.Best.Row, found.Second.Best.Row })], cancellationToken);
        var issues = await store.ReadIssuesAsync(cancellationToken);
        return picked.Select(item => item.Stances is not { } found
            ? new Proto.Contradiction
            {
                Kind = Proto.ContradictionKind.ConflictingFacts, IssueId = item.Facts.First.IssueId, FirstState = item.Facts.First, SecondState = item.Facts.Second,
            }
            : shown.GetValueOrDefault(found.First.Best.Row) is not { } first || shown.GetValueOrDefault(found.Second.Best.Row) is not { } second
                ? null
                : new Proto.Contradiction
                {
                    Kind = found.Kind, IssueId = issues[found.Issue].Id, First = first, Second = second, FirstReports = item.FirstReports, SecondReports = item.SecondReports,
                });
    }

    public async Task<(Page<Proto.Report> Reports, long Articles)> ListReportsAsync(Proto.Filter asked, PageRequest page, CancellationToken cancellationToken)
    {
        var (picked, articleCount) = await AskAsync(
            asked,
            (view, filter) =>
            {
                var groups = new ReportGroups(view);
                var stances = new int[view.Articles];
                var articles = new List<int>();
                foreach (var pair in view.Pairs(filter))
                {
                    articles.Clear();
                    foreach (ref readonly var entry in pair.Entries.Span)
                    {
                        if (filter.Takes(entry))
                        {
                            articles.Add(entry.Article);
                            stances[entry.Article]++;
                        }
                    }
                    groups.Add(CollectionsMarshal.AsSpan(articles));
                }
                return PickReports(view, groups, stances, page);
            },
            cancellationToken);
        var articles = await store.ReadArticlesAsync([.. picked.Items.SelectMany(report => report.Articles).Select(article => article.Key)], cancellationToken);
        var reports = picked.Select(found =>
        {
            var report = new Proto.Report { StanceCount = found.Stances };
            foreach (var info in found.Articles.Select(article => articles.GetValueOrDefault(article.Key)).OfType<Proto.ArticleInfo>())
            {
                var shown = new Proto.ReportArticle { Article = info };
                shown.Chain.AddRange(ReportChain.Of(info));
                report.Articles.Add(shown);
            }
            report.Origin = report.Articles.Count == 0 ? "" : ReportChain.OriginOf(report.Articles[0].Article, [.. report.Articles.Skip(1).Select(article => article.Article)]).Outlet;
            report.SameText = found.Articles.Count > 1 && found.Articles[0].Report != 0 && found.Articles.All(article => article.Report == found.Articles[0].Report);
            return report;
        });
        return (reports, articleCount);
    }

    public async Task<Page<Proto.Outlet>> CompareOutletsAsync(Proto.Filter asked, PageRequest page, CancellationToken cancellationToken)
    {
        var picked = await AskAsync(
            asked,
            (view, filter) =>
            {
                var outlets = new Dictionary<int, OutletCount>();
                var seen = new BitArray(view.Articles);
                foreach (var pair in view.Pairs(filter))
                {
                    foreach (ref readonly var entry in pair.Entries.Span)
                    {
                        if (filter.Takes(entry))
                        {
                            ref var outlet = ref CollectionsMarshal.GetValueRefOrAddDefault(outlets, entry.Publisher, out _);
                            outlet ??= new OutletCount(entry.ArticleKey);
                            if (!seen[entry.Article])
                            {
                                seen[entry.Article] = true;
                                outlet.Articles++;
                                outlet.TakenOver += view.Article(entry.Article).Origin != 0 ? 1 : 0;
                            }
                            if (outlet.LastHolder != pair.Holder)
                            {
                                outlet.Holders.Add(outlet.LastHolder = pair.Holder);
                            }
                            outlet.Labels[(int)entry.Label]++;
                        }
                    }
                }

                var tellers = outlets.Values.SelectMany(outlet => outlet.Holders).CountBy(holder => holder).ToDictionary();
                var picker = new PagePicker<(OutletCount Count, List<Proto.Actor> OnlyHere)>(page);
                foreach (var outlet in outlets.Values)
                {
                    var only = outlet.Holders.Where(holder => tellers[holder] == 1).Select(holder => holder.Actor!).OrderBy(actor => actor.Name, StringComparer.Ordinal).ToList();
                    picker.Add(new ListKey(-outlet.Labels.Sum(), outlet.First, 0, 0), (outlet, only));
                }
                return picker.Take();
            },
            cancellationToken);
        var articles = await store.ReadArticlesAsync([.. picked.Items.Select(outlet => outlet.Count.First)], cancellationToken);
        return picked.Select(found =>
        {
            var outlet = new Proto.Outlet
            {
                Publisher = articles.GetValueOrDefault(found.Count.First)?.Publisher ?? "",
                Articles = found.Count.Articles,
                Support = found.Count.Labels[(int)Proto.StanceLabel.Support],
                Oppose = found.Count.Labels[(int)Proto.StanceLabel.Oppose],
                Neutral = found.Count.Labels[(int)Proto.StanceLabel.Neutral],
                Holders = found.Count.Holders.Count,
                TakenOver = found.Count.TakenOver,
            };
            outlet.OnlyHere.AddRange(found.OnlyHere);
            return outlet;
        });
    }

    public async Task<Proto.FindSilenceResponse> FindSilenceAsync(Proto.FindSilenceRequest request, CancellationToken cancellationToken)
    {
        var keys = await store.ResolveAsync(request.Filter, cancellationToken);
        if (keys.Issue is not > 0)
        {
            throw GrpcFault.NotFound("issue", request.Filter.IssueId);
        }
        var speakers = await store.ReadSpeakersAsync(keys.Issue.Value, cancellationToken);
        var expected = new List<(string Name, string Represents, IReadOnlySet<int> Actors)>();
        foreach (var name in request.Expected)
        {
            expected.Add((name, NameKey.OfRepresented(name), (await store.ResolveAsync(new Proto.Filter { Actor = name }, cancellationToken)).Actors!));
        }
        if (expected.Count == 0)
        {
            var names = await store.ReadActorsAsync([.. speakers.Keys], cancellationToken);
            expected.AddRange(speakers.Keys.Where(names.ContainsKey).Select(speaker => (names[speaker].Name, "", (IReadOnlySet<int>)new HashSet<int> { speaker })));
        }

        var found = await index.AskAsync(
            view => expected.Select(one =>
            {
                var filter = new StanceFilter(request.Filter, keys, view);
                var represents = one.Represents.Length == 0 ? -1 : view.NumberOf(one.Represents);
                var cell = new MatrixCellCount(keys.Issue.Value, "");
                var stances = 0;
                foreach (var pair in view.Pairs(filter))
                {
                    foreach (ref readonly var entry in pair.Entries.Span)
                    {
                        if (filter.Takes(entry) && (one.Actors.Contains(pair.Holder.Key) || entry.Represents == represents))
                        {
                            cell.Add(entry);
                            stances++;
                        }
                    }
                }
                return new Proto.ExpectedActor
                {
                    Name = one.Name,
                    Stances = stances,
                    Prevailing = stances == 0 ? Proto.StanceLabel.Unspecified : cell.Prevailing,
                    Statements = one.Actors.Sum(actor => speakers.GetValueOrDefault(actor)),
                };
            }).ToList(),
            cancellationToken);
        var answer = new Proto.FindSilenceResponse { Expected = found.Count };
        answer.Silent.AddRange(found.Where(actor => actor.Stances == 0).OrderByDescending(actor => actor.Statements).ThenBy(actor => actor.Name, StringComparer.Ordinal));
        answer.Positioned.AddRange(found.Where(actor => actor.Stances > 0).OrderByDescending(actor => actor.Stances).ThenBy(actor => actor.Name, StringComparer.Ordinal));
        return answer;
    }

    private async Task<IReadOnlyList<(Proto.IssueState First, Proto.IssueState Second)>> ReadFactsAsync(Proto.Filter filter, int window, CancellationToken cancellationToken)
    {
        // Facts about a proposal have no holder.
        if (filter.Actor.Length > 0 || filter.Represents.Length > 0 || filter.Text.Length > 0 || filter.Label != Proto.StanceLabel.Unspecified)
        {
            return [];
        }
        var states = await store.ListStatesAsync(filter, [], new PageRequest(MaxComparedStates, null), cancellationToken);
        return [.. states.Items
            .GroupBy(state => state.IssueId)
            .SelectMany(issue => ContradictionReader.Read([.. issue.Select(state => (state, DateOf(state)))], window))];
    }

    /// <summary>The reports of a page, each with its articles in the order of their dates, and how many articles all reports have.</summary>
    private static (Page<(List<ArticleEntry> Articles, int Stances)> Picked, int Articles) PickReports(LedgerView view, ReportGroups groups, int[] stances, PageRequest page)
    {
        var all = groups.Articles().ToList();
        var reports = new Dictionary<int, (ListKey Key, int Stances)>();
        foreach (var (number, report) in all)
        {
            ref readonly var article = ref view.Article(number);
            var key = new ListKey(article.Date, article.Key, 0, 0);
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(reports, report, out var exists);
            known = (exists && known.Key.CompareTo(key) < 0 ? known.Key : key, known.Stances + stances[number]);
        }
        var picker = new PagePicker<int>(page);
        foreach (var (report, (key, _)) in reports)
        {
            picker.Add(key, report);
        }

        var picked = picker.Take();
        var members = picked.Items.ToDictionary(report => report, _ => new List<ArticleEntry>());
        foreach (var (number, report) in all)
        {
            if (members.TryGetValue(report, out var list))
            {
                list.Add(view.Article(number));
            }
        }
        return (
            new Page<(List<ArticleEntry>, int)>(
                [.. picked.Items.Select(report => (members[report].OrderBy(article => article.Date).ThenBy(article => article.Key).ToList(), reports[report].Stances))], picked.NextKey, picked.Total),
            all.Count);
    }

    /// <summary>Which date <see cref="DateKey.Of(Proto.PartialDate?, Proto.PartialDate?)"/> takes.</summary>
    private static Proto.DateBasis BasisOf(Proto.Stance stance, Proto.ArticleInfo? article) =>
        (stance.Date ?? article?.Published) is not { Value.Length: > 0 } ? Proto.DateBasis.Unspecified
        : stance.Date is not null ? Proto.DateBasis.Stance
        : Proto.DateBasis.Publication;

    private static int CountReports(LedgerView view, ContradictionSide? side) => side is { } one ? ReportGroups.Count(view, one.Articles) : 0;

    private static long DateOf(Proto.IssueState state) => DateKey.Number(DateKey.Of(state.Date?.Value));

    private async Task<T> AskAsync<T>(Proto.Filter asked, Func<LedgerView, StanceFilter, T> question, CancellationToken cancellationToken)
    {
        var keys = await store.ResolveAsync(asked, cancellationToken);
        return await index.AskAsync(view => question(view, new StanceFilter(asked, keys, view)), cancellationToken);
    }

    private Task<T> PickAsync<T>(
        Proto.Filter asked, PageRequest page, Func<Entry, ListKey> keyOf, Func<LedgerView, Page<Entry>, T> show, CancellationToken cancellationToken) =>
        AskAsync(
            asked,
            (view, filter) =>
            {
                var picker = new PagePicker<Entry>(page);
                foreach (var stretch in view.Stretches(filter))
                {
                    foreach (ref readonly var entry in stretch.Span)
                    {
                        if (filter.Takes(entry))
                        {
                            picker.Add(keyOf(entry), entry);
                        }
                    }
                }
                return show(view, picker.Take());
            },
            cancellationToken);

    private sealed class OutletCount(long first)
    {
        /// <summary>An article of the outlet.</summary>
        public long First { get; } = first;

        public int Articles { get; set; }

        /// <summary>How many of them it took from an agency or another outlet.</summary>
        public int TakenOver { get; set; }

        public HashSet<Holder> Holders { get; } = [];

        /// <summary>Who was added last.</summary>
        public Holder? LastHolder { get; set; }

        public int[] Labels { get; } = new int[4];
    }
}
