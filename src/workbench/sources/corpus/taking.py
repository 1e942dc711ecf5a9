"""One file of an import, read batch by batch, and what is gathered beside its posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.corpus.aliases import drop_forgotten, join_aliases, read_aliases
from workbench.sources.corpus.arenas import Sighting, see_arena
from workbench.sources.corpus.intake import ExportFile
from workbench.sources.corpus.naming import load_book
from workbench.sources.corpus.pooling import in_order
from workbench.sources.corpus.preparing import Prepared, number_repeats, prepare
from workbench.sources.corpus.quarantine import Quarantine
from workbench.sources.corpus.spill import Spill
from workbench.sources.readers.albums import join_albums
from workbench.sources.readers.guarded import count_guarded, read_guarded
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, Format, RawArena

Pool = tuple[Executor | None, int]
_FORGOTTEN = -1  # in place of the number of a sighting: an arena of which nothing is kept


@dataclass
class Gathered:
    """What an import gathers beside the posts."""

    key: bytes
    forgotten: frozenset[str]
    forgotten_titles: frozenset[str]  # of their pages; other accounts may have the same name
    former: tuple[bytes, dict[str, Any]] | None  # key and manifest of the corpus that is to be replaced
    names: Path = Path()  # of people in all of the study, see `naming.load_book`
    titles: frozenset[str] = frozenset()  # of arenas there are: no names of people
    former_sightings: list[Sighting] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    aliases: list[pd.DataFrame] = field(default_factory=list)

    def see(self, arena: RawArena, form: Format, card: SourceCard, file: str) -> int:
        """Note what a source shows an arena as, and return the number of the sighting."""
        book = load_book(self.names, self.key)
        sighting = see_arena(arena, form=form, card=card, key=self.key, names=book, file=file)
        if sighting.is_forgotten(self.forgotten, self.forgotten_titles):
            return _FORGOTTEN
        self.sightings.append(sighting)
        if self.former:
            self.former_sightings.append(see_arena(arena, form=form, card=card, key=self.former[0], names=book,
                                                   file=file))
        return len(self.sightings) - 1


def count_files(files: Sequence[ExportFile]) -> None:
    """Count the records of files from their bytes, by another way than they are read; None where it cannot be told."""
    counts = iter(count_guarded([pair for file in files for pair in file.streams]))
    for file in files:
        own = [next(counts) for _ in file.streams]
        file.counted = sum(filter(None, own)) if own and None not in own else None


def take_file(file: ExportFile, gathered: Gathered, spill: Spill, quarantine: Quarantine, pool: Pool) -> None:
    """Read a file into the spill, what cannot be read into the quarantine, and count what is in it.

    Batches are prepared by the pool; what depends on those before is done here, in order.

    Raises
    ------
    InputError
        If a person named its format and none of its records is in it.
    """
    assert file.card is not None
    read = read_guarded(file.streams, file.card)
    for number, batches in groupby(read, key=itemgetter(0)):
        stream, form = file.streams[number]
        plain = (batch for _, batch in batches)
        whole = join_albums(plain) if form.albums else plain
        _take_stream(file, stream, form, whole, gathered, spill, quarantine, pool)
    if file.is_told and file.rows_read and file.reasons.total() == file.rows_read:
        raise InputError(f"{file.shown}: none of its {file.rows_read:,} records holds a post of the format named. "
                         "Leave --format out, or name another.")


def _take_stream(file: ExportFile, stream: Stream, form: Format, batches: Iterator[Batch], gathered: Gathered,
                 spill: Spill, quarantine: Quarantine, pool: Pool) -> None:
    assert file.card is not None
    seen: dict[RawArena, int] = {}
    without_id: Counter[str] = Counter()
    make = partial(_prepare, platform=form.platform, card=file.card, key=gathered.key, names=gathered.names,
                   titles=gathered.titles, collected=file.collected)
    for batch, (prepared, aliases) in in_order(batches, make, pool):
        for arena in batch.arenas[len(seen):]:
            seen[arena] = gathered.see(arena, form, file.card, f"{file.sha256}/{stream.member}")
        numbers = np.array([seen[a] for a in batch.arenas], dtype=np.int64)
        prepared = number_repeats(prepared, without_id)
        prepared, forgotten = drop_forgotten(prepared, gathered.forgotten, gathered.forgotten_titles,
                                             numbers == _FORGOTTEN)
        file.forgotten += forgotten
        fresh = aliases[~aliases["account_id"].isin(gathered.forgotten)]
        gathered.aliases = [join_aliases([*gathered.aliases, fresh])]
        _count(file, form, batch, prepared, numbers, gathered.sightings)
        quarantine.add(file.sha256, stream.member, batch.faults)
        if len(prepared.posts):
            spill.add(prepared, numbers)


def _prepare(batch: Batch, *, platform: str, card: SourceCard, key: bytes, names: Path, titles: frozenset[str],
             collected: date) -> tuple[Prepared, pd.DataFrame]:
    prepared = prepare(batch, platform=platform, card=card, key=key, names=load_book(names, key), titles=titles,
                       collected=collected)
    return prepared, read_aliases(batch, platform=platform, key=key)


def _count(file: ExportFile, form: Format, batch: Batch, prepared: Prepared, numbers: np.ndarray,
           sightings: list[Sighting]) -> None:
    posts = prepared.posts
    file.rows_read += len(batch.posts) + len(batch.faults) + batch.covered
    file.album_parts += batch.covered
    file.service += int((posts["kind"] == "service").sum())
    file.assumed_utc += prepared.assumed_utc
    file.unwanted += prepared.unwanted_characters
    file.reasons.update(reason for _, reason, _ in batch.faults)
    file.undated += int(posts["posted_at"].isna().sum())
    file.filled.update(column for column in form.gives if posts[column].notna().any())
    assert file.card is not None
    start, end = (pd.Timestamp(day, tz="UTC") for day in (file.card.collected_from, file.card.collected_to))
    file.outside_card += int(((posts["posted_at"] < start) | (posts["posted_at"] >= end + pd.Timedelta(days=1))).sum())
    whose = pd.Series(numbers[posts["arena"]], index=posts.index)
    for number, first, last in posts["posted_at"].dropna().groupby(whose).agg(["min", "max"]).itertuples():
        for seen in (sightings[number], file):
            seen.first = first if seen.first is None else min(first, seen.first)
            seen.last = last if seen.last is None else max(last, seen.last)
    for number, collected in posts["collected_at"].groupby(whose).max().items():
        sighting = sightings[int(str(number))]
        sighting.collected = collected if sighting.collected is None else max(collected, sighting.collected)
    if form.numbered:
        ids = pd.to_numeric(posts["native_id"], errors="coerce").astype("Float64")
        ids = ids[(ids > 0).fillna(False)]
        for number, some in ids.groupby(whose).agg(list).items():
            file.ids.setdefault(int(str(number)), []).append(np.array(some, dtype=np.float64))
