"""Propose words for the glossary: as comments at its end, for a person to explain or delete."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.files import write_atomically
from workbench.handbook.fields import FORMS
from workbench.handbook.reading import FOLDER, read_handbook

MOST = 12
_KINDS = {"emoji": "emoji"}


def write_candidates(folder: Path, words: pd.DataFrame, *, month: str, language: str, most: int = MOST) -> list[str]:
    """Add words to the end of ``handbook/glossary.toml`` as comments, those that are not in the file yet.

    A comment is shown nowhere: what a word means, and what it means innocently, is written by a person.

    Parameters
    ----------
    folder
        Of the study.
    words
        Data of `findings.describe_new_words` after the gate: columns `word` and `kind`; those that too few accounts or
        arenas use are gone from it.
    month
        In which they came up or grew, such as 2025-08.
    language
        The study's own.

    Returns
    -------
    added
        The words that were added, at most `most`.

    Raises
    ------
    CardError
        If the glossary has faults; then nothing is added.
    """
    read_handbook(folder, "glossary", language=language)
    path = folder / FOLDER / FORMS["glossary"].file
    there = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = {line.partition("=")[2].strip() for line in there.splitlines() if line.lstrip("# ").startswith("word =")}
    new = words.dropna(subset=["word"]).drop_duplicates("word")
    new = new[~new["word"].map(lambda word: _quoted(str(word)) in known).astype(bool)].head(most)
    if len(new):
        entries = [_entry(str(w), str(k), month, language) for w, k in zip(new["word"], new["kind"], strict=True)]
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, "\n".join([there.rstrip("\n"), *entries]).lstrip("\n") + "\n", is_private=False)
    return [str(word) for word in new["word"]]


def _entry(word: str, kind: str, month: str, language: str) -> str:
    lines = ["[[word]]", f"word = {_quoted(word)}", f'kind = "{_KINDS.get(kind, "word")}"', f'first_seen = "{month}"',
             f'meaning_{language} = ""', f'innocent_{language} = ""', 'writer = ""', 'date = ""']
    return "\n" + "\n".join(f"# {line}" for line in lines)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
