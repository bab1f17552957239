namespace Sikap.Nlp.Layout;

/// <summary>What the layout stage found, in coordinates of the normalised text.</summary>
internal sealed class LayoutResult
{
    public TextSpan? TitleSpan { get; set; }
    public string? Publisher { get; set; }
    public string? Dateline { get; set; }

    /// <summary>Credits in the order they were found, with the position they stand at.</summary>
    public List<(int At, Credit Credit)> Credits { get; } = [];

    public List<TextSpan> Boilerplate { get; } = [];

    /// <summary>Date written in the dateline ("date 2023-05"); null when there is none.</summary>
    public Dates.DateExpression? DatelineDate { get; set; }

    /// <summary>Year of a copyright line; 0 when there is none.</summary>
    public int CopyrightYear { get; set; }

    public bool IsHeadline(int position) => TitleSpan is { } title && title.Contains(position);
}
