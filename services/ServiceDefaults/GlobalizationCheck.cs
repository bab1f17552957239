using System.Text;

namespace Sikap.ServiceDefaults;

/// <summary>Refuses processes in which text normalisation silently does nothing.</summary>
internal static class GlobalizationCheck
{
    /// <exception cref="InvalidOperationException">The process runs in invariant-globalization mode.</exception>
    public static void Run() => Require("e\u0301".Normalize(NormalizationForm.FormC));

    internal static void Require(string composed)
    {
        if (composed != "\u00E9")
            throw new InvalidOperationException("The process runs in invariant-globalization mode: install ICU and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
    }
}
