"""The import: files into the corpus, all of a call or nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from workbench.errors import InputError
from workbench.files import put_in_place
from workbench.settings import Settings, SourceCard
from workbench.sources.corpus.aliases import ACCOUNT_COLUMNS, drop_forgotten, join_aliases, read_aliases
from workbench.sources.corpus.arenas import Sighting, rekeyed, resolve_arenas, see_arena
from workbench.sources.corpus.intake import ExportFile, look_at, walk_paths
from workbench.sources.corpus.keys import check_fingerprint, hold_corpus, load_key
from workbench.sources.corpus.ledger import (
    LEDGER,
    LEDGER_FILE,
    NOT_AN_EXPORT,
    ImportLedger,
    joined,
    ledger_of,
    load_ledger,
)
from workbench.sources.corpus.merging import Outcome, decide, write_parts
from workbench.sources.corpus.preparing import Prepared, prepare
from workbench.sources.corpus.quarantine import Quarantine
from workbench.sources.corpus.sightings import join_sightings, read_sightings
from workbench.sources.corpus.spill import Spill
from workbench.sources.corpus.store import (
    ARENAS,
    SCHEMA_VERSION,
    SIGHTINGS,
    arrow_schema,
    corpus_folder,
    read_manifest,
    read_part,
    remove_unreferenced,
    to_arrow,
    to_frame,
    write_manifest,
    write_table,
)
from workbench.sources.readers.detection import named_format
from workbench.sources.readers.records import Batch, Format, RawArena
from workbench.sources.redaction.pseudonyms import key_fingerprint
from workbench.tables.posts import ARENA_COLUMNS

COMMON_CAPS = (10, 10_000, 50_000)  # numbers of records at which collecting tools stop
_FORGOTTEN = -1  # in place of the number of a sighting: an arena of which nothing is kept


def import_exports(paths: Sequence[Path], *, settings: Settings, format_name: str | None = None,
                   progress: bool = False) -> ImportLedger:
    """Import export files into the corpus of a study.

    Every file is read as a stream, pseudonymised, redacted and its language told. A post that is
    there already is replaced by a newer version of itself. Either all files of a call are imported
    or none.

    Parameters
    ----------
    paths
        Files and folders; folders are walked, but for those named ``quarantine``.
    format_name
        Of the files named themselves, where it cannot be told from their content; files in a folder
        are always told by content.
    progress
        Whether to show a bar on standard error.

    Returns
    -------
    ledger
        One row per file, with those in a folder that are no exports.

    Raises
    ------
    CardError
        If a file has no complete source card.
    InputError
        If a file is missing, damaged, empty, not UTF-8 or in no known format, a folder holds no export, or
        another import is going on.
    KeyMismatchError
        If the key is not that of the corpus or lies inside the study.
    """
    form = named_format(format_name) if format_name else None
    files = [look_at(path, study=settings.folder.resolve(), form=form, is_named=is_named)
             for path, is_named in walk_paths(paths)]
    if not any(file.streams for file in files):
        raise InputError(_no_export(paths, files))
    with hold_corpus(settings) as work:
        return import_files(files, study=settings.folder, work=work, key=load_key(settings), progress=progress)


def _no_export(paths: Sequence[Path], files: list[ExportFile]) -> str:
    others = f", only {', '.join(f'{file.shown} ({file.note})' for file in files[:3])}" if files else ""
    return (f"{', '.join(map(str, paths))}: there is no export here{others}{' …' if len(files) > 3 else ''}. Put each "
            "source's files into a folder of its own under data/raw, with a filled-in source.toml beside them "
            "(data/raw/source.toml.example), or name a file and its --format.")


def import_files(files: list[ExportFile], *, study: Path, work: Path, key: bytes, former_key: bytes | None = None,
                 progress: bool = False) -> ImportLedger:
    """Import files that were looked at into the corpus of a study folder, which the caller holds.

    With `former_key`, the key of the corpus as it is, the files take the place of all that is there: only the codes
    of arenas stay.
    """
    with Quarantine(study) as quarantine:
        manifest = read_manifest(study)
        check_fingerprint(manifest, former_key or key, study)
        remove_unreferenced(manifest, corpus_folder(study))
        former, manifest = ((former_key, manifest), None) if former_key and manifest else (None, manifest)
        forgotten, titles = (frozenset((manifest or {}).get(k, ())) for k in ("forgotten", "forgotten_titles"))
        state = _Reading(key, forgotten, titles, former)
        with Spill(work) as spill:
            for file in _with_bar(files, progress):
                file.start = spill.rows
                _read_file(file, state, spill, quarantine)
                file.stop = spill.rows
        return _commit(files, state, spill, quarantine, manifest, study, work)


@dataclass
class _Reading:
    """What an import gathers beside the posts."""

    key: bytes
    forgotten: frozenset[str]
    forgotten_titles: frozenset[str]  # of their pages; other accounts may have the same name
    former: tuple[bytes, dict[str, Any]] | None  # key and manifest of the corpus that is to be replaced
    former_sightings: list[Sighting] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    aliases: list[pd.DataFrame] = field(default_factory=list)

    def see(self, arena: RawArena, form: Format, card: SourceCard, names: frozenset[str]) -> int:
        """Note what a source shows an arena as, and return the number of the sighting."""
        sighting = see_arena(arena, form=form, card=card, key=self.key, names=names)
        if sighting.is_forgotten(self.forgotten, self.forgotten_titles):
            return _FORGOTTEN
        self.sightings.append(sighting)
        if self.former:
            self.former_sightings.append(see_arena(arena, form=form, card=card, key=self.former[0], names=names))
        return len(self.sightings) - 1


def _with_bar(files: list[ExportFile], progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm([f for f in files if f.streams], disable=not progress, unit="file", desc="import")


def _read_file(file: ExportFile, state: _Reading, spill: Spill, quarantine: Quarantine) -> None:
    assert file.card is not None
    for stream, form in file.streams:
        names = frozenset(" ".join(name.split()) for name in form.names(stream))
        seen: dict[RawArena, int] = {}
        without_id: Counter[str] = Counter()
        for batch in form.read(stream, file.card):
            for arena in batch.arenas[len(seen):]:
                seen[arena] = state.see(arena, form, file.card, names)
            numbers = np.array([seen[a] for a in batch.arenas], dtype=np.int64)
            prepared = prepare(batch, form=form, card=file.card, key=state.key, names=names, seen=without_id)
            prepared, forgotten = drop_forgotten(prepared, state.forgotten, state.forgotten_titles,
                                                 numbers == _FORGOTTEN)
            file.forgotten += forgotten
            aliases = read_aliases(batch, platform=form.platform, key=state.key)
            state.aliases = [join_aliases([*state.aliases, aliases[~aliases["account_id"].isin(state.forgotten)]])]
            _count(file, form, batch, prepared, numbers, state.sightings)
            quarantine.add(file.sha256, stream.member, batch.faults)
            if len(prepared.posts):
                spill.add(prepared, numbers)
    if file.is_told and file.rows_read and file.reasons.total() == file.rows_read:
        raise InputError(f"{file.shown}: none of its {file.rows_read:,} records holds a post of the format named. "
                         "Leave --format out, or name another.")


def _count(file: ExportFile, form: Format, batch: Batch, prepared: Prepared, numbers: np.ndarray,
           sightings: list[Sighting]) -> None:
    posts = prepared.posts
    file.rows_read += len(batch.posts) + len(batch.faults) + batch.covered
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


def _gaps(file: ExportFile, codes: np.ndarray) -> int | None:
    by_code: dict[str, list[np.ndarray]] = {}
    for sighting, arrays in file.ids.items():
        by_code.setdefault(codes[sighting], []).extend(arrays)
    distinct = [np.unique(np.concatenate(arrays)) for arrays in by_code.values()]
    return int(sum(ids[-1] - ids[0] + 1 - len(ids) for ids in distinct)) if distinct else None


def _commit(files: list[ExportFile], reading: _Reading, spill: Spill, quarantine: Quarantine,
            manifest: dict[str, Any] | None, study: Path, work: Path) -> ImportLedger:
    folder = corpus_folder(study)
    code_list, arenas = _resolved(reading, manifest, folder)
    codes = np.array(code_list, dtype=object)
    stored = {(p["table"], p["platform"], p["quarter"]): p for p in manifest["parts"]} if manifest else {}
    spilled = spill.parts()
    platforms = {name[1] for name in spilled}
    outcome = decide([path for name, path in spilled.items() if name[0] == "posts"],
                     [folder / p["file"] for n, p in stored.items() if n[0] == "posts" and n[1] in platforms], codes)
    parts = write_parts(spilled, stored, outcome, codes, work=work, folder=folder)
    made = ledger_of([_ledger_row(file, outcome, codes) for file in files])
    if any(file.streams for file in files):
        quarantine.settle()
        history = made if reading.former else joined(load_ledger(study), made)
        part = (manifest or {}).get("accounts")
        old = [to_frame(read_part(folder, part), ACCOUNT_COLUMNS)] if part else []
        accounts = join_aliases([*old, *reading.aliases])
        cards = _cards(manifest, files)
        seen = join_sightings(read_sightings(folder, manifest), reading.sightings, code_list,
                              {c["source_id"]: c["access"] for c in cards})
        state = {
            "schema_version": SCHEMA_VERSION, "key_fingerprint": key_fingerprint(reading.key), "parts": parts,
            "arenas": write_table(to_arrow(arenas, ARENAS), work, folder, "arenas"),
            "accounts": write_table(to_arrow(accounts, arrow_schema(ACCOUNT_COLUMNS)), work, folder, "accounts"),
            "sightings": write_table(to_arrow(seen, SIGHTINGS), work, folder, "sightings"),
            "forgotten": sorted(reading.forgotten), "forgotten_titles": sorted(reading.forgotten_titles),
            "sources": _sources(manifest, made),
            "cards": cards,
        }
        pq_file = work / LEDGER_FILE
        pq.write_table(to_arrow(history.files, LEDGER), pq_file)
        write_manifest(state, folder)
        put_in_place(pq_file, folder / LEDGER_FILE)
        remove_unreferenced(state, folder)
    return made


def _resolved(reading: _Reading, manifest: dict[str, Any] | None, folder: Path) -> tuple[list[str], pd.DataFrame]:
    """Return the code of every sighting, and the arenas table."""
    known = to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS) if manifest else None
    if not reading.former:
        return resolve_arenas(reading.sightings, known)
    known = to_frame(read_part(folder, reading.former[1]["arenas"]), ARENA_COLUMNS)
    for now, before in zip(reading.sightings, reading.former_sightings, strict=True):
        before.first, before.last = now.first, now.last
    codes, arenas = resolve_arenas(reading.former_sightings, known)
    return codes, rekeyed(arenas, reading.sightings, codes)


def _ledger_row(file: ExportFile, outcome: Outcome, codes: np.ndarray) -> dict[str, object]:
    row: dict[str, object] = {"file": file.shown, "bytes": file.size, "sha256": file.sha256, "note": file.note}
    if not file.streams or file.card is None:
        return row | {"format": NOT_AN_EXPORT}
    counts = {
        name: int(np.diff(np.searchsorted(getattr(outcome, name), [file.start, file.stop]))[0])
        for name in ("new", "updated", "unchanged")
    }
    kept, quarantined = sum(counts.values()), file.reasons.total()
    usual = {column for _, form in file.streams for column in form.gives}
    caps = {*COMMON_CAPS, *(form.cap for _, form in file.streams)} - {0}
    return row | counts | {
        "format": " + ".join(sorted({form.name for _, form in file.streams})), "source_id": file.card.source_id,
        "rows_read": file.rows_read, "kept": kept, "merged": file.rows_read - quarantined - kept - file.forgotten,
        "forgotten": file.forgotten,
        "service": file.service, "quarantined": quarantined,
        "quarantine_reasons": "; ".join(f"{r}: {n}" for r, n in sorted(file.reasons.items())) or None,
        "id_gaps": _gaps(file, codes), "undated": file.undated, "first": file.first, "last": file.last,
        "outside_card": file.outside_card, "assumed_utc": file.assumed_utc, "unwanted_characters": file.unwanted,
        "silent_start": None if file.first is None else max(0, (file.first.date() - file.card.collected_from).days),
        "silent_end": None if file.last is None else max(0, (file.card.collected_to - file.last.date()).days),
        "cap": file.rows_read if file.rows_read in caps else None,
        "absent": ", ".join(sorted(usual - file.filled)) or None,
    }


def _cards(manifest: dict[str, Any] | None, files: list[ExportFile]) -> list[dict[str, str]]:
    """Return the card of every source in the corpus, the newest reading of each."""
    cards = {card["source_id"]: card for card in (manifest or {}).get("cards", ())}
    for card in {file.card for file in files if file.streams and file.card is not None}:
        cards[card.source_id] = {f.name: str(getattr(card, f.name)) for f in fields(card) if f.name != "path"}
    return [cards[source] for source in sorted(cards)]


def _sources(manifest: dict[str, Any] | None, made: ImportLedger) -> list[dict[str, Any]]:
    """Return what was ever read into the corpus: per file and SHA-256 when it last changed something."""
    columns = ["file", "sha256", "format", "source_id", "rows_read", "kept", "merged", "service", "quarantined"]
    known = {(source["file"], source["sha256"]): source for source in (manifest or {}).get("sources", ())}
    for row in made.files[made.files["format"] != NOT_AN_EXPORT].to_dict("records"):
        if row["new"] + row["updated"] or (row["file"], row["sha256"]) not in known:
            known[row["file"], row["sha256"]] = {c: v if isinstance(v := row[c], str) else int(v) for c in columns}
    return [known[key] for key in sorted(known)]
