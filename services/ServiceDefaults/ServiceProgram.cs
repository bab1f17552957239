using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>Runs the process of one service.</summary>
public static class ServiceProgram
{
    /// <summary>Exit code of a process that refused to start because of an option.</summary>
    public const int BadOptionExitCode = 2;

    /// <summary>
    /// Builds and runs a host until it is asked to stop. Options are checked before anything starts, so that a bad one is a line that names it and not a stack of the bus or the listener.
    /// </summary>
    /// <param name="service">Name of the service, for the message.</param>
    /// <param name="args">The command line; <c>--health URL</c> asks a running instance for its health instead of running one.</param>
    /// <param name="build">Builds the host.</param>
    /// <param name="errors">Where messages go; null = standard error.</param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string service, string[] args, Func<WebApplication> build, TextWriter? errors = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(build);
        if (args is [HealthQuestion.Option, ..])
            return await HealthQuestion.AskAsync(args.Length == 2 ? args[1] : null, errors ?? Console.Error);
        try
        {
            await using var app = build();
            app.Services.GetService<IStartupValidator>()?.Validate();
            await app.RunAsync();
            // Set by whoever stopped the host for a reason, see BrokerWatchdog.
            return Environment.ExitCode;
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
                await (errors ?? Console.Error).WriteLineAsync($"{service} does not start: {failure}");
            return BadOptionExitCode;
        }
    }
}
