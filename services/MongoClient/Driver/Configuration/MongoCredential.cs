namespace MongoDB.Driver;

/// <summary>Who the client says it is. SCRAM only: the mechanism is negotiated unless named.</summary>
public sealed class MongoCredential
{
    internal const string ScramSha1 = "SCRAM-SHA-1";
    internal const string ScramSha256 = "SCRAM-SHA-256";

    private MongoCredential(string? mechanism, string source, string username, string? password)
    {
        Mechanism = mechanism;
        Source = source;
        Username = username;
        Password = password;
    }

    /// <summary>Null = the strongest the server offers for the user.</summary>
    public string? Mechanism { get; }

    /// <summary>Database that knows the user.</summary>
    public string Source { get; }

    public string Username { get; }

    internal string? Password { get; }

    public static MongoCredential CreateCredential(string databaseName, string username, string password) => new(null, databaseName, username, password);

    /// <exception cref="MongoConfigurationException">A mechanism this client does not speak.</exception>
    internal static MongoCredential Create(string? mechanism, string source, string username, string? password)
    {
        if (mechanism is not (null or ScramSha1 or ScramSha256))
        {
            throw new MongoConfigurationException($"authMechanism '{mechanism}' is not supported: {ScramSha256} and {ScramSha1} are");
        }

        return new MongoCredential(mechanism, source, username, password);
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Username}@{Source}";
}
