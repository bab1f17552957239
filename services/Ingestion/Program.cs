using Sikap.Ingestion;
using Sikap.ServiceDefaults;

return await ServiceProgram.RunAsync("ingestion", args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults("ingestion", defaultPort: 5091);
    builder.AddIngestion();
    builder.AddBus(bus => bus.AddIngestionConsumers());
    var app = builder.Build();
    app.MapServiceDefaults();
    app.MapIngestion();
    return app;
});
