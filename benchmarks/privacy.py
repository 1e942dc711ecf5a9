"""Planted identifiers found again, false redactions in real posts, and the speed of `redact`."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.identifiers import plant
from benchmarks.measuring import SHARED_DATA, Row, row, seconds

PLANTED = 10_000
SEED = 7


def _texts() -> dict[str, list[str]]:
    """Return the texts of the real sets there are."""
    found: dict[str, list[str]] = {}
    csv.field_size_limit(2**24)
    tables = {"lcc_sentiment_da": ("*.csv", "text"), "swe_sentiment_social": ("*.csv", "text"),
              "tg_farright_en_2023q3_2024q2": ("messages.csv.gz", "cleaned_message")}
    for name, (pattern, column) in tables.items():
        for path in sorted((SHARED_DATA / name).glob(pattern)):
            with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
                found.setdefault(name, []).extend(text for r in csv.DictReader(file) if (text := r[column]))
    for path in sorted((SHARED_DATA / "norec_sentence_no").glob("*.json")):
        reviews = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault("norec_sentence_no", []).extend(review["text"] for review in reviews)
    return found


def _planted() -> list[Row]:
    import pandas as pd

    from workbench.sources import redact
    from workbench.sources.redaction.redacting import clean

    planted = plant(PLANTED, seed=SEED)
    redacted = redact(clean(pd.Series([p.text for p in planted], dtype="string"))[0])
    total, gone, named = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one, text in zip(planted, redacted, strict=True):
        for language in (one.language, "all"):
            total[one.kind, language] += 1
            gone[one.kind, language] += one.is_gone(text)
            named[one.kind, language] += f"[{one.kind}]" in text
    return [row(f"{kind}, {language}: share found of {number} planted", gone[kind, language] / number, None, "",
                right_kind=named[kind, language] / number)
            for (kind, language), number in sorted(total.items())]


def measure(folder: Path) -> list[Row]:
    """Measure recall by kind and language, redactions per 1,000 real posts by kind, and rows per second."""
    import pandas as pd

    from workbench.sources import redact
    from workbench.sources.redaction.redacting import PLACEHOLDERS, clean

    rows = _planted()
    for name, texts in _texts().items():
        cleaned, _ = clean(pd.Series(texts, dtype="string"))
        redacted = redact(cleaned)
        for word in PLACEHOLDERS:
            count = int((redacted.str.count(re.escape(word)) - cleaned.str.count(re.escape(word))).sum())
            rows.append(row(f"{name}: {word} per 1,000 posts, false ones or not", 1000 * count / len(texts), None, ""))
        took = min(seconds(partial(redact, cleaned)) for _ in range(3))
        rows.append(row(f"{name}: rows redacted per second", len(texts) / took, None, ""))
    return rows
