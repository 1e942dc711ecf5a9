"""Samples and scores of a period, in the folder ``coding`` of a study: ids of posts and numbers, never their text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, TableError
from workbench.files import CODING, CODING_LOCK, make_private, replace_whole, write_atomically
from workbench.tables.periods import period_kind
from workbench.tables.speech import FRAME_COLUMNS, SAMPLE_COLUMNS

FRAME, SAMPLE, LEARNING = "frame.parquet", "sample.parquet", "learning.parquet"
SCORES, MODEL = "scores.parquet", "model.json"
LOCK_SECONDS = 20
_DRAWN = b"drawn"  # in the file of the sample: how it was drawn, so that the two can never part


def coding_folder(folder: Path, period: str) -> Path:
    """Return where samples and codes of a period lie in a study."""
    period_kind(period)  # a period is a name of a folder: nothing else may be one
    return folder / CODING / period


@contextmanager
def hold_coding(folder: Path) -> Iterator[None]:
    """Hold what was coded in a study for a moment, so that nothing is written while something is taken out.

    Raises
    ------
    InputError
        If another holds it for more than twenty seconds.
    """
    import filelock

    make_private(folder / CODING)
    try:
        with filelock.FileLock(folder / CODING_LOCK, mode=0o600, timeout=LOCK_SECONDS):
            yield
    except filelock.Timeout as error:
        raise InputError(f"{folder / CODING}: something else is writing there. Wait until it is done and do this "
                         "again; nothing was written.") from error


@dataclass(frozen=True)
class Drawn:
    """A sample for shares, and the posts it was drawn from.

    Attributes
    ----------
    frame, sample
        Columns `FRAME_COLUMNS` and `SAMPLE_COLUMNS`; empty where nothing was drawn.
    how
        `version` and `digest` of the codebook, its `main` code, `by` what strata are crossed, `frame_posts` as they
        were drawn from, `strata` (rows of stratum, group, level, posts, mean score) and `draws` (rows of sample, size,
        seed, double coded, only).
    """

    frame: pd.DataFrame = field(default_factory=lambda: _empty(FRAME_COLUMNS))
    sample: pd.DataFrame = field(default_factory=lambda: _empty(SAMPLE_COLUMNS))
    how: Mapping[str, Any] = field(default_factory=dict)


def save_sample(folder: Path, period: str, drawn: Drawn) -> None:
    """Save what was drawn for a period, in place of what was there; each file is there whole or not at all."""
    place = make_private(coding_folder(folder, period))
    with hold_coding(folder):
        _write_table(place / FRAME, drawn.frame[list(FRAME_COLUMNS)].astype(FRAME_COLUMNS))
        _write_table(place / SAMPLE, drawn.sample[list(SAMPLE_COLUMNS)].astype(SAMPLE_COLUMNS), drawn.how)


def load_sample(folder: Path, period: str) -> Drawn:
    """Load the sample for shares of a period; empty where nothing was drawn."""
    place = coding_folder(folder, period)
    if not ((place / SAMPLE).exists() and (place / FRAME).exists()):
        return Drawn()
    sample, how = _read_table(place / SAMPLE)
    return Drawn(_read_table(place / FRAME)[0].astype(FRAME_COLUMNS), sample.astype(SAMPLE_COLUMNS), how)


def save_learning_sample(folder: Path, period: str, sample: pd.DataFrame) -> None:
    """Save samples for learning of a period, in a file of their own: nothing in it is ever used for a share."""
    place = make_private(coding_folder(folder, period))
    with hold_coding(folder):
        _write_table(place / LEARNING, sample[list(SAMPLE_COLUMNS)].astype(SAMPLE_COLUMNS))


def load_learning_sample(folder: Path, period: str) -> pd.DataFrame:
    """Load the samples for learning of a period, columns `SAMPLE_COLUMNS`; empty where nothing was drawn."""
    path = coding_folder(folder, period) / LEARNING
    return _read_table(path)[0].astype(SAMPLE_COLUMNS) if path.exists() else _empty(SAMPLE_COLUMNS)


def load_samples(folder: Path, period: str) -> pd.DataFrame:
    """Load all samples of a period, that for shares first; columns `SAMPLE_COLUMNS`."""
    found = [load_sample(folder, period).sample, load_learning_sample(folder, period)]
    return pd.concat(found, ignore_index=True).astype(SAMPLE_COLUMNS)


def save_scores(folder: Path, period: str, scores: pd.DataFrame, *, card: Mapping[str, Any],
                thresholds: Mapping[str, float]) -> None:
    """Save what a model said of the posts of a period.

    Strata of a sample that was drawn before stay as they are: they are the design of the sample, whatever a later
    model says.

    Parameters
    ----------
    scores
        `post_id` and one column per code, of `score_speech`.
    card, thresholds
        Of the model.
    """
    place = make_private(coding_folder(folder, period))
    with hold_coding(folder):
        _write_table(place / SCORES, scores)
        said = {"card": dict(card), "thresholds": {code: float(least) for code, least in thresholds.items()}}
        write_atomically(place / MODEL, json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n")


def load_scores(folder: Path, period: str) -> tuple[pd.DataFrame, dict[str, Any], dict[str, float]]:
    """Load what a model said of the posts of a period: scores, its card, and by code from which score it says yes.

    Raises
    ------
    InputError
        If the model's card cannot be read.
    """
    place = coding_folder(folder, period)
    if not ((place / SCORES).exists() and (place / MODEL).exists()):
        return _empty({"post_id": "string"}), {}, {}
    scores, _ = _read_table(place / SCORES)
    try:
        said = json.loads((place / MODEL).read_text(encoding="utf-8"))
        card, thresholds = dict(said["card"]), {str(c): float(v) for c, v in said["thresholds"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{place / MODEL}: is no card of a model. Score the posts again: `workbench speech score "
                         f"{period}`.") from error
    return scores.astype({"post_id": "string"}), card, thresholds


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _write_table(path: Path, table: pd.DataFrame, said: Mapping[str, Any] | None = None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    metadata = {_DRAWN: json.dumps(dict(said), ensure_ascii=False).encode()} if said is not None else None
    with replace_whole(path) as part:
        pq.write_table(arrow.replace_schema_metadata(metadata), part)


def _read_table(path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, partitioning=None)
        said = json.loads((table.schema.metadata or {}).get(_DRAWN, b"{}"))
    except (pa.ArrowException, ValueError) as error:
        raise TableError(f"{path}: cannot be read. Restore it from a backup of the study.") from error
    return table.to_pandas(), said
