using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

internal sealed class CodebookGrpcService(ICodebookStore store, IssueBroadcaster broadcaster, ActorCatalog actors, IOptions<StanceClassificationOptions> options, TimeProvider time)
    : CodebookService.CodebookServiceBase
{
    // A merge of more is a mistake.
    private const int MaxMerged = 100;

    private const int MaxPageSize = 1_000;

    public override async Task<Issue> DefineIssue(DefineIssueRequest request, ServerCallContext context)
    {
        Require(IssueRules.Check(request.Issue, "issue"));
        return (await ChangeAsync(draft => draft.Define(request.Issue.ToNlp(), ParentOf(request.Issue)), context)).Entries.Select(ToProto).Single();
    }

    public override async Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context)
    {
        if (request.AtVersion < 0)
            throw GrpcFault.BadRequest(new FieldViolation("at_version", "must not be negative"));
        var entries = await store.ListAsync(request.AtVersion == 0 ? null : request.AtVersion, context.CancellationToken);
        var response = new ListIssuesResponse { CodebookVersion = entries.Count == 0 ? 0 : entries.Max(entry => entry.Version) };
        response.Issues.AddRange(entries.Where(entry => request.IncludeRetired || !entry.Retired).Select(ToProto));
        return response;
    }

    public override async Task<Issue> UpdateIssue(UpdateIssueRequest request, ServerCallContext context)
    {
        Require(IssueRules.Check(request.Issue, "issue"));
        return (await ChangeAsync(draft => draft.Update(request.Issue.ToNlp(), ParentOf(request.Issue)), context)).Entries.Select(ToProto).Single();
    }

    public override async Task<Issue> RetireIssue(RetireIssueRequest request, ServerCallContext context)
    {
        Require(IssueRules.CheckIds([request.Id], _ => "id"));
        return (await ChangeAsync(draft => draft.Retire(request.Id), context)).Entries.Select(ToProto).Single();
    }

    public override async Task<ImportIssuesResponse> ImportIssues(ImportIssuesRequest request, ServerCallContext context)
    {
        Require(IssueRules.CheckList(request.Issues, "issues", 1, MaxPageSize));
        var result = await ChangeAsync(draft => draft.Import([.. request.Issues.Select(issue => (issue.ToNlp(), ParentOf(issue), issue.Retired))]), context);
        return new ImportIssuesResponse { Issues = { result.Entries.Select(ToProto) }, CodebookVersion = result.Version };
    }

    public override async Task<MergeIssuesResponse> MergeIssues(MergeIssuesRequest request, ServerCallContext context)
    {
        var keepsWording = request.Into is { Proposition: "", Title: "", Terms.Count: 0 };
        var violations = IssueRules.CheckIds(request.SourceIds, index => $"source_ids[{index}]")
            .Concat(keepsWording ? IssueRules.CheckIds([request.Into!.Id], _ => "into.id") : IssueRules.Check(request.Into, "into")).ToList();
        if (request.SourceIds.Count is 0 or > MaxMerged)
            violations.Add(new FieldViolation("source_ids", $"has {request.SourceIds.Count} entries; 1 to {MaxMerged} are allowed"));
        if (request.Into is { } into && request.SourceIds.Contains(into.Id))
            violations.Add(new FieldViolation("into.id", "must not be one of source_ids"));
        Require(violations);
        var result = await ChangeAsync(draft => draft.Merge(request.SourceIds, request.Into!.ToNlp(), ParentOf(request.Into)), context);
        return new MergeIssuesResponse { Issue = ToProto(result.Entries[0]), CodebookVersion = result.Version };
    }

    public override async Task<SplitIssueResponse> SplitIssue(SplitIssueRequest request, ServerCallContext context)
    {
        Require([.. IssueRules.CheckIds([request.Id], _ => "id"), .. IssueRules.CheckList(request.Parts, "parts", 2, MaxMerged)]);
        var result = await ChangeAsync(draft => draft.Split(request.Id, [.. request.Parts.Select(part => (part.ToNlp(), ParentOf(part)))]), context);
        return new SplitIssueResponse { Parts = { result.Entries.Select(ToProto) }, CodebookVersion = result.Version };
    }

    public override async Task<ListIssueHistoryResponse> ListIssueHistory(ListIssueHistoryRequest request, ServerCallContext context)
    {
        var size = request.PageSize == 0 ? 100 : request.PageSize;
        var violations = request.IssueId.Length == 0 ? [] : IssueRules.CheckIds([request.IssueId], _ => "issue_id").ToList();
        if (size is < 1 or > MaxPageSize)
            violations.Add(new FieldViolation("page_size", $"must be 1 to {MaxPageSize}"));
        if (request.BeforeVersion < 0)
            violations.Add(new FieldViolation("before_version", "must not be negative"));
        Require(violations);
        var before = request.BeforeVersion == 0 ? long.MaxValue : request.BeforeVersion;
        var revisions = await store.ListHistoryAsync(request.IssueId.Length == 0 ? null : request.IssueId, before, size + 1, context.CancellationToken);
        return new ListIssueHistoryResponse
        {
            Revisions = { revisions.Take(size).Select(entry => new IssueRevision { Issue = ToProto(entry), Kind = (V1.IssueChangeKind)((int)entry.Kind + 1) }) },
            NextBeforeVersion = revisions.Count > size ? revisions[size - 1].Version : 0,
        };
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

    private static Issue ToProto(CodebookEntry entry) => entry.Issue.ToProto(entry.Retired, entry.Version, entry.ChangedAt, entry.Parent, entry.ReplacedBy);

    private static string? ParentOf(Issue issue) => issue.ParentId.Length == 0 ? null : issue.ParentId;

    private async Task<ChangeResult> ChangeAsync(Func<CodebookDraft, ChangeResult> change, ServerCallContext context)
    {
        var result = await store.ChangeAsync(change, options.Value.MaxIssues, time.GetUtcNow(), context.CancellationToken);
        switch (result.Outcome)
        {
            case ChangeOutcome.Unknown:
                throw GrpcFault.NotFound("issue", result.Id!);
            case ChangeOutcome.Taken:
                throw GrpcFault.AlreadyExists("issue", result.Id!);
            case ChangeOutcome.Full:
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"the codebook is full: {options.Value.MaxIssues} issues"));
            case ChangeOutcome.BadParent:
                throw GrpcFault.BadRequest(new FieldViolation("parent_id", $"the parent of '{result.Id}' must be in use, and no issue may be wider than itself"));
            case ChangeOutcome.TooManyTerms:
                throw GrpcFault.BadRequest(new FieldViolation("into.terms", $"with those of the merged issues there are more than {IssueRules.MaxTerms}"));
            case ChangeOutcome.Changed:
                broadcaster.Wake();
                break;
        }

        return result;
    }
}
