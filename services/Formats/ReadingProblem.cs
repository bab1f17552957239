namespace Sikap.Formats;

/// <summary>Something in a document that could not be read as it stands.</summary>
/// <param name="Offset">Byte in the document where it was found; -1 where that is not known.</param>
/// <param name="Message">What is wrong, for people.</param>
public readonly record struct ReadingProblem(long Offset, string Message);

/// <summary>A document, or why it could not be read.</summary>
/// <typeparam name="T">What the document holds.</typeparam>
/// <param name="Value">What was read; null when it was refused.</param>
/// <param name="Refusal">Why it was refused; null when it was read.</param>
public readonly record struct Reading<T>(T? Value, ReadingProblem? Refusal) where T : class
{
    /// <summary>A document that was read.</summary>
    public static implicit operator Reading<T>(T value) => new(value, null);

    /// <summary>A document that was refused.</summary>
    public static implicit operator Reading<T>(ReadingProblem refusal) => new(null, refusal);
}
