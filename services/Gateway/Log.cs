namespace Sikap.Gateway;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, EventName = "gateway.backend.up", Level = LogLevel.Information, Message = "Back end {BackEnd} serves")]
    public static partial void BackEndUp(ILogger logger, string backEnd);

    [LoggerMessage(EventId = 2, EventName = "gateway.backend.down", Level = LogLevel.Warning, Message = "Back end {BackEnd} does not serve: {Reason}")]
    public static partial void BackEndDown(ILogger logger, string backEnd, string reason);
}
