using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>What asking a model leaves behind: its answers, and what they took of the budget. Thread-safe.</summary>
internal interface IChatStore : IStore
{
    /// <summary>A kept answer; null when there is none.</summary>
    Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps an answer, and lets the oldest go where there are more than <paramref name="maxEntries"/>.</summary>
    Task KeepAnswerAsync(string key, string answer, int maxEntries, CancellationToken cancellationToken);

    /// <summary>Notes one request of up to <paramref name="tokens"/> tokens, unless it would go beyond a limit.</summary>
    /// <returns>False when it would; nothing is noted then.</returns>
    Task<bool> TryReserveAsync(long tokens, ChatBudget budget, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Corrects the tokens noted at <paramref name="at"/> by a difference.</summary>
    Task CorrectAsync(DateTimeOffset at, long tokens, CancellationToken cancellationToken);
}

/// <summary>What may be spent within any 60 minutes and any 24 hours.</summary>
internal sealed record ChatBudget(long RequestsPerHour, long RequestsPerDay, long TokensPerHour, long TokensPerDay);

/// <summary>A kept answer, as it goes from store to store.</summary>
internal sealed record KeptAnswer(string Key, string Answer);

/// <summary>What was spent in a minute, as it goes from store to store.</summary>
/// <param name="Minute">Since the Unix epoch.</param>
/// <param name="Requests">Requests noted in it.</param>
/// <param name="Tokens">Their tokens.</param>
internal sealed record SpentMinute(long Minute, long Requests, long Tokens)
{
    /// <summary>Names it.</summary>
    public static string KeyOf(SpentMinute spent) => FormattableString.Invariant($"{spent.Minute}");
}
