"""Words by which a sentence claims a number, a rise, a fall or a change: simple lists, no grammar."""

from __future__ import annotations

import re

# by language; one that is not here has no lists, and is told by its digits alone
_NUMBERS = {
    "da": "to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems|"
          r"hundreder?|tusinder?|million\w*|halvdelen|tredjedel\w*|fjerdedel\w*|femtedel\w*|tiendedel\w*",
    "en": "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
          "ninety|hundreds?|thousands?|millions?|half|thirds?|quarters? of|tenths?",
    "sv": "två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio|"
          r"hundra\w*|tusen\w*|miljon\w*|hälften|tredjedel\w*|fjärdedel\w*|tiondel\w*",
    "no": "to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|elleve|tolv|tjue|tretti|førti|femti|seksti|sytti|åtti|nitti|"
          r"hundre\w*|tusen\w*|million\w*|halvparten|tredjedel\w*|fjerdedel\w*|tidel\w*",
}
_RISES = {
    "da": r"steg|stig(?:e|er|ning\w*|ende)|steget|voks(?:er|e|ede|et|ende)|vækst\w*|øg(?:e|er|ede|et|es|edes|ning\w*)|"
          r"forøg\w*|fordobl\w*|tredobl\w*|tiltog|fremgang\w*|eksploder\w*",
    "en": r"rose|ris(?:e|es|en|ing)|grew|grow\w*|increas\w*|doubl\w*|tripl\w*|surg(?:e|es|ed|ing)|climb\w*|soar\w*|"
          "went up",
    "sv": r"steg|stig(?:er|it|ande)|ök(?:a|ar|ade|at|ning\w*)|väx(?:er|te|t|ande)|fördubbl\w*",
    "no": r"steg|stig(?:er|e|ning\w*)|steget|øk(?:e|er|te|t|ning\w*)|voks(?:er|e|te|t|ende)|dobl\w*|fordobl\w*",
}
_FALLS = {
    "da": r"fald|fald(?:er|e|et|ende)|faldt|mindsk\w*|aftag\w*|aftog|halver\w*|dal(?:er|ede|et)|dykk\w*|"
          r"tilbagegang\w*|skrump\w*",
    "en": r"fell|fall(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|shr[aiu]nk\w*|halv(?:ed|es|ing)|sank|reduc\w*|"
          "went down",
    "sv": r"sjönk|sjunk\w*|minsk\w*|föll|fall(?:er|it|a)?|halver\w*",
    "no": r"falt|fall(?:er|e|et)?|sank|synk\w*|minsk\w*|avtok|avtar|halver\w*",
}
_CHANGES = {
    "da": r"ændr\w*|forandr\w*|forskyd\w*|forskød|(?:mere|flere|færre|mindre|oftere|sjældnere) end "
          r"(?:før|sidst\w*|forrige|tidligere)",
    "en": r"chang\w*|shift(?:s|ed|ing)?|(?:more|fewer|less) than (?:before|last|in the (?:previous|last))",
    "sv": r"ändra\w*|förändr\w*|(?:mer|fler|färre|mindre) än (?:tidigare|förra|förut)",
    "no": r"endr\w*|forandr\w*|(?:mer|flere|færre|mindre) enn (?:før|forrige|tidligere|sist\w*)",
}
_DENIALS = {"da": "ikke|ingen|intet|hverken", "en": "not|no|none|nothing|neither|nor|cannot",
            "sv": "inte|ingen|inget|inga|varken", "no": "ikke|ingen|intet|verken"}


def claims_number(text: str, language: str) -> bool:
    """Tell whether a text names a number, in digits of any script or in a common word."""
    return any(letter.isnumeric() for letter in text) or _holds(_NUMBERS, text, language)


def claims_rise(text: str, language: str) -> bool:
    """Tell whether a text speaks of something that grew."""
    return _holds(_RISES, text, language)


def claims_fall(text: str, language: str) -> bool:
    """Tell whether a text speaks of something that shrank."""
    return _holds(_FALLS, text, language)


def claims_change(text: str, language: str) -> bool:
    """Tell whether a text speaks of a rise, fall or change, and does not deny one."""
    moves = any(_holds(words, text, language) for words in (_RISES, _FALLS, _CHANGES))
    return moves and not _holds(_DENIALS, text, language)


def _holds(words: dict[str, str], text: str, language: str) -> bool:
    return language in words and bool(re.search(rf"\b(?:{words[language]})\b", text.casefold()))
