using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Server;

/// <summary>The options of one method, resolved once when it is mapped.</summary>
internal sealed class MethodSettings
{
    public required IMethod Method { get; init; }

    public required int? MaxSend { get; init; }

    public required int? MaxReceive { get; init; }

    public required bool DetailedErrors { get; init; }

    public required FrozenDictionary<string, ICompressionProvider> Providers { get; init; }

    public required string AcceptEncoding { get; init; }

    public required Compressor? ResponseCompressor { get; init; }

    public required System.IO.Compression.CompressionLevel? Level { get; init; }

    public required InterceptorRegistration[] Interceptors { get; init; }

    public required TimeProvider Time { get; init; }

    public required ServerTelemetry Telemetry { get; init; }

    public required Microsoft.Extensions.Logging.ILogger Logger { get; init; }

    public static MethodSettings Create(
        IMethod method, GrpcServiceOptions global, GrpcServiceOptions service, TimeProvider time, ServerTelemetry telemetry, Microsoft.Extensions.Logging.ILogger logger)
    {
        var providers = (service.CompressionProvidersAreSet ? service : global).CompressionProviders.ToFrozenDictionary(provider => provider.EncodingName);
        var algorithm = service.ResponseCompressionAlgorithm ?? global.ResponseCompressionAlgorithm;
        var level = service.ResponseCompressionLevel ?? global.ResponseCompressionLevel;
        if (algorithm is not null && algorithm != Encodings.Identity && !providers.ContainsKey(algorithm))
        {
            throw new InvalidOperationException($"The response compression algorithm '{algorithm}' has no compression provider.");
        }

        return new MethodSettings
        {
            Method = method,
            MaxSend = service.MaxSendMessageSize ?? global.MaxSendMessageSize,
            MaxReceive = service.MaxReceiveMessageSizeIsSet ? service.MaxReceiveMessageSize : global.MaxReceiveMessageSize,
            DetailedErrors = service.EnableDetailedErrors ?? global.EnableDetailedErrors ?? false,
            Providers = providers,
            AcceptEncoding = Encodings.AcceptValue(providers.Keys.Order(StringComparer.Ordinal).Reverse().OrderByDescending(name => name == "gzip")),
            ResponseCompressor = algorithm is null || algorithm == Encodings.Identity ? null : new Compressor(providers[algorithm], level),
            Level = level,
            Interceptors = [.. global.Interceptors, .. service.Interceptors],
            Time = time,
            Telemetry = telemetry,
            Logger = logger,
        };
    }
}
