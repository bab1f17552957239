using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sikap.TestKit;

/// <summary>A certificate authority made for one run and a server certificate for <c>localhost</c> signed by it. No machine trusts it unless told to.</summary>
public sealed class RabbitCertificates
{
    private readonly string _authority;
    private readonly string _server;
    private readonly string _serverKey;

    private RabbitCertificates(string authority, string server, string serverKey) => (_authority, _server, _serverKey) = (authority, server, serverKey);

    /// <summary>PEM file of the authority, once written.</summary>
    public string AuthorityFile { get; private set; } = "";

    /// <summary>PEM file of the server's certificate, once written.</summary>
    public string ServerFile { get; private set; } = "";

    /// <summary>PEM file of the server's key, once written.</summary>
    public string ServerKeyFile { get; private set; } = "";

    /// <summary>Makes both, valid from an hour ago for a day.</summary>
    public static RabbitCertificates Create()
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Sikap test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var server = serverRequest.Create(authority, from, to, RandomNumberGenerator.GetBytes(16));

        return new(authority.ExportCertificatePem(), server.ExportCertificatePem(), serverKey.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the three PEM files into a folder.</summary>
    public async Task WriteAsync(string folder)
    {
        (AuthorityFile, ServerFile, ServerKeyFile) = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server-key.pem"));
        await File.WriteAllTextAsync(AuthorityFile, _authority);
        await File.WriteAllTextAsync(ServerFile, _server);
        await File.WriteAllTextAsync(ServerKeyFile, _serverKey);
    }
}
