using Sikap.V1;

namespace Sikap.Query;

/// <summary>What a request for a network must keep to.</summary>
internal static class NetworkCheck
{
    private const int MaxWindowSize = 10_000;

    /// <summary>Ends the call with INVALID_ARGUMENT if anything is wrong; fills in an absent filter.</summary>
    public static void Check(GetNetworkRequest request)
    {
        var twoMode = request.Kind is NetworkKind.Unspecified or NetworkKind.TwoMode;
        var windowed = request.TimeWindow != TimeWindow.Unspecified;
        var least = request.TimeWindow == TimeWindow.Events ? 2 : 1;
        new RequestCheck().Filter(request.Filter ??= new Filter())
            .Enum("kind", request.Kind).Enum("roll_up", request.RollUp).Enum("qualifier", request.Qualifier).Enum("normalization", request.Normalization)
            .Enum("duplicates", request.Duplicates).Enum("time_window", request.TimeWindow)
            .Require(twoMode || request.Qualifier != QualifierAggregation.Combine, "qualifier", "COMBINE needs a two-mode network")
            .Require(!twoMode || request.Qualifier is not (QualifierAggregation.Congruence or QualifierAggregation.Conflict), "qualifier", "CONGRUENCE and CONFLICT need a one-mode network")
            .Require(!twoMode || request.Normalization is not (Normalization.Average or Normalization.Jaccard or Normalization.Cosine), "normalization", "AVERAGE, JACCARD and COSINE need a one-mode network")
            .Require(twoMode || request.Normalization is not (Normalization.Activity or Normalization.Prominence), "normalization", "ACTIVITY and PROMINENCE need a two-mode network")
            .Require(request.Qualifier != QualifierAggregation.Combine || request.Normalization == Normalization.Unspecified, "normalization", "must be unspecified with COMBINE, whose weights are no amounts")
            .Require(!windowed || request.WindowSize >= least && request.WindowSize <= MaxWindowSize, "window_size", $"must lie between {least} and {MaxWindowSize}")
            .Require(windowed || request.WindowSize == 0, "window_size", "must be 0 without time_window")
            .ThrowIfInvalid();
    }
}
