using System.Globalization;
using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Sikap.TestKit;

/// <summary>
/// The five services as they are deployed: each a process of its own, reaching each other through a broker and gRPC alone. Their programs must lie beside the running one,
/// which project references see to. Processes can be killed and started again; they end with this one. Not thread-safe.
/// </summary>
public sealed class SystemProcesses : IAsyncDisposable
{
    private static readonly string[] Services = ["Ingestion", "Extraction", "StanceClassification", "Query", "Gateway"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sikap-system-");
    private readonly Dictionary<string, string> _environment;
    private readonly Dictionary<string, int> _ports = [];
    private readonly Dictionary<string, GuardedProcess> _processes = [];

    private SystemProcesses(IReadOnlyDictionary<string, string?> settings)
    {
        foreach (var (service, port) in Services.Zip(FreePort.Take(Services.Length)))
            _ports[service] = port;
        _environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value ?? "");
        foreach (var service in Services)
        {
            if (service is not ("Gateway" or "Extraction"))
                _environment.TryAdd($"{service}__DataDirectory", _folder.FullName);
            if (service != "Gateway")
                _environment[$"Gateway__{service}"] = AddressOf(service);
        }

        _environment["Gateway__AllowAnonymous"] = "true";
        // Nothing of the machine's own settings may come in.
        _environment.TryAdd("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    }

    /// <summary>Folder of the stores and of what the processes wrote.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Address of the only public door.</summary>
    public Uri Gateway => new(AddressOf("Gateway"));

    /// <summary>Names of the instances that run.</summary>
    public IReadOnlyCollection<string> Running => _processes.Keys;

    /// <summary>Starts all five and waits until each says that it serves.</summary>
    /// <param name="settings">Configuration of every service, the bus above all.</param>
    public static async Task<SystemProcesses> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var system = new SystemProcesses(settings);
        try
        {
            foreach (var service in Services)
                system.Launch(service);
            foreach (var service in Services)
                await system.ServingAsync(service);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a service, or one more instance of it, and waits until it serves.</summary>
    /// <param name="instance">Name of the service, with anything after a hyphen for a further instance, such as <c>Extraction-2</c>.</param>
    public async Task StartAsync(string instance)
    {
        Launch(instance);
        await ServingAsync(instance);
    }

    /// <summary>Ends an instance with SIGKILL.</summary>
    public async Task KillAsync(string instance)
    {
        _processes.Remove(instance, out var process);
        await process!.DisposeAsync();
    }

    /// <summary>Asks an instance to end (SIGTERM) and waits until it has; returns its exit code.</summary>
    public async Task<int> TerminateAsync(string instance, TimeSpan limit)
    {
        _processes.Remove(instance, out var process);
        await using (process)
            return await process!.TerminateAsync(limit);
    }

    /// <summary>Address of an instance.</summary>
    public string AddressOf(string instance) => $"http://127.0.0.1:{_ports[instance].ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What an instance has written.</summary>
    public string OutputOf(string instance) => File.Exists(OutputFile(instance)) ? File.ReadAllText(OutputFile(instance)) : "";

    /// <summary>Process id of an instance.</summary>
    public int ProcessIdOf(string instance) => _processes[instance].ProgramId;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
            await process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Launch(string instance)
    {
        if (!_ports.ContainsKey(instance))
            _ports[instance] = FreePort.Take(1)[0];
        var environment = new Dictionary<string, string>(_environment) { ["Endpoint__Port"] = _ports[instance].ToString(CultureInfo.InvariantCulture) };
        _processes[instance] = GuardedProcess.Start(
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")),
            ["exec", Path.Combine(AppContext.BaseDirectory, $"Sikap.{instance.Split('-')[0]}.dll")],
            environment,
            OutputFile(instance));
    }

    private string OutputFile(string instance) => Path.Combine(_folder.FullName, $"{instance}.out");

    private async Task ServingAsync(string instance)
    {
        using var channel = GrpcChannel.ForAddress(AddressOf(instance));
        var health = new Health.HealthClient(channel);
        using var end = new CancellationTokenSource(StartLimit);
        var last = "";
        while (!end.IsCancellationRequested)
        {
            try
            {
                var reply = await health.CheckAsync(new HealthCheckRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
                if (reply.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                    return;
                last = reply.Status.ToString();
            }
            catch (RpcException notUp) when (notUp.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                last = notUp.Status.ToString();
            }

            await Task.Delay(50, CancellationToken.None);
        }

        throw new TimeoutException($"{instance} does not serve after {StartLimit}: {last}\n{OutputOf(instance)}");
    }
}
