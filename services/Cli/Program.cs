using Sikap.Cli;

using var terminal = Terminal.OfProcess();
return await CommandTree.RunAsync(args, terminal, TimeProvider.System, CancellationToken.None);
