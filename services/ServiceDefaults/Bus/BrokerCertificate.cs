using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sikap.ServiceDefaults;

/// <summary>Decides on the broker's certificate where the operator named the authorities that may sign it.</summary>
internal static class BrokerCertificate
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Why a file cannot tell the authorities; null = it can, or there is none.</summary>
    public static string? FaultOf(string? authorityFile)
    {
        try
        {
            _ = ValidationFor(authorityFile);
            return null;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"'{authorityFile}' cannot be read as certificates in PEM: {unreadable.Message}";
        }
    }

    /// <summary>Accepts what an authority of the file signed for the name that was asked for, and nothing else; null without a file, so that the machine's own judgement stands.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    public static RemoteCertificateValidationCallback? ValidationFor(string? authorityFile)
    {
        if (authorityFile is null)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityFile);
        if (authorities.Count == 0)
            throw new CryptographicException($"{authorityFile} holds no certificate.");
        return (_, certificate, sent, errors) =>
        {
            if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
            // An authority of one's own seldom publishes revocations.
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            if (sent is not null)
                chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return chain.Build(server);
        };
    }
}
