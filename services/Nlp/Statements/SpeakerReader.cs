using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Statements;

/// <summary>Reads the noun phrase that names a source, behind a cue ("kata X") or before one ("X mengatakan").</summary>
internal sealed class SpeakerReader(ArticleWork work, Discourse discourse)
{
    /// <summary>Longest description that is still a name for somebody.</summary>
    private const int MaxDescription = 16;

    /// <summary>Longest subject with its adverbials in tokens; farther back nothing is looked for, so that text without punctuation stays linear.</summary>
    private const int MaxSubject = 60;

    /// <summary>Reads the source that begins at a token; null when none does.</summary>
    public Speaker? Read(int at, int end)
    {
        var tokens = work.Tokens;
        if (at < end && work.IsForm(at, "oleh"))
        {
            at++;
        }

        if (at >= end || tokens[at].Kind != TokenKind.Word)
        {
            return null;
        }

        if (Account(at, end) is { } account)
        {
            return account;
        }

        var index = work.FoundOf[at];
        if (index >= 0)
        {
            var found = work.Found[index];
            if (found.OuterFirst == at || found.First == at)
            {
                return FromFound(found, end);
            }
        }

        // "Pihaknya mengingatkan ...": whoever has the word speaks of the own side.
        if (work.IsForm(at, "pihaknya") && (discourse.Same() ?? NamedBefore(at)) is { } side)
        {
            return new(side, at, at + 1, at + 1, null, 0.7);
        }

        return Description(at, end);
    }

    // "tulis Instagram @dinas_air", "unggah akun X resmi @rini.wulandari": whose account it is; the network says nothing.
    private Speaker? Account(int at, int end)
    {
        var i = at;
        while (i < end && i < at + 4 && (work.IsForm(i, "akun") || work.Form(i) is "Instagram" or "Twitter" or "X" or "Facebook" or "TikTok" or "Threads" or "YouTube" or "resmi" or "pribadi" or "pribadinya" or "resminya"))
        {
            i++;
        }

        if (i == at || i >= end || work.Form(i) is not { Length: > 3 } form || form[0] != '@')
        {
            return null;
        }

        var close = i + 1;
        while (close + 1 < end && work.Tokens[close] is { Mark: '.', Space: false } && work.Tokens[close + 1] is { Kind: TokenKind.Word, Space: false, Breaks: 0 })
        {
            close += 2;
        }

        // Of an account nobody is known for, the words stand: "akun @kabarjalan".
        var name = work.IsForm(at, "akun") ? "akun" + work.Words(at, close)[4..] : work.Words(i, close);
        return new(discourse.Account(work.Words(i, close)) ?? new Entity { Name = name, Type = ActorType.Group, OnePerson = true }, at, close, close, null, 0.75);
    }

    private Speaker? FromFound(Found found, int end)
    {
        var entity = discourse.Resolve(found);
        if (entity is null && found.Form == MentionForm.Pronoun && !work.Is(found.First, WordClass.Pronoun3Plural))
        {
            // "Rini tidak cemas, ia justru yakin ...": nobody has spoken yet, so it is whose name opens the sentence, else the first of the article who is brought in as a person.
            found.Entity = entity = Opener(found.First) ?? Foremost(found.First);
        }

        if (entity is null)
        {
            return null;
        }

        // "Putra Hasan Basri itu menambahkan", "imbuh mantan Aspidum Kejaksaan Tinggi itu": no name takes a determiner; what ends in one describes who has the word.
        if (found.Form == MentionForm.Name && entity.Type == ActorType.Person && Closing(found, end) is var closing and > 0 && discourse.Same() is { Type: ActorType.Person } described)
        {
            return new(described, found.OuterFirst, closing, closing, null, 0.7);
        }

        // "Rini dan Partai Nusa": two sources are a group.
        if (found.Form != MentionForm.Pronoun && found.After + 1 < end && work.IsForm(found.After, "dan") && work.FoundOf[found.After + 1] is var next and >= 0
            && work.Found[next] is { Form: not MentionForm.Pronoun } other && (other.OuterFirst == found.After + 1 || other.First == found.After + 1) && discourse.Resolve(other) is { } second && second != entity
            && second.Type != ActorType.Document && !entity.Outlet && !second.Outlet)
        {
            var both = new Entity { Name = $"{entity.Name} dan {second.Name}", Type = ActorType.Group, Represents = entity.Represents == second.Represents ? entity.Represents : null };
            return new(both, found.First, other.End, other.After, null, 0.8);
        }

        var certainty = found.Form switch
        {
            MentionForm.Pronoun => 0.8,
            MentionForm.Description => 0.75,
            MentionForm.Title => 0.85,
            _ => 0.95,
        };
        return new(entity, found.First, found.End, found.After, found.Role, certainty);
    }

    // One past the determiner that closes a description read as a name, perhaps behind an acronym in brackets; -1 when none does, or the determiner may open the content.
    private int Closing(Found found, int end)
    {
        var at = found.After;
        at += at + 2 < end && work.IsMark(at, '(') && work.IsMark(at + 2, ')') ? 3 : 0;
        if (at >= end || !work.Tokens[at].Is(WordClass.Determiner) || found.End - found.OuterFirst < 2 || Phrases.Longest(work, found.OuterFirst, static node => (node.Noun & (WordClass.Document | WordClass.OrgHead)) != 0, out _) is not null || (found.OuterFirst > 0 && work.Tokens[found.OuterFirst - 1].Is(WordClass.CueAccording)))
        {
            return -1;
        }

        return at + 1 >= end || work.Tokens[at + 1].Mark is ',' or '.' or '(' || work.Tokens[at + 1].Is(WordClass.CueVerb | WordClass.Adverb) || work.IsForm(at + 1, "pun") ? at + 1 : -1;
    }

    // "para pejabat NATO", "seorang warga", "laporan tersebut", "kantor Rini", "pria itu", "sumber di kementerian".
    private Speaker? Description(int at, int end)
    {
        var tokens = work.Tokens;
        var i = at;
        var marked = false;
        var one = false;
        // "sebuah penelitian": the article is no part of the name, and only a text or a body speaks behind it.
        if (i + 1 < end && work.IsForm(i, "sebuah") && Phrases.Longest(work, i + 1, static node => (node.Noun & (WordClass.Document | WordClass.OrgHead)) != 0, out _) is not null)
        {
            at = ++i;
        }

        // "kata sang juru bicara": the article points back as "itu" does.
        if (work.IsForm(i, "sang") && i + 1 < end && Phrases.Longest(work, i + 1, static node => node.Title is not null || (node.Noun & (WordClass.Leader | WordClass.Group)) != 0, out _) is not null
            && (discourse.Same() ?? discourse.Pronoun(plural: false) ?? discourse.Foremost()) is { } meant && (meant.Type == ActorType.Person || meant.OnePerson) && DescriptionEnd(i + 1, end, out _, out _) is var close && close > i + 1)
        {
            return new(meant, at, close, close, null, 0.65);
        }

        var oneOf = false;
        while (i < end && (tokens[i].Is(WordClass.Plural | WordClass.One) || (marked && tokens[i].Kind == TokenKind.Number)))
        {
            if (work.IsForm(i, "salah"))
            {
                if (!work.IsForm(i + 1, "satu") && !work.IsForm(i + 1, "seorang"))
                {
                    return null;
                }

                i++;
                oneOf = true;
            }

            one |= work.IsForm(i, "seorang");
            marked = true;
            i++;
        }

        if (i >= end || tokens[i].Kind != TokenKind.Word)
        {
            return null;
        }

        var noun = Phrases.Longest(work, i, static node => node.Noun != 0, out _)?.Noun ?? WordClass.None;
        if (noun == 0 && IsPossessed(i, out var owned))
        {
            noun = owned;
        }

        var stop = DescriptionEnd(i, end, out var pointsBack, out var inner);
        if (stop <= i)
        {
            return null;
        }

        // "salah satu penumpang bernama Rini": the name.
        if (inner >= 0 && work.Found[inner] is { Form: MentionForm.Name } christened && christened.After == stop && christened.OuterFirst > i + 1 && (work.IsForm(christened.OuterFirst - 1, "bernama") || work.IsForm(christened.OuterFirst - 1, "berinisial")))
        {
            return FromFound(christened, end);
        }

        // "kandidat Presiden Nusaraya Rini Wulandari", "perwakilan dari Badan Digital (BD) Rini Wulandari": what such words describe is who bears the name; a possessor's stands behind
        // "istri", "pendukung", "kantor".
        if (!marked && inner >= 0 && work.Found[inner] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } bearer && bearer.After == stop && bearer.End - bearer.First >= 2 && bearer.OuterFirst > i
            && IsBorne(i) && !HasYang(i, bearer.OuterFirst) && !tokens[bearer.OuterFirst - 1].Is(WordClass.Preposition))
        {
            return FromFound(bearer, end);
        }

        // "seorang penata rambut dan pemilik salon, Rini Wulandari": the office before the name ends the description.
        // "salah satu pendiri, Rini Wulandari": so does the comma.
        // "kakak korban, Umi Salamah": the name behind the comma is the whole description's.
        if ((one || oneOf || (!marked && inner >= 0 && work.Found[inner].OuterFirst > i && IsCommaBefore(work.Found[inner]))) && inner >= 0 && work.Found[inner] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } last && last.After == stop && !HasYang(i, last.OuterFirst)
            && ((last.OuterFirst < last.First && last.OuterFirst >= i) || (last.First > i && (tokens[last.First - 1].Mark == ',' || (work.FoundOf[last.First - 1] is var firm and >= 0 && work.Found[firm].Entity is { Type: ActorType.Organization })))))
        {
            return FromFound(last, end);
        }

        if ((!marked || one || oneOf) && NameBehind(at, stop, end, noun, one || oneOf) is { } called)
        {
            // "Istri Budi, Rini Wulandari, ...": whom "istri Budi" means from here on.
            if (!marked && (noun & WordClass.Group) != 0 && discourse.Resolve(called) is { Type: ActorType.Person } relative && !relative.Roles.Contains(work.Words(i, stop)))
            {
                relative.Roles.Add(work.Words(i, stop));
            }

            return FromFound(called, end);
        }

        // "kata istri Budi", "ujar pengemudi truk": whom the article has called so and named.
        if (!marked && !pointsBack && stop > i + 1 && (noun & WordClass.Group) != 0 && discourse.Described(work.Words(i, stop)) is { } kin)
        {
            return new(kin, at, stop, stop, null, 0.7);
        }

        // "situs tersebut melaporkan", "koran itu menulis": the outlet or firm that has just been quoted.
        if (!marked && pointsBack && stop == i + 2 && work.Form(i) is "situs" or "Situs" or "laman" or "Laman" or "media" or "Media" or "koran" or "Koran" or "harian" or "Harian" or "majalah" or "Majalah" or "tabloid" or "Tabloid" or "portal" or "Portal"
            && discourse.Collective is { Type: ActorType.Organization } outlet)
        {
            return new(outlet, at, stop, stop, null, 0.65);
        }

        if (!marked && pointsBack && (noun & WordClass.Document) != 0)
        {
            var document = discourse.Paper(work.Words(i, i + 1)) ?? new Entity { Name = char.ToLowerInvariant(work.Words(at, stop - 1)[0]) + work.Words(at, stop - 1)[1..], Type = ActorType.Document };
            return new(document, at, stop, stop, null, 0.75);
        }

        // "kata forum", "kata partai itu": the organisation of that name in this article.
        if (!marked && (noun & (WordClass.OrgHead | WordClass.Body)) != 0 && (stop == i + 1 || (pointsBack && stop == i + 2)) && discourse.ByHead(work.Words(i, i + 1).ToLowerInvariant()) is { } named)
        {
            return new(named, at, stop, stop, null, 0.8);
        }

        // "massa menuntut ...", "massa aksi itu meminta ...": whose people have gathered.
        if (!marked && (stop == i + 1 || (pointsBack && stop == i + 2)) && (noun & WordClass.Group) != 0 && discourse.Gathered(work.Words(i, i + 1)) is { } crowd)
        {
            return new(crowd, at, stop, stop, null, 0.7);
        }

        // "Hakim juga memerintahkan ...": one of many by trade, who has just had the word.
        if (!marked && stop == i + 1 && Phrases.Title(work, i, out var trade) is { Kind: TitleKind.Member } && trade == 1 && discourse.Same() is { Type: ActorType.Person } practitioner
            && practitioner.Roles.Exists(role => Offices.Same(role, work.Words(i, i + 1))))
        {
            return new(practitioner, at, stop, stop, null, 0.65);
        }

        // "kata presiden", "ujar kapolres": whom the article gives that office.
        if (!marked && stop == i + 1 && Phrases.Title(work, i, out var words) is { Kind: TitleKind.Office or TitleKind.Place } && words == 1 && discourse.Holder(work.Words(i, i + 1)) is { } officer)
        {
            return new(officer, at, stop, stop, null, 0.7);
        }

        // "kantornya": the office of the person the text speaks of.
        if (!marked && work.IsForm(i, "kantornya") && (NamedBefore(at) ?? discourse.Pronoun(plural: false)) is { Type: ActorType.Person } head)
        {
            return new(new Entity { Name = $"kantor {head.Name}", Type = ActorType.Organization, Represents = head.Represents }, at, i + 1, i + 1, null, 0.75);
        }

        // "tambah pria yang bekerja sebagai ...": a description that goes on with the speaker.
        if (!marked && (work.IsForm(i, "pria") || work.IsForm(i, "wanita") || work.IsForm(i, "perempuan") || work.IsForm(i, "lelaki")) && (discourse.Same() is { Type: not ActorType.Person } nameless && pointsBack ? LatestNamed(at) ?? nameless : discourse.Same()) is { } same)
        {
            return new(same, at, stop, stop, null, 0.65);
        }

        // "politikus yang juga ketua fraksi itu": two offices in one person, who has the word.
        if (!marked && pointsBack && noun != 0 && AlsoHolds(i, stop) && discourse.Same() is { Type: ActorType.Person } twice)
        {
            return new(twice, at, stop, stop, null, 0.7);
        }

        // "adik Hasan Basri itu": who has the word, by a relation.
        if (!marked && pointsBack && stop > i + 2 && IsKin(i) && discourse.Same() is { Type: ActorType.Person } sibling)
        {
            return new(sibling, at, stop, stop, null, 0.7);
        }

        if (!marked && pointsBack && (noun & WordClass.Leader) != 0 && (discourse.Pronoun(plural: false) ?? discourse.Foremost()) is { } person)
        {
            return new(person, at, stop, stop, null, 0.7);
        }

        if (!marked && pointsBack && (noun & (WordClass.Body | WordClass.Group | WordClass.OrgHead)) != 0 && discourse.Pronoun(plural: true) is { } body)
        {
            return new(body, at, stop, stop, null, 0.65);
        }

        if (noun == 0 && !marked)
        {
            return null;
        }

        var type = (noun & WordClass.Document) != 0 ? ActorType.Document : (noun & WordClass.OrgHead) != 0 && !marked ? ActorType.Organization : ActorType.Group;
        string? represents = null;
        if (inner >= 0 && work.Found[inner].Entity is { } owner)
        {
            represents = owner.Type == ActorType.Person ? owner.Represents : owner.Represents ?? owner.Name;
        }

        var nameFirst = marked && tokens[at].Is(WordClass.Plural) && work.IsForm(at, "para") ? i : at;
        nameFirst = one ? i : nameFirst;
        var name = work.Words(nameFirst, stop);
        name = tokens[nameFirst].AllCaps ? name : char.ToLowerInvariant(name[0]) + name[1..];
        // "data Gabungan Nelayan Utara (Ganeru)": what the owner is usually called.
        if (inner >= 0 && work.Found[inner] is var issuer && issuer.Entity is { Type: ActorType.Organization } house && issuer.First > nameFirst && tokens[issuer.First - 1].Is(WordClass.Common) && !tokens[issuer.First - 1].Is(WordClass.Conjunction) && issuer.After >= stop - 3 && work.IsMark(issuer.End, '(')
            && work.IsMark(issuer.End + 2, ')') && work.Form(issuer.End + 1).SequenceEqual(house.Name))
        {
            name = $"{work.Words(nameFirst, issuer.First)} {house.Name}";
            name = tokens[nameFirst].AllCaps ? name : char.ToLowerInvariant(name[0]) + name[1..];
        }

        if (type == ActorType.Organization && tokens[at].Capital && !work.IsForm(at, "kantor"))
        {
            name = work.Words(nameFirst, stop);
            name = name[..1].ToLowerInvariant() + name[1..];
        }

        return new(new Entity { Name = name, Type = type, Represents = represents, IsUnnamed = !marked && !pointsBack && (work.IsForm(i, "pejabat") || work.IsForm(i, "diplomat") || work.IsForm(i, "petinggi") || work.IsForm(i, "perwakilan")), OnePerson = one || (oneOf && (noun & WordClass.Group) != 0) || (!marked && (noun & WordClass.Leader) != 0) || (!marked && (IsOfficial(i) || (pointsBack && (noun & WordClass.Group) != 0 && !IsCollective(i)))) }, at, stop, stop, null, noun == 0 ? 0.5 : 0.8);
    }

    // "kata seorang pensiunan, Rini Wulandari (69), kepada ...", "ujar kepolisian Kalibaru, Rini Wulandari.", "dilaporkan media setempat, Warta Kalibaru, ...": the name that a
    // description stands before. Behind "menurut" a comma opens the content, unless one person is described and the name closes with a comma of its own.
    private Found? NameBehind(int at, int stop, int end, WordClass noun, bool one)
    {
        var tokens = work.Tokens;
        if (stop + 1 >= end || tokens[stop].Mark != ',' || tokens[stop + 1].Breaks > 0 || tokens[stop - 1].Is(WordClass.Determiner)
            || work.FoundOf[stop + 1] is not (var index and >= 0) || work.Found[index] is not { Form: MentionForm.Name or MentionForm.Alias } found || found.OuterFirst != stop + 1)
        {
            return null;
        }

        var person = found.Entity is null or { Type: ActorType.Person };
        if (person ? (noun & WordClass.Document) != 0 || (found.End - found.First < 2 && found.After == found.End && !(found.After < end && tokens[found.First].Is(WordClass.GivenName) && (tokens[found.After].Mark is ',' or '.' || (one && ClosesName(found.After))))) : found.Entity!.Type != ActorType.Organization || (noun & (WordClass.Group | WordClass.Body)) == 0 || one || !work.IsForm(at, "media"))
        {
            return null;
        }

        var according = at > 0 && tokens[at - 1].Is(WordClass.CueAccording);
        if (found.After >= end)
        {
            return according ? null : found;
        }

        return tokens[found.After].Mark == ',' ? (!according || one || !person) && !(found.After + 1 < end && tokens[found.After + 1].Is(WordClass.Conjunction)) ? found : null
            : !according && (tokens[found.After].Mark is '.' or '(' || ClosesName(found.After)) ? found : null;
    }

    // "..., Agus ditemui di sela-sela rapat", "..., Rini kepada wartawan": what follows the name tells of the act of saying.
    private bool ClosesName(int at) => work.Tokens[at].Is(WordClass.Preposition | WordClass.CueVerb | WordClass.Subordinator | WordClass.Weekday | WordClass.Yang | WordClass.Contact);

    /// <summary>Behind a quotation and its cue stands a source, whatever the noun: "kata pengendara becak itu".</summary>
    public Speaker? AnyNoun(int at, int end)
    {
        if (at >= end || work.Tokens[at].Kind != TokenKind.Word || work.Tokens[at].Capital || !work.Tokens[at].Is(WordClass.Common)
            || work.Tokens[at].Is(WordClass.Function | WordClass.Adverb | WordClass.CueAny) || Words.LooksVerb(work.Form(at)))
        {
            return null;
        }

        var stop = DescriptionEnd(at, end, out var pointsBack, out _);
        // "kata perancang busana Rini Wulandari": a trade that no table knows before the name.
        for (var i = at; i < end && i < at + 4; i++)
        {
            if (work.FoundOf[i] is var index and >= 0)
            {
                if (i > at && work.Found[index] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } named && named.OuterFirst == i && named.First == i)
                {
                    return FromFound(named, end);
                }

                break;
            }

            if (work.Tokens[i].Capital || work.Tokens[i].Kind != TokenKind.Word || work.Tokens[i].Is(WordClass.Function))
            {
                break;
            }
        }

        if (pointsBack && discourse.Same() is { } same)
        {
            return new(same, at, stop, stop, null, 0.6);
        }

        return stop <= at ? null : new(new Entity { Name = work.Words(at, stop), Type = ActorType.Group, OnePerson = true }, at, stop, stop, null, 0.55);
    }

    // "Perempuan 50 tahun itu" behind the words of somebody without a name is who was named last.
    private Entity? LatestNamed(int at)
    {
        for (var i = work.Found.Count - 1; i >= 0; i--)
        {
            if (work.Found[i] is { Form: MentionForm.Name, Entity: { Type: ActorType.Person, Weak: false } person } found && found.First < at)
            {
                return person;
            }
        }

        return null;
    }

    private bool AlsoHolds(int first, int end)
    {
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (work.Tokens[i].Is(WordClass.Yang) && work.IsForm(i + 1, "juga"))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBorne(int at) => work.Form(at) is "kandidat" or "Kandidat" or "calon" or "Calon" or "perwakilan" or "Perwakilan" or "tersangka" or "Tersangka" or "terdakwa" or "Terdakwa" or "saksi" or "Saksi" or "korban" or "Korban"
        or "ekonom" or "Ekonom" or "pakar" or "Pakar" or "ahli" or "Ahli" or "peneliti" or "Peneliti" or "pengamat" or "Pengamat" or "analis" or "Analis" or "aktivis" or "Aktivis" or "warga" or "Warga" or "dokter" or "Dokter" or "dosen" or "Dosen";

    private bool IsKin(int at) => work.IsForm(at, "istri") || work.IsForm(at, "suami") || work.IsForm(at, "anak") || work.IsForm(at, "putra") || work.IsForm(at, "putri") || work.IsForm(at, "adik") || work.IsForm(at, "kakak")
        || work.IsForm(at, "ayah") || work.IsForm(at, "ayahanda") || work.IsForm(at, "ibu") || work.IsForm(at, "ibunda") || work.IsForm(at, "saudara") || work.IsForm(at, "saudari") || work.IsForm(at, "keponakan") || work.IsForm(at, "sepupu") || work.IsForm(at, "mertua") || work.IsForm(at, "kekasih") || work.IsForm(at, "cucu");

    // "sumber itu", "petugas tersebut" is one; "massa itu", "keluarga itu" are many.
    private bool IsCollective(int at) => work.Form(at).Contains('-') || work.IsForm(at, "massa") || work.IsForm(at, "media") || work.IsForm(at, "kalangan") || work.IsForm(at, "publik") || work.IsForm(at, "masyarakat") || work.IsForm(at, "rakyat")
        || work.IsForm(at, "dunia") || work.IsForm(at, "warga") || work.IsForm(at, "keluarga") || work.IsForm(at, "warganet") || work.IsForm(at, "netizen") || work.IsForm(at, "aparat") || work.IsForm(at, "otoritas") || work.IsForm(at, "oposisi")
        || work.IsForm(at, "pihak") || work.IsForm(at, "kelompok") || work.IsForm(at, "negara") || work.IsForm(at, "orang") || work.IsForm(at, "umat") || work.IsForm(at, "perwakilan") || work.IsForm(at, "majelis");

    // A noun without number that tells an office or a part in a case: "dia" behind its statement goes on with it, where "warga" may be many.
    private bool IsOfficial(int at) => !work.Form(at).Contains('-') && (work.IsForm(at, "anggota") || work.IsForm(at, "pejabat") || work.IsForm(at, "diplomat") || work.IsForm(at, "komandan")
        || work.IsForm(at, "jaksa") || work.IsForm(at, "hakim") || work.IsForm(at, "utusan") || work.IsForm(at, "perwakilan") || work.IsForm(at, "saksi") || work.IsForm(at, "senator") || work.IsForm(at, "legislator"));

    // The name model, the list of given names or the article itself ("kata Rini") knows it for a person's.
    private bool IsPerson(Found found)
    {
        var person = work.NameAt(found.First).Kind == NameKind.Person;
        for (var i = found.First; i < found.End; i++)
        {
            person |= work.Tokens[i].Is(WordClass.GivenName) || work.AreIn(work.CalledNames, i, i + 1);
        }

        return person;
    }

    private bool IsCommaBefore(Found found) => found.First > found.OuterFirst && work.Tokens[found.First - 1].Mark == ',';

    /// <summary>
    /// Before a cue that only people speak through stands a source, whatever the noun: "pelukis asal Ambon itu mengatakan", "seniman yang tinggal di sana mengaku".
    /// Null where the words before the cue are no noun phrase from the start of their clause on.
    /// </summary>
    public Speaker? Unlisted(int first, int cue)
    {
        var tokens = work.Tokens;
        var end = cue;
        while (end > first && (tokens[end - 1].Is(WordClass.Adverb | WordClass.Auxiliary) || work.IsForm(end - 1, "saja")) && !tokens[end - 1].Is(WordClass.Determiner))
        {
            end--;
        }

        var comma = end - 1;
        while (comma >= first && end - comma <= MaxSubject && tokens[comma].Mark != ',' && !tokens[comma].Quoted)
        {
            comma--;
        }

        var at = SkipConnectives(comma + 1, end);
        while (at < end && (work.IsForm(at, "setidaknya") || work.IsForm(at, "hampir") || work.IsForm(at, "sedikitnya") || (tokens[at].Kind == TokenKind.Number && at + 1 < end)))
        {
            at++;
        }

        if (at >= end || end - comma > MaxSubject || (tokens[end - 1].Is(WordClass.Yang) && !(tokens[at].Is(WordClass.Plural) && end == at + 2)) || tokens[at] is not { Kind: TokenKind.Word } || tokens[at].Quoted || tokens[at].Is((WordClass.Function & ~(WordClass.Plural | WordClass.One)) | WordClass.CueAny | WordClass.Weekday) || Words.LooksVerb(work.Form(at)))
        {
            return null;
        }

        // "hal itu", "sikap yang": what only happens says nothing.
        if (work.IsForm(at, "hal") || work.Is(at, WordClass.Utterance | WordClass.Attitude | WordClass.Calendar))
        {
            return null;
        }

        var relative = false;
        for (var i = at; i < end; i++)
        {
            ref readonly var token = ref tokens[i];
            relative |= token.Is(WordClass.Yang);
            if (token.Quoted || token.Is(WordClass.Pronoun) || (token.Kind is not (TokenKind.Word or TokenKind.Number) && token.Mark is not ('-' or '/')) || token.Is(WordClass.Bahwa)
                || (!relative && (token.Is(WordClass.Auxiliary | WordClass.Subordinator | WordClass.CueAny) || (!token.Capital && i > at && Words.LooksVerb(work.Form(i)))))
                || (!relative && token.Is(WordClass.Preposition) && !work.IsForm(i, "dari") && !work.IsForm(i, "di") && !work.IsForm(i, "untuk")))
            {
                return null;
            }
        }

        // "sosok asal Prancis itu": the speaker goes on; "aturan yang ditandatangani pada Mei itu": a text. A work of art tells stories.
        if (tokens[end - 1].Is(WordClass.Determiner) && !tokens[at].Is(WordClass.Plural | WordClass.One))
        {
            if (work.IsForm(at, "film") || work.IsForm(at, "buku") || work.IsForm(at, "lagu") || work.IsForm(at, "serial") || work.IsForm(at, "novel") || work.IsForm(at, "drama") || work.IsForm(at, "acara") || work.IsForm(at, "video"))
            {
                return null;
            }

            if (tokens[at].Is(WordClass.Common) && work.Form(at).EndsWith("an", StringComparison.Ordinal))
            {
                var text = work.Words(at, end - 1);
                return new(new Entity { Name = char.ToLowerInvariant(text[0]) + text[1..], Type = ActorType.Document }, at, end, end, null, 0.5);
            }

            if (discourse.Same() is { } same)
            {
                return new(same, at, end, end, null, 0.55);
            }
        }

        // A name at the end of the phrase is the bearer of the trade before it.
        if (!relative && work.FoundOf[end - 1] is var index and >= 0 && work.Found[index] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } named && named.After == end
            && !(named.OuterFirst > at && tokens[named.OuterFirst - 1].Is(WordClass.Preposition)))
        {
            return FromFound(named, cue);
        }

        // A capital on a word that is none of the dictionary is a name: "Nusafon mengumumkan ...".
        var unknown = tokens[at] is { Capital: true } && !tokens[at].Is(WordClass.Common);
        if (!tokens[at].Is(WordClass.Plural | WordClass.One) && !unknown && !IsTrade(work.Form(at)))
        {
            return null;
        }

        var name = work.Words(at, end);
        return new(new Entity { Name = tokens[at].Is(WordClass.Common) ? char.ToLowerInvariant(name[0]) + name[1..] : name, Type = ActorType.Group, OnePerson = !tokens[at].Is(WordClass.Plural) }, at, end, end, null, 0.45);
    }

    // Words for who does something: "penulis", "sejarawan", "negosiator", "pianis"; "pekan", "perusahaan" do not.
    private static bool IsTrade(ReadOnlySpan<char> form) =>
        form.Length > 5 && ((form.StartsWith("pe", StringComparison.OrdinalIgnoreCase) && !form.EndsWith("an", StringComparison.Ordinal) && !form.EndsWith("nya", StringComparison.Ordinal)
            && form is not ("pertama" or "Pertama" or "pernah" or "Pernah" or "penuh" or "Penuh" or "penting" or "Penting" or "persis" or "Persis" or "perlahan" or "Perlahan" or "pesawat" or "Pesawat" or "peluang" or "Peluang" or "persen" or "peristiwa" or "Peristiwa" or "periode" or "Periode"))
            || form.EndsWith("wan", StringComparison.Ordinal) || form.EndsWith("wati", StringComparison.Ordinal) || (form.EndsWith("or", StringComparison.Ordinal) && form is not ("kantor" or "Kantor" or "faktor" or "Faktor" or "sektor" or "Sektor" or "ekspor" or "Ekspor")) || form.EndsWith("olog", StringComparison.Ordinal));

    private bool HasYang(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (work.Tokens[i].Is(WordClass.Yang))
            {
                return true;
            }
        }

        return false;
    }

    // The latest person named before a token in the same paragraph.
    private Entity? NamedBefore(int at)
    {
        for (var i = at - 1; i >= 0 && i > at - 40 && work.Tokens[i + 1].Breaks == 0; i--)
        {
            if (work.FoundOf[i] is var index and >= 0 && work.Found[index] is { Form: MentionForm.Name, Entity: { Type: ActorType.Person } person })
            {
                return person;
            }
        }

        return null;
    }

    // The person whose name opens the sentence of a pronoun.
    private Entity? Opener(int at)
    {
        var first = at;
        while (first > 0 && first > at - MaxSubject && work.Tokens[first].Breaks == 0 && work.Tokens[first - 1].Mark is not ('.' or '!' or '?'))
        {
            first--;
        }

        first = SkipConnectives(first, at);
        return first < at && work.FoundOf[first] is var index and >= 0 && work.Found[index] is { Form: MentionForm.Name } found && found.OuterFirst == first && found.Entity is { Type: ActorType.Person } person ? person : null;
    }

    private Entity? Foremost(int at)
    {
        foreach (var found in work.Found)
        {
            if (found.First >= at)
            {
                break;
            }

            if (found is { Form: MentionForm.Name, Entity: { Type: ActorType.Person, Weak: false } person })
            {
                return found.OuterFirst > 0 && work.Tokens[found.OuterFirst - 1].Is(WordClass.Preposition) ? null : person;
            }
        }

        return null;
    }

    // The source a relative clause belongs to: "protes dari nelayan Cilacap yang menyebut ...", "kabar di media sosial yang menyebutkan ...".
    private Speaker? HeadBefore(int first, int yang)
    {
        var end = work.Tokens[yang - 1].Mark == ',' ? yang - 1 : yang;
        if (end <= first)
        {
            return null;
        }

        for (var i = end - 1; i >= first && i > end - 8; i--)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Kind != TokenKind.Word || token.Quoted || (i < end - 1 && (token.Is(WordClass.Auxiliary | WordClass.CueAny | WordClass.Subordinator | WordClass.Bahwa) || (!token.Capital && Words.LooksVerb(work.Form(i))))))
            {
                break;
            }

            if (!token.Capital && Phrases.Longest(work, i, static node => (node.Noun & (WordClass.Group | WordClass.Document | WordClass.OrgHead)) != 0, out _) is not null && work.FoundOf[i] < 0
                && Read(i > first && work.Tokens[i - 1].Is(WordClass.Plural) ? i - 1 : i, end) is { } described && described.After >= end)
            {
                // "Rini Wulandari, warga lain, yang menyebut ...": the description stands behind the name it belongs to.
                if (i - 2 >= first && work.Tokens[i - 1].Mark == ',' && work.Tokens[yang - 1].Mark == ',' && work.FoundOf[i - 2] is var bearer and >= 0
                    && work.Found[bearer] is { Form: MentionForm.Name, Entity: { Type: ActorType.Person } } && work.Found[bearer].OuterFirst >= first && !work.Tokens[i].Is(WordClass.Plural))
                {
                    return FromFound(work.Found[bearer], end);
                }

                // "pernyataan Rini yang menyebut ...": whose words they are.
                if (token.Is(WordClass.Utterance) && work.FoundOf[end - 1] is var owner and >= 0 && work.Found[owner] is { Form: MentionForm.Name, Entity: { Type: ActorType.Person, Outlet: false } } && work.Found[owner].After == end)
                {
                    return FromFound(work.Found[owner], end);
                }

                return described;
            }
        }

        return work.FoundOf[end - 1] is var index and >= 0 && work.Found[index].OuterFirst >= first && work.Found[index].Form != MentionForm.Pronoun ? FromFound(work.Found[index], end) : null;
    }

    private bool IsPossessed(int at, out WordClass noun)
    {
        noun = 0;
        var form = work.Form(at);
        if (form.EndsWith("nya", StringComparison.Ordinal) && form.Length > 6)
        {
            Span<char> lower = stackalloc char[form.Length];
            form[..^3].ToLowerInvariant(lower);
            var node = work.Lexicon.Step(0, work.Lexicon.WordOf(lower[..(form.Length - 3)]));
            noun = node >= 0 && work.Lexicon.At(node) is { } found ? found.Noun : 0;
        }

        return noun != 0;
    }

    private int DescriptionEnd(int at, int end, out bool pointsBack, out int inner)
    {
        var tokens = work.Tokens;
        pointsBack = false;
        inner = -1;
        var relative = false;
        var i = at;
        for (; i < end && i < at + MaxDescription; i++)
        {
            ref readonly var token = ref tokens[i];
            // "pelantun 'Laut Biru' itu": the title of a work inside the description.
            if (i > at && token.Kind is TokenKind.Quote or TokenKind.SingleQuote)
            {
                var close = i + 1;
                while (close < end && close < i + 10 && tokens[close].Kind is not (TokenKind.Quote or TokenKind.SingleQuote))
                {
                    close++;
                }

                close++;
                if (close < end && tokens[close].Is(WordClass.Determiner))
                {
                    pointsBack = true;
                    i = close + 1;
                }

                break;
            }

            if (token.Quoted || token.Breaks > 0 && i > at)
            {
                break;
            }

            if (token.Kind != TokenKind.Word)
            {
                if (token.Kind == TokenKind.Number || (token.Mark is '(' or ')' && i + 1 < end && tokens[i + 1].AllCaps) || (token.Mark == ')' && tokens[i - 1].AllCaps))
                {
                    continue;
                }

                break;
            }

            if (token.Is(WordClass.Determiner))
            {
                // "mantan artis yang dulu memerankan Sinta ini": the determiner is the whole's; "warga yang menolak proyek itu": it is the object's.
                pointsBack = !relative || (Phrases.Longest(work, at, static node => (node.Noun & WordClass.Leader) != 0, out _) is not null && (work.IsForm(i, "ini") || tokens[i - 1].Capital || work.Form(i - 1).StartsWith("ke", StringComparison.Ordinal)));
                i++;
                break;
            }

            if (i > at && token.Is(WordClass.Yang))
            {
                // "politikus yang juga ketua fraksi itu": a second office has no verb, and the determiner closes the whole.
                relative = !(i + 2 < end && work.IsForm(i + 1, "juga") && Phrases.Title(work, i + 2, out _) is not null);
                i += relative ? 0 : 1;
                continue;
            }

            if (!relative && i > at && token.Is(WordClass.CueAny) && !token.Is(WordClass.CueBare))
            {
                break;
            }

            if (!relative && token.Is(WordClass.Subordinator | WordClass.Bahwa | WordClass.Adverb | WordClass.Auxiliary))
            {
                break;
            }

            if (!relative && token.Is(WordClass.Preposition) && !work.IsForm(i, "dari") && !work.IsForm(i, "untuk") && !(work.IsForm(i, "di") && i + 1 < end && tokens[i + 1].Capital))
            {
                break;
            }

            if (!relative && i > at && !token.Capital && Words.LooksVerb(work.Form(i)) && !token.Is(WordClass.Group | WordClass.Document) && !IsTrait(i, end))
            {
                break;
            }

            // "tim kampanyenya": the possessor closes the phrase.
            if (!relative && token.Is(WordClass.Common) == false && work.FoundOf[i] < 0 && !token.Capital && work.Form(i).EndsWith("nya", StringComparison.Ordinal) && i > at)
            {
                i++;
                break;
            }

            if (work.FoundOf[i] >= 0)
            {
                inner = work.FoundOf[i];
                if (work.Found[inner].Form == MentionForm.Pronoun && i > at)
                {
                    break;
                }

                i = work.Found[inner].After - 1;
                // "ibunda artis Sinta Melati tersebut": what a title took in closes the whole as well.
                if (!relative && work.Found[inner] is { PointsBack: true } && (AlsoHolds(at, i) || (i > at && IsKin(at))))
                {
                    pointsBack = true;
                    i++;
                    break;
                }

                // "adik Hasan Basri (Gus Has) itu"
                if (i + 2 < end && work.IsMark(i + 1, '('))
                {
                    var close = i + 2;
                    while (close < end && close < i + 6 && tokens[close] is { Capital: true, Kind: TokenKind.Word })
                    {
                        close++;
                    }

                    i = work.IsMark(close, ')') && close + 1 < end && tokens[close + 1].Is(WordClass.Determiner) ? close : i;
                }
            }
        }

        while (i > at && i <= end && tokens[i - 1].Is(WordClass.Preposition | WordClass.Conjunction | WordClass.Yang))
        {
            i--;
        }

        return i;
    }

    // "pria berambut pirang itu", "pemain bernomor punggung sepuluh tersebut": ber- with what somebody has, closed by a determiner or a relative clause.
    private bool IsTrait(int at, int end)
    {
        if (!work.Form(at).StartsWith("ber", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = at + 1; i < end && i < at + 6; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Is(WordClass.Determiner | WordClass.Yang))
            {
                return true;
            }

            if (token.Kind is not (TokenKind.Word or TokenKind.Number) || token.Is(WordClass.Function | WordClass.CueAny) || Words.LooksVerb(work.Form(i)))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads the source before a cue verb at <paramref name="verb"/> in a sentence that begins at <paramref name="first"/>.</summary>
    public Speaker? Before(int first, int verb, Speaker? sentenceSubject)
    {
        var tokens = work.Tokens;
        var v = verb;
        // "hasil pemeriksaan sementara menerangkan": provisional, no "meanwhile".
        if (v - 2 >= first && work.IsForm(v - 1, "sementara") && tokens[v - 2] is { Kind: TokenKind.Word, Capital: false } && !tokens[v - 2].Is(WordClass.Function | WordClass.Adverb))
        {
            v--;
        }

        while (v > first && ((tokens[v - 1].Is(WordClass.Adverb | WordClass.Auxiliary) && !tokens[v - 1].Is(WordClass.CueThink)) || IsTimeWord(v)))
        {
            // "saat itu", "hari ini", "sejauh ini": two words of time between subject and verb.
            v -= IsTimeWord(v) ? 2 : 1;
        }

        // "dari Rini Wulandari yang mengatakan ...": the noun before the relative clause.
        if (v - 1 > first && tokens[v - 1].Is(WordClass.Yang))
        {
            if (HeadBefore(first, v - 1) is { } headed)
            {
                return headed;
            }
        }

        if (Opening(first, v) is { } opening)
        {
            return opening;
        }

        var start = SegmentStart(first, v);
        if (start > first && tokens[start - 1].Is(WordClass.Irrealis))
        {
            return null;
        }

        // "Rini, saat dihubungi kemarin, mengatakan", "Rini seusai rapat menegaskan": the clause between leaves the subject as it was.
        if (start > first + 1 && start < v && tokens[start - 1].Is(WordClass.Subordinator) && tokens[v - 1].Mark != ','
            && work.FoundOf[tokens[start - 2].Mark == ',' ? start - 3 : start - 2] is var interrupted and >= 0
            && work.Found[interrupted] is { Form: MentionForm.Name or MentionForm.Title } whose && whose.OuterFirst >= first && Adjacent(start, v) is null
            && !(whose.OuterFirst > first && tokens[whose.OuterFirst - 1].Is(WordClass.Preposition)))
        {
            return FromFound(whose, v);
        }

        if (start == v)
        {
            if (v > first && tokens[v - 1].Mark == ',')
            {
                return AcrossComma(first, v - 1, sentenceSubject);
            }

            // "..., sementara pimpinan dewan meminta maaf serta berjanji ...": the subject of its own clause.
            if (v - 1 > first && SharesSubject(v - 1) && SegmentStart(first, v - 1) is var own && own < v - 1 && own > first && tokens[own - 1].Is(WordClass.Subordinator | WordClass.Conjunction)
                && (work.IsForm(own - 1, "sementara") || work.IsForm(own - 1, "sedangkan") || work.IsForm(own - 1, "namun") || work.IsForm(own - 1, "tetapi") || work.IsForm(own - 1, "tapi"))
                && Read(own, v - 1) is { } beside)
            {
                return beside;
            }

            // "dan memperingatkan ...", "sambil menegaskan ...": the subject of the clause before; "sehingga mendorong ..." has an event for its subject.
            return v == first || SharesSubject(v - 1) || (IsReason(v - 1) && sentenceSubject is { Entity.Type: ActorType.Person or ActorType.Organization or ActorType.Country }) ? sentenceSubject : null;
        }

        return Segment(start, v, sentenceSubject);
    }

    // "Rini Wulandari, warga desa di tepi sungai, batas dua kabupaten, mengatakan", "Rini Wulandari, analis pada Nusaraya, dalam catatannya menyebutkan": the name
    // that opens the sentence is the subject as long as only what describes it stands before the verb.
    private Speaker? Opening(int first, int v)
    {
        var tokens = work.Tokens;
        var i = SkipConnectives(first, v);
        i += i > first && i < v && tokens[i].Mark == ',' ? 1 : 0;
        if (i >= v || work.FoundOf[i] is not (var index and >= 0) || work.Found[index] is not { Form: MentionForm.Name } found || found.OuterFirst != i
            || found.After + 1 >= v || tokens[found.After].Mark != ',' || (found.OuterFirst == found.First && found.End - found.First < 2)
            || discourse.Resolve(found) is not { Type: ActorType.Person } || !Describes(found.After + 1))
        {
            return null;
        }

        var relative = false;
        for (var k = found.After + 1; k < v; k++)
        {
            ref readonly var token = ref tokens[k];
            if (token.Quoted || token.Kind is TokenKind.Quote || token.Mark is ';' or ':' || token.Is(WordClass.Bahwa | WordClass.Subordinator))
            {
                return null;
            }

            if (token.Mark == ',')
            {
                relative = false;
            }
            else if (token.Is(WordClass.Yang))
            {
                relative = true;
            }
            else if (work.FoundOf[k] is var other and >= 0)
            {
                // A name or pronoun of its own behind a comma is another subject, or the next of a list.
                if (work.Found[other].Form == MentionForm.Pronoun || (!relative && work.Found[other] is { Form: MentionForm.Name } next && (tokens[k - 1].Mark == ',' || tokens[k - 1].Is(WordClass.Conjunction))
                    && (next.OuterFirst == next.First || tokens[k - 1].Is(WordClass.Conjunction)) && next.Entity is null or { Type: ActorType.Person }))
                {
                    return null;
                }

                k = work.Found[other].After - 1;
            }
            else if (!relative && token.Kind == TokenKind.Word && !token.Capital && Words.LooksVerb(work.Form(k)) && !token.Is(WordClass.Group | WordClass.Document))
            {
                return null;
            }
        }

        return FromFound(found, v);
    }

    // What stands behind the comma can describe a name: an office, a noun, an age; no adverbial.
    private bool Describes(int at)
    {
        ref readonly var token = ref work.Tokens[at];
        return token.Kind == TokenKind.Number || token.Is(WordClass.Yang) || Phrases.Title(work, at, out _) is not null
            || (token.Kind == TokenKind.Word && !token.Capital && !token.Is(WordClass.Preposition | WordClass.Subordinator | WordClass.Conjunction | WordClass.Adverb | WordClass.Auxiliary | WordClass.CueAny | WordClass.Pronoun)
                && !Words.LooksVerb(work.Form(at)));
    }

    private bool IsTimeWord(int v) => v >= 2 && work.Tokens[v - 1].Is(WordClass.Determiner)
        && (work.IsForm(v - 2, "saat") || work.IsForm(v - 2, "ketika") || work.IsForm(v - 2, "kala") || work.IsForm(v - 2, "waktu") || work.IsForm(v - 2, "hari") || work.IsForm(v - 2, "pagi") || work.IsForm(v - 2, "sore") || work.IsForm(v - 2, "kali"));

    private bool SharesSubject(int joint) => work.IsForm(joint, "dan") || work.IsForm(joint, "serta") || work.IsForm(joint, "namun") || work.IsForm(joint, "tetapi") || work.IsForm(joint, "tapi")
        || work.IsForm(joint, "sambil") || work.IsForm(joint, "seraya") || work.IsForm(joint, "sembari") || work.IsForm(joint, "dengan") || work.IsForm(joint, "atau")
        || work.IsForm(joint, "ketika") || work.IsForm(joint, "saat") || work.IsForm(joint, "setelah") || work.IsForm(joint, "usai")
        || work.IsForm(joint, "meski") || work.IsForm(joint, "meskipun") || work.IsForm(joint, "walau") || work.IsForm(joint, "kendati");

    // "Rini menolak usul itu karena menilai ...": a named source gives its reason.
    private bool IsReason(int joint) => work.IsForm(joint, "karena") || work.IsForm(joint, "lantaran") || work.IsForm(joint, "sebab");

    /// <summary>The subject of a sentence: the noun phrase behind its connectives and leading adverbials.</summary>
    public Speaker? Main(int first, int end)
    {
        var tokens = work.Tokens;
        var i = first;
        for (var round = 0; round < 4 && i < end; round++)
        {
            i = SkipConnectives(i, end);
            if (i >= end || !(tokens[i].Is(WordClass.Preposition | WordClass.Subordinator | WordClass.Weekday | WordClass.CueAccording) || tokens[i].Mark == ','))
            {
                break;
            }

            var comma = i;
            while (comma < end && comma < i + 25 && tokens[comma].Mark != ',')
            {
                comma++;
            }

            if (comma >= end || tokens[comma].Mark != ',')
            {
                return null;
            }

            i = comma + 1;
        }

        return i < end ? Read(i, end) : null;
    }

    private int SkipConnectives(int i, int end)
    {
        var start = i;
        while (i < end && (work.Tokens[i].Is(WordClass.Conjunction | WordClass.Adverb) || (work.Tokens[i].Is(WordClass.Subordinator) && i == start && (work.IsForm(i, "sementara") || work.IsForm(i, "sedangkan") || work.IsForm(i, "adapun")))
            || (i > start && work.IsForm(i, "itu") && (work.IsForm(i - 1, "sementara") || work.IsForm(i - 1, "selain") || work.IsForm(i - 1, "karena")))))
        {
            i++;
        }

        return i;
    }

    private Speaker? Segment(int start, int v, Speaker? sentenceSubject)
    {
        var tokens = work.Tokens;
        var i = start;
        while (i < v && (tokens[i].Is(WordClass.Conjunction | WordClass.Adverb) || (tokens[i].Is(WordClass.Subordinator) && i == start)
            || (i > start && work.IsForm(i, "itu") && (work.IsForm(i - 1, "sementara") || work.IsForm(i - 1, "selain") || work.IsForm(i - 1, "karena")))))
        {
            i++;
        }

        if (i >= v)
        {
            return sentenceSubject;
        }

        // A leading adverbial without a comma: the source is what stands next to the verb.
        if (tokens[i].Is(WordClass.Preposition) || tokens[i].Is(WordClass.Weekday))
        {
            // "..., di mana Rini menilai ...": a relative clause of place has a subject of its own.
            if (work.IsForm(i, "di") && i + 2 < v && work.IsForm(i + 1, "mana"))
            {
                return Read(i + 2, v) ?? Adjacent(i, v) ?? sentenceSubject;
            }

            // "Rini, melalui akunnya mengatakan": what stands before the comma, when it is a name and nobody else stands beside the verb.
            if (start > 0 && !(work.FoundOf[v - 1] is var pronoun and >= 0 && work.Found[pronoun].Form == MentionForm.Pronoun) && tokens[start - 1].Mark == ',' && start >= 2 && work.FoundOf[start - 2] is var named and >= 0
                && work.Found[named].Form is MentionForm.Name or MentionForm.Alias && !tokens[work.Found[named].OuterFirst - 1 < 0 ? 0 : work.Found[named].OuterFirst - 1].Is(WordClass.Preposition))
            {
                return FromFound(work.Found[named], v);
            }

            return Adjacent(i, v) ?? sentenceSubject;
        }

        // "... menyusul sikap Presiden X yang dalam pidatonya menyampaikan": the relative clause hangs on what stands before it.
        for (var k = v - 1; k > i; k--)
        {
            if (!tokens[k].Is(WordClass.Yang))
            {
                continue;
            }

            for (var verb = i; verb < k; verb++)
            {
                if (!tokens[verb].Capital && (tokens[verb].Is(WordClass.Auxiliary) || Words.LooksVerb(work.Form(verb))) && !tokens[verb].Is(WordClass.Group | WordClass.Document))
                {
                    return HeadBefore(i, k) ?? Read(i, v);
                }
            }

            break;
        }

        // "Rini Wulandari, Kepala Program Studi Kelautan mengatakan": the comma behind the office is missing.
        if (i == start && i >= 2 && tokens[i - 1].Mark == ',' && work.FoundOf[i] is var office and >= 0 && work.Found[office] is { PointsBack: false } && work.Found[office].OuterFirst == i && (work.Found[office].BareTitle || work.Found[office].OuterFirst < work.Found[office].First)
            && work.FoundOf[i - 2] is var bearer and >= 0 && work.Found[bearer] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } && IsApposition(work.Found[bearer].OuterFirst, bearer, i)
            && (work.Found[office].BareTitle ? !(work.Found[bearer].OuterFirst > 0 && tokens[work.Found[bearer].OuterFirst - 1].Is(WordClass.Preposition | WordClass.CueAny)) : OpensSentence(work.Found[bearer])))
        {
            return FromFound(work.Found[bearer], v);
        }

        if (Read(i, v) is { } speaker)
        {
            // "Cegah banjir Ketua RT Rini Wulandari mengatakan": a subheading has run into the sentence; whom an office introduces beside the verb is the subject.
            if (speaker.Entity.Weak && speaker.First == i && speaker.After < v && work.FoundOf[v - 1] is var beside and >= 0
                && work.Found[beside] is { Form: MentionForm.Name, Entity.Weak: false } titled && titled.OuterFirst < titled.First && titled.OuterFirst > speaker.After)
            {
                return FromFound(titled, v);
            }

            // "Asisten Deputi Pasar Utara, Kemenpar Rini Wulandari mengatakan", "Perwakilan Gubernur di bidang air Drs Rini Wulandari mengatakan": the house or the description, then who speaks.
            if (speaker.After < v && speaker.Entity.Type is ActorType.Organization or ActorType.Group && !tokens[i].Is(WordClass.Plural) && work.FoundOf[v - 1] is var behind and >= 0
                && work.Found[behind] is { Form: MentionForm.Name, Entity: null or { Type: ActorType.Person } } holder && holder.OuterFirst >= speaker.After && holder.End - holder.First >= 2
                && (speaker.Entity.Type == ActorType.Organization ? holder.First == speaker.After && IsPerson(holder) : holder.OuterFirst < holder.First)
                && !tokens[holder.OuterFirst - 1].Is(WordClass.Preposition | WordClass.Conjunction) && tokens[holder.OuterFirst - 1].Mark != ',' && !HasYang(i, holder.OuterFirst))
            {
                return FromFound(holder, v);
            }

            return speaker;
        }

        return Adjacent(i, v);
    }

    private Speaker? Adjacent(int first, int v)
    {
        if (v <= first)
        {
            return null;
        }

        var index = work.FoundOf[v - 1];
        if (index >= 0 && work.Found[index].OuterFirst >= first)
        {
            var found = work.Found[index];
            var outer = found.OuterFirst;
            // "dalam kesempatan itu pejabat Kementerian Perikanan mengatakan": the noun that the house belongs to speaks.
            if (outer > first && found.Form is MentionForm.Name or MentionForm.Alias && found.Entity is { Type: not ActorType.Person } && Phrases.Longest(work, outer - 1, static node => (node.Noun & WordClass.Group) != 0, out _) is not null
                && !work.IsForm(outer - 1, "negara") && Read(outer - 1, v) is { } member && member.After == v)
            {
                return member;
            }

            // "seorang warga Mosul berkata": the noun before the name is the head.
            return outer > first && work.Tokens[outer - 1].Is(WordClass.Preposition) ? null : FromFound(found, v);
        }

        return null;
    }

    private Speaker? AcrossComma(int first, int comma, Speaker? sentenceSubject)
    {
        var start = SegmentStart(first, comma);
        if (start < comma && !work.Tokens[start].Is(WordClass.Yang | WordClass.Preposition | WordClass.Subordinator))
        {
            var index = work.FoundOf[start];
            // "Letjen Rian Wijaya, juru bicara pemerintah, mengatakan": the name, not the office set off behind it.
            if (start >= 2 && work.Tokens[start - 1].Mark == ',' && work.FoundOf[start - 2] is var named and >= 0 && work.Found[named].Form == MentionForm.Name
                && (work.Tokens[start].Capital ? IsApposition(first, named, start) : index < 0 || work.Found[index].BareTitle || work.Found[index].Form == MentionForm.Description || work.Found[index].OuterFirst < work.Found[index].First))
            {
                return FromFound(work.Found[named], comma);
            }

            // "Kanada, yang didukung Prancis, Jerman dan Italia, mendesak": the last names of a list are not the subject.
            if (index >= 0 && start > first && work.Tokens[start - 1].Mark == ',' && work.Found[index].After < comma && work.IsForm(work.Found[index].After, "dan") && sentenceSubject is not null)
            {
                return sentenceSubject;
            }

            if (index >= 0)
            {
                return FromFound(work.Found[index], comma);
            }

            if (start == first || work.Tokens[start].Is(WordClass.Plural))
            {
                return Segment(start, comma, sentenceSubject);
            }
        }

        if (start > first && work.Tokens[start - 1].Mark == ',')
        {
            var before = SegmentStart(first, start - 1);
            if (before < start - 1 && !work.Tokens[before].Is(WordClass.Preposition))
            {
                return Segment(before, start - 1, sentenceSubject);
            }
        }

        return sentenceSubject;
    }

    private bool OpensSentence(Found found) =>
        found.OuterFirst == found.First && (found.First == 0 || work.Tokens[found.First].Breaks > 0 || work.Tokens[found.First - 1].Mark is '.' or '!' or '?');

    // "Rini Wulandari, Kepala Badan Layanan Air (BLA) Kota Kalibaru, mengatakan": an office written with capitals behind a name that no preposition brings.
    private bool IsApposition(int first, int named, int start)
    {
        var before = work.Found[named].OuterFirst - 1;
        return Phrases.Title(work, start, out _) is not null && work.Found[named] is { Entity.Type: ActorType.Person }
            && !(before >= first && work.Tokens[before].Is(WordClass.Preposition | WordClass.Conjunction)) && !(before >= first && work.Tokens[before].Mark == ',');
    }

    /// <summary>Where the clause that ends at a token begins: behind a comma, a conjunction, a mark.</summary>
    private int SegmentStart(int first, int v)
    {
        var tokens = work.Tokens;
        var i = v;
        while (i > first && v - i < MaxSubject)
        {
            ref readonly var token = ref tokens[i - 1];
            var index = work.FoundOf[i - 1];
            if (index >= 0 && work.Found[index].OuterFirst >= first)
            {
                i = work.Found[index].OuterFirst;
                continue;
            }

            if (i < v && IsTimeWord(i + 1))
            {
                i--;
                continue;
            }

            if (token.Quoted || token.Kind is TokenKind.Quote || token.Mark is ',' or ';' or ':' or '—' || token.Is(WordClass.Subordinator | WordClass.Bahwa))
            {
                break;
            }

            if (token.Is(WordClass.Conjunction) && !work.IsForm(i - 1, "dan") && !work.IsForm(i - 1, "atau"))
            {
                break;
            }

            // "dan" before the verb itself joins two verbs; elsewhere it joins nouns.
            if (work.IsForm(i - 1, "dan") && i == v)
            {
                break;
            }

            i--;
        }

        return i;
    }
}
