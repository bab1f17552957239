namespace Sikap.ServiceDefaults;

/// <summary>What every store can tell, whatever keeps it.</summary>
public interface IStore
{
    /// <summary>Finds out whether the store answers and, after a failed write, whether it takes writes again.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
