using System.Net;

namespace Sikap.Ingestion.Tests;

public sealed class AddressGuardTests
{
    private static readonly AddressGuard Guard = new(new FetchOptions());

    [Theory]
    [InlineData("8.8.4.4")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.4.4")]
    public void IsPublic_PublicAddress_True(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.7")]
    [InlineData("192.168.4.5")]
    [InlineData("198.19.0.1")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:0:53aa::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void IsPublic_AnyOther_False(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("file:///etc/passwd", "only http")]
    [InlineData("data:text/plain,halo", "only http")]
    [InlineData("ftp://kabar.example/", "only http")]
    [InlineData("gopher://kabar.example/", "only http")]
    [InlineData("http://nama:sandi@kabar.example/", "credentials")]
    [InlineData("http://kabar.example:8080/", "port 8080")]
    [InlineData("http://127.0.0.1/", "not of the public internet")]
    [InlineData("http://2130706433/", "not of the public internet")]
    [InlineData("http://0x7f.1/", "not of the public internet")]
    [InlineData("http://0177.0.0.1/", "not of the public internet")]
    [InlineData("http://[::ffff:127.0.0.1]/", "not of the public internet")]
    [InlineData("http://[::1]/", "not of the public internet")]
    public void Refusal_AddressThatIsNotAsked_SaysWhy(string url, string reason) => Guard.Refusal(new Uri(url)).ShouldNotBeNull().ShouldContain(reason);

    [Theory]
    [InlineData("http://kabar.example/")]
    [InlineData("https://kabar.example/a?b#c")]
    [InlineData("http://kabar.example:443/")]
    [InlineData("https://kabar-é.example/")]
    public void Refusal_AddressThatMayBeAsked_Null(string url) => Guard.Refusal(new Uri(url)).ShouldBeNull();

    [Fact]
    public void Refusal_LongAddress_SaysWhy() => Guard.Refusal(new Uri("http://kabar.example/" + new string('a', 3_000))).ShouldNotBeNull().ShouldContain("2000 characters");

    [Fact]
    public void Allows_ListedPrivateHosts_ThoseAlone()
    {
        var guard = new AddressGuard(new FetchOptions { AllowedPrivateHosts = ["10.1.0.0/16", "192.168.0.7", "Berita.Intranet"] });

        guard.Allows("x.example", IPAddress.Parse("10.1.200.1")).ShouldBeTrue();
        guard.Allows("x.example", IPAddress.Parse("::ffff:10.1.200.1")).ShouldBeTrue();
        guard.Allows("x.example", IPAddress.Parse("10.2.0.1")).ShouldBeFalse();
        guard.Allows("x.example", IPAddress.Parse("192.168.0.7")).ShouldBeTrue();
        guard.Allows("x.example", IPAddress.Parse("192.168.0.8")).ShouldBeFalse();
        guard.Allows("berita.intranet.", IPAddress.Parse("172.16.0.1")).ShouldBeTrue();
        guard.Allows("lain.intranet", IPAddress.Parse("172.16.0.1")).ShouldBeFalse();
    }

    [Fact]
    public void LosesTls_OnlyFromHttpsToHttp()
    {
        AddressGuard.LosesTls(new Uri("https://a.example"), new Uri("http://a.example")).ShouldBeTrue();
        AddressGuard.LosesTls(new Uri("http://a.example"), new Uri("https://a.example")).ShouldBeFalse();
        AddressGuard.LosesTls(new Uri("https://a.example"), new Uri("https://b.example")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("10.1.0.0/33")]
    [InlineData("bukan nama")]
    [InlineData("http://kabar.example")]
    public void Options_PrivateHostThatIsNone_IsNamed(string entry)
    {
        var options = new FetchOptions { AllowedPrivateHosts = [entry] };

        options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)).Single().ErrorMessage!.ShouldContain(entry);
    }
}
