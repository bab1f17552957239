using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion.Tests;

/// <summary>The way of an article into a store and no further: nothing is published.</summary>
internal sealed class Intake : IDisposable
{
    private readonly ArticlePublisher _publisher;
    private readonly ArticleIntake _intake;

    public Intake(IArticleStore store)
    {
        var options = Options.Create(new IngestionOptions());
        var backlog = new Backlog(options);
        Identifier = new ArticleIdentifier(store, options);
        // Never started, so it asks neither bus nor lifetime.
        _publisher = new ArticlePublisher(store, Identifier, null!, null!, backlog, options, Options.Create(new BusOptions()), null!, TimeProvider.System, NullLogger<ArticlePublisher>.Instance);
        _intake = new ArticleIntake(store, Identifier, new ReturnedTexts(store, Identifier), _publisher, backlog, TimeProvider.System);
    }

    public ArticleIdentifier Identifier { get; }

    public Task<string> AcceptAsync(string text, string url, DateTimeOffset? published) =>
        AcceptAsync(new ArticleRecord { Id = "", Text = text, Publisher = "Kabar Contoh", Url = url, Published = published, AcceptedAt = default });

    public async Task<string> AcceptAsync(ArticleRecord article, string? shownBefore = null, V1.Coding? coding = null) =>
        (await _intake.AcceptAsync(article, coding, shownBefore, TestContext.Current.CancellationToken)).ArticleId;

    public void Dispose()
    {
        _publisher.Dispose();
        Identifier.Dispose();
    }
}
