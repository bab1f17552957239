using System.Buffers;
using System.Globalization;
using MongoDB.Driver.Core.Servers;

namespace MongoDB.Driver
{
    /// <summary>
    /// A <c>mongodb://</c> connection string, parsed. What the specification of connection strings only warns about (unknown options, values out of range) is refused:
    /// an option that is silently ignored is an outage later. Immutable.
    /// </summary>
    public sealed class MongoUrl
    {
        private const string Scheme = "mongodb://";

        /// <summary>Options that other drivers know, with the reason they are refused here.</summary>
        private static readonly Dictionary<string, string> Refused = new(StringComparer.OrdinalIgnoreCase)
        {
            ["authMechanismProperties"] = "the supported mechanisms have no properties",
            ["compressors"] = "messages are not compressed",
            ["zlibCompressionLevel"] = "messages are not compressed",
            ["maxAdaptiveRetries"] = "retries under overload are not supported",
            ["enableOverloadRetargeting"] = "retries under overload are not supported",
            ["proxyHost"] = "proxies are not supported",
            ["proxyPort"] = "proxies are not supported",
            ["proxyUsername"] = "proxies are not supported",
            ["proxyPassword"] = "proxies are not supported",
            ["serverSelectionTryOnce"] = "it is for single-threaded clients",
            ["srvServiceName"] = "mongodb+srv is not supported",
            ["srvMaxHosts"] = "mongodb+srv is not supported",
            ["tlsDisableOCSPEndpointCheck"] = "the platform decides how revocation is looked up: tlsDisableCertificateRevocationCheck turns it off",
        };

        private static readonly SearchValues<char> NotInDatabaseNames = SearchValues.Create("/\\ \"$\0");

        private readonly Dictionary<string, List<string>> _options = new(StringComparer.OrdinalIgnoreCase);

        /// <exception cref="MongoConfigurationException">It is no connection string this client can follow; the message names the option.</exception>
        public MongoUrl(string url)
        {
            ArgumentNullException.ThrowIfNull(url);
            if (url.StartsWith("mongodb+srv://", StringComparison.Ordinal))
            {
                throw Bad("mongodb+srv:// is not supported: name the hosts in a mongodb:// string");
            }

            if (!url.StartsWith(Scheme, StringComparison.Ordinal))
            {
                throw Bad($"it does not begin with {Scheme}");
            }

            var rest = url[Scheme.Length..];
            var query = rest.IndexOf('?', StringComparison.Ordinal);
            var options = query < 0 ? "" : rest[(query + 1)..];
            rest = query < 0 ? rest : rest[..query];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var authority = slash < 0 ? rest : rest[..slash];
            var database = slash < 0 ? "" : Decode(rest[(slash + 1)..], "the database");
            if (database.AsSpan().ContainsAny(NotInDatabaseNames))
            {
                throw Bad($"'{database}' is no name of a database");
            }

            DatabaseName = database.Length == 0 ? null : database;
            var at = authority.LastIndexOf('@');
            ReadUser(at < 0 ? null : authority[..at]);
            Servers = [.. authority[(at + 1)..].Split(',').Select(ReadHost)];
            ReadOptions(options);
            Interpret();
        }

        public IReadOnlyList<MongoServerAddress> Servers { get; }

        /// <summary>The first server.</summary>
        public MongoServerAddress Server => Servers[0];

        /// <summary>Null where the string names none.</summary>
        public string? DatabaseName { get; }

        public string? Username { get; private set; }

        public string? Password { get; private set; }

        public string? AuthenticationMechanism { get; private set; }

        public string? AuthenticationSource { get; private set; }

        public string? ApplicationName { get; private set; }

        public string? ReplicaSetName { get; private set; }

        public bool? DirectConnection { get; private set; }

        public TimeSpan? ConnectTimeout { get; private set; }

        public TimeSpan? SocketTimeout { get; private set; }

        public TimeSpan? ServerSelectionTimeout { get; private set; }

        public TimeSpan? HeartbeatInterval { get; private set; }

        public TimeSpan? LocalThreshold { get; private set; }

        public TimeSpan? Timeout { get; private set; }

        public TimeSpan? WaitQueueTimeout { get; private set; }

        public TimeSpan? MaxConnectionIdleTime { get; private set; }

        public int? MaxConnectionPoolSize { get; private set; }

        public int? MinConnectionPoolSize { get; private set; }

        public int? MaxConnecting { get; private set; }

        public bool? RetryReads { get; private set; }

        public bool? RetryWrites { get; private set; }

        public bool? Journal { get; private set; }

        public WriteConcern.WValue? W { get; private set; }

        public TimeSpan? WTimeout { get; private set; }

        /// <summary>Null for the server's default, and for a level this client does not know by name.</summary>
        public ReadConcernLevel? ReadConcernLevel => ReadConcern?.Level;

        internal ReadConcern? ReadConcern { get; private set; }

        public ReadPreference? ReadPreference { get; private set; }

        public bool UseTls { get; private set; }

        public bool AllowInsecureTls { get; private set; }

        public bool TlsDisableCertificateRevocationCheck { get; private set; } = true;

        public ServerMonitoringMode? ServerMonitoringMode { get; private set; }

        internal bool TlsAllowInvalidCertificates { get; private set; }

        internal bool TlsAllowInvalidHostnames { get; private set; }

        internal string? TlsCAFile { get; private set; }

        internal string? TlsCertificateKeyFile { get; private set; }

        internal string? TlsCertificateKeyFilePassword { get; private set; }

        internal MongoCredential? Credential { get; private set; }

        public static MongoUrl Create(string url) => new(url);

        /// <summary>Servers and database, never the password.</summary>
        public override string ToString() => $"{Scheme}{string.Join(',', Servers)}/{DatabaseName}";

        private static MongoConfigurationException Bad(string what) => new($"connection string: {what}");

        private static string Decode(string text, string what)
        {
            for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
            {
                if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                {
                    throw Bad($"{what} holds a '%' that begins no escape");
                }
            }

            return Uri.UnescapeDataString(text);
        }

        private static MongoServerAddress ReadHost(string text)
        {
            // A path is told from a name by its escaped slash.
            var host = Decode(text, "a host");
            if (host.Contains('/', StringComparison.Ordinal) && !host.EndsWith(".sock", StringComparison.Ordinal))
            {
                throw Bad($"'{host}' is neither a host nor the path of a socket");
            }

            try
            {
                return MongoServerAddress.Parse(host);
            }
            catch (FormatException bad)
            {
                throw new MongoConfigurationException($"connection string: {bad.Message}", bad);
            }
        }

        private void ReadUser(string? text)
        {
            if (text is null)
            {
                return;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? text : text[..colon];
            var password = colon < 0 ? null : text[(colon + 1)..];
            if (name.Length == 0)
            {
                throw Bad("there is no user before the '@'");
            }

            if (text.AsSpan().ContainsAny('@', '/') || password?.Contains(':', StringComparison.Ordinal) == true)
            {
                throw Bad("user and password must have ':', '/' and '@' escaped");
            }

            Username = Decode(name, "the user");
            Password = password is null ? null : Decode(password, "the password");
        }

        private void ReadOptions(string text)
        {
            foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0)
                {
                    throw Bad($"option '{pair}' has no value");
                }

                var name = pair[..equals];
                var value = Decode(pair[(equals + 1)..], $"option {name}");
                if (value.Length == 0 && !name.Equals("readPreferenceTags", StringComparison.OrdinalIgnoreCase))
                {
                    throw Bad($"option {name} is empty");
                }

                if (Refused.TryGetValue(name, out var reason))
                {
                    throw Bad($"option {name} is not supported: {reason}");
                }

                if (!_options.TryGetValue(name, out var values))
                {
                    _options.Add(name, values = []);
                }

                values.Add(value);
            }
        }

        private void Interpret()
        {
            ApplicationName = Text("appName", value => System.Text.Encoding.UTF8.GetByteCount(value) <= 128, "at most 128 bytes");
            ReplicaSetName = Text("replicaSet");
            DirectConnection = Flag("directConnection");
            if (DirectConnection == true && Servers.Count > 1)
            {
                throw Bad("directConnection=true takes one host");
            }

            if (Flag("loadBalanced") == true)
            {
                throw Bad("option loadBalanced is not supported: load balancers are not");
            }

            ConnectTimeout = Milliseconds("connectTimeoutMS");
            SocketTimeout = Milliseconds("socketTimeoutMS");
            ServerSelectionTimeout = Milliseconds("serverSelectionTimeoutMS");
            HeartbeatInterval = Milliseconds("heartbeatFrequencyMS", 500);
            LocalThreshold = Milliseconds("localThresholdMS");
            Timeout = Milliseconds("timeoutMS");
            WaitQueueTimeout = Milliseconds("waitQueueTimeoutMS");
            MaxConnectionIdleTime = Milliseconds("maxIdleTimeMS");
            MaxConnectionPoolSize = Number("maxPoolSize", 0);
            MinConnectionPoolSize = Number("minPoolSize", 0);
            MaxConnecting = Number("maxConnecting", 1);
            RetryReads = Flag("retryReads");
            RetryWrites = Flag("retryWrites");
            ServerMonitoringMode = Text("serverMonitoringMode") switch
            {
                null => null,
                "auto" => Core.Servers.ServerMonitoringMode.Auto,
                "poll" => Core.Servers.ServerMonitoringMode.Poll,
                "stream" => Core.Servers.ServerMonitoringMode.Stream,
                var other => throw Bad($"option serverMonitoringMode is '{other}', not auto, poll or stream"),
            };
            InterpretConcerns();
            InterpretTls();
            InterpretAuthentication();
            if (_options.Count > 0)
            {
                throw Bad($"option {_options.Keys.First()} is unknown");
            }
        }

        private void InterpretConcerns()
        {
            Journal = Flag("journal");
            if (Text("w") is { } w)
            {
                W = int.TryParse(w, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number < 0
                    ? throw Bad($"option w is {number}, less than 0")
                    : WriteConcern.WValue.Parse(w);
            }

            WTimeout = Milliseconds("wTimeoutMS");
            if (W?.Number == 0 && Journal == true)
            {
                throw Bad("options w=0 and journal=true exclude each other");
            }

            ReadConcern = Text("readConcernLevel") is { } level ? ReadConcern.Named(level) : null;
            var tagSets = _options.Remove("readPreferenceTags", out var lists) ? lists.ConvertAll(ReadTags) : [];
            var staleness = Number("maxStalenessSeconds", -1);
            var mode = Text("readPreference") switch
            {
                null => (ReadPreferenceMode?)null,
                "primary" => ReadPreferenceMode.Primary,
                "primaryPreferred" => ReadPreferenceMode.PrimaryPreferred,
                "secondary" => ReadPreferenceMode.Secondary,
                "secondaryPreferred" => ReadPreferenceMode.SecondaryPreferred,
                "nearest" => ReadPreferenceMode.Nearest,
                var other => throw Bad($"option readPreference is '{other}', no mode"),
            };
            if (staleness is 0)
            {
                throw Bad("option maxStalenessSeconds is 0");
            }

            if (mode is not null || tagSets.Count > 0 || staleness > 0)
            {
                try
                {
                    ReadPreference = new ReadPreference(mode ?? ReadPreferenceMode.Primary, tagSets, staleness > 0 ? TimeSpan.FromSeconds(staleness.Value) : null);
                }
                catch (ArgumentException)
                {
                    throw Bad("options readPreferenceTags and maxStalenessSeconds need a readPreference other than primary");
                }
            }
        }

        private static TagSet ReadTags(string text) => new(text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
            pair.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                ? new Tag(pair[..colon], pair[(colon + 1)..])
                : throw Bad($"option readPreferenceTags holds '{pair}', not name:value")));

        private void InterpretTls()
        {
            var tls = Flags("tls", "ssl");
            var insecure = Flag("tlsInsecure");
            var certificates = Flag("tlsAllowInvalidCertificates");
            var hostnames = Flag("tlsAllowInvalidHostnames");
            var revocation = Flag("tlsDisableCertificateRevocationCheck");
            Exclude(insecure, "tlsInsecure", certificates, "tlsAllowInvalidCertificates");
            Exclude(insecure, "tlsInsecure", hostnames, "tlsAllowInvalidHostnames");
            Exclude(insecure, "tlsInsecure", revocation, "tlsDisableCertificateRevocationCheck");
            Exclude(certificates, "tlsAllowInvalidCertificates", revocation, "tlsDisableCertificateRevocationCheck");
            UseTls = tls ?? false;
            AllowInsecureTls = insecure ?? false;
            TlsAllowInvalidCertificates = certificates ?? false;
            TlsAllowInvalidHostnames = hostnames ?? false;
            TlsDisableCertificateRevocationCheck = revocation ?? true;
            TlsCAFile = Text("tlsCAFile");
            TlsCertificateKeyFile = Text("tlsCertificateKeyFile");
            TlsCertificateKeyFilePassword = Text("tlsCertificateKeyFilePassword");
        }

        private void InterpretAuthentication()
        {
            AuthenticationMechanism = Text("authMechanism");
            AuthenticationSource = Text("authSource");
            if (Username is not null || AuthenticationMechanism is not null)
            {
                var mechanism = AuthenticationMechanism;
                var source = AuthenticationSource ?? DatabaseName ?? "admin";
                Credential = MongoCredential.Create(mechanism, source, Username ?? "", Password);
                if (Username is null)
                {
                    throw Bad($"option authMechanism={mechanism} needs a user");
                }
            }
        }

        private static void Exclude(bool? left, string leftName, bool? right, string rightName)
        {
            if (left is not null && right is not null)
            {
                throw Bad($"options {leftName} and {rightName} exclude each other");
            }
        }

        private string? Text(string name, Func<string, bool>? valid = null, string? rule = null)
        {
            if (!_options.Remove(name, out var values))
            {
                return null;
            }

            if (values.Count > 1)
            {
                throw Bad($"option {name} is given more than once");
            }

            return valid is null || valid(values[0]) ? values[0] : throw Bad($"option {name} must be {rule}");
        }

        private bool? Flag(string name) => Text(name) switch
        {
            null => null,
            "true" => true,
            "false" => false,
            var other => throw Bad($"option {name} is '{other}', neither true nor false"),
        };

        /// <summary>Two names of one option must agree.</summary>
        private bool? Flags(string name, string other)
        {
            var (first, second) = (Flag(name), Flag(other));
            return first is null || second is null || first == second ? first ?? second : throw Bad($"options {name} and {other} differ");
        }

        private int? Number(string name, int least)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                ? number
                : throw Bad($"option {name} is '{text}', not a number from {least}");
        }

        private TimeSpan? Milliseconds(string name, int least = 0) => Number(name, least) is { } number ? TimeSpan.FromMilliseconds(number) : null;
    }
}

namespace MongoDB.Driver.Core.Servers
{
    /// <summary>How servers are watched: streaming where a server can and the client runs for long (auto), always, or never.</summary>
    public enum ServerMonitoringMode
    {
        Auto,
        Poll,
        Stream,
    }
}
