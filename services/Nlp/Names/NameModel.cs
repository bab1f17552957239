using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Names;

/// <summary>
/// Weights of the name tagger: a linear-chain model, trained by <c>Benchmarks ner train</c>. Weights are quantised to a byte; a feature is found by its hash.
/// Immutable once loaded; safe for any number of threads.
/// </summary>
internal sealed class NameModel
{
    private const uint Magic = 0x314D4E53; // "SNM1"

    /// <summary>No table of a sane model is larger; a larger count means a damaged file.</summary>
    private const int MaxEntries = 1 << 20;

    private readonly sbyte[] _table;
    private readonly int _stride;
    private readonly uint _mask;
    private readonly uint[] _keys;

    // A bit for each feature there is, small enough for the processor's own cache: most features of a token have no weights, and need not be looked for in the tables.
    private readonly ulong[] _present = new ulong[PresentBits / 64];
    private const int PresentBits = 1 << 20;

    private NameModel(string about, int kinds, short[] transitions, WordClusters clusters, uint[] hashes, sbyte[] weights)
    {
        About = about;
        Kinds = kinds;
        Labels = NameLabels.Count(kinds);
        Transitions = transitions;
        Clusters = clusters;
        Features = hashes.Length;
        _stride = (Labels + 15) / 16 * 16;
        var size = 1024;
        while (size < hashes.Length * 3 / 2)
        {
            size *= 2;
        }

        _mask = (uint)size - 1;
        _keys = new uint[size];
        _table = new sbyte[size * _stride];
        for (var i = 0; i < hashes.Length; i++)
        {
            var slot = hashes[i] & _mask;
            while (_keys[slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            _keys[slot] = hashes[i];
            _present[(hashes[i] >> 12) / 64] |= 1UL << (int)((hashes[i] >> 12) % 64);
            weights.AsSpan(i * Labels, Labels).CopyTo(_table.AsSpan((int)slot * _stride));
        }
    }

    /// <summary>What it was trained on and under which licences.</summary>
    public string About { get; }

    /// <summary>Kinds of names it tells apart.</summary>
    public int Kinds { get; }

    /// <summary>Labels it chooses from.</summary>
    public int Labels { get; }

    /// <summary>Features with weights.</summary>
    public int Features { get; }

    /// <summary>Length of a row of weights: the labels, rounded up.</summary>
    public int Stride => _stride;

    /// <summary>Weight of a label (second index) behind another; the row behind the last label is for the beginning.</summary>
    public short[] Transitions { get; }

    public WordClusters Clusters { get; }

    /// <summary>The weights of a feature; empty when it has none.</summary>
    public ReadOnlySpan<sbyte> Row(uint feature)
    {
        feature = feature == 0 ? 1 : feature;
        if ((_present[(feature >> 12) / 64] & (1UL << (int)((feature >> 12) % 64))) == 0)
        {
            return default;
        }

        var slot = feature & _mask;
        while (true)
        {
            var key = _keys[slot];
            if (key == feature)
            {
                return _table.AsSpan((int)slot * _stride, _stride);
            }

            if (key == 0)
            {
                return default;
            }

            slot = (slot + 1) & _mask;
        }
    }

    private static readonly ConcurrentDictionary<string, NameModel> Loaded = new(StringComparer.Ordinal);

    /// <summary>The model shipped with a language; read once in a process.</summary>
    /// <exception cref="InvalidOperationException">It is missing or damaged.</exception>
    public static NameModel Of(string language) => Loaded.GetOrAdd(language, Load);

    private static NameModel Load(string language)
    {
        var name = $"{language}/names.bin";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Model {name} is not embedded in the assembly");
        return Read(name, stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidOperationException">The file is none, is cut short, or its checksum does not hold.</exception>
    public static NameModel Read(string name, Stream stream)
    {
        using var reader = ModelFile.Read(name, stream, Magic);
        try
        {
            var about = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()));
            var kinds = reader.ReadByte();
            var labels = NameLabels.Count(kinds);
            var transitions = new short[(labels + 1) * labels];
            for (var i = 0; i < transitions.Length; i++)
            {
                transitions[i] = reader.ReadInt16();
            }

            var words = new (uint, ushort, ushort)[Entries(name, reader)];
            for (var i = 0; i < words.Length; i++)
            {
                words[i] = (reader.ReadUInt32(), reader.ReadUInt16(), reader.ReadUInt16());
            }

            var hashes = new uint[Entries(name, reader)];
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = reader.ReadUInt32();
            }

            // Label by label: like weights stand together, which packs better.
            var weights = new sbyte[hashes.Length * labels];
            for (var label = 0; label < labels; label++)
            {
                for (var i = 0; i < hashes.Length; i++)
                {
                    weights[(i * labels) + label] = reader.ReadSByte();
                }
            }

            return new(about, kinds, transitions, new(words), hashes, weights);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidOperationException($"Model {name} is cut short", e);
        }
    }

    private static int Entries(string name, BinaryReader reader)
    {
        var count = reader.ReadInt32();
        return count is >= 0 and <= MaxEntries ? count : throw new InvalidOperationException($"Model {name} has {count} entries in a table");
    }

    /// <summary>Writes what <see cref="Read"/> reads; used by the trainer. Hashes are not 0.</summary>
    public static void Write(Stream stream, string about, int kinds, short[] transitions, WordClusters clusters, uint[] hashes, sbyte[] weights)
    {
        ModelFile.Write(stream, Magic, writer =>
        {
            var text = Encoding.UTF8.GetBytes(about);
            writer.Write((ushort)text.Length);
            writer.Write(text);
            writer.Write((byte)kinds);
            foreach (var transition in transitions)
            {
                writer.Write(transition);
            }

            writer.Write(clusters.Words.Count);
            foreach (var (hash, fine, coarse) in clusters.Words)
            {
                writer.Write(hash);
                writer.Write(fine);
                writer.Write(coarse);
            }

            writer.Write(hashes.Length);
            foreach (var hash in hashes)
            {
                writer.Write(hash);
            }

            var labels = NameLabels.Count(kinds);
            for (var label = 0; label < labels; label++)
            {
                for (var i = 0; i < hashes.Length; i++)
                {
                    writer.Write(weights[(i * labels) + label]);
                }
            }
        });
    }
}
