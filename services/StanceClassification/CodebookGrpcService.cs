using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

internal sealed class CodebookGrpcService(ICodebookStore store, IssueBroadcaster broadcaster, ActorCatalog actors, IOptions<StanceClassificationOptions> options, TimeProvider time)
    : CodebookService.CodebookServiceBase
{
    public override async Task<Issue> DefineIssue(DefineIssueRequest request, ServerCallContext context)
    {
        Require(IssueRules.Check(request.Issue, "issue"));
        return Answer(await store.DefineAsync(request.Issue.ToNlp(), options.Value.MaxIssues, time.GetUtcNow(), context.CancellationToken), request.Issue.Id);
    }

    public override async Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context)
    {
        var entries = await store.ListAsync(context.CancellationToken);
        var response = new ListIssuesResponse { CodebookVersion = entries.Count == 0 ? 0 : entries.Max(entry => entry.Version) };
        response.Issues.AddRange(entries.Where(entry => request.IncludeRetired || !entry.Retired).Select(ToProto));
        return response;
    }

    public override async Task<Issue> UpdateIssue(UpdateIssueRequest request, ServerCallContext context)
    {
        Require(IssueRules.Check(request.Issue, "issue"));
        return Answer(await store.UpdateAsync(request.Issue.ToNlp(), time.GetUtcNow(), context.CancellationToken), request.Issue.Id);
    }

    public override async Task<Issue> RetireIssue(RetireIssueRequest request, ServerCallContext context)
    {
        if (IssueRules.IdProblem(request.Id) is { } problem)
            throw GrpcFault.BadRequest(new FieldViolation("id", problem));
        return Answer(await store.RetireAsync(request.Id, time.GetUtcNow(), context.CancellationToken), request.Id);
    }

    public override async Task<ActorEntry> DefineActor(DefineActorRequest request, ServerCallContext context)
    {
        if (request.Actor is null)
            throw GrpcFault.BadRequest(new FieldViolation("actor", "must be given"));
        return (await actors.DefineAsync([request.Actor], _ => "actor", context.CancellationToken)).Actors[0];
    }

    public override Task<DefineActorsResponse> DefineActors(DefineActorsRequest request, ServerCallContext context)
    {
        if (request.Actors.Count is 0 or > ActorRules.MaxBatch)
            throw GrpcFault.BadRequest(new FieldViolation("actors", $"has {request.Actors.Count} entries; 1 to {ActorRules.MaxBatch} are allowed"));
        return actors.DefineAsync(request.Actors, index => $"actors[{index}]", context.CancellationToken);
    }

    public override Task<ListActorEntriesResponse> ListActors(ListActorEntriesRequest request, ServerCallContext context)
        => actors.ListAsync(request.IncludeRetired, context.CancellationToken);

    public override Task<ActorEntry> RetireActor(RetireActorRequest request, ServerCallContext context) => actors.RetireAsync(request.Name, context.CancellationToken);

    private static void Require(IReadOnlyList<FieldViolation> violations)
    {
        if (violations.Count > 0)
            throw GrpcFault.BadRequest(violations);
    }

    private static Issue ToProto(CodebookEntry entry) => entry.Issue.ToProto(entry.Retired, entry.Version, entry.ChangedAt);

    private Issue Answer(ChangeResult result, string id)
    {
        switch (result.Outcome)
        {
            case ChangeOutcome.Unknown:
                throw GrpcFault.NotFound("issue", id);
            case ChangeOutcome.Taken:
                throw GrpcFault.AlreadyExists("issue", id);
            case ChangeOutcome.Full:
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"the codebook is full: {options.Value.MaxIssues} issues"));
            case ChangeOutcome.Changed:
                broadcaster.Wake();
                break;
        }

        return ToProto(result.Entry!);
    }
}
