namespace Grpc.Core;

/// <summary>What a caller may say about a call.</summary>
public struct CallOptions
{
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Request headers, or null.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>When the call must have ended, in UTC; null or <see cref="DateTime.MaxValue"/> for never.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Cancels the call, also at the server.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Options of the request messages.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>Deadline and cancellation taken over from a server call, or null.</summary>
    public ContextPropagationToken? PropagationToken { get; private set; }

    /// <summary>Credentials of this call, or null.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>If true, the call waits for a connection instead of failing at once. The transport here always waits for its connect attempt.</summary>
    public bool IsWaitForReady { get; private set; }

    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}

/// <summary>Carries the deadline and cancellation of a server call into calls made on its behalf.</summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken()
    {
    }
}

/// <summary>What of a server call goes on to the calls made on its behalf.</summary>
public class ContextPropagationOptions
{
    public static readonly ContextPropagationOptions Default = new();

    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    public bool IsPropagateDeadline { get; }

    public bool IsPropagateCancellation { get; }
}

/// <summary>What an <see cref="AsyncAuthInterceptor"/> learns of the call.</summary>
public class AuthInterceptorContext
{
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Address of the service, for the audience of a token.</summary>
    public string ServiceUrl { get; }

    public string MethodName { get; }

    public CancellationToken CancellationToken { get; }
}

/// <summary>Adds credentials to the headers of a call.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>Credentials of a single call.</summary>
public abstract class CallCredentials
{
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new InterceptorCallCredentials(interceptor);
    }

    internal abstract Task ApplyAsync(AuthInterceptorContext context, Metadata metadata);

    private sealed class InterceptorCallCredentials(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        internal override Task ApplyAsync(AuthInterceptorContext context, Metadata metadata) => interceptor(context, metadata);
    }
}

/// <summary>How a channel protects its connection.</summary>
public abstract class ChannelCredentials
{
    /// <summary>Cleartext.</summary>
    public static ChannelCredentials Insecure { get; } = new TransportCredentials(secure: false);

    /// <summary>TLS with the system's trust.</summary>
    public static ChannelCredentials SecureSsl { get; } = new TransportCredentials(secure: true);

    /// <summary>Channel credentials that also add call credentials to every call.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new TransportCredentials(channelCredentials.IsSecure) { CallCredentials = callCredentials };
    }

    internal abstract bool IsSecure { get; }

    internal CallCredentials? CallCredentials { get; private init; }

    private sealed class TransportCredentials(bool secure) : ChannelCredentials
    {
        internal override bool IsSecure => secure;
    }
}
