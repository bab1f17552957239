using MongoDB.Bson;

namespace Sikap.MongoClient.Tests.Mock;

/// <summary>Collections in memory with the few operators that tests use. Locked by its owner.</summary>
internal sealed class MockStore
{
    private readonly Dictionary<string, List<BsonDocument>> _collections = new(StringComparer.Ordinal);

    internal List<BsonDocument> Collection(string database, string name)
    {
        var full = $"{database}.{name}";
        if (!_collections.TryGetValue(full, out var documents))
        {
            _collections.Add(full, documents = []);
        }

        return documents;
    }

    internal static bool Matches(BsonDocument document, BsonDocument filter) => filter.Elements.All(condition => condition.Name switch
    {
        "$and" => condition.Value.AsBsonArray.All(each => Matches(document, each.AsBsonDocument)),
        "$or" => condition.Value.AsBsonArray.Any(each => Matches(document, each.AsBsonDocument)),
        "$where" => true,
        _ => MatchesField(document.GetValue(condition.Name, BsonNull.Value), condition.Value),
    });

    internal static IEnumerable<BsonDocument> Sort(IEnumerable<BsonDocument> documents, BsonDocument? sort)
    {
        foreach (var key in (sort?.Elements ?? []).Reverse())
        {
            documents = key.Value.ToInt32() > 0
                ? documents.OrderBy(document => document.GetValue(key.Name, BsonNull.Value))
                : documents.OrderByDescending(document => document.GetValue(key.Name, BsonNull.Value));
        }

        return documents;
    }

    /// <summary>The document after an update; a new object.</summary>
    internal static BsonDocument Updated(BsonDocument document, BsonDocument update, bool inserting)
    {
        if (update.ElementCount == 0 || update.GetElement(0).Name[0] != '$')
        {
            var replaced = (BsonDocument)update.DeepClone();
            if (!replaced.Contains("_id") && document.TryGetValue("_id", out var id))
            {
                replaced.InsertAt(0, new BsonElement("_id", id));
            }

            return replaced;
        }

        var changed = (BsonDocument)document.DeepClone();
        foreach (var part in update)
        {
            foreach (var field in part.Value.AsBsonDocument)
            {
                switch (part.Name)
                {
                    case "$set":
                        changed.Set(field.Name, field.Value);
                        break;
                    case "$setOnInsert" when inserting:
                        changed.Set(field.Name, field.Value);
                        break;
                    case "$setOnInsert":
                        break;
                    case "$unset":
                        changed.Remove(field.Name);
                        break;
                    case "$inc":
                        changed.Set(field.Name, changed.GetValue(field.Name, 0).ToInt32() + field.Value.ToInt32());
                        break;
                    default:
                        throw new NotSupportedException(part.Name);
                }
            }
        }

        return changed;
    }

    /// <summary>The document an upsert inserts.</summary>
    internal static BsonDocument Upserted(BsonDocument filter, BsonDocument update)
    {
        var seed = new BsonDocument(filter.Elements.Where(condition => condition.Name[0] != '$' && condition.Value is not BsonDocument));
        var document = Updated(seed, update, inserting: true);
        if (!document.Contains("_id"))
        {
            document.InsertAt(0, new BsonElement("_id", ObjectId.GenerateNewId()));
        }

        return document;
    }

    private static bool MatchesField(BsonValue value, BsonValue condition)
    {
        if (condition is not BsonDocument { ElementCount: > 0 } operators || operators.GetElement(0).Name[0] != '$')
        {
            return value == condition || (value is BsonArray array && array.Any(item => item == condition));
        }

        return operators.Elements.All(each => each.Name switch
        {
            "$eq" => value == each.Value,
            "$ne" => value != each.Value,
            "$gt" => !value.IsBsonNull && value.CompareTo(each.Value) > 0,
            "$gte" => !value.IsBsonNull && value.CompareTo(each.Value) >= 0,
            "$lt" => !value.IsBsonNull && value.CompareTo(each.Value) < 0,
            "$lte" => !value.IsBsonNull && value.CompareTo(each.Value) <= 0,
            "$in" => each.Value.AsBsonArray.Any(item => item == value),
            "$exists" => value.IsBsonNull != each.Value.ToBoolean(),
            _ => throw new NotSupportedException(each.Name),
        });
    }
}
