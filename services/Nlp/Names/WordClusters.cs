namespace Sikap.Nlp.Names;

/// <summary>Clusters of words that have like neighbours in running text, by hash of the form. Immutable; safe for any number of threads.</summary>
internal sealed class WordClusters
{
    /// <summary>No word is known.</summary>
    public static readonly WordClusters None = new([]);

    private readonly uint[] _keys;
    private readonly uint[] _values;
    private readonly int _mask;

    /// <param name="words">Hash of the form, fine and coarse cluster (both from 1).</param>
    public WordClusters(IReadOnlyList<(uint Hash, ushort Fine, ushort Coarse)> words)
    {
        var size = 16;
        while (size < words.Count * 2)
        {
            size *= 2;
        }

        Words = words;
        _keys = new uint[size];
        _values = new uint[size];
        _mask = size - 1;
        foreach (var (hash, fine, coarse) in words)
        {
            var slot = (int)(hash & _mask);
            while (_values[slot] != 0 && _keys[slot] != hash)
            {
                slot = (slot + 1) & _mask;
            }

            _keys[slot] = hash;
            _values[slot] = ((uint)fine << 16) | coarse;
        }
    }

    /// <summary>The words as they were given.</summary>
    public IReadOnlyList<(uint Hash, ushort Fine, ushort Coarse)> Words { get; }

    /// <summary>Clusters of a form: as written, else in lower case; zeros when neither is known.</summary>
    public (ushort Fine, ushort Coarse) Of(uint exact, uint folded)
    {
        var value = Find(exact);
        value = value == 0 && folded != exact ? Find(folded) : value;
        return ((ushort)(value >> 16), (ushort)value);
    }

    private uint Find(uint hash)
    {
        var slot = (int)(hash & _mask);
        while (_values[slot] != 0)
        {
            if (_keys[slot] == hash)
            {
                return _values[slot];
            }

            slot = (slot + 1) & _mask;
        }

        return 0;
    }
}
