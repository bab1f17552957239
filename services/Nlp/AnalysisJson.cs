using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sikap.Nlp;

/// <summary>Writes an analysis as one line of JSON: the format of <c>sikap analyze</c>.</summary>
public static class AnalysisJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>One JSON object without a line end. Offsets are UTF-16 code units of the original text.</summary>
    /// <param name="article">What was extracted.</param>
    /// <param name="reading">What it says about the issues; its stances and states are empty when no issues were given.</param>
    public static string Write(ExtractedArticle article, IssueReading reading)
    {
        ArgumentNullException.ThrowIfNull(article);
        ArgumentNullException.ThrowIfNull(reading);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            Write(writer, article, reading);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, ExtractedArticle article, IssueReading reading)
    {
        writer.WriteStartObject();
        writer.WriteString("id", article.Id);
        writer.WriteString("language", article.Language);
        writer.WriteString("title", article.Title);
        writer.WriteString("publisher", article.Publisher);
        writer.WriteString("dateline", article.Dateline);
        Date(writer, "published", article.Published);
        writer.WriteStartArray("credits");
        foreach (var credit in article.Credits)
        {
            writer.WriteStartObject();
            writer.WriteString("role", credit.Role);
            writer.WriteString("name", credit.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("boilerplate");
        foreach (var span in article.Boilerplate)
        {
            writer.WriteStartObject();
            writer.WriteNumber("start", span.Start);
            writer.WriteNumber("end", span.End);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("dates");
        foreach (var mention in article.Dates)
        {
            writer.WriteStartObject();
            writer.WriteNumber("start", mention.Start);
            writer.WriteNumber("end", mention.End);
            writer.WriteString("text", mention.Span.In(article.Text));
            writer.WriteString("value", mention.Value);
            writer.WriteString("precision", Name(mention.Precision));
            writer.WriteString("rule", mention.Rule);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("statements");
        foreach (var statement in article.Statements)
        {
            Statement(writer, statement);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("stances");
        foreach (var stance in reading.Stances)
        {
            Stance(writer, stance);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("states");
        foreach (var state in reading.States)
        {
            State(writer, state);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("relations");
        foreach (var relation in reading.Relations)
        {
            Relation(writer, relation);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Statement(Utf8JsonWriter writer, Statement statement)
    {
        writer.WriteStartObject();
        writer.WriteString("id", statement.Id);
        writer.WriteNumber("start", statement.Content.Start);
        writer.WriteNumber("end", statement.Content.End);
        writer.WriteString("text", statement.Content.Text);
        writer.WriteString("kind", Name(statement.Kind));
        Slice(writer, "cue", statement.Cue);
        if (statement.Speaker is { } speaker)
        {
            writer.WriteStartObject("speaker");
            writer.WriteString("name", speaker.Name);
            writer.WriteString("type", Name(speaker.Type));
            Slice(writer, "mention", statement.Mention);
            writer.WriteString("role", statement.Role);
            writer.WriteString("represents", speaker.Represents);
            writer.WriteString("person", speaker.Person);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("speaker");
        }

        Date(writer, "date", statement.Date);
        writer.WriteStartArray("via");
        foreach (var outlet in statement.Via)
        {
            writer.WriteStringValue(outlet);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("inner");
        foreach (var inner in statement.Inner)
        {
            Inner(writer, inner);
        }

        writer.WriteEndArray();
        writer.WriteNumber("confidence", statement.Confidence);
        if (statement.Confidences is { } parts)
        {
            writer.WriteStartObject("confidences");
            writer.WriteNumber("content", parts.Content);
            writer.WriteNumber("speaker", parts.Speaker);
            writer.WriteNumber("date", parts.Date);
            writer.WriteEndObject();
        }

        writer.WriteBoolean("uncertain", statement.IsUncertain);
        writer.WriteEndObject();
    }

    private static void Inner(Utf8JsonWriter writer, InnerAttribution inner)
    {
        writer.WriteStartObject();
        writer.WriteNumber("start", inner.Content.Start);
        writer.WriteNumber("end", inner.Content.End);
        writer.WriteString("text", inner.Content.Text);
        Slice(writer, "cue", inner.Cue);
        writer.WriteStartObject("speaker");
        writer.WriteString("name", inner.Speaker.Name);
        writer.WriteString("type", Name(inner.Speaker.Type));
        Slice(writer, "mention", inner.Mention);
        writer.WriteString("represents", inner.Speaker.Represents);
        writer.WriteEndObject();
        writer.WriteNumber("level", inner.Level);
        writer.WriteEndObject();
    }

    private static void Stance(Utf8JsonWriter writer, Stance stance)
    {
        writer.WriteStartObject();
        writer.WriteString("id", stance.Id);
        Actor(writer, "holder", stance.Holder);
        writer.WriteString("issue", stance.IssueId);
        writer.WriteString("label", Name(stance.Label));
        writer.WriteString("modality", Name(stance.Modality));
        Slice(writer, "evidence", stance.Evidence);
        writer.WriteString("statement", stance.StatementId);
        writer.WriteNumber("confidence", stance.Confidence);
        writer.WriteString("classifier", stance.Classifier);
        writer.WriteEndObject();
    }

    private static void State(Utf8JsonWriter writer, IssueState state)
    {
        writer.WriteStartObject();
        writer.WriteString("issue", state.IssueId);
        writer.WriteString("state", Name(state.State));
        Slice(writer, "evidence", state.Evidence);
        Slice(writer, "cue", state.Cue);
        Date(writer, "date", state.Date);
        writer.WriteNumber("confidence", state.Confidence);
        writer.WriteEndObject();
    }

    private static void Relation(Utf8JsonWriter writer, ActorStance relation)
    {
        writer.WriteStartObject();
        writer.WriteString("id", relation.Id);
        Actor(writer, "holder", relation.Holder);
        Actor(writer, "target", relation.Target);
        writer.WriteString("label", Name(relation.Label));
        Slice(writer, "evidence", relation.Evidence);
        Slice(writer, "cue", relation.Cue);
        writer.WriteString("statement", relation.StatementId);
        writer.WriteNumber("confidence", relation.Confidence);
        writer.WriteEndObject();
    }

    private static void Actor(Utf8JsonWriter writer, string name, Actor actor)
    {
        writer.WriteStartObject(name);
        writer.WriteString("name", actor.Name);
        writer.WriteString("type", Name(actor.Type));
        writer.WriteString("represents", actor.Represents);
        writer.WriteString("person", actor.Person);
        writer.WriteEndObject();
    }

    private static void Slice(Utf8JsonWriter writer, string name, TextSlice? slice)
    {
        if (slice is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("start", slice.Start);
        writer.WriteNumber("end", slice.End);
        writer.WriteString("text", slice.Text);
        writer.WriteEndObject();
    }

    private static void Date(Utf8JsonWriter writer, string name, PartialDate? date)
    {
        if (date is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("value", date.Value);
        writer.WriteString("precision", Name(date.Precision));
        writer.WriteString("from", date.From);
        writer.WriteEndObject();
    }

    private static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();
}
