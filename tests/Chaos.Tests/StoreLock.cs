using Microsoft.Data.Sqlite;

namespace Sikap.Chaos.Tests;

/// <summary>Takes a store away from its service for a while, as a hanging disk or a careless backup would.</summary>
internal static class StoreLock
{
    // Longer than a service waits for a lock, so that its writes do fail.
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(7);

    /// <summary>Holds the write lock of an SQLite file.</summary>
    public static async Task HoldAsync(string file)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 30 }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        await Task.Delay(Duration);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
    }
}
