"""Where a text holds a telephone number whose digits are written in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from workbench.sources.redaction.folding import Span

# By value: Danish, Swedish, Norwegian, English, Finnish (also as it is spoken), Icelandic
_ONES = (
    "nul null noll zero oh nolla núll", "en et ett one yksi yks einn eitt", "to två two kaksi kaks tveir tvö",
    "tre three kolme kol þrír þrjú", "fire fyra four neljä nel fjórir fjögur", "fem five viisi viis fimm",
    "seks sex six kuusi kuus", "syv sju seven seitsemän seiska sjö", "otte åtta åtte eight kahdeksan kasi átta",
    "ni nio nine yhdeksän ysi níu",
)
_VALUES = {word: value for value, words in enumerate(_ONES) for word in words.split()}
_TEENS = (
    "ti elleve tolv tretten fjorten femten seksten sytten atten nitten tio elva tretton fjorton femton sexton "
    "sjutton arton "
    "nitton ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen kymmenen "
    "tíu ellefu tólf þrettán fjórtán fimmtán sextán sautján átján nítján"
)
_TENS = (
    r"(?:(?:en|et|to|tre|fire?|fem|seks|syv|otte|ni)\s?og\s?)?(?:tyve|tredive|fyrre(?:tyve)?|halvtreds|tres|halvfjerds|firs|"
    r"halvfems)",
    r"(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio)\s?(?:ett|en|två|tre|fyra|fem|sex|sju|åtta|nio)?",
    r"(?:tjue|tretti|førti|femti|seksti|sytti|åtti|nitti)\s?(?:en|ett|to|tre|fire|fem|seks|sju|syv|åtte|ni)?",
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?",
    r"(?:kaksi|kolme|neljä|viisi|kuusi|seitsemän|kahdeksan|yhdeksän|yksi)(?:toista|kymmentä"
    r"(?:yksi|kaksi|kolme|neljä|viisi|kuusi|seitsemän|kahdeksan|yhdeksän)?)",
    r"(?:tuttugu|þrjátíu|fjörutíu|fimmtíu|sextíu|sjötíu|áttatíu|níutíu)"
    r"(?:\sog\s(?:einn|eitt|tveir|tvö|þrír|þrjú|fjórir|fjögur|fimm|sex|sjö|átta|níu))?",
)


def _either(words: str) -> str:
    return "|".join(sorted(set(words.split()), key=lambda word: (-len(word), word)))


_ONE, _TWO = _either(" ".join(_ONES)), "|".join((*_TENS, _either(_TEENS)))
_GAP = r"(?:\s?[,.–-]\s?|\s(?:og |och |and )?)"
_ITEM = rf"(?:(?:{_TWO})|(?:{_ONE})|\d{{1,2}})(?!\w)"
_ROW = re.compile(rf"(?<!\w){_ITEM}(?:{_GAP}{_ITEM}){{3,14}}", re.IGNORECASE)
_PARTS = re.compile(rf"(?:(?P<two>{_TWO})|(?P<one>{_ONE})|(?P<digits>\d{{1,2}}))(?!\w)", re.IGNORECASE)
_FEWEST, _MOST = 7, 13
_FEWEST_WORDS = 3
# An RE2 pattern of texts that may hold one: three such words in a row
_LITERALS = _either(" ".join((*_ONES, _TEENS, *re.findall("[a-zæøåäöðþúíáóé]+", " ".join(_TENS)))))
_WORD, _BETWEEN = rf"(?:(?:{_LITERALS})(?: og )?)+", r"(?:\s?[,.–-]\s?|\s(?:og |och |and )?)"
SPOKEN_HINT = f"(?i){_WORD}{_BETWEEN}{_WORD}{_BETWEEN}(?:{_WORD}|[0-9])"


def find_spoken_phones(text: str) -> Iterator[Span]:
    """Find telephone numbers with at least three parts in words; a count such as *one two three* is none."""
    for row in _ROW.finditer(text):
        parts = list(_PARTS.finditer(text, *row.span()))
        digits = sum(2 if part["two"] else len(part["digits"] or "1") for part in parts)
        ones = [_VALUES[part["one"].casefold()] if part["one"] else -1 for part in parts]
        is_count = min(ones) >= 0 and len({b - a for a, b in pairwise(ones)}) == 1
        if _FEWEST <= digits <= _MOST and sum(not part["digits"] for part in parts) >= _FEWEST_WORDS and not is_count:
            yield row.span()
