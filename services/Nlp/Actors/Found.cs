using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Actors;

/// <summary>An actor as one article speaks of it; names, offices and what it stands for gather here as they are found.</summary>
internal sealed class Entity
{
    public required string Name { get; set; }
    public required ActorType Type { get; set; }
    public string? Represents { get; set; }

    /// <summary>Offices the article gives, first one first.</summary>
    public List<string> Roles { get; } = [];

    /// <summary>First word of the name as the article first gave it, lower case: "forum" for "Forum Warga Kali Baru".</summary>
    public string? Head { get; init; }

    /// <summary>The name of an organisation as the article first gave it, though it is called by an acronym since; empty for others.</summary>
    public string Full { get; init; } = "";

    /// <summary>Only a capitalised word so far; an actor once it speaks or is linked to a full name.</summary>
    public bool Weak { get; set; }

    /// <summary>One person without a name ("seorang warga"): pronouns in the singular can mean it.</summary>
    public bool OnePerson { get; set; }

    /// <summary>An official by the general word for one ("juru bicara pemerintah", "pejabat kementerian"): who it is the next sentence may tell.</summary>
    public bool IsUnnamed { get; init; }

    /// <summary>Token of the first mention.</summary>
    public int FirstAt { get; init; }

    /// <summary>Token of the latest mention that has been linked.</summary>
    public int LastAt { get; set; }

    /// <summary>An outlet or agency.</summary>
    public bool Outlet { get; set; }

    /// <summary>Who it is in the tables or in a user's list; null when nobody known.</summary>
    public KnownPerson? Known { get; set; }

    /// <summary>The office that stands for a person whom the article does not name.</summary>
    public OfficeTitle? Office { get; init; }

    /// <summary>Those of the offices that the tables know; null when none is.</summary>
    public List<OfficeTitle>? Offices { get; set; }

    /// <summary>The title named no country ("Presiden Wijaya"): what it represents is a first guess.</summary>
    public bool LooseRepresents { get; set; }

    /// <summary>The actor as callers see it.</summary>
    public Actor ToActor() => new(Name, Type, Represents);
}

/// <summary>A mention by name, alias, metonym or title, as tokens.</summary>
internal sealed class Found
{
    private int _after;

    /// <summary>First token of the name; of the title when there is no name.</summary>
    public required int First { get; init; }

    /// <summary>One past the last token of the name.</summary>
    public required int End { get; init; }

    /// <summary>One past the degrees and the age that stand behind the name.</summary>
    public int After { get => Math.Max(_after, End); set => _after = value; }

    /// <summary>First token with the title before the name.</summary>
    public required int OuterFirst { get; init; }

    public required MentionForm Form { get; init; }

    public string? Role { get; init; }

    /// <summary>Country or organisation of the title's complement.</summary>
    public string? RoleRepresents { get; set; }

    /// <summary>The title names no country: <see cref="RoleRepresents"/> is the country such titles stand for in Indonesian news until the article says otherwise.</summary>
    public bool LooseRepresents { get; init; }

    /// <summary>The office in the tables; null when they do not know it.</summary>
    public OfficeTitle? Office { get; set; }

    /// <summary>The title stands alone and one office has one holder ("Menlu Iran").</summary>
    public bool BareTitle { get; init; }

    /// <summary>Ends in "itu", "tersebut" or "ini": points back to somebody named.</summary>
    public bool PointsBack { get; init; }

    /// <summary>Who it is; null until resolved (bare titles).</summary>
    public Entity? Entity { get; set; }
}
