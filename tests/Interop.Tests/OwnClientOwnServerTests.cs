using Grpc.Net.Client;
using Grpc.Testing;

namespace Sikap.Interop.Tests;

public sealed class OwnClientOwnServerTests
{
    public static TheoryData<string> Cases => [.. InteropCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task InteropCase_OwnServer_Passes(string name)
    {
        await using var server = await TestServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);

        await InteropCases.All[name](new TestService.TestServiceClient(channel), channel).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
