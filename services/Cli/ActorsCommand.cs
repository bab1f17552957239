using System.CommandLine;
using Google.Protobuf;
using Spectre.Console;
using Sikap.Contracts;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap actors list|define|retire|export</c>: the actors that users add to what the engine knows.</summary>
internal static class ActorsCommand
{
    /// <summary>Gives <paramref name="actors"/>, which lists those of the ledger, its subcommands.</summary>
    public static Command AddTo(Command actors, Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        actors.Add(List(terminal, gateway, examples));
        actors.Add(Define(terminal, gateway, examples));
        actors.Add(Retire(terminal, gateway, examples));
        actors.Add(ExportCommand.Create(terminal, gateway, examples, "actors", "The added actors in use as a file that define --file reads.",
            async (client, options) => await client.Codebook.ListActorsAsync(new ListActorEntriesRequest(), options)));
        return actors;
    }

    private static Command List(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var retired = new Option<bool>("--retired") { Description = "With those out of use" };
        var format = new OutputFormat();
        var command = new Command("list", "The actors that were added to those the engine knows by itself.") { retired };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var answer = await client.CallAsync(options => client.Codebook.ListActorsAsync(new ListActorEntriesRequest { IncludeRetired = parsed.GetValue(retired) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            var table = Layout.Table("Name", "Type", "Aliases", "Speaks for", "Offices");
            foreach (var actor in answer.Actors)
            {
                table.AddRow(
                    Layout.Cell(actor.Retired ? $"{actor.Name} (retired)" : actor.Name),
                    Layout.Cell(Wording.Of(actor.Type)),
                    Layout.Cell(string.Join(", ", actor.Aliases)),
                    Layout.Cell(actor.Represents),
                    Layout.Cell(string.Join(", ", actor.Offices.Select(Show))));
            }

            if (answer.Actors.Count > 0)
            {
                terminal.Console.Write(table);
            }

            Layout.Remark(terminal.Console, $"{Wording.Count(answer.Actors.Count, "actor")}, version {answer.ActorsVersion}");
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap actors list", "sikap actors list --retired --format json");
        return command;
    }

    private static Command Define(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var name = new Argument<string?>("name") { Description = "Usual name without titles, beginning with a capital letter; not with --file", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string>("--file", "-f")
        {
            Description = "YAML or JSON file with actors, all or none of which are added: {\"actors\": [{\"name\", \"type\", \"aliases\", \"represents\", \"offices\": [{\"role\", \"of\", \"from\", \"until\"}]}]}; - reads standard input",
            HelpName = "file",
        };
        var type = new Option<string>("--type") { Description = "What it is" };
        type.AcceptOnlyFromAmong("person", "organization", "country", "group");
        var alias = new Option<string[]>("--alias") { Description = "Another name it goes by; repeat it for more", DefaultValueFactory = _ => [] };
        var represents = new Option<string>("--represents") { Description = "ISO 3166-1 alpha-3 code or organisation it always speaks for", HelpName = "who" };
        var office = new Option<string[]>("--office") { Description = "An office as ROLE|OF|FROM|UNTIL, days as 2023-07-12, the last three optional; repeat it for more", HelpName = "office", DefaultValueFactory = _ => [] };
        var format = new OutputFormat();
        var command = new Command("define", "Adds actors and their aliases, or replaces those of the same names. They count for articles submitted from then on; what was extracted before stays as it is.")
        {
            name, file, type, alias, represents, office,
        };
        format.AddTo(command);
        gateway.AddTo(command);
        command.Validators.Add(result =>
        {
            var byFile = result.GetValue(file) is not null;
            var byOptions = result.GetValue(name) is not null && result.GetValue(type) is not null;
            if (byFile == byOptions || (byFile && result.GetValue(name) is not null))
            {
                result.AddError("actors define takes either --file FILE or a NAME with --type.");
            }

            if (result.GetValue(office)?.FirstOrDefault(text => text.Split('|').Length > 4) is { } wrong)
            {
                result.AddError($"'{wrong}' is no office; it looks like \"Menteri Luar Negeri|IDN|2014-10-27|2024-10-20\".");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            IReadOnlyList<ActorEntry> actors = parsed.GetValue(file) is { } path
                ? await TextFiles.ReadAsync(path, "actors", CodebookFile.Actors, terminal, cancellation)
                : [new ActorEntry
                {
                    Name = parsed.GetValue(name),
                    Type = Enum.Parse<ActorType>(parsed.GetRequiredValue(type), ignoreCase: true),
                    Aliases = { parsed.GetValue(alias) },
                    Represents = parsed.GetValue(represents) ?? "",
                    Offices = { parsed.GetValue(office)!.Select(Read) },
                }];
            using var client = gateway.Connect(parsed);
            foreach (var batch in actors.Chunk(ActorRules.MaxBatch))
            {
                var answer = await client.CallAsync(options => client.Codebook.DefineActorsAsync(new DefineActorsRequest { Actors = { batch } }, options), cancellation);
                foreach (var actor in answer.Actors)
                {
                    Show(terminal, actor, format.IsJson(parsed), $"in use since version {actor.Version}");
                }
            }

            return ExitCode.Ok;
        });
        examples.Add(command,
            "sikap actors define --file deploy/samples/actors.yaml",
            "sikap actors define \"Koperasi Nelayan Utara\" --type organization --alias Koptara --alias KNU",
            "sikap actors define \"Rano Wibisana\" --type person --office \"Wali Kota Sagara|IDN|2021-05-03\"");
        return command;
    }

    private static Command Retire(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var name = new Argument<string>("name") { Description = "Name of the actor" };
        var format = new OutputFormat();
        var command = new Command("retire", "Takes an added actor out of use for articles submitted from then on; what was extracted before stays as it is.") { name };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var actor = await client.CallAsync(options => client.Codebook.RetireActorAsync(new RetireActorRequest { Name = parsed.GetRequiredValue(name) }, options), cancellation);
            Show(terminal, actor, format.IsJson(parsed), $"retired with version {actor.Version}");
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap actors retire \"Koperasi Nelayan Utara\"");
        return command;
    }

    private static OfficeTerm Read(string office)
    {
        var parts = office.Split('|', StringSplitOptions.TrimEntries);
        string Part(int index) => index < parts.Length ? parts[index] : "";
        return new OfficeTerm { Role = Part(0), Of = Part(1), From = Part(2), Until = Part(3) };
    }

    private static string Show(OfficeTerm term) => $"{term.Role}{(term.Of.Length > 0 ? $" of {term.Of}" : "")}{(term.From.Length + term.Until.Length > 0 ? $" {term.From} to {term.Until}".TrimEnd() : "")}";

    private static void Show(Terminal terminal, IMessage actor, bool json, string change)
    {
        if (json)
        {
            OutputFormat.Write(terminal, actor);
        }
        else
        {
            terminal.Out.WriteLine(TerminalText.OneLine($"{((ActorEntry)actor).Name}: {change}"));
        }
    }
}
