using System.Threading.Channels;
using Google.Rpc;
using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Extraction.Tests;

public sealed class ExtractionTests
{
    private const string Text = "JAKARTA - Menteri Pertahanan Budi Raharja menolak rencana itu. \"Kami tidak setuju dengan pembangunan pangkalan,\" kata Budi di Jakarta, Senin (3/7/2023).";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly DateTimeOffset Then = new(2023, 7, 3, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ArticleIngested_WithAQuotation_StatementsExtractedKeepTheArticle()
    {
        await using var host = await ExtractionHost.StartAsync();

        await host.PublishAsync(new ArticleIngested
        {
            Article = new Article { Id = "a1", Text = Text, Publisher = "Kabar Uji" },
            Url = "https://contoh.example/1",
            AcceptedAt = Then,
        });

        var context = await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        context.Message.Url.ShouldBe("https://contoh.example/1");
        context.Message.AcceptedAt.ShouldBe(Then);
        var article = context.Message.Article;
        article.Id.ShouldBe("a1");
        article.Text.ShouldBe(Text);
        article.Publisher.ShouldBe("Kabar Uji");
        article.Language.ShouldBe("id");
        var statement = article.Statements.ShouldHaveSingleItem();
        statement.Content.Span.In(Text).ShouldStartWith("Kami tidak setuju dengan pembangunan pangkalan");
        context.MessageId.ShouldBe(BoundedPublisher.MessageIdOf<StatementsExtracted>($"a1 {article.EngineVersion}"));
    }

    [Fact]
    public async Task ArticleIngested_Twice_SameMessageIdAndContent()
    {
        await using var host = await ExtractionHost.StartAsync();
        var message = new ArticleIngested { Article = new Article { Id = "a1", Text = Text }, AcceptedAt = Then };

        await host.PublishAsync(message);
        await host.PublishAsync(message);

        var first = await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        var second = await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        second.MessageId.ShouldBe(first.MessageId);
        second.Message.Article.Statements.Select(statement => statement.Id).ShouldBe(first.Message.Article.Statements.Select(statement => statement.Id));
    }

    [Fact]
    public async Task ArticleIngested_ResultTooLarge_FaultWithTheNumbersAndTheNextArticlePasses()
    {
        await using var host = await ExtractionHost.StartAsync(new() { ["Bus:MaxMessageBytes"] = "20000", ["Extraction:ActorsTimeout"] = "00:00:00" });
        host.Host.ExpectsErrors = true;

        await host.PublishAsync(new ArticleIngested { Article = new Article { Id = "big", Text = Text + string.Concat(Enumerable.Repeat(" Warga desa berkumpul di balai desa.", 500)) }, AcceptedAt = Then });
        var fault = await host.Faults.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        await host.PublishAsync(new ArticleIngested { Article = new Article { Id = "small", Text = Text }, AcceptedAt = Then });

        fault.Message.Article.Id.ShouldBe("big");
        fault.Exceptions[0].Message.ShouldMatch("MessageTooLargeException: StatementsExtracted takes [0-9]+ bytes; messages are limited to 20000 bytes$");
        (await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Message.Article.Id.ShouldBe("small");
    }

    [Fact]
    public async Task ArticleIngested_LongestArticleOfOrdinaryDensity_FitsInAMessage()
    {
        // A statement about every 260 characters, as in the articles of outlets.
        await using var host = await ExtractionHost.StartAsync();
        const string passage = "\"Kami menolak pembangunan pangkalan itu,\" kata Menteri Pertahanan Budi Raharja. Warga desa berkumpul di balai desa sejak pagi untuk mendengar penjelasan dari kecamatan. "
            + "Mereka datang dengan berjalan kaki dan membawa spanduk panjang. Pertemuan berlangsung sampai sore hari.\n";
        var text = string.Concat(Enumerable.Repeat(passage, 1 + 200_000 / passage.Length))[..200_000];

        await host.PublishAsync(new ArticleIngested { Article = new Article { Id = "long", Text = text }, AcceptedAt = Then });

        var article = (await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Message.Article;
        article.Text.Length.ShouldBe(200_000);
        article.Statements.Count.ShouldBeGreaterThan(700);
    }

    [Fact]
    public async Task ArticleIngested_OtherLanguage_PassedOnWithItsLanguage()
    {
        await using var host = await ExtractionHost.StartAsync();

        await host.PublishAsync(new ArticleIngested
        {
            Article = new Article { Id = "en", Text = "The minister said on Monday that the government would not support the plan, because it was too expensive for the people of the island." },
            AcceptedAt = Then,
        });

        var article = (await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Message.Article;
        article.Language.ShouldNotBe("id");
        article.Statements.ShouldBeEmpty();
    }

    [Fact]
    public async Task Extract_Text_StatementsWithSpans()
    {
        await using var host = await ExtractionHost.StartAsync();

        var response = await host.Client.ExtractAsync(new ExtractRequest { Text = Text, Publisher = "Kabar Uji" }, Deadline());

        response.Article.Language.ShouldBe("id");
        response.Article.Publisher.ShouldBe("Kabar Uji");
        var statement = response.Statements.ShouldHaveSingleItem();
        Text[statement.Content.Start..statement.Content.End].ShouldBe(statement.Content.Text);
        statement.Kind.ShouldBe(V1.StatementKind.Direct);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Menteri\0menolak")]
    public async Task Extract_BadText_InvalidArgument(string text)
    {
        await using var host = await ExtractionHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Client.ExtractAsync(new ExtractRequest { Text = text }, Deadline()));

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.ToStatus().Details[0].Unpack<BadRequest>().FieldViolations.ShouldHaveSingleItem().Field.ShouldBe("text");
    }

    [Fact]
    public async Task ActorsChanged_Alias_StatementsOfTheActorUnderAVersionOfTheirOwn()
    {
        await using var host = await ExtractionHost.StartAsync(new() { ["Extraction:ActorsTimeout"] = "00:01:00" });
        var asked = await host.Requests.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        // The article is there first; it waits for the answer.
        await host.PublishAsync(new ArticleIngested { Article = new Article { Id = "a1", Text = "Koptara menyatakan pangkalan itu harus dipindahkan." }, AcceptedAt = Then });
        await host.PublishAsync(new ActorsChanged { Version = 3, Actors = [new Nlp.ActorEntry { Name = "Koperasi Nelayan Utara", Type = Nlp.ActorType.Organization, Aliases = ["Koptara"] }] });

        asked.Queue.ShouldStartWith("actors-changed-");
        var article = (await host.Extracted.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Message.Article;
        article.Statements.ShouldHaveSingleItem().Speaker!.Name.ShouldBe("Koperasi Nelayan Utara");
        article.EngineVersion.ShouldStartWith($"{Engine.Create().Version}+3.");
        (await host.Client.ExtractAsync(new ExtractRequest { Text = "Menurut Koptara, pangkalan itu harus dipindahkan." }, Deadline())).Statements[0].Speaker.Name.ShouldBe("Koperasi Nelayan Utara");
    }

    [Fact]
    public async Task ActorsChanged_OlderThanKnown_ChangesNothing()
    {
        await using var host = await ExtractionHost.StartAsync();
        var engine = host.Host.App.Services.GetRequiredService<CurrentEngine>();
        Nlp.ActorEntry[] actors = [new() { Name = "Koperasi Nelayan Utara", Type = Nlp.ActorType.Organization }];

        engine.Learn(actors, 4);
        var known = engine.Value;
        engine.Learn([], 3);
        engine.Learn(actors, 4);

        engine.Value.ShouldBeSameAs(known);
        engine.Learn([], 5);
        engine.Value.Version.ShouldStartWith($"{Engine.Create().Version}+5.");
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("02:00:00")]
    public async Task Start_BadActorsTimeout_RefusesAndNamesIt(string value)
    {
        var error = await Should.ThrowAsync<Exception>(async () => await ExtractionHost.StartAsync(new() { ["Extraction:ActorsTimeout"] = value }));

        error.ToString().ShouldContain("ActorsTimeout");
    }

    [Fact]
    public void Telemetry_Instruments_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    private static CallOptions Deadline() => new(deadline: DateTime.UtcNow.AddSeconds(15));

    private sealed class ExtractionHost : IAsyncDisposable
    {
        private ExtractionHost(ServiceHost host)
        {
            Host = host;
            Client = new ExtractionService.ExtractionServiceClient(host.Channel);
            Extracted = host.App.Services.GetRequiredService<Channel<ConsumeContext<StatementsExtracted>>>();
            Faults = host.App.Services.GetRequiredService<Channel<Fault<ArticleIngested>>>();
            Requests = host.App.Services.GetRequiredService<Channel<ActorsRequested>>();
        }

        public ServiceHost Host { get; }

        public ExtractionService.ExtractionServiceClient Client { get; }

        public Channel<ConsumeContext<StatementsExtracted>> Extracted { get; }

        public Channel<Fault<ArticleIngested>> Faults { get; }

        public Channel<ActorsRequested> Requests { get; }

        public static async Task<ExtractionHost> StartAsync(Dictionary<string, string?>? settings = null) => new(await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("extraction", defaultPort: 0);
                builder.AddExtraction();
                builder.Services.AddSingleton(Channel.CreateUnbounded<ConsumeContext<StatementsExtracted>>());
                builder.Services.AddSingleton(Channel.CreateUnbounded<Fault<ArticleIngested>>());
                builder.Services.AddSingleton(Channel.CreateUnbounded<ActorsRequested>());
                builder.AddBus(bus =>
                {
                    bus.AddExtractionConsumers();
                    bus.AddConsumer<ActorsRequestedConsumer>();
                    bus.AddConsumer<StatementsExtractedConsumer>();
                    bus.AddConsumer<ArticleIngestedFaultConsumer>();
                });
            },
            app =>
            {
                app.MapServiceDefaults();
                app.MapExtraction();
            }, settings ?? new() { ["Extraction:ActorsTimeout"] = "00:00:00" }));

        public Task PublishAsync<T>(T message)
            where T : class
            => Host.App.Services.GetRequiredService<IBus>().Publish(message).WaitAsync(Patience);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    /// <summary>Stands in for StanceClassification.</summary>
    private sealed class StatementsExtractedConsumer(Channel<ConsumeContext<StatementsExtracted>> extracted) : IConsumer<StatementsExtracted>
    {
        public async Task Consume(ConsumeContext<StatementsExtracted> context) => await extracted.Writer.WriteAsync(context);
    }

    /// <summary>Stands in for StanceClassification, which would answer.</summary>
    private sealed class ActorsRequestedConsumer(Channel<ActorsRequested> requests) : IConsumer<ActorsRequested>
    {
        public async Task Consume(ConsumeContext<ActorsRequested> context) => await requests.Writer.WriteAsync(context.Message);
    }

    /// <summary>Stands in for Ingestion.</summary>
    private sealed class ArticleIngestedFaultConsumer(Channel<Fault<ArticleIngested>> faults) : IConsumer<Fault<ArticleIngested>>
    {
        public async Task Consume(ConsumeContext<Fault<ArticleIngested>> context) => await faults.Writer.WriteAsync(context.Message);
    }
}
