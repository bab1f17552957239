using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Tests;

public sealed class OfficeholdersTests
{
    private static readonly Lexicon Tables = Lexicon.Load("id");
    private static readonly Engine Facts = Engine.Create();

    // Two offices of invented people in two invented bodies, one country that exists, and a person who goes by three names.
    private static readonly Engine Invented = Facts.WithActors(
    [
        new() { Name = "Rini Wulandari", Type = ActorType.Person, Aliases = ["Mbak Wulan"], Offices = [new("Menteri Luar Negeri", "TUV", new(2021, 1, 10), new(2023, 6, 30))] },
        new() { Name = "Sapto Wijaya", Type = ActorType.Person, Offices = [new("Menteri Luar Negeri", "TUV", new(2023, 7, 1), null)] },
        new() { Name = "Galih Mahesa", Type = ActorType.Person, Offices = [new("Ketua Dewan Sungai", "Persatuan Lembah", new(2020, 1, 1), new(2024, 12, 31))] },
    ]);

    private static Statement Say(Engine engine, string text, string? day) =>
        engine.Extract(new() { Id = "a", Text = text, Published = day is null ? null : DateTimeOffset.Parse(day + "T05:00:00+00:00", System.Globalization.CultureInfo.InvariantCulture) }).Statements.ShouldHaveSingleItem();

    [Theory]
    [InlineData("2023-04-03", "Rini Wulandari")]
    [InlineData("2024-04-03", "Sapto Wijaya")]
    [InlineData("2019-04-03", null)]
    [InlineData(null, null)]
    public void Extract_TitleAlone_PersonIsTheHolderOnTheDay(string? day, string? person)
    {
        var speaker = Say(Invented, "Menteri Luar Negeri Tuvalu mengatakan perundingan itu berjalan lancar.", day).Speaker;

        speaker!.Name.ShouldBe("Menteri Luar Negeri Tuvalu", "the article names nobody");
        speaker.Represents.ShouldBe("TUV");
        speaker.Person.ShouldBe(person);
    }

    [Fact]
    public void Extract_StatementDate_GoesBeforeThePublicationDate()
    {
        var speaker = Say(Invented, "Pada Senin (5/6/2023) Menteri Luar Negeri Tuvalu mengatakan perundingan itu berjalan lancar.", "2023-07-20").Speaker;

        speaker!.Person.ShouldBe("Rini Wulandari");
    }

    [Theory]
    [InlineData("2023-04-03", "TUV", "Menteri Luar Negeri Tuvalu")]
    [InlineData("2024-04-03", null, null)]
    [InlineData(null, null, null)]
    public void Extract_NameWithoutTitle_RepresentsOnlyWhileInOffice(string? day, string? represents, string? role)
    {
        var statement = Say(Invented, "Rini Wulandari mengatakan perundingan itu berjalan lancar.", day);

        statement.Speaker!.Represents.ShouldBe(represents);
        statement.Role.ShouldBe(role);
        statement.Speaker.Person.ShouldBe("Rini Wulandari");
    }

    [Theory]
    [InlineData("Mantan Menteri Luar Negeri Tuvalu Rini Wulandari mengatakan perundingan itu berjalan lancar.")]
    [InlineData("Calon Menteri Luar Negeri Tuvalu Rini Wulandari mengatakan perundingan itu berjalan lancar.")]
    [InlineData("Menteri Luar Negeri terpilih Tuvalu Rini Wulandari mengatakan perundingan itu berjalan lancar.")]
    public void Extract_FormerOrComingOffice_RepresentsNobody(string text) => Say(Invented, text, "2023-04-03").Speaker!.Represents.ShouldBeNull();

    // The article may call him minister from habit; he left office half a year before.
    [Fact]
    public void Extract_OfficeThePersonHasLeft_RepresentsNobody() =>
        Say(Invented, "Menteri Luar Negeri Tuvalu Rini Wulandari mengatakan perundingan itu berjalan lancar.", "2024-01-10").Speaker!.Represents.ShouldBeNull();

    [Fact]
    public void Extract_SomebodyElseNamedWithTheOffice_TheArticleWins()
    {
        var speaker = Say(Invented, "Menteri Luar Negeri Tuvalu Tegar Pradana mengatakan perundingan itu berjalan lancar.", "2023-04-03").Speaker;

        speaker.ShouldBe(new Actor("Tegar Pradana", ActorType.Person, "TUV"));
    }

    [Theory]
    [InlineData("Sinta Wulandari mengatakan perundingan itu berjalan lancar.")]
    [InlineData("Wulandari mengatakan perundingan itu berjalan lancar.")]
    [InlineData("Rini Mahesa mengatakan perundingan itu berjalan lancar.")]
    public void Extract_PartOfAKnownName_IsNotTheKnownPerson(string text)
    {
        var speaker = Say(Invented, text, "2023-04-03").Speaker;

        speaker!.Person.ShouldBeNull();
        speaker.Represents.ShouldBeNull();
    }

    [Fact]
    public void Extract_PartOfAKnownNameBesideTheOffice_IsTheKnownPerson() =>
        Say(Invented, "Menteri Luar Negeri Tuvalu Rini mengatakan perundingan itu berjalan lancar.", "2023-04-03").Speaker!.Person.ShouldBe("Rini Wulandari");

    [Fact]
    public void Extract_HolderNamedElsewhereWithoutTheTitle_TheTitleIsThatPerson()
    {
        const string text = "Galih Mahesa tiba di Ambon pada Senin pagi.\n\nKetua Dewan Sungai Persatuan Lembah mengatakan tanggul itu harus diperbaiki.";

        Say(Invented, text, "2023-04-03").Speaker!.Name.ShouldBe("Galih Mahesa");
        Say(Invented, text, "2025-04-03").Speaker!.Name.ShouldBe("Ketua Dewan Sungai Persatuan Lembah");
    }

    [Fact]
    public void WithActors_EntryForATakenOffice_GoesBeforeTheTables()
    {
        var engine = Facts.WithActors([new() { Name = "Sapto Wijaya", Type = ActorType.Person, Offices = [new("Menteri Luar Negeri", "JPN", new(2023, 1, 1), new(2023, 12, 31))] }]);
        const string text = "Menteri Luar Negeri Jepang mengatakan perundingan itu berjalan lancar.";

        Say(engine, text, "2023-04-03").Speaker!.Person.ShouldBe("Sapto Wijaya");
        Say(engine.WithActors([]), text, "2023-04-03").Speaker!.Person.ShouldBe("Yoshimasa Hayashi", "the list is gone and the tables are as they were");
        Say(Facts, text, "2023-04-03").Speaker!.Person.ShouldBe("Yoshimasa Hayashi", "an engine never changes");
    }

    [Fact]
    public void WithActors_LongerAlias_GoesBeforeTheShorterNameOfTheTables()
    {
        var engine = Facts.WithActors([new() { Name = "Forum Sungai", Type = ActorType.Organization, Aliases = ["Jepang Lestari"] }]);

        Say(engine, "Jepang Lestari menyatakan sungai itu harus dibersihkan.", null).Speaker!.Name.ShouldBe("Forum Sungai");
        Say(engine, "Jepang menyatakan sungai itu harus dibersihkan.", null).Speaker!.Name.ShouldBe("Jepang");
    }

    // Facts that anybody can look up; they also show that each table is read.
    [Theory]
    [InlineData("Menteri Luar Negeri Jepang", "2023-04-15", "Yoshimasa Hayashi")]
    [InlineData("Sekretaris Jenderal NATO", "2023-07-12", "Jens Stoltenberg")]
    [InlineData("Presiden Prancis", "2016-10-01", "Francois Hollande")]
    [InlineData("Presiden Amerika Serikat", "2019-05-01", "Donald Trump")]
    [InlineData("Presiden AS", "2022-05-01", "Joe Biden")]
    [InlineData("Kapolri", "2017-03-01", "Tito Karnavian")]
    [InlineData("Panglima TNI", "2016-11-05", "Gatot Nurmantyo")]
    [InlineData("Gubernur Jawa Tengah", "2017-08-01", "Ganjar Pranowo")]
    [InlineData("Gubernur Bank Indonesia", "2020-08-01", "Perry Warjiyo")]
    [InlineData("Ketua Umum PDI Perjuangan", "2020-08-01", "Megawati Soekarnoputri")]
    [InlineData("Menko Polhukam", "2020-08-01", "Mahfud MD")]
    [InlineData("Menteri Koordinator Bidang Politik, Hukum, dan Keamanan", "2017-08-01", "Wiranto")]
    [InlineData("Sekjen PBB", "2016-08-01", "Ban Ki-moon")]
    [InlineData("Direktur Jenderal Organisasi Kesehatan Dunia (WHO)", "2020-03-11", "Tedros Adhanom Ghebreyesus")]
    [InlineData("Ketua Dewan Perwakilan Rakyat (DPR)", "2015-03-11", "Setya Novanto")]
    [InlineData("Menteri Luar Negeri RI", "2025-03-11", "Sugiono")]
    [InlineData("Menteri Pertahanan Rusia", "2024-05-13", null)]
    [InlineData("Menlu Iran", "2024-06-01", "Ali Bagheri Kani")]
    [InlineData("Menteri Pertahanan Brasil", "2015-11-01", "Aldo Rebelo")]
    [InlineData("Menlu Aljazair", "2014-05-01", "Ramtane Lamamra")]
    [InlineData("Gubernur Maluku", "2012-05-01", "Karel Albert Ralahalu")]
    [InlineData("Menteri Luar Negeri Vanuatu", "2010-06-01", null)]
    public void Extract_KnownOffice_LeadsToItsHolder(string title, string day, string? person) =>
        Say(Facts, $"{title} mengatakan perundingan itu berjalan lancar.", day).Speaker!.Person.ShouldBe(person);

    [Theory]
    [InlineData("Joko Widodo mengatakan jalan itu akan diperbaiki.", "2018-05-01", "IDN")]
    [InlineData("Joko Widodo mengatakan jalan itu akan diperbaiki.", "2025-05-01", null)]
    [InlineData("Jokowi mengatakan jalan itu akan diperbaiki.", "2013-05-01", "Pemerintah Provinsi DKI Jakarta")]
    [InlineData("Presiden Trump mengatakan jalan itu akan diperbaiki.", "2018-05-01", "USA")]
    [InlineData("Kanselir Merkel mengatakan jalan itu akan diperbaiki.", "2018-05-01", "DEU")]
    [InlineData("Menlu Retno mengatakan jalan itu akan diperbaiki.", "2018-05-01", "IDN")]
    [InlineData("Jens Stoltenberg mengatakan jalan itu akan diperbaiki.", "2025-05-01", null)]
    [InlineData("Muhammad Ali mengatakan jalan itu akan diperbaiki.", "2024-05-01", null)]
    [InlineData("Kepala Staf TNI Angkatan Laut Muhammad Ali mengatakan jalan itu akan diperbaiki.", "2024-05-01", "TNI")]
    [InlineData("Wakil Presiden Cyril Ramaphosa mengatakan jalan itu akan diperbaiki.", "2017-05-01", "ZAF")]
    [InlineData("Kepala Kepolisian Negara Republik Indonesia Tito Karnavian mengatakan jalan itu akan diperbaiki.", "2017-05-01", "Polri")]
    public void Extract_KnownPerson_SpeaksForTheOfficeOfTheDay(string text, string day, string? represents) => Say(Facts, text, day).Speaker!.Represents.ShouldBe(represents);

    [Fact]
    public void Extract_PresidentOfAnArticleAboutAnotherCountry_IsThatCountrysPresident()
    {
        const string text = "Prancis menutup dua pelabuhan. Warga Prancis memprotes penutupan itu.\n\nPresiden mengatakan pelabuhan itu akan dibuka lagi.";

        var speaker = Say(Facts, text, "2023-07-12").Speaker;

        speaker!.Person.ShouldBe("Emmanuel Macron");
        speaker.Represents.ShouldBe("FRA");
    }

    [Fact]
    public void Tables_OfficesOfOneHolder_NeverHaveTwoAtATime()
    {
        var faults = new List<string>();
        foreach (var office in Tables.Holders.Tenures.Where(t => t.Office.Single && !t.Acting).GroupBy(t => (t.Office.Name, t.Of)))
        {
            var terms = office.OrderBy(t => t.From.Last).ToList();
            for (var i = 1; i < terms.Count; i++)
            {
                // The day or month of a change belongs to both.
                if (terms[i].From.Last < terms[i - 1].Until.First)
                {
                    faults.Add($"{terms[i - 1].Role}: {terms[i - 1].Person.Name}, {terms[i].Person.Name}");
                }
            }
        }

        faults.ShouldBeEmpty();
        Tables.Holders.Tenures.Count().ShouldBeGreaterThan(3400);
    }

    [Theory]
    [InlineData("Rini Wulandari\t-\tPresiden\tTUV\t2023-02-30\t2024", "no date")]
    [InlineData("Rini Wulandari\t-\tPresiden\tTUV\t2024\t2023", "before it begins")]
    [InlineData("Rini Wulandari\t-\tPresiden\tXYZ\t2023\t2024", "XYZ is no country code")]
    [InlineData("Rini Wulandari\t-\tPenghulu\tTUV\t2023\t2024", "no office Penghulu")]
    public void HolderTable_BadLine_NamesTableAndLine(string line, string what)
    {
        var table = new HolderTable(new Dictionary<string, Office> { ["Presiden"] = new("Presiden", true, true, null) }, Tables.Owners);

        var error = Should.Throw<InvalidOperationException>(() => table.Read(LexiconTable.Parse("id/x.tsv", line, 6)[0]));

        error.Message.ShouldContain("id/x.tsv, line 1");
        error.Message.ShouldContain(what);
    }

    [Fact]
    public void HolderTable_NameOfTwoPeople_IsRefused()
    {
        var table = new HolderTable(new Dictionary<string, Office> { ["Presiden"] = new("Presiden", true, true, null) }, Tables.Owners);
        var lines = LexiconTable.Parse("id/x.tsv", "Rini Wulandari\tMbak Wulan\tPresiden\tTUV\t2022\t2023\nSari Wulandari\tMbak Wulan\tPresiden\tTUV\t2024\t2025", 6);
        table.Read(lines[0]);

        Should.Throw<InvalidOperationException>(() => table.Read(lines[1])).Message.ShouldContain("already stands for Rini Wulandari");
    }

    [Theory]
    [InlineData("Recep Tayyip Erdoğan", "recep tayyip erdogan")]
    [InlineData("Donald J. Trump", "donald trump")]
    [InlineData("Kim Jong-un", "kim jong un")]
    [InlineData("Ma’ruf Amin", "maruf amin")]
    [InlineData("K. Shanmugam", "k shanmugam")]
    [InlineData("\ud83d", "\ud83d")]
    [InlineData("", "")]
    public void Key_WritingsOfOneName_AreOne(string name, string key) => Officeholders.Key(name).ShouldBe(key);

    [Theory]
    [InlineData("2023", "2023-01-01", "2023-12-31")]
    [InlineData("2024-02", "2024-02-01", "2024-02-29")]
    [InlineData("2023-07-12T14:05+07:00", "2023-07-12", "2023-07-12")]
    [InlineData("2023-07-10/2023-07-16", "2023-07-10", "2023-07-16")]
    [InlineData("2023-07/2023-09", "2023-07-01", "2023-09-30")]
    public void Days_OfADate_AreAllItMayMean(string value, string first, string last) =>
        Days.Of(value).ShouldBe(new Days(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Extract_WeekInWhichTheOfficeChangedHands_NamesNobody() =>
        Say(Invented, "Pekan lalu Menteri Luar Negeri Tuvalu mengatakan perundingan itu berjalan lancar.", "2023-07-05").Speaker!.Person.ShouldBeNull();
}
