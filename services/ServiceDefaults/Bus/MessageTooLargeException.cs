namespace Sikap.ServiceDefaults;

/// <summary>A message is larger than <see cref="BusOptions.MaxMessageBytes"/>; it was not sent and will never fit.</summary>
public sealed class MessageTooLargeException : Exception
{
    /// <param name="messageType">Name of the message type.</param>
    /// <param name="bytes">Size when serialised.</param>
    /// <param name="maxBytes">The limit.</param>
    public MessageTooLargeException(string messageType, long bytes, int maxBytes)
        : base(FormattableString.Invariant($"{messageType} takes {bytes} bytes; messages are limited to {maxBytes} bytes"))
    {
    }
}
