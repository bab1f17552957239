using MongoDB.Bson;

namespace MongoDB.Driver;

/// <summary>Where definitions are built.</summary>
public static class Builders<TDocument>
{
    public static FilterDefinitionBuilder<TDocument> Filter { get; } = new();

    public static UpdateDefinitionBuilder<TDocument> Update { get; } = new();

    public static SortDefinitionBuilder<TDocument> Sort { get; } = new();

    public static ProjectionDefinitionBuilder<TDocument> Projection { get; } = new();

    public static IndexKeysDefinitionBuilder<TDocument> IndexKeys { get; } = new();
}

public sealed class FilterDefinitionBuilder<TDocument>
{
    internal FilterDefinitionBuilder()
    {
    }

    public FilterDefinition<TDocument> Empty => FilterDefinition<TDocument>.Empty;

    /// <summary>A regular expression is compared as a value, not matched: <see cref="Regex"/> does that.</summary>
    public FilterDefinition<TDocument> Eq<TField>(FieldDefinition<TDocument, TField> field, TField value)
    {
        var bson = BsonValue.Create(value);
        return bson is BsonRegularExpression ? Operator(field.Name, "$eq", bson) : new BsonDocument(field.Name, bson);
    }

    public FilterDefinition<TDocument> Ne<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator(field.Name, "$ne", BsonValue.Create(value));

    public FilterDefinition<TDocument> Gt<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator(field.Name, "$gt", BsonValue.Create(value));

    public FilterDefinition<TDocument> Gte<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator(field.Name, "$gte", BsonValue.Create(value));

    public FilterDefinition<TDocument> Lt<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator(field.Name, "$lt", BsonValue.Create(value));

    public FilterDefinition<TDocument> Lte<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator(field.Name, "$lte", BsonValue.Create(value));

    public FilterDefinition<TDocument> In<TField>(FieldDefinition<TDocument, TField> field, IEnumerable<TField> values) =>
        Operator(field.Name, "$in", new BsonArray(values.Select(value => BsonValue.Create(value))));

    public FilterDefinition<TDocument> Nin<TField>(FieldDefinition<TDocument, TField> field, IEnumerable<TField> values) =>
        Operator(field.Name, "$nin", new BsonArray(values.Select(value => BsonValue.Create(value))));

    public FilterDefinition<TDocument> AnyEq<TItem>(FieldDefinition<TDocument> field, TItem value) => new BsonDocument(field.Name, BsonValue.Create(value));

    public FilterDefinition<TDocument> Exists(FieldDefinition<TDocument> field, bool exists = true) => Operator(field.Name, "$exists", exists);

    public FilterDefinition<TDocument> Regex(FieldDefinition<TDocument> field, BsonRegularExpression regex) => new BsonDocument(field.Name, regex);

    public FilterDefinition<TDocument> ElemMatch<TItem>(FieldDefinition<TDocument> field, FilterDefinition<TItem> filter) => Operator(field.Name, "$elemMatch", filter.Document);

    public FilterDefinition<TDocument> Size(FieldDefinition<TDocument> field, int size) => Operator(field.Name, "$size", size);

    /// <summary>Searches the collection's text index.</summary>
    public FilterDefinition<TDocument> Text(string search, string? language = null) =>
        new BsonDocument("$text", new BsonDocument("$search", search).Add("$language", language ?? "", language is not null));

    public FilterDefinition<TDocument> And(params FilterDefinition<TDocument>[] filters) => And((IEnumerable<FilterDefinition<TDocument>>)filters);

    public FilterDefinition<TDocument> And(IEnumerable<FilterDefinition<TDocument>> filters)
    {
        var parts = filters.Select(filter => filter.Document).Where(document => document.ElementCount > 0).ToList();
        return parts.Count switch
        {
            0 => FilterDefinition<TDocument>.Empty,
            1 => parts[0],
            _ => new BsonDocument("$and", new BsonArray(parts)),
        };
    }

    public FilterDefinition<TDocument> Or(params FilterDefinition<TDocument>[] filters) => Or((IEnumerable<FilterDefinition<TDocument>>)filters);

    public FilterDefinition<TDocument> Or(IEnumerable<FilterDefinition<TDocument>> filters) => new BsonDocument("$or", new BsonArray(filters.Select(filter => filter.Document)));

    public FilterDefinition<TDocument> Not(FilterDefinition<TDocument> filter) => new BsonDocument("$nor", new BsonArray { filter.Document });

    private static FilterDefinition<TDocument> Operator(string field, string name, BsonValue value) => new BsonDocument(field, new BsonDocument(name, value));
}

public sealed class UpdateDefinitionBuilder<TDocument>
{
    internal UpdateDefinitionBuilder()
    {
    }

    public UpdateDefinition<TDocument> Set<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator("$set", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> SetOnInsert<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator("$setOnInsert", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> Unset(FieldDefinition<TDocument> field) => Operator("$unset", field.Name, 1);

    public UpdateDefinition<TDocument> Inc<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator("$inc", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> Max<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator("$max", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> Min<TField>(FieldDefinition<TDocument, TField> field, TField value) => Operator("$min", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> Rename(FieldDefinition<TDocument> field, string newName) => Operator("$rename", field.Name, newName);

    public UpdateDefinition<TDocument> AddToSet<TItem>(FieldDefinition<TDocument> field, TItem value) => Operator("$addToSet", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> AddToSetEach<TItem>(FieldDefinition<TDocument> field, IEnumerable<TItem> values) =>
        Operator("$addToSet", field.Name, new BsonDocument("$each", new BsonArray(values.Select(value => BsonValue.Create(value)))));

    public UpdateDefinition<TDocument> Push<TItem>(FieldDefinition<TDocument> field, TItem value) => Operator("$push", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> Pull<TItem>(FieldDefinition<TDocument> field, TItem value) => Operator("$pull", field.Name, BsonValue.Create(value));

    public UpdateDefinition<TDocument> CurrentDate(FieldDefinition<TDocument> field) => Operator("$currentDate", field.Name, true);

    public UpdateDefinition<TDocument> Combine(params UpdateDefinition<TDocument>[] updates) => Combine((IEnumerable<UpdateDefinition<TDocument>>)updates);

    /// <exception cref="InvalidOperationException">One of them is a pipeline, or two change the same field with the same operator.</exception>
    public UpdateDefinition<TDocument> Combine(IEnumerable<UpdateDefinition<TDocument>> updates)
    {
        var combined = new BsonDocument();
        foreach (var update in updates)
        {
            if (update.Update is not BsonDocument document)
            {
                throw new InvalidOperationException("a pipeline cannot be combined with other updates");
            }

            foreach (var element in document)
            {
                if (combined.TryGetValue(element.Name, out var there))
                {
                    there.AsBsonDocument.AddRange(element.Value.AsBsonDocument.Elements);
                }
                else
                {
                    combined.Add(element.Name, element.Value.DeepClone());
                }
            }
        }

        return combined;
    }

    private static UpdateDefinition<TDocument> Operator(string name, string field, BsonValue value) => new BsonDocument(name, new BsonDocument(field, value));
}

/// <summary>Further updates behind a first.</summary>
public static class UpdateDefinitionExtensions
{
    public static UpdateDefinition<TDocument> Set<TDocument, TField>(this UpdateDefinition<TDocument> update, FieldDefinition<TDocument, TField> field, TField value) =>
        Builders<TDocument>.Update.Combine(update, Builders<TDocument>.Update.Set(field, value));

    public static UpdateDefinition<TDocument> SetOnInsert<TDocument, TField>(this UpdateDefinition<TDocument> update, FieldDefinition<TDocument, TField> field, TField value) =>
        Builders<TDocument>.Update.Combine(update, Builders<TDocument>.Update.SetOnInsert(field, value));

    public static UpdateDefinition<TDocument> Unset<TDocument>(this UpdateDefinition<TDocument> update, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.Update.Combine(update, Builders<TDocument>.Update.Unset(field));

    public static UpdateDefinition<TDocument> Inc<TDocument, TField>(this UpdateDefinition<TDocument> update, FieldDefinition<TDocument, TField> field, TField value) =>
        Builders<TDocument>.Update.Combine(update, Builders<TDocument>.Update.Inc(field, value));

    public static UpdateDefinition<TDocument> Max<TDocument, TField>(this UpdateDefinition<TDocument> update, FieldDefinition<TDocument, TField> field, TField value) =>
        Builders<TDocument>.Update.Combine(update, Builders<TDocument>.Update.Max(field, value));
}

public sealed class SortDefinitionBuilder<TDocument>
{
    internal SortDefinitionBuilder()
    {
    }

    public SortDefinition<TDocument> Ascending(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, 1);

    public SortDefinition<TDocument> Descending(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, -1);

    public SortDefinition<TDocument> MetaTextScore(string field) => new BsonDocument(field, new BsonDocument("$meta", "textScore"));

    public SortDefinition<TDocument> Combine(params SortDefinition<TDocument>[] sorts) => new BsonDocument(sorts.SelectMany(sort => sort.Document.Elements));
}

/// <summary>Further keys behind a first.</summary>
public static class SortDefinitionExtensions
{
    public static SortDefinition<TDocument> Ascending<TDocument>(this SortDefinition<TDocument> sort, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.Sort.Combine(sort, Builders<TDocument>.Sort.Ascending(field));

    public static SortDefinition<TDocument> Descending<TDocument>(this SortDefinition<TDocument> sort, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.Sort.Combine(sort, Builders<TDocument>.Sort.Descending(field));
}

public sealed class ProjectionDefinitionBuilder<TSource>
{
    internal ProjectionDefinitionBuilder()
    {
    }

    public ProjectionDefinition<TSource> Include(FieldDefinition<TSource> field) => new BsonDocument(field.Name, 1);

    public ProjectionDefinition<TSource> Exclude(FieldDefinition<TSource> field) => new BsonDocument(field.Name, 0);

    public ProjectionDefinition<TSource> MetaTextScore(string field) => new BsonDocument(field, new BsonDocument("$meta", "textScore"));

    public ProjectionDefinition<TSource> Combine(params ProjectionDefinition<TSource>[] projections) => new BsonDocument(projections.SelectMany(projection => projection.Document.Elements));
}

/// <summary>Further fields behind a first.</summary>
public static class ProjectionDefinitionExtensions
{
    public static ProjectionDefinition<TDocument> Include<TDocument>(this ProjectionDefinition<TDocument> projection, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.Projection.Combine(projection, Builders<TDocument>.Projection.Include(field));

    public static ProjectionDefinition<TDocument> Exclude<TDocument>(this ProjectionDefinition<TDocument> projection, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.Projection.Combine(projection, Builders<TDocument>.Projection.Exclude(field));
}

public sealed class IndexKeysDefinitionBuilder<TDocument>
{
    internal IndexKeysDefinitionBuilder()
    {
    }

    public IndexKeysDefinition<TDocument> Ascending(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, 1);

    public IndexKeysDefinition<TDocument> Descending(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, -1);

    public IndexKeysDefinition<TDocument> Text(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, "text");

    public IndexKeysDefinition<TDocument> Hashed(FieldDefinition<TDocument> field) => new BsonDocument(field.Name, "hashed");

    public IndexKeysDefinition<TDocument> Combine(params IndexKeysDefinition<TDocument>[] keys) => new BsonDocument(keys.SelectMany(key => key.Document.Elements));
}

/// <summary>Further keys behind a first.</summary>
public static class IndexKeysDefinitionExtensions
{
    public static IndexKeysDefinition<TDocument> Ascending<TDocument>(this IndexKeysDefinition<TDocument> keys, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.IndexKeys.Combine(keys, Builders<TDocument>.IndexKeys.Ascending(field));

    public static IndexKeysDefinition<TDocument> Descending<TDocument>(this IndexKeysDefinition<TDocument> keys, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.IndexKeys.Combine(keys, Builders<TDocument>.IndexKeys.Descending(field));

    public static IndexKeysDefinition<TDocument> Text<TDocument>(this IndexKeysDefinition<TDocument> keys, FieldDefinition<TDocument> field) =>
        Builders<TDocument>.IndexKeys.Combine(keys, Builders<TDocument>.IndexKeys.Text(field));
}
