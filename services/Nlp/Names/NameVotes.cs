using System.Buffers;

namespace Sikap.Nlp.Names;

/// <summary>
/// One name is one thing in an article: the kinds the model gave to the same words are counted, and the most frequent one holds. Full names of persons speak for their parts,
/// by which articles go on to call them ("Niro", "De Niro").
/// </summary>
internal static class NameVotes
{
    private struct Vote
    {
        public uint Key;
        public short Person, Organisation, Place;
    }

    /// <summary>Evens out the kinds of the names in an article.</summary>
    public static void Run(ArticleWork work, Span<byte> labels)
    {
        var count = 0;
        foreach (var label in labels)
        {
            count += label == NameLabels.Outside ? 0 : NameLabels.Continues(label) ? 1 : 2;
        }

        // At most one key per name and one per token of a name.
        if (count <= 2)
        {
            return;
        }

        var size = 64;
        while (size < count * 2)
        {
            size *= 2;
        }

        var votes = ArrayPool<Vote>.Shared.Rent(size);
        var table = votes.AsSpan(0, size);
        table.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == NameLabels.Outside)
            {
                continue;
            }

            var end = End(labels, i);
            var kind = (NameKind)NameLabels.Kind(labels[i]);
            Add(table, Key(work, i, end), kind, 2);
            if (end > i + 1 && kind == NameKind.Person)
            {
                Add(table, Key(work, i, i + 1), kind, 1);
                for (var k = i + 1; k < end; k++)
                {
                    Add(table, Key(work, k, end), kind, 1);
                }
            }

            i = end - 1;
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == NameLabels.Outside)
            {
                continue;
            }

            var end = End(labels, i);
            var best = Best(Find(table, Key(work, i, end)), (NameKind)NameLabels.Kind(labels[i]));
            for (var k = i; k < end; k++)
            {
                labels[k] = (byte)NameLabels.Of((int)best, k - i, end - i);
            }

            i = end - 1;
        }

        ArrayPool<Vote>.Shared.Return(votes);
    }

    private static int End(ReadOnlySpan<byte> labels, int first)
    {
        var end = first + 1;
        while (end < labels.Length && NameLabels.Continues(labels[end]))
        {
            end++;
        }

        return end;
    }

    private static uint Key(ArticleWork work, int first, int end)
    {
        var key = NameFeatures.Hash(work.Form(first));
        for (var i = first + 1; i < end; i++)
        {
            key = (key * 31) + NameFeatures.Hash(work.Form(i));
        }

        return key == 0 ? 1 : key;
    }

    private static void Add(Span<Vote> table, uint key, NameKind kind, short weight)
    {
        ref var vote = ref Find(table, key);
        vote.Key = key;
        vote.Person += kind == NameKind.Person ? weight : (short)0;
        vote.Organisation += kind == NameKind.Organisation ? weight : (short)0;
        vote.Place += kind == NameKind.Place ? weight : (short)0;
    }

    private static ref Vote Find(Span<Vote> table, uint key)
    {
        var slot = (int)(key & (uint)(table.Length - 1));
        while (table[slot].Key != 0 && table[slot].Key != key)
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return ref table[slot];
    }

    private static NameKind Best(in Vote vote, NameKind own)
    {
        var (best, most) = own switch
        {
            NameKind.Person => (own, vote.Person),
            NameKind.Organisation => (own, vote.Organisation),
            _ => (own, vote.Place),
        };
        (best, most) = vote.Person > most ? (NameKind.Person, vote.Person) : (best, most);
        (best, most) = vote.Organisation > most ? (NameKind.Organisation, vote.Organisation) : (best, most);
        return vote.Place > most ? NameKind.Place : best;
    }
}
