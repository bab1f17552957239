using System.Text;
using Sikap.Formats.Tables;

namespace Sikap.Formats.Tests.Tables;

/// <summary>Elements of JSON arrays of any length.</summary>
public sealed class JsonArrayReaderTests
{
    [Theory]
    [InlineData("[{\"a\":1},{\"b\":\"]}\"}]", "{\"a\":1} {\"b\":\"]}\"}")]
    [InlineData("\uFEFF [ {\"a\":\"\\\"}\"} , [1,[2]] ] sisa", "{\"a\":\"\\\"}\"} [1,[2]]")]
    [InlineData("[{},5,\"x,y\",null]", "{} 5 \"x,y\" null")]
    [InlineData("[]", "")]
    [InlineData("[{\"a\":1}", "{\"a\":1}")]
    public void Read_Arrays_GivesTheirElements(string json, string elements)
    {
        var (read, problem) = ReadAll(json);

        string.Join(' ', read).ShouldBe(elements);
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("[{\"a\":1},{\"b\":", "ends within")]
    [InlineData("[{\"a\":1},\"tanpa akhir", "ends within")]
    [InlineData("[{\"a\":1},{\"b\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]", "longer than")]
    public void Read_WhatIsCutOffOrTooLong_EndsWithAProblem(string json, string problem)
    {
        var (read, found) = ReadAll(json);

        read.ShouldBe(["{\"a\":1}"]);
        found.ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public void Read_ElementsOverManyReads_HaveTheirPlaces()
    {
        var json = "[\n" + string.Join(",\n", Enumerable.Range(0, 500).Select(i => $"{{\"text\":\"{new string('a', i)}\"}}")) + "]";
        var reader = new JsonArrayReader(new Trickle(Encoding.UTF8.GetBytes(json)));

        for (var i = 0; i < 500; i++)
        {
            reader.Read(out var row).ShouldBeTrue();
            row.Line.ShouldBe(i + 2);
            json.Substring((int)row.Offset, row.Bytes.Length).ShouldBe(Encoding.UTF8.GetString(row.Bytes.Span));
            row.Bytes.Length.ShouldBe(i + 11);
        }

        reader.Read(out _).ShouldBeFalse();
    }

    private static (List<string> Elements, string? Problem) ReadAll(string json)
    {
        var reader = new JsonArrayReader(new Trickle(Encoding.UTF8.GetBytes(json)), maxElementBytes: 100);
        var elements = new List<string>();
        while (reader.Read(out var row))
        {
            if (row.Problem is not null)
            {
                return (elements, row.Problem);
            }

            elements.Add(Encoding.UTF8.GetString(row.Bytes.Span));
        }

        return (elements, null);
    }

    /// <summary>Gives seven bytes at a time.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(7, count));
    }
}
