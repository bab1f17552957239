using System.CommandLine;
using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap import</c>: what was coded by hand elsewhere.</summary>
internal static class ImportCommands
{
    private const int MaxIssues = 1000;
    private const int MaxIdChars = 64;
    private const int MaxTitleChars = 200;
    private const int MaxPropositionChars = 500;
    private const int MaxCoderChars = 100;

    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var command = new Command("import", "Positions that were coded by hand in another program.") { Dna(terminal, gateway, examples, time) };
        examples.Add(command, "sikap import dna coded.dna --wait");
        return command;
    }

    private static Command Dna(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "Database of Discourse Network Analyzer 3" };
        var statementType = new Option<string?>("--statement-type") { Description = "Label of the statement type; the first with the variables when absent", HelpName = "label" };
        var person = Variable("--person", "Variable of persons", SqliteDnaWriter.PersonVariable);
        var organization = Variable("--organization", "Variable of organisations that persons speak for, and that speak where no person is named", SqliteDnaWriter.OrganizationVariable);
        var concept = Variable("--concept", "Variable of concepts; each becomes an issue", SqliteDnaWriter.ConceptVariable);
        var agreement = Variable("--agreement", "Boolean variable, or integer variable of -1, 0 and 1", SqliteDnaWriter.AgreementVariable);
        var publisher = new Option<string>("--publisher") { Description = "Outlet of documents without a source", HelpName = "name", DefaultValueFactory = _ => "" };
        var all = new Option<bool>("--all") { Description = "Documents without statements too: they were read and hold no position" };
        var undo = new Option<bool>("--undo") { Description = "Take back the codings of the file's documents: the classifier's answers count again" };
        var wait = new Option<bool>("--wait", "-w") { Description = "Wait until every article is queryable" };
        var waitTimeout = new Option<double>("--wait-timeout") { Description = "Seconds --wait waits at most", HelpName = "seconds", DefaultValueFactory = _ => 300 };
        var format = new OutputFormat();
        var command = new Command(
            "dna",
            "Submits the documents of a database with what was coded in them. Concepts become issues of the codebook, or those with the same title. In an imported document the codes take the place of what the classifier finds on these issues.")
        {
            file, statementType, person, organization, concept, agreement, publisher, all, undo, wait, waitTimeout,
        };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var reader = new SqliteDnaReader(
                parsed.GetRequiredValue(file),
                new DnaVariables(
                    parsed.GetValue(statementType), parsed.GetRequiredValue(person), parsed.GetRequiredValue(organization), parsed.GetRequiredValue(concept), parsed.GetRequiredValue(agreement)));
            using var client = gateway.Connect(parsed);
            var import = new Import(terminal, reader, parsed.GetValue(publisher) ?? "", parsed.GetValue(all), parsed.GetValue(undo));
            if (!parsed.GetValue(undo))
            {
                await import.DefineIssuesAsync(client, cancellation);
            }
            var run = new SubmitCommand.Run(terminal, client, time) { Json = format.IsJson(parsed), List = false, Coded = true };
            await run.SubmitAsync(import.ItemsAsync(), cancellation);
            if (parsed.GetValue(wait))
            {
                await run.WaitAsync(TimeSpan.FromSeconds(parsed.GetValue(waitTimeout)), cancellation);
            }
            run.Summarise();
            terminal.Say(import.Summary());
            return run.AnyFailed ? ExitCode.ItemsFailed : ExitCode.Ok;
        });
        examples.Add(command, "sikap import dna coded.dna --wait", "sikap import dna theirs.dna --person speaker --concept claim --agreement supports", "sikap import dna coded.dna --undo");
        return command;
    }

    private static Option<string> Variable(string name, string description, string usual) => new(name) { Description = description, HelpName = "variable", DefaultValueFactory = _ => usual };

    /// <summary>An id out of words: "Tarif tol naik!" becomes "tarif-tol-naik".</summary>
    internal static string IdOf(string words, IReadOnlySet<string> taken)
    {
        var id = new StringBuilder();
        foreach (var c in words.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                id.Append(char.ToLowerInvariant(c));
            }
            else if (id.Length > 0 && id[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                id.Append('-');
            }
        }
        var stem = id.ToString()[..Math.Min(id.Length, MaxIdChars - 5)].Trim('-');
        stem = stem.Length == 0 ? "concept" : stem;
        for (var i = 2; ; i++)
        {
            var candidate = i == 2 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{i - 1}");
            if (!taken.Contains(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>One run of the command.</summary>
    private sealed class Import(Terminal terminal, SqliteDnaReader reader, string publisher, bool all, bool undo)
    {
        private readonly Dictionary<string, string> _issues = [];
        private int _newIssues;
        private long _statements;
        private long _skipped;
        private long _unread;

        /// <summary>Finds or adds an issue for each concept.</summary>
        public async Task DefineIssuesAsync(GatewayClient client, CancellationToken cancellation)
        {
            var codebook = await client.CallAsync(options => client.Codebook.ListIssuesAsync(new ListIssuesRequest { IncludeRetired = true }, options), cancellation);
            var ids = codebook.Issues.Select(issue => issue.Id).ToHashSet(StringComparer.Ordinal);
            var inUse = codebook.Issues.Where(issue => !issue.Retired).ToList();
            var added = new List<Issue>();
            foreach (var concept in reader.Concepts())
            {
                var known = inUse.Find(issue => issue.Id == concept.IssueId) ?? inUse.Find(issue => string.Equals(issue.Title, concept.Value, StringComparison.OrdinalIgnoreCase));
                if (known is null)
                {
                    var proposition = concept.Proposition.Length > 0 ? concept.Proposition : concept.Value;
                    known = new Issue
                    {
                        Id = IdOf(concept.Value, ids), Title = Line(concept.Value, MaxTitleChars), Proposition = Line(proposition, MaxPropositionChars),
                    };
                    added.Add(known);
                    ids.Add(known.Id);
                }
                _issues[concept.Value] = known.Id;
            }
            if (_issues.Count > MaxIssues)
            {
                throw new CommandFailure(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"the file has {_issues.Count} concepts; at most {MaxIssues} can be imported."));
            }
            _newIssues = added.Count;
            if (added.Count > 0)
            {
                await client.CallAsync(options => client.Codebook.ImportIssuesAsync(new ImportIssuesRequest { Issues = { added } }, options), cancellation);
            }
        }

        /// <summary>The documents as submissions.</summary>
        public async IAsyncEnumerable<SubmitItem> ItemsAsync()
        {
            foreach (var document in reader.Read())
            {
                _skipped += document.Skipped;
                if (document.Statements.Count == 0 && !all && !undo)
                {
                    _unread++;
                    continue;
                }
                var reference = string.Create(CultureInfo.InvariantCulture, $"document {document.Id} {document.Title}");
                yield return new SubmitItem(Line(reference, 256), Request(document), "");
                // Between documents others have their turn: the file is read synchronously.
                await Task.Yield();
            }
        }

        /// <summary>What became of concepts and statements.</summary>
        public string Summary() => undo
            ? "codings taken back"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{_statements} coded stances on {_issues.Count} issues, {_newIssues} of them new{(_skipped > 0 ? $"; {_skipped} statements without concept, agreement or actor skipped" : "")}{(_unread > 0 ? $"; {_unread} documents without statements skipped, --all imports them" : "")}");

        private SubmitArticleRequest Request(DnaDocument document)
        {
            var coding = new Coding();
            if (!undo)
            {
                coding.IssueIds.AddRange(_issues.Values.Distinct());
                foreach (var statement in document.Statements)
                {
                    if (statement.Start < 0 || statement.Stop > document.Text.Length || statement.Start >= statement.Stop)
                    {
                        _skipped++;
                        terminal.Say($"note: document {document.Id}: statement {statement.Id} lies outside of the text; skipped");
                        continue;
                    }
                    _statements++;
                    coding.Stances.Add(new CodedStance
                    {
                        Evidence = new Span { Start = statement.Start, End = statement.Stop },
                        Holder = new Actor { Name = Line(statement.Holder.Name, 200), Type = statement.Holder.Type, Represents = Line(statement.Holder.Represents, 200) },
                        IssueId = _issues[statement.Concept],
                        Label = statement.Label,
                        Coder = Line(statement.Coder.Length > 0 ? statement.Coder : "unknown", MaxCoderChars),
                        Note = string.Create(CultureInfo.InvariantCulture, $"DNA statement {statement.Id}"),
                    });
                }
            }
            return new SubmitArticleRequest
            {
                Text = document.Text,
                Title = Line(document.Title, 1000),
                Publisher = Line(document.Source.Length > 0 ? document.Source : publisher, 200),
                Url = document.Notes.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length <= 2000 && Uri.TryCreate(line, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") ?? "",
                // The program knows no zones; as UTC a document keeps the day and time it shows.
                PublishedAt = new DateTimeOffset(document.Local, TimeSpan.Zero).ToTimestamp(),
                Coding = coding,
            };
        }

        private static string Line(string text, int maxChars)
        {
            var line = TerminalText.OneLine(text);
            return line.Length <= maxChars ? line : line[..(char.IsHighSurrogate(line[maxChars - 1]) ? maxChars - 1 : maxChars)];
        }
    }
}
