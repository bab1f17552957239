using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sikap.TestKit;

/// <summary>
/// A program that cannot outlive this process. It runs in a process group of its own beside a shell that reads a pipe from here; when the pipe ends, because this object was
/// disposed or this process died in whatever way, the shell ends the group with SIGKILL.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    // The program itself first, and waited for, so that its ports are free when the shell is gone; then whatever it started.
    private const string Script = """out=$1; shift; "$@" </dev/null >>"$out" 2>&1 & read -r _; exec 2>/dev/null; kill -9 $!; wait $!; kill -9 0""";

    private const int Terminate = 15;

    private readonly Process _shell;

    private GuardedProcess(Process shell, string output) => (_shell, Output) = (shell, output);

    /// <summary>Process id of the program itself; it is the shell's first child.</summary>
    public int ProgramId
    {
        get
        {
            // setsid replaces itself by the shell, since the process it is started as leads no group yet.
            var children = File.ReadAllText($"/proc/{_shell.Id}/task/{_shell.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return int.Parse(children[0], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>File of what the program wrote.</summary>
    public string Output { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables on top of those of this process.</param>
    /// <param name="output">File that both its outputs are appended to.</param>
    public static GuardedProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string output)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid", ["/bin/sh", "-c", Script, "guard", output, program, .. arguments]) { RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, output);
    }

    /// <summary>Asks the program to end (SIGTERM) and waits until it has.</summary>
    /// <returns>Its exit code; 128 and the signal's number where a signal ended it.</returns>
    /// <exception cref="TimeoutException">It runs on.</exception>
    public async Task<int> TerminateAsync(TimeSpan limit)
    {
        var id = ProgramId;
        if (NativeKill(id, Terminate) != 0)
            throw new InvalidOperationException($"kill({id}) failed with errno {Marshal.GetLastPInvokeError()}.");
        using var end = new CancellationTokenSource(limit);
        while (!end.IsCancellationRequested)
        {
            // The shell has not asked for it yet, so its entry stays: state and, as the last field, what wait() would give. The name before them may hold anything but is in brackets.
            var fields = (await File.ReadAllTextAsync($"/proc/{id}/stat", CancellationToken.None)).Split(')')[^1].Trim().Split(' ');
            if (fields[0] == "Z")
                return int.Parse(fields[^1], System.Globalization.CultureInfo.InvariantCulture) is var status && (status & 0x7f) != 0 ? 128 + (status & 0x7f) : status >> 8;
            await Task.Delay(20, CancellationToken.None);
        }

        throw new TimeoutException($"process {id} runs on after {limit}");
    }

    /// <summary>Ends the program with SIGKILL and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _shell.WaitForExitAsync(limit.Token);
        _shell.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);
}
