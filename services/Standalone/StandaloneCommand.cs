using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sikap.Cli;
using Sikap.ServiceDefaults;

namespace Sikap.Standalone;

/// <summary>The command line of Standalone.</summary>
internal static class StandaloneCommand
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    /// <summary>Parses, starts, serves.</summary>
    /// <returns>0 done; 1 the demo did not get through, or the system could not start; 2 wrong usage.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var terminal = Terminal.OfProcess();
        var demo = new Option<bool>("--demo") { Description = "Submit the sample articles through the Gateway and print who is for and who is against what" };
        var exit = new Option<bool>("--exit") { Description = "End after the demo" };
        var data = new Option<string>("--data") { Description = "Folder that keeps the stores; without it they are gone at exit", HelpName = "dir" };
        var address = new Option<System.Net.IPAddress>("--address")
        {
            Description = "IP address to listen on",
            HelpName = "ip",
            DefaultValueFactory = _ => System.Net.IPAddress.Loopback,
            CustomParser = result =>
            {
                if (System.Net.IPAddress.TryParse(result.Tokens[0].Value, out var parsed))
                {
                    return parsed;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no IP address.");
                return null;
            },
        };
        var portBase = new Option<int>("--port-base") { Description = "Gateway on this port, the services behind it on the ports 11 to 14 above; 0 takes free ones", HelpName = "port", DefaultValueFactory = _ => Listeners.DefaultPortBase };
        var port = new Option<int?>("--port") { Description = "Port of the Gateway, when it differs from --port-base", HelpName = "port" };
        var verbose = new Option<bool>("--verbose") { Description = "Log what the services do, to standard error" };
        foreach (var option in new Option[] { portBase, port })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 0 or > 65_521)
                {
                    result.AddError($"{option.Name} takes a port from 0 to 65521.");
                }
            });
        }

        var root = new RootCommand("""
            All of Sikap in one process: Gateway, Ingestion, Extraction, StanceClassification and Query, with an in-memory bus and SQLite.

            Other options of the services come from environment variables, such as Query__MaxMatrixRows=1000.
            """) { demo, exit, data, address, portBase, port, verbose };
        root.Validators.Add(result =>
        {
            if (result.GetValue(exit) && !result.GetValue(demo))
            {
                result.AddError("--exit ends after the demo; give it together with --demo.");
            }
        });
        root.SetAction(async (parsed, _) =>
        {
            try
            {
                using var listeners = Listeners.Bind(parsed.GetRequiredValue(address), parsed.GetValue(portBase), parsed.GetValue(port));
                using var folder = DataFolder.Open(parsed.GetValue(data));
                await using var app = StandaloneHost.Build(new StandaloneSettings(folder.Path, listeners, parsed.GetValue(verbose)));
                return await RunAsync(app, listeners, folder, parsed.GetValue(demo), parsed.GetValue(exit), terminal);
            }
            catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or OptionsValidationException or InvalidOperationException or StoreUnavailableException)
            {
                terminal.Say($"standalone: {exception.Message}");
                return Failed;
            }
        });

        var result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
        {
            foreach (var error in result.Errors)
            {
                terminal.Say($"standalone: {error.Message}");
            }

            terminal.Say("See: --help");
            return Usage;
        }

        // The host ends on Ctrl+C and SIGTERM by itself; a second handler would cut its stop short.
        return await result.InvokeAsync(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static async Task<int> RunAsync(WebApplication app, Listeners listeners, DataFolder folder, bool demo, bool exit, Terminal terminal)
    {
        await app.StartAsync();
        terminal.Say($"Gateway on {listeners.AddressOf(ServiceDoor.Gateway).GetLeftPart(UriPartial.Authority)}, behind it {string.Join(", ", Listeners.BackEnds.Select(door => $"{door} on {listeners.PortOf(door)}"))}");
        terminal.Say(folder.IsTemporary ? $"Stores in the temporary folder {folder.Path}, gone at exit; --data DIR keeps them" : $"Stores in {folder.Path}");

        var code = Done;
        var stopping = app.Lifetime.ApplicationStopping;
        if (demo)
        {
            try
            {
                code = await new Demo(terminal, listeners.AddressOf(ServiceDoor.Gateway), app.Services.GetRequiredService<TimeProvider>()).RunAsync(stopping) ? Done : Failed;
            }
            catch (Exception exception) when (exception is OperationCanceledException or Grpc.Core.RpcException && stopping.IsCancellationRequested)
            {
                // Ctrl+C during the demo.
                exit = false;
            }
        }

        if (exit)
        {
            await app.StopAsync();
            return code;
        }

        if (!stopping.IsCancellationRequested)
        {
            terminal.Say(demo ? "Still serving. Ctrl+C ends." : "Serving. Ctrl+C ends.");
            Demo.SayWhatNext(terminal, listeners.AddressOf(ServiceDoor.Gateway), demo);
        }

        await app.WaitForShutdownAsync();
        return code;
    }
}
