using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sikap.StanceClassification.Tests;

/// <summary>Chat completions over HTTP on a free port, with answers that the test chooses.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ChatServer(WebApplication app) => _app = app;

    /// <summary>Answers a request; its number counts from 1.</summary>
    public required Func<int, HttpContext, Task> Answer { get; set; }

    public ConcurrentQueue<(JsonNode Body, string? Authorization)> Requests { get; } = new();

    /// <summary>What belongs into <c>StanceClassification:Chat:Endpoint</c>.</summary>
    public string Endpoint { get; private set; } = "";

    public static async Task<ChatServer> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ChatServer(app) { Answer = answer };
        app.MapPost("/v1/chat/completions", async context =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            server.Requests.Enqueue((body!, context.Request.Headers.Authorization));
            await server.Answer(server.Requests.Count, context);
        });
        await app.StartAsync();
        server.Endpoint = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1/";
        return server;
    }

    /// <summary>A completion with this text.</summary>
    public static Task CompleteAsync(HttpContext context, string content, int promptTokens = 700, int completionTokens = 50) => context.Response.WriteAsync(new JsonObject
    {
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["finish_reason"] = "stop", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = promptTokens, ["completion_tokens"] = completionTokens, ["total_tokens"] = promptTokens + completionTokens },
    }.ToJsonString());

    /// <summary>The text of an answer with one stance.</summary>
    public static string Stance(string holder, string label, string evidence, string reason = "karena begitu", string modality = "asserted") => new JsonObject
    {
        ["stances"] = new JsonArray(new JsonObject { ["holder"] = holder, ["label"] = label, ["modality"] = modality, ["evidence"] = evidence, ["reason"] = reason }),
    }.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
