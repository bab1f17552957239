using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>Actors that users add, from the Gateway to the ledger.</summary>
public sealed class ActorTests
{
    private const string First = "SAGARA - Koptara menolak rencana itu. \"Pangkalan itu harus dipindahkan sebelum musim angin barat,\" kata Koptara dalam keterangan tertulis, Senin (3/7/2023).";
    private const string Second = "SAGARA - Warga pesisir menunggu keputusan pemerintah kota. \"Kami tetap menolak pangkalan itu,\" kata Koptara di Sagara, Selasa (4/7/2023).";

    [Fact]
    public async Task Actor_DefinedThroughTheGateway_StatementsOfLaterArticlesAreIts()
    {
        await using var system = await PipelineHost.StartAsync();
        var before = await system.SubmitAsync(First, "Kabar Sagara");
        await system.Codebook.DefineActorAsync(
            new DefineActorRequest { Actor = new ActorEntry { Name = "Koperasi Nelayan Utara", Type = ActorType.Organization, Aliases = { "Koptara" } } }, PipelineHost.Deadline);
        // Extraction hears of it over the bus; its own gRPC shows when it has.
        await PipelineHost.WaitAsync(
            async () => await system.Extraction.ExtractAsync(new ExtractRequest { Text = First }, PipelineHost.Deadline),
            answer => answer.Statements.Any(statement => statement.Speaker?.Name == "Koperasi Nelayan Utara"));

        var after = await system.SubmitAsync(Second, "Kabar Sagara");

        var statements = (await system.Query.ListStatementsAsync(new ListStatementsRequest { Filter = new Filter { Actor = "Koptara" } }, PipelineHost.Deadline)).Statements;
        var found = statements.Where(statement => statement.ArticleId == after).ToList();
        found.ShouldHaveSingleItem().Speaker.Name.ShouldBe("Koperasi Nelayan Utara");
        Second[found[0].Content.Start..found[0].Content.End].ShouldBe("Kami tetap menolak pangkalan itu,");
        // What was extracted before stays as it was.
        var old = await system.Query.GetArticleAsync(new GetArticleRequest { ArticleId = before }, PipelineHost.Deadline);
        old.Statements.ShouldAllBe(statement => statement.Speaker.Name != "Koperasi Nelayan Utara");
        system.ShouldHaveNoErrors();
    }
}
