using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Grpc.AspNetCore.Server;

/// <summary>Marks the endpoint that answers for what is not mapped.</summary>
internal sealed class FallbackMetadata
{
    public static readonly FallbackMetadata Instance = new();
}

/// <summary>
/// Takes the fallback out of the candidates wherever a method is mapped on the same path. It would never win there, yet routing would fill route values and check its constraint
/// on every call.
/// </summary>
internal sealed class FallbackPolicy : MatcherPolicy, INodeBuilderPolicy
{
    // After the policies for methods and hosts, which split the nodes further.
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
    {
        var (method, fallback) = (false, false);
        foreach (var endpoint in endpoints)
        {
            method |= endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;
            fallback |= endpoint.Metadata.GetMetadata<FallbackMetadata>() is not null;
        }

        return method && fallback;
    }

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints) =>
        [new PolicyNodeEdge(FallbackMetadata.Instance, [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<FallbackMetadata>() is null)])];

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) => new OneWay(edges[0].Destination);

    private sealed class OneWay(int destination) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext) => destination;
    }
}
