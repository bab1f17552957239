using Microsoft.AspNetCore.Builder;

namespace Sikap.ServiceDefaults.Tests;

public sealed class ServiceProgramTests
{
    [Theory]
    [InlineData("Endpoint:Port=70000", "Port")]
    [InlineData("Bus:PrefetchCount=0", "PrefetchCount")]
    [InlineData("Shutdown:Timeout=00:00:00", "Timeout")]
    public async Task Run_BadOption_NamesItAndEndsWithTwo(string argument, string option)
    {
        using var errors = new StringWriter();

        var code = await ServiceProgram.RunAsync("probe", [], () => Build("--Bus:Transport=InMemory", "--" + argument), errors).WaitAsync(TimeSpan.FromSeconds(30));

        code.ShouldBe(ServiceProgram.BadOptionExitCode);
        errors.ToString().ShouldStartWith("probe does not start: ");
        errors.ToString().ShouldContain(option);
        errors.ToString().ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_GoodOptions_RunsUntilStopped()
    {
        var run = ServiceProgram.RunAsync("probe", [], () =>
        {
            var app = Build("--Bus:Transport=InMemory", "--Endpoint:Port=0");
            app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication);
            return app;
        });

        (await run.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(0);
    }

    [Fact]
    public async Task Health_RunningInstance_IsServingThenNot()
    {
        await using var app = Build("--Bus:Transport=InMemory", "--Endpoint:Port=0");
        await app.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var address = app.Urls.Single();

        var (running, said) = await AskAsync("--health", address);
        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var (stopped, _) = await AskAsync("--health", address);

        running.ShouldBe(0, said);
        said.ShouldBe("Serving");
        stopped.ShouldBe(1);
    }

    [Theory]
    [InlineData("--health")]
    [InlineData("--health", "5091")]
    public async Task Health_NoAddress_SaysHowItIsAsked(params string[] args)
    {
        var (code, said) = await AskAsync(args);

        code.ShouldBe(ServiceProgram.BadOptionExitCode);
        said.ShouldContain("--health URL");
    }

    private static async Task<(int Code, string Said)> AskAsync(params string[] args)
    {
        using var said = new StringWriter();
        var code = await ServiceProgram.RunAsync("probe", args, () => throw new InvalidOperationException("no host is wanted"), said).WaitAsync(TimeSpan.FromSeconds(30));
        return (code, said.ToString().Trim());
    }

    private static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("probe", defaultPort: 0);
        builder.AddBus(_ => { });
        var app = builder.Build();
        app.MapServiceDefaults();
        return app;
    }
}
