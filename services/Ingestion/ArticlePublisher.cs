using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>
/// Hands stored articles to the bus and marks them. Fresh ones come by <see cref="Offer"/>; a sweep finds those that were stored but never marked, be it that the
/// process died in between, the broker was away, or more came than could wait here. An article may so be published twice; its message id is the same both times.
/// </summary>
internal sealed class ArticlePublisher(IArticleStore store, ArticleIdentifier identifier, IBus bus, BoundedPublisher publisher, Backlog backlog, IOptions<IngestionOptions> options, IOptions<BusOptions> busOptions,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ArticlePublisher> logger) : PublishingService(lifetime)
{
    private const int MaxWaiting = 256;
    private const int SweepPage = 100;

    private readonly Channel<(ArticleRecord Article, Provenance Provenance)> _fresh = Channel.CreateBounded<(ArticleRecord Article, Provenance Provenance)>(MaxWaiting);
    private readonly ConcurrentDictionary<string, bool> _underWay = new();
    private readonly WakeSignal _leftOver = new();

    /// <summary>Takes an article to be published soon. Where too many wait already it is left to the sweep.</summary>
    public void Offer(ArticleRecord article, Provenance provenance)
    {
        if (!_underWay.TryAdd(article.Id, true) || _fresh.Writer.TryWrite((article, provenance)))
            return;
        _underWay.TryRemove(article.Id, out _);
        _leftOver.Set();
    }

    /// <summary>Looks soon for what is stored and not published.</summary>
    public void SweepSoon() => _leftOver.Set();

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(PublishFreshAsync(stoppingToken), SweepAsync(stoppingToken));
    }

    private async Task PublishFreshAsync(CancellationToken stoppingToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxConcurrentPublishes, CancellationToken = stoppingToken };
        await Parallel.ForEachAsync(_fresh.Reader.ReadAllAsync(stoppingToken), parallel, async (fresh, _) => await TryPublishAsync(fresh.Article, fresh.Provenance));
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        var isIdentityRead = false;
        var resetAtStart = options.Value.RepublishUnfinishedAtStart ?? busOptions.Value.Transport == BusTransport.InMemory;
        while (true)
        {
            try
            {
                // Whatever is accepted first would wait for it.
                if (!isIdentityRead)
                    await identifier.AskAsync(static index => index.Count, stoppingToken);
                isIdentityRead = true;
                if (resetAtStart)
                {
                    var count = await store.ResetPublishedAsync(stoppingToken);
                    resetAtStart = false;
                    if (count > 0)
                        logger.UnfinishedReset(count);
                }

                if (backlog.IsDue)
                    backlog.Set((await store.CountAsync(stoppingToken)).GetValueOrDefault(ArticleProgress.Accepted));
                await SweepOnceAsync(stoppingToken);
            }
            catch (StoreUnavailableException exception)
            {
                logger.SweepFailed(exception);
            }

            await _leftOver.WaitAsync(options.Value.SweepInterval, time, stoppingToken);
        }
    }

    private async Task SweepOnceAsync(CancellationToken stoppingToken)
    {
        var total = 0;
        while (true)
        {
            // The oldest may all be under way already, so look beyond them.
            var found = await store.ListAcceptedAsync(SweepPage + _underWay.Count, stoppingToken);
            Telemetry.OldestWaiting.Record(found.Count == 0 ? 0 : (time.GetUtcNow() - found[0].AcceptedAt).TotalSeconds);
            var articles = found.Where(article => _underWay.TryAdd(article.Id, true)).ToArray();
            var published = 0;
            await Parallel.ForEachAsync(articles,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxConcurrentPublishes, CancellationToken = CancellationToken.None },
                async (article, _) =>
                {
                    if (await TryPublishAsync(article, provenance: null))
                        Interlocked.Increment(ref published);
                });
            total += published;
            // Where the bus takes nothing the next round tries again.
            if (published < articles.Length || articles.Length == 0 || stoppingToken.IsCancellationRequested)
                break;
        }

        if (total == 0)
            return;
        Telemetry.ArticlesSwept.Add(total);
        logger.Swept(total);
    }

    /// <summary>True when the article is on the bus and marked so.</summary>
    private async Task<bool> TryPublishAsync(ArticleRecord article, Provenance? provenance)
    {
        try
        {
            return await PublishAsync(article, provenance);
        }
        catch (PublishOutcomeUnknownException)
        {
            // Logged and counted by the publisher; the article stays ACCEPTED for the sweep.
            return false;
        }
        catch (Exception exception)
        {
            // One article must not end the publishing of all others; it stays ACCEPTED for the sweep.
            logger.PublishFailed(article.Id, exception);
            return false;
        }
        finally
        {
            _underWay.TryRemove(article.Id, out _);
        }
    }

    private async Task<bool> PublishAsync(ArticleRecord article, Provenance? provenance)
    {
        ActivityContext.TryParse(article.TraceParent, null, out var parent);
        using var activity = Telemetry.Activities.StartActivity("publish article", ActivityKind.Internal, parent);
        var message = new ArticleIngested
        {
            Article = new Article
            {
                Id = article.Id, Text = article.Text, Title = article.Title, Publisher = article.Publisher, Published = article.Published,
                PublishedPrecision = article.PublishedPrecision, PublishedFrom = article.PublishedFrom, Authors = article.Authors,
                Provenance = provenance ?? await identifier.IdentifyAsync(article, CancellationToken.None),
                Coding = CodingIntake.Read(article),
            },
            Url = article.Url,
            AcceptedAt = article.AcceptedAt,
        };
        try
        {
            await publisher.PublishAsync(bus, message, article.CodingRevision == 0 ? article.Id : string.Create(CultureInfo.InvariantCulture, $"{article.Id} {article.CodingRevision}"));
        }
        catch (MessageTooLargeException exception)
        {
            // Trying again would never help.
            await store.MarkFailedAsync(article.Id, exception.Message, time.GetUtcNow(), CancellationToken.None);
            backlog.Remove();
            Telemetry.ArticlesFailed.Add(1);
            logger.ArticleFailed(article.Id, nameof(ArticleIngested));
            return false;
        }

        await store.MarkPublishedAsync(article.Id, article.CodingRevision, time.GetUtcNow(), CancellationToken.None);
        backlog.Remove();
        Telemetry.PublishDuration.Record((time.GetUtcNow() - article.AcceptedAt).TotalSeconds);
        return true;
    }
}
