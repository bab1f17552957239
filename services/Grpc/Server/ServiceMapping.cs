using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Registers what gRPC services need.</summary>
    public static class GrpcServicesExtensions
    {
        public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);
            services.AddRouting();
            services.AddOptions();
            services.AddMetrics();
            services.TryAddSingleton<ServerTelemetry>();
            services.TryAddSingleton<ServiceMethodsRegistry>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, FallbackPolicy>());
            return new GrpcServerBuilder(services);
        }

        public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
        {
            ArgumentNullException.ThrowIfNull(services);
            services.Configure(configureOptions);
            return services.AddGrpc();
        }

        /// <summary>Options of one service, over those of all.</summary>
        public static IGrpcServerBuilder AddServiceOptions<TService>(this IGrpcServerBuilder grpcBuilder, Action<GrpcServiceOptions<TService>> configure)
            where TService : class
        {
            ArgumentNullException.ThrowIfNull(grpcBuilder);
            grpcBuilder.Services.Configure(configure);
            return grpcBuilder;
        }

        private sealed class GrpcServerBuilder(IServiceCollection services) : IGrpcServerBuilder
        {
            public IServiceCollection Services => services;
        }
    }
}

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>Conventions on all methods of a mapped service.</summary>
    public sealed class GrpcServiceEndpointConventionBuilder : IEndpointConventionBuilder
    {
        private readonly IEndpointConventionBuilder[] _methods;

        internal GrpcServiceEndpointConventionBuilder(IEnumerable<IEndpointConventionBuilder> methods) => _methods = [.. methods];

        public void Add(Action<EndpointBuilder> convention)
        {
            foreach (var method in _methods)
            {
                method.Add(convention);
            }
        }

        public void Finally(Action<EndpointBuilder> finallyConvention)
        {
            foreach (var method in _methods)
            {
                method.Finally(finallyConvention);
            }
        }
    }

    /// <summary>Maps gRPC services to routes.</summary>
    public static class GrpcEndpointRouteBuilderExtensions
    {
        /// <summary>Maps all methods of a service that derives from a generated base class. Other methods and services asked for on the same routes answer UNIMPLEMENTED.</summary>
        public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
            where TService : class
        {
            ArgumentNullException.ThrowIfNull(builder);
            var binder = new ServiceBinder<TService>(builder);
            binder.BindAll();
            FallbackEndpoint.MapOnce(builder);
            return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
        }
    }
}

namespace Grpc.AspNetCore.Server
{
    /// <summary>The services mapped in this process, for reflection.</summary>
    internal sealed class ServiceMethodsRegistry
    {
        private readonly Lock _gate = new();
        private readonly List<Type> _serviceTypes = [];

        public void Add(Type serviceType)
        {
            lock (_gate)
            {
                _serviceTypes.Add(serviceType);
            }
        }

        public Type[] ServiceTypes
        {
            get
            {
                lock (_gate)
                {
                    return [.. _serviceTypes];
                }
            }
        }
    }

    /// <summary>Turns each method that the generated code binds into an endpoint.</summary>
    internal sealed class ServiceBinder<TService> : ServiceBinderBase
        where TService : class
    {
        private readonly IEndpointRouteBuilder _routes;
        private readonly GrpcServiceOptions _global;
        private readonly GrpcServiceOptions _service;
        private readonly TimeProvider _time;
        private readonly ServerTelemetry _telemetry;
        private readonly ILogger _logger;

        public ServiceBinder(IEndpointRouteBuilder routes)
        {
            _routes = routes;
            var services = routes.ServiceProvider;
            _telemetry = services.GetService<ServerTelemetry>()
                ?? throw new InvalidOperationException("The gRPC services are missing: call 'IServiceCollection.AddGrpc' when the host is built.");
            _global = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
            _service = services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
            _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
            _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server");
        }

        public List<IEndpointConventionBuilder> Endpoints { get; } = [];

        public void BindAll()
        {
            var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
                ?? throw new InvalidOperationException($"{typeof(TService)} does not derive from a generated service base class.");
            var baseType = typeof(TService);
            while (baseType.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is null)
            {
                baseType = baseType.BaseType!;
            }

            var bind = attribute.BindType.GetMethod(attribute.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), baseType])
                ?? throw new InvalidOperationException($"{attribute.BindType} has no method {attribute.BindMethodName}({nameof(ServiceBinderBase)}, {baseType.Name}).");
            bind.Invoke(null, [this, null]);
            _routes.ServiceProvider.GetRequiredService<ServiceMethodsRegistry>().Add(typeof(TService));
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Map(method, typeof(UnaryServerMethod<TRequest, TResponse>), (settings, target) =>
                new UnaryCallHandler<TService, TRequest, TResponse>(settings, method, target.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>()));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Map(method, typeof(ClientStreamingServerMethod<TRequest, TResponse>), (settings, target) =>
                new ClientStreamingCallHandler<TService, TRequest, TResponse>(
                    settings, method, target.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>()));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Map(method, typeof(ServerStreamingServerMethod<TRequest, TResponse>), (settings, target) =>
                new ServerStreamingCallHandler<TService, TRequest, TResponse>(
                    settings, method, target.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>()));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Map(method, typeof(DuplexStreamingServerMethod<TRequest, TResponse>), (settings, target) =>
                new DuplexStreamingCallHandler<TService, TRequest, TResponse>(
                    settings, method, target.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>()));

        private void Map(IMethod method, Type signature, Func<MethodSettings, MethodInfo, CallHandler> create)
        {
            Type[] parameters = [.. signature.GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)];
            var target = typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
                ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} for {method.FullName}.");
            var settings = MethodSettings.Create(method, _global, _service, _time, _telemetry, _logger);
            var handler = create(settings, target);
            var endpoint = _routes.MapMethods(method.FullName, ["POST"], handler.HandleAsync);
            endpoint.Add(builder =>
            {
                builder.DisplayName = $"gRPC - {method.FullName}";
                builder.Metadata.Add(new GrpcMethodMetadata(typeof(TService), method));

                // Attributes such as [Authorize] on the class and on the method.
                foreach (var attribute in typeof(TService).GetCustomAttributes(inherit: true).Concat(target.GetCustomAttributes(inherit: true)))
                {
                    builder.Metadata.Add(attribute);
                }
            });
            Endpoints.Add(endpoint);
        }
    }

    /// <summary>Answers gRPC requests for methods and services that are not mapped.</summary>
    internal static class FallbackEndpoint
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<IEndpointRouteBuilder, object> Mapped = [];

        public static void MapOnce(IEndpointRouteBuilder routes)
        {
            var services = routes.ServiceProvider;
            if (services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.IgnoreUnknownServices == true || !Mapped.TryAdd(routes, new object()))
            {
                return;
            }

            var telemetry = services.GetRequiredService<ServerTelemetry>();
            var pattern = RoutePatternFactory.Parse("{unimplementedService}/{unimplementedMethod}", null, new { unimplementedMethod = new GrpcContentTypeConstraint() });
            var endpoint = routes.Map(pattern, http =>
            {
                if (!RequestCheck.TryAccept(http))
                {
                    return Task.CompletedTask;
                }

                var begun = telemetry.Begin();
                var response = http.Response;
                response.ContentType = "application/grpc";
                response.Headers["grpc-status"] = StatusMapping.Number(StatusCode.Unimplemented);
                response.Headers["grpc-message"] = "Method is unimplemented.";
                telemetry.End(begun, http, ServerTelemetry.OtherMethod, StatusCode.Unimplemented, http.Request.Path.Value?.TrimStart('/'));
                return Task.CompletedTask;
            });
            endpoint.Add(builder =>
            {
                builder.DisplayName = "gRPC - Unimplemented";
                builder.Metadata.Add(new HttpMethodMetadata(["POST"]));
                builder.Metadata.Add(FallbackMetadata.Instance);
            });
        }

        private sealed class GrpcContentTypeConstraint : IRouteConstraint
        {
            public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
                httpContext is not null && RequestCheck.IsGrpc(httpContext.Request.ContentType);
        }
    }
}

namespace Grpc.Core
{
    /// <summary>From the call to its HTTP request.</summary>
    public static class ServerCallContextExtensions
    {
        /// <summary>The HTTP request of a call served by ASP.NET Core.</summary>
        public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
        {
            ArgumentNullException.ThrowIfNull(serverCallContext);
            if (serverCallContext is ServerCall call)
            {
                return call.Http;
            }

            // Tests make contexts of their own and put the request there.
            return serverCallContext.UserState.TryGetValue("__HttpContext", out var value) && value is HttpContext http
                ? http
                : throw new InvalidOperationException("Could not get HttpContext from ServerCallContext. HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
        }
    }
}
