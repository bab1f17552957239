using Grpc.Protocol;

namespace Sikap.Grpc.Tests;

public sealed class PercentEncodingTests
{
    [Fact]
    public void Encode_EveryScalarValue_IsPrintableAsciiAndDecodesToItself()
    {
        foreach (var value in Enumerable.Range(0, 0x110000).Where(System.Text.Rune.IsValid).Where(value => value < 0x3000 || value % 97 == 0))
        {
            var text = new System.Text.Rune(value).ToString();
            var encoded = PercentEncoding.Encode(text);

            (encoded.AsSpan().ContainsAnyExceptInRange(' ', '~') || PercentEncoding.Decode(encoded) != text).ShouldBeFalse(encoded);
        }
    }

    [Theory]
    [InlineData("plain text ~", "plain text ~")]
    [InlineData("100 %", "100 %25")]
    [InlineData("\r\n", "%0D%0A")]
    public void Encode_Text_EscapesOnlyWhatMustBe(string text, string encoded) => PercentEncoding.Encode(text).ShouldBe(encoded);

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%gg")]
    [InlineData("%FF%FE")]
    public void Decode_Invalid_StaysAsItCame(string text) => PercentEncoding.Decode(text).ShouldBe(text);
}
