from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def read_rows(study: Any) -> Callable[..., Any]:
    """Give a function that imports rows of a table and returns the corpus.

    Each row is the first of the format's sample with the fields given; those of `without` are no columns at all.
    """
    def reading(form: str, *rows: dict[str, str], without: tuple[str, ...] = (), separator: str = "",
                text: str | None = None, quarantined: int = 0, **card: str) -> Any:
        sample = (SAMPLES / f"{form}.csv").read_text()
        used = max(",;", key=sample.split("\n", 1)[0].count)
        first = next(csv.DictReader(io.StringIO(sample), delimiter=used))
        made = [{k: v for k, v in (first | row).items() if k not in without} for row in rows]
        out = io.StringIO()
        writer = csv.DictWriter(out, list(dict.fromkeys(k for row in made for k in row)), restval="",
                                delimiter=separator or used)
        writer.writeheader()
        writer.writerows(made)
        ledger = study.take(study.put(out.getvalue() if text is None else text, "export.csv", **card))
        assert ledger.files["format"].tolist() == [form]
        assert ledger.files["quarantined"].tolist() == [quarantined]
        return study.corpus(undated=True)

    return reading


@pytest.fixture
def relations() -> Callable[..., list[tuple[str, str, str]]]:
    """Give a function that lists what the posts of a corpus point at: relation, target, kind of target."""
    def listing(corpus: Any, *wanted: str) -> list[tuple[str, str, str]]:
        links = corpus.links[corpus.links["relation"].isin(wanted)]
        return sorted(links[["relation", "target", "target_kind"]].itertuples(index=False, name=None))

    return listing
