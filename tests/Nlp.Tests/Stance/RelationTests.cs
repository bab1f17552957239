namespace Sikap.Nlp.Tests.Stances;

/// <summary>Who is for or against whom.</summary>
public sealed class RelationTests
{
    private const string Filler = "\n\nUdara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.";

    private static readonly Engine Engine = Engine.Create();

    [Theory]
    // A verb of attitude with an actor as its object, or with what that actor says or does.
    [InlineData("Presiden Kenya Amina Odhiambo mengecam Swedia.", "Amina Odhiambo > Swedia Oppose")]
    [InlineData("Norwegia mendukung keputusan Islandia soal kapal pukat.", "Norwegia > Islandia Support")]
    [InlineData("Malta tidak mendukung Kenya.", "Malta > Kenya Oppose")]
    // A passive names the holder behind it.
    [InlineData("Kenya dikecam oleh Norwegia dan Islandia.", "Norwegia > Kenya Oppose|Islandia > Kenya Oppose")]
    // What speakers say of themselves and tell of others.
    [InlineData("\"Kami mendukung Malta,\" kata Perdana Menteri India Vikram Desai.", "Vikram Desai > Malta Support")]
    // "upaya tersebut" is that of whom the clause before speaks of.
    [InlineData("Sementara Malta menganjurkan larangan kapal pukat, Norwegia menolak upaya tersebut.", "Norwegia > Malta Oppose")]
    // Asked for, advised or asked about is not told.
    [InlineData("Kenya meminta agar Malta mendukung Swedia.", "")]
    [InlineData("Kenya menyarankan Malta untuk menunggu.", "")]
    // What is done to an actor is not the actor's: the attack is condemned.
    [InlineData("Kenya mengecam serangan terhadap Malta.", "")]
    public void ReadIssues_Attitude_IsToldWithItsSide(string text, string expected)
    {
        var relations = Read(text);

        relations.Select(one => $"{one.Holder.Name} > {one.Target.Name} {one.Label}").ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }

    [Fact]
    public void ReadIssues_Relation_ShowsItsSentenceAndWord()
    {
        const string text = "Rapat berlangsung lama. Presiden Kenya Amina Odhiambo mengecam Swedia.";

        var relation = Read(text).Single();

        relation.Evidence.Text.ShouldBe("Presiden Kenya Amina Odhiambo mengecam Swedia.");
        relation.Cue.Text.ShouldBe("mengecam");
        text[relation.Cue.Start..relation.Cue.End].ShouldBe("mengecam");
        relation.Why.ShouldContain("mengecam");
    }

    [Fact]
    public void ReadIssues_OnceOrUnderACondition_IsLessSure() =>
        Read("Norwegia sempat mendukung Islandia.").Single().Confidence.ShouldBeLessThan(Read("Norwegia mendukung Islandia.").Single().Confidence);

    private static IReadOnlyList<ActorStance> Read(string text) =>
        Engine.ReadIssues(Engine.Extract(new Article { Id = "spec", Text = text + Filler }), new Codebook(0, [])).Relations;
}
