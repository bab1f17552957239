namespace Grpc.Protocol;

/// <summary>Attribute names of the semantic conventions for RPC (version 1.44).</summary>
internal static class RpcTelemetry
{
    public const string System = "rpc.system.name";
    public const string Grpc = "grpc";
    public const string Method = "rpc.method";
    public const string OriginalMethod = "rpc.method_original";
    public const string StatusCode = "rpc.response.status_code";
    public const string ErrorType = "error.type";

    /// <summary>Bucket bounds in seconds, as the conventions advise.</summary>
    public static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
}
