using System.IO.Compression;
using Grpc.Core.Interceptors;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Options of all gRPC services of a host.</summary>
public class GrpcServiceOptions
{
    /// <summary>Receive limit used where none is set: 4 MiB.</summary>
    internal const int DefaultReceiveMaxMessageSize = 4 * 1024 * 1024;

    private int? _maxReceiveMessageSize;
    private IList<ICompressionProvider>? _compressionProviders;

    /// <summary>Largest message sent, in bytes before compression; null (the default) for no limit. Above it the call ends with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest message received, in bytes after decompression, checked while inflating; default 4 MiB, null for no limit.</summary>
    public int? MaxReceiveMessageSize
    {
        get => MaxReceiveMessageSizeIsSet ? _maxReceiveMessageSize : DefaultReceiveMaxMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            MaxReceiveMessageSizeIsSet = true;
        }
    }

    /// <summary>If true, callers see the text of unexpected exceptions. For development only; default false.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>Name of the algorithm for responses (<c>gzip</c>), used where the caller accepts it; null for none.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>Level of <see cref="ResponseCompressionAlgorithm"/>; null for the provider's own.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>The algorithms the server understands; gzip and deflate unless changed.</summary>
    public IList<ICompressionProvider> CompressionProviders
    {
        get => _compressionProviders ??= Protocol.Encodings.Defaults();
        set => _compressionProviders = value;
    }

    /// <summary>Interceptors, outermost first.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>If true, requests for services that are not mapped fall through to other middleware instead of being answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    internal bool MaxReceiveMessageSizeIsSet { get; private set; }

    internal bool CompressionProvidersAreSet => _compressionProviders is not null;
}

/// <summary>Options of one service; what is not set here is taken from <see cref="GrpcServiceOptions"/>.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}

/// <summary>Interceptors in order.</summary>
public class InterceptorCollection : System.Collections.ObjectModel.Collection<InterceptorRegistration>
{
    /// <summary>Adds an interceptor that is made for each call; the one registered as a service is taken if there is one and no arguments are given.</summary>
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <inheritdoc cref="Add{TInterceptor}(object[])"/>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
        {
            throw new ArgumentException($"{interceptorType} does not derive from {typeof(Interceptor)}.", nameof(interceptorType));
        }

        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>An interceptor type with its constructor arguments.</summary>
public class InterceptorRegistration
{
    private readonly object[] _args;
    private ObjectFactory? _factory;

    internal InterceptorRegistration(Type type, object[] args)
    {
        Type = type;
        _args = args;
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments => _args;

    internal Interceptor Create(IServiceProvider services, out bool owned)
    {
        if (_args.Length == 0 && services.GetService(Type) is Interceptor registered)
        {
            owned = false;
            return registered;
        }

        _factory ??= ActivatorUtilities.CreateFactory(Type, [.. _args.Select(arg => arg.GetType())]);
        owned = true;
        return (Interceptor)_factory(services, _args);
    }
}

/// <summary>Metadata of the endpoint of a method.</summary>
public sealed class GrpcMethodMetadata(Type serviceType, Core.IMethod method)
{
    public Type ServiceType { get; } = serviceType;

    public Core.IMethod Method { get; } = method;
}

/// <summary>Configures what <c>AddGrpc</c> added.</summary>
public interface IGrpcServerBuilder
{
    IServiceCollection Services { get; }
}
