using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Formats.Feeds;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

internal sealed class FeedGrpcService(IFeedStore store, FeedSubscriptions feeds, FeedPoller poller, WebFetcher fetcher, IOptions<FeedOptions> options) : FeedService.FeedServiceBase
{
    private const int MaxPage = 1_000;
    private const int DefaultPage = 100;
    private const int MaxReasonChars = 200;

    // Enough to see what they have in common.
    private const int MaxGivenUpShown = 10;

    public override async Task<AddFeedResponse> AddFeed(AddFeedRequest request, ServerCallContext context)
    {
        var url = Uri.TryCreate(request.Url, UriKind.Absolute, out var address) ? address : null;
        var violations = new List<FieldViolation>();
        if (request.Url.Length > AddressGuard.MaxUrlChars || url is null)
            violations.Add(new FieldViolation("url", $"must be an absolute http or https address of at most {AddressGuard.MaxUrlChars} characters"));
        else if (fetcher.Refusal(url) is { } refusal)
            violations.Add(new FieldViolation("url", refusal));
        SubmissionRules.CheckLine(violations, "publisher", request.Publisher, SubmissionRules.MaxPublisherChars);
        if (violations.Count > 0)
            throw GrpcFault.BadRequest(violations);
        if ((await store.CountAsync(context.CancellationToken)).Values.Sum() >= options.Value.MaxFeeds)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{options.Value.MaxFeeds} feeds are followed; remove one, or raise Ingestion:Feeds:MaxFeeds"));
        var (feed, added) = await feeds.AddAsync(WithoutFragment(url!), request.Publisher.Trim() is { Length: > 0 } publisher ? publisher : null, context.CancellationToken);
        poller.WakeUp();
        return new AddFeedResponse { Feed = ToProto(feed), AlreadyExists = !added };
    }

    public override async Task<ListFeedsResponse> ListFeeds(ListFeedsRequest request, ServerCallContext context)
    {
        var violations = new List<FieldViolation>();
        if (request.PageSize is < 0 or > MaxPage)
            violations.Add(new FieldViolation("page_size", $"must be 0 to {MaxPage}"));
        if (!System.Enum.IsDefined(request.State))
            violations.Add(new FieldViolation("state", "is no state of a feed"));
        if (request.PageToken.Length > AddressGuard.MaxUrlChars)
            violations.Add(new FieldViolation("page_token", "is no next_page_token of an answer"));
        if (violations.Count > 0)
            throw GrpcFault.BadRequest(violations);
        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var state = request.State == V1.FeedState.Unspecified ? (FeedState?)null : (FeedState)request.State;
        var found = await store.ListAsync(state, request.PageToken, size + 1, context.CancellationToken);
        return new ListFeedsResponse { Feeds = { found.Take(size).Select(ToProto) }, NextPageToken = found.Count > size ? found[size - 1].Url : "" };
    }

    public override async Task<V1.Feed> GetFeed(GetFeedRequest request, ServerCallContext context) =>
        await WithEntriesAsync(await store.FindAsync(Required(request.FeedId), context.CancellationToken), request.FeedId, context);

    public override async Task<V1.Feed> PauseFeed(PauseFeedRequest request, ServerCallContext context)
    {
        var violations = new List<FieldViolation>();
        SubmissionRules.CheckLine(violations, "reason", request.Reason, MaxReasonChars);
        if (violations.Count > 0)
            throw GrpcFault.BadRequest(violations);
        return await WithEntriesAsync(await feeds.PauseAsync(Required(request.FeedId), request.Reason is { Length: > 0 } reason ? reason : null, context.CancellationToken), request.FeedId, context);
    }

    public override async Task<V1.Feed> ResumeFeed(ResumeFeedRequest request, ServerCallContext context)
    {
        var feed = await feeds.ResumeAsync(Required(request.FeedId), context.CancellationToken);
        poller.WakeUp();
        return await WithEntriesAsync(feed, request.FeedId, context);
    }

    public override async Task<RemoveFeedResponse> RemoveFeed(RemoveFeedRequest request, ServerCallContext context) =>
        await store.RemoveAsync(Required(request.FeedId), context.CancellationToken) ? new RemoveFeedResponse() : throw GrpcFault.NotFound("feed", request.FeedId);

    public override async Task<V1.Feed> PollFeed(PollFeedRequest request, ServerCallContext context)
    {
        var feed = await feeds.PollAsync(Required(request.FeedId), context.CancellationToken);
        if (feed is { IsFollowed: false })
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "the feed is left alone; resume it"));
        poller.WakeUp();
        return await WithEntriesAsync(feed, request.FeedId, context);
    }

    /// <summary>Id of the feed that is meant, which may be named by its address.</summary>
    private static string Required(string feedId) => feedId.Length == 0 ? throw GrpcFault.BadRequest(new FieldViolation("feed_id", "must not be empty"))
        : feedId.Length <= AddressGuard.MaxUrlChars && Uri.TryCreate(feedId, UriKind.Absolute, out var url) ? FeedSubscriptions.IdOf(WithoutFragment(url))
        : feedId;

    private static Uri WithoutFragment(Uri url) => new(url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped));

    private async Task<V1.Feed> WithEntriesAsync(FeedRecord? feed, string id, ServerCallContext context)
    {
        var answer = ToProto(feed ?? throw GrpcFault.NotFound("feed", id));
        var counts = await store.CountEntriesAsync(feed.Id, context.CancellationToken);
        answer.Entries = new FeedEntries
        {
            Waiting = counts.GetValueOrDefault(EntryFate.Waiting), Stored = counts.GetValueOrDefault(EntryFate.Stored) + counts.GetValueOrDefault(EntryFate.Revisiting), GivenUp = counts.GetValueOrDefault(EntryFate.GivenUp),
        };
        if (answer.Entries.GivenUp > 0)
            answer.Entries.LatestGivenUp.AddRange((await store.ListGivenUpAsync(feed.Id, MaxGivenUpShown, context.CancellationToken)).Select(entry => new GivenUpEntry { Url = entry.Link ?? "", Reason = entry.Reason ?? "" }));
        return answer;
    }

    private static V1.Feed ToProto(FeedRecord feed) => new()
    {
        FeedId = feed.Id,
        Url = feed.Url,
        Title = feed.Title ?? "",
        Publisher = feed.Publisher ?? "",
        State = (V1.FeedState)feed.State,
        Reason = feed.Reason ?? "",
        Kind = feed.Kind switch
        {
            null => "",
            FeedKind.NewsSitemap => "news-sitemap",
            FeedKind.SitemapIndex => "sitemap-index",
            { } kind => kind.ToString().ToLowerInvariant(),
        },
        MovedTo = feed.MovedTo ?? "",
        AddedAt = feed.AddedAt.ToTimestamp(),
        PolledAt = feed.PolledAt?.ToTimestamp(),
        SucceededAt = feed.SucceededAt?.ToTimestamp(),
        NextPollAt = feed.IsFollowed ? feed.NextPoll.ToTimestamp() : null,
        Interval = feed.Interval > TimeSpan.Zero ? feed.Interval.ToDuration() : null,
        Failures = feed.Failures,
    };
}
