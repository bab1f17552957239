using Google.Rpc;
using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

public sealed class SubmitArticleTests
{
    private const string Text = "JAKARTA - Menteri menolak rencana itu. \"Kami tidak setuju,\" kata dia.";

    private static readonly Dictionary<string, (SubmitArticleRequest Request, string Field)> Bad = new()
    {
        ["empty"] = (new SubmitArticleRequest(), "text"),
        ["blank"] = (new SubmitArticleRequest { Text = " \n\t " }, "text"),
        ["too long"] = (new SubmitArticleRequest { Text = new string('a', 200_001) }, "text"),
        ["NUL"] = (new SubmitArticleRequest { Text = "Menteri\0menolak" }, "text"),
        ["binary"] = (new SubmitArticleRequest { Text = "\u0089PNG\r\n\u001a\n" + new string('\u0001', 50) + Text }, "text"),
        ["wrong encoding"] = (new SubmitArticleRequest { Text = string.Concat(Enumerable.Repeat("M\uFFFDnteri ", 20)) }, "text"),
        ["title too long"] = (new SubmitArticleRequest { Text = Text, Title = new string('a', 1_001) }, "title"),
        ["publisher with a line feed"] = (new SubmitArticleRequest { Text = Text, Publisher = "AN\nTARA" }, "publisher"),
        ["url of a file"] = (new SubmitArticleRequest { Text = Text, Url = "file:///etc/passwd" }, "url"),
        ["url that names nothing"] = (new SubmitArticleRequest { Text = Text, Url = "urn:kabar" }, "url"),
        ["url relative"] = (new SubmitArticleRequest { Text = Text, Url = "/berita/1" }, "url"),
        ["client_ref too long"] = (new SubmitArticleRequest { Text = Text, ClientRef = new string('a', 257) }, "client_ref"),
        ["impossible time"] = (new SubmitArticleRequest { Text = Text, PublishedAt = new() { Seconds = long.MaxValue } }, "published_at"),
        ["no date"] = (new SubmitArticleRequest { Text = Text, Published = "12/07/2023" }, "published"),
        ["time without an offset"] = (new SubmitArticleRequest { Text = Text, Published = "2023-07-12T05:30" }, "published"),
        ["two publications"] = (new SubmitArticleRequest { Text = Text, Published = "2023-07-12", PublishedAt = new() { Seconds = 1 } }, "published"),
        ["author with a line feed"] = (new SubmitArticleRequest { Text = Text, Authors = { "Rini\nLestari" } }, "authors"),
        ["too many authors"] = (new SubmitArticleRequest { Text = Text, Authors = { Enumerable.Repeat("Rini", 51) } }, "authors"),
    };

    public static TheoryData<string> BadRequests => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task SubmitArticle_BadInput_InvalidArgumentNamesTheFieldAndNothingIsStored(string name)
    {
        var (request, field) = Bad[name];
        await using var host = await IngestionHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Client.SubmitArticleAsync(request, IngestionHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument, name);
        var details = error.ToStatus().Details.ShouldHaveSingleItem().Unpack<BadRequest>();
        details.FieldViolations.ShouldHaveSingleItem().Field.ShouldBe(field);
        (await host.Client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), IngestionHost.Deadline)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task SubmitArticle_Good_StoredPublishedAndMarked()
    {
        await using var host = await IngestionHost.StartAsync();

        var response = await host.Client.SubmitArticleAsync(new SubmitArticleRequest
        {
            Text = Text,
            Title = "Menteri menolak",
            Publisher = "Kabar Uji",
            Url = "https://contoh.example/1",
            ClientRef = "berkas-1.txt",
            PublishedAt = new() { Seconds = 1_689_200_000 },
        }, IngestionHost.Deadline);

        response.AlreadyExists.ShouldBeFalse();
        response.ClientRef.ShouldBe("berkas-1.txt");
        response.ArticleId.ShouldMatch("^[0-9a-f]{32}$");
        var message = (await host.NextPublishedAsync()).Message;
        message.Article.Id.ShouldBe(response.ArticleId);
        message.Article.Text.ShouldBe(Text);
        message.Article.Publisher.ShouldBe("Kabar Uji");
        message.Article.Published.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_689_200_000));
        message.Url.ShouldBe("https://contoh.example/1");
        await host.StatusAsync(response.ArticleId, V1.ArticleState.Published);
        var stored = await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = response.ArticleId }, IngestionHost.Deadline);
        stored.Text.ShouldBe(Text);
        stored.Title.ShouldBe("Menteri menolak");
        stored.AcceptedAt.ToDateTimeOffset().ShouldBe(message.AcceptedAt);
    }

    [Theory]
    [InlineData("2023-07-12", "2023-07-12T00:00:00+00:00", Nlp.DatePrecision.Day)]
    [InlineData("2023-07-12T05:30+07:00", "2023-07-12T05:30:00+07:00", Nlp.DatePrecision.Minute)]
    [InlineData("2023-07-12T05:30:10.5Z", "2023-07-12T05:30:10.5+00:00", Nlp.DatePrecision.Minute)]
    public async Task SubmitArticle_PublishedAsText_KeepsPrecisionAndOffset(string published, string value, Nlp.DatePrecision precision)
    {
        await using var host = await IngestionHost.StartAsync();

        await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Published = published, Authors = { "Rini Lestari" } }, IngestionHost.Deadline);

        var article = (await host.NextPublishedAsync()).Message.Article;
        article.Published!.Value.EqualsExact(DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeTrue();
        article.PublishedPrecision.ShouldBe(precision);
        article.Authors.ShouldBe(["Rini Lestari"]);
    }

    [Fact]
    public async Task SubmitArticle_Again_SameIdAndPublishedOnce()
    {
        await using var host = await IngestionHost.StartAsync();

        var first = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Publisher = "Kabar Uji" }, IngestionHost.Deadline);
        await host.NextPublishedAsync();
        var second = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = "  " + Text.Replace(" ", "\r\n", StringComparison.Ordinal), Publisher = "kabar uji " }, IngestionHost.Deadline);
        var other = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Publisher = "Kabar Lain" }, IngestionHost.Deadline);

        second.ArticleId.ShouldBe(first.ArticleId);
        second.AlreadyExists.ShouldBeTrue();
        other.AlreadyExists.ShouldBeFalse();
        // The next message is the other outlet's: the repeated one made none.
        (await host.NextPublishedAsync()).Message.Article.Id.ShouldBe(other.ArticleId);
        (await host.Client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), IngestionHost.Deadline)).Total.ShouldBe(2);
    }

    [Fact]
    public async Task SubmitArticle_Coded_HandsTheCodingOn()
    {
        await using var host = await IngestionHost.StartAsync();

        var response = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Coding = CodingOf(10, 17) }, IngestionHost.Deadline);

        response.CodingChanged.ShouldBeTrue();
        var coding = (await host.NextPublishedAsync()).Message.Article.Coding!;
        (coding.Revision, string.Join(' ', coding.IssueIds)).ShouldBe((1, "pajak rencana"));
        coding.Stances.ShouldHaveSingleItem().ShouldBe(new Nlp.CodedStance(new Nlp.Actor("Menteri", Nlp.ActorType.Person, "IDN"), "rencana", Nlp.StanceLabel.Oppose, 10, 17, "Rina", "kode 1"));
    }

    [Fact]
    public async Task SubmitArticle_CodedAgain_HandsOnWhatChangedOnly()
    {
        await using var host = await IngestionHost.StartAsync();
        var first = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text }, IngestionHost.Deadline);
        await host.NextPublishedAsync();

        // The same article with other line breaks: the passage is found in the text that is stored.
        var wrapped = Text.Replace(" ", "\r\n ", StringComparison.Ordinal);
        var start = wrapped.IndexOf("Menteri", StringComparison.Ordinal);
        var coded = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = wrapped, Coding = CodingOf(start, start + 7) }, IngestionHost.Deadline);
        var message = (await host.NextPublishedAsync()).Message;
        var again = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Coding = CodingOf(10, 17) }, IngestionHost.Deadline);
        var undone = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Coding = new Coding() }, IngestionHost.Deadline);

        (coded.ArticleId, coded.AlreadyExists, coded.CodingChanged).ShouldBe((first.ArticleId, true, true));
        message.Article.Text.ShouldBe(Text);
        (message.Article.Coding!.Revision, message.Article.Coding.Stances[0].Start, message.Article.Coding.Stances[0].End).ShouldBe((1, 10, 17));
        again.CodingChanged.ShouldBeFalse();
        undone.CodingChanged.ShouldBeTrue();
        var last = (await host.NextPublishedAsync()).Message.Article.Coding!;
        (last.Revision, last.IssueIds.Count, last.Stances.Count).ShouldBe((2, 0, 0));
    }

    [Fact]
    public async Task SubmitArticle_CodedInOtherCharacters_IsRefused()
    {
        await using var host = await IngestionHost.StartAsync();
        // Composed and decomposed letters are the same article, but their positions differ.
        await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = "Menteri Jos\u00e9 menolak." }, IngestionHost.Deadline);

        var error = await Should.ThrowAsync<RpcException>(async () =>
            await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = "Menteri Jose\u0301 menolak.", Coding = CodingOf(0, 7) }, IngestionHost.Deadline));

        error.ToStatus().Details.ShouldHaveSingleItem().Unpack<BadRequest>().FieldViolations.ShouldHaveSingleItem().Field.ShouldBe("coding");
    }

    [Theory]
    [InlineData(0, 0, "{}", "coding.stances[0].evidence")]
    [InlineData(60, 900, "{}", "coding.stances[0].evidence")]
    [InlineData(7, 8, "{}", "coding.stances[0].evidence")]
    [InlineData(10, 17, "{\"evidence\": {\"start\": 10, \"end\": 17, \"text\": \"Gubernur\"}}", "coding.stances[0].evidence.text")]
    [InlineData(10, 17, "{\"holder\": {\"name\": \" \", \"type\": \"ACTOR_TYPE_PERSON\"}}", "coding.stances[0].holder.name")]
    [InlineData(10, 17, "{\"holder\": {\"name\": \"Menteri\"}}", "coding.stances[0].holder.type")]
    [InlineData(10, 17, "{\"issueId\": \"lain\"}", "coding.stances[0].issue_id")]
    [InlineData(10, 17, "{\"label\": 7}", "coding.stances[0].label")]
    [InlineData(10, 17, "{\"coder\": \"\"}", "coding.stances[0].coder")]
    [InlineData(10, 17, "{\"note\": \"a\\nb\"}", "coding.stances[0].note")]
    public async Task SubmitArticle_BadCoding_NamesTheFieldAndStoresNothing(int start, int end, string change, string field)
    {
        await using var host = await IngestionHost.StartAsync();
        var coding = CodingOf(start, end);
        var merged = CodedStance.Parser.ParseJson(change);
        var stance = coding.Stances[0];
        stance.Evidence = merged.Evidence ?? stance.Evidence;
        stance.Holder = merged.Holder ?? stance.Holder;
        stance.IssueId = merged.IssueId.Length > 0 ? merged.IssueId : stance.IssueId;
        stance.Label = merged.Label == StanceLabel.Unspecified ? stance.Label : merged.Label;
        stance.Coder = change.Contains("coder", StringComparison.Ordinal) ? merged.Coder : stance.Coder;
        stance.Note = merged.Note.Length > 0 ? merged.Note : stance.Note;

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text, Coding = coding }, IngestionHost.Deadline));

        error.ToStatus().Details.ShouldHaveSingleItem().Unpack<BadRequest>().FieldViolations.ShouldHaveSingleItem().Field.ShouldBe(field);
        (await host.Client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), IngestionHost.Deadline)).Total.ShouldBe(0);
    }

    [Fact]
    public void CodingCheck_TooMuch_IsRefused()
    {
        var many = new Coding();
        many.IssueIds.AddRange(Enumerable.Range(0, 1001).Select(i => $"i{i}"));
        many.Stances.AddRange(Enumerable.Range(0, 1001).Select(_ => new CodedStance()));
        var wide = CodingOf(0, 1000);
        wide.Stances.AddRange(Enumerable.Range(0, 400).Select(_ => wide.Stances[0].Clone()));

        CodingIntake.Check(many, Text).Select(violation => violation.Field).ShouldBe(["coding.issue_ids", "coding.stances"]);
        CodingIntake.Check(wide, new string('a', 1000)).Select(violation => violation.Field).ShouldBe(["coding.stances"]);
        CodingIntake.Check(new Coding { IssueIds = { "Bukan Id" } }, Text).Select(violation => violation.Field).ShouldBe(["coding.issue_ids[0]"]);
    }

    [Theory]
    [InlineData("Kami menolak.", "Kami menolak.", 5, 12, 5, 12)]
    [InlineData("Kami\r\nmenolak.", "Kami\nmenolak.", 6, 13, 5, 12)]
    [InlineData("Kami\nmenolak.", "  Kami \r\n menolak.", 0, 13, 2, 18)]
    [InlineData("Kami menolak.", "Kami  menolak. ", 4, 8, 6, 9)]
    public void WhiteSpaceMap_OtherLineBreaks_FindsThePassage(string from, string to, int start, int end, int movedStart, int movedEnd) =>
        WhiteSpaceMap.Between(from, to)!.Move(start, end).ShouldBe((movedStart, movedEnd));

    [Theory]
    [InlineData("Kami menolak.", "Kami menerima.")]
    [InlineData("Kami menolak.", "Kami menolak")]
    [InlineData("Kami", "Kami menolak")]
    public void WhiteSpaceMap_OtherWords_IsNone(string from, string to) => WhiteSpaceMap.Between(from, to).ShouldBeNull();

    [Fact]
    public async Task SubmitArticle_ManyAtOnceTheSame_OneIsNew()
    {
        await using var host = await IngestionHost.StartAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text }, IngestionHost.Deadline).ResponseAsync));

        responses.Count(response => !response.AlreadyExists).ShouldBe(1);
        responses.DistinctBy(response => response.ArticleId).Count().ShouldBe(1);
    }

    [Fact]
    public async Task SubmitArticle_MessageBeyondFourMebibytes_ResourceExhaustedAndNothingStored()
    {
        await using var host = await IngestionHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () =>
            await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = new string('a', 4 * 1_048_576) }, IngestionHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (await host.Client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), IngestionHost.Deadline)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task SubmitArticle_StrayControlCharacter_Accepted()
    {
        await using var host = await IngestionHost.StartAsync();

        var response = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = new string('a', 500) + "\u0002" + new string('b', 500) }, IngestionHost.Deadline);

        response.AlreadyExists.ShouldBeFalse();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("語")]
    [InlineData("\"")]
    public async Task SubmitArticle_LongestText_FitsInAMessage(string unit)
    {
        await using var host = await IngestionHost.StartAsync();
        var text = string.Concat(Enumerable.Repeat(unit, 200_000 / unit.Length));

        await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = text }, IngestionHost.Deadline);

        (await host.NextPublishedAsync()).Message.Article.Text.ShouldBe(text);
    }

    [Fact]
    public async Task SubmitArticle_TooBigForAMessage_FailedWithTheNumbers()
    {
        // Characters beyond the basic plane take twelve bytes a pair in a message: 200,000 code units of them are the one valid text that does not fit.
        await using var host = await IngestionHost.StartAsync();
        host.Host.ExpectsErrors = true;

        var response = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = string.Concat(Enumerable.Repeat("😀", 100_000)) }, IngestionHost.Deadline);

        var status = await host.StatusAsync(response.ArticleId, V1.ArticleState.Failed);
        status.Reason.ShouldMatch(@"^ArticleIngested takes 1\d{6} bytes; messages are limited to 1048576 bytes$");
    }

    [Fact]
    public async Task SubmitArticles_GoodAndBad_OneResultPerItemInOrder()
    {
        await using var host = await IngestionHost.StartAsync(new() { ["Ingestion:MaxConcurrentItems"] = "4" });
        using var call = host.Client.SubmitArticles(IngestionHost.Deadline);

        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = i % 10 == 3 ? "" : $"{Text} {i}", ClientRef = $"ref-{i}" });
            await call.RequestStream.CompleteAsync();
        });
        var results = new List<SubmitArticlesResponse>();
        await foreach (var result in call.ResponseStream.ReadAllAsync())
            results.Add(result);
        await writing;

        results.Select(result => result.Index).ShouldBe(Enumerable.Range(0, 200).Select(i => (long)i));
        results.Select(result => result.ClientRef).ShouldBe(Enumerable.Range(0, 200).Select(i => $"ref-{i}"));
        results.Where(result => result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Rejected).Select(result => result.Index % 10).ShouldAllBe(rest => rest == 3);
        results.Count(result => result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Rejected).ShouldBe(20);
        results[3].Rejected.Code.ShouldBe((int)StatusCode.InvalidArgument);
        results[3].Rejected.Details[0].Unpack<BadRequest>().FieldViolations[0].Field.ShouldBe("text");
    }

    [Fact]
    public async Task SubmitArticles_StopInTheMiddle_WhatWasAnsweredIsStored()
    {
        await using var host = await IngestionHost.StartAsync();
        using var call = host.Client.SubmitArticles(IngestionHost.Deadline);
        await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = Text });
        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        var id = call.ResponseStream.Current.Accepted.ArticleId;

        call.Dispose();

        (await host.Client.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, IngestionHost.Deadline)).ArticleId.ShouldBe(id);
    }

    [Fact]
    public async Task GetArticleStatus_UnknownOrEmptyId_NotFoundOrInvalid()
    {
        await using var host = await IngestionHost.StartAsync();

        var unknown = await Should.ThrowAsync<RpcException>(async () => await host.Client.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = "x" }, IngestionHost.Deadline));
        var empty = await Should.ThrowAsync<RpcException>(async () => await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest(), IngestionHost.Deadline));

        unknown.StatusCode.ShouldBe(StatusCode.NotFound);
        empty.StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task SubmitArticle_StoreAway_UnavailableWithRetryInfo()
    {
        await using var host = await IngestionHost.StartAsync(configure: builder => builder.Services.Replace(ServiceDescriptor.Singleton<IArticleStore>(new AwayStore())));
        using var stream = host.Client.SubmitArticles(IngestionHost.Deadline);

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text }, IngestionHost.Deadline));
        await stream.RequestStream.WriteAsync(new SubmitArticleRequest { Text = Text });
        await stream.ResponseStream.MoveNext(CancellationToken.None);

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.ToStatus().Details.ShouldHaveSingleItem().Unpack<RetryInfo>().RetryDelay.ToTimeSpan().ShouldBeGreaterThan(TimeSpan.Zero);
        stream.ResponseStream.Current.Rejected.Code.ShouldBe((int)StatusCode.Unavailable);
        stream.ResponseStream.Current.Rejected.Details.ShouldHaveSingleItem().Is(RetryInfo.Descriptor).ShouldBeTrue();
    }

    [Fact]
    public async Task SubmitArticle_BrokerAway_AcceptedAtOnce()
    {
        // Nothing listens on port 1.
        await using var host = await IngestionHost.StartAsync(new() { ["Bus:Transport"] = "RabbitMq", ["Bus:Hosts"] = "127.0.0.1:1", ["Bus:PublishTimeout"] = "00:00:00.2" });
        host.Host.ExpectsErrors = true;

        var response = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = Text }, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(2)));
        var health = await new Grpc.Health.V1.Health.HealthClient(host.Host.Channel).CheckAsync(new(), IngestionHost.Deadline);

        response.State.ShouldBe(V1.ArticleState.Accepted);
        health.Status.ShouldBe(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.NotServing);
        (await host.Client.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = response.ArticleId }, IngestionHost.Deadline)).State.ShouldBe(V1.ArticleState.Accepted);
    }

    [Fact]
    public async Task SubmitArticle_BrokerAwayForLong_UnavailableWithRetryInfoAndNotStored()
    {
        // Nothing listens on port 1. Also across a restart: what waits is counted in the store.
        var folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
        var settings = new Dictionary<string, string?> { ["Bus:Transport"] = "RabbitMq", ["Bus:Hosts"] = "127.0.0.1:1", ["Bus:PublishTimeout"] = "00:00:00.2", ["Ingestion:MaxUnpublished"] = "3", ["Shutdown:Timeout"] = "00:00:01" };
        await using (var host = await IngestionHost.StartAsync(settings, folder))
        {
            host.Host.ExpectsErrors = true;
            // The count is rough while the first sweep corrects it.
            foreach (var number in Enumerable.Range(0, 3))
                await Eventually.GetAsync(() => SubmittedAsync(host, number), code => code == StatusCode.OK);
            await Eventually.IsTrueAsync(() => host.Services.GetRequiredService<Backlog>().IsFull);
            await RefusedAsync(host);
        }

        await using (var again = await IngestionHost.StartAsync(settings, folder))
        {
            again.Host.ExpectsErrors = true;
            await Eventually.IsTrueAsync(() => again.Services.GetRequiredService<Backlog>().IsFull);
            await RefusedAsync(again);
        }

        Directory.Delete(folder, recursive: true);

        static async Task<StatusCode> SubmittedAsync(IngestionHost host, int number)
        {
            try
            {
                await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = $"{Text} {number}" }, IngestionHost.Deadline);
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }

        static async Task RefusedAsync(IngestionHost host)
        {
            using var stream = host.Client.SubmitArticles(IngestionHost.Deadline);
            await stream.RequestStream.WriteAsync(new SubmitArticleRequest { Text = $"{Text} satu lagi" });
            await stream.ResponseStream.MoveNext(CancellationToken.None);
            var refused = await Should.ThrowAsync<RpcException>(async () => await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = $"{Text} satu lagi" }, IngestionHost.Deadline));

            refused.StatusCode.ShouldBe(StatusCode.Unavailable);
            refused.ToStatus().Details.ShouldHaveSingleItem().Is(RetryInfo.Descriptor).ShouldBeTrue();
            stream.ResponseStream.Current.Rejected.Code.ShouldBe((int)StatusCode.Unavailable);
            (await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline)).Total.ShouldBe(3);
        }
    }

    private static Coding CodingOf(int start, int end) => new()
    {
        IssueIds = { "rencana", "pajak" },
        Stances =
        {
            new CodedStance
            {
                Evidence = new Span { Start = start, End = end }, Holder = new Actor { Name = "Menteri", Type = ActorType.Person, Represents = "IDN" }, IssueId = "rencana",
                Label = StanceLabel.Oppose, Coder = "Rina", Note = "kode 1",
            },
        },
    };

    private sealed class AwayStore : IArticleStore
    {
        public Task<AddResult> AddAsync(ArticleRecord article, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<ArticleRecord?> FindAsync(string id, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<ArticleState?> FindStateAsync(string id, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task MarkPublishedAsync(string id, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<bool> MarkIndexedAsync(string id, string language, bool supported, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<bool> MarkFailedAsync(string id, string reason, DateTimeOffset at, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<int> ResetPublishedAsync(CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<IReadOnlyList<ArticleRecord>> ListAcceptedAsync(int limit, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<IReadOnlyDictionary<ArticleProgress, long>> CountAsync(CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<IReadOnlyList<IdentityEntry>> ListIdentitiesAsync(long after, int limit, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task<bool> AppendIdentitiesAsync(IReadOnlyList<IdentityEntry> entries, CancellationToken cancellationToken) => throw new StoreUnavailableException("away");

        public Task CheckAsync(CancellationToken cancellationToken) => throw new StoreUnavailableException("away");
    }
}
