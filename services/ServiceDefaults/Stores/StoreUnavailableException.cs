namespace Sikap.ServiceDefaults;

/// <summary>The store cannot be reached or cannot write now; trying again later may work. Becomes UNAVAILABLE with RetryInfo at a gRPC edge.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <param name="message">What could not be done.</param>
    /// <param name="innerException">What the store said.</param>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>True where the store is there and refuses this user: somebody has to give rights, waiting alone does not help.</summary>
    public bool IsRefusal { get; init; }
}
