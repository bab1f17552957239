using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification;

/// <summary>Changes the actors that users add, and has every change broadcast.</summary>
internal sealed class ActorCatalog(IActorStore store, ActorBroadcaster broadcaster, IOptions<StanceClassificationOptions> options, TimeProvider time)
{
    /// <summary>Adds or replaces actors, all or none.</summary>
    /// <param name="actors">As they came in.</param>
    /// <param name="field">Path of the actor with this index in the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT or RESOURCE_EXHAUSTED.</exception>
    public async Task<DefineActorsResponse> DefineAsync(IReadOnlyList<ActorEntry> actors, Func<int, string> field, CancellationToken cancellationToken)
    {
        var problems = ActorRules.Check(actors, field);
        if (problems.Count > 0)
            throw GrpcFault.BadRequest([.. problems.Select(problem => new FieldViolation(problem.Field, problem.Description))]);
        var change = await store.DefineAsync([.. actors.Select(actor => actor.ToNlp())], options.Value.MaxActors, time.GetUtcNow(), cancellationToken);
        if (change.Full)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"too many actors: at most {options.Value.MaxActors} with together {ActorRules.MaxListBytes} bytes of JSON"));
        if (change.Clashes.Count > 0)
        {
            var owners = change.Clashes.ToDictionary(clash => clash.Name, clash => clash.Owner);
            throw GrpcFault.BadRequest([.. actors.Index().SelectMany(pair => ActorRules.NamesOf(pair.Item, field(pair.Index)))
                .Where(named => owners.ContainsKey(named.Name)).Select(named => new FieldViolation(named.Field, $"already names {owners[named.Name]}"))]);
        }

        broadcaster.Wake();
        var stored = change.List.Actors.ToDictionary(actor => ActorRules.KeyOf(actor.Actor.Name));
        return new DefineActorsResponse { ActorsVersion = change.List.Version, Actors = { actors.Select(actor => ToProto(stored[ActorRules.KeyOf(actor.Name)])) } };
    }

    public async Task<ListActorEntriesResponse> ListAsync(bool includeRetired, CancellationToken cancellationToken)
    {
        var list = await store.ListAsync(cancellationToken);
        return new ListActorEntriesResponse { ActorsVersion = list.Version, Actors = { list.Actors.Where(actor => includeRetired || !actor.Retired).Select(ToProto) } };
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT or NOT_FOUND.</exception>
    public async Task<ActorEntry> RetireAsync(string name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name) || ArticleRules.HasLoneSurrogate(name))
            throw GrpcFault.BadRequest(new FieldViolation("name", "must not be empty"));
        var stored = await store.RetireAsync(name, time.GetUtcNow(), cancellationToken) ?? throw GrpcFault.NotFound("actor", name);
        broadcaster.Wake();
        return ToProto(stored);
    }

    private static ActorEntry ToProto(StoredActor stored) => stored.Actor.ToProto(stored.Retired, stored.Version, stored.ChangedAt);
}
