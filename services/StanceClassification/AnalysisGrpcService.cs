using Grpc.Core;
using Sikap.Contracts;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

internal sealed class AnalysisGrpcService(CurrentActors actors, StanceClassifier classifier, CurrentCodebook codebooks) : AnalysisService.AnalysisServiceBase
{
    // Nothing is stored, so one article is as good as another; ids of statements and stances derive from it.
    private const string ArticleId = "unstored";

    public override async Task<AnalyzeResponse> Analyze(AnalyzeRequest request, ServerCallContext context)
    {
        var violations = Check(request);
        if (violations.Count > 0)
            throw GrpcFault.BadRequest(violations);
        var issues = request.Issues.Count > 0
            ? new IssuesInUse(new Codebook(0, [.. request.Issues.Select(issue => issue.ToNlp())]), new IssueMerges([], []))
            : await codebooks.GetAsync(context.CancellationToken);
        var engine = await actors.GetEngineAsync(context.CancellationToken);
        var extracted = engine.Extract(new Article
        {
            Id = ArticleId,
            Text = request.Text,
            Title = NullIfEmpty(request.Title),
            Publisher = NullIfEmpty(request.Publisher),
            Published = request.PublishedAt?.ToDateTimeOffset(),
        });
        var reading = await classifier.ClassifyAsync(extracted, issues, context.CancellationToken);
        var stances = reading.Stances;
        var response = new AnalyzeResponse { Article = extracted.ToArticleInfo(url: null, acceptedAt: null, stances.Count) };
        response.Statements.AddRange(extracted.Statements.Select(statement => statement.ToProto(extracted.Id)));
        response.Stances.AddRange(stances.Select(stance => stance.ToProto(extracted.Id, extracted.Publisher, issues.Codebook.Version)));
        response.Relations.AddRange(reading.Relations.Select(relation => relation.ToProto(extracted.Id, extracted.Publisher)));
        response.Dates.AddRange(extracted.Dates.Select(mention => mention.ToProto(extracted)));
        return response;
    }

    private static List<FieldViolation> Check(AnalyzeRequest request)
    {
        var violations = ArticleRules.Check(request.Text, request.PublishedAt).Select(problem => new FieldViolation(problem.Field, problem.Description)).ToList();
        violations.AddRange(IssueRules.CheckList(request.Issues, "issues", 0, IssueRules.MaxAdHocIssues));
        return violations;
    }

    private static string? NullIfEmpty(string value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
