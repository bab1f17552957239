using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>Name of a field.</summary>
public class FieldDefinition<TDocument>
{
    internal FieldDefinition(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    internal string Name { get; }

    public static implicit operator FieldDefinition<TDocument>(string fieldName) => new(fieldName);
}

/// <summary>Name of a field whose values have a type.</summary>
public sealed class FieldDefinition<TDocument, TField>
{
    internal FieldDefinition(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    internal string Name { get; }

    public static implicit operator FieldDefinition<TDocument, TField>(string fieldName) => new(fieldName);
}

/// <summary>Which documents. Immutable as long as the document it was made from is not changed.</summary>
public sealed class FilterDefinition<TDocument>
{
    internal FilterDefinition(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    public static FilterDefinition<TDocument> Empty { get; } = new([]);

    internal BsonDocument Document { get; }

    public static implicit operator FilterDefinition<TDocument>(BsonDocument document) => new(document);

    public static implicit operator FilterDefinition<TDocument>(string json) => new(BsonDocument.Parse(json));

    public static FilterDefinition<TDocument> operator &(FilterDefinition<TDocument> left, FilterDefinition<TDocument> right) => Builders<TDocument>.Filter.And(left, right);

    public static FilterDefinition<TDocument> operator |(FilterDefinition<TDocument> left, FilterDefinition<TDocument> right) => Builders<TDocument>.Filter.Or(left, right);

    public static FilterDefinition<TDocument> operator !(FilterDefinition<TDocument> filter) => Builders<TDocument>.Filter.Not(filter);
}

/// <summary>What an update changes: operators, or a pipeline.</summary>
public sealed class UpdateDefinition<TDocument>
{
    internal UpdateDefinition(BsonValue update)
    {
        ArgumentNullException.ThrowIfNull(update);
        Update = update;
    }

    internal BsonValue Update { get; }

    public static implicit operator UpdateDefinition<TDocument>(BsonDocument document) => new(document);

    public static implicit operator UpdateDefinition<TDocument>(string json) => new(BsonDocument.Parse(json));

    public static implicit operator UpdateDefinition<TDocument>(PipelineDefinition<TDocument, TDocument> pipeline) => new(pipeline.Stages);
}

public sealed class SortDefinition<TDocument>
{
    internal SortDefinition(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    internal BsonDocument Document { get; }

    public static implicit operator SortDefinition<TDocument>(BsonDocument document) => new(document);

    public static implicit operator SortDefinition<TDocument>(string json) => new(BsonDocument.Parse(json));
}

/// <summary>Which fields come back.</summary>
public sealed class ProjectionDefinition<TSource>
{
    internal ProjectionDefinition(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    internal BsonDocument Document { get; }

    public static implicit operator ProjectionDefinition<TSource>(BsonDocument document) => new(document);

    public static implicit operator ProjectionDefinition<TSource>(string json) => new(BsonDocument.Parse(json));
}

/// <summary>Which fields come back, and as what.</summary>
public sealed class ProjectionDefinition<TSource, TProjection>
{
    internal ProjectionDefinition(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    internal BsonDocument Document { get; }

    public static implicit operator ProjectionDefinition<TSource, TProjection>(ProjectionDefinition<TSource> projection) => new(projection.Document);

    public static implicit operator ProjectionDefinition<TSource, TProjection>(BsonDocument document) => new(document);

    public static implicit operator ProjectionDefinition<TSource, TProjection>(string json) => new(BsonDocument.Parse(json));
}

/// <summary>The keys of an index.</summary>
public sealed class IndexKeysDefinition<TDocument>
{
    internal IndexKeysDefinition(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    internal BsonDocument Document { get; }

    public static implicit operator IndexKeysDefinition<TDocument>(BsonDocument document) => new(document);

    public static implicit operator IndexKeysDefinition<TDocument>(string json) => new(BsonDocument.Parse(json));
}

/// <summary>Stages of an aggregation.</summary>
public sealed class PipelineDefinition<TInput, TOutput>
{
    internal PipelineDefinition(IEnumerable<BsonDocument> stages)
    {
        Stages = new BsonArray(stages);
    }

    internal BsonArray Stages { get; }

    /// <summary>It writes its result somewhere.</summary>
    internal bool Writes => Stages.Count > 0 && Stages[^1] is BsonDocument { ElementCount: 1 } last && last.GetElement(0).Name is "$out" or "$merge";

    public static PipelineDefinition<TInput, TOutput> Create(IEnumerable<BsonDocument> stages) => new(stages);

    public static PipelineDefinition<TInput, TOutput> Create(params BsonDocument[] stages) => new(stages);

    public static implicit operator PipelineDefinition<TInput, TOutput>(BsonDocument[] stages) => new(stages);

    public static implicit operator PipelineDefinition<TInput, TOutput>(List<BsonDocument> stages) => new(stages);
}

/// <summary>A command for a database.</summary>
public sealed class Command<TResult>
{
    internal Command(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
    }

    internal BsonDocument Document { get; }

    public static implicit operator Command<TResult>(BsonDocument document) => new(document);

    public static implicit operator Command<TResult>(string json) => new(BsonDocument.Parse(json));
}
