using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>The broker did not confirm a publish in time: the message may or may not arrive. Publish it again with the same content id.</summary>
public sealed class PublishOutcomeUnknownException : Exception
{
    /// <param name="message">What was published and what happened.</param>
    /// <param name="innerException">What the transport said; null for a timeout.</param>
    public PublishOutcomeUnknownException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// Publishes with an end: the transport itself waits as long as an outage lasts and does not honour cancellation, so the wait is bounded from outside
/// and no token goes inside. The message id comes from the content, so that a repeated publish is recognised as the same message. Thread-safe.
/// </summary>
public sealed class BoundedPublisher(IOptions<BusOptions> options, TimeProvider time, ILogger<BoundedPublisher> logger) : IDisposable
{
    // What the transport holds until an outage ends, and then sends although it was given up on and tried again.
    private const int MaxUnderWay = 256;

    private readonly MessagingMeter _meter = new(options, time);
    private readonly SemaphoreSlim _underWay = new(MaxUnderWay, MaxUnderWay);
    private int _unknownInARow;

    /// <summary>Publishes in a row whose outcome is unknown; 0 after a confirm, be it one that came too late for its caller.</summary>
    public int UnknownOutcomesInARow => Volatile.Read(ref _unknownInARow);

    /// <summary>Publishes <paramref name="message"/> and waits for the broker's confirm, at most <see cref="BusOptions.PublishTimeout"/>.</summary>
    /// <param name="via">The consume context inside a consumer, the bus elsewhere.</param>
    /// <param name="message">The message.</param>
    /// <param name="contentId">Identity of the content, such as the article's id and what distinguishes this version of it.</param>
    /// <exception cref="PublishOutcomeUnknownException">No confirm in time, or the transport broke; publish again with the same <paramref name="contentId"/>.</exception>
    /// <exception cref="MessageTooLargeException">The message can never be sent.</exception>
    public async Task PublishAsync<T>(IPublishEndpoint via, T message, string contentId)
        where T : class
    {
        var messageId = MessageIdOf<T>(contentId);
        // Not the caller's token: see the summary.
        var started = time.GetTimestamp();
        var publish = Task.CompletedTask;
        try
        {
            if (!await _underWay.WaitAsync(options.Value.PublishTimeout))
                throw new TimeoutException($"{MaxUnderWay} publishes wait for the transport");
            publish = HandOverAsync(via, message, messageId);
            await publish.WaitAsync(options.Value.PublishTimeout, time, CancellationToken.None);
            _meter.Published(typeof(T), time.GetElapsedTime(started), null);
        }
        catch (MessageTooLargeException exception)
        {
            _meter.Published(typeof(T), time.GetElapsedTime(started), exception);
            throw;
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _unknownInARow);
            _meter.Published(typeof(T), time.GetElapsedTime(started), exception);
            Telemetry.OutcomesUnknown.Add(1, new TagList { { Telemetry.MessageTypeTag, typeof(T).Name } });
            logger.OutcomeUnknown(typeof(T).Name, messageId, options.Value.PublishTimeout.TotalSeconds);
            // Its end is of no interest any more, an exception in it would otherwise go unobserved.
            _ = publish.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new PublishOutcomeUnknownException($"{typeof(T).Name} {messageId}: {(exception is TimeoutException ? "not confirmed in time" : exception.GetType().Name)}",
                exception is TimeoutException ? null : exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _underWay.Dispose();

    private async Task HandOverAsync<T>(IPublishEndpoint via, T message, Guid messageId)
        where T : class
    {
        try
        {
            await via.Publish(message, context => context.MessageId = messageId, CancellationToken.None);
            // However late: after an outage the last message may be confirmed when nobody waits for it any more, and no other comes to show that publishing works.
            Volatile.Write(ref _unknownInARow, 0);
        }
        finally
        {
            _underWay.Release();
        }
    }

    /// <summary>The message id of a content id: the first 128 bits of a SHA-256 over message type and content id.</summary>
    public static Guid MessageIdOf<T>(string contentId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{typeof(T).Name}\n{contentId}"), hash);
        return new Guid(hash[..16]);
    }
}
