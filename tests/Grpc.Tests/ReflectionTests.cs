using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Alpha = Grpc.Reflection.V1Alpha;
using V1 = Grpc.Reflection.V1;

namespace Sikap.Grpc.Tests;

public sealed class ReflectionTests
{
    [Fact]
    public async Task Rule22_SeveralQuestionsOnOneStream_AreAnsweredAndErrorsDoNotEndIt()
    {
        await using var host = await StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo(ProbeHost.Options);

        async Task<V1.ServerReflectionResponse> AskAsync(V1.ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request);
            (await call.ResponseStream.MoveNext().WaitAsync(ProbeHost.Patience)).ShouldBeTrue();
            call.ResponseStream.Current.OriginalRequest.ShouldBe(request);
            return call.ResponseStream.Current;
        }

        var unknown = await AskAsync(new V1.ServerReflectionRequest { FileContainingSymbol = "no.Such" });
        var services = await AskAsync(new V1.ServerReflectionRequest { ListServices = "" });
        var bySymbol = await AskAsync(new V1.ServerReflectionRequest { FileContainingSymbol = "probe.Probe.One" });
        var byName = await AskAsync(new V1.ServerReflectionRequest { FileByFilename = "probe_messages.proto" });
        var noExtension = await AskAsync(new V1.ServerReflectionRequest { FileContainingExtension = new V1.ExtensionRequest { ContainingType = "probe.Ask", ExtensionNumber = 5 } });
        var numbers = await AskAsync(new V1.ServerReflectionRequest { AllExtensionNumbersOfType = "probe.Ask" });
        var nothing = await AskAsync(new V1.ServerReflectionRequest());
        await call.RequestStream.CompleteAsync();
        var more = await call.ResponseStream.MoveNext();

        unknown.ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.NotFound);
        services.ListServicesResponse.Service.Select(service => service.Name).ShouldBe(["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "probe.Probe"]);
        Names(bySymbol.FileDescriptorResponse.FileDescriptorProto).ShouldBe(["probe.proto", "probe_messages.proto"]);
        Names(byName.FileDescriptorResponse.FileDescriptorProto).ShouldBe(["probe_messages.proto"]);
        noExtension.ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.NotFound);
        numbers.AllExtensionNumbersResponse.ExtensionNumber.ShouldBeEmpty();
        nothing.ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.InvalidArgument);
        more.ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task Rule22_OlderVersion_AnswersTheSame()
    {
        await using var host = await StartAsync();
        using var call = new Alpha.ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo(ProbeHost.Options);

        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "probe.Ask" });
        (await call.ResponseStream.MoveNext().WaitAsync(ProbeHost.Patience)).ShouldBeTrue();

        Names(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto).ShouldBe(["probe_messages.proto"]);
    }

    private static IEnumerable<string> Names(IEnumerable<ByteString> files) => files.Select(file => FileDescriptorProto.Parser.ParseFrom(file).Name);

    private static Task<ProbeHost> StartAsync() => ProbeHost.StartAsync(
        services: services => services.AddGrpcReflection(),
        map: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapGrpcReflectionService();
        });
}
