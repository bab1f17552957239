using Sikap.V1;

namespace Sikap.Cli.Tests;

public sealed class DeadLettersCommandTests : IAsyncLifetime
{
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await FakeGateway.StartAsync();
        _gateway.Letters.Add(new DeadLetter { Id = "a-1", Queue = "article-ingested", MessageType = "ArticleIngested", ArticleId = "0123456789abcdef", ErrorType = "System.FormatException", Reason = "tak terbaca", Body = "{\u001b[31m}" });
        _gateway.Letters.Add(new DeadLetter { Id = "a-2", Queue = "article-ingested", ErrorType = "delivery-limit" });
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task List_Text_ShowsWhereWhatAndWhy()
    {
        var run = await _gateway.RunAsync("dead-letters", "list", "--queue", "article-ingested", "--limit", "7");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("tak terbaca");
        run.Out.ShouldContain("delivery-limit");
        run.Out.ShouldContain("2 in article-ingested");
        _gateway.Questions.Single().ShouldBe(new ListDeadLettersRequest { Queue = "article-ingested", Limit = 7 });
    }

    [Fact]
    public async Task List_Nothing_SaysSo()
    {
        _gateway.Letters.Clear();

        (await _gateway.RunAsync("dead-letters", "list")).Out.ShouldContain("No dead letters.");
    }

    [Fact]
    public async Task Show_BodyWithControlCharacters_DoesNotReachTheTerminal()
    {
        var run = await _gateway.RunAsync("dead-letters", "show", "a-1");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Error:    System.FormatException");
        run.Out.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Retry_OneThatIsThereAndOneThatIsNot_OneItemFailed()
    {
        var run = await _gateway.RunAsync("dead-letters", "retry", "a-2", "a-9");

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("of no dead letter");
        run.Out.ShouldContain("1 message put back.");
        _gateway.Questions.Single().ShouldBe(new SelectDeadLettersRequest { Ids = { "a-2", "a-9" } });
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("drop")]
    public async Task Move_NothingNamed_IsAUsageError(string verb)
    {
        var run = await _gateway.RunAsync("dead-letters", verb);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("--queue");
    }
}
