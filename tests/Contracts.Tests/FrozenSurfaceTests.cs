using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;
using MassTransit.Serialization;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.TestKit;

namespace Sikap.Contracts.Tests;

/// <summary>
/// Surfaces that other programs build on, kept as text under review. A wanted change is made by running the tests once with SIKAP_WRITE_FROZEN=1 and reviewing the difference:
/// fields are only added, numbers never reused.
/// </summary>
public sealed class FrozenSurfaceTests
{
    // The bus' own options: what is frozen is what travels.
    private static readonly JsonSerializerOptions Json = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = true };

    [Fact]
    public void Protos_FieldNumbers_AreFrozen()
    {
        var text = new StringBuilder();
        foreach (var file in new[] { V1.TypesReflection.Descriptor, V1.IngestionReflection.Descriptor, V1.AnalysisReflection.Descriptor, V1.CodebookReflection.Descriptor, V1.QueryReflection.Descriptor, V1.OperationsReflection.Descriptor, V1.FeedsReflection.Descriptor })
        {
            text.Append("file ").AppendLine(file.Name);
            foreach (var service in file.Services)
            {
                foreach (var method in service.Methods)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"rpc {service.FullName}/{method.Name} ({(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName}) -> {(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName}");
                }
            }

            foreach (var message in file.MessageTypes)
            {
                foreach (var field in message.Fields.InFieldNumberOrder())
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"{message.FullName} {field.FieldNumber} {field.Name} {(field.IsRepeated ? "repeated " : "")}{TypeName(field)}");
                }
            }

            foreach (var value in file.EnumTypes.SelectMany(type => type.Values))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{value.FullName} = {value.Number}");
            }
        }

        Compare("protos.txt", text.ToString());
    }

    [Fact]
    public void Messages_Json_IsFrozen()
    {
        var text = JsonSerializer.Serialize(Samples.StancesClassified(), Json) + "\n"
            + JsonSerializer.Serialize(new IssueChanged { Issue = Samples.Issue, Retired = false, CodebookVersion = 7, ChangedAt = Samples.At }, Json) + "\n"
            + JsonSerializer.Serialize(new ArticleIndexed { ArticleId = "a1", Language = "id", IndexedAt = Samples.At }, Json) + "\n"
            + JsonSerializer.Serialize(new ArticleIngested { Article = new Article { Id = "a1", Text = "Isi.", Title = "Judul", Publisher = "Kabar", Published = Samples.At, PublishedPrecision = DatePrecision.Day, PublishedFrom = "json-ld", Authors = ["Tono"] }, Url = "https://example.org/1", AcceptedAt = Samples.At }, Json) + "\n"
            + JsonSerializer.Serialize(new ActorsChanged { Version = 4, Actors = [Samples.Actor] }, Json) + "\n"
            + JsonSerializer.Serialize(new ActorsRequested { Queue = "actors-changed-1" }, Json) + "\n";

        Compare("messages.json", text);
    }

    [Fact]
    public void Messages_RoundTrip_KeepsEverything()
    {
        var message = Samples.StancesClassified();

        var again = JsonSerializer.Deserialize<StancesClassified>(JsonSerializer.Serialize(message, Json), Json)!;

        JsonSerializer.Serialize(again, Json).ShouldBe(JsonSerializer.Serialize(message, Json));
        again.Article.Statements[0].Speaker.ShouldBe(message.Article.Statements[0].Speaker);
    }

    private static string TypeName(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var simple => simple.ToString(),
    };

    private static void Compare(string name, string text)
    {
        var path = Path.Combine(SharedFolder.Repository, "tests", "Contracts.Tests", "Frozen", name);
        if (Environment.GetEnvironmentVariable("SIKAP_WRITE_FROZEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        text.ReplaceLineEndings("\n").ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
