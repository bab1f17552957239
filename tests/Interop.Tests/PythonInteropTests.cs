using Grpc.Net.Client;
using Grpc.Testing;

namespace Sikap.Interop.Tests;

/// <summary>The published cases against Debian's grpcio, own client first.</summary>
public sealed class OwnClientPythonServerTests(OwnClientPythonServerTests.ServerFixture fixture) : IClassFixture<OwnClientPythonServerTests.ServerFixture>
{
    public static TheoryData<string> Cases => [.. InteropCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task InteropCase_PythonServer_Passes(string name)
    {
        await PythonPeer.RequireOrSkipAsync();
        await InteropCases.RunAsync(name, await fixture.Address.Value);
    }

    public sealed class ServerFixture : IAsyncDisposable
    {
        private PythonPeer? _peer;

        public ServerFixture() => Address = new Lazy<Task<Uri>>(StartAsync);

        public Lazy<Task<Uri>> Address { get; }

        public async ValueTask DisposeAsync()
        {
            if (_peer is not null)
            {
                await _peer.DisposeAsync();
            }
        }

        private async Task<Uri> StartAsync()
        {
            (_peer, var address) = await PythonPeer.StartServerAsync();
            return address;
        }
    }
}

/// <summary>The other direction: grpcio's client against the project's own server.</summary>
public sealed class PythonClientOwnServerTests(PythonClientOwnServerTests.VerdictsFixture fixture) : IClassFixture<PythonClientOwnServerTests.VerdictsFixture>
{
    public static TheoryData<string> Cases => [.. InteropCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task InteropCase_PythonClient_Passes(string name)
    {
        await PythonPeer.RequireOrSkipAsync();
        var verdicts = await fixture.Verdicts.Value;

        verdicts.ShouldContainKey(name);
        verdicts[name].ShouldBe("PASS " + name);
    }

    public sealed class VerdictsFixture
    {
        public Lazy<Task<Dictionary<string, string>>> Verdicts { get; } = new(async () =>
        {
            await using var server = await TestServer.StartAsync();
            return await PythonPeer.RunClientAsync(server.Address);
        });
    }
}
