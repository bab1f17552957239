using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>Runs the process of one service.</summary>
public static class ServiceProgram
{
    /// <summary>Exit code of a process that refused to start because of an option.</summary>
    public const int BadOptionExitCode = 2;

    /// <summary>Exit code of a process that could not start although its options are right: its store cannot be used, its port is taken.</summary>
    public const int StartFailedExitCode = 1;

    /// <summary>
    /// Builds and runs a host until it is asked to stop. Options are checked before anything starts, so that a bad one is a line that names it and not a stack of the bus or the listener.
    /// </summary>
    /// <param name="service">Name of the service, for the message.</param>
    /// <param name="args">The command line; <c>--health URL</c> asks a running instance for its health instead of running one, <c>--help</c> says how options are given.</param>
    /// <param name="build">Builds the host.</param>
    /// <param name="errors">Where messages go; null = standard error.</param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string service, string[] args, Func<WebApplication> build, TextWriter? errors = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(build);
        if (args is [HealthQuestion.Option, ..])
            return await HealthQuestion.AskAsync(args.Length == 2 ? args[1] : null, errors ?? Console.Error);
        if (args is ["--help" or "-h" or "-?", ..])
        {
            await (errors ?? Console.Out).WriteLineAsync($"""
                usage: {service} [--Section:Option=VALUE ...]     runs the service; environment variables (Section__Option) and appsettings.json do the same
                       {service} {HealthQuestion.Option} URL                    asks a running instance whether it is ready: exit code 0, else 1
                The README's table has the options.
                """);
            return 0;
        }

        try
        {
            await using var app = build();
            app.Services.GetService<IStartupValidator>()?.Validate();
            if (Stray(args, app.Services) is { } stray)
                throw new OptionsValidationException(service, typeof(string), [stray]);
            // What the host itself fails on it logs with a stack; the stores are opened here, where it is a line.
            _ = app.Services.GetServices<IHostedService>();
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            // Set by whoever stopped the host for a reason, see BrokerWatchdog.
            return Environment.ExitCode;
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
                await (errors ?? Console.Error).WriteLineAsync($"{service} does not start: {failure}");
            return BadOptionExitCode;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or StoreVersionException or SocketException or IOException)
        {
            // Of the options only the listener's lead to a socket before the start is over.
            var listener = exception is SocketException || exception.InnerException is AddressInUseException ? $" ({EndpointOptions.Section}:{nameof(EndpointOptions.Address)}, {EndpointOptions.Section}:{nameof(EndpointOptions.Port)})" : "";
            await (errors ?? Console.Error).WriteLineAsync($"{service} does not start: {exception.Message}{listener}");
            return StartFailedExitCode;
        }
    }

    /// <summary>The first thing on the command line that nobody would read; null = there is none.</summary>
    private static string? Stray(string[] args, IServiceProvider services)
    {
        var sections = services.GetServices<OptionsSection>().Select(section => section.Name.Split(':')[0]).Append("Logging").ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Length; i++)
        {
            var (key, split) = (args[i].Split('=')[0].TrimStart('-'), args[i].Contains('=', StringComparison.Ordinal));
            if (!split && (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length))
                return $"{args[i]} is no option; they are written --Section:Option=VALUE";
            if (key.Contains(':', StringComparison.Ordinal) && !sections.Contains(key.Split(':')[0]))
                return $"{key} is no option of this service";
            // Without an equals sign the next word is the value.
            i += split ? 0 : 1;
        }

        return null;
    }
}
