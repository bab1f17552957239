using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The options that say where the Gateway is and how long to wait for it.</summary>
internal sealed class GatewayOptions
{
    private const string DefaultAddress = "http://localhost:5080";
    private const string Variable = "SIKAP_GATEWAY";

    // A key on the command line would show in the list of processes.
    private const string KeyVariable = "SIKAP_API_KEY";

    private readonly Option<Uri> _address;
    private readonly Option<double> _timeout;
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;

    public GatewayOptions(Terminal terminal, TimeProvider time)
    {
        _terminal = terminal;
        _time = time;
        _address = new Option<Uri>("--gateway")
        {
            Description = $"Address of the Gateway (environment: {Variable}; a key it asks for: {KeyVariable})",
            HelpName = "url",
            DefaultValueFactory = result => ParseAddress(terminal.Environment(Variable) is { Length: > 0 } value ? value : DefaultAddress, result),
            CustomParser = result => ParseAddress(result.Tokens[0].Value, result),
        };
        _timeout = new Option<double>("--timeout")
        {
            Description = "Seconds to wait for an answer",
            HelpName = "seconds",
            DefaultValueFactory = _ => 30,
        };
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 86_400))
            {
                result.AddError("--timeout takes a number of seconds above 0, up to 86400.");
            }
        });
    }

    /// <summary>Gives <paramref name="command"/> the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_address);
        command.Options.Add(_timeout);
    }

    /// <summary>A client for the Gateway named on the command line; nothing is sent yet.</summary>
    public GatewayClient Connect(ParseResult parsed) => new(parsed.GetRequiredValue(_address), TimeSpan.FromSeconds(parsed.GetValue(_timeout)), _terminal.Environment(KeyVariable), _time);

    private static Uri ParseAddress(string value, ArgumentResult result)
    {
        // "localhost:5080" parses as a URI of the scheme "localhost".
        if (Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        result.AddError($"'{value}' is no address of a Gateway; it looks like {DefaultAddress}.");
        return new Uri(DefaultAddress);
    }
}

/// <summary>The Gateway's services. Calls go through <see cref="CallAsync{T}"/>, which turns what can go wrong into a <see cref="CommandFailure"/>.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly TimeSpan _timeout;
    private readonly Uri _address;
    private readonly TimeProvider _time;

    /// <param name="address">Where the Gateway is.</param>
    /// <param name="timeout">How long to wait for the answer to a unary call.</param>
    /// <param name="key">Key to show to the Gateway; null or empty when it asks for none.</param>
    /// <param name="time">Clock of the deadlines.</param>
    public GatewayClient(Uri address, TimeSpan timeout, string? key, TimeProvider time)
    {
        _time = time;
        _address = address;
        _timeout = timeout;
        _channel = GrpcChannel.ForAddress(address);
        var invoker = string.IsNullOrEmpty(key)
            ? _channel.CreateCallInvoker()
            : _channel.Intercept(metadata =>
            {
                metadata.Add("x-api-key", key);
                return metadata;
            });
        Ingestion = new IngestionService.IngestionServiceClient(invoker);
        DeadLetters = new DeadLetterService.DeadLetterServiceClient(invoker);
        Feeds = new FeedService.FeedServiceClient(invoker);
        Codebook = new CodebookService.CodebookServiceClient(invoker);
        Query = new QueryService.QueryServiceClient(invoker);
    }

    public IngestionService.IngestionServiceClient Ingestion { get; }

    public DeadLetterService.DeadLetterServiceClient DeadLetters { get; }

    public FeedService.FeedServiceClient Feeds { get; }

    public CodebookService.CodebookServiceClient Codebook { get; }

    public QueryService.QueryServiceClient Query { get; }

    /// <summary>Deadline and cancellation for a unary call.</summary>
    public CallOptions Unary(CancellationToken cancellation) =>
        new(deadline: _time.GetUtcNow().UtcDateTime + _timeout, cancellationToken: cancellation);

    /// <summary>One unary call with the deadline from the command line.</summary>
    public Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellation) =>
        GuardAsync(async () => await call(Unary(cancellation)), cancellation);

    /// <summary>Runs <paramref name="work"/>; a failed call in it ends the command with a message that says what to do.</summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (RpcException exception) when (!(exception.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private CommandFailure Describe(RpcException exception)
    {
        var details = RichError.Of(exception);
        return exception.StatusCode switch
        {
            StatusCode.Unavailable when details.RetryAfter is { } delay =>
                new(ExitCode.Unreachable, $"{_address} answers, but a service behind it is away: {exception.Status.Detail}\nTry again in {delay.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s."),
            StatusCode.Unavailable =>
                new(ExitCode.Unreachable, $"""
                    cannot reach the Gateway at {_address}: {exception.Status.Detail}
                    Start one with: dotnet run --project services/Standalone
                    or name another with --gateway URL or the environment variable SIKAP_GATEWAY.
                    """),
            StatusCode.Unauthenticated =>
                new(ExitCode.Refused, $"{_address} asks for a key: {exception.Status.Detail}\nSet it in the environment variable SIKAP_API_KEY."),
            StatusCode.DeadlineExceeded =>
                new(ExitCode.Unreachable, $"no answer from {_address} within {_timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s; --timeout waits longer."),
            _ => new(ExitCode.Refused, $"{exception.StatusCode}: {details.Explain(exception.Status.Detail, "\n  ")}"),
        };
    }
}
