using System.Text;
using Sikap.Formats.Tables;

namespace Sikap.Formats.Tests.Tables;

public sealed class RowReaderTests
{
    [Fact]
    public void QuotedFields_HoldDelimitersMarksAndLineEnds()
    {
        var rows = Read("id,isi\n1,\"baris satu\nbaris \"\"dua\"\", selesai\"\n2,x\n");

        rows.Select(row => row.Fields).ShouldBe([["id", "isi"], ["1", "baris satu\nbaris \"dua\", selesai"], ["2", "x"]]);
        rows.Select(row => row.Line).ShouldBe([1, 2, 4]);
        rows.Select(row => row.Offset).ShouldBe([0, 7, 45]);
    }

    [Theory]
    [InlineData("a,b,", new[] { "a", "b", "" })]
    [InlineData(",,", new[] { "", "", "" })]
    [InlineData("\"a\"", new[] { "a" })]
    [InlineData("\"a\" b,c", new[] { "a b", "c" })]
    [InlineData("a\"b,c", new[] { "a\"b", "c" })]
    [InlineData("\"\",\"\"", new[] { "", "" })]
    public void Fields_AreCutAsWritersMeanThem(string row, string[] fields) => Read(row).Single().Fields.ShouldBe(fields);

    [Fact]
    public void EmptyLinesAndAMark_AreLeftOut() => Read("\uFEFFa\n\n  \r\nb").Select(row => row.Fields[0]).ShouldBe(["a", "b"]);

    // One mark that is never closed costs one row, not the rest of the file.
    [Fact]
    public void MarkNeverClosed_IsReportedAndTheNextLineRead()
    {
        var rows = Read("1,\"tidak ditutup\n2,b\n3,c\n");

        rows.Select(row => row.Problem is null ? row.Fields[0] : "bad").ShouldBe(["bad", "2", "3"]);
        rows[0].Problem.ShouldNotBeNull().ShouldContain("not closed");
    }

    [Fact]
    public void RowLongerThanAllowed_IsReportedAndTheNextLineRead()
    {
        var rows = Read($"1,{new string('x', 300_000)}\n2,b\n", maxRowBytes: 100_000);

        rows.Select(row => row.Problem is null).ShouldBe([false, true]);
        rows[1].Offset.ShouldBe(300_003);
    }

    [Fact]
    public void FileOfNothingButLongRows_IsGivenUp()
    {
        var rows = Read(string.Concat(Enumerable.Repeat($"\"{new string('x', 2_000)}\n\"\"", 1_000)) + "\"", maxRowBytes: 1_000);

        rows[^1].Problem.ShouldNotBeNull().ShouldContain("not read");
        rows.Count.ShouldBeLessThan(200);
    }

    [Fact]
    public void Lines_TakeNoNoticeOfMarks() => Read("a \"b\nc\" d", quoted: false).Count.ShouldBe(2);

    // However the bytes come in pieces, the rows are the same.
    [Fact]
    public void OneByteAtATime_GivesTheSameRows()
    {
        const string Table = "id,isi\n1,\"a\n\"\"b\"\"\"\n2,\"\"\n3,c";

        Read(Table, slowly: true).Select(row => string.Join('|', row.Fields)).ShouldBe(Read(Table).Select(row => string.Join('|', row.Fields)));
    }

    private static List<(long Offset, long Line, string[] Fields, string? Problem)> Read(string text, bool quoted = true, int maxRowBytes = RowReader.DefaultMaxRowBytes, bool slowly = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new RowReader(slowly ? new SlowStream(bytes) : new MemoryStream(bytes), quoted, (byte)',', maxRowBytes);
        var rows = new List<(long, long, string[], string?)>();
        while (reader.Read(out var row))
        {
            rows.Add((row.Offset, row.Line, [.. RowReader.Fields(row.Bytes, (byte)',').Select(field => Encoding.UTF8.GetString(field.Span))], row.Problem));
        }

        return rows;
    }

    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
