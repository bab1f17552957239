namespace Sikap.Nlp.Names;

/// <summary>What a name stands for, as the model tells it.</summary>
internal enum NameKind : byte { None, Person, Organisation, Place }

/// <summary>A name as tokens: [First, End).</summary>
internal readonly record struct NameSpan(int First, int End, NameKind Kind);

/// <summary>
/// Labels of a tagger over n kinds: 0 is outside; kind k (from 1) has begin, inside, last and unit (a name of one token) in this order.
/// </summary>
internal static class NameLabels
{
    public const int Outside = 0;
    public const int PerKind = 4;

    public static int Count(int kinds) => 1 + (PerKind * kinds);

    public static int Of(int kind, int position, int length) =>
        1 + (PerKind * (kind - 1)) + (length == 1 ? 3 : position == 0 ? 0 : position == length - 1 ? 2 : 1);

    /// <summary>Kind of a label, from 1; 0 for outside.</summary>
    public static int Kind(int label) => (label + PerKind - 1) / PerKind;

    /// <summary>A name is open behind the label: begin or inside.</summary>
    public static bool Opens(int label) => label != Outside && (label - 1) % PerKind <= 1;

    /// <summary>The label goes on with an open name: inside or last.</summary>
    public static bool Continues(int label) => label != Outside && (label - 1) % PerKind is 1 or 2;

    /// <summary>Whether one label may follow another.</summary>
    public static bool Follows(int before, int after) => Opens(before) ? Continues(after) && Kind(before) == Kind(after) : !Continues(after);
}
