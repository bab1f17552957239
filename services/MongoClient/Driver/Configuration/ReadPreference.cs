using System.Globalization;
using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>Which members of a replica set may answer a read.</summary>
public enum ReadPreferenceMode
{
    Primary,
    PrimaryPreferred,
    Secondary,
    SecondaryPreferred,
    Nearest,
}

/// <summary>A tag of a replica set member.</summary>
public sealed record Tag(string Name, string Value);

/// <summary>Tags a member must all have; an empty set fits every member.</summary>
public sealed class TagSet(IEnumerable<Tag> tags)
{
    public TagSet()
        : this([])
    {
    }

    public IReadOnlyList<Tag> Tags { get; } = [.. tags];

    public bool IsEmpty => Tags.Count == 0;

    internal bool Fits(IReadOnlyDictionary<string, string> server) => Tags.All(tag => server.TryGetValue(tag.Name, out var value) && value == tag.Value);

    internal BsonDocument ToDocument() => new(Tags.Select(tag => new BsonElement(tag.Name, tag.Value)));
}

/// <summary>Which servers may answer a read: mode, tag sets tried in their order, greatest staleness of a secondary. Immutable.</summary>
public sealed class ReadPreference
{
    /// <exception cref="ArgumentException">Tag sets or staleness with mode primary, or a staleness that is not positive.</exception>
    public ReadPreference(ReadPreferenceMode mode, IEnumerable<TagSet>? tagSets = null, TimeSpan? maxStaleness = null)
    {
        ReadPreferenceMode = mode;
        TagSets = [.. tagSets ?? []];
        MaxStaleness = maxStaleness;
        if (mode == ReadPreferenceMode.Primary && (TagSets.Any(tags => !tags.IsEmpty) || maxStaleness is not null))
        {
            throw new ArgumentException("read preference primary takes neither tags nor a staleness");
        }

        if (maxStaleness <= TimeSpan.Zero)
        {
            throw new ArgumentException("the staleness must be positive", nameof(maxStaleness));
        }
    }

    public static ReadPreference Primary { get; } = new(ReadPreferenceMode.Primary);

    public static ReadPreference PrimaryPreferred { get; } = new(ReadPreferenceMode.PrimaryPreferred);

    public static ReadPreference Secondary { get; } = new(ReadPreferenceMode.Secondary);

    public static ReadPreference SecondaryPreferred { get; } = new(ReadPreferenceMode.SecondaryPreferred);

    public static ReadPreference Nearest { get; } = new(ReadPreferenceMode.Nearest);

    public ReadPreferenceMode ReadPreferenceMode { get; }

    public IReadOnlyList<TagSet> TagSets { get; }

    /// <summary>How far a secondary may lag behind; null = any.</summary>
    public TimeSpan? MaxStaleness { get; }

    public ReadPreference With(ReadPreferenceMode mode) => new(mode, TagSets, MaxStaleness);

    internal BsonDocument ToBsonDocument()
    {
        var mode = ReadPreferenceMode.ToString();
        var document = new BsonDocument("mode", char.ToLowerInvariant(mode[0]) + mode[1..]);
        if (TagSets.Count > 0)
        {
            document.Add("tags", new BsonArray(TagSets.Select(tags => tags.ToDocument())));
        }

        if (MaxStaleness is { } staleness)
        {
            document.Add("maxStalenessSeconds", (int)staleness.TotalSeconds);
        }

        return document;
    }

    public override string ToString() => ToBsonDocument().ToString();
}

/// <summary>How safe data must be that is read.</summary>
public enum ReadConcernLevel
{
    Local,
    Linearizable,
    Majority,
    Snapshot,
    Available,
}

/// <summary>How safe data must be that is read; the default leaves it to the server. Immutable.</summary>
public sealed class ReadConcern
{
    private readonly string? _level;

    public ReadConcern(ReadConcernLevel? level = null)
    {
        Level = level;
        _level = level?.ToString().ToLowerInvariant();
    }

    private ReadConcern(string level)
    {
        _level = level;
        Level = Enum.TryParse<ReadConcernLevel>(level, ignoreCase: true, out var known) ? known : null;
    }

    public static ReadConcern Default { get; } = new();

    public static ReadConcern Local { get; } = new(ReadConcernLevel.Local);

    public static ReadConcern Majority { get; } = new(ReadConcernLevel.Majority);

    public static ReadConcern Linearizable { get; } = new(ReadConcernLevel.Linearizable);

    public static ReadConcern Available { get; } = new(ReadConcernLevel.Available);

    /// <summary>Null for the server's default, and for a level of a connection string that this client does not know by name.</summary>
    public ReadConcernLevel? Level { get; }

    public bool IsServerDefault => _level is null;

    internal string? LevelName => _level;

    public BsonDocument ToBsonDocument() => _level is null ? [] : new BsonDocument("level", _level);

    internal static ReadConcern Named(string level) => new(level);
}

/// <summary>How safe a write must be before it counts. Immutable.</summary>
public sealed class WriteConcern
{
    /// <exception cref="ArgumentException">An unacknowledged write with a journal.</exception>
    public WriteConcern(WValue? w = null, TimeSpan? wTimeout = null, bool? fsync = null, bool? journal = null)
    {
        if (fsync is not null)
        {
            throw new ArgumentException("fsync is not supported: use journal", nameof(fsync));
        }

        W = w;
        WTimeout = wTimeout;
        Journal = journal;
        if (w?.Number == 0 && journal == true)
        {
            throw new ArgumentException("a write that is not acknowledged cannot wait for the journal", nameof(journal));
        }
    }

    /// <summary>The server's default.</summary>
    public static WriteConcern Acknowledged { get; } = new();

    public static WriteConcern Unacknowledged { get; } = new(new WValue(0));

    public static WriteConcern W1 { get; } = new(new WValue(1));

    public static WriteConcern WMajority { get; } = new(new WValue("majority"));

    /// <summary>Number of members or the name of a set of them; null = the server's default.</summary>
    public WValue? W { get; }

    public TimeSpan? WTimeout { get; }

    public bool? Journal { get; }

    public bool IsAcknowledged => W?.Number != 0;

    public bool IsServerDefault => W is null && WTimeout is null && Journal is null;

    public BsonDocument ToBsonDocument()
    {
        var document = new BsonDocument();
        if (W is { } w)
        {
            document.Add("w", w.Number is { } number ? number : (BsonValue)w.Mode!);
        }

        if (WTimeout is { } timeout)
        {
            document.Add("wtimeout", (long)timeout.TotalMilliseconds);
        }

        if (Journal is { } journal)
        {
            document.Add("j", journal);
        }

        return document;
    }

    /// <summary>A number of members, or the name of a set of members.</summary>
    public sealed class WValue
    {
        internal WValue(int w)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(w);
            Number = w;
        }

        internal WValue(string mode)
        {
            ArgumentException.ThrowIfNullOrEmpty(mode);
            Mode = mode;
        }

        internal int? Number { get; }

        internal string? Mode { get; }

        public static implicit operator WValue(int w) => new(w);

        public static implicit operator WValue(string mode) => new(mode);

        /// <summary>A number where it is one, else a name.</summary>
        public static WValue Parse(string value) =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new WValue(number) : new WValue(value);

        public override string ToString() => Mode ?? Number?.ToString(CultureInfo.InvariantCulture)!;
    }
}
