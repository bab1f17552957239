using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Actors;

/// <summary>Finds mentions by name, alias, metonym and title, and gathers them into the entities of the article.</summary>
internal sealed class MentionFinder
{
    private readonly ArticleWork _work;
    private readonly EntityBook _book;

    private MentionFinder(ArticleWork work, EntityBook book)
    {
        _work = work;
        _book = book;
    }

    /// <summary>Fills <see cref="ArticleWork.Found"/> and the book.</summary>
    public static EntityBook Run(ArticleWork work)
    {
        var book = new EntityBook(work.Lexicon);
        var finder = new MentionFinder(work, book);
        work.FoundOf = new int[work.Tokens.Length];
        Array.Fill(work.FoundOf, -1);
        work.TagNames();
        finder.Called();
        finder.Scan();
        finder.Link();
        return book;
    }

    private void Called()
    {
        var tokens = _work.Tokens;
        for (var i = 1; i + 1 < tokens.Length; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Dropped || !token.Capital || token.Kind != TokenKind.Word || token.AllCaps)
            {
                continue;
            }

            // "ujar Hal Harmon, ahli bahasa": a common word before a name that is none, behind a cue.
            if (token.Is(WordClass.Common) && !token.Is(WordClass.GivenName | WordClass.Function | WordClass.CueAny) && tokens[i - 1].Is(WordClass.CueBare) && !token.Quoted && token.Breaks == 0
                && tokens[i + 1] is { Capital: true, AllCaps: false, Kind: TokenKind.Word, Breaks: 0 } && !tokens[i + 1].Is(WordClass.Common | WordClass.Weekday | WordClass.Month) && !(i + 2 < tokens.Length && tokens[i + 2].Capital)
                && Phrases.Longest(_work, i, static node => node.Title is not null || node.Actor is not null || node.Place || node.Noun != 0, out _) is null && Phrases.Longest(_work, i + 1, static node => node.Actor is not null || node.Place, out _) is null)
            {
                tokens[i].Class |= WordClass.GivenName;
                continue;
            }

            var alone = !tokens[i + 1].Capital && !tokens[i - 1].Capital;
            if (token.Is(WordClass.Common) && !token.Is(WordClass.GivenName))
            {
                if (alone && tokens[i - 1].Is(WordClass.CueBare) && !token.Quoted && token.Breaks == 0 && !token.Is(WordClass.Function | WordClass.CueAny)
                    && Phrases.Longest(_work, i, static node => node.Title is not null || node.Actor is not null || node.Place || node.Noun != 0, out _) is null)
                {
                    NamedByCommonWord(i);
                }

                continue;
            }

            if (alone && ((tokens[i - 1].Is(WordClass.CueBare | WordClass.CueAccording) && !token.Quoted) || tokens[i + 1].Is(WordClass.CueVerb)) && Phrases.Actor(_work, i, out _) is null)
            {
                _work.CalledNames.Add(_work.Words(i, i + 1));
            }
        }
    }

    // "ujar Mawar": a capital behind a cue in the middle of a sentence is a name, even where the dictionary knows the word.
    private void NamedByCommonWord(int at)
    {
        var tokens = _work.Tokens;
        _work.CalledNames.Add(_work.Words(at, at + 1));
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Word == tokens[at].Word && tokens[i].Capital && !tokens[i].AllCaps)
            {
                tokens[i].Class |= WordClass.GivenName;
            }
        }
    }

    private void Scan()
    {
        var tokens = _work.Tokens;
        var i = 0;
        while (i < tokens.Length)
        {
            if (tokens[i].Dropped || tokens[i].Kind != TokenKind.Word)
            {
                i++;
                continue;
            }

            i = Read(i);
        }
    }

    private int Read(int i)
    {
        ref readonly var token = ref _work.Tokens[i];
        if (token.Is(WordClass.Pronoun3 | WordClass.Pronoun3Plural))
        {
            Add(new() { First = i, End = i + 1, OuterFirst = i, Form = MentionForm.Pronoun });
            return i + 1;
        }

        // "Pemerintah Australia", "pemerintah RI": the country; alone it is the Indonesian government.
        if ((_work.IsForm(i, "pemerintah") || _work.IsForm(i, "pemerintahan")) && i + 1 < _work.Tokens.Length)
        {
            if (_work.Tokens[i + 1].Breaks == 0 && Phrases.Actor(_work, i + 1, out var length) is { Actor.Type: ActorType.Country } owner)
            {
                Add(new() { First = i, End = i + 1 + length, OuterFirst = i, Form = MentionForm.Alias, Entity = _book.Known(owner.Actor) });
                return i + 1 + length;
            }

            if (_work.IsForm(i, "pemerintah") && !_work.IsForm(i + 1, "provinsi") && !_work.IsForm(i + 1, "daerah") && !_work.IsForm(i + 1, "kota") && !_work.IsForm(i + 1, "kabupaten") && !_work.IsForm(i + 1, "negara") && !_work.Tokens[i + 1].Capital)
            {
                Add(new() { First = i, End = i + 1, OuterFirst = i, Form = MentionForm.Metonym });
                return i + 1;
            }
        }

        // A known name wins over a title that begins with the same word ("Presiden" alone never is one).
        var title = TitlePhrase.Read(_work, i, out var phrase);
        if (title && (phrase.HasName || phrase.Kind is TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation or TitleKind.Member))
        {
            if (phrase.HasName)
            {
                return Person(phrase);
            }

            if (phrase.PointsBack || (phrase.Kind is TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation && (phrase.Explicit || (token.Capital && !StartsSentence(i)) || phrase.TitleEnd > i + 1 || (token.Capital && phrase.Kind is TitleKind.Office or TitleKind.Place))))
            {
                Add(new()
                {
                    First = i,
                    End = phrase.TitleEnd,
                    OuterFirst = i,
                    Form = phrase.PointsBack ? MentionForm.Description : MentionForm.Title,
                    Role = _work.Words(i, phrase.PointsBack ? phrase.TitleEnd - 1 : phrase.TitleEnd),
                    RoleRepresents = phrase.Represents,
                    LooseRepresents = phrase.Loose,
                    Office = OfficeTitle.Read(_work, i, phrase.PointsBack ? phrase.TitleEnd - 1 : phrase.TitleEnd),
                    BareTitle = true,
                    PointsBack = phrase.PointsBack,
                });
                return phrase.TitleEnd;
            }
        }

        if (!token.Capital && !NameSequence.OpensWithParticle(_work, i))
        {
            return i + 1;
        }

        // The article's own acronym goes before the tables: "Koalisi Nelayan Nusantara (NATO)".
        if (token.AllCaps && _book.HasAliases && _book.ByAlias(_work.Words(i, i + 1)) is { Type: ActorType.Organization } own)
        {
            Add(new() { First = i, End = i + 1, OuterFirst = i, Form = MentionForm.Alias, Entity = own });
            return i + 1;
        }

        if (Phrases.Actor(_work, i, out var known) is { } name)
        {
            // "Vienna Varella", whom the text goes on to call Vienna: a capital is also a given name.
            if (name is { Form: MentionForm.Metonym, Actor.Type: ActorType.Country } && known == 1 && PersonCalled(i, out var last) is { } bearer)
            {
                Add(new() { First = i, End = last, OuterFirst = i, Form = MentionForm.Name, Entity = bearer });
                return _work.Found[^1].After;
            }

            return Known(i, known, name);
        }

        if (TitlePhrase.IsOrganisationHead(_work, i) && Organisation(i, out var end))
        {
            return end;
        }

        if (NameSequence.Read(_work, i, out end))
        {
            return Unknown(i, end);
        }

        // "Serikat Petani Lembah Hijau": only the model knows an organisation of common words for one.
        return _work.NameAt(i) is { Kind: NameKind.Organisation } model && model.End > i + 1 && _work.Tokens[model.End - 1].Capital ? Unknown(i, model.End) : i + 1;
    }

    // The person whose name begins with a capital's: by the model where more names follow, else by whom the article named so before.
    private Entity? PersonCalled(int i, out int end)
    {
        var model = _work.NameAt(i);
        if (model.Kind == NameKind.Person && model.End > i + 1)
        {
            end = model.End;
            return _book.Person(_work.Words(i, end), null, null, weak: true, i);
        }

        end = i + 1;
        if (_work.Is(i - 1, WordClass.Preposition) || (i > 0 && _work.Tokens[i].Breaks == 0 && _work.Tokens[i - 1].Capital))
        {
            return null;
        }

        if (_work.Tokens.Length > end && _work.Tokens[end] is { Capital: true, AllCaps: false, Breaks: 0 } next && !next.Is(WordClass.Common) && NameSequence.Read(_work, end, out var last) && !TitlePhrase.IsOrganisationHead(_work, end))
        {
            end = last;
            return _book.Person(_work.Words(i, end), null, null, weak: true, i);
        }

        return _book.NamedBefore(_work.Words(i, end), i);
    }

    private bool StartsSentence(int i) => i == 0 || _work.Tokens[i].Breaks > 0 || _work.Tokens[i - 1].Mark is '.' or '!' or '?' || _work.Tokens[i - 1].Kind == TokenKind.Quote;

    private int Person(TitlePhrase phrase)
    {
        // "pengacara Rini": somebody else than Rini, where Rini was named before and is not a lawyer.
        var name = _work.Words(phrase.NameFirst, phrase.NameEnd);
        if (phrase is { Kind: TitleKind.Relation, Bare: true } && (_book.NamedBefore(name, phrase.First) ?? _book.CalledBefore(name)) is { } other
            && !other.Roles.Exists(r => Offices.Same(r, _work.Words(phrase.First, phrase.TitleEnd))))
        {
            var whole = _work.Words(phrase.First, phrase.NameEnd);
            // "kuasa hukum Rini, Sapto Wijaya": the relation is the office of the name behind the comma.
            var behind = phrase.NameEnd + 1;
            if (behind < _work.Tokens.Length && _work.Tokens[behind - 1].Mark == ',' && _work.Tokens[behind].Breaks == 0 && NameSequence.Read(_work, behind, out var named) && named - behind >= 2)
            {
                Add(new()
                {
                    First = behind,
                    End = named,
                    OuterFirst = phrase.First,
                    Form = MentionForm.Name,
                    Role = whole,
                    Entity = _book.Person(_work.Words(behind, named), whole, null, weak: false, behind),
                });
                return _work.Found[^1].After;
            }

            // "menurut pengacara Rini" behind "Pengacara Rini, Sapto Wijaya": who has been named so.
            Add(new()
            {
                First = phrase.First,
                End = phrase.NameEnd,
                OuterFirst = phrase.First,
                Form = MentionForm.Description,
                Entity = _book.Persons.FirstOrDefault(person => person.Roles.Exists(role => role.Equals(whole, StringComparison.OrdinalIgnoreCase)))
                    ?? _book.Office(new Entity { Name = char.ToLowerInvariant(whole[0]) + whole[1..], Type = ActorType.Group, OnePerson = true, Represents = other.Represents }),
            });
            return phrase.NameEnd;
        }

        // "kuasa hukum terdakwa Rini Wulandari": what stands between is hers, so the relation is to her.
        if (phrase is { Kind: TitleKind.Relation, Bare: false } && _work.Tokens[phrase.NameFirst - 1].Mark != ',' && IsPartyTo(phrase.First + 1, phrase.NameFirst))
        {
            _book.Person(name, null, null, weak: false, phrase.NameFirst);
            var words = _work.Words(phrase.First, phrase.NameEnd);
            Add(new()
            {
                First = phrase.First,
                End = phrase.NameEnd,
                OuterFirst = phrase.First,
                Form = MentionForm.Description,
                Entity = _book.Office(new Entity { Name = char.ToLowerInvariant(words[0]) + words[1..], Type = ActorType.Group, OnePerson = true }),
            });
            return phrase.NameEnd;
        }

        // "mantan kekasih Rini Wulandari itu": somebody named before, by a relation to her.
        if ((phrase.Kind is TitleKind.Relation || OfficeTitle.IsFormer(_work, phrase.First)) && phrase.NameEnd < _work.Tokens.Length && _work.Tokens[phrase.NameEnd] is { Breaks: 0 } end && end.Is(WordClass.Determiner))
        {
            Add(new()
            {
                First = phrase.First,
                End = phrase.NameEnd + 1,
                OuterFirst = phrase.First,
                Form = MentionForm.Description,
                Role = _work.Words(phrase.First, phrase.NameEnd),
                BareTitle = true,
                PointsBack = true,
            });
            return phrase.NameEnd + 1;
        }

        var role = _work.Words(phrase.First, Math.Min(phrase.RoleEnd, phrase.NameFirst)).TrimEnd(',', ' ');
        Add(new()
        {
            First = phrase.NameFirst,
            End = phrase.NameEnd,
            OuterFirst = phrase.First,
            Form = MentionForm.Name,
            Role = phrase.Kind == TitleKind.Honorific ? null : role,
            RoleRepresents = phrase.Represents,
            Entity = _book.Person(_work.Words(phrase.NameFirst, phrase.NameEnd), phrase.Kind == TitleKind.Honorific ? null : role, phrase.Represents, weak: false, phrase.NameFirst,
                phrase.Loose, OfficeTitle.Read(_work, phrase.First, Math.Min(phrase.RoleEnd, phrase.NameFirst))),
        });
        return Acronym(_work.Found[^1].After, _work.Found[^1].Entity!);
    }

    private bool IsPartyTo(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (_work.Form(i) is "terdakwa" or "tersangka" or "korban" or "terpidana" or "terlapor" or "pelapor" or "pemohon" or "penggugat" or "tergugat" or "keluarga" or "almarhum" or "mendiang")
            {
                return true;
            }
        }

        return false;
    }

    private int Known(int i, int length, ActorName name)
    {
        var end = i + length;
        var tokens = _work.Tokens;
        var actor = name.Actor;
        // "Kementerian Keuangan AS": the ministry of another country than the one the short name belongs to.
        if (actor.Type == ActorType.Organization && !actor.Outlet && end < tokens.Length && tokens[end].Breaks == 0
            && Phrases.Actor(_work, end, out var more) is { Actor.Type: ActorType.Country } owner && owner.Form != MentionForm.Metonym)
        {
            end += more;
            if (owner.Actor.Represents != actor.Represents && owner.Actor.Represents != "IDN")
            {
                Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Organisation(_work.Words(i, end), owner.Actor.Represents) });
                return end;
            }
        }

        // "Dewan Perwakilan Rakyat Daerah Jawa Barat" and the like: a longer name than the table knows.
        Add(new() { First = i, End = end, OuterFirst = i, Form = name.Form, Entity = _book.Known(actor) });
        return Acronym(end, _work.Found[^1].Entity!);
    }

    // "Komite Nobel", "Badan Gizi Nasional (BGN)", "Kementerian Pertahanan Rusia".
    private bool Organisation(int i, out int end)
    {
        var tokens = _work.Tokens;
        string? represents = null;
        end = i + 1;
        while (end < tokens.Length && tokens[end].Breaks == 0 && !tokens[end].Dropped && tokens[end].Kind == TokenKind.Word && end - i < 14)
        {
            if (Phrases.Actor(_work, end, out var length) is { } owner)
            {
                represents = owner.Actor.Represents ?? represents;
                end += length;
                continue;
            }

            if (tokens[end].Capital)
            {
                if (Phrases.Title(_work, end, out _) is { Kind: not TitleKind.Member } && !tokens[end].Is(WordClass.OrgHead))
                {
                    break;
                }

                end++;
                continue;
            }

            if (end + 1 < tokens.Length && tokens[end + 1].Capital && (_work.IsForm(end, "dan") || _work.IsForm(end, "untuk") || _work.IsForm(end, "of") || _work.IsForm(end, "for")))
            {
                end += 2;
                continue;
            }

            break;
        }

        if (end < i + 2)
        {
            return false;
        }

        Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Organisation(_work.Words(i, end), represents) });
        end = Acronym(end, _work.Found[^1].Entity!);
        end = Seat(end, _work.Found[^1]);
        return true;
    }

    // "Kedutaan Besar Indonesia di Arumdalu, Nusaraya mengimbau": where a body sits belongs to it when its verb follows.
    private int Seat(int end, Found found)
    {
        var tokens = _work.Tokens;
        if (!_work.IsForm(end, "di") || tokens[end].Breaks > 0 || !Capitals(end + 1, out var place))
        {
            return end;
        }

        if (place + 1 < tokens.Length && tokens[place].Mark == ',' && Capitals(place + 1, out var wider))
        {
            place = wider;
        }

        if (place >= tokens.Length || !(tokens[place].Is(WordClass.CueVerb) || (tokens[place].Is(WordClass.Adverb) && place + 1 < tokens.Length && tokens[place + 1].Is(WordClass.CueVerb))))
        {
            return end;
        }

        found.After = place;
        for (var i = end; i < place; i++)
        {
            _work.FoundOf[i] = _work.Found.Count - 1;
        }

        return place;
    }

    private bool Capitals(int at, out int end)
    {
        end = at;
        while (end < _work.Tokens.Length && end < at + 3 && _work.Tokens[end] is { Kind: TokenKind.Word, Capital: true, Breaks: 0 })
        {
            end++;
        }

        return end > at;
    }

    // "Rini Wulandari yang akrab disapa Uci", "Rini Wulandari alias Uci": the other name is hers from here on.
    private void Nickname(Found found)
    {
        var tokens = _work.Tokens;
        var at = found.After;
        at += at < tokens.Length && tokens[at].Mark == ',' ? 1 : 0;
        at += _work.IsForm(at, "atau") ? 1 : 0;
        if (at < tokens.Length && _work.IsForm(at, "alias"))
        {
            at++;
        }
        else
        {
            at += _work.IsForm(at, "yang") ? 1 : 0;
            while (at < tokens.Length && (_work.IsForm(at, "akrab") || _work.IsForm(at, "karib") || _work.IsForm(at, "biasa") || _work.IsForm(at, "kerap") || _work.IsForm(at, "sering") || _work.IsForm(at, "lebih") || _work.IsForm(at, "juga")))
            {
                at++;
            }

            if (!_work.IsForm(at, "disapa") && !_work.IsForm(at, "dipanggil") && !_work.IsForm(at, "dikenal"))
            {
                return;
            }

            var known = _work.IsForm(at, "dikenal");
            at++;
            var named = _work.IsForm(at, "dengan") ? 1 : 0;
            named += _work.IsForm(at + named, "nama") || _work.IsForm(at + named, "panggilan") || _work.IsForm(at + named, "sapaan") ? 1 : 0;
            // "dikenal sebagai Kis" of Kiswinar is a name, "dikenal sebagai Raja Dangdut" is not.
            if (known && named == 0)
            {
                if (!_work.IsForm(at, "sebagai") || at + 1 >= tokens.Length || !_work.Text.AsSpan(tokens[found.First].Start).StartsWith(_work.Form(at + 1)))
                {
                    return;
                }

                named = 1;
            }

            at += named;
        }

        at += at < tokens.Length && Phrases.Title(_work, at, out _) is { Kind: TitleKind.Honorific } ? 1 : 0;
        if (at < tokens.Length && tokens[at].Breaks == 0 && NameSequence.Read(_work, at, out var end) && end - at <= 2)
        {
            var text = _work.Words(found.First, found.End);
            _book.Alias(_work.Words(at, end), found.Entity ?? _book.ShortName(text, found.First) ?? _book.Person(text, null, null, weak: true, found.First));
        }
    }

    // An acronym in brackets behind a name is that name from here on.
    private int Acronym(int end, Entity entity)
    {
        var tokens = _work.Tokens;
        if (end + 2 >= tokens.Length || tokens[end].Mark != '(' || tokens[end].Breaks > 0)
        {
            return end;
        }

        var close = end + 1;
        while (close < tokens.Length && close < end + 5 && tokens[close].Capital && tokens[close].Breaks == 0)
        {
            close++;
        }

        if (close > end + 1 && close < tokens.Length && tokens[close].Mark == ')' && (close == end + 2 || tokens[end + 1].AllCaps) && tokens[close - 1].End - tokens[end + 1].Start <= 20)
        {
            var acronym = _work.Words(end + 1, close);
            // The legal form of a firm is no name of it.
            if (acronym is "Persero" or "Perseroda" or "Perseroan" or "Perum" or "Perumda")
            {
                return close + 1;
            }

            _book.Alias(acronym, entity, tokens[end + 1].AllCaps && _work.Text.AsSpan(tokens[close].End).Contains(acronym, StringComparison.Ordinal));
            return close + 1;
        }

        return end;
    }

    private int Unknown(int i, int end)
    {
        var tokens = _work.Tokens;
        var text = _work.Words(i, end);
        if (end <= i + 3)
        {
            _work.LoneNames.Add(text);
        }

        if (_book.ByAlias(text) is { } alias)
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Alias, Entity = alias });
            return end;
        }

        // "Persatuan Kalibaru" goes on as "Persatuan": the first word of an organisation's proper name is the organisation.
        if (end == i + 1 && !tokens[i].Is(WordClass.Common | WordClass.GivenName) && _book.ByHead(text.ToLowerInvariant()) is { } whole)
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Alias, Entity = whole });
            return end;
        }

        // "seorang guru berinisial HM": initials are a person's where the article says so, and stay that person's.
        if (end == i + 1 && tokens[i].AllCaps && tokens[i].End - tokens[i].Start <= 4
            && ((i > 0 && tokens[i].Breaks == 0 && (_work.IsForm(i - 1, "berinisial") || _work.IsForm(i - 1, "inisial"))) || _book.NamedBefore(text, i)?.Name == text))
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Person(text, null, null, weak: false, i) });
            return _work.Found[^1].After;
        }

        // "SBY": initials that the tables know as a person's.
        if (end == i + 1 && tokens[i].AllCaps && _work.Lexicon.Holders.Person(text) is not null)
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Person(text, null, null, weak: false, i) });
            return end;
        }

        // "Kabar Nusaraya" as a line of its own is a heading: it names nobody new and adds nothing to a name.
        if (end > i + 1 && tokens[i].Breaks > 0 && (end >= tokens.Length || tokens[end].Breaks > 0) && !tokens[i].Is(WordClass.GivenName))
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name });
            return end;
        }

        // "pendiri InfraLumbung Rini Wulandari": the brand, then the name.
        if (end > i + 2 && IsBrand(_work.Form(i)) && tokens[i + 1].Kind == TokenKind.Word)
        {
            end = i + 1;
            text = _work.Words(i, end);
        }

        // "IMDb", "SpaceX": a capital inside is a brand's, where it is no particle's ("McLean", "DeSantis").
        if (end == i + 1 && IsBrand(_work.Form(i)))
        {
            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Organisation(text, null, weak: true) });
            return Acronym(end, _work.Found[^1].Entity!);
        }

        // A lone acronym, or a run that holds one ("FWK KB"), names an organisation.
        var capitals = 0;
        for (var k = i; k < end; k++)
        {
            capitals += tokens[k].AllCaps ? 1 : 0;
        }

        // What the model takes for an organisation or a place is no person, unless the article lets it speak or has named it in full.
        var model = _work.NameAt(i);
        if (model.Kind is NameKind.Organisation or NameKind.Place && !Speaks(model) && _book.NamedBefore(_work.Words(i, model.End), i) is null)
        {
            if (model.Kind == NameKind.Place)
            {
                return model.End;
            }

            Add(new() { First = i, End = model.End, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Organisation(_work.Words(i, model.End), null, weak: true) });
            return Acronym(model.End, _work.Found[^1].Entity!);
        }

        var place = i > 0 && tokens[i].Breaks == 0 && (_work.IsForm(i - 1, "di") || _work.IsForm(i - 1, "ke") || _work.IsForm(i - 1, "dari") || _work.IsForm(i - 1, "kota") || _work.IsForm(i - 1, "desa"));
        if (Phrases.Longest(_work, i, static node => node.Place, out var length) is not null && i + length >= end)
        {
            return end;
        }

        if (capitals == end - i)
        {
            if (!AllCapsContext(i, end))
            {
                Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = _book.Organisation(text, null, weak: true) });
                return Acronym(end, _work.Found[^1].Entity!);
            }

            return end;
        }

        if (place && end == i + 1)
        {
            return end;
        }

        // "Penolakan Kementerian ...", "Menafsirkan kembali ...": the first word of a sentence is capitalised whatever it is; one that speaks or was part of a name is none of these ("Bernad", "Merkel").
        if (end == i + 1 && StartsSentence(i) && !tokens[i].Is(WordClass.GivenName) && IsDerived(i) && !_work.AreIn(_work.CalledNames, i, end) && _book.NamedBefore(text, i) is null)
        {
            return end;
        }

        if (end > i + 1 && (IsForeignOrganisation(end - 1) || IsClub(i, end)))
        {
            var organisation = _book.Organisation(text, null);
            organisation.Outlet |= IsNewspaper(end - 1);
            // "Marseille" behind "Olympique Marseille", "Madura" behind "Madura United".
            if (IsClub(i, end) && end == i + 2)
            {
                _book.Short(_work.Words(IsClub(i, end - 1) ? end - 1 : i, IsClub(i, end - 1) ? end : i + 1), organisation);
            }

            Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = organisation });
            return Acronym(end, organisation);
        }

        Add(new() { First = i, End = end, OuterFirst = i, Form = MentionForm.Name, Entity = end - i > 1 && !place ? _book.Person(text, null, null, weak: true, i) : null });
        return Acronym(_work.Found[^1].After, _work.Found[^1].Entity ?? new Entity { Name = text, Type = ActorType.Person, Weak = true });
    }

    private static bool IsBrand(ReadOnlySpan<char> form)
    {
        // Two words that have run together ("MenurutNews ...") are longer.
        if (form.Length is < 3 or > 12)
        {
            return false;
        }

        var lower = false;
        var inner = -1;
        for (var i = 0; i < form.Length; i++)
        {
            if (!char.IsLetter(form[i]))
            {
                return false;
            }

            lower |= char.IsLower(form[i]);
            inner = inner < 0 && char.IsUpper(form[i]) && ((i > 0 && char.IsLower(form[i - 1])) || (i == 2 && char.IsUpper(form[1]))) ? i : inner;
        }

        return lower && inner > 0 && form[..inner] is not ("Mc" or "Mac" or "De" or "Di" or "La" or "Le" or "Du" or "Fitz" or "Van" or "Von" or "Jo" or "Al" or "Ji" or "Ka" or "Del");
    }

    // Shaped like a verb or a noun made of one: "Menafsirkan", "Pelibatan", "Kepastiannya".
    private bool IsDerived(int i)
    {
        var form = _work.Form(i);
        if (form.Length is < 6 or > 24)
        {
            return false;
        }

        Span<char> lower = stackalloc char[form.Length];
        form.ToLowerInvariant(lower);
        ReadOnlySpan<char> word = lower;
        return Words.LooksVerb(word) || word.EndsWith("nya") || (word.EndsWith("an") && (word.StartsWith("pe") || word.StartsWith("ke") || word.StartsWith("per")) && word.Length > 7);
    }

    // The noun that heads an English name stands last: "Malaysian Maritime Enforcement Agency".
    private bool IsForeignOrganisation(int last) =>
        IsNewspaper(last) || _work.Form(last) is "Agency" or "Committee" or "Council" or "Commission" or "Institute" or "Authority" or "Association" or "University" or "Foundation" or "Federation" or "Organization" or "Organisation"
            or "Center" or "Centre" or "Research" or "Ministry" or "Department" or "Office" or "Bank" or "Group" or "Watch" or "Press" or "Society" or "Union" or "Corporation" or "Company" or "Airlines" or "Air" or "Hotel" or "Museum" or "Club" or "Festival" or "Movie" or "Board" or "Court" or "Police" or "Forum" or "Network" or "Ltd" or "Inc" or "Corp" or "LLC" or "Tbk" or "PLC" or "Sekuritas" or "Studies" or "Park" or "Fair" or "Beach" or "Resort" or "Mall" or "Tower" or "Plaza" or "Stadium" or "Arena" or "Studios" or "Pictures" or "Entertainment" or "Records" or "Magazine";

    // "Olympique Kalibaru", "Kalibaru United": words of sports clubs.
    private bool IsClub(int first, int end) => _work.Form(first) is "Olympique" or "Atletico" or "Borussia" or "Bayern" or "Sporting" or "Deportivo" or "Dynamo" or "Dinamo" or "Lokomotiv" or "Inter"
        || _work.Form(end - 1) is "United" or "FC" or "City" or "Rovers" or "Wanderers" or "Hotspur";

    private bool IsNewspaper(int last) => _work.Form(last) is "News" or "Post" or "Times" or "Tribune" or "Herald" or "Journal" or "Gazette" or "Telegraph" or "Chronicle" or "Daily" or "Mail" or "Mirror" or "Express" or "Sport" or "Sports" or "Weekly" or "Review" or "Insider" or "Magazine";

    private bool Speaks(NameSpan name)
    {
        for (var i = name.First; i < name.End; i++)
        {
            if (_work.AreIn(_work.CalledNames, i, i + 1))
            {
                return true;
            }
        }

        return false;
    }

    // A headline all in capitals says nothing about acronyms.
    private bool AllCapsContext(int i, int end) =>
        (i > 0 && _work.Tokens[i].Breaks == 0 && _work.Tokens[i - 1].AllCaps && _work.Tokens[i - 1].Is(WordClass.Common)) || (end < _work.Tokens.Length && _work.Tokens[end].Breaks == 0 && _work.Tokens[end].AllCaps && _work.Tokens[end].Is(WordClass.Common));

    // Short names find the full name they belong to: the nearest before, else the first after.
    private void Link()
    {
        var government = Incumbents.Settle(_work, _book);
        foreach (var found in _work.Found)
        {
            if (found.Entity is null && found.Form == MentionForm.Metonym)
            {
                found.Entity = government;
            }

            if (found.Entity is null && found.Form == MentionForm.Name)
            {
                var text = _work.Words(found.First, found.End);
                found.Entity = _book.ShortName(text, found.First) ?? _book.Person(text, null, null, weak: true, found.First);
                Incumbents.Respell(_work, found.Entity, text, government);
            }

            if (found.Entity is not null)
            {
                found.Entity.LastAt = found.First;
                Shorten(found, found.Entity);
            }
        }
    }

    // "pelatih Skuad Garuda Rini Wulandari", whom the text goes on to call Rini Wulandari: what stood before belongs to the office.
    private void Shorten(Found found, Entity entity)
    {
        if (found.Form != MentionForm.Name || found.OuterFirst < found.First || found.End - found.First < 2 || entity.Type != ActorType.Person || entity.Weak || _work.Tokens[entity.FirstAt].Is(WordClass.GivenName)
            || _work.Form(entity.FirstAt) is "I" or "Ni" or "Ida" || NameSequence.OpensWithParticle(_work, found.First))
        {
            return;
        }

        // Behind a rank or a degree the name begins, whatever it is later called by.
        for (var back = 1; back <= 3 && back <= entity.FirstAt; back++)
        {
            if (Phrases.Title(_work, entity.FirstAt - back, out var length) is { Kind: TitleKind.Rank or TitleKind.Honorific } && length >= back - 1)
            {
                return;
            }
        }

        var text = _work.Text.AsSpan(_work.Tokens[found.First].Start, _work.Tokens[found.End - 1].End - _work.Tokens[found.First].Start);
        if (entity.Name.Length > text.Length + 1 && entity.Name[^(text.Length + 1)] == ' ' && entity.Name.AsSpan().EndsWith(text))
        {
            entity.Name = text.ToString();
        }
    }

    private void Add(Found found)
    {
        if (found.Form == MentionForm.Name && found.Entity is not { Type: not ActorType.Person })
        {
            found.After = NameSuffix.End(_work, found.End);
        }

        for (var i = found.OuterFirst; i < found.After; i++)
        {
            _work.FoundOf[i] = _work.Found.Count;
        }

        _work.Found.Add(found);
        if (found.Entity is not null)
        {
            found.Entity.LastAt = found.First;
        }

        if (found.Form == MentionForm.Name && found.Entity is not { Type: not ActorType.Person })
        {
            Nickname(found);
        }
    }
}
