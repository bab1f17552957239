namespace Sikap.Contracts.Messages;

/// <summary>An instance that extracts wants to know the actors that users added; <see cref="ActorsChanged"/> is the answer, for all to hear. Published by Extraction when its queue is ready.</summary>
public sealed record ActorsRequested
{
    /// <summary>Queue of the instance that asks; for people who look for it.</summary>
    public required string Queue { get; init; }
}
