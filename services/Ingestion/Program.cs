using Sikap.Ingestion;
using Sikap.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ingestion", defaultPort: 5091);
builder.AddIngestion();
builder.AddBus(bus => bus.AddIngestionConsumers());

var app = builder.Build();
app.MapServiceDefaults();
app.MapIngestion();
app.Run();
