"""Topics on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd

from workbench.errors import TableError
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet

TOPICS = "topics.parquet"
ASSIGNMENTS = "assignments.parquet"
PROVENANCE = "provenance.json"


def save_topics(topics: TopicSet, folder: Path) -> None:
    """Save topics, assignments and provenance to a folder; the BERTopic is not kept.

    Each file is replaced as a whole, `provenance.json` last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in ((TOPICS, topics.topics), (ASSIGNMENTS, topics.assignments)):
        table.to_parquet(folder / f"{name}.part", index=False)
        os.replace(folder / f"{name}.part", folder / name)
    text = json.dumps(topics.provenance, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{PROVENANCE}.part").write_text(text + "\n", encoding="utf-8")
    os.replace(folder / f"{PROVENANCE}.part", folder / PROVENANCE)


def load_topics(folder: Path) -> TopicSet:
    """Load what `save_topics` saved; `bertopic` is None.

    Raises
    ------
    TableError
        If a file is missing, cannot be read or lacks columns, or the files do not belong
        together.
    """
    if missing := [n for n in (TOPICS, ASSIGNMENTS, PROVENANCE) if not (folder / n).is_file()]:
        raise TableError(f"{folder}: {', '.join(missing)} is missing. Model the topics and save them with save_topics.")
    try:
        provenance = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise TableError(f"{folder / PROVENANCE}: not valid JSON. Model the topics again.") from error
    topics = _read(folder / TOPICS, TOPIC_COLUMNS)
    assignments = _read(folder / ASSIGNMENTS, ASSIGNMENT_COLUMNS)
    inside = assignments.loc[assignments["topic_id"] >= 0, "topic_id"].value_counts()
    if not topics.set_index("topic_id")["size"].eq(inside).all() or len(inside) != len(topics):
        raise TableError(f"{folder}: topics and assignments are not of one model. Model the topics again.")
    topics["words"] = pd.Series([[str(w) for w in words] for words in topics["words"]], dtype=object)
    return TopicSet(topics=topics, assignments=assignments, provenance=provenance)


def _read(path: Path, columns: dict[str, str]) -> pd.DataFrame:
    import pyarrow as pa

    try:
        table = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path}: cannot be read as Parquet. Model the topics again.") from error
    if missing := [c for c in columns if c not in table]:
        raise TableError(f"{path}: lacks the columns {', '.join(missing)}. Model the topics again.")
    return table[list(columns)].astype(columns)
