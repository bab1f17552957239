using Sikap.Gateway;
using Sikap.ServiceDefaults;

return await ServiceProgram.RunAsync("gateway", args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults("gateway", defaultPort: 5080);
    builder.AddGateway();
    builder.AddWebDoor();
    var app = builder.Build();
    app.UseWebDoor();
    app.MapServiceDefaults();
    app.MapGateway();
    return app;
});
