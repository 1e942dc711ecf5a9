"""Sentences in six languages with identifiers planted in them, made from a seed; nobody bears them but by chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import NamedTuple

from benchmarks.planted_names import WORD, write_name

LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")
_WORDS = {
    "da": ("hej alle", "så er der nyt fra klubben", "det var en god aften", "husk at melde jer til", "vi ses på torvet",
           "der kom 33 i går", "det kostede 250 kr", "se opslaget fra 2024"),
    "sv": ("hej allihop", "nu finns det nytt från klubben", "det var en bra kväll", "glöm inte att anmäla er",
           "vi ses på torget", "det kom 33 i går", "det kostade 250 kr", "se inlägget från 2024"),
    "nb": ("hei alle sammen", "her er nytt fra klubben", "det var en fin kveld", "husk å melde dere på",
           "vi ses på torget", "det kom 33 i går", "det kostet 250 kr", "se innlegget fra 2024"),
    "fi": ("hei kaikki", "kerholla on uutta", "ilta oli hyvä", "muistakaa ilmoittautua", "nähdään torilla",
           "eilen tuli 33 henkeä", "se maksoi 25 euroa", "katso viesti vuodelta 2024"),
    "is": ("hæ öll", "það er nýtt frá félaginu", "þetta var gott kvöld", "munið að skrá ykkur", "sjáumst á torginu",
           "33 komu í gær", "það kostaði 2500 kr", "sjá færsluna frá 2024"),
    "en": ("hi everyone", "there is news from the club", "it was a good evening", "remember to sign up",
           "see you in the square", "33 came last night", "it cost 25 euros", "see the post of 2024"),
}
# Before an identifier of any kind; {} is the identifier
_FRAMES = {
    "da": ("skriv bare {}", "nogen der kender {}?", "det er {}, tror jeg", "({})", "her: {}", "tag fat i {} i dag",
           "{} er rigtig nok", "jeg fik {} sendt"),
    "sv": ("skriv bara {}", "någon som känner till {}?", "det är {}, tror jag", "({})", "här: {}", "ta {} idag",
           "{} stämmer nog", "jag fick {} skickat"),
    "nb": ("bare skriv {}", "noen som kjenner {}?", "det er {}, tror jeg", "({})", "her: {}", "ta {} i dag",
           "{} stemmer nok", "jeg fikk {} tilsendt"),
    "fi": ("kirjoita {}", "tunteeko kukaan: {}?", "se on {}, luulen", "({})", "tässä: {}", "ota {} talteen",
           "{} pitää paikkansa", "sain viestin {} eilen"),
    "is": ("skrifaðu bara {}", "þekkir einhver {}?", "það er {}, held ég", "({})", "hér: {}", "taktu {} í dag",
           "{} er rétt", "ég fékk {} sent"),
    "en": ("just write {}", "anyone know {}?", "it is {}, I think", "({})", "here: {}", "take {} today",
           "{} is the right one", "I was sent {} yesterday"),
}
_ACCOUNT_WORDS = {"da": ("konto", "kontonr.", "reg.nr. {reg} konto"), "sv": ("konto", "kontonummer", "bankgiro"),
                  "nb": ("konto", "kontonr", "kontonummer:"), "fi": ("tilinumero", "tilille"), "is": ("reikningur",
                                                                                                      "reikningsnr."),
                  "en": ("account", "account number")}
_FIRST = ("anna", "bodil", "liv", "omar", "sofie", "mikko", "aino", "jonas", "freja", "yusuf", "elin", "kaarina")
_LAST = ("holm", "lind", "berg", "dahl", "virta", "skov", "moen", "aslan", "strand", "koski")
_DOMAINS = ("post.example", "mail.example.org", "skole.example.dk", "gmail.com", "hotmail.se", "klubb.example.no")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class Planted(NamedTuple):
    """A sentence with one identifier in it: of which kind, how it is written, and for names whose it is."""

    kind: str
    language: str
    text: str
    value: str
    form: str
    name: str = ""

    def is_gone(self, redacted: str) -> bool:
        """Return whether no digit of a number, word of a name, nor the name in an address or handle, is left of it."""
        rest = self.text.replace(self.value, "")
        if self.kind == "name":
            left = set(WORD.findall(_plain(redacted))) - set(WORD.findall(_plain(rest)))
            parts = [part for word in WORD.findall(_plain(self.value)) if len(part := word[:4]) > 2]
            return not any(part in word for word in left for part in parts)
        if self.form in ("number words", "letters alone"):
            return self.value not in redacted and "[" in redacted
        if self.kind not in ("email", "handle", "link"):
            return not Counter(filter(str.isdigit, redacted)) - Counter(filter(str.isdigit, rest))
        if self.form == "name in the query":
            return "navn=" not in redacted
        left_text = redacted.casefold()
        return "[" in redacted and not any(n in left_text and n not in rest.casefold() for n in (*_FIRST, *_LAST))


def _plain(text: str) -> str:
    return re.sub(r"\[[a-z ]+\]", " ", text).casefold()


Maker = Callable[[Random, str], tuple[str, str]]


def plant(count: int, *, seed: int) -> list[Planted]:
    """Make sentences with one identifier each, of all kinds and languages in turn."""
    rnd, planted = Random(f"identifiers-{seed}"), []
    makers: tuple[tuple[str, Maker], ...] = (
        ("phone", _phone), ("phone", _phone), ("email", _email), ("handle", _handle), ("person number", _person_number),
        ("link", _link), ("iban", _iban), ("card", _card), ("account", _account), ("phone", _foreign_phone),
        ("email", _spelled_email), ("person number", _person_number), ("plate", _plate), ("handle", _named_account),
        ("phone", _spoken_phone), ("link", _profile), ("name", _name), ("name", _name), ("name", _name), ("name",
                                                                                                          _name),
    )
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        kind, make = makers[number // len(LANGUAGES) % len(makers)]
        name, (value, form) = "", ("", "")
        if kind == "name":
            name, value, form = write_name(rnd, language)
        else:
            value, form = make(rnd, language)
        frame = rnd.choice(_FRAMES[language]).replace("{}", value)
        before, after = (rnd.choice(_WORDS[language]) for _ in range(2))
        mark = rnd.choice((". ", "! ", ", ", "\n", " - ", " 🙂 "))
        text = rnd.choice((f"{before}{mark}{frame}", f"{frame}. {after}", f"{before}{mark}{frame}{mark}{after}"))
        planted.append(Planted(kind, language, text, value, form, name))
    return planted


def _name(rnd: Random, language: str) -> tuple[str, str]:
    return write_name(rnd, language)[1:]


def _digits(rnd: Random, count: int) -> str:
    return "".join(rnd.choices("0123456789", k=count))


def _grouped(digits: str, sizes: tuple[int, ...], between: str) -> str:
    ends = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    return between.join(digits[a:b] for a, b in pairwise(ends))


_OF = {"da": ("DK", "45", "tlf. "), "sv": ("SE", "46", "tel "), "nb": ("NO", "47", "mobil: "), "fi": ("FI", "358",
                                                                                                      "puh. "),
       "is": ("IS", "354", "sími "), "en": ("GB", "44", "phone ")}


def _national(rnd: Random, region: str, code: str) -> str:
    import phonenumbers

    while True:
        national = {"DK": rnd.choice("23456789") + _digits(rnd, 7), "NO": rnd.choice("49") + _digits(rnd, 7),
                    "SE": rnd.choice(("70", "72", "73", "76", "79")) + _digits(rnd, 7),
                    "FI": rnd.choice(("40", "44", "45", "50")) + _digits(rnd, 7),
                    "IS": rnd.choice("5678") + _digits(rnd, 6), "GB": f"7{rnd.choice('45789')}" + _digits(rnd,
                                                                                                          8)}[region]
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+{code}{national}")):
            return national


def _phone(rnd: Random, language: str) -> tuple[str, str]:
    region, code, word = _OF[language]
    national, between = _national(rnd, region, code), rnd.choice((" ", " ", "-", "."))
    if region in ("DK", "NO"):
        local = rnd.choice((national, _grouped(national, (2, 2, 2, 2), between), _grouped(national, (4, 4), between),
                            _grouped(national, (3, 2, 3), " ")))
    elif region == "IS":
        local = rnd.choice((national, _grouped(national, (3, 4), rnd.choice(" -"))))
    elif region == "GB":
        local = rnd.choice((f"0{national}", f"0{_grouped(national, (4, 6), ' ')}",
                            f"0{_grouped(national, (4, 3, 3), ' ')}"))
    else:
        sizes = (3, 3, 2, 2) if region == "SE" else (3, 3, 4)
        rest = _grouped(f"0{national}"[3:], sizes[1:], " ")
        local = rnd.choice((f"0{national}", f"0{national[:2]}-{rest}", f"0{national[:2]} {rest}",
                            f"0{national[:2]}-{national[2:]}"))
    with_code = rnd.choice((f"+{code} ", f"+{code}", f"00{code} ", f"(+{code}) ")) + local.removeprefix("0")
    value, form = (with_code, "with country code") if rnd.random() < 0.4 else (local, "without country code")
    if rnd.random() < 0.2:
        value = word + value
    if rnd.random() < 0.06 and (region != "IS" or form == "with country code"):
        return value.translate(rnd.choice((_WIDE, _ARABIC))), "other digits"
    return value, form


_NUMBER_WORDS = {
    "da": "nul en to tre fire fem seks syv otte ni", "sv": "noll ett två tre fyra fem sex sju åtta nio",
    "nb": "null en to tre fire fem seks sju åtte ni", "fi": "nolla yksi kaksi kolme neljä viisi kuusi seitsemän "
                                                            "kahdeksan yhdeksän",
    "is": "núll einn tveir þrír fjórir fimm sex sjö átta níu", "en": "zero one two three four five six seven eight "
                                                                     "nine",
}
_TENS = {
    "da": "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems", "sv": "tjugo trettio fyrtio femtio sextio "
                                                                              "sjuttio åttio nittio",
    "nb": "tjue tretti førti femti seksti sytti åtti nitti", "en": "twenty thirty forty fifty sixty seventy eighty "
                                                                   "ninety",
}


def _spoken_phone(rnd: Random, language: str) -> tuple[str, str]:
    region, code, _ = _OF[language]
    national, ones = _national(rnd, region, code), _NUMBER_WORDS[language].split()
    digits = national if region in ("DK", "NO", "IS") else f"0{national}"
    if region not in ("DK", "NO") or rnd.random() < 0.4:
        return rnd.choice((" ", ", ", "-")).join(ones[int(d)] for d in digits), "number words"
    tens = _TENS[language].split()

    def pair(two: str) -> str:
        if two[0] in "01":
            return f"{ones[int(two[0])]} {ones[int(two[1])]}"
        ten, one = tens[int(two[0]) - 2], ones[int(two[1])] if two[1] != "0" else ""
        return f"{one}og{ten}" if one and language == "da" else ten + one

    return rnd.choice((" ", ", ")).join(pair(digits[i:i + 2]) for i in range(0, 8, 2)), "number words"


def _foreign_phone(rnd: Random, language: str) -> tuple[str, str]:
    import phonenumbers

    while True:
        region = rnd.choice(("GB", "DE", "PL", "NL", "FR", "US", "SE", "TR", "LT", "UA"))
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        assert example is not None
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        number = phonenumbers.parse(written[:-5] + _digits(rnd, 5))
        if phonenumbers.is_valid_number(number):
            style = rnd.choice((phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164))
            written = str(phonenumbers.format_number(number, style))
            return (written, "foreign, +") if rnd.random() < 0.7 else ("00" + written[1:], "foreign, 00")


def _birth(rnd: Random) -> tuple[int, int, int]:
    return rnd.randint(1, 28), rnd.randint(1, 12), rnd.randint(1930, 2015)


def _person_number(rnd: Random, language: str) -> tuple[str, str]:
    return _bare_person_number(rnd, language), {"sv": "personnummer", "nb": "fødselsnummer", "fi": "henkilötunnus",
                                                "is": "kennitala"}.get(language, "CPR")


def _bare_person_number(rnd: Random, language: str) -> str:
    from stdnum import luhn
    from stdnum.fi.hetu import _calc_checksum
    from stdnum.no import fodselsnummer

    day, month, year = _birth(rnd)
    short = f"{day:02d}{month:02d}{year % 100:02d}"
    if language == "sv":
        body = f"{year % 100:02d}{month:02d}{day + rnd.choice((0, 0, 60)):02d}{_digits(rnd, 3)}"
        number = body + luhn.calc_check_digit(body)
        century = rnd.choice(("", str(year // 100)))
        return century + number[:6] + rnd.choice(("-", "-", "", " ")) + number[6:]
    if language == "nb":
        first = f"{day + rnd.choice((0, 0, 40)):02d}{short[2:]}"
        while True:
            body = first + _digits(rnd, 3)
            one = fodselsnummer.calc_check_digit1(body)
            two = fodselsnummer.calc_check_digit2(body + one)
            if len(one + two) == 2:
                return first + rnd.choice((" ", "", "-")) + body[6:] + one + two
    if language == "fi":
        body = f"{rnd.randint(2, 899):03d}"
        mark = rnd.choice("-YX") if year < 2000 else rnd.choice("ABC")
        return short + mark + body + _calc_checksum(short + body)
    if language == "is":
        weights = (3, 2, 7, 6, 5, 4, 3, 2)
        while True:
            body = short + f"{rnd.randint(20, 99)}"
            check = -sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11
            if check < 10:
                return f"{short}{rnd.choice(('-', ''))}{body[6:]}{check}{9 if year < 2000 else 0}"
    return short + rnd.choice(("-", "-", "", " ", " - ")) + _digits(rnd, 4)


def _local_part(rnd: Random) -> str:
    first, last = rnd.choice(_FIRST), rnd.choice(_LAST)
    return rnd.choice((f"{first}.{last}", f"{first}_{last}{rnd.randint(1, 99)}", f"{first}{rnd.randint(1950, 2012)}",
                       f"{first[0]}{last}", f"{first}+klub"))


def _email(rnd: Random, language: str) -> tuple[str, str]:
    return rnd.choice(("", "", "mailto:")) + f"{_local_part(rnd)}@{rnd.choice(_DOMAINS)}", "plain"


def _spelled_email(rnd: Random, language: str) -> tuple[str, str]:
    dot = {"da": "punktum", "sv": "punkt", "nb": "punktum", "fi": "piste", "is": "punktur", "en": "dot"}[language]
    at = {"da": "snabel-a", "sv": "snabel-a", "nb": "krøllalfa", "fi": "miukumauku", "is": "hjá",
          "en": "[at]"}[language]
    local = _local_part(rnd).replace("+", "")
    return rnd.choice((
        (f"{local} (at) post.example.dk", "(at)"), (f"{local}[at]post[dot]dk", "[at] [dot]"),
        (f"{local} (at) post {dot} dk", "(at), dot as a word"), (f"{local} {at} post.dk", "at as a word"),
        (f"{local} @ post.dk", "@ with spaces"), (f"{local}(a)post.dk", "(a)"), (f"{local} at gmail.com", "at"),
        (f"{local} {at} post {dot} dk", "at and dot as words"), (f"{local} AT post DOT dk", "AT DOT"),
        (f"{local} på gmail", "no ending"),
    ))


def _handle(rnd: Random, language: str) -> tuple[str, str]:
    first, last = rnd.choice(_FIRST), rnd.choice(_LAST)
    name = rnd.choice((f"{first}_{last}", f"{first}{rnd.randint(1, 2012)}", f"{first}.{last}", f"{first}{last}",
                       f"{first[0]}_{last}"))
    return rnd.choice((
        (f"@{name}", "@"), (f"@{name}", "@"), (f"u/{name.replace('.', '-')}", "u/"), (f"/u/{name.replace('.', '')}",
                                                                                      "u/"),
        (f"{name}#{_digits(rnd, 4)}", "#1234"), (f"@{name}@snak.example.social", "with its server"),
        (f"{first}-{last}.bsky.social", "Bluesky"), (f"@{first}{last}.bsky.social", "Bluesky"),
        (f"@{first}:chat.example.org", "with its server"),
    ))


_MY = {"da": ("min {} er", "tilføj mig på {}:", "find mig på {} under"), "sv": ("min {} är", "lägg till mig på "
                                                                                             "{}:", "jag heter på {}:"),
       "nb": ("min {} er", "legg meg til på {}:", "følg meg på {}"), "fi": ("mun {} on", "lisää mut "
                                                                                         "{}:", "mun {}nimi on"),
       "is": ("mitt {} er", "bættu mér við á {}:", "{}:"), "en": ("my {} is", "add me on {}:", "follow me on {}")}


def _named_account(rnd: Random, language: str) -> tuple[str, str]:
    first, last = rnd.choice(_FIRST), rnd.choice(_LAST)
    called = rnd.choice(("snap", "insta", "snapchat", "instagram", "ig", "tiktok", "telegram", "discord", "steam",
                         "kik"))
    said = rnd.choice((*_MY[language], "{}:", "{}=")).replace("{}", called)
    name, form = rnd.choice(((f"{first}_{last}", "with a sign"), (f"{first}.{last}", "with a sign"),
                             (f"{first}{last}{rnd.randint(1, 99)}", "with a digit"), (f"{first}{last}",
                                                                                      "letters alone")))
    return f"{said} {name}", form


def _link(rnd: Random, language: str) -> tuple[str, str]:
    name = f"{rnd.choice(_FIRST)}{rnd.choice(_LAST)}{rnd.randint(1, 99)}"
    return rnd.choice((f"https://t.me/{name}", f"t.me/{name}/7", f"https://t.me/+{name}XyZ", f"https://www.instagram.com/{name}/",
                       f"instagram.com/{name}", f"https://m.facebook.com/{name}?ref=1", f"facebook.com/{name}",
                       f"https://www.tiktok.com/@{name}/video/7", f"https://x.com/{name}/status/99", f"tg://resolve?domain={name}",
                       f"https://www.snapchat.com/add/{name}", f"https://bsky.app/profile/{name}.bsky.social",
                       f"https://mastodon.example.org/@{name}", f"https://www.youtube.com/@{name}",
                       f"wa.me/45{_digits(rnd, 8)}?text={name}",
                       f"https://web.archive.org/web/2020/https://twitter.com/{name}", f"t[.]me/{name}")), "platform"


def _profile(rnd: Random, language: str) -> tuple[str, str]:
    first, last = rnd.choice(_FIRST), rnd.choice(_LAST)
    register = {"da": f"https://www.krak.dk/{first}+{last}/personer", "sv": f"https://www.merinfo.se/person/{first}-{last}-1",
                "nb": f"https://www.1881.no/?query={first}+{last}", "fi": f"https://www.fonecta.fi/haku/{first}%20{last}",
                "is": f"https://ja.is/?q={first}%20{last}", "en": f"https://www.truecaller.com/search/dk/{first}{last}"}[language]
    return rnd.choice((
        (register, "register of people"), (register.split("//")[1].removeprefix("www."), "register of people"),
        (f"https://avis.example/side?navn={first}{last}&nr=4", "name in the query"),
        (f"https://kick.com/{first}{last}", "platform"),
        (f"https://www.roblox.com/users/{_digits(rnd, 6)}/{first}{last}", "platform"), (f"twitch.tv/{first}{last}",
                                                                                        "platform"),
        (f"https://steamcommunity.com/id/{first}{last}", "platform"),
    ))


def _plate(rnd: Random, language: str) -> tuple[str, str]:
    letters = "".join(rnd.choices("ABCDEGHJKLMNPRSTUVXYZ", k=3))
    word, plate = {
        "da": (("nummerpladen er", "reg.nr.", "nummerplade:"), rnd.choice((f"{letters[:2]} 12 345",
                                                                           f"{letters[:2]}{_digits(rnd, 5)}"))),
        "sv": (("regnr", "registreringsnumret är", "nummerskylten"), f"{letters} "
                                                                     f"{_digits(rnd, 2)}{rnd.choice('ABCDE1234')}"),
        "nb": (("skiltnr.", "registreringsnummer", "bilskiltet er"), f"{letters[:2]} {_digits(rnd, 5)}"),
        "fi": (("rekisterinumero on", "rekkari", "rekisterikilpi:"), f"{letters}-{_digits(rnd, 3)}"),
        "is": (("bílnúmer", "númeraplatan er", "bílnúmerið er"), f"{letters[:2]} {letters[2]}{_digits(rnd, 2)}"),
        "en": (("licence plate", "number plate:", "registration number"), f"{letters[:2]}{_digits(rnd, 2)} {letters}"),
    }[language]
    return f"{rnd.choice(word)} {rnd.choice((plate, plate, plate.lower()))}", "named"


def _iban(rnd: Random, language: str) -> tuple[str, str]:
    from stdnum import iban

    while True:
        country, length = {"da": ("DK", 14), "sv": ("SE", 20), "nb": ("NO", 11), "fi": ("FI", 14),
                           "is": ("IS", 22), "en": ("DE", 18)}[language]
        body = _digits(rnd, length)
        number = f"{country}{iban.calc_check_digits(f'{country}00{body}')}{body}"
        if iban.is_valid(number):
            return rnd.choice((number, iban.format(number), number.lower())), "checked"


def _card(rnd: Random, language: str) -> tuple[str, str]:
    from stdnum import luhn

    start, length = rnd.choice((("4", 16), ("4571", 16), ("5019", 16), ("51", 16), ("2221", 16), ("37", 15),
                                ("6011", 16)))
    body = start + _digits(rnd, length - 1 - len(start))
    number = body + luhn.calc_check_digit(body)
    sizes = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    return rnd.choice((number, _grouped(number, sizes, " "), _grouped(number, sizes, "-"))), "checked"


def _account(rnd: Random, language: str) -> tuple[str, str]:
    word = rnd.choice(_ACCOUNT_WORDS[language]).format(reg=_digits(rnd, 4))
    number = {"da": _digits(rnd, 10) if word.startswith("reg") else f"{_digits(rnd, 4)} {_digits(rnd, 10)}",
              "sv": f"{_digits(rnd, 4)}-{_digits(rnd, 7)}",
              "nb": f"{_digits(rnd, 4)} {_digits(rnd, 2)} {_digits(rnd, 5)}",
              "fi": f"{_digits(rnd, 6)}-{_digits(rnd, 6)}",
              "is": f"{_digits(rnd, 4)}-{_digits(rnd, 2)}-{_digits(rnd, 6)}", "en": _digits(rnd, 9)}[language]
    return f"{word} {number}", "named"
