using System.CommandLine;

namespace Sikap.Cli.Feeds;

/// <summary><c>sikap feed</c>: feeds, on this machine and at the Gateway.</summary>
internal static class FeedCommands
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var command = new Command("feed", "Feeds and sitemaps: RSS, RDF, Atom, JSON Feed.") { FeedReadCommand.Create(terminal, examples, time) };
        foreach (var follow in FollowCommands.Create(terminal, gateway, examples))
        {
            command.Subcommands.Add(follow);
        }

        examples.Add(command, "sikap feed read https://news.example/rss", "sikap feed add https://news.example/rss", "sikap feed list");
        return command;
    }
}
