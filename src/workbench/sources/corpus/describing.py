"""What lies behind a corpus, as tables: cards, records that were set aside, posts that several sources hold."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from workbench.errors import TableError, WorkbenchError
from workbench.settings import CARD_FILE, Settings, read_card
from workbench.sources.corpus.ledger import load_ledger
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.removing import RAW, raw_files
from workbench.sources.corpus.store import read_manifest
from workbench.tables.imports import CARD_COLUMNS, OVERLAP_COLUMNS, QUARANTINE_COLUMNS
from workbench.tables.posts import Corpus


def list_cards(settings: Settings) -> pd.DataFrame:
    """List the sources of a study with what their cards say: those that lie there and those that were imported.

    Returns
    -------
    cards
        One row per source, columns `CARD_COLUMNS`, by `source_id`. Of a card with faults, which nothing can be
        imported from, only the files are told. Where a card was changed after the import, it is told as it was.
    """
    study = settings.folder
    told: dict[str, dict[str, object]] = {}
    for path in sorted((study / RAW).rglob(CARD_FILE)):
        row = told.setdefault(path.parent.name, {"files": 0})
        row["files"] = len(raw_files(path)) + int(str(row["files"]))
        try:
            row |= {name: value for name, value in vars(read_card(path.parent)).items() if name in CARD_COLUMNS}
        except WorkbenchError:
            continue
    for card in (read_manifest(study) or {}).get("cards", ()):
        told.setdefault(card["source_id"], {"files": 0}).update(card)
    files = load_ledger(study).files
    by = files[files["source_id"].notna()].groupby("source_id")["kept"]
    imported, kept = by.size(), by.sum()
    rows = [{**row, "source_id": name, "imported": int(imported.get(name, 0)), "posts": int(kept.get(name, 0))}
            for name, row in sorted(told.items())]
    table = pd.DataFrame(rows, columns=list(CARD_COLUMNS))
    texts = [name for name, kind in CARD_COLUMNS.items() if kind == "string"]
    return table.assign(**{n: table[n].map(str, na_action="ignore").replace("", None) for n in texts}).astype(
        CARD_COLUMNS)


def read_quarantine(folder: Path) -> pd.DataFrame:
    """Read which records of the exports could not be read, where they stand and why.

    Parameters
    ----------
    folder
        Of the study.

    Returns
    -------
    quarantine
        One row per record, columns `QUARANTINE_COLUMNS`. What the record holds is left where it is: it was never
        redacted.

    Raises
    ------
    TableError
        If a file in quarantine was changed, so that it cannot be read.
    """
    files = load_ledger(folder).files.drop_duplicates("sha256")
    named = {sha[:8]: (file, source) for sha, file, source in zip(
        files["sha256"], files["file"], files["source_id"], strict=True)}
    rows = []
    for path in sorted((folder / QUARANTINE).glob("*.jsonl")):
        file, source = named.get(path.stem, (path.stem, None))
        try:
            told = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
            # of an archive the member stands behind the digits
            rows += [(file + record["file"].removeprefix(path.stem), source, record["place"], record["reason"],
                      path.relative_to(folder).as_posix()) for record in told]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise TableError(f"{path}: was changed and cannot be read. Import the export again, and it is written "
                             "anew.") from error
    return pd.DataFrame(rows, columns=list(QUARANTINE_COLUMNS)).astype(QUARANTINE_COLUMNS)


def describe_overlap(corpus: Corpus) -> pd.DataFrame:
    """Describe which posts several sources hold: the same post from two tools is one post of the corpus.

    Returns
    -------
    overlap
        One row per two sources that share a post, columns `OVERLAP_COLUMNS`, most shared first.
    """
    held = corpus.post_sources[["post_id", "source_id"]].drop_duplicates()
    posts = held["source_id"].value_counts()
    pairs = held.merge(held.rename(columns={"source_id": "other_source"}), on="post_id")
    pairs = pairs[pairs["source_id"] < pairs["other_source"]]
    differ = pairs["post_id"].isin(set(corpus.versions["post_id"]))
    both = pairs.assign(differ=differ).groupby(["source_id", "other_source"], as_index=False).agg(
        posts_both=("post_id", "size"), posts_differ=("differ", "sum"))
    both = both.assign(posts_source=both["source_id"].map(posts), posts_other=both["other_source"].map(posts))
    return both[list(OVERLAP_COLUMNS)].astype(OVERLAP_COLUMNS).sort_values(
        ["posts_both", "source_id", "other_source"], ascending=[False, True, True], ignore_index=True)
