using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;

namespace Sikap.Interop.Tests;

/// <summary>Runs the foreign peer, Debian's grpcio, as a process of its own.</summary>
internal sealed class PythonPeer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly Lazy<Task<bool>> Present = new(ProbeAsync);
    private readonly Process _process;
    private readonly string _descriptors;

    private PythonPeer(Process process, string descriptors)
    {
        _process = process;
        _descriptors = descriptors;
    }

    /// <summary>Skips the running test where grpcio is not installed.</summary>
    public static async Task RequireOrSkipAsync() =>
        Assert.SkipUnless(await Present.Value, $"no foreign peer: '{Python} -c \"import grpc, google.protobuf\"' fails; install python3-grpcio and python3-protobuf");

    /// <summary>Starts the peer's server and gives its address.</summary>
    public static async Task<(PythonPeer Peer, Uri Address)> StartServerAsync()
    {
        var peer = Start("server");
        var line = await peer._process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        line.ShouldNotBeNull().ShouldStartWith("port ");
        return (peer, new Uri("http://127.0.0.1:" + line[5..]));
    }

    /// <summary>Runs all cases of the peer's client and gives its verdicts, by case.</summary>
    public static async Task<Dictionary<string, string>> RunClientAsync(Uri address)
    {
        await using var peer = Start("client", address.Authority);
        var output = await peer._process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(line => line.Split(' ')[1]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
        File.Delete(_descriptors);
    }

    private static PythonPeer Start(params string[] arguments)
    {
        var descriptors = Path.GetTempFileName();
        var files = new[] { EmptyReflection.Descriptor, MessagesReflection.Descriptor, TestReflection.Descriptor };
        File.WriteAllBytes(descriptors, new FileDescriptorSet { File = { files.Select(file => FileDescriptorProto.Parser.ParseFrom(file.SerializedData)) } }.ToByteArray());
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "python", "interop_peer.py"));
        start.ArgumentList.Add(arguments[0]);
        start.ArgumentList.Add(descriptors);
        foreach (var argument in arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return new PythonPeer(Process.Start(start)!, descriptors);
    }

    private static async Task<bool> ProbeAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc, google.protobuf"]) { RedirectStandardError = true })!;
        await probe.WaitForExitAsync().WaitAsync(Patience);
        return probe.ExitCode == 0;
    }
}
