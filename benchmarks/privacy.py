"""Planted identifiers found again, false redactions in real posts, and the speed of redaction."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from functools import partial
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.identifiers import LANGUAGES, Planted, plant
from benchmarks.measuring import SHARED_DATA, Row, row, seconds
from benchmarks.planted_names import common_names

if TYPE_CHECKING:
    import pandas as pd

    from workbench.sources.redaction.names import NameBook

PLANTED = 10_000
SEED = 7
_KEY = bytes(range(32))  # of names that are made up
_DIGIT_KINDS = ("[phone]", "[person number]", "[iban]", "[account]", "[card]", "[plate]")


def _texts() -> dict[str, list[str]]:
    """Return the texts of the real sets there are."""
    found: dict[str, list[str]] = {}
    csv.field_size_limit(2**24)
    tables = {"lcc_sentiment_da": ("*.csv", "text"), "swe_sentiment_social": ("*.csv", "text"),
              "tg_nordic_small": ("messages.csv", "cleaned_message"),
              "tg_farright_en_2023q3_2024q2": ("messages.csv.gz", "cleaned_message")}
    for name, (pattern, column) in tables.items():
        for path in sorted((SHARED_DATA / name).glob(pattern)):
            with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
                found.setdefault(name, []).extend(text for r in csv.DictReader(file) if (text := r[column]))
    for path in sorted((SHARED_DATA / "norec_sentence_no").glob("*.json")):
        reviews = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault("norec_sentence_no", []).extend(review["text"] for review in reviews)
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def wilson(found: int, of: int, *, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = found / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def book_of(names: set[str]) -> NameBook:
    """Return the name book of people who are made up."""
    from workbench.sources.redaction.names import NameBook, keyed_names

    return NameBook(keyed_names(names, key=_KEY), _KEY)


def find_again(count: int, *, seed: int) -> list[tuple[Planted, bool]]:
    """Plant identifiers and return each with whether redaction takes it out."""
    import pandas as pd

    from workbench.sources.redaction.redacting import clean, redact

    planted = plant(count, seed=seed)
    texts, _ = clean(pd.Series([p.text for p in planted], dtype="string"))
    redacted = redact(texts, names=book_of({p.name for p in planted if p.name}))
    return [(one, one.is_gone(text)) for one, text in zip(planted, redacted, strict=True)]


def tell(results: list[tuple[Planted, bool]]) -> str:
    """Return a table of kind and language, and one of the forms that are not always found, in Markdown."""
    total, gone = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    forms: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one, is_gone in results:
        forms[one.kind, one.form].append(is_gone)
        for language in (one.language, "all"):
            total[one.kind, language] += 1
            gone[one.kind, language] += is_gone
    lines = ["| kind | " + " | ".join((*LANGUAGES, "all")) + " |", "|---" * (len(LANGUAGES) + 2) + "|"]
    for kind in sorted({kind for kind, _ in total}):
        cells = [_share(gone[kind, language], total[kind, language]) for language in (*LANGUAGES, "all")]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    lines += ["", "| not always found | found |", "|---|---|"]
    lines += [f"| {kind}: {form} | {_share(sum(found), len(found))} |"
              for (kind, form), found in sorted(forms.items()) if not all(found)]
    return "\n".join(lines)


def _share(found: int, of: int) -> str:
    low, high = wilson(found, of)
    return f"{found}/{of} = {100 * found / of:.1f} % [{100 * low:.1f}; {100 * high:.1f}]"


def _planted() -> list[Row]:
    results = find_again(PLANTED, seed=SEED)
    print(tell(results))
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one, is_gone in results:
        for language in (one.language, "all"):
            counts[one.kind, language].append(is_gone)
    rows = []
    for (kind, language), found in sorted(counts.items()):
        low, high = wilson(sum(found), len(found))
        rows.append(row(f"{kind}, {language}: share found of {len(found)} planted", sum(found) / len(found), None, "",
                        low=low, high=high))
    return rows


def _redactions(name: str, texts: pd.Series) -> list[Row]:
    """Return redactions per 10,000 words by kind, and the names that are ordinary words."""
    from workbench.sources.redaction.name_search import redact_names
    from workbench.sources.redaction.redacting import PLACEHOLDERS, clean, redact

    cleaned, _ = clean(texts)
    redacted = redact(cleaned)
    words = int(cleaned.str.count(r"\w+").sum())
    rows = []
    for word in PLACEHOLDERS:
        if word != "[name]":
            count = int((redacted.str.count(re.escape(word)) - cleaned.str.count(re.escape(word))).sum())
            rows.append(row(f"{name}: {word} per 10,000 words, false ones or not", 1e4 * count / words, None, "",
                            count=count))
    book = book_of(common_names())
    named = redact_names(redacted, book)
    count = int((named.str.count(r"\[name\]") - redacted.str.count(r"\[name\]")).sum())
    rows.append(row(f"{name}: [name] per 10,000 words, with the {len(common_names()):,} names of a large study",
                    1e4 * count / words, None, "", count=count))
    taken = [name for before, after in zip(redacted, named, strict=True) if before != after
             for name in _taken(before, after)]
    lower = sum(name.islower() for name in taken)
    rows.append(row(f"{name}: of these written in lower case, where most ordinary words would be", 1e4 * lower / words,
                    None, "", count=lower))
    return rows


def _taken(before: str, after: str) -> tuple[str, ...]:
    """Return what stood where a text now says [name]."""
    found = re.fullmatch("(.+?)".join(map(re.escape, after.split("[name]"))), before, re.DOTALL)
    return found.groups() if found else ()


def measure(folder: Path) -> list[Row]:
    """Measure recall by kind and language, redactions per 10,000 words of real posts by kind, and posts per second."""
    import pandas as pd

    from workbench.sources.corpus.languages import detect_languages
    from workbench.sources.redaction.redacting import clean, redact

    rows, book = _planted(), book_of(common_names())

    def whole(texts: pd.Series) -> None:
        detect_languages(redact(clean(texts)[0], names=book))

    for name, texts in _texts().items():
        column = pd.Series(texts, dtype="string")
        rows += _redactions(name, column)
        took = min(seconds(partial(redact, column)) for _ in range(3))
        rows.append(row(f"{name}: distinct posts redacted per second", len(texts) / took, None, ""))
        took = min(seconds(partial(whole, column)) for _ in range(3))
        rows.append(row(f"{name}: distinct posts cleaned, redacted with names and told by language per second",
                        len(texts) / took, None, ""))
    return rows
