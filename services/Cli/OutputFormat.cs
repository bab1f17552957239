using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Sikap.Cli;

/// <summary>The <c>--format</c> option of the commands that ask the Gateway.</summary>
internal sealed class OutputFormat
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default
        .WithFormatDefaultValues(true)
        .WithTypeRegistry(TypeRegistry.FromFiles(Google.Rpc.ErrorDetailsReflection.Descriptor)));

    private readonly Option<string> _option = new("--format")
    {
        Description = "text for people, json for programs (the protobuf JSON of sikap.v1)",
        DefaultValueFactory = _ => "text",
    };

    public OutputFormat() => _option.AcceptOnlyFromAmong("text", "json");

    /// <summary>Gives <paramref name="command"/> the option.</summary>
    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>True when the answer is for a program.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_option) == "json";

    /// <summary>One message on one line.</summary>
    public static void Write(Terminal terminal, IMessage message) => terminal.Out.WriteLine(Json(message));

    /// <summary>A message as JSON, values that are not set included.</summary>
    public static string Json(IMessage message) => Formatter.Format(message);
}
