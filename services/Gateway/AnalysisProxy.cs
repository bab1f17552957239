using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the AnalysisService on.</summary>
internal sealed class AnalysisProxy(BackEnds backEnds, Forwarder forward) : AnalysisService.AnalysisServiceBase
{
    private readonly AnalysisService.AnalysisServiceClient _client = new(backEnds.StanceClassification);

    public override Task<AnalyzeResponse> Analyze(AnalyzeRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.AnalyzeAsync);
}
