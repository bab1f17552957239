using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace MongoDB.Driver.Core;

/// <summary>One span and one measurement per command, after OpenTelemetry's conventions for databases. Never values of documents.</summary>
internal static class MongoTelemetry
{
    internal const string Name = "MongoDB.Driver";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "db.client.operation.duration",
        "s",
        "Duration of database client operations.",
        null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    internal static Activity? Start(CommandMessage message, MongoServerAddress server)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var collection = Collection(message);
        var activity = Source.StartActivity(collection is null ? message.Name : $"{message.Name} {collection}", ActivityKind.Client);
        if (activity is not null)
        {
            foreach (var tag in Tags(message, server, null))
            {
                activity.SetTag(tag.Key, tag.Value);
            }
        }

        return activity;
    }

    internal static void Stop(Activity? activity, CommandMessage message, MongoServerAddress server, TimeSpan elapsed, Exception? failure)
    {
        if (failure is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", ErrorType(failure));
        }

        if (Duration.Enabled)
        {
            Duration.Record(elapsed.TotalSeconds, Tags(message, server, failure));
        }
    }

    private static TagList Tags(CommandMessage message, MongoServerAddress server, Exception? failure)
    {
        var tags = new TagList
        {
            { "db.system.name", "mongodb" },
            { "db.namespace", message.Database },
            { "db.operation.name", message.Name },
            { "server.address", server.Host },
        };
        if (!server.IsUnixSocket)
        {
            tags.Add("server.port", server.Port);
        }

        if (Collection(message) is { } collection)
        {
            tags.Add("db.collection.name", collection);
        }

        if (failure is not null)
        {
            tags.Add("error.type", ErrorType(failure));
        }

        return tags;
    }

    private static string? Collection(CommandMessage message) =>
        message.Name == "getMore" ? (message.Body.GetValue("collection", null) as Bson.BsonString)?.Value : (message.Body[0] as Bson.BsonString)?.Value;

    private static string ErrorType(Exception failure) =>
        failure is MongoCommandException { Code: not -1 } refused ? refused.Code.ToString(CultureInfo.InvariantCulture) : failure.GetType().FullName!;
}
