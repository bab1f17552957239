using Grpc.Core;
using Sikap.Contracts;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Extraction;

internal sealed class ExtractionGrpcService(StatementExtractor extractor, CurrentEngine engine) : ExtractionService.ExtractionServiceBase
{
    // Nothing is stored, so one article is as good as another; ids of statements derive from it.
    private const string ArticleId = "unstored";

    public override Task<ExtractResponse> Extract(ExtractRequest request, ServerCallContext context)
    {
        var violations = ArticleRules.Check(request.Text, request.PublishedAt);
        if (violations.Count > 0)
            throw GrpcFault.BadRequest([.. violations.Select(v => new FieldViolation(v.Field, v.Description))]);
        var extracted = extractor.Extract(engine.Value, new Article
        {
            Id = ArticleId,
            Text = request.Text,
            Title = NullIfEmpty(request.Title),
            Publisher = NullIfEmpty(request.Publisher),
            Published = request.PublishedAt?.ToDateTimeOffset(),
        });
        var response = new ExtractResponse { Article = extracted.ToArticleInfo(url: null, acceptedAt: null, stanceCount: 0) };
        response.Statements.AddRange(extracted.Statements.Select(statement => statement.ToProto(extracted.Id)));
        response.Dates.AddRange(extracted.Dates.Select(mention => mention.ToProto(extracted)));
        return Task.FromResult(response);
    }

    private static string? NullIfEmpty(string value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
