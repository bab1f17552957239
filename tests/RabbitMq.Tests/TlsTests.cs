using Sikap.ServiceDefaults;

namespace Sikap.RabbitMq.Tests;

/// <summary>K11: the library forgives a certificate nobody vouches for unless told otherwise.</summary>
public sealed class TlsTests(SharedBroker broker)
{
    [Fact]
    public async Task Tls_CertificateOfTheNamedAuthority_IsAccepted()
    {
        await using var service = await TestService.StartAsync(broker.Node, await broker.Node.NewVirtualHostAsync(), settings: Tls("localhost", broker.Node.Certificates!.AuthorityFile));

        await service.PublishAsync("secret");

        await service.Book.DoneAsync(["secret"], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public Task Tls_CertificateOfAnUnknownAuthority_IsRefused() => RefusedAsync("localhost", authorityFile: null);

    [Fact]
    public Task Tls_CertificateOfTheNamedAuthorityForAnotherName_IsRefused() => RefusedAsync("127.0.0.1", broker.Node.Certificates!.AuthorityFile);

    private async Task RefusedAsync(string host, string? authorityFile)
    {
        var node = broker.Node;
        var virtualHost = await node.NewVirtualHostAsync();
        await using var service = await TestService.StartAsync(node, virtualHost, awaitReady: false, settings: Tls(host, authorityFile));

        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => service.PublishAsync("secret"));

        (await service.UnreadyAsync()).ShouldContain("broker:");
        (await node.ConnectionsAsync(virtualHost)).ShouldBe(0);
        (await node.QueuesAsync(virtualHost)).ShouldBeEmpty();
    }

    private Dictionary<string, string?> Tls(string host, string? authorityFile) => new()
    {
        ["Bus:Hosts"] = $"{host}:{broker.Node.TlsPort}",
        ["Bus:UseTls"] = "true",
        ["Bus:TlsAuthorityFile"] = authorityFile,
        ["Bus:PublishTimeout"] = "00:00:03",
        // A bus that never connected uses all the time its stop may take.
        ["Shutdown:Timeout"] = "00:00:01",
    };
}
