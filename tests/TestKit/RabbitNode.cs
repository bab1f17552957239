using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sikap.TestKit;

/// <summary>
/// A RabbitMQ node that belongs to the tests alone: own name, ports, data, cookie and port mapper (epmd), all in a fresh temporary folder, and gone with the process that
/// started it, also when that process is killed. Not thread-safe as far as stopping and starting goes; everything else may be called from anywhere.
/// </summary>
public sealed class RabbitNode : IAsyncDisposable
{
    private const string Binaries = "/usr/lib/rabbitmq/bin";
    // Of Erlang itself, which the broker depends on: it asks a running node in milliseconds, where rabbitmqctl starts a machine of its own each time.
    private const string ErlangCall = "/usr/bin/erl_call";
    private const int Continue = 18, Stop = 19;
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ControlLimit = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;
    private readonly int _portMapperPort;
    private readonly int _metricsPort;
    private readonly string _cookie;
    private GuardedProcess? _portMapper;
    private GuardedProcess? _broker;
    private int _virtualHosts;
    private int _questions;

    private RabbitNode(RabbitCertificates? certificates, RabbitNode? peer)
    {
        var ports = FreePort.Take(5);
        (Port, var distribution, _portMapperPort, TlsPort, _metricsPort) = (ports[0], ports[1], peer?._portMapperPort ?? ports[2], ports[3], ports[4]);
        Certificates = certificates;
        _cookie = peer?._cookie ?? Guid.NewGuid().ToString("N");
        _folder = Directory.CreateTempSubdirectory("sikap-rabbit-").FullName;
        var name = $"sikap-{Environment.ProcessId}-{Port}@localhost";
        _environment = new()
        {
            ["HOME"] = _folder,
            ["RABBITMQ_NODENAME"] = name,
            ["RABBITMQ_NODE_PORT"] = Text(Port),
            ["RABBITMQ_DIST_PORT"] = Text(distribution),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "none.config"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none.conf"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(_folder, "generated"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["ERL_EPMD_PORT"] = Text(_portMapperPort),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            // With input allowed the start script becomes the Erlang machine itself, so that signals reach it; there is no input all the same.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            // Several nodes share few processors here: none may spin while it waits for work.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput +sbwt none +sbwtdcpu none +sbwtdio none",
        };
    }

    /// <summary>True where Debian's rabbitmq-server is installed.</summary>
    public static bool IsInstalled => File.Exists(Path.Combine(Binaries, "rabbitmq-server"));

    /// <summary>The account that the virtual hosts admit.</summary>
    public static string Username => "sikap";

    /// <summary>Password of <see cref="Username"/>; the node listens on loopback only.</summary>
    public static string Password => "sikap-test";

    /// <summary>AMQP port on loopback.</summary>
    public int Port { get; }

    /// <summary>AMQP over TLS; listens only where certificates were given.</summary>
    public int TlsPort { get; }

    /// <summary>Process id of the running broker.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(_environment["RABBITMQ_PID_FILE"]), CultureInfo.InvariantCulture);

    /// <summary>The certificates of the TLS listener, or null.</summary>
    public RabbitCertificates? Certificates { get; }

    /// <summary>Starts a node and waits until it serves; throws with the broker's own output when it does not within two minutes.</summary>
    public static async Task<RabbitNode> StartAsync(RabbitCertificates? certificates = null)
    {
        var node = new RabbitNode(certificates, peer: null);
        try
        {
            await node.WriteFilesAsync();
            node._portMapper = GuardedProcess.Start("/usr/bin/epmd", ["-port", Text(node._portMapperPort)], node._environment, Path.Combine(node._folder, "epmd.out"));
            await ListeningAsync(node._portMapperPort);
            await node.BootAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more node beside this one, which becomes a member of its cluster; it is to be disposed before this one.</summary>
    public async Task<RabbitNode> StartMemberAsync()
    {
        var node = new RabbitNode(Certificates, peer: this);
        try
        {
            await node.WriteFilesAsync();
            await node.BootAsync();
            await node.EvalAsync($"ok = rabbit:stop(), ok = rabbit_mnesia:join_cluster('{_environment["RABBITMQ_NODENAME"]}', disc), ok = rabbit:start()");
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Boots the node on the data it has and waits until it serves.</summary>
    public async Task BootAsync()
    {
        _broker = GuardedProcess.Start(Path.Combine(Binaries, "rabbitmq-server"), [], _environment, Path.Combine(_folder, "broker.out"));
        try
        {
            await ListeningAsync(Port);
            await EvalAsync("ok = rabbit:await_startup()");
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The broker did not start: {failure.Message}\n{await File.ReadAllTextAsync(Path.Combine(_folder, "broker.out"))}", failure);
        }
    }

    /// <summary>Ends the node as a power cut of the process would, with SIGKILL; its data stays for <see cref="BootAsync"/>.</summary>
    public async Task KillAsync()
    {
        if (_broker is { } broker)
        {
            _broker = null;
            await broker.DisposeAsync();
        }
    }

    /// <summary>Freezes the node (SIGSTOP) and waits until it is: connections stay open and nothing answers. Disposing thaws it.</summary>
    public async Task<IDisposable> FreezeAsync()
    {
        var pid = ProcessId;
        Signal(pid, Stop);
        var thaw = new Thaw(pid);
        using var limit = new CancellationTokenSource(ControlLimit);
        // A thread that is on a processor, or waits for one, may do some more before it stops.
        while (Directory.GetDirectories($"/proc/{Text(pid)}/task").Any(thread => File.ReadAllText(Path.Combine(thread, "stat")).Split(')')[^1].TrimStart()[0] != 'T'))
        {
            await Task.Delay(10, limit.Token);
        }

        return thaw;
    }

    /// <summary>Adds a virtual host that <see cref="Username"/> may do everything in; returns its name.</summary>
    public async Task<string> NewVirtualHostAsync()
    {
        var name = $"test-{Text(Interlocked.Increment(ref _virtualHosts))}";
        await EvalAsync($"ok = rabbit_vhost:add({Binary(name)}, {Binary(Username)})");
        await PermitAsync(name, read: ".*");
        return name;
    }

    /// <summary>Says what <see cref="Username"/> may read in a virtual host; it may configure and write everything.</summary>
    /// <param name="virtualHost">Name of the virtual host.</param>
    /// <param name="read">Regular expression of the queues and exchanges.</param>
    public Task PermitAsync(string virtualHost, string read) =>
        EvalAsync($"ok = rabbit_auth_backend_internal:set_permissions({Binary(Username)}, {Binary(virtualHost)}, {Binary(".*")}, {Binary(".*")}, {Binary(read)}, {Binary(Username)})");

    /// <summary>Closes all client connections to a virtual host, as an operator may.</summary>
    public Task CloseConnectionsAsync(string virtualHost) => CloseAllAsync(ConnectionsTo(virtualHost));

    /// <summary>Closes all client connections.</summary>
    public Task CloseConnectionsAsync() => CloseAllAsync("rabbit_networking:connections()");

    /// <summary>Deletes a queue with what is in it.</summary>
    public Task DeleteQueueAsync(string virtualHost, string queue) =>
        EvalAsync($"{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r({Binary(virtualHost)}, queue, {Binary(queue)})), {{ok, _}} = rabbit_amqqueue:delete(Q, false, false, {Binary(Username)}), ok");

    /// <summary>Raises the memory alarm, so that publishers are blocked; disposing ends it.</summary>
    public async Task<IAsyncDisposable> BlockAsync()
    {
        await EvalAsync("ok = vm_memory_monitor:set_vm_memory_high_watermark(0.0001)");
        return new Alarm(() => EvalAsync("ok = vm_memory_monitor:set_vm_memory_high_watermark(0.4)"));
    }

    /// <summary>Raises the disk alarm, so that publishers are blocked; disposing ends it.</summary>
    public async Task<IAsyncDisposable> BlockForDiskAsync()
    {
        await EvalAsync("ok = rabbit_disk_monitor:set_disk_free_limit({mem_relative, 100000.0})");
        return new Alarm(() => EvalAsync("ok = rabbit_disk_monitor:set_disk_free_limit(\"1MB\")"));
    }

    /// <summary>Evaluates Erlang in the node and returns the value as text; throws where it fails.</summary>
    /// <param name="expressions">Expressions separated by commas, without the last full stop.</param>
    public async Task<string> EvalAsync(string expressions)
    {
        const string done = "{ok, ";
        // Each under a name of its own: the node takes two askers of one name for one.
        var answer = await RunAsync(ErlangCall, ["-n", _environment["RABBITMQ_NODENAME"], "-c", _cookie, "-h", $"asker{Text(Interlocked.Increment(ref _questions))}", "-e"], input: $"{expressions}.\n");
        return answer.StartsWith(done, StringComparison.Ordinal) ? answer[done.Length..^1] : throw new InvalidOperationException($"{expressions}: {answer}");
    }

    /// <summary>Runs <c>rabbitmqctl</c> against this node and returns what it wrote; throws when it fails. It takes a second of the processor each time.</summary>
    public Task<string> ControlAsync(params string[] arguments) => RunAsync(Path.Combine(Binaries, "rabbitmqctl"), ["--quiet", .. arguments], input: "");

    /// <summary>All queues of a virtual host, as the broker sees them.</summary>
    public async Task<IReadOnlyList<QueueState>> QueuesAsync(string virtualHost)
    {
        // As JSON in base64, since a string is what comes through unchanged. A queue that ends between being listed and being asked is none any more.
        var encoded = await EvalAsync($$"""
            Text = fun(V) when is_binary(V) -> V; (V) -> iolist_to_binary(io_lib:format("~w", [V])) end,
            Of = fun(Q) -> I = maps:from_list(rabbit_amqqueue:info(Q, [type, durable, messages, consumers, arguments])), {resource, _, queue, N} = amqqueue:get_name(Q), I#{name => N, arguments => maps:from_list([{K, Text(V)} || {K, _, V} <- maps:get(arguments, I)])} end,
            binary_to_list(base64:encode(rabbit_json:encode(lists:flatmap(fun(Q) -> try [Of(Q)] catch exit:{R, _} when R =:= normal; R =:= noproc; R =:= shutdown -> [] end end, rabbit_amqqueue:list({{Binary(virtualHost)}})))))
            """);
        return JsonSerializer.Deserialize<List<QueueState>>(Convert.FromBase64String(encoded.Trim('"')), JsonSerializerOptions.Web)!;
    }

    /// <summary>What the node's metrics endpoint answers.</summary>
    /// <param name="path">Path and query, such as <c>/metrics</c>.</param>
    public async Task<string> MetricsAsync(string path)
    {
        using var client = new HttpClient { Timeout = ControlLimit };
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{Text(_metricsPort)}{path}"));
    }

    /// <summary>Number of open client connections to a virtual host.</summary>
    public async Task<int> ConnectionsAsync(string virtualHost) => int.Parse(await EvalAsync($"length({ConnectionsTo(virtualHost)})"), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_portMapper is { } portMapper)
        {
            _portMapper = null;
            await portMapper.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Binary(string text) => $"<<\"{text}\">>";

    // A connection that ends by itself meanwhile is closed as well.
    private Task<string> CloseAllAsync(string connections) =>
        EvalAsync($"[try rabbit_networking:close_connection(P, \"test\") catch exit:{{R, _}} when R =:= normal; R =:= noproc; R =:= shutdown -> ok end || P <- {connections}], ok");

    private static string ConnectionsTo(string virtualHost) => $"[P || P <- rabbit_networking:connections(), (catch rabbit_networking:connection_info(P, [vhost])) =:= [{{vhost, {Binary(virtualHost)}}}]]";

    private async Task<string> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)} {input}";
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(ControlLimit);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{command} failed with {process.ExitCode}: {await errors}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} did not end within {ControlLimit}.");
        }
    }

    private async Task WriteFilesAsync()
    {
        var configuration = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"listeners.tcp.1 = 127.0.0.1:{Port}")
            .AppendLine(CultureInfo.InvariantCulture, $"load_definitions = {Path.Combine(_folder, "definitions.json")}")
            .AppendLine("prometheus.tcp.ip = 127.0.0.1")
            .AppendLine(CultureInfo.InvariantCulture, $"prometheus.tcp.port = {_metricsPort}")
            // The machine's disk says nothing about the test.
            .AppendLine("disk_free_limit.absolute = 1MB");
        if (Certificates is { } certificates)
        {
            await certificates.WriteAsync(_folder);
            configuration
                .AppendLine(CultureInfo.InvariantCulture, $"listeners.ssl.1 = 127.0.0.1:{TlsPort}")
                .AppendLine(CultureInfo.InvariantCulture, $"ssl_options.cacertfile = {certificates.AuthorityFile}")
                .AppendLine(CultureInfo.InvariantCulture, $"ssl_options.certfile = {certificates.ServerFile}")
                .AppendLine(CultureInfo.InvariantCulture, $"ssl_options.keyfile = {certificates.ServerKeyFile}")
                .AppendLine("ssl_options.verify = verify_none");
        }

        var definitions = new { rabbit_version = "3.10.8", users = new[] { new { name = Username, password = Password, tags = "administrator" } } };
        await File.WriteAllTextAsync(_environment["RABBITMQ_CONFIG_FILE"], configuration.ToString());
        await File.WriteAllTextAsync(_environment["RABBITMQ_ENABLED_PLUGINS_FILE"], "[rabbitmq_prometheus].");
        await File.WriteAllTextAsync(Path.Combine(_folder, "definitions.json"), JsonSerializer.Serialize(definitions));
        var cookie = Path.Combine(_folder, ".erlang.cookie");
        await File.WriteAllTextAsync(cookie, _cookie);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        }
    }

    private static async Task ListeningAsync(int port)
    {
        using var timeout = new CancellationTokenSource(BootLimit);
        while (!await AcceptsAsync(port, timeout.Token))
        {
            await Task.Delay(50, timeout.Token);
        }
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Signal(int pid, int signal)
    {
        if (NativeKill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill({pid}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);

    private sealed class Alarm(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }

    private sealed class Thaw(int pid) : IDisposable
    {
        public void Dispose() => Signal(pid, Continue);
    }
}

/// <summary>A queue as the broker sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The broker's name of the type; <c>rabbit_quorum_queue</c> or <c>quorum</c> for quorum queues, depending on the broker's version.</param>
/// <param name="Durable">True when it outlives a restart of the broker.</param>
/// <param name="Messages">Messages in it, delivered but unacknowledged ones included.</param>
/// <param name="Consumers">Consumers on it.</param>
/// <param name="Arguments">What it was declared with.</param>
public sealed record QueueState(string Name, string Type, bool Durable, long Messages, int Consumers, IReadOnlyDictionary<string, string> Arguments);
