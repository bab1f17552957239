using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.V1;
using Status = Grpc.Core.Status;

namespace Sikap.Cli.Tests;

/// <summary>A server with the Gateway's services and answers made up by the test, on a free port.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeGateway(WebApplication app) => _app = app;

    /// <summary>What <c>ListStances</c> pages through.</summary>
    public List<Stance> Stances { get; } = [];

    public Matrix Matrix { get; set; } = new();

    public List<WatchEvent> Events { get; } = [];

    public ConcurrentQueue<ListActorsRequest> ActorRequests { get; } = new();

    /// <summary>What the questions of the ledger are answered with, one answer of each type.</summary>
    public List<IMessage> Answers { get; } = [];

    /// <summary>Those questions.</summary>
    public ConcurrentQueue<IMessage> Questions { get; } = new();

    /// <summary>What <c>GetNetwork</c> streams.</summary>
    public List<NetworkPart> Network { get; } = [];

    /// <summary>What <c>ExportArticles</c> streams.</summary>
    public List<ExportedArticle> Exported { get; } = [];

    /// <summary>When set, those streams break after so many messages.</summary>
    public int? BreakStreamAfter { get; set; }

    public ConcurrentDictionary<string, Issue> Issues { get; } = new();

    public ConcurrentQueue<MergeIssuesRequest> Merges { get; } = new();

    public ConcurrentQueue<SplitIssueRequest> Splits { get; } = new();

    /// <summary>What <c>GetStanceDiff</c> answers.</summary>
    public StanceDiff Diff { get; set; } = new();

    public ConcurrentDictionary<string, ActorEntry> Actors { get; } = new();

    public List<DeadLetter> Letters { get; } = [];

    public List<Feed> Followed { get; } = [];

    public ConcurrentQueue<SubmitArticleRequest> Submitted { get; } = new();

    public ConcurrentQueue<Filter> Filters { get; } = new();

    public ConcurrentQueue<string?> Keys { get; } = new();

    public ConcurrentQueue<int> PageSizes { get; } = new();

    /// <summary>How often an article is asked for before it is queryable.</summary>
    public int AsksUntilQueryable { get; set; }

    /// <summary>State an article ends in.</summary>
    public ArticleState FinalState { get; set; } = ArticleState.Queryable;

    /// <summary>When set, every query fails with it.</summary>
    public RpcException? Failure { get; set; }

    /// <summary>When set, the stream of submissions breaks after so many.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>Articles of a stream that are answered for before nothing more is; null = all.</summary>
    public long? HangAfter { get; set; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<FakeGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        FakeGateway? gateway = null;
        builder.Services.AddSingleton(_ => gateway!);
        builder.Services.AddSingleton<Ingestion>();
        builder.Services.AddSingleton<Codebook>();
        builder.Services.AddSingleton<DeadLetters>();
        builder.Services.AddSingleton<Feeds>();
        builder.Services.AddSingleton<Query>();
        var app = builder.Build();
        app.MapGrpcService<Ingestion>();
        app.MapGrpcService<Codebook>();
        app.MapGrpcService<DeadLetters>();
        app.MapGrpcService<Feeds>();
        app.MapGrpcService<Query>();
        gateway = new FakeGateway(app);
        await app.StartAsync();
        return gateway;
    }

    /// <summary>Runs <c>sikap</c> against this server.</summary>
    public Task<CommandLineRun> RunAsync(params string[] args) => CommandLineRun.OfAsync([.. args, "--gateway", Address]);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A status with details as the services make them.</summary>
    public static RpcException Refusal(StatusCode code, string message, IMessage details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(details) } };
        return new RpcException(new Status(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }

    internal sealed class Ingestion(FakeGateway gateway) : IngestionService.IngestionServiceBase
    {
        private readonly ConcurrentDictionary<string, int> _asked = new();

        public override async Task SubmitArticles(
            IAsyncStreamReader<SubmitArticleRequest> requestStream, IServerStreamWriter<SubmitArticlesResponse> responseStream, ServerCallContext context)
        {
            long index = 0;
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                if (index == gateway.BreakAfter)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "store away"));
                }

                if (index == gateway.HangAfter)
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }

                var known = gateway.Submitted.Any(earlier => earlier.Text == request.Text && Equals(earlier.Page, request.Page));
                gateway.Submitted.Enqueue(request);
                var response = new SubmitArticlesResponse { Index = index++, ClientRef = request.ClientRef };
                if (request.Page is null && request.Text.Trim().Length == 0)
                {
                    var details = new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "text", Description = "is empty" } } };
                    response.Rejected = new Google.Rpc.Status { Code = (int)StatusCode.InvalidArgument, Message = "bad article", Details = { Any.Pack(details) } };
                }
                else
                {
                    response.Accepted = new SubmitArticleResponse
                    {
                        ArticleId = $"id-{index}", AlreadyExists = known, State = ArticleState.Accepted, ClientRef = request.ClientRef, CodingChanged = request.Coding is not null,
                    };
                }

                await responseStream.WriteAsync(response);
            }
        }

        public override Task<ArticleStatus> GetArticleStatus(GetArticleStatusRequest request, ServerCallContext context)
        {
            var asked = _asked.AddOrUpdate(request.ArticleId, 1, (_, count) => count + 1);
            return Task.FromResult(new ArticleStatus
            {
                ArticleId = request.ArticleId,
                State = asked > gateway.AsksUntilQueryable ? gateway.FinalState : ArticleState.Published,
                Reason = gateway.FinalState == ArticleState.Failed ? "stage gave up" : "",
            });
        }

        public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context) =>
            Task.FromResult(gateway.Answers.OfType<ListRevisionsResponse>().Single());

        public override Task<ListClustersResponse> ListClusters(ListClustersRequest request, ServerCallContext context)
        {
            gateway.Questions.Enqueue(request);
            return Task.FromResult(gateway.Answers.OfType<ListClustersResponse>().Single());
        }

        public override Task<IngestionStatus> GetIngestionStatus(GetIngestionStatusRequest request, ServerCallContext context) =>
            Task.FromResult(new IngestionStatus { Queryable = 7, Total = 7, FeedsHealthy = 3, FeedsFailing = 1 });
    }

    /// <summary>Lists and moves <see cref="Letters"/>.</summary>
    internal sealed class Feeds(FakeGateway gateway) : FeedService.FeedServiceBase
    {
        public override Task<AddFeedResponse> AddFeed(AddFeedRequest request, ServerCallContext context)
        {
            var there = gateway.Followed.Find(feed => feed.Url == request.Url);
            if (there is null)
            {
                gateway.Followed.Add(new Feed { FeedId = $"f{gateway.Followed.Count}", Url = request.Url, Publisher = request.Publisher, State = FeedState.New });
            }

            return Task.FromResult(new AddFeedResponse { Feed = there ?? gateway.Followed[^1], AlreadyExists = there is not null });
        }

        public override Task<ListFeedsResponse> ListFeeds(ListFeedsRequest request, ServerCallContext context)
        {
            // One a page, so that the client has to ask again.
            var wanted = gateway.Followed.Where(feed => request.State == FeedState.Unspecified || feed.State == request.State).ToList();
            var at = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
            return Task.FromResult(new ListFeedsResponse
            {
                Feeds = { wanted.Skip(at).Take(1) }, NextPageToken = at + 1 < wanted.Count ? (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : "",
            });
        }

        public override Task<Feed> GetFeed(GetFeedRequest request, ServerCallContext context) => Task.FromResult(Find(request.FeedId));

        public override Task<Feed> PauseFeed(PauseFeedRequest request, ServerCallContext context) => Task.FromResult(Changed(request.FeedId, FeedState.Paused, request.Reason));

        public override Task<Feed> ResumeFeed(ResumeFeedRequest request, ServerCallContext context) => Task.FromResult(Changed(request.FeedId, FeedState.Healthy, ""));

        public override Task<Feed> PollFeed(PollFeedRequest request, ServerCallContext context) => Task.FromResult(Find(request.FeedId));

        public override Task<RemoveFeedResponse> RemoveFeed(RemoveFeedRequest request, ServerCallContext context)
        {
            gateway.Followed.Remove(Find(request.FeedId));
            return Task.FromResult(new RemoveFeedResponse());
        }

        private Feed Changed(string id, FeedState state, string reason)
        {
            var feed = Find(id);
            (feed.State, feed.Reason) = (state, reason);
            return feed;
        }

        private Feed Find(string id) => gateway.Followed.Find(feed => feed.FeedId == id || feed.Url == id) ?? throw new RpcException(new Status(StatusCode.NotFound, $"no feed '{id}'"));
    }

    internal sealed class DeadLetters(FakeGateway gateway) : DeadLetterService.DeadLetterServiceBase
    {
        public override Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
        {
            gateway.Questions.Enqueue(request);
            return Task.FromResult(new ListDeadLettersResponse
            {
                Letters = { gateway.Letters },
                Queues = { gateway.Letters.GroupBy(letter => letter.Queue).Select(queue => new DeadLetterQueue { Name = queue.Key, Messages = queue.Count() }) },
            });
        }

        public override Task<DeadLetter> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) =>
            gateway.Letters.Find(letter => letter.Id == request.Id) is { } found ? Task.FromResult(found) : throw new RpcException(new Status(StatusCode.NotFound, "no such letter"));

        public override Task<MovedDeadLetters> RetryDeadLetters(SelectDeadLettersRequest request, ServerCallContext context)
        {
            gateway.Questions.Enqueue(request);
            return Task.FromResult(new MovedDeadLetters { Moved = gateway.Letters.RemoveAll(letter => request.Ids.Count == 0 || request.Ids.Contains(letter.Id)) });
        }
    }

    internal sealed class Codebook(FakeGateway gateway) : CodebookService.CodebookServiceBase
    {
        public override Task<Issue> DefineIssue(DefineIssueRequest request, ServerCallContext context)
        {
            var stored = gateway.Issues.GetOrAdd(request.Issue.Id, request.Issue);
            return stored.Proposition == request.Issue.Proposition
                ? Task.FromResult(stored)
                : throw new RpcException(new Status(StatusCode.AlreadyExists, "another issue has this id"));
        }

        public override Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context) =>
            Task.FromResult(new ListIssuesResponse { Issues = { gateway.Issues.Values.OrderBy(issue => issue.Id) }, CodebookVersion = gateway.Issues.Count });

        public override Task<Issue> UpdateIssue(UpdateIssueRequest request, ServerCallContext context) => Task.FromResult(gateway.Issues[request.Issue.Id] = request.Issue);

        public override Task<Issue> RetireIssue(RetireIssueRequest request, ServerCallContext context) =>
            gateway.Issues.TryRemove(request.Id, out var issue) ? Task.FromResult(issue) : throw new RpcException(new Status(StatusCode.NotFound, $"no issue '{request.Id}'"));

        public override Task<ImportIssuesResponse> ImportIssues(ImportIssuesRequest request, ServerCallContext context)
        {
            foreach (var issue in request.Issues)
            {
                gateway.Issues[issue.Id] = issue;
            }

            return Task.FromResult(new ImportIssuesResponse { Issues = { request.Issues }, CodebookVersion = 9 });
        }

        public override Task<MergeIssuesResponse> MergeIssues(MergeIssuesRequest request, ServerCallContext context)
        {
            gateway.Merges.Enqueue(request);
            return Task.FromResult(new MergeIssuesResponse { Issue = new Issue(request.Into) { Version = 4 }, CodebookVersion = 5 });
        }

        public override Task<SplitIssueResponse> SplitIssue(SplitIssueRequest request, ServerCallContext context)
        {
            gateway.Splits.Enqueue(request);
            return Task.FromResult(new SplitIssueResponse { Parts = { request.Parts }, CodebookVersion = 5 });
        }

        public override Task<ListIssueHistoryResponse> ListIssueHistory(ListIssueHistoryRequest request, ServerCallContext context) =>
            Task.FromResult(new ListIssueHistoryResponse
            {
                Revisions =
                {
                    new IssueRevision { Kind = IssueChangeKind.Merged, Issue = new Issue { Id = request.IssueId, Version = 7, Retired = true, ReplacedBy = { "tol-baru" }, ChangedAt = Timestamp.FromDateTime(DateTime.UnixEpoch) } },
                },
                NextBeforeVersion = 7,
            });

        public override Task<DefineActorsResponse> DefineActors(DefineActorsRequest request, ServerCallContext context)
        {
            foreach (var actor in request.Actors)
            {
                gateway.Actors[actor.Name] = new ActorEntry(actor) { Version = 1 };
            }

            return Task.FromResult(new DefineActorsResponse { Actors = { request.Actors }, ActorsVersion = 1 });
        }

        public override Task<ListActorEntriesResponse> ListActors(ListActorEntriesRequest request, ServerCallContext context) =>
            Task.FromResult(new ListActorEntriesResponse { Actors = { gateway.Actors.Values.OrderBy(actor => actor.Name) }, ActorsVersion = 3 });

        public override Task<ActorEntry> RetireActor(RetireActorRequest request, ServerCallContext context) =>
            gateway.Actors.TryRemove(request.Name, out var actor) ? Task.FromResult(actor) : throw new RpcException(new Status(StatusCode.NotFound, $"no actor '{request.Name}'"));
    }

    internal sealed class Query(FakeGateway gateway) : QueryService.QueryServiceBase
    {
        public override Task<ListStancesResponse> ListStances(ListStancesRequest request, ServerCallContext context)
        {
            Note(request.Filter);
            gateway.PageSizes.Enqueue(request.PageSize);
            // Pages of two at most, so that a client has to turn pages.
            var skip = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
            var size = Math.Min(request.PageSize, 2);
            var response = new ListStancesResponse { Stances = { gateway.Stances.Skip(skip).Take(size) }, Total = gateway.Stances.Count };
            response.NextPageToken = skip + size < gateway.Stances.Count ? (skip + size).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
            return Task.FromResult(response);
        }

        public override Task<ListActorsResponse> ListActors(ListActorsRequest request, ServerCallContext context)
        {
            gateway.ActorRequests.Enqueue(request);
            return Task.FromResult(new ListActorsResponse { Actors = { new ActorSummary { Actor = new Actor { Name = "Tokoh 1", Type = ActorType.Person, Represents = "FRA" } } }, Total = 1 });
        }

        public override Task<Matrix> GetMatrix(GetMatrixRequest request, ServerCallContext context)
        {
            Note(request.Filter);
            gateway.Keys.Enqueue(context.RequestHeaders.GetValue("x-api-key"));
            return Task.FromResult(gateway.Matrix);
        }

        public override Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context) =>
            gateway.Answers.OfType<GetArticleResponse>().FirstOrDefault() is { } answer ? Task.FromResult(answer) : throw new RpcException(new Status(StatusCode.NotFound, $"no article '{request.ArticleId}'"));

        public override Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context) =>
            Task.FromResult(new LedgerStatus { Articles = 7, Stances = 12 });

        public override async Task WatchReplay(WatchReplayRequest request, IServerStreamWriter<ReplayProgress> responseStream, ServerCallContext context)
        {
            for (var waiting = 2; waiting >= 0; waiting--)
            {
                await responseStream.WriteAsync(new ReplayProgress { CodebookVersion = request.CodebookVersion, Waiting = waiting, Concerned = 2, Complete = waiting == 0 });
            }
        }

        public override Task<StanceDiff> GetStanceDiff(GetStanceDiffRequest request, ServerCallContext context) =>
            Task.FromResult(new StanceDiff(gateway.Diff) { FromVersion = request.FromVersion, ToVersion = 5 });

        public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context)
        {
            Note(request.Filter);
            foreach (var change in gateway.Events)
            {
                await responseStream.WriteAsync(change);
            }

            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        public override Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context) => AnswerAsync<ListChangesResponse>(request);

        public override Task<ListRelationsResponse> ListRelations(ListRelationsRequest request, ServerCallContext context) => AnswerAsync<ListRelationsResponse>(request);

        public override Task<ListIssueStatesResponse> ListIssueStates(ListIssueStatesRequest request, ServerCallContext context) => AnswerAsync<ListIssueStatesResponse>(request);

        public override Task<ListContradictionsResponse> ListContradictions(ListContradictionsRequest request, ServerCallContext context) => AnswerAsync<ListContradictionsResponse>(request);

        public override Task<ListReportsResponse> ListReports(ListReportsRequest request, ServerCallContext context) => AnswerAsync<ListReportsResponse>(request);

        public override Task<CompareOutletsResponse> CompareOutlets(CompareOutletsRequest request, ServerCallContext context) => AnswerAsync<CompareOutletsResponse>(request);

        public override Task<FindSilenceResponse> FindSilence(FindSilenceRequest request, ServerCallContext context) => AnswerAsync<FindSilenceResponse>(request);

        public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => AnswerAsync<SearchResponse>(request);

        public override Task GetNetwork(GetNetworkRequest request, IServerStreamWriter<NetworkPart> responseStream, ServerCallContext context) => StreamAsync(request, gateway.Network, responseStream);

        public override Task ExportArticles(ExportArticlesRequest request, IServerStreamWriter<ExportedArticle> responseStream, ServerCallContext context) =>
            StreamAsync(request, gateway.Exported, responseStream);

        private async Task StreamAsync<T>(IMessage question, List<T> answers, IServerStreamWriter<T> stream)
        {
            gateway.Questions.Enqueue(question);
            foreach (var (i, answer) in answers.Index())
            {
                if (i == gateway.BreakStreamAfter)
                {
                    throw new RpcException(new Status(StatusCode.Internal, "broke in the middle"));
                }
                await stream.WriteAsync(answer);
            }
        }

        private Task<T> AnswerAsync<T>(IMessage question)
        {
            gateway.Questions.Enqueue(question);
            return Task.FromResult(gateway.Answers.OfType<T>().Single());
        }

        private void Note(Filter filter)
        {
            gateway.Filters.Enqueue(filter);
            if (gateway.Failure is { } failure)
            {
                throw failure;
            }
        }
    }
}
