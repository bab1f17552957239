using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace Sikap.MongoClient.Tests.Mock;

/// <summary>The server's side of SCRAM, written from the RFCs and not from the client's code.</summary>
internal sealed class MockScram(string user, string password, bool sha256, int iterations = 4096)
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";

    /// <summary>Changes the server's last message, for a server that does not know the password.</summary>
    internal bool LiesAtTheEnd { get; init; }

    internal byte[] First(byte[] message)
    {
        var text = Encoding.UTF8.GetString(message);
        _clientFirstBare = text["n,,".Length..];
        var fields = _clientFirstBare.Split(',');
        if (fields[0] != $"n={user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)}")
        {
            throw new UnauthorizedAccessException();
        }

        _nonce = fields[1][2..] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(12));
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_salt)},i={iterations}";
        return Encoding.UTF8.GetBytes(_serverFirst);
    }

    internal byte[] Final(byte[] message)
    {
        var text = Encoding.UTF8.GetString(message);
        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        var proof = Convert.FromBase64String(text[(proofAt + 3)..]);
        var signed = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{text[..proofAt]}");
        var name = sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        var secret = sha256 ? password : Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{user}:mongo:{password}")));
        var salted = Rfc2898DeriveBytes.Pbkdf2(secret, _salt, iterations, name, sha256 ? 32 : 20);
        var stored = CryptographicOperations.HashData(name, CryptographicOperations.HmacData(name, salted, "Client Key"u8.ToArray()));
        var signature = CryptographicOperations.HmacData(name, stored, signed);
        var key = proof.Zip(signature, (left, right) => (byte)(left ^ right)).ToArray();
        if (text[..proofAt] != $"c=biws,r={_nonce}" || !CryptographicOperations.HashData(name, key).SequenceEqual(stored))
        {
            throw new UnauthorizedAccessException();
        }

        var server = CryptographicOperations.HmacData(name, CryptographicOperations.HmacData(name, salted, "Server Key"u8.ToArray()), signed);
        server[0] ^= LiesAtTheEnd ? (byte)1 : (byte)0;
        return Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(server)}");
    }

    internal static BsonDocument Reply(byte[] payload, bool done) => new() { { "conversationId", 1 }, { "done", done }, { "payload", payload }, { "ok", 1 } };
}
