using System.Data.Common;

namespace Sikap.ServiceDefaults;

/// <summary>The stores of one service at one place, opened for copying. The service itself must not run on them meanwhile.</summary>
/// <param name="parts">What they keep.</param>
/// <param name="opened">What is to be closed at the end.</param>
public sealed class ServiceStores(IReadOnlyList<StorePart> parts, params IReadOnlyList<IDisposable> opened) : IDisposable
{
    /// <summary>What they keep; the same names in the same order wherever they are.</summary>
    public IReadOnlyList<StorePart> Parts => parts;

    /// <summary>True for a connection string of MongoDB; anything else is a folder of SQLite files.</summary>
    public static bool IsMongo(string place) => place.StartsWith("mongodb://", StringComparison.Ordinal) || place.StartsWith("mongodb+srv://", StringComparison.Ordinal);

    /// <summary>True for a connection string that names a database, which then is that of one service.</summary>
    /// <exception cref="FormatException">A connection string that cannot be followed; the message names the option.</exception>
    public static bool NamesDatabase(string place) => IsMongo(place) && MongoStore.DatabaseOf(place) is not null;

    /// <summary>True for what a store says when it is there and will not do what it was asked, such as an insert of what somebody else has put there meanwhile.</summary>
    public static bool IsRefusal(Exception failure) => failure is DbException || MongoStore.IsMongoFailure(failure);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in opened)
        {
            one.Dispose();
        }
    }
}
