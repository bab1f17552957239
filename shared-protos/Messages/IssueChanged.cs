using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>An issue was defined, changed or retired. Published by StanceClassification.</summary>
public sealed record IssueChanged
{
    /// <summary>The issue as it now stands.</summary>
    public required Issue Issue { get; init; }

    /// <summary>True when it is no longer in use.</summary>
    public required bool Retired { get; init; }

    /// <summary>The wider issue it belongs to; null for none.</summary>
    public string? ParentId { get; init; }

    /// <summary>Issues that took the place of a retired one.</summary>
    public IReadOnlyList<string> ReplacedBy { get; init; } = [];

    /// <summary>Codebook version of this change.</summary>
    public required long CodebookVersion { get; init; }

    /// <summary>When it changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
