using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core;
using Sikap.MongoClient.Tests.Mock;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests;

using MongoClient = MongoDB.Driver.MongoClient;

/// <summary>How the client greets servers and proves who it is.</summary>
public sealed class HandshakeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Greeting_OfEveryConnection_IsLegacyAndOffersHello()
    {
        await using var deployment = MockDeployment.Start();
        using var client = new MongoClient(deployment.Url("appName=ledger&heartbeatFrequencyMS=500"));

        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);
        await Eventually(() => deployment.Primary.Received.Any(received => received.Name == "hello"));

        var firsts = deployment.Primary.Received.GroupBy(received => received.Connection).Select(group => group.First()).ToList();
        firsts.Count.ShouldBeGreaterThan(1);
        foreach (var first in firsts)
        {
            first.Name.ShouldBe("isMaster");
            first.OpCode.ShouldBe(2004);
            first.Command["helloOk"].AsBoolean.ShouldBeTrue();
            first.Command["client"]["application"]["name"].AsString.ShouldBe("ledger");
            first.Command["client"]["driver"]["name"].AsString.ShouldNotBeEmpty();
            first.Command["client"].AsBsonDocument.ToBson().Length.ShouldBeLessThan(512);
        }

        deployment.Primary.Received.Where(received => received.Name != "isMaster").ShouldAllBe(received => received.OpCode == 2013);
    }

    [Fact]
    public async Task Monitoring_OfAServerThatCanStream_AwaitsWithTopologyVersion()
    {
        await using var deployment = MockDeployment.Start();
        using var client = new MongoClient(deployment.Url("heartbeatFrequencyMS=500"));
        client.Cluster.Start();

        await Eventually(() => deployment.Primary.Received.Any(received => received.Name == "hello" && received.Command.Contains("topologyVersion")));

        deployment.Primary.Received.First(received => received.Command.Contains("topologyVersion")).Command["maxAwaitTimeMS"].ToInt64().ShouldBe(500);
    }

    [Fact]
    public async Task Server_OlderThanSupported_IsRefusedAtOnce()
    {
        await using var deployment = MockDeployment.Start(version: "4.0.0");
        using var client = new MongoClient(deployment.Url());

        var refused = await Should.ThrowAsync<MongoIncompatibleDriverException>(client.GetDatabase("a").GetCollection<BsonDocument>("b").InsertOneAsync([]).WaitAsync(Patience));

        refused.Message.ShouldContain("wire version 7");
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "8.0.0", "")]
    [InlineData("SCRAM-SHA-1", "8.0.0", "")]
    [InlineData("SCRAM-SHA-256", "4.2.0", "")]
    [InlineData("SCRAM-SHA-1", "4.2.0", "authMechanism=SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-256", "8.0.0", "authMechanism=SCRAM-SHA-256")]
    public async Task Scram_WhatTheServerOffers_IsUsed(string mechanism, string version, string options)
    {
        await using var deployment = MockDeployment.Start(version: version, user: "us=er,x", password: "p@ss:word", mechanisms: [mechanism]);
        using var client = new MongoClient(deployment.Url(options));

        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);

        deployment.Primary.Received.ShouldContain(received => received.Name == "ping");
    }

    [Theory]
    [InlineData("I\u00adX", "IX")]
    [InlineData("\u2168", "IX")]
    [InlineData("\u2168", "I\u00adX")]
    [InlineData("a\u00a0b", "a b")]
    public async Task Scram_PasswordsThatLookTheSame_AreTheSame(string typed, string stored)
    {
        await using var deployment = MockDeployment.Start(user: "user", password: SaslPrep.Prepare(stored), mechanisms: ["SCRAM-SHA-256"]);
        var settings = MongoClientSettings.FromConnectionString(deployment.Url());
        settings.Credential = MongoCredential.CreateCredential("admin", "user", typed);
        using var client = new MongoClient(settings);

        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);
    }

    [Theory]
    [InlineData("a\u0007b")]
    [InlineData("\u0627\u0031")]
    [InlineData("\u0627a\u0628")]
    [InlineData("\ue000")]
    public void SaslPrep_ProhibitedPasswords_AreRefused(string password)
    {
        Should.Throw<ArgumentException>(() => SaslPrep.Prepare(password)).Message.ShouldNotContain(password);
    }

    [Fact]
    public async Task Scram_WrongPassword_SaysWhoAndNotTheSecret()
    {
        await using var deployment = MockDeployment.Start(user: "user", password: "right");
        using var client = new MongoClient(deployment.Url("serverSelectionTimeoutMS=2000").Replace(":right@", ":wrong-one@", StringComparison.Ordinal));

        var refused = await Should.ThrowAsync<MongoAuthenticationException>(client.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience));

        refused.Message.ShouldContain("user@admin");
        refused.ToString().ShouldNotContain("wrong-one");
    }

    [Fact]
    public async Task Scram_ServerThatDoesNotKnowThePassword_IsNotTrusted()
    {
        await using var deployment = MockDeployment.Start(user: "user", liesAtTheEndOfScram: true);
        using var client = new MongoClient(deployment.Url());

        var refused = await Should.ThrowAsync<MongoAuthenticationException>(client.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience));

        refused.Message.ShouldContain("signature");
        deployment.Primary.Received.ShouldNotContain(received => received.Name == "ping");
    }

    [Fact]
    public async Task Scram_TooFewRounds_AreRefused()
    {
        await using var deployment = MockDeployment.Start(user: "user", scramIterations: 1000);
        using var client = new MongoClient(deployment.Url());

        (await Should.ThrowAsync<MongoAuthenticationException>(client.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience))).Message.ShouldContain("1000");
    }

    [Fact]
    public async Task Tls_CertificateOfTheNamedAuthority_IsAcceptedAndOthersAreNot()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-mongo");
        var certificates = RabbitCertificates.Create();
        await certificates.WriteAsync(folder.FullName);
        using var pem = X509Certificate2.CreateFromPemFile(certificates.ServerFile, certificates.ServerKeyFile);
        await using var deployment = MockDeployment.Start(certificate: pem);
        var url = deployment.Url("tls=true").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        using var trusting = new MongoClient($"{url}&tlsCAFile={Uri.EscapeDataString(certificates.AuthorityFile)}");
        await trusting.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);

        using var stranger = new MongoClient($"{url}&serverSelectionTimeoutMS=3000");
        (await Should.ThrowAsync<TimeoutException>(stranger.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience))).Message.ShouldContain("certificate");
        using var careless = new MongoClient($"{url}&tlsInsecure=true");
        await careless.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);

        var wrongName = url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        using var misled = new MongoClient($"{wrongName}&serverSelectionTimeoutMS=3000&tlsCAFile={Uri.EscapeDataString(certificates.AuthorityFile)}");
        await Should.ThrowAsync<TimeoutException>(misled.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience));
        using var lenient = new MongoClient($"{wrongName}&tlsAllowInvalidHostnames=true&tlsCAFile={Uri.EscapeDataString(certificates.AuthorityFile)}");
        await lenient.GetDatabase("a").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)).WaitAsync(Patience);
        folder.Delete(recursive: true);
    }

    private static Task Eventually(Func<bool> condition) => TestKit.Eventually.IsTrueAsync(condition);
}
