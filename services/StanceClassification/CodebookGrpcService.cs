using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

internal sealed class CodebookGrpcService(ICodebookStore store, IssueBroadcaster broadcaster, IOptions<StanceClassificationOptions> options, TimeProvider time)
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
