using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.TestKit;

namespace Sikap.StanceClassification.Tests;

/// <summary>The model as classifier, against a small server that plays the endpoint.</summary>
public sealed class ChatClassifierTests : IDisposable
{
    private const string Evidence = "Gubernur Sagara Budi Raharja menolak rencana pembangunan pelabuhan di Teluk Sagara.";
    private const string Text = $"JAKARTA - {Evidence} \"Kami menolak pembangunan pelabuhan itu,\" kata Budi di Jakarta, Senin (3/7/2023). Bupati Teluk Sagara Tono Wirawan hadir dalam pertemuan itu.";
    private const string Key = "sandi-rahasia-42";

    private static readonly Engine Engine = Engine.Create();
    private static readonly ExtractedArticle Article = Engine.Extract(new Article { Id = "a1", Text = Text, Publisher = "Kabar Uji" });
    private static readonly Issue Harbour = new("pelabuhan", "Pelabuhan", "Pemerintah membangun pelabuhan di Teluk Sagara", ["pelabuhan"]);
    private static readonly Codebook Codebook = new(3, [Harbour, new Issue("stasiun", "Stasiun", "Pemerintah membangun stasiun di Teluk Sagara", ["stasiun"])]);
    private static readonly AsyncLocal<ConcurrentQueue<string>?> Outcomes = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task GoodAnswer_TakesThePlaceOfTheRules_WithItsNameAndEvidence()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "neutral", "menolak rencana pembangunan pelabuhan", "  tidak\nsetuju  ")));

        var (reading, outcomes) = await ClassifyAsync(server, chat => (chat.ApiKey, chat.Confidence) = (Key, 0.61));

        var stance = reading.Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Holder.Name, stance.Label, stance.Confidence).ShouldBe(("pelabuhan", "Budi Raharja", StanceLabel.Neutral, 0.61));
        stance.Evidence.Text.ShouldBe(Evidence);
        Text[stance.Evidence.Start..stance.Evidence.End].ShouldBe(Evidence);
        (stance.Classifier, stance.Why).ShouldBe(("chat 1 model-uji", "chat model-uji: tidak setuju"));
        reading.States.ShouldBe(Engine.ReadIssues(Article, Codebook).States);
        outcomes.ShouldBe(["answered"]);
        // Only the issue that the article touches, in the form that the protocol asks for.
        var (body, authorization) = server.Requests.ShouldHaveSingleItem();
        authorization.ShouldBe($"Bearer {Key}");
        ((string?)body["model"], (string?)body["response_format"]!["type"]).ShouldBe(("model-uji", "json_schema"));
        var schema = body["response_format"]!["json_schema"]!["schema"]!["properties"]!["stances"]!["items"]!;
        schema["properties"]!["holder"]!["enum"]!.AsArray().Select(name => (string?)name).ShouldContain("Budi Raharja");
        schema["required"]!.AsArray().Count.ShouldBe(5);
        ((string?)body["messages"]![1]!["content"])!.ShouldContain(Text);
    }

    [Fact]
    public async Task GoodAnswer_NobodyHasAPosition_NoStance()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, """{"stances": []}"""));

        var (reading, outcomes) = await ClassifyAsync(server);

        reading.Stances.ShouldBeEmpty();
        outcomes.ShouldBe(["answered"]);
    }

    [Theory]
    [InlineData("Budi Raharja", "Gubernur Sagara menolak keras rencana pelabuhan itu.")]
    [InlineData("Budi Raharja", "gubernur sagara budi raharja menolak rencana")]
    [InlineData("Budi Raharja", "menolak")]
    [InlineData("Sri Lestari", Evidence)]
    public async Task InventedEvidenceOrHolder_AnswerIsDropped_TheRulesStandInAndSaySo(string holder, string evidence)
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance(holder, "support", evidence)));

        var (reading, outcomes) = await ClassifyAsync(server);

        ShouldBeTheRules(reading, "chat answer not borne out by the article");
        outcomes.ShouldBe(["invented"]);
    }

    [Theory]
    [InlineData("Menurut saya, Budi menolak.")]
    [InlineData("""{"stances": [{"holder": "Budi Raharja", "label": "against", "modality": "asserted", "evidence": "x", "reason": "x"}]}""")]
    [InlineData("""{"stances": [{"holder": "Budi Raharja", "label": "oppose"}]}""")]
    [InlineData("""{"stances": [null]}""")]
    [InlineData("""{"stance": []}""")]
    [InlineData("null")]
    public async Task MalformedAnswer_TheRulesStandIn(string answer)
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, answer));

        var (reading, outcomes) = await ClassifyAsync(server);

        ShouldBeTheRules(reading, "chat answer malformed");
        outcomes.ShouldBe(["malformed"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("<html>502</html>", "malformed")]
    [InlineData("""{"choices": []}""", "malformed")]
    [InlineData("""{"choices": [{"finish_reason": "length", "message": {"content": "{\"stances\": []}"}}]}""", "malformed")]
    [InlineData("""{"choices": [{"finish_reason": "stop", "message": {"content": null, "refusal": "Tidak."}}]}""", "refused")]
    public async Task MalformedCompletion_TheRulesStandIn(string completion, string outcome)
    {
        await using var server = await ChatServer.StartAsync((_, context) => context.Response.WriteAsync(completion));

        var (reading, outcomes) = await ClassifyAsync(server);

        ShouldBeTheRules(reading, outcome == "refused" ? "chat endpoint refused" : "chat answer malformed");
        outcomes.ShouldBe([outcome]);
    }

    [Fact]
    public async Task SlowEndpoint_IsGivenUp_TheRulesStandIn()
    {
        var time = new ManualTime();
        var limit = TimeSpan.FromSeconds(20);
        await using var server = await ChatServer.StartAsync((_, context) =>
        {
            time.Advance(limit);
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await using var asked = Build(server, chat => (chat.RequestTimeout, chat.ArticleTimeout, chat.MaxAttempts, chat.RetryDelay) = (limit, 3 * limit, 2, TimeSpan.Zero), time);

        var (reading, outcomes) = await WatchAsync(() => asked.Classifier.ClassifyAsync(Article, Codebook, Token));

        ShouldBeTheRules(reading, "chat endpoint too slow");
        outcomes.ShouldBe(["slow"]);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task FailingEndpoint_IsAskedAgain_ThenAnswers()
    {
        await using var server = await ChatServer.StartAsync((number, context) => number < 3 ? FailAsync(context, 500) : ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence)));

        var (reading, outcomes) = await ClassifyAsync(server);

        reading.Stances.ShouldHaveSingleItem().Classifier.ShouldBe("chat 1 model-uji");
        outcomes.ShouldBe(["answered"]);
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task FailingEndpoint_AllAttemptsFail_NobodyIsAskedForAWhile()
    {
        await using var server = await ChatServer.StartAsync((_, context) => FailAsync(context, 503));
        var time = new ManualTime();
        await using var asked = Build(server, chat => (chat.MaxAttempts, chat.AwayPause) = (1, TimeSpan.FromSeconds(30)), time);

        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article, Codebook, Token), "chat endpoint away");
        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article, Codebook, Token), "chat endpoint away");
        server.Requests.Count.ShouldBe(1);

        time.Advance(TimeSpan.FromSeconds(30));
        server.Answer = (_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence));
        (await asked.Classifier.ClassifyAsync(Article, Codebook, Token)).Stances.ShouldHaveSingleItem().Classifier.ShouldBe("chat 1 model-uji");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TooManyRequests_RetryAfter_IsKeptTo(bool asDate)
    {
        var time = new ManualTime();
        await using var server = await ChatServer.StartAsync((number, context) =>
        {
            if (number > 1)
                return ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence));
            context.Response.Headers.RetryAfter = asDate ? time.GetUtcNow().AddSeconds(40).ToString("R", CultureInfo.InvariantCulture) : "40";
            return FailAsync(context, 429);
        });
        await using var asked = Build(server, chat => chat.ArticleTimeout = TimeSpan.FromSeconds(60), time);

        var answer = asked.Classifier.ClassifyAsync(Article, Codebook, Token);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(40), Token);
        time.Advance(TimeSpan.FromSeconds(39));
        server.Requests.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(1));

        (await answer.WaitAsync(Patience, Token)).Stances.ShouldHaveSingleItem().Classifier.ShouldBe("chat 1 model-uji");
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task TooManyRequests_RetryAfterLongerThanTheArticleMayTake_TheRulesStandInAtOnceAndNobodyAsksBefore()
    {
        var time = new ManualTime();
        await using var server = await ChatServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = "90";
            return FailAsync(context, 429);
        });
        await using var asked = Build(server, chat => chat.ArticleTimeout = TimeSpan.FromSeconds(60), time);

        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article, Codebook, Token), "chat endpoint away");
        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article, Codebook, Token), "chat endpoint away");

        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(302)]
    public async Task RefusingEndpoint_IsNotAskedAgain(int status)
    {
        await using var server = await ChatServer.StartAsync((_, context) => FailAsync(context, status));

        var (reading, outcomes) = await ClassifyAsync(server);

        ShouldBeTheRules(reading, "chat endpoint refused");
        outcomes.ShouldBe(["refused"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task NobodyListens_TheRulesStandIn()
    {
        string endpoint;
        await using (var server = await ChatServer.StartAsync((_, _) => Task.CompletedTask))
            endpoint = server.Endpoint;

        await using var asked = Build(endpoint, null, TimeProvider.System);

        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article, Codebook, Token), "chat endpoint away");
    }

    [Fact]
    public async Task OverBudget_IsNotAsked_TheRulesStandIn()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence), promptTokens: 700, completionTokens: 50));
        await using var asked = Build(server, chat => (chat.RequestsPerHour, chat.CacheEntries) = (1, 1), TimeProvider.System);

        (await asked.Classifier.ClassifyAsync(Article, Codebook, Token)).Stances.ShouldHaveSingleItem().Classifier.ShouldBe("chat 1 model-uji");
        var (reading, outcomes) = await WatchAsync(() => asked.Classifier.ClassifyAsync(Article with { Text = Text + " " }, Codebook, Token));

        ShouldBeTheRules(reading, "chat budget spent");
        outcomes.ShouldBe(["over_budget"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task TokenBudget_CountsWhatTheEndpointSays()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, """{"stances": []}""", promptTokens: 40_000, completionTokens: 9_000));
        await using var asked = Build(server, chat => chat.TokensPerDay = 50_000, TimeProvider.System);

        (await asked.Classifier.ClassifyAsync(Article, Codebook, Token)).Stances.ShouldBeEmpty();
        ShouldBeTheRules(await asked.Classifier.ClassifyAsync(Article with { Text = Text + " " }, Codebook, Token), "chat budget spent");
    }

    [Fact]
    public async Task SameQuestion_IsAskedOnce_AlsoAfterARestart()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence)));
        var (first, _) = await ClassifyAsync(server);

        var (second, outcomes) = await ClassifyAsync(server);

        second.Stances.ShouldBe(first.Stances);
        outcomes.ShouldBe(["cached"]);
        server.Requests.Count.ShouldBe(1);
        await ClassifyAsync(server, codebook: new Codebook(4, [Harbour with { Proposition = "Pemerintah membangun pelabuhan besar" }]));
        await ClassifyAsync(server, chat => chat.Model = "model-lain");
        await ClassifyAsync(server, article: Article with { Text = Text + " Selesai." });
        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task MoreIssuesThanMayBeAsked_TheRestIsLeftToTheRules()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, """{"stances": []}"""));

        var (reading, outcomes) = await ClassifyAsync(
            server, chat => chat.MaxIssuesPerArticle = 1, new Codebook(1, [new Issue("gubernur", "Gubernur", "Gubernur Sagara mundur", ["gubernur"]), Harbour]));

        ShouldBeTheRules(reading, "too much to ask a model");
        outcomes.Order().ShouldBe(["answered", "too_much"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Host_WithoutAnEndpoint_UsesTheRulesAndMakesNoStore()
    {
        await using var host = await ClassificationHost.StartAsync(folder: _folder);

        host.Services.GetRequiredService<IStanceClassifier>().ShouldBeOfType<RuleClassifier>();
        File.Exists(Path.Combine(_folder, SqliteChatStore.FileName)).ShouldBeFalse();
    }

    [Fact]
    public async Task Host_WithAnEndpoint_PublishesWhatTheModelFound()
    {
        await using var server = await ChatServer.StartAsync((_, context) => ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", Evidence)));
        var keyFile = Path.Combine(_folder, "kunci");
        await File.WriteAllTextAsync(keyFile, $"{Key}\nbaris lain", Token);
        await using var host = await ClassificationHost.StartAsync(new()
        {
            [$"{ChatOptions.Section}:Endpoint"] = server.Endpoint,
            [$"{ChatOptions.Section}:Model"] = "model-uji",
            [$"{ChatOptions.Section}:ApiKeyFile"] = keyFile,
        });
        await host.Codebook.DefineIssueAsync(new V1.DefineIssueRequest { Issue = new V1.Issue { Id = Harbour.Id, Title = Harbour.Title, Proposition = Harbour.Proposition, Terms = { Harbour.Terms } } }, ClassificationHost.Deadline);

        await host.PublishAsync(new StatementsExtracted { Article = Article, AcceptedAt = DateTimeOffset.UnixEpoch });

        (await host.NextClassifiedAsync()).Stances.ShouldHaveSingleItem().Classifier.ShouldBe("chat 1 model-uji");
        server.Requests.ShouldHaveSingleItem().Authorization.ShouldBe($"Bearer {Key}");
    }

    [Theory]
    [InlineData("Model", "", "Model")]
    [InlineData("Endpoint", "ftp://model.example", "Endpoint")]
    [InlineData("Endpoint", "https://nama:sandi-rahasia-42@model.example/v1", "Endpoint")]
    [InlineData("Endpoint", "http://model.example/v1", "Endpoint must be https where a key is sent")]
    [InlineData("ApiKey", "sandi-rahasia-42 dengan spasi", "ApiKey")]
    [InlineData("ApiKeyFile", "/tidak/ada/kunci", "ApiKeyFile")]
    [InlineData("RequestsPerHour", "0", "RequestsPerHour")]
    public async Task Host_BadOption_RefusesToStartAndNamesItWithoutItsSecret(string option, string value, string named)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"{ChatOptions.Section}:Endpoint"] = "https://model.example/v1", [$"{ChatOptions.Section}:Model"] = "model-uji", [$"{ChatOptions.Section}:ApiKey"] = Key,
        };
        settings[$"{ChatOptions.Section}:{option}"] = value;

        var error = await Should.ThrowAsync<OptionsValidationException>(async () => await (await ClassificationHost.StartAsync(settings)).DisposeAsync());

        error.Message.ShouldContain(named);
        error.ToString().ShouldNotContain(Key);
    }

    [Fact]
    public async Task Log_WhateverHappens_HoldsNoKeyAndNoText()
    {
        var log = new Log();
        await using var server = await ChatServer.StartAsync((number, context) => number == 1
            ? FailAsync(context, 500, $"Bearer {Key} {Text}")
            : ChatServer.CompleteAsync(context, ChatServer.Stance("Budi Raharja", "oppose", "Kalimat karangan model.")));

        await using var asked = Build(server.Endpoint, chat => chat.ApiKey = Key, TimeProvider.System, log);
        await asked.Classifier.ClassifyAsync(Article, Codebook, Token);

        server.Requests.Count.ShouldBe(2);
        log.Lines.ShouldContain(line => line.Contains("chat.failed status 500", StringComparison.Ordinal));
        log.Lines.ShouldAllBe(line => !line.Contains(Key, StringComparison.Ordinal) && !line.Contains("pelabuhan", StringComparison.Ordinal) && !line.Contains("karangan", StringComparison.Ordinal));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void ShouldBeTheRules(IssueReading reading, string reason)
    {
        var expected = Engine.ReadIssues(Article, Codebook).Stances.ShouldHaveSingleItem();
        reading.Stances.ShouldHaveSingleItem().ShouldBe(expected with { Id = reading.Stances[0].Id, Why = $"{expected.Why} ({reason}: the rules stand in)" });
        expected.Classifier.ShouldBe(Engine.StanceRules);
    }

    private static Task FailAsync(HttpContext context, int status, string body = "")
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }

    private async Task<(IssueReading Reading, IReadOnlyList<string> Outcomes)> ClassifyAsync(
        ChatServer server, Action<ChatOptions>? configure = null, Codebook? codebook = null, ExtractedArticle? article = null)
    {
        await using var asked = Build(server, configure, TimeProvider.System);
        return await WatchAsync(() => asked.Classifier.ClassifyAsync(article ?? Article, codebook ?? Codebook, Token));
    }

    /// <summary>What the metric of this call's questions said; others run at the same time.</summary>
    private static async Task<(IssueReading Reading, IReadOnlyList<string> Outcomes)> WatchAsync(Func<Task<IssueReading>> classify)
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "sikap.stance_classification.chat.answers")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Outcomes.Value?.Enqueue((string)tags[0].Value!));
        listener.Start();
        var outcomes = Outcomes.Value = new ConcurrentQueue<string>();
        return (await classify().WaitAsync(Patience, Token), [.. outcomes]);
    }

    private Asked Build(ChatServer server, Action<ChatOptions>? configure, TimeProvider time) => Build(server.Endpoint, configure, time);

    private Asked Build(string endpoint, Action<ChatOptions>? configure, TimeProvider time, Log? log = null)
    {
        var options = new ChatOptions { Endpoint = endpoint, Model = "model-uji", RetryDelay = TimeSpan.FromMilliseconds(1) };
        configure?.Invoke(options);
        return new Asked(new SqliteChatStore(_folder), options, time, log ?? new Log());
    }

    private sealed class Asked : IAsyncDisposable
    {
        private readonly SqliteChatStore _store;
        private readonly ChatEndpoint _endpoint;

        public Asked(SqliteChatStore store, ChatOptions options, TimeProvider time, Log log)
        {
            _store = store;
            _endpoint = new ChatEndpoint(Options.Create(options), store, time, log);
            Classifier = new ChatClassifier(new RuleClassifier(Engine), _endpoint, store, Options.Create(options), time);
        }

        public ChatClassifier Classifier { get; }

        public ValueTask DisposeAsync()
        {
            _endpoint.Dispose();
            return _store.DisposeAsync();
        }
    }

    private sealed class Log : ILogger<ChatEndpoint>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
