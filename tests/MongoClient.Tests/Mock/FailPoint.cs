using MongoDB.Bson;

namespace Sikap.MongoClient.Tests.Mock;

/// <summary>A fault to be played, as <c>configureFailPoint</c> describes it.</summary>
internal sealed class FailPoint
{
    private readonly BsonDocument _data;
    private readonly HashSet<string> _commands;
    private int _skip;
    private int _times;

    internal FailPoint(BsonDocument command)
    {
        Name = command["configureFailPoint"].AsString;
        _data = command.GetValue("data", null) as BsonDocument ?? [];
        _commands = [.. (_data.GetValue("failCommands", null) as BsonArray ?? []).Select(name => name.AsString.ToUpperInvariant())];
        var mode = command["mode"];
        _times = mode is BsonDocument limited && limited.TryGetValue("times", out var times) ? times.ToInt32() : int.MaxValue;
        _skip = mode is BsonDocument later && later.TryGetValue("skip", out var skip) ? skip.ToInt32() : 0;
    }

    internal string Name { get; }

    internal bool Closes => _data.GetValue("closeConnection", BsonBoolean.False).ToBoolean();

    internal int? ErrorCode => _data.GetValue("errorCode", null)?.ToInt32();

    internal BsonArray? Labels => _data.GetValue("errorLabels", null) as BsonArray;

    internal BsonDocument? WriteConcernError => _data.GetValue("writeConcernError", null) as BsonDocument;

    internal TimeSpan Block => _data.GetValue("blockConnection", BsonBoolean.False).ToBoolean() ? TimeSpan.FromMilliseconds(_data["blockTimeMS"].ToInt32()) : TimeSpan.Zero;

    /// <summary>For <c>onPrimaryTransactionalWrite</c>: the statement fails before it is done, not after.</summary>
    internal bool BeforeCommit => _data.Contains("failBeforeCommitExceptionCode");

    internal int BeforeCommitCode => _data["failBeforeCommitExceptionCode"].ToInt32();

    /// <summary>For <c>onPrimaryTransactionalWrite</c>: false answers with an error in place of a cut.</summary>
    internal bool ClosesOnWrite => _data.GetValue("closeConnection", BsonBoolean.True).ToBoolean();

    internal bool Hits(string command, string? application)
    {
        if (_commands.Count > 0 && !_commands.Contains(command.ToUpperInvariant()))
        {
            return false;
        }

        if (_data.TryGetValue("appName", out var wanted) && wanted.AsString != application)
        {
            return false;
        }

        return Count();
    }

    internal bool Count()
    {
        if (_skip > 0)
        {
            _skip--;
            return false;
        }

        return _times-- > 0;
    }
}
