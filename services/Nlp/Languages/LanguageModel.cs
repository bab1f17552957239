using System.Reflection;
using System.Text;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Languages;

/// <summary>
/// Weights of the language reader, trained by <c>Benchmarks language train</c>: a row per frequent word and, for words without one, a row per group of two to four letters. A row has one byte per
/// language: evidence in <see cref="UnitsPerNat"/>ths of a nat. Immutable once loaded; safe for any number of threads.
/// </summary>
internal sealed class LanguageModel
{
    private const uint Magic = 0x314D4C53; // "SLM1"

    /// <summary>No table of a sane model is larger; a larger count means a damaged file.</summary>
    private const int MaxEntries = 1 << 18;

    /// <summary>Length of a row, so that it fills a vector; also the most languages there can be.</summary>
    public const int Stride = 32;

    /// <summary>What one nat (a likelihood ratio of e) is in a row.</summary>
    public const int UnitsPerNat = 12;

    /// <summary>The language of texts that are none of the others: what came with the material to learn what is not known.</summary>
    public const string Other = "und";

    /// <summary>A word of an own-words table counts at least this much more for its language than for the other of the line, in nats.</summary>
    private const int OwnWordNats = 4;

    private readonly Table _words;
    private readonly Table _letters;

    private LanguageModel(string about, string[] languages, Table words, Table letters)
    {
        (About, Languages, _words, _letters) = (about, languages, words, letters);
    }

    /// <summary>The model that is shipped; read once in a process.</summary>
    /// <exception cref="InvalidOperationException">It is missing or damaged.</exception>
    public static LanguageModel Shipped => Lazily.Value;

    private static readonly Lazy<LanguageModel> Lazily = new(static () => Load("languages/languages.bin"));

    /// <summary>The table of words that one of two close languages has, and its fields: language, against which other, words.</summary>
    public const string OwnWordsTable = "languages/own-words.tsv";
    public const int OwnWordsFields = 3;

    /// <summary>What it was trained on and under which licences.</summary>
    public string About { get; }

    /// <summary>Codes of its languages in the order of a row: ISO 639-1 where there is one, else 639-3; <see cref="Other"/> for the rest.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>Words with a row.</summary>
    public int Words => _words.Count;

    /// <summary>Groups of letters with a row.</summary>
    public int LetterGroups => _letters.Count;

    /// <summary>The row of a word by its <see cref="LanguageFeatures.Word"/> hash; empty when it has none.</summary>
    public ReadOnlySpan<sbyte> Word(uint hash) => _words.Row(hash);

    /// <summary>The row of a group of letters by its hash; empty when it has none.</summary>
    public ReadOnlySpan<sbyte> Letters(uint hash) => _letters.Row(hash);

    private static LanguageModel Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Model {name} is not embedded in the assembly");
        return Read(name, stream, LexiconTable.Load(OwnWordsTable, OwnWordsFields));
    }

    /// <summary>Reads a model and lays a table of words that belong to one language over it.</summary>
    /// <exception cref="InvalidOperationException">The file is none, is cut short, its checksum does not hold, or a line of the table is bad.</exception>
    public static LanguageModel Read(string name, Stream stream, IReadOnlyList<LexiconLine> ownWords)
    {
        using var reader = ModelFile.Read(name, stream, Magic);
        try
        {
            var about = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()));
            var languages = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16())).Split(' ');
            if (languages.Length > Stride)
            {
                throw new InvalidOperationException($"Model {name} has {languages.Length} languages, more than {Stride}");
            }

            var words = Rows(name, reader, languages.Length);
            var letters = Rows(name, reader, languages.Length);
            Overlay(words, letters, languages, ownWords);
            return new(about, languages, new(words), new(letters));
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidOperationException($"Model {name} is cut short", e);
        }
    }

    private static Dictionary<uint, sbyte[]> Rows(string name, BinaryReader reader, int languages)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > MaxEntries)
        {
            throw new InvalidOperationException($"Model {name} has {count} entries in a table");
        }

        // Hashes stand in rising order as differences, weights language by language: like numbers side by side pack better.
        var hashes = new uint[count];
        var last = 0u;
        for (var i = 0; i < count; i++)
        {
            last += (uint)reader.Read7BitEncodedInt();
            hashes[i] = last;
        }

        var rows = new Dictionary<uint, sbyte[]>(count);
        for (var i = 0; i < count; i++)
        {
            rows[hashes[i]] = new sbyte[Stride];
        }

        for (var language = 0; language < languages; language++)
        {
            for (var i = 0; i < count; i++)
            {
                rows[hashes[i]][language] = reader.ReadSByte();
            }
        }

        return rows;
    }

    // A word of the table without a row gets what its letters say; then the language that does not use it falls behind.
    private static void Overlay(Dictionary<uint, sbyte[]> words, Dictionary<uint, sbyte[]> letters, string[] languages, IReadOnlyList<LexiconLine> ownWords)
    {
        foreach (var line in ownWords)
        {
            var own = Index(line, 0);
            var against = Index(line, 1);
            foreach (var word in line.List(2))
            {
                var hash = LanguageFeatures.Word(word);
                if (!words.TryGetValue(hash, out var row))
                {
                    words[hash] = row = FromLetters(word, letters);
                }

                row[against] = (sbyte)Math.Clamp(row[own] - (OwnWordNats * UnitsPerNat), sbyte.MinValue, row[against]);
            }
        }

        int Index(LexiconLine line, int field) => Array.IndexOf(languages, line.Fields[field]) is >= 0 and var language ? language : throw line.Fault($"the model does not know the language {line.Fields[field]}");
    }

    private static sbyte[] FromLetters(string word, Dictionary<uint, sbyte[]> letters)
    {
        var bounded = $"{LanguageFeatures.Bound}{word}{LanguageFeatures.Bound}";
        var sums = new int[Stride];
        for (var last = 1; last < bounded.Length; last++)
        {
            for (var count = 2; count <= LanguageFeatures.MaxGroup && count <= last + 1; count++)
            {
                if (letters.TryGetValue(LanguageFeatures.Letters(bounded, last, count), out var row))
                {
                    for (var i = 0; i < Stride; i++)
                    {
                        sums[i] += row[i];
                    }
                }
            }
        }

        return [.. sums.Select(static sum => (sbyte)Math.Clamp(sum, sbyte.MinValue, sbyte.MaxValue))];
    }

    /// <summary>Writes what <see cref="Read"/> reads; used by the trainer. A row has one weight per language.</summary>
    public static void Write(Stream stream, string about, IReadOnlyList<string> languages, IReadOnlyDictionary<uint, sbyte[]> words, IReadOnlyDictionary<uint, sbyte[]> letters)
    {
        ModelFile.Write(stream, Magic, writer =>
        {
            foreach (var text in (ReadOnlySpan<string>)[about, string.Join(' ', languages)])
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                writer.Write((ushort)bytes.Length);
                writer.Write(bytes);
            }

            foreach (var table in (ReadOnlySpan<IReadOnlyDictionary<uint, sbyte[]>>)[words, letters])
            {
                var hashes = table.Keys.Order().ToArray();
                writer.Write(hashes.Length);
                var last = 0u;
                foreach (var hash in hashes)
                {
                    writer.Write7BitEncodedInt((int)(hash - last));
                    last = hash;
                }

                for (var language = 0; language < languages.Count; language++)
                {
                    foreach (var hash in hashes)
                    {
                        writer.Write(table[hash][language]);
                    }
                }
            }
        });
    }

    // Open addressing over hash and number of the row; the rows themselves stand close together. A bit per entry in front keeps most misses out of the table, which does not fit the processor's nearest cache.
    private sealed class Table
    {
        private const int PresentBits = 1 << 17;
        private readonly ulong[] _present = new ulong[PresentBits / 64];
        private readonly (uint Hash, int Row)[] _slots;
        private readonly sbyte[] _rows;
        private readonly uint _mask;

        public Table(Dictionary<uint, sbyte[]> rows)
        {
            Count = rows.Count;
            var size = 1024;
            while (size < rows.Count * 2)
            {
                size *= 2;
            }

            _mask = (uint)size - 1;
            _slots = new (uint, int)[size];
            _rows = new sbyte[rows.Count * Stride];
            var at = 0;
            foreach (var (hash, row) in rows)
            {
                var slot = hash & _mask;
                while (_slots[slot].Hash != 0)
                {
                    slot = (slot + 1) & _mask;
                }

                _slots[slot] = (hash, at);
                _present[(hash >> 15) / 64] |= 1UL << (int)((hash >> 15) % 64);
                row.CopyTo(_rows, at);
                at += Stride;
            }
        }

        public int Count { get; }

        public ReadOnlySpan<sbyte> Row(uint hash)
        {
            if ((_present[(hash >> 15) / 64] & (1UL << (int)((hash >> 15) % 64))) == 0)
            {
                return default;
            }

            var slot = hash & _mask;
            while (true)
            {
                var (key, row) = _slots[slot];
                if (key == hash)
                {
                    return _rows.AsSpan(row, Stride);
                }

                if (key == 0)
                {
                    return default;
                }

                slot = (slot + 1) & _mask;
            }
        }
    }
}
