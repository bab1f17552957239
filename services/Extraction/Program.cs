using Sikap.Extraction;
using Sikap.ServiceDefaults;

return await ServiceProgram.RunAsync("extraction", args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults("extraction", defaultPort: 5092);
    builder.AddExtraction();
    builder.AddBus(bus => bus.AddExtractionConsumers());
    var app = builder.Build();
    app.MapServiceDefaults();
    app.MapExtraction();
    return app;
});
