using System.Text.Json.Nodes;

namespace Sikap.Cli.Tests;

public sealed class YamlTests
{
    [Theory]
    [InlineData("a: 2024\nb: true\nc: 'true'\nd: ~\ne: [x, \"y z\"]", """{"a":"2024","b":true,"c":"true","d":null,"e":["x","y z"]}""")]
    [InlineData("# catatan\nissues:\n- id: a\n  title: >\n    dua\n    baris\n", """{"issues":[{"id":"a","title":"dua baris\n"}]}""")]
    [InlineData("{\"a\": \"b\"}", """{"a":"b"}""")]
    public void Read_Yaml_IsTheJson(string yaml, string json) => Yaml.Read(yaml)!.ToJsonString().ShouldBe(json);

    [Theory]
    [InlineData("a: b: c", "line 1")]
    [InlineData("a: 1\n--- \nb: 2", "one document")]
    [InlineData("a: &x 1\nb: *x", "anchors")]
    [InlineData("? [a]\n: b", "line 1")]
    public void Read_OtherYaml_SaysWhereAndWhy(string yaml, string message) => Should.Throw<FormatException>(() => Yaml.Read(yaml)).Message.ShouldContain(message);

    [Fact]
    public void Read_TooDeep_IsRefused() => Should.Throw<FormatException>(() => Yaml.Read(new string('[', 100_000))).Message.ShouldContain("levels");

    [Theory]
    [InlineData("biasa")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" spasi di tepi ")]
    [InlineData("true")]
    [InlineData("Yes")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("12")]
    [InlineData("-1.5e3")]
    [InlineData("2021-05-03")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("- a")]
    [InlineData("[a]")]
    [InlineData("&a")]
    [InlineData("*a")]
    [InlineData("!a")]
    [InlineData("%a")]
    [InlineData("@a")]
    [InlineData("\"a\"")]
    [InlineData("it's")]
    [InlineData("dua\nbaris\n")]
    [InlineData("tab\tdan\\garis")]
    [InlineData("Türkiye 🌊 \u0085\u2028")]
    public void Write_AnyText_IsReadBack(string text)
    {
        var node = new JsonObject { ["a"] = text, ["b"] = new JsonArray(text, new JsonObject { [text.Length == 0 ? "x" : text] = true }) };

        Yaml.Read(Yaml.Write(node))!.ToJsonString().ShouldBe(node.ToJsonString());
    }

    [Fact]
    public void Write_RandomTexts_AreReadBack()
    {
        const string Alphabet = " :-#'\"\\[]{},&*!|>%@`\n\tab1é\u2028~?=<";
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var node = new JsonObject { ["a"] = text, ["b"] = new JsonArray(text, "x") };

            Yaml.Read(Yaml.Write(node))!.ToJsonString().ShouldBe(node.ToJsonString(), text);
        }
    }
}
