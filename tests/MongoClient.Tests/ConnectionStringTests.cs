using System.Text.Json;
using MongoDB.Driver;

namespace Sikap.MongoClient.Tests;

/// <summary>Connection strings and their options. What the specification warns about is refused: see <see cref="MongoUrl"/>.</summary>
public sealed class ConnectionStringTests
{
    public static TheoryData<string> Files => [.. SpecFile.Under("connection-string"), .. SpecFile.Under("uri-options"), .. SpecFile.Under("auth/tests/legacy")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Cases_OfTheSpecification_HoldOrAreRefused(string file)
    {
        var failures = new List<string>();
        foreach (var test in SpecFile.Json(file).List("tests"))
        {
            var description = test.String("description")!;
            try
            {
                Check(file, description, test);
            }
            catch (Exception failure)
            {
                failures.Add($"{description} ({test.String("uri")}): {failure.Message}");
            }
        }

        failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mongodb+srv://example.com/", "mongodb+srv")]
    [InlineData("mongodb://example.com/?compressors=zlib", "compressors")]
    [InlineData("mongodb://example.com/?loadBalanced=true", "loadBalanced")]
    [InlineData("mongodb://example.com/?maxPoolSiez=5", "maxPoolSiez")]
    [InlineData("mongodb://u:p@example.com/?authMechanism=PLAIN", "authMechanism")]
    [InlineData("mongodb://example.com/?maxPoolSize=-1", "maxPoolSize")]
    [InlineData("mongodb://example.com/?readPreference=primary&readPreferenceTags=dc:a", "readPreferenceTags")]
    public void Url_WhatCannotBeFollowed_NamesTheOption(string url, string option)
    {
        Should.Throw<MongoConfigurationException>(() => new MongoUrl(url)).Message.ShouldContain(option);
    }

    [Fact]
    public void Settings_OfAUrl_HoldEveryOption()
    {
        var settings = MongoClientSettings.FromConnectionString(
            "mongodb://u%40x:p%3Aw@a:1,b:2/news?replicaSet=rs&w=majority&journal=true&wTimeoutMS=5000&readPreference=secondaryPreferred&readConcernLevel=majority&maxPoolSize=7"
            + "&waitQueueTimeoutMS=900&tls=true&retryWrites=false&timeoutMS=2000&maxStalenessSeconds=120&authMechanism=SCRAM-SHA-256&socketTimeoutMS=100");

        settings.Servers.ShouldBe([new MongoServerAddress("a", 1), new MongoServerAddress("b", 2)]);
        settings.Credential!.Username.ShouldBe("u@x");
        settings.Credential.Password.ShouldBe("p:w");
        settings.Credential.Source.ShouldBe("news");
        settings.WriteConcern.ToBsonDocument().ToString().ShouldBe("{ \"w\" : \"majority\", \"wtimeout\" : 5000, \"j\" : true }");
        settings.ReadPreference.ReadPreferenceMode.ShouldBe(ReadPreferenceMode.SecondaryPreferred);
        settings.ReadPreference.MaxStaleness.ShouldBe(TimeSpan.FromMinutes(2));
        settings.ReadConcern.Level.ShouldBe(ReadConcernLevel.Majority);
        settings.MaxConnectionPoolSize.ShouldBe(7);
        settings.WaitQueueTimeout.ShouldBe(TimeSpan.FromMilliseconds(900));
        settings.Timeout.ShouldBe(TimeSpan.FromSeconds(2));
        settings.SocketTimeout.ShouldBe(TimeSpan.FromMilliseconds(100));
        settings.UseTls.ShouldBeTrue();
        settings.RetryWrites.ShouldBeFalse();
        new MongoUrl("mongodb://u:secret@a/").ToString().ShouldNotContain("secret");
        settings.Credential.ToString().ShouldNotContain("p:w");
    }

    private static void Check(string file, string description, JsonElement test)
    {
        var uri = test.String("uri")!;
        var valid = test.GetProperty("valid").GetBoolean();
        var warning = test.TryGetProperty("warning", out var warns) && warns.ValueKind == JsonValueKind.True;
        if (!valid || warning || LeftOut.Find(file, description) is { Kind: "refused" })
        {
            Should.Throw<MongoConfigurationException>(() => new MongoUrl(uri));
            return;
        }

        var url = new MongoUrl(uri);
        CheckHosts(url, test);
        CheckAuthentication(url, test);
        if (test.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in options.EnumerateObject())
            {
                Option(url, option.Name).ShouldBe(option.Value.ValueKind == JsonValueKind.String ? option.Value.GetString() : JsonSerializer.Serialize(option.Value), option.Name);
            }
        }
    }

    private static void CheckHosts(MongoUrl url, JsonElement test)
    {
        var hosts = test.List("hosts").ToList();
        if (hosts.Count == 0)
        {
            return;
        }

        url.Servers.Count.ShouldBe(hosts.Count);
        foreach (var (server, host) in url.Servers.Zip(hosts))
        {
            server.Host.ShouldBe(host.String("host"));
            server.IsUnixSocket.ShouldBe(host.String("type") == "unix");
            if (!server.IsUnixSocket)
            {
                server.Port.ShouldBe(host.GetProperty("port") is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : 27017);
            }
        }
    }

    private static void CheckAuthentication(MongoUrl url, JsonElement test)
    {
        if (test.TryGetProperty("auth", out var auth) && auth.ValueKind == JsonValueKind.Object)
        {
            url.Username.ShouldBe(auth.String("username"));
            url.Password.ShouldBe(auth.String("password"));
            url.DatabaseName.ShouldBe(auth.String("db"));
        }

        if (test.TryGetProperty("credential", out var credential))
        {
            (url.Credential is null).ShouldBe(credential.ValueKind == JsonValueKind.Null);
            if (credential.ValueKind == JsonValueKind.Object)
            {
                url.Credential!.Username.ShouldBe(credential.String("username"));
                url.Credential.Password.ShouldBe(credential.String("password"));
                url.Credential.Source.ShouldBe(credential.String("source"));
                url.Credential.Mechanism.ShouldBe(credential.String("mechanism"));
            }
        }
    }

    /// <summary>An option as the specification's JSON would write it.</summary>
    private static string? Option(MongoUrl url, string name) => name.ToUpperInvariant() switch
    {
        "APPNAME" => url.ApplicationName,
        "AUTHMECHANISM" => url.AuthenticationMechanism,
        "AUTHSOURCE" => url.AuthenticationSource,
        "CONNECTTIMEOUTMS" => Number(url.ConnectTimeout),
        "DIRECTCONNECTION" => Flag(url.DirectConnection),
        "HEARTBEATFREQUENCYMS" => Number(url.HeartbeatInterval),
        "JOURNAL" => Flag(url.Journal),
        "LOADBALANCED" => "false",
        "LOCALTHRESHOLDMS" => Number(url.LocalThreshold),
        "MAXCONNECTING" => Number(url.MaxConnecting),
        "MAXIDLETIMEMS" => Number(url.MaxConnectionIdleTime),
        "MAXPOOLSIZE" => Number(url.MaxConnectionPoolSize),
        "MAXSTALENESSSECONDS" => Number((int?)url.ReadPreference?.MaxStaleness?.TotalSeconds),
        "MINPOOLSIZE" => Number(url.MinConnectionPoolSize),
        "READCONCERNLEVEL" => url.ReadConcern?.LevelName,
        "READPREFERENCE" => url.ReadPreference?.ToBsonDocument()["mode"].AsString,
        "READPREFERENCETAGS" => JsonSerializer.Serialize(url.ReadPreference?.TagSets.Select(tags => tags.Tags.ToDictionary(tag => tag.Name, tag => tag.Value))),
        "REPLICASET" => url.ReplicaSetName,
        "RETRYWRITES" => Flag(url.RetryWrites),
        "SERVERMONITORINGMODE" => url.ServerMonitoringMode?.ToString().ToLowerInvariant(),
        "SERVERSELECTIONTIMEOUTMS" => Number(url.ServerSelectionTimeout),
        "SOCKETTIMEOUTMS" => Number(url.SocketTimeout),
        "TIMEOUTMS" => Number(url.Timeout),
        "TLS" or "SSL" => Flag(url.UseTls),
        "TLSALLOWINVALIDCERTIFICATES" => Flag(url.TlsAllowInvalidCertificates),
        "TLSALLOWINVALIDHOSTNAMES" => Flag(url.TlsAllowInvalidHostnames),
        "TLSCAFILE" => url.TlsCAFile,
        "TLSCERTIFICATEKEYFILE" => url.TlsCertificateKeyFile,
        "TLSCERTIFICATEKEYFILEPASSWORD" => url.TlsCertificateKeyFilePassword,
        "TLSDISABLECERTIFICATEREVOCATIONCHECK" => Flag(url.TlsDisableCertificateRevocationCheck),
        "TLSINSECURE" => Flag(url.AllowInsecureTls),
        "W" => url.W?.ToString(),
        "WTIMEOUTMS" => Number(url.WTimeout),
        _ => throw new InvalidOperationException($"option {name} is not compared"),
    };

    private static string? Flag(bool? value) => value switch { null => null, true => "true", false => "false" };

    private static string? Number(TimeSpan? value) => Number((int?)value?.TotalMilliseconds);

    private static string? Number(int? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
