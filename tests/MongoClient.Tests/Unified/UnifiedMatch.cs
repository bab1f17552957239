using MongoDB.Bson;

namespace Sikap.MongoClient.Tests.Unified;

/// <summary>Comparison by the rules of the unified test format: numbers by value, operators with <c>$$</c>, further keys allowed at the root only.</summary>
internal static class UnifiedMatch
{
    /// <returns>What differs; null where nothing does.</returns>
    internal static string? Difference(BsonValue expected, BsonValue? actual, string path = "", bool root = true)
    {
        if (expected is BsonDocument document)
        {
            if (document.ElementCount == 1 && document.GetElement(0) is { } special && special.Name.StartsWith("$$", StringComparison.Ordinal))
            {
                return Special(special, actual, path);
            }

            if (actual is not BsonDocument given)
            {
                return $"{path}: a document is wanted, not {actual}";
            }

            foreach (var element in document)
            {
                var there = given.GetValue(element.Name, null);
                if (there is null && element.Value is not BsonDocument { ElementCount: 1 })
                {
                    return $"{path}.{element.Name} is missing in {given}";
                }

                if (there is null && !(element.Value is BsonDocument single && single.GetElement(0).Name is "$$exists" or "$$unsetOrMatches"))
                {
                    return $"{path}.{element.Name} is missing in {given}";
                }

                if (Difference(element.Value, there, $"{path}.{element.Name}", root: false) is { } difference)
                {
                    return difference;
                }
            }

            var further = root ? null : given.Names.FirstOrDefault(name => !document.Contains(name));
            return further is null ? null : $"{path}.{further} is too much";
        }

        if (expected is BsonArray array)
        {
            if (actual is not BsonArray items || items.Count != array.Count)
            {
                return $"{path}: {array} is wanted, not {actual}";
            }

            return array.Select((item, at) => Difference(item, items[at], $"{path}[{at}]", root)).FirstOrDefault(difference => difference is not null);
        }

        return actual is not null && expected == actual ? null : $"{path}: {expected} is wanted, not {actual}";
    }

    private static string? Special(BsonElement special, BsonValue? actual, string path) => special.Name switch
    {
        "$$exists" => (actual is not null) == special.Value.ToBoolean() ? null : $"{path}: exists must be {special.Value}",
        "$$unsetOrMatches" => actual is null ? null : Difference(special.Value, actual, path),
        "$$type" => TypeNames(special.Value).Contains(TypeName(actual)) ? null : $"{path}: {actual} is no {special.Value}",
        "$$matchAsRoot" => Difference(special.Value, actual, path),
        "$$matchAsDocument" => Difference(special.Value, actual, path, root: false),
        _ => throw new NotSupportedException(special.Name),
    };

    private static IEnumerable<string> TypeNames(BsonValue value) => value is BsonArray many ? many.Select(each => each.AsString) : [value.AsString];

    private static string TypeName(BsonValue? value) => value switch
    {
        BsonInt32 => "int",
        BsonInt64 => "long",
        BsonDouble => "double",
        BsonString => "string",
        BsonDocument => "object",
        BsonArray => "array",
        BsonObjectId => "objectId",
        BsonBinaryData => "binData",
        _ => "unknown",
    };
}
