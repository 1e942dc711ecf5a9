"""Where a text holds the licence plate of a car, next to a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.redaction.folding import Span
from workbench.sources.redaction.name_forms import is_ordinary

_NUMBER = r"(?:nr\.?|nummer\w*|no\.?)"
_SAID = re.compile(
    rf"(?<![^\W_])(?:nummerplade\w*|nr\.? ?plade\w*|plade{_NUMBER}|reg[-. ]{{0,2}}(?:{_NUMBER}|plade\w*|skylt\w*|"
    rf"plate)|"
    rf"registreringsnum\w*|registreringsskylt\w*|nummerskylt\w*|bil(?:nr\.?|nummer\w*|skylt\w*)|skilt{_NUMBER}|bilskilt\w*|skilt(?:et)?|"
    r"nummerskilt\w*|kjennemerke\w*|rekisteri\w*|rekkari\w*|rekki|rekilpi\w*|núm(?:era|er)pl[aö]t\w*|bílnúmer\w*|"
    r"skráningarnúmer\w*|licen[cs]e plates?|number ?plates?|registration (?:plate|number|no\.?))(?!\w)", re.IGNORECASE)
_PLATE = (r"(?:[A-ZÆØÅ]{2}[ -]?\d{2}[ -]?\d{3}|[A-ZÅÄÖ]{3}[ -]?\d{2}[\dA-Z]|[A-Z]{2}\d{2}[ -]?[A-Z]{3}|"
          r"[A-Z]{2}[ -]?[A-Z]?\d{2,3}|[A-Z]{2}[ -]?\d{5}|[A-ZÅÄÖ]{2,3}[ -]?\d{1,3}|"
          r"[A-Z]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4})(?![\w+]|[:.,]\d)")
_AFTER_AT_ONCE = re.compile(rf"[ :=(\"'-]{{1,4}}(?:(?:er|är|is|on) )?({_PLATE})", re.IGNORECASE)
_AFTER = re.compile(rf"[ :,=(\"'-]{{0,4}}(?:[^\W\d_]{{1,10}}[ :,=(\"'-]{{1,3}}){{0,4}}?({_PLATE})")
_BEFORE = re.compile(r"(?<!\w)([A-ZÆØÅÄÖ]{2,3}[ -]?\d{2}[ -]?\d{0,3}[A-Z]{0,3})[ :,=)\"'-]{1,4}"
                     r"(?:[^\W\d_]{1,10}[ ,]{1,2}){0,3}$")
_WORD_AND_NUMBER = re.compile(r"[^\W\d_]+ \d{1,3}")
_REACH = 60
# An RE2 pattern of texts that may hold one
PLATE_HINT = (r"(?i)nummerp|plade|reg[-. ]?[-. ]?(?:n|skylt|plate)|registreringsn|registreringss|nummersk|bil(?:nr|"
              r"nummer|sk)|skilt|"
              r"kjennemerke|rekisteri|rekk|rekilpi|númer|licen[cs]e plate|number ?plate|registration (?:plate|n)")


def find_plates(text: str) -> Iterator[Span]:
    """Find licence plates of the Nordic countries and Britain, where a word near them says what they are."""
    for said in _SAID.finditer(text):
        found = _AFTER_AT_ONCE.match(text, said.end())
        if found is None or (_WORD_AND_NUMBER.fullmatch(found[1]) and is_ordinary(found[1].split()[0])):
            found = _AFTER.match(text, said.end())
        if found is None:
            start = max(0, said.start() - _REACH)
            found = _BEFORE.search(text[start:said.start()])
            if found is not None:
                yield start + found.start(1), start + found.end(1)
        else:
            yield found.span(1)
