using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the FeedService on.</summary>
internal sealed class FeedProxy(BackEnds backEnds, Forwarder forward) : FeedService.FeedServiceBase
{
    private readonly FeedService.FeedServiceClient _client = new(backEnds.Ingestion);

    public override Task<AddFeedResponse> AddFeed(AddFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.AddFeedAsync);

    public override Task<ListFeedsResponse> ListFeeds(ListFeedsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListFeedsAsync);

    public override Task<Feed> GetFeed(GetFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetFeedAsync);

    public override Task<Feed> PauseFeed(PauseFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.PauseFeedAsync);

    public override Task<Feed> ResumeFeed(ResumeFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ResumeFeedAsync);

    public override Task<RemoveFeedResponse> RemoveFeed(RemoveFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.RemoveFeedAsync);

    public override Task<Feed> PollFeed(PollFeedRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.PollFeedAsync);
}
