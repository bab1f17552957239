using Sikap.Benchmarks.Grpc;

// dotnet run -c Release --project tests/Benchmarks -- <verb> [options of the verb]
switch (args.FirstOrDefault())
{
    case "grpc":
        return await GrpcBenchmark.RunAsync(args[1..]);
    default:
        Console.Error.WriteLine("usage: Benchmarks grpc [seconds-per-round]");
        return 2;
}
