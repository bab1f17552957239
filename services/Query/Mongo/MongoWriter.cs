using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Works out one commit: reads what the messages touch in bulk, changes it in memory by the rules that <see cref="SqliteWriter"/> has in SQL, and says what is to be written.</summary>
internal sealed class MongoWriter(MongoLedger ledger, MongoHead head, DateTimeOffset now)
{
    // A commit is one document and must stay below 16 MiB; one article alone may take more than this, a megabyte of text about five times as much.
    private const int MaxCommitBytes = 2 * 1024 * 1024;

    private const int ArticlesCleared = 100;
    private const int EventsTrimmed = 10_000;

    private readonly Dictionary<string, MongoArticle> _articles = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, Proto.ActorType Type), MongoActor> _actors = [];
    private readonly Dictionary<int, MongoActor> _actorsByKey = [];
    private readonly Dictionary<(int Holder, int Issue), List<MongoPeer>> _pairs = ledger.TakePairs(head);
    private readonly Dictionary<long, (int Holder, int Issue, MongoPeer Peer, Proto.Stance Stance)> _added = [];
    private readonly HashSet<long> _removed = [];
    private readonly Dictionary<int, StoredState?> _latestElsewhere = [];
    private readonly MongoCommit _commit = new();
    private readonly MongoHead _next = head with { Turn = null };
    private Dictionary<string, MongoIssue> _issues = [];
    private long _bytes;

    /// <summary>Pairs of holder and issue as the commit leaves them.</summary>
    public Dictionary<(int Holder, int Issue), List<MongoPeer>> Pairs => _pairs;

    /// <summary>What is to be written, and the head then.</summary>
    public (MongoHead Next, MongoCommit Commit) Finish()
    {
        foreach (var article in _articles.Values.Where(article => article.IsChanged))
        {
            _commit.Put(MongoSchema.Articles, article.ToDocument());
            if (article.IsExtractedAnew)
            {
                foreach (var stance in article.Stances)
                {
                    _commit.Put(MongoSchema.Positions, stance.ToPosition(article).Add("live", true));
                }
            }
        }
        foreach (var actor in _actorsByKey.Values.Where(actor => actor.IsChanged))
        {
            _next.Actors += (actor.IsUsed ? 1 : 0) - (actor.WasUsed ? 1 : 0);
            _commit.Put(MongoSchema.Actors, actor.ToDocument());
        }
        return (_next, _commit);
    }

    /// <summary>Takes as many of the messages as go into one commit, one at least.</summary>
    public async Task<IReadOnlyList<IndexedArticle>> WriteAsync(IReadOnlyList<StancesClassified> messages, CancellationToken cancellationToken)
    {
        await LoadAsync(messages, cancellationToken);
        var written = new List<IndexedArticle>();
        foreach (var message in messages.TakeWhile(_ => _bytes < MaxCommitBytes))
        {
            written.Add(await WriteAsync(message, cancellationToken));
        }
        return written;
    }

    /// <summary>Takes over a change of an issue, or a part of what it does.</summary>
    /// <returns>True when there is nothing left to do.</returns>
    public async Task<bool> ApplyAsync(IssueChanged change, CancellationToken cancellationToken)
    {
        await LoadIssuesAsync(cancellationToken);
        var known = EnsureIssue(change.Issue.Id);
        if (known.IsClearing)
        {
            await ClearAsync(known, cancellationToken);
            return false;
        }
        if (known.Version >= change.CodebookVersion)
        {
            return true;
        }

        var before = Proto.Issue.Parser.ParseFrom(known.Info);
        var sameWording = known.Version > 0 && !known.IsRetired && before.Title == change.Issue.Title && before.Proposition == change.Issue.Proposition && before.Terms.SequenceEqual(change.Issue.Terms);
        var issue = known with
        {
            Version = change.CodebookVersion, IsRetired = change.Retired, IsClearing = change.Retired,
            Info = change.Issue.ToProto(change.Retired, change.CodebookVersion, change.ChangedAt, change.ParentId, change.ReplacedBy).ToByteArray(),
        };
        Put(issue, isNewVersion: true);
        var kind = change.Retired ? MongoSweepKind.Retire : sameWording ? MongoSweepKind.Carry : MongoSweepKind.Mark;
        _commit.Sweep = new MongoSweep(kind, issue.Key, issue.Version, known.Version, [.. _issues.Values.Where(one => one.Version > 0).Select(one => (one.Key, one.Version, one.IsRetired))]);
        _commit.StatesOf = change.Retired ? issue.Key : null;
        return !change.Retired;
    }

    /// <summary>Lets events older than the retention go, some at a time: there are never many more to delete than are written.</summary>
    public async Task TrimEventsAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var before = Before(retention);
        var events = ledger.Collection(MongoSchema.Events);
        var kept = new BsonDocument("_id", new BsonDocument("$gt", head.EventFloor));
        ProjectionDefinition<BsonDocument, BsonDocument> times = new BsonDocument("at", 1);
        var oldest = await events.Find(kept).Sort(ById).Limit(1).Project(times).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null || oldest["at"].ToInt64() >= before)
        {
            return;
        }
        var found = await events.Find(kept).Sort(ById).Limit(EventsTrimmed).Project(times).ToListAsync(cancellationToken);
        _next.EventFloor = found.Where(item => item["at"].ToInt64() < before).Max(item => item["_id"].ToInt64());
        _commit.TrimsEvents = true;
    }

    /// <summary>
    /// Lets what changes of the codebook did longer ago than the retention go, whole versions only, so that no difference is worked out from half of a change. Nothing decides by it what to write.
    /// </summary>
    public async Task TrimEffectsAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var before = Before(retention);
        var effects = ledger.Collection(MongoSchema.Effects);
        var kept = new BsonDocument("version", new BsonDocument("$gt", head.EffectFloor));
        var oldest = await effects.Find(kept).Sort(new BsonDocument { { "version", 1 }, { "_id", 1 } }).Limit(1).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null || oldest["at"].ToInt64() >= before)
        {
            return;
        }
        // The first version with something younger stays, and all behind it.
        var younger = await effects.Find(new BsonDocument { { "version", kept["version"] }, { "at", new BsonDocument("$gte", before) } }).Sort(new BsonDocument("version", 1)).Limit(1)
            .FirstOrDefaultAsync(cancellationToken);
        var newest = younger ?? await effects.Find(kept).Sort(new BsonDocument("version", -1)).Limit(1).FirstAsync(cancellationToken);
        var floor = newest["version"].ToInt64() - (younger is null ? 0 : 1);
        if (floor > head.EffectFloor)
        {
            _next.EffectFloor = floor;
            _commit.TrimsEffects = true;
        }
    }

    private static BsonDocument ById => new("_id", 1);

    private long Before(TimeSpan retention) => now.UtcTicks - Math.Min(retention.Ticks, now.UtcTicks);

    /// <summary>A retired issue is missing until an article that was classified with it is classified without it: issues compete for a sentence, and another may have it now.</summary>
    private static bool IsMissing(MongoArticle article, MongoIssue issue) =>
        article.Classified.TryGetValue(issue.Key, out var version) ? issue.Version > version : !issue.IsRetired && issue.Version > 0;

    private async Task<IndexedArticle> WriteAsync(StancesClassified message, CancellationToken cancellationToken)
    {
        var extracted = message.Article;
        var coding = extracted.Coding?.Revision ?? 0;
        var isNew = !_articles.TryGetValue(extracted.Id, out var article);
        // A late answer of an older engine must not undo a newer one: its statements are gone, its stances would hang in the air. Nor may one from before the article was coded.
        if (article is not null && (coding < article.Coding || (coding == article.Coding && EngineVersionOrder.Compare(extracted.EngineVersion, article.EngineVersion) < 0)))
        {
            return new IndexedArticle(extracted.Id, extracted.Language, false, 0, 0, false, article.Coding);
        }

        var isRegrouped = article is not null && extracted.Provenance is { } told && (told.Work, told.Edition, told.Report) != (article.Work, article.Edition, article.Report);
        var isExtractedAnew = article is null || extracted.EngineVersion != article.EngineVersion || coding != article.Coding || isRegrouped;
        if (article is null)
        {
            article = new MongoArticle(extracted.Id, ++_next.ArticleKey);
            _articles.Add(article.Id, article);
            _next.Articles++;
        }
        if (LaterEdition(article, extracted) is { } later)
        {
            await WriteSupersededAsync(article, later, message, isExtractedAnew, cancellationToken);
            return new IndexedArticle(extracted.Id, extracted.Language, isNew, 0, 0, false, coding);
        }

        var before = new SupersededArticle(message);
        if (isExtractedAnew)
        {
            WriteArticle(article, message);
            foreach (var edition in _articles.Values.Where(other => other.Work == article.Work && other.Work.Length > 0 && other.Edition < article.Edition && !other.IsSuperseded).OrderBy(other => other.Key))
            {
                await SupersedeAsync(edition, article.Id, before, cancellationToken);
            }
        }
        if (isRegrouped)
        {
            // The index knows groups by the stances: they come anew, with their article as it is now.
            foreach (var stance in article.Stances.Where(stance => message.IssueIds.Contains(stance.Stance.IssueId)).OrderBy(stance => stance.Document["start"].ToInt32()).ThenBy(stance => stance.Row).ToList())
            {
                Remove(article, stance, before.Take(stance.Stance));
            }
        }

        var (added, removed) = (0, before.Stances);
        foreach (var issueId in message.IssueIds.Concat(message.Stances.Select(stance => stance.IssueId)).Distinct(StringComparer.Ordinal))
        {
            var issue = EnsureIssue(issueId);
            long? known = article.Classified.TryGetValue(issue.Key, out var classified) ? classified : null;
            if ((issue.IsRetired && issue.Version >= message.CodebookVersion) || known > message.CodebookVersion)
            {
                continue;
            }

            // Which change of the codebook this is the answer to; none where the article itself is new.
            long? cause = isExtractedAnew ? null : issue.Version > (known ?? 0) ? issue.Version : message.CodebookVersion;
            var found = message.Stances
                .Where(stance => stance.IssueId == issueId)
                .Select(stance => stance.ToProto(extracted.Id, extracted.Publisher, message.CodebookVersion))
                .DistinctBy(SqliteWriter.ContentOf)
                .ToDictionary(SqliteWriter.ContentOf);
            var gone = before.Gone(issueId, holder => EnsureActor(holder).Key);
            foreach (var old in article.Stances.Where(stance => stance.Issue == issue.Key).ToList())
            {
                // What a newer codebook confirms word for word stays as it is, under its first id: watchers hear of changes only.
                if (found.TryGetValue(old.Content, out var same) && EnsureActor(same.Holder).Key == old.Holder)
                {
                    found.Remove(old.Content);
                }
                else
                {
                    Remove(article, old);
                    WriteEffect(cause, issue.Key, added: false, old.Stance);
                    gone.Add((old.Holder, old.Stance.Label));
                    removed++;
                }
            }
            foreach (var stance in found.Values)
            {
                await AddAsync(article, issue.Key, stance, StatementText(article, stance.StatementId), gone, before.Holds(stance), cancellationToken);
                WriteEffect(cause, issue.Key, added: true, stance);
                added++;
            }
            await WriteStatesAsync(article, issue, message, before, cancellationToken);
            if (known != message.CodebookVersion)
            {
                article.Classified[issue.Key] = message.CodebookVersion;
                article.IsChanged = true;
            }
        }
        WriteRelations(article, message);

        // It is classified without what was retired by then, and waits no longer for that.
        foreach (var retired in _issues.Values.Where(issue => issue.IsRetired && issue.Version <= message.CodebookVersion))
        {
            article.IsChanged |= article.Classified.Remove(retired.Key);
        }

        var waits = article.IsClassifiable && _issues.Values.Any(issue => IsMissing(article, issue));
        var changed = waits != article.Waits;
        article.Waits = waits;
        article.IsChanged |= changed;
        if (isExtractedAnew)
        {
            Emit(
                new Proto.WatchEvent { ArticleIndexed = extracted.ToArticleInfo(message.Url, message.AcceptedAt, article.Stances.Count), Kinds = { Proto.EventKind.ArticleIndexed } },
                article.Date, "");
        }
        return new IndexedArticle(extracted.Id, extracted.Language, isNew, added, removed, BeganToWait: waits && changed, coding);
    }

    /// <summary>The id of the latest revision where the article is none.</summary>
    private string? LaterEdition(MongoArticle article, ExtractedArticle extracted) => extracted.Provenance is not { } provenance
        ? null
        : _articles.Values.Where(other => other != article && other.Work == provenance.Work && other.Edition > provenance.Edition).MaxBy(other => other.Edition)?.Id;

    /// <summary>Stores an article that came after a later revision of it: nothing it says counts.</summary>
    private async Task WriteSupersededAsync(MongoArticle article, string later, StancesClassified message, bool isExtractedAnew, CancellationToken cancellationToken)
    {
        var extracted = message.Article;
        if (!article.IsSuperseded && article.EngineVersion.Length > 0)
        {
            await SupersedeAsync(article, later, new SupersededArticle(message with { Stances = [] }), cancellationToken);
        }
        if (isExtractedAnew)
        {
            WriteArticle(article, message, isSuperseded: true);
        }
        var info = extracted.ToArticleInfo(message.Url, message.AcceptedAt, 0);
        info.SupersededBy = later;
        article.Supersede(SupersededArticle.Keep(message), info.ToByteArray());
        if (isExtractedAnew)
        {
            Emit(new Proto.WatchEvent { ArticleIndexed = info, Kinds = { Proto.EventKind.ArticleIndexed } }, article.Date, "");
        }
    }

    /// <summary>Takes what a revision said out of the ledger; the article keeps it.</summary>
    private async Task SupersedeAsync(MongoArticle article, string later, SupersededArticle before, CancellationToken cancellationToken)
    {
        foreach (var issue in article.States.Select(state => state.Issue).Distinct().ToList())
        {
            before.TakeState(_issues.Values.First(one => one.Key == issue).Id, (await LatestStateAsync(issue, cancellationToken))?.State);
        }
        var stances = article.Stances.OrderBy(stance => stance.Document["start"].ToInt32()).ThenBy(stance => stance.Row).ToList();
        foreach (var stance in stances)
        {
            Remove(article, stance, before.Take(stance.Stance));
        }
        ForgetStatements(article);
        foreach (var issue in article.States.Select(state => state.Issue).Distinct().ToList())
        {
            article.SetStates(issue, []);
        }
        for (var slot = 0; slot < article.StateSlots; slot++)
        {
            _commit.Put(MongoSchema.States, new BsonDocument { { "_id", article.SlotKey(slot) }, { "live", false } });
        }
        for (var slot = 0; slot < article.RelationSlots; slot++)
        {
            _commit.Put(MongoSchema.Relations, new BsonDocument { { "_id", article.SlotKey(slot) }, { "live", false } });
        }
        var info = Proto.ArticleInfo.Parser.ParseFrom(article.Info);
        info.SupersededBy = later;
        article.Supersede(SupersededArticle.Keep(stances.Select(stance => stance.Stance)), info.ToByteArray());
    }

    private void ForgetStatements(MongoArticle article)
    {
        foreach (var speaker in article.Statements.Where(statement => !statement["speaker"].IsBsonNull).Select(statement => _actorsByKey[statement["speaker"].ToInt32()]))
        {
            speaker.Statements--;
            speaker.IsChanged = true;
        }
        _next.Statements -= article.Statements.Count;
    }

    private void WriteArticle(MongoArticle article, StancesClassified message, bool isSuperseded = false)
    {
        ForgetStatements(article);
        var extracted = message.Article;
        var statements = new List<BsonDocument>();
        foreach (var statement in extracted.Statements.DistinctBy(statement => statement.Id).OrderBy(statement => statement.Content.Start).Where(_ => !isSuperseded))
        {
            MongoActor? speaker = null;
            if (statement.Speaker is not null)
            {
                speaker = EnsureActor(statement.Speaker.ToProto());
                speaker.Statements++;
                speaker.IsChanged = true;
            }
            var info = statement.ToProto(article.Id).ToByteArray();
            _bytes += 2 * info.Length;
            statements.Add(new BsonDocument
            {
                { "id", statement.Id }, { "start", statement.Content.Start }, { "speaker", speaker is null ? BsonNull.Value : speaker.Key },
                { "represents", NameKey.Of(statement.Speaker?.Represents ?? "") }, { "date", DateKey.Of((statement.Date ?? extracted.Published)?.Value) },
                { "confidence", statement.Confidence }, { "info", info }, { "words", Words(statement.Content.Text) },
            });
        }
        if (!isSuperseded)
        {
            WriteAliases(extracted);
        }
        _next.Statements += statements.Count;
        article.Extract(message, statements);
        var text = ArticlePayload.Pack(extracted);
        _commit.Put(MongoSchema.Texts, new BsonDocument { { "_id", article.Id }, { "url", message.Url is null ? BsonNull.Value : message.Url }, { "json", text } });
        _bytes += text.Length + (4 * extracted.Text.Length);
    }

    /// <summary>Remembers how articles name the actors of the ledger, so that "Beijing" or "Tiongkok" finds what is stored under "China".</summary>
    private void WriteAliases(ExtractedArticle article)
    {
        foreach (var mention in article.Mentions.Where(IsName))
        {
            if (NameKey.Of(mention.Span.In(article.Text)) is { Length: > 0 } alias && alias != NameKey.Of(mention.Actor.Person ?? mention.Actor.Name))
            {
                EnsureActor(mention.Actor.ToProto()).AddAlias(alias);
            }
        }
    }

    // A metonym stands for a country; of persons and organisations it says too little.
    private static bool IsName(Mention mention) =>
        mention.Form is MentionForm.Name or MentionForm.Alias || (mention.Form is MentionForm.Metonym && mention.Actor.Type is Nlp.ActorType.Country);

    private void WriteEffect(long? cause, int issue, bool added, Proto.Stance stance)
    {
        // A late answer to a change whose effects have gone adds none: they would be no more than a part of it.
        if (cause > _next.EffectFloor)
        {
            _commit.Append(MongoSchema.Effects, new BsonDocument
            {
                { "_id", ++_next.EffectKey }, { "version", cause.Value }, { "issue", issue }, { "added", added }, { "stance", stance.ToByteArray() }, { "at", now.UtcTicks },
            });
        }
    }

    private async Task WriteStatesAsync(MongoArticle article, MongoIssue issue, StancesClassified message, SupersededArticle revised, CancellationToken cancellationToken)
    {
        var found = message.States.Where(state => state.IssueId == issue.Id).ToList();
        if (found.Count == 0 && article.States.All(state => state.Issue != issue.Key) && revised.StateOf(issue.Id) is null)
        {
            return;
        }

        var before = revised.StateOf(issue.Id) ?? (await LatestStateAsync(issue.Key, cancellationToken))?.State;
        article.SetStates(issue.Key, found.Select(state => new StoredState(
            issue.Key, article.Key, 0, DateKey.Of((state.Date ?? message.Article.Published)?.Value), state.Confidence,
            state.ToProto(article.Id, message.Article.Publisher, message.CodebookVersion))));
        foreach (var state in article.States)
        {
            _commit.Put(MongoSchema.States, state.ToDocument(article));
        }
        for (var slot = article.States.Count; slot < article.StateSlots; slot++)
        {
            _commit.Put(MongoSchema.States, new BsonDocument { { "_id", article.SlotKey(slot) }, { "live", false } });
        }
        if (await LatestStateAsync(issue.Key, cancellationToken) is { } after && after.State.State != before?.State)
        {
            Emit(new Proto.WatchEvent { StateChanged = after.State, PreviousState = before, Kinds = { Proto.EventKind.StateChanged } }, after.Date, "");
        }
    }

    private async Task<StoredState?> LatestStateAsync(int issue, CancellationToken cancellationToken)
    {
        if (!_latestElsewhere.TryGetValue(issue, out var elsewhere))
        {
            var filter = new BsonDocument
            {
                { "issue", issue }, { "live", true }, { "date", new BsonDocument("$lt", DateKey.Undated) },
                { "article", new BsonDocument("$nin", new BsonArray(_articles.Values.Select(article => article.Key))) },
            };
            var order = new BsonDocument { { "date", -1 }, { "article", -1 }, { "start", -1 }, { "n", -1 } };
            var found = await ledger.Collection(MongoSchema.States).Find(filter).Sort(order).Limit(1).FirstOrDefaultAsync(cancellationToken);
            _latestElsewhere[issue] = elsewhere = found is null ? null : StoredState.From(found);
        }
        return _articles.Values.SelectMany(article => article.States).Where(state => state.Issue == issue && state.Date != DateKey.Undated).Append(elsewhere).OfType<StoredState>()
            .OrderBy(state => state.Date, StringComparer.Ordinal).ThenBy(state => state.Article).ThenBy(state => state.State.Evidence.Start).ThenBy(state => state.Slot).LastOrDefault();
    }

    private void WriteRelations(MongoArticle article, StancesClassified message)
    {
        if (message.Relations is not { } relations)
        {
            return;
        }

        foreach (var (slot, relation) in relations.Index())
        {
            _commit.Put(MongoSchema.Relations, new BsonDocument
            {
                { "_id", article.SlotKey(slot) }, { "live", true }, { "article", article.Key }, { "n", slot }, { "articleId", article.Id }, { "publisher", article.Publisher },
                { "holder", EnsureActor(relation.Holder.ToProto()).Key }, { "target", EnsureActor(relation.Target.ToProto()).Key },
                { "represents", NameKey.Of(relation.Holder.Represents ?? "") }, { "targetRepresents", NameKey.Of(relation.Target.Represents ?? "") },
                { "label", (int)relation.Label.ToProto() }, { "date", DateKey.Of((relation.Date ?? message.Article.Published)?.Value) }, { "start", relation.Evidence.Start },
                { "confidence", relation.Confidence }, { "info", relation.ToProto(article.Id, message.Article.Publisher).ToByteArray() },
            });
        }
        for (var slot = relations.Count; slot < article.RelationSlots; slot++)
        {
            _commit.Put(MongoSchema.Relations, new BsonDocument { { "_id", article.SlotKey(slot) }, { "live", false } });
        }
        article.IsChanged |= relations.Count > article.RelationSlots;
        article.RelationSlots = Math.Max(article.RelationSlots, relations.Count);
    }

    private async Task AddAsync(
        MongoArticle article, int issue, Proto.Stance stance, string context, IReadOnlySet<(int Holder, Proto.StanceLabel Label)> gone, bool isRevised,
        CancellationToken cancellationToken)
    {
        var holder = EnsureActor(stance.Holder);
        var date = stance.Date is null ? article.Date : DateKey.Of(stance.Date.Value);
        var change = new Proto.WatchEvent { StanceAdded = stance };
        if (isRevised)
        {
            change.Kinds.Add(Proto.EventKind.Revised);
        }
        else
        {
            await RelateAsync(change, issue, holder.Key, date, gone, cancellationToken);
        }
        var info = stance.ToByteArray();
        var stored = new StoredStance(new BsonDocument
        {
            { "row", ++_next.StanceKey }, { "id", stance.Id }, { "issue", issue }, { "holder", holder.Key }, { "represents", NameKey.Of(stance.Holder.Represents) },
            { "label", (int)stance.Label }, { "conditional", stance.Modality == Proto.StanceModality.Conditional }, { "confidence", stance.Confidence }, { "date", date },
            { "start", stance.Evidence.Start }, { "statement", stance.StatementId }, { "info", info }, { "words", Words(stance.Evidence.Text + "\n" + context) },
        });
        article.Stances.Add(stored);
        article.IsChanged = true;
        holder.Stances++;
        holder.IsChanged = true;
        _next.Stances++;
        _bytes += 5 * info.Length;
        var peer = new MongoPeer(stored.Row, article.Id, date, stance.Label, stance.Confidence);
        _added.Add(peer.Row, (holder.Key, issue, peer, stance));
        if (_pairs.TryGetValue((holder.Key, issue), out var peers))
        {
            peers.Add(peer);
        }
        var position = stored.ToPosition(article);
        Emit(change, date, context, 1, stored, position);
        _commit.Put(MongoSchema.Positions, new BsonDocument(position.Elements).Set("live", true));
    }

    private void Remove(MongoArticle article, StoredStance old, bool isRevised = false)
    {
        article.Stances.Remove(old);
        article.IsChanged = true;
        _next.Stances--;
        _removed.Add(old.Row);
        _added.Remove(old.Row);
        if (_pairs.TryGetValue((old.Holder, old.Issue), out var peers))
        {
            peers.RemoveAll(peer => peer.Row == old.Row);
        }
        var holder = _actorsByKey[old.Holder];
        holder.Stances--;
        holder.IsChanged = true;
        _commit.Put(MongoSchema.Positions, new BsonDocument { { "_id", old.Row }, { "live", false }, { "gone", now.UtcTicks } });
        Emit(
            new Proto.WatchEvent { StanceRemoved = old.Stance, Kinds = { isRevised ? Proto.EventKind.Revised : Proto.EventKind.StanceRemoved } }, old.Date, StatementText(article, old.Stance.StatementId), -1, old, null);
    }

    /// <summary>
    /// What a stance that is about to be stored means next to the others of its holder on its issue. One that this very classification takes away has been seen:
    /// a changed codebook makes nobody speak for the first time again.
    /// </summary>
    private async Task RelateAsync(
        Proto.WatchEvent change, int issue, int holder, string date, IReadOnlySet<(int Holder, Proto.StanceLabel Label)> gone, CancellationToken cancellationToken)
    {
        var peers = await PeersAsync(holder, issue, cancellationToken);
        var label = change.StanceAdded.Label;
        change.Kinds.Add(Proto.EventKind.NewStance);
        if (peers.Count == 0 && !gone.Any(old => old.Holder == holder))
        {
            change.Kinds.Add(Proto.EventKind.FirstStatement);
        }
        if (label == Proto.StanceLabel.Oppose && !gone.Contains((holder, label)) && peers.All(peer => peer.Label != label))
        {
            change.Kinds.Add(Proto.EventKind.NewOpponent);
        }
        if (date == DateKey.Undated || label == Proto.StanceLabel.Neutral)
        {
            return;
        }

        var days = DateKey.Days(DateKey.Number(date));
        var opposite = label == Proto.StanceLabel.Support ? Proto.StanceLabel.Oppose : Proto.StanceLabel.Support;
        var before = peers.Where(peer => string.CompareOrdinal(peer.Date, date) < 0).OrderBy(peer => peer.Date, StringComparer.Ordinal).ThenBy(peer => peer.Row).LastOrDefault();
        if (before?.Label == opposite && DateKey.Days(DateKey.Number(before.Date)).Last < days.First)
        {
            change.Kinds.Add(Proto.EventKind.Reversal);
            change.Other = await StanceAsync(before, cancellationToken);
        }
        var low = Iso(days.First - ContradictionReader.DefaultWindowDays);
        var high = DateKey.Upper(Iso(days.Last + ContradictionReader.DefaultWindowDays));
        var near = peers.Where(peer => string.CompareOrdinal(peer.Date, low) >= 0 && string.CompareOrdinal(peer.Date, high) <= 0).ToList();
        var against = near.Where(peer => peer.Label == opposite).OrderByDescending(peer => peer.Confidence).ThenBy(peer => peer.Row).FirstOrDefault();
        if (against is not null && near.All(peer => peer.Label != label))
        {
            change.Kinds.Add(Proto.EventKind.ContradictionOpened);
            change.Other ??= await StanceAsync(against, cancellationToken);
        }

        static string Iso(int day) => DateOnly.FromDayNumber(Math.Max(0, day)).ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>The stances of a holder on an issue as they are at this point of the commit.</summary>
    private async Task<List<MongoPeer>> PeersAsync(int holder, int issue, CancellationToken cancellationToken)
    {
        if (!_pairs.TryGetValue((holder, issue), out var peers))
        {
            await LoadPairsAsync([(holder, issue)], cancellationToken);
            peers = _pairs[(holder, issue)];
        }
        return peers;
    }

    private async Task<Proto.Stance> StanceAsync(MongoPeer peer, CancellationToken cancellationToken)
    {
        if (_added.TryGetValue(peer.Row, out var added))
        {
            return added.Stance;
        }
        if (!_articles.TryGetValue(peer.Article, out var article))
        {
            var found = await ledger.Collection(MongoSchema.Articles).Find(new BsonDocument("_id", peer.Article)).Project(WithoutWords).FirstAsync(cancellationToken);
            article = new MongoArticle(found);
        }
        return article.Stances.First(stance => stance.Row == peer.Row).Stance;
    }

    private void Emit(Proto.WatchEvent change, string date, string context, int direction = 0, StoredStance? stance = null, BsonDocument? position = null)
    {
        change.At = now.ToTimestamp();
        var bytes = change.ToByteArray();
        _bytes += bytes.Length + (2 * context.Length);
        var document = new BsonDocument
        {
            { "_id", ++_next.LastEvent }, { "event", bytes }, { "date", date }, { "context", context }, { "at", now.UtcTicks }, { "change", direction },
            { "stance", stance?.Row ?? 0 }, { "issue", stance?.Issue ?? 0 }, { "holder", stance?.Holder ?? 0 },
        };
        if (position is not null)
        {
            document.Add("position", position);
        }
        _commit.Append(MongoSchema.Events, document);
    }

    private MongoActor EnsureActor(Proto.Actor actor)
    {
        var name = LedgerActor.NameOf(actor);
        var id = (NameKey.Of(name), actor.Type);
        if (!_actors.TryGetValue(id, out var known))
        {
            known = new MongoActor(++_next.ActorKey, id.Item1, actor.Type, name);
            _actors.Add(id, known);
            _actorsByKey.Add(known.Key, known);
        }
        // The article's own words for a known person still find the person.
        if (NameKey.Of(actor.Name) is { Length: > 0 } alias && alias != id.Item1)
        {
            known.AddAlias(alias);
        }
        if (actor.Represents.Length > 0 && known.Represents.Length == 0)
        {
            known.Represents = actor.Represents;
            known.IsChanged = true;
        }
        return known;
    }

    /// <summary>The issue; one that no <see cref="IssueChanged"/> has named yet gets version 0 and its id for a title.</summary>
    private MongoIssue EnsureIssue(string id)
    {
        if (!_issues.TryGetValue(id, out var known))
        {
            known = new MongoIssue(++_next.IssueKey, id, 0, false, false, new Proto.Issue { Id = id, Title = id }.ToByteArray());
            Put(known, isNewVersion: true);
        }
        return known;
    }

    private void Put(MongoIssue issue, bool isNewVersion)
    {
        _issues[issue.Id] = issue;
        var document = issue.ToDocument();
        if (isNewVersion)
        {
            document.Add("concerned", BsonNull.Value);
        }
        _commit.Put(MongoSchema.Issues, document);
        _next.IssuesChanged = head.Number + 1;
        _next.CodebookVersion = Math.Max(_next.CodebookVersion, issue.Version);
    }

    /// <summary>Takes stances from some of the articles that still have one of a retired issue: all of them might not go into one commit.</summary>
    private async Task ClearAsync(MongoIssue issue, CancellationToken cancellationToken)
    {
        var found = await ledger.Collection(MongoSchema.Articles).Find(new BsonDocument("stances.issue", issue.Key)).Sort(new BsonDocument("row", 1)).Limit(ArticlesCleared)
            .Project(WithoutWords).ToListAsync(cancellationToken);
        foreach (var document in found)
        {
            _articles.Add(document["_id"].AsString, new MongoArticle(document));
        }
        await LoadActorsAsync([], cancellationToken);
        var left = found.Count == ArticlesCleared;
        foreach (var article in _articles.Values)
        {
            if (_bytes >= MaxCommitBytes)
            {
                left = true;
                break;
            }
            foreach (var old in article.Stances.Where(stance => stance.Issue == issue.Key).ToList())
            {
                Remove(article, old);
                WriteEffect(issue.Version, issue.Key, added: false, old.Stance);
                _bytes += 5 * old.Info.Length;
            }
        }
        if (!left)
        {
            Put(issue with { IsClearing = false }, isNewVersion: false);
        }
    }

    private async Task LoadAsync(IReadOnlyList<StancesClassified> messages, CancellationToken cancellationToken)
    {
        await LoadIssuesAsync(cancellationToken);
        // With all revisions of each: the latest supersedes the others, or is there already.
        var ids = In("_id", messages.Select(message => message.Article.Id).Distinct(StringComparer.Ordinal));
        var works = In("work", messages.Select(message => message.Article.Provenance?.Work).OfType<string>().Distinct(StringComparer.Ordinal));
        foreach (var document in await ledger.Collection(MongoSchema.Articles).Find(new BsonDocument("$or", new BsonArray { ids, works })).Project(WithoutWords).ToListAsync(cancellationToken))
        {
            _articles.Add(document["_id"].AsString, new MongoArticle(document));
        }
        var withStates = _articles.Values.Where(article => article.StateSlots > 0).ToDictionary(article => article.Key);
        if (withStates.Count > 0)
        {
            var states = await ledger.Collection(MongoSchema.States).Find(In("article", withStates.Keys).Add("live", true)).Sort(new BsonDocument("n", 1)).ToListAsync(cancellationToken);
            foreach (var state in states.Select(StoredState.From))
            {
                withStates[state.Article].States.Add(state);
            }
        }
        await LoadActorsAsync([.. messages.SelectMany(ActorsOf)], cancellationToken);
        await LoadPairsAsync([.. messages.SelectMany(PairsOf).Distinct().Where(pair => !_pairs.ContainsKey(pair))], cancellationToken);
    }

    private async Task LoadIssuesAsync(CancellationToken cancellationToken) => _issues = new(await ledger.ReadIssuesAsync(head, cancellationToken), StringComparer.Ordinal);

    /// <summary>Those of these names, and those whose statements and stances are loaded.</summary>
    private async Task LoadActorsAsync(IReadOnlyCollection<Proto.Actor> actors, CancellationToken cancellationToken)
    {
        var names = actors.Select(actor => NameKey.Of(LedgerActor.NameOf(actor))).ToHashSet(StringComparer.Ordinal);
        var keys = _articles.Values.SelectMany(article => article.Stances.Select(stance => stance.Holder)
            .Concat(article.Statements.Where(statement => !statement["speaker"].IsBsonNull).Select(statement => statement["speaker"].ToInt32()))).ToHashSet();
        var collection = ledger.Collection(MongoSchema.Actors);
        var found = names.Count == 0 ? [] : await collection.Find(In("key", names)).ToListAsync(cancellationToken);
        keys.ExceptWith(found.Select(actor => actor["_id"].ToInt32()));
        if (keys.Count > 0)
        {
            found.AddRange(await collection.Find(In("_id", keys)).ToListAsync(cancellationToken));
        }
        foreach (var actor in found.Select(MongoActor.From))
        {
            _actors.Add((actor.NameKey, actor.Type), actor);
            _actorsByKey.Add(actor.Key, actor);
        }
    }

    private async Task LoadPairsAsync(IReadOnlyCollection<(int Holder, int Issue)> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0)
        {
            return;
        }
        foreach (var (holder, issue) in pairs)
        {
            _pairs[(holder, issue)] = [.. _added.Values.Where(added => (added.Holder, added.Issue) == (holder, issue)).Select(added => added.Peer)];
        }
        var filter = new BsonDocument
        {
            { "live", true },
            { "$or", new BsonArray(pairs.GroupBy(pair => pair.Holder, pair => pair.Issue).Select(group => In("issue", group).Add("holder", group.Key))) },
        };
        ProjectionDefinition<BsonDocument, BsonDocument> wanted = new BsonDocument { { "holder", 1 }, { "issue", 1 }, { "articleId", 1 }, { "date", 1 }, { "label", 1 }, { "confidence", 1 } };
        await ledger.Collection(MongoSchema.Positions).Find(filter).Project(wanted).ForEachAsync(
            document =>
            {
                if (!_removed.Contains(document["_id"].ToInt64()))
                {
                    _pairs[(document["holder"].ToInt32(), document["issue"].ToInt32())].Add(new MongoPeer(
                        document["_id"].ToInt64(), document["articleId"].AsString, document["date"].AsString, (Proto.StanceLabel)document["label"].ToInt32(), document["confidence"].ToDouble()));
                }
            },
            cancellationToken);
    }

    private static IEnumerable<Proto.Actor> ActorsOf(StancesClassified message) =>
        message.Article.Statements.Select(statement => statement.Speaker).OfType<Actor>()
            .Concat(message.Stances.Select(stance => stance.Holder))
            .Concat((message.Relations ?? []).SelectMany(relation => new[] { relation.Holder, relation.Target }))
            .Concat(message.Article.Mentions.Where(IsName).Select(mention => mention.Actor))
            .Select(actor => actor.ToProto());

    /// <summary>Pairs of holder and issue in which the message may add a stance; others are read when it turns out that they are needed.</summary>
    private IEnumerable<(int Holder, int Issue)> PairsOf(StancesClassified message)
    {
        var known = _articles.TryGetValue(message.Article.Id, out var article) ? article.Stances.Select(stance => stance.Content).ToHashSet() : [];
        foreach (var stance in message.Stances)
        {
            var proto = stance.ToProto(message.Article.Id, message.Article.Publisher, message.CodebookVersion);
            if (!known.Contains(SqliteWriter.ContentOf(proto)) && _issues.TryGetValue(stance.IssueId, out var issue)
                && _actors.TryGetValue((NameKey.Of(LedgerActor.NameOf(proto.Holder)), proto.Holder.Type), out var holder))
            {
                yield return (holder.Key, issue.Key);
            }
        }
    }

    private static ProjectionDefinition<BsonDocument, BsonDocument> WithoutWords => new BsonDocument { { "words", 0 }, { "sequence", 0 } };

    private static BsonDocument In<T>(string field, IEnumerable<T> values) => new(field, new BsonDocument("$in", new BsonArray(values.Select(value => BsonValue.Create(value)))));

    internal static BsonArray Words(string text) => new(NameKey.Words(text).Distinct(StringComparer.Ordinal));

    private static string StatementText(MongoArticle article, string statementId) =>
        statementId.Length > 0 && article.Statements.FirstOrDefault(statement => statement["id"].AsString == statementId) is { } found
            ? Proto.Statement.Parser.ParseFrom(found["info"].AsByteArray).Content.Text
            : "";
}
