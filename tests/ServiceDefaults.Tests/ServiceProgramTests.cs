using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sikap.ServiceDefaults.Tests;

public sealed class ServiceProgramTests
{
    [Theory]
    [InlineData("Endpoint:Port=70000", "Endpoint:Port: ")]
    [InlineData("Bus:PrefetchCount=0", "Bus:PrefetchCount: ")]
    [InlineData("Bus:PrefetchCount=many", "'Bus:PrefetchCount'")]
    [InlineData("Bus:Transport=Pigeon", "'Bus:Transport'")]
    [InlineData("Bus:PrefetchCuont=5", "Bus:PrefetchCuont is no option")]
    [InlineData("Shutdown:Timeout=00:00:00", "Shutdown:Timeout: ")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' is no address")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=udp", "OTEL_EXPORTER_OTLP_PROTOCOL: 'udp' is neither")]
    public async Task Run_BadOption_NamesItAndEndsWithTwo(string argument, string option)
    {
        using var errors = new StringWriter();

        var code = await ServiceProgram.RunAsync("probe", [], () => Build("--Bus:Transport=InMemory", "--" + argument), errors).WaitAsync(TimeSpan.FromSeconds(30));

        code.ShouldBe(ServiceProgram.BadOptionExitCode);
        errors.ToString().ShouldStartWith("probe does not start: ");
        errors.ToString().ShouldContain(option);
        errors.ToString().ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("--Buss:Hosts=broker", "Buss:Hosts is no option")]
    [InlineData("Bus:Hosts", "Bus:Hosts is no option")]
    [InlineData("--verbose", "--verbose is no option")]
    public async Task Run_CommandLineThatNobodyReads_IsRefused(string argument, string said)
    {
        using var errors = new StringWriter();

        var code = await ServiceProgram.RunAsync("probe", ["--Bus:Transport", "InMemory", argument], () => Build("--Bus:Transport=InMemory"), errors).WaitAsync(TimeSpan.FromSeconds(30));

        code.ShouldBe(ServiceProgram.BadOptionExitCode);
        errors.ToString().ShouldContain(said);
    }

    [Fact]
    public async Task Run_PortTaken_IsALineThatNamesTheAddressAndEndsWithOne()
    {
        await using var first = Build("--Bus:Transport=InMemory", "--Endpoint:Port=0");
        await first.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var address = new Uri(first.Urls.Single());
        using var errors = new StringWriter();

        var code = await ServiceProgram.RunAsync("probe", [], () => Build("--Bus:Transport=InMemory", $"--Endpoint:Port={address.Port}"), errors).WaitAsync(TimeSpan.FromSeconds(30));

        code.ShouldBe(ServiceProgram.StartFailedExitCode);
        errors.ToString().ShouldStartWith("probe does not start: ");
        errors.ToString().ShouldContain($"{address.Port}");
        errors.ToString().ShouldContain("Endpoint:Port");
        errors.ToString().ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_StoreThatCannotBeOpenedOrIsOfALaterVersion_IsALineAndEndsWithOne()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-start-");
        try
        {
            new SqliteDatabase(folder.FullName, "later.db", ["CREATE TABLE a (b INTEGER)", "CREATE TABLE c (d INTEGER)"]).Dispose();

            (await StartWithAsync(() => new SqliteDatabase(folder.FullName, "later.db", ["CREATE TABLE a (b INTEGER)"]))).ShouldContain("schema version 2");
            (await StartWithAsync(() => new SqliteDatabase(Path.Combine(folder.FullName, "later.db", "below"), "new.db", []))).ShouldContain("DataDirectory: the file ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static async Task<string> StartWithAsync(Func<SqliteDatabase> open)
        {
            using var errors = new StringWriter();
            var code = await ServiceProgram.RunAsync("probe", [], () =>
            {
                var builder = WebApplication.CreateBuilder(["--Bus:Transport=InMemory"]);
                builder.AddServiceDefaults("probe", defaultPort: 0);
                builder.Services.AddHostedService(_ => new Opening(open()));
                return builder.Build();
            }, errors).WaitAsync(TimeSpan.FromSeconds(30));

            code.ShouldBe(ServiceProgram.StartFailedExitCode);
            errors.ToString().ShouldStartWith("probe does not start: ");
            errors.ToString().ShouldNotContain("   at ");
            return errors.ToString();
        }
    }

    [Fact]
    public async Task Help_Asked_SaysHowOptionsAreGiven()
    {
        var (code, said) = await AskAsync("--help");

        code.ShouldBe(0);
        said.ShouldContain("--Section:Option=VALUE");
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

    private sealed class Opening(SqliteDatabase database) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            database.Dispose();
            return Task.CompletedTask;
        }
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
