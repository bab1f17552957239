using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Alpha = Grpc.Reflection.V1Alpha;
using V1 = Grpc.Reflection.V1;

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Registers the reflection service, by which tools learn the services and messages of a server. Not for production.</summary>
    public static class GrpcReflectionServiceExtensions
    {
        public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);
            services.TryAddSingleton(provider => SymbolTable.OfMappedServices(provider.GetRequiredService<ServiceMethodsRegistry>()));
            return services;
        }
    }
}

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>Maps the reflection service.</summary>
    public static class GrpcReflectionEndpointRouteBuilderExtensions
    {
        /// <summary>Maps v1 and v1alpha.</summary>
        public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            return new BothVersions(builder.MapGrpcService<ReflectionV1Service>(), builder.MapGrpcService<ReflectionV1AlphaService>());
        }

        private sealed class BothVersions(IEndpointConventionBuilder one, IEndpointConventionBuilder other) : IEndpointConventionBuilder
        {
            public void Add(Action<EndpointBuilder> convention)
            {
                one.Add(convention);
                other.Add(convention);
            }

            public void Finally(Action<EndpointBuilder> finallyConvention)
            {
                one.Finally(finallyConvention);
                other.Finally(finallyConvention);
            }
        }
    }
}

namespace Grpc.Reflection
{
    /// <summary>The files, services and names that reflection answers from. Immutable.</summary>
    internal sealed class SymbolTable
    {
        private readonly SortedSet<string> _services = new(StringComparer.Ordinal);
        private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
        private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
        private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

        public SymbolTable(IEnumerable<ServiceDescriptor> services)
        {
            foreach (var service in services)
            {
                _services.Add(service.FullName);
                AddFile(service.File);
            }
        }

        public IEnumerable<string> Services => _services;

        /// <summary>The services whose generated classes are mapped in this process.</summary>
        public static SymbolTable OfMappedServices(ServiceMethodsRegistry registry) => new(
            registry.ServiceTypes
                .Select(type => type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)!.BindType)
                .Distinct()
                .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
                .OfType<ServiceDescriptor>());

        public FileDescriptor? FileByName(string name) => _files.GetValueOrDefault(name);

        public FileDescriptor? FileBySymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

        public FileDescriptor? FileByExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

        /// <summary>The extension numbers of a type; null for a type that is not known.</summary>
        public IEnumerable<int>? ExtensionNumbers(string type) => _extensions.TryGetValue(type, out var numbers) ? numbers.Keys : _symbols.ContainsKey(type) ? [] : null;

        /// <summary>A file with all it imports, itself first.</summary>
        public static IEnumerable<ByteString> WithImports(FileDescriptor file)
        {
            var seen = new HashSet<string>();
            var queue = new Queue<FileDescriptor>([file]);
            while (queue.TryDequeue(out var next))
            {
                if (seen.Add(next.Name))
                {
                    yield return next.SerializedData;
                    foreach (var import in next.Dependencies)
                    {
                        queue.Enqueue(import);
                    }
                }
            }
        }

        private void AddFile(FileDescriptor file)
        {
            if (!_files.TryAdd(file.Name, file))
            {
                return;
            }

            foreach (var import in file.Dependencies)
            {
                AddFile(import);
            }

            foreach (var message in file.MessageTypes)
            {
                AddMessage(message);
            }

            foreach (var type in file.EnumTypes)
            {
                AddEnum(type);
            }

            foreach (var service in file.Services)
            {
                _symbols[service.FullName] = file;
                foreach (var method in service.Methods)
                {
                    _symbols[method.FullName] = file;
                }
            }

            AddExtensions(file.Extensions.UnorderedExtensions, file);
        }

        private void AddMessage(MessageDescriptor message)
        {
            _symbols[message.FullName] = message.File;
            foreach (var nested in message.NestedTypes)
            {
                AddMessage(nested);
            }

            foreach (var type in message.EnumTypes)
            {
                AddEnum(type);
            }

            foreach (var field in message.Fields.InDeclarationOrder())
            {
                _symbols[field.FullName] = message.File;
            }

            AddExtensions(message.Extensions.UnorderedExtensions, message.File);
        }

        private void AddEnum(EnumDescriptor type)
        {
            _symbols[type.FullName] = type.File;
            foreach (var value in type.Values)
            {
                _symbols[value.FullName] = type.File;
            }
        }

        private void AddExtensions(IEnumerable<FieldDescriptor> extensions, FileDescriptor file)
        {
            foreach (var extension in extensions)
            {
                _symbols[extension.FullName] = file;
                var type = extension.ExtendeeType.FullName;
                if (!_extensions.TryGetValue(type, out var numbers))
                {
                    _extensions[type] = numbers = [];
                }

                numbers[extension.FieldNumber] = file;
            }
        }
    }

    internal sealed class ReflectionV1Service(SymbolTable symbols) : V1.ServerReflection.ServerReflectionBase
    {
        public override async Task ServerReflectionInfo(
            IAsyncStreamReader<V1.ServerReflectionRequest> requestStream, IServerStreamWriter<V1.ServerReflectionResponse> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                await responseStream.WriteAsync(Answer(requestStream.Current));
            }
        }

        internal V1.ServerReflectionResponse Answer(V1.ServerReflectionRequest request)
        {
            var response = new V1.ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
            switch (request.MessageRequestCase)
            {
                case V1.ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                    response.ListServicesResponse = new V1.ListServiceResponse { Service = { symbols.Services.Select(name => new V1.ServiceResponse { Name = name }) } };
                    break;
                case V1.ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                    SetFile(response, symbols.FileByName(request.FileByFilename), "File not found.");
                    break;
                case V1.ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                    SetFile(response, symbols.FileBySymbol(request.FileContainingSymbol), "Symbol not found.");
                    break;
                case V1.ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                    var extension = request.FileContainingExtension;
                    SetFile(response, symbols.FileByExtension(extension.ContainingType, extension.ExtensionNumber), "Extension not found.");
                    break;
                case V1.ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                    if (symbols.ExtensionNumbers(request.AllExtensionNumbersOfType) is { } numbers)
                    {
                        response.AllExtensionNumbersResponse = new V1.ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType, ExtensionNumber = { numbers } };
                    }
                    else
                    {
                        SetError(response, StatusCode.NotFound, "Type not found.");
                    }

                    break;
                default:
                    SetError(response, StatusCode.InvalidArgument, "The request asks for nothing.");
                    break;
            }

            return response;
        }

        private static void SetFile(V1.ServerReflectionResponse response, FileDescriptor? file, string notFound)
        {
            if (file is null)
            {
                SetError(response, StatusCode.NotFound, notFound);
            }
            else
            {
                response.FileDescriptorResponse = new V1.FileDescriptorResponse { FileDescriptorProto = { SymbolTable.WithImports(file) } };
            }
        }

        private static void SetError(V1.ServerReflectionResponse response, StatusCode code, string message) =>
            response.ErrorResponse = new V1.ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };
    }

    /// <summary>The older name of the same service: the messages are equal on the wire.</summary>
    internal sealed class ReflectionV1AlphaService(SymbolTable symbols) : Alpha.ServerReflection.ServerReflectionBase
    {
        private readonly ReflectionV1Service _inner = new(symbols);

        public override async Task ServerReflectionInfo(
            IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream, IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var answer = _inner.Answer(V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
                await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
            }
        }
    }
}
