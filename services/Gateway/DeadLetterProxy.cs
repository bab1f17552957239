using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the DeadLetterService on.</summary>
internal sealed class DeadLetterProxy(BackEnds backEnds, Forwarder forward) : DeadLetterService.DeadLetterServiceBase
{
    private readonly DeadLetterService.DeadLetterServiceClient _client = new(backEnds.Ingestion);

    public override Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListDeadLettersAsync);

    public override Task<DeadLetter> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetDeadLetterAsync);

    public override Task<MovedDeadLetters> RetryDeadLetters(SelectDeadLettersRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.RetryDeadLettersAsync);

    public override Task<MovedDeadLetters> DropDeadLetters(SelectDeadLettersRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.DropDeadLettersAsync);
}
