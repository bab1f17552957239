using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Sikap.StanceClassification;

/// <summary>What became of a question.</summary>
internal enum ChatOutcome
{
    /// <summary>The model answered, and the answer holds.</summary>
    Answered,

    /// <summary>The same question was answered before.</summary>
    Cached,

    /// <summary>The endpoint cannot be reached, fails or has too much to do.</summary>
    Away,

    /// <summary>The endpoint did not answer in time.</summary>
    Slow,

    /// <summary>The endpoint refuses the request or the model the question.</summary>
    Refused,

    /// <summary>A limit on requests or tokens is reached.</summary>
    OverBudget,

    /// <summary>The answer is not of the form that was asked for.</summary>
    Malformed,

    /// <summary>The answer names a holder or a sentence that is not in the article.</summary>
    Invented,

    /// <summary>The article is longer, or touches more issues, than a model is to be asked about.</summary>
    TooMuch,
}

/// <summary>
/// The endpoint, with its limits: how many requests at a time, how often again after a failure, how long not at all. Knows nothing of stances. Thread-safe.
/// Neither key, question nor answer is ever logged.
/// </summary>
internal sealed class ChatEndpoint : IDisposable
{
    private const int MaxAnswerBytes = 1_048_576;

    private readonly ChatOptions _options;
    private readonly ChatBudget _budget;
    private readonly IChatStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<ChatEndpoint> _logger;
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly SemaphoreSlim _places;
    private long _quietUntil;
    private long _awayUntil;

    public ChatEndpoint(IOptions<ChatOptions> options, IChatStore store, TimeProvider time, ILogger<ChatEndpoint> logger)
    {
        (_options, _store, _time, _logger) = (options.Value, store, time, logger);
        _budget = new ChatBudget(_options.RequestsPerHour, _options.RequestsPerDay, _options.TokensPerHour, _options.TokensPerDay);
        _address = new Uri(_options.Endpoint!.TrimEnd('/') + "/chat/completions");
        _places = new SemaphoreSlim(_options.MaxConcurrentRequests);
        // Not from the factory, whose handlers log; no redirects, which could take the question elsewhere.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (_options.ReadKey() is { } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        logger.ChatOn(_options.Model);
    }

    /// <summary>Asks, and asks again where that may help, until <paramref name="deadline"/>.</summary>
    /// <returns>The text of the model's answer, or null and why there is none.</returns>
    public async Task<(ChatOutcome Outcome, string? Answer)> AskAsync(ChatQuestion question, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var outcome = ChatOutcome.Away;
        for (var attempt = 1; attempt <= _options.MaxAttempts; attempt++)
        {
            var now = _time.GetUtcNow();
            if (now.UtcTicks < Volatile.Read(ref _awayUntil))
                return (ChatOutcome.Away, null);
            var pause = new TimeSpan(Math.Max(0, Volatile.Read(ref _quietUntil) - now.UtcTicks));
            if (attempt > 1)
            {
                var backOff = _options.RetryDelay * Math.Pow(2, attempt - 2);
                pause = TimeSpan.FromTicks(Math.Max(pause.Ticks, (long)(backOff.Ticks * (0.5 + (0.5 * Random.Shared.NextDouble())))));
            }

            if (now + pause >= deadline)
                return (outcome, null);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken);
            (var next, var answer, var again) = await TryAsync(question, deadline, cancellationToken);
            if (!again)
                return (next, answer);
            outcome = next;
        }

        StayAway();
        return (outcome, null);
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    private async Task<(ChatOutcome Outcome, string? Answer, bool Again)> TryAsync(ChatQuestion question, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        var started = _time.GetTimestamp();
        try
        {
            var at = _time.GetUtcNow();
            var left = deadline - at;
            if (left <= TimeSpan.Zero)
                return (ChatOutcome.Slow, null, false);
            var reserved = question.MaxTokens + _options.MaxAnswerTokens;
            if (!await _store.TryReserveAsync(reserved, _budget, at, cancellationToken))
                return (ChatOutcome.OverBudget, null, false);
            using var timeout = new CancellationTokenSource(left < _options.RequestTimeout ? left : _options.RequestTimeout, _time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                using var content = question.ToContent();
                using var response = await _http.PostAsync(_address, content, ended.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                    return await ReadAsync(response, reserved, at, cancellationToken);
                // Nothing was generated.
                await _store.CorrectAsync(at, -reserved, cancellationToken);
                return Refuse(response);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // What it has taken nobody knows; the reservation stays.
                _logger.ChatFailed("timeout", 0);
                return (ChatOutcome.Slow, null, true);
            }
            catch (HttpRequestException exception)
            {
                _logger.ChatFailed(exception.HttpRequestError.ToString(), 0);
                return (ChatOutcome.Away, null, true);
            }
        }
        finally
        {
            _places.Release();
            Telemetry.ChatDuration.Record(_time.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async Task<(ChatOutcome Outcome, string? Answer, bool Again)> ReadAsync(HttpResponseMessage response, long reserved, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Completion? completion;
        try
        {
            // Already in memory: the request ended with its last byte.
            completion = JsonSerializer.Deserialize<Completion>(await response.Content.ReadAsByteArrayAsync(cancellationToken), SnakeCase);
        }
        catch (JsonException)
        {
            return (ChatOutcome.Malformed, null, false);
        }

        if (completion?.Usage is { PromptTokens: >= 0 and var asked, CompletionTokens: >= 0 and var answered })
        {
            await _store.CorrectAsync(at, asked + answered - reserved, cancellationToken);
            Telemetry.ChatTokens.Add(asked, new KeyValuePair<string, object?>(Telemetry.DirectionTag, "question"));
            Telemetry.ChatTokens.Add(answered, new KeyValuePair<string, object?>(Telemetry.DirectionTag, "answer"));
        }

        return completion?.Choices is not [{ Message: { } message, FinishReason: var reason }, ..] ? (ChatOutcome.Malformed, null, false)
            : message.Refusal is { Length: > 0 } || reason == "content_filter" ? (ChatOutcome.Refused, null, false)
            : message.Content is not { } text || reason == "length" ? (ChatOutcome.Malformed, null, false)
            : (ChatOutcome.Answered, text, false);
    }

    private (ChatOutcome Outcome, string? Answer, bool Again) Refuse(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        _logger.ChatFailed("status", (int)status);
        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500)
        {
            var now = _time.GetUtcNow();
            var asked = response.Headers.RetryAfter;
            var quiet = asked?.Delta ?? (asked?.Date - now);
            if (quiet > TimeSpan.Zero)
                Volatile.Write(ref _quietUntil, Math.Max(Volatile.Read(ref _quietUntil), (now + quiet.Value).UtcTicks));
            return (ChatOutcome.Away, null, true);
        }

        // A wrong address, key or model is not mended by asking again.
        StayAway();
        return (ChatOutcome.Refused, null, false);
    }

    private void StayAway() => Volatile.Write(ref _awayUntil, (_time.GetUtcNow() + _options.AwayPause).UtcTicks);

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record Completion(Choice?[]? Choices, Usage? Usage);

    private sealed record Choice(Message? Message, string? FinishReason);

    private sealed record Message(string? Content, string? Refusal);

    private sealed record Usage(long PromptTokens, long CompletionTokens);
}
