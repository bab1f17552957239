using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sikap.ServiceDefaults;

/// <summary>A record of a store in a form that every implementation of that store gives and takes.</summary>
/// <param name="Key">Names it within its part.</param>
/// <param name="Content">Everything it says as JSON; equal texts are equal records.</param>
public sealed record StoreRecord(string Key, string Content);

/// <summary>What a store keeps, or a part of it, as a sequence of records: the same sequence whatever keeps it, so that it can be carried from one to the other. While it is read nobody may write.</summary>
/// <param name="name">What the records are, such as <c>articles</c>.</param>
/// <param name="read">All records in their order.</param>
/// <param name="append">Puts records behind those that are there, wholly or a beginning of them.</param>
/// <param name="count">Number of records.</param>
/// <param name="clear">Removes all records.</param>
/// <param name="finish">Works out what follows from the records of this part and those before it, once all are there; may run again. Null = nothing.</param>
public sealed class StorePart(
    string name,
    Func<CancellationToken, IAsyncEnumerable<StoreRecord>> read,
    Func<IReadOnlyList<StoreRecord>, CancellationToken, Task> append,
    Func<CancellationToken, Task<long>> count,
    Func<CancellationToken, Task> clear,
    Func<CancellationToken, Task>? finish = null)
{
    /// <summary>What the records are.</summary>
    public string Name => name;

    /// <summary>A part whose records are JSON of <typeparamref name="T"/>.</summary>
    public static StorePart Of<T>(
        string name,
        Func<T, string> keyOf,
        Func<CancellationToken, IAsyncEnumerable<T>> read,
        Func<IReadOnlyList<T>, CancellationToken, Task> append,
        Func<CancellationToken, Task<long>> count,
        Func<CancellationToken, Task> clear,
        Func<CancellationToken, Task>? finish = null) => new(
            name,
            token => AsRecordsAsync(read(token), keyOf, token),
            (records, token) => append([.. records.Select(record => JsonSerializer.Deserialize<T>(record.Content)!)], token),
            count,
            clear,
            finish);

    /// <summary>All records in their order.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; also of the other methods.</exception>
    public IAsyncEnumerable<StoreRecord> ReadAsync(CancellationToken cancellationToken) => read(cancellationToken);

    /// <summary>Puts records behind those that are there. Where it throws, a beginning of them may be there.</summary>
    public Task AppendAsync(IReadOnlyList<StoreRecord> records, CancellationToken cancellationToken) => append(records, cancellationToken);

    /// <summary>Number of records.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) => count(cancellationToken);

    /// <summary>Removes all records.</summary>
    public Task ClearAsync(CancellationToken cancellationToken) => clear(cancellationToken);

    /// <summary>Works out what follows from the records, once all are there.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) => finish is null ? Task.CompletedTask : finish(cancellationToken);

    private static async IAsyncEnumerable<StoreRecord> AsRecordsAsync<T>(IAsyncEnumerable<T> items, Func<T, string> keyOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            yield return new StoreRecord(keyOf(item), JsonSerializer.Serialize(item));
        }
    }
}
