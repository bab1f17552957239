using System.Text;

namespace Sikap.Cli;

/// <summary>Files named on a command line; <c>-</c> is standard input, a folder stands for the files in it and below.</summary>
internal static class TextFiles
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    // Refuses what is no UTF-8 instead of putting replacement characters into an article; a byte order mark stays in, as spans count it.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The files that <paramref name="paths"/> name, folders opened, in the order given and by name within a folder.</summary>
    /// <param name="paths">What the command line says.</param>
    /// <param name="extensions">What is taken out of a folder; a file named directly is taken whatever it is called.</param>
    /// <exception cref="CommandFailure">A path does not exist, or there is no such file in any of the folders.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths, params string[] extensions)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (path == StandardInput || File.Exists(path))
            {
                files.Add(path);
            }
            else if (Directory.Exists(path))
            {
                files.AddRange(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                    .Where(file => extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
                    .Order(StringComparer.Ordinal));
            }
            else
            {
                throw new CommandFailure(ExitCode.Usage, $"there is no file or folder {path}");
            }
        }

        return files.Count > 0 ? files : throw new CommandFailure(ExitCode.Usage, $"no {string.Join(" or ", extensions)} file in {string.Join(", ", paths)}");
    }

    /// <summary>A reader that refuses bytes which are not UTF-8 with a <see cref="DecoderFallbackException"/>.</summary>
    public static StreamReader Open(string path, Terminal terminal) =>
        new(path == StandardInput ? terminal.OpenInput() : File.OpenRead(path), Utf8, detectEncodingFromByteOrderMarks: false);

    /// <summary>The whole of a file.</summary>
    /// <returns>The text, or null and what is wrong with the file.</returns>
    public static async Task<(string? Text, string Problem)> ReadAsync(string path, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            using var reader = Open(path, terminal);
            return (await reader.ReadToEndAsync(cancellation), "");
        }
        catch (DecoderFallbackException)
        {
            return (null, "is not UTF-8 text");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read: {exception.Message}");
        }
    }

    /// <summary>The issues or actors of a codebook file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should hold, such as "issues".</param>
    /// <param name="parse">Reads its content; throws <see cref="FormatException"/> for a wrong one.</param>
    /// <param name="terminal">Where standard input is.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="CommandFailure">The file is missing or is no such file.</exception>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(string path, string what, Func<string, IReadOnlyList<T>> parse, Terminal terminal, CancellationToken cancellation)
    {
        var (text, problem) = await ReadAsync(path, terminal, cancellation);
        try
        {
            return text is null ? throw new CommandFailure(ExitCode.Usage, $"{path} {problem}") : parse(text.TrimStart('\uFEFF'));
        }
        catch (FormatException exception)
        {
            throw new CommandFailure(ExitCode.Usage, $"{path} is no {what} file: {exception.Message}");
        }
    }
}
