using System.Security.Cryptography;
using System.Text;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Carries a part from one store to another. The target holds nothing, or the beginning of what the source holds: what an interrupted copy left there is not copied again. Both must be left alone meanwhile; what
/// is written nevertheless shows when the two are compared.
/// </summary>
/// <param name="from">The source; never written.</param>
/// <param name="to">The target.</param>
public sealed class StoreCopy(StorePart from, StorePart to)
{
    // Together about 4 MB: far below what one message to a server, or one transaction, should hold.
    private const int MaxBatchRecords = 500;
    private const int MaxBatchChars = 2_000_000;

    /// <summary>What the records are.</summary>
    public string Name => from.Name;

    /// <summary>How many records the target holds that stand at the beginning of the source just so, and the first of its records that does not.</summary>
    public async Task<(long Same, string? Other)> FindBeginningAsync(CancellationToken cancellationToken)
    {
        await using var expected = from.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var same = 0L;
        await foreach (var there in to.ReadAsync(cancellationToken))
        {
            if (!await expected.MoveNextAsync() || expected.Current != there)
            {
                return (same, there.Key);
            }

            same++;
        }

        return (same, null);
    }

    /// <summary>Removes everything from the target.</summary>
    public Task ClearAsync(CancellationToken cancellationToken) => to.ClearAsync(cancellationToken);

    /// <summary>Copies what is missing.</summary>
    /// <param name="same">Records that are there already, as <see cref="FindBeginningAsync"/> found them.</param>
    /// <param name="report">Is told how many of how many records are there, again and again.</param>
    /// <param name="cancellationToken">Ends the copy; what was copied stays and is where the next one goes on.</param>
    public async Task CopyAsync(long same, Action<long, long> report, CancellationToken cancellationToken)
    {
        var total = await from.CountAsync(cancellationToken);
        var done = 0L;
        var chars = 0;
        var batch = new List<StoreRecord>();
        await foreach (var record in from.ReadAsync(cancellationToken))
        {
            if (done + batch.Count < same)
            {
                done++;
                continue;
            }

            batch.Add(record);
            chars += record.Content.Length;
            if (batch.Count == MaxBatchRecords || chars >= MaxBatchChars)
            {
                await AppendAsync();
            }
        }

        await AppendAsync();
        await to.FinishAsync(cancellationToken);

        async Task AppendAsync()
        {
            if (batch.Count > 0)
            {
                await to.AppendAsync(batch, cancellationToken);
            }

            done += batch.Count;
            batch.Clear();
            chars = 0;
            report(done, total);
        }
    }

    /// <summary>Reads both wholly and compares them.</summary>
    public async Task<CopyCheck> CompareAsync(CancellationToken cancellationToken)
    {
        using var fromHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var toHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = from.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var target = to.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var (fromCount, toCount, difference) = (0L, 0L, (string?)null);
        while (true)
        {
            var expected = await source.MoveNextAsync() ? source.Current : null;
            var there = await target.MoveNextAsync() ? target.Current : null;
            if (expected is null && there is null)
            {
                return new CopyCheck(Name, fromCount, toCount, Convert.ToHexStringLower(fromHash.GetHashAndReset()), Convert.ToHexStringLower(toHash.GetHashAndReset()), difference);
            }

            fromCount += Add(fromHash, expected);
            toCount += Add(toHash, there);
            if (expected != there)
            {
                difference ??= (expected ?? there)!.Key;
            }
        }
    }

    private static int Add(IncrementalHash hash, StoreRecord? record)
    {
        if (record is null)
        {
            return 0;
        }

        // JSON has no line feed of its own, so no two sequences of records make the same bytes.
        hash.AppendData(Encoding.UTF8.GetBytes($"{record.Key}\n{record.Content}\n"));
        return 1;
    }
}

/// <summary>What a comparison of both sides found.</summary>
/// <param name="Name">What the records are.</param>
/// <param name="FromCount">Records of the source.</param>
/// <param name="ToCount">Records of the target.</param>
/// <param name="FromHash">SHA-256 of the source's records in their order, hexadecimal.</param>
/// <param name="ToHash">The same of the target.</param>
/// <param name="Difference">Key of the first record that is not the same on both sides; null = there is none.</param>
public sealed record CopyCheck(string Name, long FromCount, long ToCount, string FromHash, string ToHash, string? Difference)
{
    /// <summary>True when both sides hold the same.</summary>
    public bool IsSame => FromCount == ToCount && FromHash == ToHash && Difference is null;
}
