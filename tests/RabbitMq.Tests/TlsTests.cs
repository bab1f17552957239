namespace Sikap.RabbitMq.Tests;

/// <summary>K11: the library forgives a certificate nobody vouches for unless told otherwise.</summary>
public sealed class TlsTests(SharedBroker broker)
{
    [Fact]
    public async Task Tls_CertificateOfAnUnknownAuthority_IsRefused()
    {
        var node = broker.Node;
        var virtualHost = node.NewVirtualHost();
        await using var service = await TestService.StartAsync(node, virtualHost, awaitReady: false, settings: new Dictionary<string, string?>
        {
            ["Bus:Hosts"] = $"localhost:{node.TlsPort}",
            ["Bus:UseTls"] = "true",
            ["Bus:PublishTimeout"] = "00:00:03",
        });

        await Should.ThrowAsync<ServiceDefaults.PublishOutcomeUnknownException>(() => service.PublishAsync("secret"));

        (await service.UnreadyAsync()).ShouldContain("broker:");
        (await node.ConnectionsAsync(virtualHost)).ShouldBe(0);
        (await node.QueuesAsync(virtualHost)).ShouldBeEmpty();
    }
}
