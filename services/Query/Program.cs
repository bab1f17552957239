using Sikap.Query;
using Sikap.ServiceDefaults;

return await ServiceProgram.RunAsync("query", args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults("query", defaultPort: 5094);
    builder.AddQuery();
    builder.AddBus(bus => bus.AddQueryConsumers());
    var app = builder.Build();
    app.MapServiceDefaults();
    app.MapQuery();
    return app;
});
