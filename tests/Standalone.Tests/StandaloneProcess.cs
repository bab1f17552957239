using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Sikap.TestKit;

namespace Sikap.Standalone.Tests;

/// <summary>Standalone as a process of its own, as an operator runs it.</summary>
internal sealed partial class StandaloneProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly SemaphoreSlim _errorLines = new(0);
    private readonly TaskCompletionSource<Uri> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandaloneProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            Append(_error, line.Data);
            _errorLines.Release();
            if (line.Data is not null && GatewayLine().Match(line.Data) is { Success: true } match)
            {
                _gateway.TrySetResult(new Uri(match.Groups[1].Value));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Out => Read(_out);

    public string Error => Read(_error);

    public static StandaloneProcess Start(params string[] args) => StartWith([], args);

    /// <summary>As <see cref="Start"/>, with environment variables on top.</summary>
    public static StandaloneProcess StartWith(Dictionary<string, string> environment, params string[] args)
    {
        // The test's own folder is <configuration>/net10.0; the program's is built beside it with the same configuration.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(SharedFolder.Repository, "services", "Standalone", "bin", configuration, "net10.0", "Sikap.Standalone.dll");
        File.Exists(program).ShouldBeTrue(program);
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new StandaloneProcess(Process.Start(start)!);
    }

    /// <summary>Waits until standard error says <paramref name="text"/>.</summary>
    public async Task ErrorLineAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!Error.Contains(text, StringComparison.Ordinal))
        {
            await _errorLines.WaitAsync(limit.Token);
        }
    }

    /// <summary>Waits until the process says where its Gateway listens.</summary>
    public async Task<Uri> GatewayAsync()
    {
        var exited = _process.WaitForExitAsync();
        await Task.WhenAny(_gateway.Task, exited).WaitAsync(Limit);
        return _gateway.Task.IsCompleted ? await _gateway.Task : throw new InvalidOperationException($"ended with {_process.ExitCode}: {Error}");
    }

    /// <summary>Waits until the process ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: nothing in the process gets to run any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    /// <summary>SIGTERM, as a container runtime or an init system sends it.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync().WaitAsync(Limit);
        }

        return await ExitCodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        _errorLines.Dispose();
    }

    private static void Append(StringBuilder target, string? line)
    {
        if (line is not null)
        {
            lock (target)
            {
                target.AppendLine(line);
            }
        }
    }

    private static string Read(StringBuilder source)
    {
        lock (source)
        {
            return source.ToString();
        }
    }

    [GeneratedRegex(@"Gateway on (http://\S+:\d+)", RegexOptions.None, 1000)]
    private static partial Regex GatewayLine();
}
