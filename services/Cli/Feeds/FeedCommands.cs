using System.CommandLine;

namespace Sikap.Cli.Feeds;

/// <summary><c>sikap feed</c>: feeds, on this machine and at the Gateway.</summary>
internal static class FeedCommands
{
    public static Command Create(Terminal terminal, CommandTree.Examples examples, TimeProvider time)
    {
        var command = new Command("feed", "Feeds and sitemaps: RSS, RDF, Atom, JSON Feed.") { FeedReadCommand.Create(terminal, examples, time) };
        examples.Add(command, "sikap feed read https://news.example/rss");
        return command;
    }
}
