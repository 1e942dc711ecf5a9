"""Where a text names an account of a platform in words: ``snap: …``, *min insta er …*, *add me on snapchat …*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.redaction.folding import Span
from workbench.sources.redaction.name_forms import is_ordinary
from workbench.tables.platforms import PLATFORMS

_CALLED = "|".join(called for platform in PLATFORMS for called in platform.called)
_NAME_OF = (r"(?:[ -]?(?:navn(?:et)?|namn(?:et)?|name|nimi|bruger(?:navn)?|brukernavn|användarnamn|användare|konto|"
            r"account|profil|"
            r"username|tunnus|id|handle|nafn|notandi))?")
_SIGNED = r"(?=[a-z.]*[\d_]|[a-z]{2,}\.[a-z]{2}|[a-z]{3,}\.[a-z])[a-z][\w.-]{3,30}\w"
_LETTERS = r"[a-zæøåäöéüðþ]{4,30}(?![\w.:/@'’-]*\w)"
_PLATFORM = re.compile(rf"(?<!\w)(?:{_CALLED})(?!\w*://)", re.IGNORECASE)
# A platform, a colon and a word with a digit, a low line or a dot in it, or one word that ends the line
_NAMED = re.compile(rf"{_NAME_OF}\s?[:=]\s?(?!www\.|https?\b)({_SIGNED}|{_LETTERS}(?=\s*(?:[,;|/!)\n]|"
                    rf"$)))", re.IGNORECASE)
# My snap is ...: a word of letters alone where nothing but the end of a sentence follows
_OWNER = re.compile(r"(?<!\w)(?:min|mit|mitt|mina|mín|my|mun|minun|hans|hendes|hennes|his|her|their|hänen)\s(?:egen "
                    r"|eget |own )?$",
                    re.IGNORECASE)
_OWNED = re.compile(
    rf"{_NAME_OF}\s(?:er|är|is|on|hedder|heter|hetter|heitir|=|:)\s?:?\s?(?!www\.|https?\b)"
    rf"({_SIGNED}|{_LETTERS}(?=\s*(?:[.,;!)\n]|$)))", re.IGNORECASE)
# Add me on snap as a_b, snap a_b, and in Finnish snapissa a_b
_REACHED = re.compile(
    rf"(?:issa|ssa|ista|sta|een|in)?{_NAME_OF},?\s(?:(?:under|som|as|at|nimellä|med|with|hos|är|er|is|on)\s)?"
    rf"(?!\w+\.(?-i:[A-ZÆØÅÄÖ]))({_SIGNED}(?![\w/@]))", re.IGNORECASE)
_REACH = 20
_NAMES_OF = "navn|namn|name|nimi|bruger|använd|konto|account|profil|user|tunnus|id|handle|nafn|notandi"
# An RE2 pattern of texts that may hold one
NAMED_HINT = (rf"(?i)\b(?:{_CALLED})(?:[ -]?(?:{_NAMES_OF})[a-zä]*)? ?(?:[:=]|[a-z]*,? (?:[^\s]+ )?[^\s]*[0-9_.])"
              rf"|\b(?:{_CALLED})(?:[ -]?(?:{_NAMES_OF})[a-zä]*)?\s(?:er|är|is|on|hedder|heter|hetter|heitir)\s")
_STATES = frozenset((  # of what an account may be: my snap is ...
    "hacket", "hacked", "hackad", "slettet", "deleted", "raderat", "raderad", "lukket", "closed", "stängt", "stängd",
    "privat", "private",
    "nede", "down", "nere", "åben", "open", "öppen", "åpen", "død", "dead", "dött", "væk", "gone", "borta", "borte",
    "blokeret", "blocked",
    "blockerad", "blokkert", "spærret", "spärrad", "sperret", "deaktiveret", "inaktiv", "inactive", "yksityinen",
    "poistettu", "hakkeroitu",
    "suljettu", "auki", "rikki", "kaput", "ødelagt", "broken", "trasig", "stjålet", "stolen", "stulen", "kedelig",
    "boring", "tråkig", "fake",
    "falsk", "falskt", "offentlig", "public", "dårlig", "dårligt", "dålig", "tomt", "empty", "tyhjä", "bedre",
    "better", "bäst", "best",
    "bedst", "verified", "suspended", "banned", "bannet", "ulæst", "langsom", "slow", "seneste", "latest", "sjovt",
    "sjov", "live",
    "video", "billeder", "bilder", "photos", "kuvia", "link", "story", "profil", "profile", "kanal", "channel",
    "gruppe", "group", "nyheder",
    "nyheter", "news", "uutiset", "opdateret", "updated", "premium", "opslag", "inlägg", "innlegg", "post", "posts",
    "besked", "message",
))


def find_named(text: str) -> Iterator[Span]:
    """Find account names that the words before them name as such.

    A word of letters alone counts only where nothing follows it, and it is no ordinary word.
    """
    for platform in _PLATFORM.finditer(text):
        owned = _OWNER.search(text, max(0, platform.start() - _REACH), platform.start())
        for pattern in (_OWNED, _NAMED, _REACHED) if owned else (_NAMED, _REACHED):
            found = pattern.match(text, platform.end())
            if found and not (found[1].isalpha() and (found[1].casefold() in _STATES or is_ordinary(found[1]))):
                yield found.span(1)
                break
