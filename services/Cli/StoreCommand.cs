using System.CommandLine;
using System.Globalization;
using Sikap.Ingestion;
using Sikap.Query;
using Sikap.ServiceDefaults;
using Sikap.StanceClassification;
using Spectre.Console;

namespace Sikap.Cli;

/// <summary><c>sikap store copy</c>: carries what the services keep from SQLite to MongoDB and back.</summary>
internal static class StoreCommand
{
    private const string FromVariable = "SIKAP_STORE_FROM";
    private const string ToVariable = "SIKAP_STORE_TO";
    private const string All = "all";

    // In the order in which articles go through them: what is copied first is what cannot be made again.
    private static readonly (string Name, Func<string, bool, ServiceStores?> Open)[] Services =
    [
        ("ingestion", IngestionStores.Open),
        ("stance", StanceClassificationStores.Open),
        ("query", QueryStores.Open),
    ];

    public static Command Create(Terminal terminal, CommandTree.Examples examples, TimeProvider time)
    {
        var command = new Command("store", "What the services keep, for operators who move it. Works on the stores themselves, not through the Gateway.") { Copy(terminal, examples, time) };
        examples.Add(command, "sikap store copy --from data --to \"mongodb://localhost:27017/?replicaSet=sikap\"");
        return command;
    }

    private static Command Copy(Terminal terminal, CommandTree.Examples examples, TimeProvider time)
    {
        var from = Place("--from", "Where it is: a folder of SQLite files, or a connection string of MongoDB", FromVariable);
        var to = Place("--to", "Where it is to be: the same", ToVariable);
        var service = new Option<string>("--service") { Description = $"Only what one service keeps; needed where a connection string names a database", DefaultValueFactory = _ => All };
        service.AcceptOnlyFromAmong([.. Services.Select(one => one.Name), All]);
        var overwrite = new Option<bool>("--overwrite") { Description = "Empties a target that holds something else" };
        var command = new Command(
            "copy",
            """
            Copies what the services keep from SQLite to MongoDB, or back, and compares both sides in the end. Stop the services first: what they write meanwhile is not copied for certain.
            Run it again after an interruption: it goes on where it was. Exits with 1 where the two sides differ in the end. What was there before stays where it was.
            """)
        {
            from, to, service, overwrite,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            GivenPlace(terminal, parsed, from, FromVariable), GivenPlace(terminal, parsed, to, ToVariable), parsed.GetRequiredValue(service), parsed.GetValue(overwrite), terminal, time, cancellation));
        examples.Add(command,
            "sikap store copy --from data --to \"mongodb://localhost:27017/?replicaSet=sikap\"",
            "sikap store copy --service ingestion --from mongodb://localhost:27017/news --to data",
            $"{ToVariable}=mongodb://USER:PASSWORD@HOST/ sikap store copy --from data    # no password in the list of processes");
        return command;
    }

    private static Option<string?> Place(string name, string description, string variable) => new(name) { Description = $"{description} (environment: {variable})", HelpName = "dir|url" };

    private static string GivenPlace(Terminal terminal, ParseResult parsed, Option<string?> option, string variable) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given
        : terminal.Environment(variable) is { Length: > 0 } value ? value
        : throw new CommandFailure(ExitCode.Usage, $"store copy takes {option.Name}, or the environment variable {variable}.");

    private static async Task<int> RunAsync(string from, string to, string service, bool overwrite, Terminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        if (from == to)
        {
            throw new CommandFailure(ExitCode.Usage, "--from and --to are the same place.");
        }

        try
        {
            // Both are looked at, whatever the first says: neither may be one that cannot be followed.
            var namesDatabase = ServiceStores.NamesDatabase(from) | ServiceStores.NamesDatabase(to);
            if (service == All && namesDatabase)
            {
                throw new CommandFailure(ExitCode.Usage, "A connection string that names a database is for one service: say which with --service.");
            }

            if (!ServiceStores.IsMongo(from) && !Directory.Exists(from))
            {
                throw new CommandFailure(ExitCode.Usage, $"--from: there is no folder {from}.");
            }

            var opened = new List<IDisposable>();
            try
            {
                var copies = new List<StoreCopy>();
                foreach (var (name, open) in Services.Where(one => service is All || one.Name == service))
                {
                    if (open(from, false) is not { } source)
                    {
                        terminal.Say($"{name}: nothing there");
                        continue;
                    }

                    opened.Add(source);
                    var target = open(to, true)!;
                    opened.Add(target);
                    copies.AddRange(source.Parts.Zip(target.Parts, (one, other) => new StoreCopy(one, other)));
                }

                return await CopyAsync(copies, overwrite, terminal, time, cancellation);
            }
            finally
            {
                opened.ForEach(one => one.Dispose());
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Say("Interrupted. What was copied stays; the same command goes on from there.");
            throw;
        }
        catch (StoreUnavailableException unusable) when (unusable.InnerException is StoreVersionException later)
        {
            throw new CommandFailure(ExitCode.Usage, later.Message);
        }
        catch (StoreUnavailableException refused) when (refused.IsRefusal)
        {
            throw new CommandFailure(ExitCode.Refused, $"A store does not let this user in, or do what the copy does: {refused.Message}. The copy reads the source, and reads, writes and makes indexes in the target. What was copied stays; run it again with the rights.");
        }
        catch (StoreUnavailableException away)
        {
            throw new CommandFailure(ExitCode.Unreachable, $"A store cannot be used: {away.Message}. What was copied stays; run it again when it can.");
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException)
        {
            // A connection string that cannot be followed, or a store that a later program wrote.
            throw new CommandFailure(ExitCode.Usage, wrong.Message);
        }
        catch (Exception refused) when (ServiceStores.IsRefusal(refused))
        {
            throw new CommandFailure(ExitCode.Refused, $"A store refused what the copy asked of it: {refused.Message}. Is a service still writing? What was copied stays.");
        }
    }

    internal static async Task<int> CopyAsync(IReadOnlyList<StoreCopy> copies, bool overwrite, Terminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        // All of the target is looked at before anything is written to it.
        var beginnings = new Dictionary<StoreCopy, long>();
        foreach (var copy in copies)
        {
            var (same, other) = await copy.FindBeginningAsync(cancellation);
            if (other is not null && !overwrite)
            {
                throw new CommandFailure(
                    ExitCode.Usage,
                    $"The target holds other {copy.Name} than the source, the first of them {other}. Nothing was changed. Choose an empty target, or --overwrite to empty this one; after an interrupted copy it means that the source was written since.");
            }

            beginnings.Add(copy, other is null ? same : -1);
        }

        var progress = new Progress(terminal, time);
        foreach (var (copy, same) in beginnings)
        {
            if (same < 0)
            {
                await copy.ClearAsync(cancellation);
            }

            await copy.CopyAsync(Math.Max(same, 0), (done, total) => progress.Report($"{copy.Name}: {done:N0} of {total:N0}"), cancellation);
            progress.Clear();
        }

        var checks = new List<CopyCheck>();
        foreach (var copy in copies)
        {
            progress.Report($"{copy.Name}: comparing");
            checks.Add(await copy.CompareAsync(cancellation));
            progress.Clear();
        }

        if (checks.All(check => check.FromCount == 0))
        {
            throw new CommandFailure(ExitCode.Usage, "The source holds nothing.");
        }

        var table = Layout.Table("What", "Records", "There before", "SHA-256");
        foreach (var (check, same) in checks.Zip(beginnings.Values))
        {
            table.AddRow(Layout.Cell(check.Name), Layout.Cell(Number(check.ToCount)), Layout.Cell(Number(Math.Max(same, 0))), Layout.Cell(check.ToHash[..16]));
        }

        terminal.Console.Write(table);
        foreach (var check in checks.Where(check => !check.IsSame))
        {
            terminal.Say($"sikap: {check.Name} differ: {Number(check.FromCount)} in the source (SHA-256 {check.FromHash[..16]}), {Number(check.ToCount)} in the target ({check.ToHash[..16]}); the first difference is at {check.Difference}. Is a service still writing?");
        }

        return checks.TrueForAll(check => check.IsSame) ? ExitCode.Ok : ExitCode.ItemsFailed;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
