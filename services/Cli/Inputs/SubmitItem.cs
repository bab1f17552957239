using Sikap.V1;

namespace Sikap.Cli;

/// <summary>An article to submit, or why there is none.</summary>
/// <param name="Ref">File, or file and line, offset or name within it.</param>
/// <param name="Request">What to send; null when there is nothing to.</param>
/// <param name="Problem">Why it is unusable, or what had to be left out of the request; empty when all is well.</param>
internal sealed record SubmitItem(string Ref, SubmitArticleRequest? Request, string Problem)
{
    /// <summary>What kind of thing this is that is no article and no fault, such as <c>image/png</c>; null otherwise.</summary>
    public string? PassedOver { get; init; }

    /// <summary>When everything up to here is done, so is this much of the file; null in the midst of a unit.</summary>
    public InputMark? Mark { get; init; }

    /// <summary>Bytes of all files that were read when it was; 0 in the midst of a unit.</summary>
    public long BytesRead { get; init; }
}

/// <summary>How far a file was read.</summary>
/// <param name="File">Which of the files of the command, from 0.</param>
/// <param name="Units">Lines, rows, records or documents that are done.</param>
/// <param name="Ended">True behind the last one.</param>
internal readonly record struct InputMark(int File, long Units, bool Ended);

/// <summary>What can be read on its own: a line, a row, a record, a document.</summary>
/// <param name="Ref">Where it stands.</param>
/// <param name="Read">Its articles; run on another thread.</param>
internal readonly record struct InputUnit(string Ref, Func<IEnumerable<SubmitItem>> Read);
