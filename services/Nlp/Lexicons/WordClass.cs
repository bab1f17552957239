namespace Sikap.Nlp.Lexicons;

/// <summary>What the tables say about a word form. One form can have several classes (<c>jelas</c> is cue and adverb).</summary>
[Flags]
internal enum WordClass : ulong
{
    None = 0,
    CueBare = 1UL << 0,
    CueNya = 1UL << 1,
    CueSay = 1UL << 2,
    CueClaim = 1UL << 3,
    CueThink = 1UL << 4,
    CueAsk = 1UL << 5,
    CuePassive = 1UL << 6,
    CueDescribe = 1UL << 7,
    CueAccording = 1UL << 8,
    Auxiliary = 1UL << 9,
    Adverb = 1UL << 10,
    Preposition = 1UL << 11,
    Subordinator = 1UL << 12,
    Conjunction = 1UL << 13,
    Bahwa = 1UL << 14,
    Yang = 1UL << 15,
    Determiner = 1UL << 16,
    Pronoun3 = 1UL << 17,
    Pronoun3Plural = 1UL << 18,
    Pronoun1 = 1UL << 19,
    Pronoun2 = 1UL << 20,
    Plural = 1UL << 21,
    One = 1UL << 22,
    Common = 1UL << 23,
    Month = 1UL << 24,
    Weekday = 1UL << 25,
    Abbreviation = 1UL << 26,
    Place = 1UL << 27,
    Group = 1UL << 28,
    Document = 1UL << 29,
    OrgHead = 1UL << 30,
    Leader = 1UL << 31,
    Body = 1UL << 32,
    GivenName = 1UL << 33,

    /// <summary>A cue whose content must open with agar, supaya or bahwa.</summary>
    NeedsThat = 1UL << 34,

    /// <summary>A cue whose plain object is content ("mendesak pencabutan izin").</summary>
    Nominal = 1UL << 35,

    /// <summary>A promise: any words that follow are its content.</summary>
    Promise = 1UL << 36,

    /// <summary>A verb of position toward a thing; no cue, but it opens a clause of its own.</summary>
    Position = 1UL << 37,
    Negation = 1UL << 38,
    Future = 1UL << 39,

    /// <summary>Degree before an adjective ("sangat", "lebih"): the sign of a predicate without a verb.</summary>
    Degree = 1UL << 40,

    /// <summary>A noun of attitude behind a verb of saying ("menyatakan kesiapannya untuk ...").</summary>
    Attitude = 1UL << 41,
    BareObject = 1UL << 42,
    Opener = 1UL << 43,
    Irrealis = 1UL << 44,

    /// <summary>Gives a person's view at the start of a sentence ("Bagi Rini, ...").</summary>
    CueView = 1UL << 45,

    /// <summary>Opens the name of a place ("Teluk", "Gunung", "Desa").</summary>
    Landform = 1UL << 46,

    /// <summary>First word of a phrase of the tables; most words are not, and need no look-up.</summary>
    OpensPhrase = 1UL << 47,

    /// <summary>Of the calendar, neither month nor weekday ("pekan", "kemarin", "pukul").</summary>
    Calendar = 1UL << 48,

    /// <summary>A cue without its prefix: in headlines ("Menlu sebut ...") and behind its agent ("hal itu ia sampaikan").</summary>
    CueStem = 1UL << 49,

    /// <summary>A cue of denial; behind a negation it concedes, which is an utterance too.</summary>
    Deny = 1UL << 50,

    /// <summary>A passive whose agent judges or asks: the content is what follows the agent ("dinilai X terlalu mahal").</summary>
    Judged = 1UL << 51,

    /// <summary>A noun for something said ("pernyataan", "kabar"): its own clause can be content.</summary>
    Utterance = 1UL << 52,

    /// <summary>How a source was reached ("ditemui", "dihubungi"): it belongs to the act of saying, not to the content.</summary>
    Contact = 1UL << 53,

    /// <summary>Whose view it is at the start of a sentence ("Dalam pandangan Rini, ...").</summary>
    Viewpoint = 1UL << 54,

    /// <summary>What words come through ("keterangan tertulis", "wawancara"): it belongs to the act of saying.</summary>
    Channel = 1UL << 55,

    /// <summary>Says through whom a report came ("dilansir", "kantor berita").</summary>
    Report = 1UL << 56,

    /// <summary>A verb without a prefix ("jadi", "naik"): behind a noun it makes a clause.</summary>
    BareVerb = 1UL << 57,

    /// <summary>Says what something is like ("wajar", "aman"): behind a closed noun phrase it makes a clause.</summary>
    Adjective = 1UL << 58,

    /// <summary>A cue whose subject can also be a thing ("aturan itu menegaskan ..."): only a known source speaks through it.</summary>
    Things = 1UL << 59,

    /// <summary>A noun of attitude that tells what somebody thinks or feels about something ("kekhawatiran atas ..."): with what it is about it is content.</summary>
    Opinion = 1UL << 60,

    /// <summary>A verb that only carries a noun for something said ("melayangkan ancaman").</summary>
    Carrier = 1UL << 61,

    CueVerb = CueSay | CueClaim | CueThink | CueAsk | CueDescribe,
    CueAny = CueVerb | CueBare | CueNya | CuePassive | CueAccording | CueView,
    Pronoun = Pronoun3 | Pronoun3Plural | Pronoun1 | Pronoun2,
    Function = Auxiliary | Preposition | Subordinator | Conjunction | Bahwa | Yang | Determiner | Pronoun | Plural | One,
}
