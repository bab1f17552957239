using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

/// <summary>The error queues of all stages, for operators. Ingestion answers for them as it keeps account of how far each article has come.</summary>
internal sealed class DeadLetterGrpcService(IServiceProvider services, ILogger<DeadLetterGrpcService> logger) : DeadLetterService.DeadLetterServiceBase
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int MaxBodyBytes = 1_048_576;

    // Whoever looks for certain messages looks through whole queues, but not without end.
    private const int MaxVisited = 100_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The queues of all messages and of the faults that become an article's status.</summary>
    private static readonly string[] Queues =
    [
        .. typeof(ArticleIngested).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(ArticleIngested).Namespace && type.IsClass)
            .SelectMany(type => new[] { BusRegistration.QueueNameOf(type), BusRegistration.QueueNameOf(typeof(MassTransit.Fault<>).MakeGenericType(type)) })
            .Order(StringComparer.Ordinal),
    ];

    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        if (request.Limit is < 0 or > MaxLimit)
            throw GrpcFault.BadRequest(new FieldViolation("limit", $"must be 0 to {MaxLimit}"));
        var limit = request.Limit == 0 ? DefaultLimit : request.Limit;
        var response = new ListDeadLettersResponse();
        foreach (var queue in Selected(request.Queue))
        {
            if (await AskAsync(letters => letters.CountAsync(queue, context.CancellationToken)) is not { } count)
                continue;
            response.Queues.Add(new DeadLetterQueue { Name = queue, Messages = count });
            if (count > 0)
                await VisitAsync(queue, limit, message => Keep(() => response.Letters.Add(ToProto(message, withBody: false))), context);
        }

        return response;
    }

    public override async Task<DeadLetter> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context)
    {
        if (request.Id.Length == 0)
            throw GrpcFault.BadRequest(new FieldViolation("id", "must not be empty"));
        DeadLetter? found = null;
        foreach (var queue in Queues)
        {
            await VisitAsync(queue, MaxVisited, message => Keep(() => found = message.Id == request.Id ? ToProto(message, withBody: true) : found), context);
            if (found is not null)
                return found;
        }

        throw GrpcFault.NotFound("dead letter", request.Id);
    }

    public override Task<MovedDeadLetters> RetryDeadLetters(SelectDeadLettersRequest request, ServerCallContext context) => MoveAsync(request, DeadLetterFate.Retry, context);

    public override Task<MovedDeadLetters> DropDeadLetters(SelectDeadLettersRequest request, ServerCallContext context) => MoveAsync(request, DeadLetterFate.Drop, context);

    private static DeadLetterFate Keep(Action look)
    {
        look();
        return DeadLetterFate.Keep;
    }

    private static string[] Selected(string queue)
        => queue.Length == 0 ? Queues : Queues.Contains(queue, StringComparer.Ordinal) ? [queue]
            : throw GrpcFault.BadRequest(new FieldViolation("queue", $"must be one of {string.Join(", ", Queues)}"));

    private static DeadLetter ToProto(DeadLetterMessage message, bool withBody)
    {
        var letter = new DeadLetter
        {
            Id = message.Id,
            Queue = message.Queue,
            ErrorType = message.ErrorType,
            Reason = message.Reason,
            FailedAt = message.FailedAt?.ToTimestamp(),
            Body = withBody ? Encoding.UTF8.GetString(message.Body.Span[..Math.Min(message.Body.Length, MaxBodyBytes)]) : "",
        };
        try
        {
            using var envelope = JsonDocument.Parse(message.Body);
            letter.MessageType = envelope.RootElement.GetProperty("messageType")[0].GetString()?.Split(':')[^1] ?? "";
            letter.ArticleId = ArticleIdIn(envelope.RootElement.GetProperty("message"));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // What cannot be read is why it lies here; it is shown as it is.
        }

        return letter;
    }

    // Under article, or beside, or in a fault under the message that failed.
    private static string ArticleIdIn(JsonElement message)
    {
        if (message.TryGetProperty("article", out var article) && article.TryGetProperty("id", out var id))
            return id.GetString() ?? "";
        if (message.TryGetProperty("articleId", out var articleId))
            return articleId.GetString() ?? "";
        return message.TryGetProperty("message", out var faulted) ? ArticleIdIn(faulted) : "";
    }

    private async Task<MovedDeadLetters> MoveAsync(SelectDeadLettersRequest request, DeadLetterFate fate, ServerCallContext context)
    {
        if (request.Ids.Count == 0 && request.Queue.Length == 0)
            throw GrpcFault.BadRequest(new FieldViolation("ids", "name messages, or a queue whose messages are all meant"));
        var ids = request.Ids.ToHashSet(StringComparer.Ordinal);
        var moved = 0L;
        foreach (var queue in Selected(request.Queue))
            moved += await VisitAsync(queue, MaxVisited, message => ids.Count == 0 || ids.Contains(message.Id) ? fate : DeadLetterFate.Keep, context);
        logger.DeadLettersMoved(moved, fate.ToString());
        return new MovedDeadLetters { Moved = moved };
    }

    private Task<int> VisitAsync(string queue, int limit, Func<DeadLetterMessage, DeadLetterFate> decide, ServerCallContext context)
        => AskAsync(letters => letters.VisitAsync(queue, limit, decide, context.CancellationToken));

    private async Task<T> AskAsync<T>(Func<DeadLetters, Task<T>> ask)
    {
        var letters = services.GetService<DeadLetters>()
            ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, "the bus is in memory and keeps no dead letters; failed articles keep their reason, see their status"));
        try
        {
            return await ask(letters);
        }
        catch (BrokerUnavailableException exception)
        {
            throw GrpcFault.Unavailable(exception.Message, RetryAfter);
        }
    }
}
