"""Review files and what a run leaves for them, for the tests of reviewing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.reviewing import read_review
from workbench.reviewing.proposals import FINDINGS
from workbench.tables.release import CANDIDATE_COLUMNS

SIGNED = 'reviewer = "SSP-konsulent"\ndate = 2025-10-02\n'


def topic(key: str | None, *words: str, is_open: bool = True, posts: int | None = 12) -> dict:
    return {"kind": "topic", "key": key, "text": " · ".join(words[:3]), "posts": posts, "words": list(words),
            "finding": "topics", "is_open": is_open}


def word(key: str, *, kind: str = "word", is_open: bool = True) -> dict:
    return {"kind": kind, "key": key, "text": key, "posts": 7, "words": [], "finding": "new_words", "is_open": is_open}


def propose(folder: Path, *rows: dict, period: str = "2025Q3") -> None:
    path = folder / FINDINGS / f"candidates-{period}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(list(rows), columns=list(CANDIDATE_COLUMNS)).astype(CANDIDATE_COLUMNS)
    table.to_parquet(path, index=False)


def put(folder: Path, text: str, period: str = "2025Q3") -> Path:
    path = folder / "reviews" / f"{period}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def read(folder: Path, period: str = "2025Q3", language: str = "da", **more) -> pd.DataFrame:
    return read_review(folder, period, language=language, **more).entries.set_index("key")


def answer(path: Path, *pairs: tuple[str, str]) -> str:
    """Replace each text once, and fill in role and day."""
    text = path.read_bytes().decode()
    for before, after in (('reviewer = ""', 'reviewer = "SSP-konsulent"'), ('date = ""', 'date = "2025-10-02"'), *pairs):
        assert before in text
        text = text.replace(before, after, 1)
    path.write_bytes(text.encode())
    return text


def refusal(folder: Path, **more) -> str:
    with pytest.raises(CardError) as refused:
        read(folder, **more)
    return str(refused.value)
