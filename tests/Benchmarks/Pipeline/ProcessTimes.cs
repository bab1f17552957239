using System.Diagnostics;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>What processes have used.</summary>
internal static class ProcessTimes
{
    /// <summary>Processor time of a process since its start, user and system.</summary>
    public static TimeSpan Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    /// <summary>The same of this process.</summary>
    public static TimeSpan Own() => Of(Environment.ProcessId);
}
