using System.ComponentModel.DataAnnotations;

namespace Sikap.StanceClassification;

/// <summary>
/// Options of the section <c>StanceClassification:Chat</c>: a language model behind any endpoint that speaks OpenAI's chat completions is asked about the issues that an article touches.
/// Off unless <see cref="Endpoint"/> is given. The limits hold for the instances that share a store together.
/// </summary>
internal sealed class ChatOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "StanceClassification:Chat";

    /// <summary>Base address such as <c>https://models.example/v1</c>; <c>/chat/completions</c> is added to it. Null = off, the default.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Name of the model as the endpoint knows it; part of every stance that it finds. Required with <see cref="Endpoint"/>.</summary>
    public string Model { get; set; } = "";

    /// <summary>Sent as bearer token, over TLS or to this machine only; null = none. Not looked at where <see cref="ApiKeyFile"/> is given.</summary>
    public string? ApiKey { get; set; }

    /// <summary>File whose first line is the key; read at the start. Null = <see cref="ApiKey"/>.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>How long one request may take. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long all requests and pauses for one article may take together; what is unanswered then is left to the rules. Default: 25 s, within the usual deadline of a call.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:15:00")]
    public TimeSpan ArticleTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Requests for one question, the first included, where the endpoint is busy, fails or does not answer. Default: 3.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Pause before the second request; doubled for each further one, a part of it random. The endpoint's <c>Retry-After</c> is kept to where it is longer. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nobody is asked after all requests for a question failed, so that an outage does not slow down every article. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan AwayPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests under way at the same time. Default: 4.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentRequests { get; set; } = 4;

    /// <summary>Issues asked about for one article, in the order of the codebook. Default: 5.</summary>
    [Range(1, 1_000)]
    public int MaxIssuesPerArticle { get; set; } = 5;

    /// <summary>Longest article that is sent, in UTF-16 code units; about four make a token. Default: 20,000.</summary>
    [Range(1, 1_048_576)]
    public int MaxArticleChars { get; set; } = 20_000;

    /// <summary>Longest answer in tokens. Default: 1,000.</summary>
    [Range(16, 100_000)]
    public int MaxAnswerTokens { get; set; } = 1_000;

    /// <summary>Requests within any 60 minutes. Default: 600.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerHour { get; set; } = 600;

    /// <summary>Requests within any 24 hours. Default: 5,000.</summary>
    [Range(1, 100_000_000)]
    public int RequestsPerDay { get; set; } = 5_000;

    /// <summary>Tokens of questions and answers within any 60 minutes: before a request the longest it may take, afterwards what the endpoint says it took. Default: 1,000,000.</summary>
    [Range(1, 10_000_000_000)]
    public long TokensPerHour { get; set; } = 1_000_000;

    /// <summary>Tokens within any 24 hours. Default: 5,000,000.</summary>
    [Range(1, 100_000_000_000)]
    public long TokensPerDay { get; set; } = 5_000_000;

    /// <summary>Answers kept, so that the same question is paid for once; beyond it the oldest go. About 1 KB each. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int CacheEntries { get; set; } = 100_000;

    /// <summary>Confidence of the stances that the model finds, 0 to 1: what was observed for the model, since none says it of itself. Default: 0.5.</summary>
    [Range(0.0, 1.0)]
    public double Confidence { get; set; } = 0.5;

    /// <summary>True when a model is to be asked.</summary>
    public bool IsOn => Endpoint is { Length: > 0 };

    /// <summary>The key to send; null for none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string? ReadKey()
    {
        var key = ApiKeyFile is { Length: > 0 } file ? File.ReadLines(file).FirstOrDefault() : ApiKey;
        return string.IsNullOrWhiteSpace(key) ? null : key.Trim();
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
            yield break;
        // No message repeats a value: an address may hold a password, and the key is one.
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0)
            yield return new($"{Section}:{nameof(Endpoint)} must be an http or https address without user, password and query", [nameof(Endpoint)]);
        if (string.IsNullOrWhiteSpace(Model))
            yield return new($"{Section}:{nameof(Model)} must be given with {nameof(Endpoint)}", [nameof(Model)]);
        var (key, problem) = TryReadKey();
        if (problem is not null)
            yield return new(problem, [nameof(ApiKeyFile)]);
        if (key?.Any(c => c is <= ' ' or > '~') == true)
            yield return new($"{Section}:{nameof(ApiKey)} must hold visible ASCII characters only", [nameof(ApiKey)]);
        if (key is not null && address is { Scheme: "http", IsLoopback: false })
            yield return new($"{Section}:{nameof(Endpoint)} must be https where a key is sent", [nameof(Endpoint)]);
    }

    private (string? Key, string? Problem) TryReadKey()
    {
        try
        {
            return (ReadKey(), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"{Section}:{nameof(ApiKeyFile)} cannot be read ({exception.GetType().Name})");
        }
    }
}
