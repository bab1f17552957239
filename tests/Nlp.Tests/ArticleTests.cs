using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Nlp.Tests;

/// <summary>Whole articles, as they are and broken in every way: no crash, no hang, no bad offset.</summary>
public sealed class ArticleTests
{
    /// <summary>Tells how many articles are broken; 100,000 take a minute on two idle cores, some thousands are what every run has time for.</summary>
    private const string MutantsVariable = "SIKAP_TEST_MUTANTS";

    private static readonly int Mutants = int.Parse(Environment.GetEnvironmentVariable(MutantsVariable) ?? "3000", CultureInfo.InvariantCulture);

    /// <summary>A single article takes a millisecond; one that takes this long hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1) + (TimeSpan.FromMilliseconds(10) * Mutants);

    private static readonly Engine Engine = Engine.Create();

    private static readonly Codebook Codebook = JsonSerializer.Deserialize<Codebook>(File.ReadAllText(Path.Combine(Samples, "issues.json")), JsonSerializerOptions.Web)!;

    // What breaks readers: marks without a partner, line ends, invisible characters, half a pair, runs without an end, words the rules look for.
    private static readonly string[] Pieces =
    [
        "\"", "“", "”", "„", "'", "’", "«", "(", ")", "[", ".", ",", ":", ";", "-", " -- ", "…", "\n", "\r\n", "\n\n\n", "\t", "\u00a0", "\u00ad", "\u200b", "\ufeff", "e\u0301", "\u0301\u0301", "😀", "\ud83d", "\udc00",
        "\0", "\u202e", "kata", "katanya", " ujar dia", " menurut ", " bahwa ", "Hal itu disampaikan ", " menolak ", " (12/7)", "Rabu (32/13/20233)", "Sumber: ", "Baca juga: ", "Editor: ", "© ", "Presiden ", "Menteri Luar Negeri ",
        " itu", " tersebut", "NATO", "1.2.3.4", "https://contoh.id/a?b=c", "@akun", "#tagar", "<p>", "&nbsp;", "Jakarta, WARTA NUSARAYA -- ",
    ];

    private static string Samples => Path.Combine(SharedFolder.Repository, "deploy", "samples");

    [Theory]
    [InlineData("data/articles/dev.jsonl.gz", 800)]
    [InlineData("data/articles/bench.jsonl.gz", 3_000)]
    public async Task Extract_RealArticles_EverySpanIsItsSlice(string path, int atLeast)
    {
        var texts = await ReadAsync(SharedFolder.RequireOrSkip(path));

        Parallel.ForEach(texts, Read);

        texts.Count.ShouldBeGreaterThan(atLeast);
    }

    [Fact]
    public async Task Extract_MutatedArticles_NeverCrashHangOrMissTheirSpans()
    {
        var texts = Directory.EnumerateFiles(Path.Combine(Samples, "articles"), "*.txt").Order().Select(File.ReadAllText).ToList();
        var shared = Path.Combine(SharedFolder.Root, "data", "articles", "dev.jsonl.gz");
        if (File.Exists(shared))
        {
            texts.AddRange(await ReadAsync(shared));
        }

        var work = Task.Run(() => Parallel.For(0, Mutants, i =>
        {
            var random = new Random(i);
            var text = Mutate(texts, random);
            try
            {
                Read(text);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Mutant {i}: {text}", e);
            }
        }), TestContext.Current.CancellationToken);

        await work.WaitAsync(Hang, TestContext.Current.CancellationToken);
    }

    private static void Read(string text)
    {
        var result = Engine.Extract(new() { Id = "m", Text = text });
        ResultRules.Check(result, Engine.Classify(result, Codebook));
    }

    private static string Mutate(List<string> texts, Random random)
    {
        var text = new StringBuilder(texts[random.Next(texts.Count)]);
        for (var changes = random.Next(1, 9); changes > 0 && text.Length > 0; changes--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 400), text.Length - at);
            switch (random.Next(11))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                case 2:
                    text.Length = at;
                    break;
                case 3:
                    text.Append(texts[random.Next(texts.Count)]);
                    break;
                case 4:
                    text.Insert(at, new StringBuilder().Insert(0, Pieces[random.Next(Pieces.Length)], random.Next(1, 60)));
                    break;
                case 5:
                    text.Replace(". ", ".");
                    break;
                case 6:
                    text.Replace('\n', ' ');
                    break;
                case 7:
                    text.Replace('"', "'”“«’\0"[random.Next(6)]);
                    break;
                case 8:
                    text = new(random.Next(2) == 0 ? text.ToString().ToUpperInvariant() : text.ToString().ToLowerInvariant());
                    break;
                case 9:
                    text[at] = (char)random.Next(char.MaxValue + 1);
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    private static async Task<List<string>> ReadAsync(string path)
    {
        var texts = new List<string>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            texts.Add(document.RootElement.GetProperty("text").GetString()!);
        }

        return texts;
    }
}
