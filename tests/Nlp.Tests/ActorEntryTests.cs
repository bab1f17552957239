namespace Sikap.Nlp.Tests;

public sealed class ActorEntryTests
{
    private static readonly Engine Bare = Engine.Create();

    private static readonly ActorEntry[] Actors =
    [
        new() { Name = "Koalisi Pesisir Lestari", Type = ActorType.Organization, Aliases = ["Kopesta", "Jaring Pesisir"] },
        new() { Name = "Rano Wibisana", Type = ActorType.Person, Aliases = ["Rawi Tambak"], Represents = "Koalisi Pesisir Lestari" },
    ];

    private static readonly Engine Extended = Bare.WithActors(Actors, 7);

    [Theory]
    [InlineData("Kopesta menyatakan reklamasi itu harus dihentikan.", "Koalisi Pesisir Lestari", ActorType.Organization)]
    [InlineData("\"Reklamasi itu harus dihentikan,\" kata Jaring Pesisir.", "Koalisi Pesisir Lestari", ActorType.Organization)]
    [InlineData("Menurut Rawi Tambak, reklamasi itu harus dihentikan.", "Rano Wibisana", ActorType.Person)]
    public void Extract_AliasOfAnAddedActor_NamesTheActor(string text, string name, ActorType type)
    {
        var speaker = Extended.Extract(new() { Id = "a", Text = text }).Statements.ShouldHaveSingleItem().Speaker;

        speaker.ShouldBe(new Actor(name, type, "Koalisi Pesisir Lestari") { Person = type == ActorType.Person ? name : null });
        Bare.Extract(new() { Id = "a", Text = text }).Statements.ShouldAllBe(s => s.Speaker == null || s.Speaker.Name != name);
    }

    [Fact]
    public void Extract_NameOfTheTables_TheAddedActorGoesBefore()
    {
        var engine = Bare.WithActors([new() { Name = "Komisi Sungai", Type = ActorType.Organization, Aliases = ["NATO"] }]);

        var statement = engine.Extract(new() { Id = "a", Text = "NATO menyatakan sungai itu harus dibersihkan." }).Statements.ShouldHaveSingleItem();

        statement.Speaker!.Name.ShouldBe("Komisi Sungai");
    }

    [Fact]
    public void WithActors_OtherActors_OtherVersionAndStatementIds()
    {
        var article = new Article { Id = "a", Text = "Kopesta menyatakan reklamasi itu harus dihentikan." };

        Extended.Version.ShouldStartWith(Bare.Version + "+7.");
        Bare.WithActors([.. Actors], 7).Version.ShouldBe(Extended.Version);
        Bare.WithActors([Actors[0]], 7).Version.ShouldNotBe(Extended.Version);
        Extended.Extract(article).Statements[0].Id.ShouldNotBe(Bare.Extract(article).Statements[0].Id);
    }

    [Fact]
    public void WithActors_NoneAnyMore_KnowsTheTablesAlone()
    {
        Extended.WithActors([]).Version.ShouldBe(Bare.Version);
        Extended.WithActors([]).Extract(new() { Id = "a", Text = "Kopesta menyatakan reklamasi itu harus dihentikan." }).Statements[0].Speaker?.Name.ShouldBe("Kopesta");
    }
}
