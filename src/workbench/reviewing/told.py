"""What the last run told of its findings, so that an editor knows which facts there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from workbench.errors import TableError
from workbench.reviewing.proposals import FINDINGS
from workbench.tables.editorial import list_peaks
from workbench.tables.finding import Said


@dataclass(frozen=True)
class Told:
    """One finding as it may be reworded.

    Attributes
    ----------
    sentence
        Message id of its own sentence.
    facts
        What is known of it, as far as it may be seen.
    value, unit
        The main number and what it counts.
    is_change
        Whether a test passed, so that a sentence may speak of a change.
    reason
        Why it has nothing to tell; empty where it has.
    peaks
        Of a finding on peaks: topic and week of each; the topic is a code where it is no topic that peaks, and
        ``all_posts`` where the posts as a whole do.
    """

    key: str
    sentence: str
    facts: Mapping[str, Any]
    value: float | None
    unit: str
    is_change: bool
    reason: str
    peaks: tuple[tuple[str, str], ...] = ()


def tell(finding: Any) -> Told:
    """Return what a finding tells.

    Parameters
    ----------
    finding
        Any `tables.finding.Said` with its period and data.
    """
    said: Said = finding
    plain = {name: _plain(value) for name, value in {**said.known, "period": finding.period}.items()}
    known = list_peaks(finding.data)[["topic", "week"]].dropna().drop_duplicates()
    return Told(said.key, said.sentence, {name: value for name, value in plain.items() if value is not None},
                None if said.value is None else float(said.value), said.unit, said.is_change, said.reason,
                tuple((str(topic), str(week)) for topic, week in known.itertuples(index=False)))


def told_path(folder: Path, period: str) -> Path:
    """Return where a run leaves what its findings tell, in a study's folder or a run's copy of it."""
    return folder / FINDINGS / f"told-{period}.json"


def write_told(path: Path, told: Iterable[Told]) -> None:
    """Write what findings tell, for `workbench review`."""
    rows = [asdict(each) for each in told]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def read_told(folder: Path, period: str) -> dict[str, Told]:
    """Return what the findings of the last run told, by key; empty where nothing is known.

    Raises
    ------
    TableError
        If the file cannot be read.
    """
    path = told_path(folder, period)
    if not path.is_file():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {row["key"]: Told(**{**row, "peaks": tuple((t, w) for t, w in row["peaks"])}) for row in rows}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TableError(f"{path}: cannot be read. Delete it and run the report again.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if value == value else None
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return list(value)
    return None
