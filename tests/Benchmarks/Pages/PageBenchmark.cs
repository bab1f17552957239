using System.Diagnostics;
using AngleSharp.Html.Parser;
using Sikap.Formats;
using Sikap.Formats.Pages;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Pages;

/// <summary>
/// Articles out of pages: how well (F1 of four-token shingles, days of publication) and how fast, on one thread, beside the parser alone.
/// The folder holds fundus' test data and the Indonesian pages, or is a checkout of scrapinghub's article-extraction-benchmark.
/// </summary>
internal static class PageBenchmark
{
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        if (args is not [var folder, .. var rest])
        {
            Console.Error.WriteLine("usage: Benchmarks pages FOLDER [worst N]");
            return 2;
        }

        var worst = rest is ["worst", var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (File.Exists(Path.Combine(folder, "ground-truth.json")))
        {
            Report("scrapinghub", PageSet.Scrapinghub(folder), worst);
            return 0;
        }

        Report("fundus", PageSet.Fundus(folder), worst);
        Report("Indonesian", PageSet.Indonesian(folder), worst);
        return 0;
    }

    private static void Report(string name, IReadOnlyList<ExpectedPage> pages, int worst)
    {
        var read = pages.Select(page => (Page: page, Article: PageReader.Read(page.Content, contentType: null, page.Url).Value)).ToList();
        var shares = read.Select(item => (item.Page.Name, Shares: ShingleScore.Of(item.Page.Text, item.Article?.Text ?? ""))).ToList();
        var (f1, precision, recall) = ShingleScore.Of([.. shares.Select(item => item.Shares)]);
        var dated = read.Where(item => item.Page.Published is not null).ToList();
        var right = dated.Count(item => item.Article?.Published is { } stamp && stamp.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) == item.Page.Published);
        Console.WriteLine($"{name}: {pages.Count} pages, F1 {f1:F4}, precision {precision:F4}, recall {recall:F4}; days of publication {right} of {dated.Count}");
        foreach (var (page, share) in shares.OrderBy(item => item.Shares.F1).Take(worst))
        {
            Console.WriteLine($"  {share.F1:F3} extra {share.Extra:F3} missed {share.Missed:F3} {page}");
        }

        // In turns, so that what else the machine does meets both.
        var (whole, parser) = (new List<double>(), new List<double>());
        long bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            whole.Add(Time(pages, page => PageReader.Read(page.Content, contentType: null, page.Url)));
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            parser.Add(Time(pages, page => new HtmlParser().ParseDocument(TextDecoding.Decode(page.Content, null).Text)));
        }

        Console.WriteLine($"  {pages.Count / whole.Min():F0} pages/s of processor time ({pages.Average(page => page.Content.Length) / 1024:F0} KB each), {bytes / pages.Count / 1024} KB allocated a page, {whole.Min() / parser.Min():F2} times what the parser with its own settings takes");
    }

    // Processor time of this process in seconds: other programs on the machine do not count.
    private static double Time(IReadOnlyList<ExpectedPage> pages, Action<ExpectedPage> action)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        foreach (var page in pages)
        {
            action(page);
        }

        process.Refresh();
        return (process.TotalProcessorTime - start).TotalSeconds;
    }
}
