using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Sikap.Ingestion;

/// <summary>What a host's name resolves to.</summary>
internal delegate Task<IPAddress[]> NameResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Fetches documents from the web by HTTP, from hosts that nobody vouches for. Addresses are checked when they are connected to, redirects one by one, limits hold while a body is read, each host is asked
/// by one request at a time with pauses between them, and its robots.txt is obeyed. What goes wrong comes back as a value. Thread-safe.
/// </summary>
public sealed class WebFetcher : IDisposable
{
    /// <summary>The name that robots.txt knows us by.</summary>
    public const string Product = "Sikap";

    // Two addresses of each family are as many as help.
    private const int MaxAddressesTried = 4;
    private const int MaxHeadersKilobytes = 64;
    private const int MaxValidatorChars = 1_000;
    private const int MaxRobotsCached = 20_000;

    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly NameResolver _resolve;
    private readonly AddressGuard _guard;
    private readonly HostTurns _turns;
    private readonly HttpMessageInvoker _http;
    private readonly Dictionary<string, (RobotsRules Rules, DateTimeOffset Until)> _robots = new(StringComparer.Ordinal);

    /// <summary>A fetcher for one process.</summary>
    /// <param name="options">Limits; they must be valid.</param>
    /// <param name="time">Clock of turns, rests and time-outs.</param>
    public WebFetcher(FetchOptions options, TimeProvider time)
        : this(options, time, null, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="options">Limits.</param>
    /// <param name="time">Clock.</param>
    /// <param name="shared">Where instances share their turns; null = nowhere.</param>
    /// <param name="resolve">What a name resolves to.</param>
    internal WebFetcher(FetchOptions options, TimeProvider time, ISharedTurns? shared, NameResolver resolve)
    {
        (_options, _time, _resolve) = (options, time, resolve);
        _guard = new AddressGuard(options);
        // What follows the last byte takes no time that counts.
        _turns = new HostTurns(time, options.TotalTimeout + TimeSpan.FromSeconds(10), shared);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // Everything that would ask, send or follow by itself is off.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            PreAuthenticate = false,
            // Neither trace headers for strangers, nor a metric for each host that some page names.
            ActivityHeadersPropagator = null,
            MeterFactory = new UnheardMeters(),
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
    }

    /// <summary>Fetches one document.</summary>
    /// <exception cref="ServiceDefaults.StoreUnavailableException">The store is away through which instances share their turns.</exception>
    public async Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("fetch", ActivityKind.Client);
        var started = _time.GetTimestamp();
        var result = await FollowAsync(request, cutOffAt: null, cancellationToken);
        var outcome = result.Failure is { } failure ? failure.Kind.ToString() : result.NotModified ? "NotModified" : "Fetched";
        activity?.SetTag("server.address", result.Url.IdnHost);
        activity?.SetTag(Telemetry.OutcomeTag, outcome);
        if (result.Failure is { } failed)
            activity?.SetStatus(ActivityStatusCode.Error, failed.Message);
        Telemetry.FetchDuration.Record(_time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>(Telemetry.OutcomeTag, outcome));
        if (result.Document is { } document)
            Telemetry.FetchedBytes.Add(document.Content.Length);
        return result;
    }

    /// <summary>Why an address must not be fetched, before anything is asked; null = it may.</summary>
    public string? Refusal(Uri url) => _guard.Refusal(url);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static readonly FetchFailure Disallowed = new(FetchFailureKind.Robots, "robots.txt of the host disallows it");

    private async Task<FetchResult> FollowAsync(FetchRequest request, int? cutOffAt, CancellationToken cancellationToken)
    {
        var (url, moved, forGood) = (WithoutFragment(request.Url), (Uri?)null, true);
        for (var redirects = 0; ; redirects++)
        {
            if (_guard.Refusal(url) is { } refusal)
                return Fail(new FetchFailure(FetchFailureKind.AddressRefused, redirects == 0 ? refusal : $"a redirect leads to an address that is not asked: {refusal}"));
            var pause = _options.HostDelay;
            if (request.ObeysRobots)
            {
                var (rules, failure) = await RobotsAsync(url, cancellationToken);
                if (failure is not null)
                    return Fail(failure);
                if (!rules.Allows(url))
                    return Fail(Disallowed);
                if (rules.CrawlDelay is { } asked && asked > pause)
                    pause = asked < _options.MaxCrawlDelay ? asked : Longer(_options.MaxCrawlDelay, pause);
            }

            var answer = await AskAsync(url, request, cutOffAt, pause, cancellationToken);
            if (answer.Failure is not null)
                return Fail(answer.Failure);
            if (answer.Redirect is not { } next)
                return new FetchResult { Url = url, MovedTo = moved, Document = answer.Document };
            if (redirects == _options.MaxRedirects)
                return Fail(new FetchFailure(FetchFailureKind.RedirectRefused, $"more than {_options.MaxRedirects} redirects"));
            if (AddressGuard.LosesTls(url, next))
                return Fail(new FetchFailure(FetchFailureKind.RedirectRefused, "a redirect leads from https to http"));
            (url, forGood) = (WithoutFragment(next), forGood && answer.ForGood);
            moved = forGood ? url : moved;
        }

        FetchResult Fail(FetchFailure failure) => new() { Url = url, MovedTo = moved, Failure = failure };
    }

    /// <summary>The rules of the host's robots.txt, or why nothing may be asked of it.</summary>
    private async Task<(RobotsRules Rules, FetchFailure? Failure)> RobotsAsync(Uri url, CancellationToken cancellationToken)
    {
        var authority = url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        lock (_robots)
        {
            if (_robots.TryGetValue(authority, out var known) && known.Until > _time.GetUtcNow())
                return (known.Rules, null);
        }

        if (url.AbsolutePath == "/robots.txt")
            return (RobotsRules.AllowAll, null);
        var result = await FollowAsync(new FetchRequest(new Uri(url, "/robots.txt")) { Accept = "text/plain", ObeysRobots = false }, RobotsRules.MaxBytes, cancellationToken);
        var rules = RobotsRules.AllowAll;
        if (result.Document is { } document)
        {
            rules = RobotsRules.Read(document.Content.Span, Product);
        }
        else if (result.Failure is { } failure && !MeansNoRules(failure))
        {
            return (rules, failure with { Message = $"robots.txt: {failure.Message}" });
        }

        lock (_robots)
        {
            var now = _time.GetUtcNow();
            if (_robots.Count >= MaxRobotsCached)
            {
                foreach (var old in _robots.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
                    _robots.Remove(old);
                if (_robots.Count >= MaxRobotsCached)
                    _robots.Clear();
            }

            _robots[authority] = (rules, now + _options.RobotsLifetime);
        }

        return (rules, null);
    }

    // RFC 9309, 2.3.1: a client error, or redirects that end nowhere, mean that there are no rules; a server error or a host that cannot be reached mean that nothing may be asked for now.
    private static bool MeansNoRules(FetchFailure failure) => failure.Kind switch
    {
        FetchFailureKind.Status => failure.Status is >= 400 and < 500 and not 429,
        FetchFailureKind.RedirectRefused or FetchFailureKind.AddressRefused or FetchFailureKind.BadEncoding => true,
        _ => false,
    };

    /// <summary>One request in the host's turn.</summary>
    private async Task<Answer> AskAsync(Uri url, FetchRequest request, int? cutOffAt, TimeSpan pause, CancellationToken cancellationToken)
    {
        var (turn, wait) = await _turns.TakeAsync(AddressGuard.HostKey(url.IdnHost), _options.MaxTurnWait, cancellationToken);
        if (turn is null)
            return new FetchFailure(FetchFailureKind.Resting, $"the host is left alone for another {Math.Ceiling(wait.TotalSeconds)} s", RetryAfter: wait);
        try
        {
            var answer = await SendAsync(url, request, cutOffAt, cancellationToken);
            if (answer.Failure is not { } failure || !IsOfTheHost(failure, isRobots: cutOffAt is not null))
            {
                turn.Failures = 0;
                return answer;
            }

            var rest = failure.RetryAfter ?? BackOff(turn.Failures);
            turn.Failures++;
            pause = Longer(pause, rest);
            return failure with { RetryAfter = rest };
        }
        finally
        {
            await turn.EndAsync(pause);
        }
    }

    // A page may be broken by itself; these say that the host is.
    private static bool IsOfTheHost(FetchFailure failure, bool isRobots) =>
        failure.Kind is FetchFailureKind.NameNotFound or FetchFailureKind.Unreachable or FetchFailureKind.Tls or FetchFailureKind.TimedOut
        || (failure.Kind == FetchFailureKind.Status && (failure.Status is 429 or 503 || (isRobots && failure.Status >= 500)));

    private TimeSpan BackOff(int failures)
    {
        var full = Math.Min(_options.MaxHostBackOff.TotalMilliseconds, _options.HostBackOff.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * Random.Shared.NextDouble())));
    }

    private async Task<Answer> SendAsync(Uri url, FetchRequest request, int? cutOffAt, CancellationToken cancellationToken)
    {
        using var total = new CancellationTokenSource(_options.TotalTimeout, _time);
        using var phase = new CancellationTokenSource(_options.HeadersTimeout, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(total.Token, phase.Token, cancellationToken);
        var hasHeaders = false;
        try
        {
            using var message = ToMessage(url, request);
            using var response = await _http.SendAsync(message, ended.Token);
            hasHeaders = true;
            if (response.StatusCode == HttpStatusCode.NotModified)
                return new Answer();
            if (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                return ToRedirect(url, response);
            if (!response.IsSuccessStatusCode)
                return new FetchFailure(FetchFailureKind.Status, $"the host answers {(int)response.StatusCode}", (int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));
            var maxBytes = cutOffAt ?? _options.MaxBodyBytes;
            if (response.Content.Headers.ContentLength > maxBytes && cutOffAt is null)
                return new FetchFailure(FetchFailureKind.TooLarge, $"the body has more than {maxBytes} bytes");
            await using var body = await response.Content.ReadAsStreamAsync(ended.Token);
            var (content, failure) = await BodyReader.ReadAsync(
                body, Values(response.Content.Headers, "Content-Encoding"), maxBytes, cutOffAt is not null, () => phase.CancelAfter(_options.IdleTimeout), ended.Token);
            return failure is not null ? failure : new Answer
            {
                Document = new FetchedDocument(content, Values(response.Content.Headers, "Content-Type").FirstOrDefault(), Validator(response.Headers, "ETag"), Validator(response.Content.Headers, "Last-Modified")),
            };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            return new FetchFailure(FetchFailureKind.TimedOut, total.IsCancellationRequested ? $"not finished within {_options.TotalTimeout.TotalSeconds} s"
                : hasHeaders ? $"nothing came for {_options.IdleTimeout.TotalSeconds} s"
                : $"no answer within {_options.HeadersTimeout.TotalSeconds} s");
        }
        catch (OperationCanceledException)
        {
            return new FetchFailure(FetchFailureKind.TimedOut, $"no connection within {_options.ConnectTimeout.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return ToFailure(exception);
        }
    }

    private HttpRequestMessage ToMessage(Uri url, FetchRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        message.Headers.TryAddWithoutValidation("User-Agent", _options.Contact is { } contact ? $"{Product}/1.0 (+{contact})" : $"{Product}/1.0");
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br, deflate");
        if (request.ETag is { } tag)
            message.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (request.LastModified is { } modified)
            message.Headers.TryAddWithoutValidation("If-Modified-Since", modified);
        return message;
    }

    private static Answer ToRedirect(Uri url, HttpResponseMessage response) => response.Headers.Location is { } location && Uri.TryCreate(url, location, out var next)
        ? new Answer { Redirect = next, ForGood = response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.PermanentRedirect }
        : new FetchFailure(FetchFailureKind.RedirectRefused, "a redirect without an address");

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? asked) => (asked?.Delta ?? (asked?.Date - _time.GetUtcNow())) switch
    {
        null => null,
        var wait when wait < TimeSpan.Zero => TimeSpan.Zero,
        var wait when wait > _options.MaxHostBackOff => _options.MaxHostBackOff,
        var wait => wait,
    };

    /// <summary>What a server may be sent back one day: printable ASCII of bounded length.</summary>
    private static string? Validator(HttpHeaders headers, string name) =>
        Values(headers, name).FirstOrDefault() is { Length: > 0 and <= MaxValidatorChars } value && !value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? value : null;

    private static HeaderStringValues Values(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values : default;

    private static FetchFailure ToFailure(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AddressRefusedException)
                return new FetchFailure(FetchFailureKind.AddressRefused, inner.Message);
            if (inner is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
                return new FetchFailure(FetchFailureKind.NameNotFound, "the host's name is not known");
        }

        return ((exception as HttpRequestException)?.HttpRequestError ?? (exception as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => new FetchFailure(FetchFailureKind.Unreachable, "the host cannot be reached"),
            HttpRequestError.SecureConnectionError => new FetchFailure(FetchFailureKind.Tls, "the host has no certificate that holds for its name"),
            HttpRequestError.ConfigurationLimitExceeded => new FetchFailure(FetchFailureKind.TooLarge, $"the headers have more than {MaxHeadersKilobytes} KiB"),
            HttpRequestError.ResponseEnded => new FetchFailure(FetchFailureKind.Broken, "the answer broke off"),
            _ => new FetchFailure(FetchFailureKind.Broken, "the answer is no HTTP or broke off"),
        };
    }

    /// <summary>Connects to addresses that were checked, and to nothing else: a name may mean something else the next time it is asked.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken);
        var allowed = addresses.Where(address => _guard.Allows(host, address)).Take(MaxAddressesTried).ToList();
        if (allowed.Count == 0)
            throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new AddressRefusedException("the host's name leads to an address that is not of the public internet");
        for (var i = 0; ; i++)
        {
            var socket = new Socket(allowed[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                // Each has its share of the time.
                using var share = new CancellationTokenSource(_options.ConnectTimeout / allowed.Count, _time);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
                await socket.ConnectAsync(new IPEndPoint(allowed[i], context.DnsEndPoint.Port), ended.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception exception) when (i + 1 < allowed.Count && !cancellationToken.IsCancellationRequested && exception is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static Uri WithoutFragment(Uri url) => url.IsAbsoluteUri && url.Fragment.Length > 0 ? new Uri(url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped)) : url;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed class AddressRefusedException(string message) : IOException(message);

    /// <summary>Instruments that nobody listens to: those of the runtime carry the name of each host.</summary>
    private sealed class UnheardMeters : System.Diagnostics.Metrics.IMeterFactory
    {
        private readonly System.Diagnostics.Metrics.Meter _meter = new("Sikap.Ingestion.Unheard");

        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }

    /// <summary>What one request led to; nothing set = not modified.</summary>
    private sealed record Answer
    {
        public FetchFailure? Failure { get; init; }

        public Uri? Redirect { get; init; }

        public bool ForGood { get; init; }

        public FetchedDocument? Document { get; init; }

        public static implicit operator Answer(FetchFailure failure) => new() { Failure = failure };
    }
}
