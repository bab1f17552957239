using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the ExtractionService on.</summary>
internal sealed class ExtractionProxy(BackEnds backEnds, Forwarder forward) : ExtractionService.ExtractionServiceBase
{
    private readonly ExtractionService.ExtractionServiceClient _client = new(backEnds.Extraction);

    public override Task<ExtractResponse> Extract(ExtractRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ExtractAsync);
}
