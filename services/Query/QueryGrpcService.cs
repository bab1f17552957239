using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Query;

/// <summary>Answers from the read model.</summary>
internal sealed class QueryGrpcService(IReadModel store, WatchStream watch, IOptions<QueryOptions> options) : QueryService.QueryServiceBase
{
    public override async Task<ListStatementsResponse> ListStatements(ListStatementsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        var page = await ListAsync(
            check, request.PageSize, request.PageToken, new ListStatementsRequest { Filter = filter },
            wanted => store.ListStatementsAsync(filter, wanted, context.CancellationToken));
        var response = new ListStatementsResponse { NextPageToken = page.Token, Total = page.Total };
        response.Statements.AddRange(page.Items);
        return response;
    }

    public override async Task<ListStancesResponse> ListStances(ListStancesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        var page = await ListAsync(
            check, request.PageSize, request.PageToken, new ListStancesRequest { Filter = filter },
            wanted => store.ListStancesAsync(filter, wanted, context.CancellationToken));
        var response = new ListStancesResponse { NextPageToken = page.Token, Total = page.Total };
        response.Stances.AddRange(page.Items);
        return response;
    }

    public override async Task<Matrix> GetMatrix(GetMatrixRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        check.ThrowIfInvalid();
        return await store.GetMatrixAsync(filter, options.Value.MaxMatrixCells, context.CancellationToken);
    }

    public override async Task<GetTimelineResponse> GetTimeline(GetTimelineRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        var page = await ListAsync(
            check, request.PageSize, request.PageToken, new GetTimelineRequest { Filter = filter },
            wanted => store.GetTimelineAsync(filter, wanted, context.CancellationToken));
        var response = new GetTimelineResponse { NextPageToken = page.Token, Total = page.Total };
        response.Entries.AddRange(page.Items);
        return response;
    }

    public override async Task<ListActorsResponse> ListActors(ListActorsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var part = check.Text("name_contains", request.NameContains);
        var page = await ListAsync(
            check, request.PageSize, request.PageToken, new ListActorsRequest { NameContains = part },
            wanted => store.ListActorsAsync(part, wanted, context.CancellationToken));
        var response = new ListActorsResponse { NextPageToken = page.Token, Total = page.Total };
        response.Actors.AddRange(page.Items);
        return response;
    }

    public override async Task<ListArticlesResponse> ListArticles(ListArticlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        var page = await ListAsync(
            check, request.PageSize, request.PageToken, new ListArticlesRequest { Filter = filter },
            wanted => store.ListArticlesAsync(filter, wanted, context.CancellationToken));
        var response = new ListArticlesResponse { NextPageToken = page.Token, Total = page.Total };
        response.Articles.AddRange(page.Items);
        return response;
    }

    public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Text("article_id", request.ArticleId);
        check.Require(id.Length > 0, "article_id", "must not be empty");
        check.ThrowIfInvalid();
        return await store.FindArticleAsync(id, context.CancellationToken) ?? throw GrpcFault.NotFound("article", id);
    }

    public override Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context) =>
        store.GetStatusAsync(context.CancellationToken);

    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        var filter = check.Filter(request.Filter);
        long? cursor = null;
        if (request.Cursor.Length > 0)
        {
            var valid = long.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var given);
            check.Require(
                valid && given <= await store.GetLastEventAsync(context.CancellationToken), "cursor", "must be the cursor of an event of this ledger, 0 or empty");
            cursor = given;
        }
        check.ThrowIfInvalid();
        await watch.RunAsync(filter, cursor, responseStream, context.CancellationToken);
    }

    private static async Task<(IReadOnlyList<T> Items, string Token, long Total)> ListAsync<T>(
        RequestCheck check, int size, string token, IMessage question, Func<PageRequest, Task<Page<T>>> list)
    {
        var (wanted, counted) = check.Page(size, token, question);
        check.ThrowIfInvalid();
        var page = await list(wanted);
        var total = page.Total ?? counted ?? 0;
        return (page.Items, page.NextKey is null ? "" : PageToken.Encode(question, page.NextKey, total), total);
    }
}
