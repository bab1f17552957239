using Sikap.Benchmarks.Archives;
using Sikap.Benchmarks.Feeds;
using Sikap.Benchmarks.Grpc;
using Sikap.Benchmarks.Identity;
using Sikap.Benchmarks.Languages;
using Sikap.Benchmarks.Ner;
using Sikap.Benchmarks.Nlp;
using Sikap.Benchmarks.Pages;
using Sikap.Benchmarks.Pipeline;
using Sikap.Benchmarks.Query;

// dotnet run -c Release --project tests/Benchmarks -- <verb> [options of the verb]
switch (args.FirstOrDefault())
{
    case "grpc":
        return await GrpcBenchmark.RunAsync(args[1..]);
    case "calibrate":
        return Calibration.Run(args[1..]);
    case "nlp" when args is [_, "scale"]:
        return ScaleBenchmark.Run();
    case "nlp":
        return NlpBenchmark.Run(args[1..]);
    case "bare-stage" when args is [_, var stage, var file, var count]:
        return await BareBus.RunStageAsync(stage, file, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    case "pipeline":
        return await PipelineBenchmark.RunAsync(args[1..]);
    case "scaling":
        return await ScalingBenchmark.RunAsync(args[1..]);
    case "query":
        return await QueryBenchmark.RunAsync(args[1..]);
    case "feeds":
        return await FeedBenchmark.RunAsync();
    case "archives":
        return ArchiveBenchmark.Run(args[1..]);
    case "pages":
        return PageBenchmark.Run(args[1..]);
    case "language":
        return LanguageBenchmark.Run(args[1..]);
    case "identity":
        return IdentityBenchmark.Run(args[1..]);
    case "ner":
        return NerBenchmark.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: Benchmarks grpc [seconds-per-round] | calibrate fit|table GOLD.jsonl TEXTS ... | nlp [scale | articles.jsonl.gz [rounds]] | pipeline ARTICLES.jsonl.gz [articles] [rounds] | scaling ARTICLES.jsonl.gz [articles] | query FOLDER [stances] | feeds | archives [megabytes] | pages FOLDER [worst N] | identity ARTICLES.jsonl.gz [articles in the index] | ner clusters|train|eval|shipped ... | language train|eval|wrong|articles ...");
        return 2;
}
