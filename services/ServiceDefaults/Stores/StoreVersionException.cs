namespace Sikap.ServiceDefaults;

/// <summary>A store was written by a later version of the program than this one; nothing here may touch it.</summary>
/// <param name="message">Which store, its version, and the newest that this program knows.</param>
public sealed class StoreVersionException(string message) : InvalidOperationException(message);
