namespace Sikap.Interop.Tests;

public sealed class OwnClientOwnServerTests
{
    public static TheoryData<string> Cases => [.. InteropCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task InteropCase_OwnServer_Passes(string name)
    {
        await using var server = await TestServer.StartAsync();

        await InteropCases.RunAsync(name, server.Address);
    }
}
