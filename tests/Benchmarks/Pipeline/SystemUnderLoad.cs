using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>What drives the services through the Gateway.</summary>
internal static class SystemUnderLoad
{
    /// <summary>Configuration of every process: the node, a virtual host nobody used before.</summary>
    public static async Task<Dictionary<string, string?>> SettingsAsync(RabbitNode node) => new()
    {
        ["Bus:Transport"] = "RabbitMq",
        ["Bus:Hosts"] = $"localhost:{node.Port}",
        ["Bus:VirtualHost"] = await node.NewVirtualHostAsync(),
        ["Bus:Username"] = RabbitNode.Username,
        ["Bus:Password"] = RabbitNode.Password,
    };

    /// <summary>Submits articles in one stream; returns their ids.</summary>
    /// <param name="articlesPerSecond">How fast; null = as fast as they are taken.</param>
    public static async Task<List<string>> SubmitAsync(GrpcChannel channel, List<string> texts, double? articlesPerSecond)
    {
        using var call = new IngestionService.IngestionServiceClient(channel).SubmitArticles();
        var accepted = Task.Run(async () =>
        {
            var ids = new List<string>();
            await foreach (var reply in call.ResponseStream.ReadAllAsync())
                ids.Add(reply.Accepted?.ArticleId ?? throw new InvalidOperationException($"refused: {reply.Rejected}"));
            return ids;
        });
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < texts.Count; number++)
        {
            // An open loop: what is due is sent, however far the system is.
            if (articlesPerSecond is { } rate && TimeSpan.FromSeconds(number / rate) - watch.Elapsed is var wait && wait > TimeSpan.FromMilliseconds(1))
                await Task.Delay(wait);
            // Of one outlet, articles made of the same text would be revisions of each other.
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = texts[number] });
        }

        await call.RequestStream.CompleteAsync();
        return await accepted;
    }

    /// <summary>Waits until so many articles are queryable, or in a language that is not read; returns how many they are by then.</summary>
    public static async Task<long> QueryableAsync(GrpcChannel channel, int count)
    {
        var client = new IngestionService.IngestionServiceClient(channel);
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        while (true)
        {
            var status = await client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), cancellationToken: end.Token);
            if (status.Failed > 0)
                throw new InvalidOperationException($"articles failed: {status}");
            if (status.Queryable + status.UnsupportedLanguage is var done && done >= count)
                return done;
            // Counting costs the service more the more articles it has.
            await Task.Delay(100, end.Token);
        }
    }

    /// <summary>Defines the codebook of the samples.</summary>
    public static async Task DefineIssuesAsync(GrpcChannel channel)
    {
        foreach (var issue in Samples.Issues())
        {
            var request = new DefineIssueRequest { Issue = new Issue { Id = issue.Id, Title = issue.Title, Proposition = issue.Proposition } };
            request.Issue.Terms.AddRange(issue.Terms);
            await new CodebookService.CodebookServiceClient(channel).DefineIssueAsync(request);
        }
    }
}
