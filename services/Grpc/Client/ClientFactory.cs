using System.Collections.Concurrent;
using Grpc.Client;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory
{
    /// <summary>Options of a registered typed client.</summary>
    public class GrpcClientFactoryOptions
    {
        /// <summary>The server's address.</summary>
        public Uri? Address { get; set; }

        /// <summary>What is done to the channel's options when it is made.</summary>
        public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = [];

        /// <summary>What is done to the options of each call.</summary>
        public IList<Action<CallOptionsContext>> CallOptionsActions { get; } = [];

        /// <summary>Interceptors, outermost first.</summary>
        public IList<InterceptorRegistration> InterceptorRegistrations { get; } = [];

        /// <summary>Makes the client; null for its constructor with a call invoker.</summary>
        public Func<CallInvoker, object>? Creator { get; set; }
    }

    /// <summary>The options of a call that is about to start.</summary>
    public class CallOptionsContext(CallOptions callOptions, IServiceProvider serviceProvider)
    {
        public CallOptions CallOptions { get; set; } = callOptions;

        public IServiceProvider ServiceProvider { get; } = serviceProvider;
    }

    /// <summary>How long an interceptor of a typed client lives.</summary>
    public enum InterceptorScope
    {
        /// <summary>One for the channel.</summary>
        Channel,

        /// <summary>One per client.</summary>
        Client,
    }

    /// <summary>Makes an interceptor of a typed client.</summary>
    public class InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
    {
        public InterceptorScope Scope { get; } = scope;

        internal Func<IServiceProvider, Interceptor> Creator { get; } = creator;
    }

    /// <summary>Makes registered clients by name.</summary>
    public abstract class GrpcClientFactory
    {
        public abstract TClient CreateClient<TClient>(string name)
            where TClient : class;
    }

    internal sealed class DefaultGrpcClientFactory(IServiceProvider services, CallInvokerCache cache, IOptionsMonitor<GrpcClientFactoryOptions> options) : GrpcClientFactory
    {
        public override TClient CreateClient<TClient>(string name)
        {
            var clientOptions = options.Get(name);
            var invoker = cache.Get(name);
            invoker = invoker.Intercept([.. clientOptions.InterceptorRegistrations.Where(each => each.Scope == InterceptorScope.Client).Select(each => each.Creator(services))]);
            if (clientOptions.CallOptionsActions.Count > 0)
            {
                invoker = new CallOptionsInvoker(invoker, clientOptions.CallOptionsActions, services);
            }

            return clientOptions.Creator is { } creator
                ? (TClient)creator(invoker)
                : ActivatorUtilities.CreateInstance<TClient>(services, invoker);
        }
    }

    /// <summary>One channel per registered client, kept as long as the host lives.</summary>
    internal sealed class CallInvokerCache(
        IServiceProvider services, IHttpMessageHandlerFactory handlers, IOptionsMonitor<GrpcClientFactoryOptions> options, ILoggerFactory loggers) : IDisposable
    {
        private readonly ConcurrentDictionary<string, Lazy<(GrpcChannel Channel, CallInvoker Invoker)>> _channels = new();

        public CallInvoker Get(string name) => _channels.GetOrAdd(name, key => new(() => Create(key))).Value.Invoker;

        public void Dispose()
        {
            foreach (var channel in _channels.Values)
            {
                if (channel.IsValueCreated)
                {
                    channel.Value.Channel.Dispose();
                }
            }
        }

        private (GrpcChannel Channel, CallInvoker Invoker) Create(string name)
        {
            var clientOptions = options.Get(name);
            var address = clientOptions.Address
                ?? throw new InvalidOperationException($"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client: services.AddGrpcClient<T>(o => o.Address = ...).");
            var channelOptions = new GrpcChannelOptions { HttpHandler = handlers.CreateHandler(name), LoggerFactory = loggers, ServiceProvider = services };
            foreach (var action in clientOptions.ChannelOptionsActions)
            {
                action(channelOptions);
            }

            var channel = GrpcChannel.ForAddress(address, channelOptions);
            var invoker = channel.CreateCallInvoker()
                .Intercept([.. clientOptions.InterceptorRegistrations.Where(each => each.Scope == InterceptorScope.Channel).Select(each => each.Creator(services))]);
            return (channel, invoker);
        }
    }

    internal sealed class CallOptionsInvoker(CallInvoker inner, IList<Action<CallOptionsContext>> actions, IServiceProvider services) : CallInvoker
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            inner.BlockingUnaryCall(method, host, Changed(options), request);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            inner.AsyncUnaryCall(method, host, Changed(options), request);

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            inner.AsyncServerStreamingCall(method, host, Changed(options), request);

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            inner.AsyncClientStreamingCall(method, host, Changed(options));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            inner.AsyncDuplexStreamingCall(method, host, Changed(options));

        private CallOptions Changed(CallOptions options)
        {
            var context = new CallOptionsContext(options, services);
            foreach (var action in actions)
            {
                action(context);
            }

            return context.CallOptions;
        }
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Registers typed gRPC clients.</summary>
    public static class GrpcClientServiceExtensions
    {
        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services)
            where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, (_, _) => { });

        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
            where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
            where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name)
            where TClient : class => services.AddGrpcClient<TClient>(name, (_, _) => { });

        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
            where TClient : class => services.AddGrpcClient<TClient>(name, (_, options) => configureClient(options));

        /// <summary>Registers a transient client <typeparamref name="TClient"/> whose calls share one channel; <paramref name="name"/> tells several registrations of one type apart.</summary>
        public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
            where TClient : class
        {
            ArgumentNullException.ThrowIfNull(services);
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(configureClient);
            services.AddOptions<GrpcClientFactoryOptions>(name).Configure<IServiceProvider>((options, provider) => configureClient(provider, options));
            services.TryAddSingleton<CallInvokerCache>();
            services.TryAddTransient<GrpcClientFactory, DefaultGrpcClientFactory>();
            services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));

            // The channel keeps its handler, so rotation would only leave dead handlers behind; the handler itself renews connections.
            return services.AddHttpClient(name)
                .ConfigurePrimaryHttpMessageHandler(GrpcChannel.CreateHandler)
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
                .RemoveAllLoggers();
        }
    }

    /// <summary>Configures registered clients.</summary>
    public static class GrpcHttpClientBuilderExtensions
    {
        public static IHttpClientBuilder ConfigureChannel(this IHttpClientBuilder builder, Action<GrpcChannelOptions> configureChannel)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.Configure<GrpcClientFactoryOptions>(builder.Name, options => options.ChannelOptionsActions.Add(configureChannel));
            return builder;
        }

        public static IHttpClientBuilder ConfigureChannel(this IHttpClientBuilder builder, Action<IServiceProvider, GrpcChannelOptions> configureChannel)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.AddOptions<GrpcClientFactoryOptions>(builder.Name)
                .Configure<IServiceProvider>((options, provider) => options.ChannelOptionsActions.Add(channel => configureChannel(provider, channel)));
            return builder;
        }

        public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<Interceptor> configureInvoker) =>
            builder.AddInterceptor(InterceptorScope.Channel, _ => configureInvoker());

        public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<IServiceProvider, Interceptor> configureInvoker) =>
            builder.AddInterceptor(InterceptorScope.Channel, configureInvoker);

        public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, InterceptorScope scope, Func<IServiceProvider, Interceptor> configureInvoker)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.Configure<GrpcClientFactoryOptions>(builder.Name, options => options.InterceptorRegistrations.Add(new InterceptorRegistration(scope, configureInvoker)));
            return builder;
        }

        /// <summary>Adds an interceptor that is registered as a service.</summary>
        public static IHttpClientBuilder AddInterceptor<TInterceptor>(this IHttpClientBuilder builder)
            where TInterceptor : Interceptor => builder.AddInterceptor<TInterceptor>(InterceptorScope.Channel);

        public static IHttpClientBuilder AddInterceptor<TInterceptor>(this IHttpClientBuilder builder, InterceptorScope scope)
            where TInterceptor : Interceptor => builder.AddInterceptor(scope, provider => provider.GetRequiredService<TInterceptor>());

        public static IHttpClientBuilder ConfigureGrpcClientCreator(this IHttpClientBuilder builder, Func<CallInvoker, object> configureCreator)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.Configure<GrpcClientFactoryOptions>(builder.Name, options => options.Creator = configureCreator);
            return builder;
        }

        /// <summary>Changes the metadata of each call before it starts.</summary>
        public static IHttpClientBuilder AddCallCredentials(this IHttpClientBuilder builder, Func<AuthInterceptorContext, Metadata, Task> authInterceptor)
        {
            ArgumentNullException.ThrowIfNull(builder);
            var credentials = CallCredentials.FromInterceptor((context, metadata) => authInterceptor(context, metadata));
            builder.Services.Configure<GrpcClientFactoryOptions>(
                builder.Name,
                options => options.CallOptionsActions.Add(context => context.CallOptions = context.CallOptions.WithCredentials(credentials)));
            return builder;
        }
    }
}
