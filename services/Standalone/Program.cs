return await Sikap.Standalone.StandaloneCommand.RunAsync(args);
