using Sikap.Contracts;
using Sikap.Nlp;

namespace Sikap.StanceClassification.Tests;

/// <summary>What every store of actors must do, whatever keeps it.</summary>
public abstract class ActorStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Then.AddMinutes(1);

    private static readonly ActorEntry Coop = new()
    {
        Name = "Koperasi Nelayan Utara",
        Type = ActorType.Organization,
        Aliases = ["Koptara", "KNU"],
        Represents = "IDN",
        Offices = [new OfficeTerm("Ketua", "Koptara", new DateOnly(2021, 5, 3), null)],
    };

    private static readonly ActorEntry Rano = new() { Name = "Rano Wibisana", Type = ActorType.Person };

    private IActorStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = (IActorStore)await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Empty_List_VersionZero()
    {
        var list = await _store.ListAsync(Token);

        (list.Version, list.Actors.Count, await _store.GetVersionAsync(Token)).ShouldBe((0L, 0, 0L));
    }

    [Fact]
    public async Task Define_Several_OneVersionAndEveryFieldKept()
    {
        var change = await _store.DefineAsync([Rano, Coop], 10, Then, Token);

        change.Full.ShouldBeFalse();
        change.List.Version.ShouldBe(1);
        var list = await _store.ListAsync(Token);
        list.Actors.Select(stored => (stored.Actor.Name, stored.Version, stored.Retired, stored.ChangedAt)).ShouldBe([(Coop.Name, 1L, false, Then), (Rano.Name, 1L, false, Then)]);
        var coop = list.InUse[0];
        coop.Aliases.ShouldBe(Coop.Aliases);
        (coop.Type, coop.Represents).ShouldBe((Coop.Type, Coop.Represents));
        coop.Offices.ShouldBe(Coop.Offices);
    }

    [Fact]
    public async Task Define_SameAgain_VersionStays()
    {
        await _store.DefineAsync([Coop], 10, Then, Token);

        (await _store.DefineAsync([Coop], 10, Later, Token)).List.Version.ShouldBe(1);
        (await _store.ListAsync(Token)).Actors[0].ChangedAt.ShouldBe(Then);
    }

    [Fact]
    public async Task Define_NameInOtherCase_Replaces()
    {
        await _store.DefineAsync([Coop], 10, Then, Token);

        var change = await _store.DefineAsync([Coop with { Name = "KOPERASI NELAYAN UTARA", Aliases = [] }], 10, Later, Token);

        change.List.Version.ShouldBe(2);
        change.List.InUse.ShouldHaveSingleItem().Aliases.ShouldBeEmpty();
    }

    [Fact]
    public async Task Define_NameOfAnother_NothingOfTheBatchIsStored()
    {
        await _store.DefineAsync([Coop], 10, Then, Token);

        var change = await _store.DefineAsync([Rano, new ActorEntry { Name = "Kantor Niaga", Type = ActorType.Organization, Aliases = ["koptara"] }], 10, Later, Token);

        change.Clashes.ShouldBe([("koptara", Coop.Name)]);
        (await _store.ListAsync(Token)).InUse.ShouldHaveSingleItem().Name.ShouldBe(Coop.Name);
    }

    [Fact]
    public async Task Define_NameOfARetiredOne_IsFree()
    {
        await _store.DefineAsync([Coop], 10, Then, Token);
        await _store.RetireAsync("koperasi nelayan utara", Later, Token);

        (await _store.DefineAsync([Rano with { Aliases = ["Koptara"] }], 10, Later, Token)).Clashes.ShouldBeEmpty();
        (await _store.DefineAsync([Coop], 10, Later, Token)).Clashes.ShouldBe([("Koptara", Rano.Name)]);
    }

    [Fact]
    public async Task Define_TooMany_Full()
    {
        await _store.DefineAsync([Coop], 1, Then, Token);

        (await _store.DefineAsync([Rano], 1, Then, Token)).Full.ShouldBeTrue();
        (await _store.DefineAsync([Coop with { Aliases = [] }], 1, Then, Token)).Full.ShouldBeFalse();
        await _store.RetireAsync(Coop.Name, Then, Token);
        (await _store.DefineAsync([Rano], 1, Then, Token)).Full.ShouldBeFalse();
    }

    [Fact]
    public async Task Define_MoreBytesThanAMessageTakes_Full()
    {
        var actors = Enumerable.Range(0, 200).Select(i => new ActorEntry
        {
            Name = $"Aktor {i}",
            Type = ActorType.Person,
            Aliases = [.. Enumerable.Range(0, ActorRules.MaxAliases).Select(j => $"Alias {i} {j}".PadRight(ActorRules.MaxNameChars, 'x'))],
        }).ToList();

        (await _store.DefineAsync([.. actors.Take(120)], 10_000, Then, Token)).Full.ShouldBeFalse();
        (await _store.DefineAsync([.. actors.Skip(120)], 10_000, Then, Token)).Full.ShouldBeTrue();
    }

    [Fact]
    public async Task Retire_ThenDefine_VersionsRise()
    {
        await _store.DefineAsync([Coop], 10, Then, Token);

        var retired = await _store.RetireAsync("koperasi nelayan utara", Later, Token);
        var again = await _store.RetireAsync(Coop.Name, Later.AddMinutes(1), Token);

        (retired!.Retired, retired.Version, retired.ChangedAt).ShouldBe((true, 2L, Later));
        (again!.Version, again.ChangedAt).ShouldBe((2L, Later));
        (await _store.RetireAsync("Siapa Pun", Later, Token)).ShouldBeNull();
        (await _store.ListAsync(Token)).InUse.ShouldBeEmpty();
        (await _store.DefineAsync([Coop], 10, Later, Token)).List.Version.ShouldBe(3);
        (await _store.GetVersionAsync(Token)).ShouldBe(3);
    }

    [Fact]
    public async Task Reopen_Everything_IsStillThere()
    {
        await _store.DefineAsync([Coop, Rano], 10, Then, Token);

        await CloseAsync();
        _store = (IActorStore)await OpenAsync();

        (await _store.ListAsync(Token)).InUse.Select(actor => actor.Name).ShouldBe([Coop.Name, Rano.Name]);
    }

    [Fact]
    public async Task Define_ThroughTwoStoresAtOnce_EveryChangeHasAVersion()
    {
        using var other = (IDisposable)await OpenAnotherAsync();
        IActorStore[] stores = [_store, (IActorStore)other];

        var changes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => stores[i % 2].DefineAsync([Rano with { Name = $"Aktor {i}" }], 100, Then, Token)));

        changes.Select(change => change.List.Version).Order().ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
        foreach (var store in stores)
            (await store.ListAsync(Token)).Actors.Select(stored => stored.Version).Order().ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
    }

    [Fact]
    public async Task Define_SameNameThroughTwoStores_OneOfThemClashes()
    {
        using var other = (IDisposable)await OpenAnotherAsync();
        IActorStore[] stores = [_store, (IActorStore)other];

        var changes = await Task.WhenAll(stores.Index().Select(pair => pair.Item.DefineAsync([Rano with { Name = $"Aktor {pair.Index}", Aliases = ["Bersama"] }], 100, Then, Token)));

        changes.Count(change => change.Clashes.Count == 1).ShouldBe(1);
        (await _store.ListAsync(Token)).InUse.Count.ShouldBe(1);
    }

    /// <summary>Opens a second store on the same content, as another instance of the service does; the caller closes it.</summary>
    protected abstract Task<object> OpenAnotherAsync();

    /// <summary>Opens the store; a second call opens the same one again.</summary>
    protected abstract Task<object> OpenAsync();

    protected abstract Task CloseAsync();
}
