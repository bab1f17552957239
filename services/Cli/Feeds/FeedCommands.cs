using System.CommandLine;

namespace Sikap.Cli.Feeds;

/// <summary><c>sikap feed</c>: feeds, on this machine and at the Gateway.</summary>
internal static class FeedCommands
{
    public static Command Create(Terminal terminal, CommandTree.Examples examples)
    {
        var command = new Command("feed", "Feeds and sitemaps: RSS, RDF, Atom, JSON Feed.") { FeedReadCommand.Create(terminal, examples) };
        examples.Add(command, "sikap feed read news.xml");
        return command;
    }
}
