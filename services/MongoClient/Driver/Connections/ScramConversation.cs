using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MongoDB.Driver.Core;

/// <summary>One SCRAM authentication (RFC 5802, RFC 7677), seen from the client. Not thread-safe.</summary>
internal sealed class ScramConversation
{
    /// <summary>Fewest rounds that are accepted: a server asking for less would make stolen messages cheap to guess from.</summary>
    private const int MinIterations = 4096;

    /// <summary>Most rounds that are computed: a server asking for more would keep the client busy.</summary>
    private const int MaxIterations = 10_000_000;

    private readonly bool _sha256;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _firstBare;
    private readonly ScramKeyCache _cache;
    private byte[]? _serverSignature;

    internal ScramConversation(MongoCredential credential, string mechanism, ScramKeyCache cache, string? nonce = null)
    {
        Mechanism = mechanism;
        _sha256 = mechanism == MongoCredential.ScramSha256;
        _cache = cache;
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        try
        {
            // The older mechanism hashes the password the way servers stored it before SCRAM.
            _password = _sha256
                ? SaslPrep.Prepare(credential.Password!)
                : Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{credential.Username}:mongo:{credential.Password}")));
        }
        catch (ArgumentException bad)
        {
            throw new MongoAuthenticationException(bad.Message, bad) { Phase = ConnectionPhase.Authenticating };
        }

        var user = credential.Username.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={user},r={_nonce}";
    }

    internal string Mechanism { get; }

    internal byte[] First() => Encoding.UTF8.GetBytes($"n,,{_firstBare}");

    /// <summary>The proof for the server's challenge.</summary>
    /// <exception cref="MongoAuthenticationException">The challenge is not an answer to the first message, or too weak.</exception>
    internal byte[] Final(byte[] challenge)
    {
        var text = Text(challenge);
        var fields = Fields(text);
        if (!fields.TryGetValue('r', out var nonce) || !nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
        {
            throw Bad("the server's nonce does not continue the client's");
        }

        if (!fields.TryGetValue('i', out var rounds) || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < MinIterations or > MaxIterations)
        {
            throw Bad($"the server asks for {rounds ?? "no"} rounds, not {MinIterations} to {MaxIterations}");
        }

        if (!fields.TryGetValue('s', out var encoded) || !TryBase64(encoded, out var salt))
        {
            throw Bad("the server sent no salt");
        }

        var (clientKey, serverKey) = _cache.Get(_sha256, _password, salt, iterations);
        var withoutProof = $"c=biws,r={nonce}";
        var signed = Encoding.UTF8.GetBytes($"{_firstBare},{text},{withoutProof}");
        var proof = Hmac(Hash(clientKey), signed);
        for (var at = 0; at < proof.Length; at++)
        {
            proof[at] ^= clientKey[at];
        }

        _serverSignature = Hmac(serverKey, signed);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>The server must prove that it knows the password too.</summary>
    /// <exception cref="MongoAuthenticationException">It did not.</exception>
    internal void Verify(byte[] outcome)
    {
        var fields = Fields(Text(outcome));
        if (_serverSignature is null || !fields.TryGetValue('v', out var encoded) || !TryBase64(encoded, out var signature)
            || !CryptographicOperations.FixedTimeEquals(signature, _serverSignature))
        {
            throw Bad("the server's signature is wrong");
        }
    }

    private static string Text(byte[] message)
    {
        try
        {
            return Bson.BsonBinary.StrictUtf8.GetString(message);
        }
        catch (ArgumentException)
        {
            throw Bad("the server's message is not text");
        }
    }

    private static Dictionary<char, string> Fields(string text)
    {
        var fields = new Dictionary<char, string>();
        foreach (var field in text.Split(','))
        {
            if (field.Length < 2 || field[1] != '=')
            {
                throw Bad("the server's message is malformed");
            }

            // A mandatory extension ("m=") must not be ignored.
            if (field[0] == 'm' || !fields.TryAdd(field[0], field[2..]))
            {
                throw Bad("the server's message holds what this client does not know");
            }
        }

        return fields;
    }

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var valid = Convert.TryFromBase64String(text, bytes, out var length);
        bytes = bytes[..length];
        return valid;
    }

    private static MongoAuthenticationException Bad(string what) => new($"SCRAM: {what}") { Phase = ConnectionPhase.Authenticating };

    private byte[] Hash(byte[] data) => _sha256 ? SHA256.HashData(data) : SHA1.HashData(data);

    private byte[] Hmac(byte[] key, byte[] data) => _sha256 ? HMACSHA256.HashData(key, data) : HMACSHA1.HashData(key, data);
}

/// <summary>Keys derived from passwords: deriving takes milliseconds and every connection needs them. Thread-safe; one per client, one user per client, so it stays small.</summary>
internal sealed class ScramKeyCache
{
    private const int MaxEntries = 64;

    private readonly ConcurrentDictionary<string, (byte[] Client, byte[] Server)> _keys = new(StringComparer.Ordinal);

    internal (byte[] Client, byte[] Server) Get(bool sha256, string password, byte[] salt, int iterations)
    {
        var name = $"{(sha256 ? 256 : 1)}|{Convert.ToHexString(salt)}|{iterations}";
        if (_keys.TryGetValue(name, out var keys))
        {
            return keys;
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1, sha256 ? 32 : 20);
        var (client, server) = ("Client Key"u8.ToArray(), "Server Key"u8.ToArray());
        keys = sha256 ? (HMACSHA256.HashData(salted, client), HMACSHA256.HashData(salted, server)) : (HMACSHA1.HashData(salted, client), HMACSHA1.HashData(salted, server));
        if (_keys.Count < MaxEntries)
        {
            _keys[name] = keys;
        }

        return keys;
    }
}
