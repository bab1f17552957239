using Google.Rpc;
using Grpc.Core;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.StanceClassification.Tests;

/// <summary>The actors that users add, through gRPC and on the bus.</summary>
public sealed class ActorsTests
{
    private static readonly Dictionary<string, (Action<ActorEntry> Spoil, string Field)> Bad = new()
    {
        ["no name"] = (actor => actor.Name = "", "actor.name"),
        ["name in lower case"] = (actor => actor.Name = "koperasi", "actor.name"),
        ["name too long"] = (actor => actor.Name = new string('A', 101), "actor.name"),
        ["name with blanks around it"] = (actor => actor.Name = "Koperasi ", "actor.name"),
        ["alias of two lines"] = (actor => actor.Aliases.Add("Kop\nTara"), "actor.aliases[2]"),
        ["alias twice"] = (actor => actor.Aliases.Add("KOPTARA"), "actor.aliases[2]"),
        ["alias is the name"] = (actor => actor.Aliases.Add(actor.Name), "actor.aliases[2]"),
        ["too many aliases"] = (actor => actor.Aliases.Add(Enumerable.Range(0, 49).Select(i => $"Alias {i}")), "actor.aliases"),
        ["no type"] = (actor => actor.Type = ActorType.Unspecified, "actor.type"),
        ["a document"] = (actor => actor.Type = ActorType.Document, "actor.type"),
        ["represents a blank"] = (actor => actor.Represents = " ", "actor.represents"),
        ["office without a role"] = (actor => actor.Offices[0].Role = "", "actor.offices[0].role"),
        ["no such day"] = (actor => actor.Offices[0].From = "2023-02-30", "actor.offices[0].from"),
        ["only a month"] = (actor => actor.Offices[0].Until = "2023-02", "actor.offices[0].until"),
        ["left before it began"] = (actor => actor.Offices[0].Until = "2021-05-02", "actor.offices[0].until"),
    };

    public static TheoryData<string> BadActors => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadActors))]
    public async Task Define_BadActor_InvalidArgumentNamesTheField(string name)
    {
        var (spoil, field) = Bad[name];
        var actor = Coop();
        spoil(actor);
        await using var host = await ClassificationHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorAsync(new DefineActorRequest { Actor = actor }, ClassificationHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        Violations(error).ShouldHaveSingleItem().Field.ShouldBe(field);
        (await host.Codebook.ListActorsAsync(new ListActorEntriesRequest { IncludeRetired = true }, ClassificationHost.Deadline)).ActorsVersion.ShouldBe(0);
    }

    [Fact]
    public async Task Define_NothingOrTooMany_InvalidArgument()
    {
        await using var host = await ClassificationHost.StartAsync();

        var none = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorAsync(new DefineActorRequest(), ClassificationHost.Deadline));
        var empty = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorsAsync(new DefineActorsRequest(), ClassificationHost.Deadline));
        var many = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorsAsync(
            new DefineActorsRequest { Actors = { Enumerable.Range(0, 1_001).Select(i => new ActorEntry { Name = $"A {i}", Type = ActorType.Person }) } }, ClassificationHost.Deadline));

        Violations(none)[0].Field.ShouldBe("actor");
        Violations(empty)[0].Field.ShouldBe("actors");
        Violations(many)[0].Field.ShouldBe("actors");
    }

    [Fact]
    public async Task DefineActors_NamesThatClash_EachPlaceAndItsOwnerNamed()
    {
        await using var host = await ClassificationHost.StartAsync();
        await host.Codebook.DefineActorAsync(new DefineActorRequest { Actor = Coop() }, ClassificationHost.Deadline);

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorsAsync(new DefineActorsRequest
        {
            Actors = { new ActorEntry { Name = "Kantor Niaga", Type = ActorType.Organization }, new ActorEntry { Name = "Kantor Nelayan", Type = ActorType.Organization, Aliases = { "KNU" } } },
        }, ClassificationHost.Deadline));

        var violation = Violations(error).ShouldHaveSingleItem();
        (violation.Field, violation.Description).ShouldBe(("actors[1].aliases[0]", "already names Koperasi Nelayan Utara"));
    }

    [Fact]
    public async Task Define_TooMany_ResourceExhausted()
    {
        await using var host = await ClassificationHost.StartAsync(new() { ["StanceClassification:MaxActors"] = "1" });
        await host.Codebook.DefineActorAsync(new DefineActorRequest { Actor = Coop() }, ClassificationHost.Deadline);

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineActorAsync(
            new DefineActorRequest { Actor = new ActorEntry { Name = "Rano Wibisana", Type = ActorType.Person } }, ClassificationHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Retire_UnknownOrNothing_NotFoundOrInvalidArgument()
    {
        await using var host = await ClassificationHost.StartAsync();

        var unknown = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.RetireActorAsync(new RetireActorRequest { Name = "Siapa" }, ClassificationHost.Deadline));
        var nothing = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.RetireActorAsync(new RetireActorRequest(), ClassificationHost.Deadline));

        (unknown.StatusCode, nothing.StatusCode).ShouldBe((StatusCode.NotFound, StatusCode.InvalidArgument));
    }

    [Fact]
    public async Task Life_StartDefineAskRetire_TheWholeListIsBroadcastEachTime()
    {
        await using var host = await ClassificationHost.StartAsync();

        var atStart = await host.NextActorsAsync();
        var defined = await host.Codebook.DefineActorAsync(new DefineActorRequest { Actor = Coop() }, ClassificationHost.Deadline);
        var afterDefine = await host.NextActorsAsync();
        await host.PublishAsync(new ActorsRequested { Queue = "actors-changed-x" });
        var afterAsking = await host.NextActorsAsync();
        var retired = await host.Codebook.RetireActorAsync(new RetireActorRequest { Name = "koperasi nelayan utara" }, ClassificationHost.Deadline);
        var afterRetire = await host.NextActorsAsync();

        (atStart.Version, atStart.Actors.Count).ShouldBe((0L, 0));
        (defined.Version, afterDefine.Version, afterAsking.Version, retired.Version, afterRetire.Version).ShouldBe((1L, 1L, 1L, 2L, 2L));
        afterDefine.Actors.ShouldHaveSingleItem().Offices[0].From.ShouldBe(new DateOnly(2021, 5, 3));
        afterAsking.Actors.Count.ShouldBe(1);
        afterRetire.Actors.ShouldBeEmpty();
        (await host.Codebook.ListActorsAsync(new ListActorEntriesRequest(), ClassificationHost.Deadline)).Actors.ShouldBeEmpty();
        var all = await host.Codebook.ListActorsAsync(new ListActorEntriesRequest { IncludeRetired = true }, ClassificationHost.Deadline);
        all.ActorsVersion.ShouldBe(2);
        var coop = all.Actors.ShouldHaveSingleItem();
        coop.Retired.ShouldBeTrue();
        coop.Offices.ShouldBe(Coop().Offices);
        coop.Aliases.ShouldBe(Coop().Aliases);
    }

    [Fact]
    public async Task Analyze_AfterDefine_NamesTheActorUntilItIsRetired()
    {
        await using var host = await ClassificationHost.StartAsync();
        var request = new AnalyzeRequest { Text = "Koptara menyatakan pangkalan itu harus dipindahkan." };

        await host.Codebook.DefineActorsAsync(new DefineActorsRequest { Actors = { Coop() } }, ClassificationHost.Deadline);
        var known = await host.Analysis.AnalyzeAsync(request, ClassificationHost.Deadline);
        await host.Codebook.RetireActorAsync(new RetireActorRequest { Name = Coop().Name }, ClassificationHost.Deadline);
        var unknown = await host.Analysis.AnalyzeAsync(request, ClassificationHost.Deadline);

        known.Statements.ShouldHaveSingleItem().Speaker.ShouldBe(new Actor { Name = Coop().Name, Type = ActorType.Organization, Represents = "IDN" });
        unknown.Statements.ShouldAllBe(statement => statement.Speaker == null || statement.Speaker.Name != Coop().Name);
        unknown.Statements[0].Id.ShouldNotBe(known.Statements[0].Id);
    }

    private static Google.Protobuf.Collections.RepeatedField<BadRequest.Types.FieldViolation> Violations(RpcException error) => error.ToStatus().Details[0].Unpack<BadRequest>().FieldViolations;

    private static ActorEntry Coop() => new()
    {
        Name = "Koperasi Nelayan Utara",
        Type = ActorType.Organization,
        Aliases = { "Koptara", "KNU" },
        Represents = "IDN",
        Offices = { new OfficeTerm { Role = "Ketua", Of = "Koptara", From = "2021-05-03" } },
    };
}
