using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Sikap.ServiceDefaults;

/// <summary>
/// <c>--health URL</c>: the program asks a running instance how it is instead of running itself, since images without a shell have nothing else to probe with.
/// </summary>
internal static class HealthQuestion
{
    public const string Option = "--health";
    public const int NotServingExitCode = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>0 when the instance says that it is ready, 1 otherwise; 2 for something that is not an address.</returns>
    public static async Task<int> AskAsync(string? address, TextWriter output)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            await output.WriteLineAsync($"usage: {Option} URL, such as {Option} http://127.0.0.1:5091");
            return ServiceProgram.BadOptionExitCode;
        }

        using var channel = GrpcChannel.ForAddress(uri);
        try
        {
            var reply = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = ServiceDefaultsRegistration.OwnReadinessService }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
            await output.WriteLineAsync(reply.Status.ToString());
            return reply.Status == HealthCheckResponse.Types.ServingStatus.Serving ? 0 : NotServingExitCode;
        }
        catch (RpcException exception)
        {
            await output.WriteLineAsync($"{exception.StatusCode}: {exception.Status.Detail}");
            return NotServingExitCode;
        }
    }
}
