"""Names of people who are made up, as texts in six languages write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

WORD = re.compile(r"\w+")
# Given names and surnames; among the surnames are such as are ordinary words or places
_GIVEN = {
    "da": "Mette Søren Bodil Asger Freja Jørgen Åse Kasper Yusuf Signe", "sv": "Göran Elin Åke Linnea Björn Maja "
                                                                               "Hassan Sven Karin Örjan",
    "nb": "Øystein Ingrid Håkon Solveig Bjørn Kari Mohamed Tone Sverre Åse", "fi": "Matti Aino Pekka Kaarina Väinö "
                                                                                   "Sari Jukka Liisa Eero Mikko",
    "is": "Jón Guðrún Sigurður Helga Þórður Anna Björn Kristín Ragnar Sigrún", "en": "Emily George Fatima Owen "
                                                                                     "Alice Harry Zara Liam Ruth Peter",
}
_MIDDLE = {"da": "Louise Bruun Emil", "sv": "Maria Sofia Erik", "nb": "Marie Lie Olav", "fi": "Maria Juhani Sofia",
           "is": "María Þór Björk", "en": "Rose James Anne"}
_LAST = {
    "da": "Kjær Rønnebæk Sørensen Thygesen Holm Skovgaard Berg Mikkelsen Østerby Winther",
    "sv": "Åkerlöf Hedqvist Svensson Sjöström Lind Bergqvist Häggkvist Ek Lindgren Wadström",
    "nb": "Ødegård Hølmebakk Kristiansen Lund Brekkhus Åsnes Nordahl Vik Thorstensen Gjerde",
    "fi": "Virtanen Hämäläinen Korhonen Mäkelä Niemi Kuosmanen Lahti Rautiainen Heikkinen Virta",
    "is": "Jónsdóttir Sigurðsson Þórðarson Guðmundsdóttir Blöndal Thorarensen Einarsson Ragnarsdóttir Briem Magnússon",
    "en": "Ashdown Whitlock King Fairweather Okonkwo Young Penhaligon Rahman Thistlewood Wood",
}
_FOLDED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "Æ": "Ae", "Ø": "Oe", "Å": "Aa",
                         "Ä": "Ae", "Ö": "Oe",
                         "ð": "d", "þ": "th", "Þ": "Th", "á": "a", "í": "i", "ó": "o", "ú": "u", "ý": "y"})
_BARE = str.maketrans("æøåäöÆØÅÄÖðþÞáíóúý", "aoaaoAOAAOdtTaiouy")


def _genitive(word: str, language: str) -> str:
    if language == "fi":
        if word.endswith("nen"):
            return word[:-3] + "sen"
        irregular = {"Virta": "Virran", "Lahti": "Lahden", "Niemi": "Niemen"}
        return irregular.get(word, word + "n")
    if language == "is":
        if word.endswith("dóttir"):
            return word[:-2] + "ur"
        return word + "ar" if word.endswith("son") else word + "s"
    return word + ("'s" if language == "en" else "" if word[-1] in "sxz" else "s")


def _dative(word: str, language: str) -> str:
    """Return the Finnish allative or the Icelandic dative; elsewhere the word itself."""
    if language == "fi":
        return _genitive(word, "fi")[:-1] + "lle"
    if language == "is":
        return word[:-2] + "ur" if word.endswith("dóttir") else word[:-3] + "syni" if word.endswith("son") else word
    return word


Form = Callable[[str, str, str, str], str]
_FORMS: dict[str, Form] = {
    "as it is": lambda g, m, s, _: f"{g} {s}", "lower case": lambda g, m, s, _: f"{g} {s}".lower(),
    "capitals": lambda g, m, s, _: f"{g} {s}".upper(), "genitive": lambda g, m, s, la: f"{g} {_genitive(s, la)}",
    "dative": lambda g, m, s, la: f"{g} {_dative(s, la)}", "surname, given name": lambda g, m, s, _: f"{s}, {g}",
    "surname first": lambda g, m, s, _: f"{s} {g}", "initial with dot": lambda g, m, s, _: f"{g[0]}. {s}",
    "initial": lambda g, m, s, _: f"{g[0]} {s}", "initial, genitive": lambda g, m, s, la: f"{g[0]}. {_genitive(s, la)}",
    "hashtag": lambda g, m, s, _: f"#{g}{s}", "hashtag, lower case": lambda g, m, s, _: f"#{g}{s}".lower(),
    "one word": lambda g, m, s, _: f"{g}{s}".lower(), "low line": lambda g, m, s, _: f"{g}_{s}".lower(),
    "ae, oe, aa": lambda g, m, s, _: f"{g} {s}".translate(_FOLDED), "a, o": lambda g, m, s,
    _: f"{g} {s}".translate(_BARE),
    "middle name": lambda g, m, s, _: f"{g} {m} {s}", "middle initial": lambda g, m, s, _: f"{g} {m[0]}. {s}",
    "surname alone": lambda g, m, s, _: s, "surname alone, genitive": lambda g, m, s, la: _genitive(s, la),
    "surname alone, lower case": lambda g, m, s, _: s.lower(), "letter left out": lambda g, m, s,
    _: f"{g} {s[:-2]}{s[-1]}",
}


def write_name(rnd: Random, language: str) -> tuple[str, str, str]:
    """Return the display name of a person, the name as a text writes it, and in which form."""
    given, middle, surname = (rnd.choice(words[language].split()) for words in (_GIVEN, _MIDDLE, _LAST))
    form = rnd.choice(tuple(_FORMS))
    return f"{given} {middle} {surname}", _FORMS[form](given, middle, surname, language), form


# Surnames that many people bear, from Denmark, Sweden, Norway, Finland and English-speaking countries; among them such
# as are ordinary words
_COMMON = """
Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen Olsen
Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Jakobsen Lund Holm Schmidt Kjær Friis Lauritsen Winther
Dahl Krogh Bertelsen Nygaard Vestergaard Skov Bach Berg Lind Iversen Bruun Eriksen Karlsen Toft Hald Bech Kofoed Juhl
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson
Hansson Bengtsson Jönsson Lindberg Magnusson Lindström Lindqvist Lindgren Berglund Fredriksson Sandberg Henriksson
Forsberg Sjöberg Wallin Engström Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Wikström Isaksson Nyström
Haugen Johannessen Andreassen Halvorsen Berge Bakken Kristiansen Solberg Moen Strand Eide Lie Ruud Myhre Tangen Sæther
Hagen Ødegård Aas Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen
Lehtinen Saarinen Salminen Heinonen Niemi Heikkilä Salonen Kinnunen Turunen Salo Laitinen Tuominen Rantanen Mattila
Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall
Wood Jackson Clarke Miller Cooper King Young Allen Stone Hill Bush Turner Hunter Love Carter Parker Fox Cook
"""


def common_names() -> set[str]:
    """Return about 10,000 names such as a large study holds: given names and common surnames, joined by chance."""
    from workbench.sources.redaction.ordinary import given_names

    rnd, given = Random(3), sorted(given_names())
    return {f"{rnd.choice(given).title()} {surname}" for surname in _COMMON.split() for _ in range(60)}
