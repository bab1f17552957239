using Sikap.ServiceDefaults;
using Sikap.StanceClassification;

return await ServiceProgram.RunAsync("stance-classification", args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults("stance-classification", defaultPort: 5093);
    builder.AddStanceClassification();
    builder.AddBus(bus => bus.AddStanceClassificationConsumers());
    var app = builder.Build();
    app.MapServiceDefaults();
    app.MapStanceClassification();
    return app;
});
