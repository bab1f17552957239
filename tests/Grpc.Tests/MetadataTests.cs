using Grpc.Core;
using Grpc.Protocol;

namespace Sikap.Grpc.Tests;

public sealed class MetadataTests
{
    [Fact]
    public void Add_MixedCaseKey_IsLowered()
    {
        var metadata = new Metadata { { "X-Key", "v" } };

        metadata[0].Key.ShouldBe("x-key");
        metadata.GetValue("X-KEY").ShouldBe("v");
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("ünicode")]
    [InlineData(":path")]
    public void Entry_InvalidKey_Throws(string key) => Should.Throw<ArgumentException>(() => new Metadata.Entry(key, "v"));

    [Fact]
    public void Entry_SuffixAndValueDisagree_Throws()
    {
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key", new byte[1]));
    }

    [Fact]
    public void Entry_BinaryValue_IsCopiedAndNotReadAsText()
    {
        var bytes = new byte[] { 1, 2 };
        var entry = new Metadata.Entry("key-bin", bytes);
        bytes[0] = 9;

        entry.ValueBytes.ShouldBe([1, 2]);
        Should.Throw<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Get_KeyOccursTwice_IsTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "x" }, { "a", "2" } };

        metadata.GetValue("a").ShouldBe("2");
        metadata.GetAll("a").Select(entry => entry.Value).ShouldBe(["1", "2"]);
        metadata.GetValue("c").ShouldBeNull();
    }

    [Fact]
    public void Empty_IsReadOnly() => Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("é")]
    [InlineData("\u007f")]
    public void Encode_TextOutsideOfPrintableAscii_Throws(string value) =>
        Should.Throw<ArgumentException>(() => MetadataCoding.Encode(new Metadata.Entry("key", value)));

    [Fact]
    public void TryDecode_EveryLength_TakesPaddedAndUnpadded()
    {
        for (var length = 0; length < 70; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            var padded = Convert.ToBase64String(bytes);

            MetadataCoding.TryDecode(padded, out var one).ShouldBeTrue();
            MetadataCoding.TryDecode(padded.TrimEnd('='), out var other).ShouldBeTrue();

            one.ShouldBe(bytes);
            other.ShouldBe(bytes);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("====")]
    [InlineData("ab cd!")]
    [InlineData("_-_-")]
    public void TryDecode_NotBase64_IsRefused(string text) => MetadataCoding.TryDecode(text, out _).ShouldBeFalse();
}
