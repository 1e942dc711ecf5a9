"""How hard the words of a finished product are to read, and how many numbers it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import ReportError
from workbench.wording import count_words, list_sentences, measure_length, measure_lix, open_wording

MOST_LIX = 35.0
MOST_LENGTH = 15.0  # words a sentence on average, where LIX says nothing
MOST_NUMBERS = 2
_SHOWN = 5  # sentences that their author is shown
# of a block: names and what is no sentence
_NO_SENTENCE = frozenset({"key", "csv", "svg", "phone", "web", "hours", "name", "value", "level", "arrow", "align",
                          "period", "days", "contact", "author", "place", "digest", "finding", "source"})
# their words come from findings, which may hold words of the posts: only their place is told
_FOUND = frozenset({"numbers", "finding", "summary", "figure", "table", "method", "recommendations"})
_PARAGRAPH = re.compile(r"(?:§|المادة)\s?\d+(\s?[a-z]\b)?")  # in Arabic a word: a sign would end up behind
_NUMBER = re.compile(r"\d+(?:[., \N{NO-BREAK SPACE}]\d+)*")
_UNTOLD = frozenset({"cover", "contacts"})  # dates, telephone numbers and hours are no findings


def refuse_hard_words(sections: Sequence[Mapping[str, Any]], *, language: str) -> None:
    """Refuse a product that is harder to read than parents have time for.

    In Danish, English, Norwegian and Swedish by LIX, which was made for Swedish (Björnsson 1968) and is in use for the
    others: at most `MOST_LIX`. Where words are put together otherwise, as in Arabic, Somali, Turkish and Ukrainian, a
    share of long words says nothing of how hard a text is; there the sentences alone are held short: at most
    `MOST_LENGTH` words on average, which LIX 35 is with a fifth of long words.

    Raises
    ------
    ReportError
        With the measure, and the hardest sentences with their places.
    """
    is_lix = open_wording(language).is_measured_by_lix
    said = [(where, kind, sentence) for where, kind, text in _texts(sections) for sentence in list_sentences(text)]
    whole = "\n".join(sentence for _, _, sentence in said)
    value, most = (measure_lix(whole), MOST_LIX) if is_lix else (measure_length(whole), MOST_LENGTH)
    if value <= most:
        return
    words, counts = count_words(whole)[0], [count_words(sentence) for _, _, sentence in said]
    # what each sentence adds to the measure
    parts = [found / len(said) + is_lix * 100 * long / words for found, long in counts]
    hardest = sorted(range(len(said)), key=lambda n: -parts[n])[:_SHOWN]
    told = "; ".join(f"{said[n][0]}{'' if said[n][1] in _FOUND else f': “{said[n][2]}”'} ({counts[n][0]} words"
                     f"{f', {counts[n][1]} of them long' if is_lix else ''})" for n in hardest)
    name = "LIX" if is_lix else "words a sentence"
    raise ReportError(f"The report was not published: its {name} is {value:.1f}, and at most {most:.0f} is asked for. "
                      f"Shorten what is hardest: {told}.")


def refuse_many_numbers(sections: Sequence[Mapping[str, Any]], *, known: Sequence[str] = ()) -> None:
    """Refuse a product that tells more than two numbers, or one without what it is a part of.

    A number is a tile, and what it is a part of its note; a number anywhere else has no such base. Paragraphs of a law
    are no numbers, and neither are telephone numbers, hours and the period of the cover.

    Raises
    ------
    ReportError
        Naming the places.
    """
    blocks = enumerate((b for section in sections for b in section["blocks"]), start=1)
    tiles = [(f"block {n} ({b['kind']})", tile) for n, b in blocks for tile in b["content"].get("tiles", [])]
    faults = [f"it tells {len(tiles)} numbers, and at most {MOST_NUMBERS} may stand"] * (len(tiles) > MOST_NUMBERS)
    faults += [f"{where} tells a number without what it is a part of" for where, tile in tiles
               if not _NUMBER.search(tile["note"])]
    for where, kind, text in _texts(sections, tiles=False):
        plain = _PARAGRAPH.sub(" ", text)
        if kind not in _UNTOLD and text not in known and _NUMBER.search(plain):
            faults.append(f"{where} tells a number in its words, where nobody sees what it is a part of")
    if faults:
        raise ReportError(f"The report was not published: {'; '.join(dict.fromkeys(faults))}. Show numbers with "
                          "render_based_numbers, and write others as words.")


def _texts(sections: Sequence[Mapping[str, Any]], *, tiles: bool = True) -> Iterator[tuple[str, str, str]]:
    """Yield place, kind of block and each text that is read as words."""
    for number, block in enumerate((b for s in sections for b in s["blocks"]), start=1):
        for text in _said(block["content"], tiles):
            yield f"block {number} ({block['kind']})", block["kind"], text


def _said(value: Any, tiles: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _NO_SENTENCE and (tiles or name != "tiles"):
                yield from _said(part, tiles)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _said(part, tiles)
