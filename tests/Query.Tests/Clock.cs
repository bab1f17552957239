namespace Sikap.Query.Tests;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class Clock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Ledger.Accepted;

    public override DateTimeOffset GetUtcNow() => Now;
}
