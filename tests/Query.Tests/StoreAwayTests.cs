using Google.Rpc;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;
using Sikap.V1;
using static Sikap.Query.Tests.Ledger;
using StatusCode = Grpc.Core.StatusCode;

namespace Sikap.Query.Tests;

/// <summary>Runs alone: the file is damaged once no connection is pooled, and the pools are those of the whole process.</summary>
[CollectionDefinition(nameof(StoreAwayTests), DisableParallelization = true)]
[Collection(nameof(StoreAwayTests))]
public sealed class StoreAwayTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnyCall_StoreIsBroken_IsUnavailableWithRetryInfo()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path);
        host.Host.ExpectsErrors = true;
        await host.WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")]));
        // In one step: whoever opened a half-written file would find an empty store in it. The log beside it, which may hold every page, goes with it, and so do connections of the old file.
        var store = Path.Combine(_folder.Path, "query.db");
        await File.WriteAllTextAsync(store + ".damaged", new string('x', 8192), TestContext.Current.CancellationToken);
        File.Move(store + ".damaged", store, overwrite: true);
        File.Delete(store + "-wal");
        File.Delete(store + "-shm");
        SqliteConnection.ClearAllPools();

        var failure = await Should.ThrowAsync<RpcException>(() => host.Client.ListStancesAsync(new ListStancesRequest()).ResponseAsync);

        failure.StatusCode.ShouldBe(StatusCode.Unavailable, string.Join('\n', host.Host.Errors));
        failure.ToStatus().Details.Single().Is(RetryInfo.Descriptor).ShouldBeTrue();
    }
}
