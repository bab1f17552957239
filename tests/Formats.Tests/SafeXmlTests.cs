using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sikap.TestKit;

namespace Sikap.Formats.Tests;

/// <summary>XML for formats that must be well-formed.</summary>
public sealed partial class SafeXmlTests
{
    [Fact]
    public void Load_Document_KeepsElementsAttributesTextAndNamespaces()
    {
        var document = SafeXml.Load("<?xml version='1.0'?><!-- x --><a xmlns='urn:a' xmlns:b='urn:b' b:c='1'> <b:d>x<![CDATA[<y>]]></b:d><e/>z</a>").Value.ShouldNotBeNull();

        document.Root!.Name.ShouldBe(XName.Get("a", "urn:a"));
        document.Root.Attribute(XName.Get("c", "urn:b"))!.Value.ShouldBe("1");
        document.Root.Element(XName.Get("d", "urn:b"))!.Value.ShouldBe("x<y>");
        document.Root.Value.ShouldBe(" x<y>z");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    public void Load_Bytes_FollowsTheDeclaredCharset(string charset)
    {
        var content = Encoding.GetEncoding(charset).GetBytes($"<?xml version='1.0' encoding='{charset}'?><a>Café</a>");

        SafeXml.Load(content).Value!.Root!.Value.ShouldBe("Café");
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>", "well-formed" },
        { "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>", "well-formed" },
        { "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a x='&b;'/>", "well-formed" },
        { $"<a x='{new string('x', 2_000_000)}'/>", "attribute longer" },
        { $"<a {string.Concat(Enumerable.Range(0, 1000).Select(number => $"x{number}='' "))}/>", "attributes" },
        { string.Concat(Enumerable.Repeat("<a>", 100_000)), "deeper" },
        { "<a><b></a>", "well-formed" },
        { "", "well-formed" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Load_HostileOrBrokenDocument_IsRefusedWithTheReason(string text, string reason)
    {
        var reading = SafeXml.Load(Encoding.UTF8.GetBytes(text));

        reading.Value.ShouldBeNull();
        reading.Refusal!.Value.Message.ShouldContain(reason);
    }

    [Fact]
    public void Load_DocumentTypeWithAnAddress_IsPassedOver()
    {
        SafeXml.Load("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd' [<!ENTITY b 'x'>]><a>y</a>").Value!.Root!.Value.ShouldBe("y");
    }

    [Fact]
    public void Load_BrokenDocument_TellsTheByte()
    {
        SafeXml.Load("<a>\n<é></a>"u8).Refusal!.Value.Offset.ShouldBe("<a>\n<é></".Length + 1);
    }

    [Fact]
    public void Services_XmlReaders_AreMadeInOnePlace()
    {
        var services = Path.Combine(SharedFolder.Repository, "services");

        var makers = Directory.EnumerateFiles(services, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Maker().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(services, file).Replace('\\', '/'));

        makers.ShouldBe(["Formats/SafeXml.cs"]);
    }

    [GeneratedRegex(@"XmlReader\.Create|XmlTextReader|new XmlDocument|XmlDictionaryReader|XmlSerializer|XPathDocument|X(?:Document|Element)\.(?:Load|LoadAsync|Parse)\b|DataSet\b.*ReadXml|SyndicationFeed")]
    private static partial Regex Maker();
}
