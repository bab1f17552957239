using System.Text.RegularExpressions;
using MongoDB.Bson;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Turns a filter into conditions on documents. Values are values, never operators: names and words are compared in their comparable form.</summary>
internal sealed class MongoFilter
{
    private readonly List<BsonDocument> _conditions = [];

    /// <summary>True when it takes everything.</summary>
    public bool IsEmpty => _conditions.Count == 0;

    /// <summary>The conditions, joined.</summary>
    public BsonDocument Document => _conditions.Count switch
    {
        0 => [],
        1 => _conditions[0],
        _ => new("$and", new BsonArray(_conditions)),
    };

    /// <summary>Adds one more condition.</summary>
    public MongoFilter Add(string field, BsonValue condition) => Add(new BsonDocument(field, condition));

    /// <inheritdoc cref="Add(string, BsonValue)"/>
    public MongoFilter Add(BsonDocument condition)
    {
        _conditions.Add(condition);
        return this;
    }

    /// <summary>Conditions on articles: those with a matching stance, or, where neither issue nor label is asked for, a matching statement.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="actors">Keys of the actors that it names.</param>
    /// <param name="issue">Key of the issue that it names.</param>
    public static MongoFilter ForArticles(Proto.Filter filter, IReadOnlyCollection<int> actors, int issue)
    {
        var result = new MongoFilter();
        result.AddDates(filter, "date");
        result.AddArticle(filter, "_id");
        result.AddGroups(filter);
        if (filter.ArticleId.Length == 0)
        {
            // Articles from before do not tell.
            result.Add("superseded", new BsonDocument("$ne", true));
        }
        if (SqliteFilter.AsksForStance(filter))
        {
            result.Add("stances", Item(Stance(filter, actors, issue)));
        }
        else if (filter.Actor.Length > 0 || filter.Represents.Length > 0 || filter.Text.Length > 0 || filter.MinConfidence > 0)
        {
            var statement = new MongoFilter();
            statement.AddContent(filter, "", "speaker", actors);
            result.Add(Any(new BsonDocument("stances", Item(Stance(filter, actors, issue))), new BsonDocument("statements", Item(statement))));
        }
        return result;
    }

    /// <summary>Adds the terms of a search: each word by the index of words, words that stand together by their order.</summary>
    public MongoFilter AddSearch(SearchQuery query)
    {
        foreach (var (words, isBeginning) in query.Terms)
        {
            foreach (var word in words.SkipLast(isBeginning ? 1 : 0))
            {
                Add("words", word);
            }
            if (isBeginning)
            {
                Add("words", Matching("^" + Regex.Escape(words[^1])));
            }
            if (words.Count > 1)
            {
                Add("sequence", Matching(Regex.Escape(" " + string.Join(' ', words) + (isBeginning ? "" : " "))));
            }
        }
        return this;
    }

    /// <summary>Conditions on the articles that hold a wanted statement, but for what is asked of the statement.</summary>
    public static MongoFilter ForStatements(Proto.Filter filter)
    {
        var result = new MongoFilter();
        result.AddArticle(filter, "_id");
        result.AddGroups(filter);
        return result;
    }

    /// <summary>Conditions on the articles of the groups that are asked for; null where none is.</summary>
    public static MongoFilter? ForGroups(Proto.Filter filter)
    {
        var result = new MongoFilter();
        result.AddGroups(filter);
        return result.IsEmpty ? null : result;
    }

    /// <summary>Conditions on a statement, its fields behind <paramref name="prefix"/>; issue and label ask for a stance that rests on it.</summary>
    public static MongoFilter Statement(Proto.Filter filter, IReadOnlyCollection<int> actors, int issue, string prefix)
    {
        var result = new MongoFilter();
        result.AddContent(filter, prefix, "speaker", actors);
        result.AddDates(filter, prefix + "date");
        if (SqliteFilter.AsksForStance(filter))
        {
            var position = new MongoFilter();
            position.AddPosition(filter, issue);
            result.Add(prefix + "positions", Item(position));
        }
        return result;
    }

    /// <summary>Conditions on states.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="group">Keys of the articles of the groups that it asks for; null where it asks for none.</param>
    /// <param name="states">Only those; empty = all.</param>
    public static MongoFilter ForStates(Proto.Filter filter, IReadOnlyCollection<long>? group, IReadOnlyList<Proto.ProposalState> states)
    {
        var result = new MongoFilter().Add("live", true);
        result.AddArticle(filter, "articleId");
        if (group is not null)
        {
            result.Add("article", In(group));
        }
        result.AddDates(filter, "date");
        if (filter.IssueId.Length > 0)
        {
            result.Add("issueId", filter.IssueId);
        }
        if (filter.MinConfidence > 0)
        {
            result.Add("confidence", new BsonDocument("$gte", filter.MinConfidence));
        }
        if (states.Count > 0)
        {
            result.Add("state", In(states.Select(state => (int)state)));
        }
        return result;
    }

    /// <summary>Conditions on relations.</summary>
    public static MongoFilter ForRelations(Proto.Filter filter, IReadOnlyCollection<long>? group, IReadOnlyCollection<int> actors, string target, IReadOnlyCollection<int> targets)
    {
        var result = new MongoFilter().Add("live", true);
        result.AddArticle(filter, "articleId");
        if (group is not null)
        {
            result.Add("article", In(group));
        }
        result.AddDates(filter, "date");
        if (filter.Label != Proto.StanceLabel.Unspecified)
        {
            result.Add("label", (int)filter.Label);
        }
        result.AddContent(new Proto.Filter { Actor = filter.Actor, Represents = filter.Represents, MinConfidence = filter.MinConfidence }, "", "holder", actors);
        if (target.Length > 0)
        {
            result.Add(Any(new BsonDocument("target", In(targets)), new BsonDocument("targetRepresents", NameKey.Of(target))));
        }
        return result;
    }

    /// <summary>Conditions on actors with a statement or a stance.</summary>
    public static MongoFilter ForActors(Proto.ListActorsRequest request)
    {
        var result = new MongoFilter().Add("used", true);
        if (request.NameContains.Length > 0)
        {
            result.Add("key", Matching(Regex.Escape(NameKey.Of(request.NameContains))));
        }
        if (request.Represents.Length > 0)
        {
            // As it is shown: a name, else nothing but its case sets it apart from a key.
            result.Add("representsKey", (Nlp.CountryNames.CodeOf(request.Represents) ?? request.Represents.Trim()).ToLowerInvariant());
        }
        if (request.Type != Proto.ActorType.Unspecified)
        {
            result.Add("type", (int)request.Type);
        }
        return result;
    }

    /// <summary>Actors that a name means.</summary>
    public static BsonDocument Named(string actor)
    {
        var key = NameKey.Of(actor);
        var ways = new List<BsonDocument>
        {
            new("key", key),
            new() { { "key", NameKey.Of(Nlp.CountryNames.Find(actor) ?? actor) }, { "type", (int)Proto.ActorType.Country } },
            new("aliases", key),
        };
        if (NameKey.Words(actor).Count > 0)
        {
            ways.Add(Words("words", actor));
        }
        return Any([.. ways]);
    }

    /// <summary>A field with every word of <paramref name="text"/>; nothing has it where the text has no word.</summary>
    public static BsonDocument Words(string field, string text) => new(field, new BsonDocument("$all", new BsonArray(NameKey.Words(text))));

    /// <summary>What comes behind a key in the order of these fields.</summary>
    public static BsonDocument Behind(IReadOnlyList<(string Field, BsonValue Value)> key, bool descending = false) =>
        Any([.. key.Select((_, last) => new BsonDocument(key.Take(last + 1).Select((part, i) =>
            new BsonElement(part.Field, i < last ? part.Value : new BsonDocument(descending ? "$lt" : "$gt", part.Value)))))]);

    public static BsonDocument In<T>(IEnumerable<T> values) => new("$in", new BsonArray(values.Select(value => BsonValue.Create(value))));

    private static BsonDocument Any(params BsonDocument[] conditions) => new("$or", new BsonArray(conditions));

    private static BsonDocument Item(MongoFilter filter) => new("$elemMatch", filter.Document);

    private static BsonDocument Matching(string pattern) => new("$regex", pattern);

    private static MongoFilter Stance(Proto.Filter filter, IReadOnlyCollection<int> actors, int issue)
    {
        var result = new MongoFilter();
        result.AddPosition(filter, issue);
        result.AddContent(filter, "", "holder", actors);
        return result;
    }

    private void AddPosition(Proto.Filter filter, int issue)
    {
        if (filter.IssueId.Length > 0)
        {
            Add("issue", issue);
        }
        if (filter.Label != Proto.StanceLabel.Unspecified)
        {
            Add("label", (int)filter.Label);
        }
    }

    private void AddArticle(Proto.Filter filter, string id)
    {
        if (filter.ArticleId.Length > 0)
        {
            Add(id, filter.ArticleId);
        }
        if (filter.Publisher.Length > 0)
        {
            Add("publisher", NameKey.Of(filter.Publisher));
        }
    }

    private void AddGroups(Proto.Filter filter)
    {
        if (filter.ReportId.Length > 0)
        {
            Add("report", filter.ReportId);
        }
        if (filter.StoryId.Length > 0)
        {
            Add("story", filter.StoryId);
        }
    }

    private void AddContent(Proto.Filter filter, string prefix, string actorField, IReadOnlyCollection<int> actors)
    {
        if (filter.Actor.Length > 0)
        {
            Add(prefix + actorField, In(actors));
        }
        if (filter.Represents.Length > 0)
        {
            Add(prefix + "represents", NameKey.OfRepresented(filter.Represents));
        }
        if (filter.MinConfidence > 0)
        {
            Add(prefix + "confidence", new BsonDocument("$gte", filter.MinConfidence));
        }
        if (filter.Text.Length > 0)
        {
            Add(Words(prefix + "words", filter.Text));
        }
    }

    private void AddDates(Proto.Filter filter, string field)
    {
        if (filter.FromDate.Length > 0)
        {
            // A date known to the month or year only may lie behind the bound, see DateKey.InRange.
            var from = filter.FromDate;
            Add(Any(
                new BsonDocument(field, new BsonDocument("$gte", from)), new BsonDocument(field, from[..Math.Min(7, from.Length)]), new BsonDocument(field, from[..Math.Min(4, from.Length)])));
        }
        if (filter.ToDate.Length > 0)
        {
            Add(field, new BsonDocument("$lte", DateKey.Upper(filter.ToDate)));
        }
        if (filter.FromDate.Length > 0 || filter.ToDate.Length > 0)
        {
            Add(field, new BsonDocument("$lt", DateKey.Undated));
        }
    }
}
