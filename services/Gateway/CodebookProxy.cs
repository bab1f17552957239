using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the CodebookService on.</summary>
internal sealed class CodebookProxy(BackEnds backEnds, Forwarder forward) : CodebookService.CodebookServiceBase
{
    private readonly CodebookService.CodebookServiceClient _client = new(backEnds.StanceClassification);

    public override Task<Issue> DefineIssue(DefineIssueRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.DefineIssueAsync);

    public override Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListIssuesAsync);

    public override Task<Issue> UpdateIssue(UpdateIssueRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.UpdateIssueAsync);

    public override Task<Issue> RetireIssue(RetireIssueRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.RetireIssueAsync);

    public override Task<ImportIssuesResponse> ImportIssues(ImportIssuesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ImportIssuesAsync);

    public override Task<MergeIssuesResponse> MergeIssues(MergeIssuesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.MergeIssuesAsync);

    public override Task<SplitIssueResponse> SplitIssue(SplitIssueRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.SplitIssueAsync);

    public override Task<ListIssueHistoryResponse> ListIssueHistory(ListIssueHistoryRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListIssueHistoryAsync);

    public override Task<ActorEntry> DefineActor(DefineActorRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.DefineActorAsync);

    public override Task<DefineActorsResponse> DefineActors(DefineActorsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.DefineActorsAsync);

    public override Task<ListActorEntriesResponse> ListActors(ListActorEntriesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListActorsAsync);

    public override Task<ActorEntry> RetireActor(RetireActorRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.RetireActorAsync);
}
