"""The import: files into the corpus, all of a call or nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import InputError
from workbench.files import put_in_place
from workbench.settings import Settings, read_mapping
from workbench.sources.corpus.aliases import ACCOUNT_COLUMNS, join_aliases
from workbench.sources.corpus.arenas import rekeyed, resolve_arenas
from workbench.sources.corpus.coverage import COVERAGE, cover, join_coverage, read_coverage
from workbench.sources.corpus.intake import ExportFile, look_at, walk_paths
from workbench.sources.corpus.joining import (
    BY_KEY,
    TWINS,
    comparable_posts,
    count_met_again,
    decide_joins,
    find_candidates,
    find_moves,
    find_same_posts,
    read_joins,
)
from workbench.sources.corpus.keys import check_fingerprint, hold_corpus, load_key
from workbench.sources.corpus.ledger import (
    LEDGER,
    LEDGER_FILE,
    NOT_AN_EXPORT,
    ImportLedger,
    describe_again,
    describe_file,
    join_ledgers,
    ledger_of,
    load_ledger,
)
from workbench.sources.corpus.merging import STATES, decide
from workbench.sources.corpus.naming import NAMES, gather_names, read_names, redact_stored, write_book
from workbench.sources.corpus.parts import Change, write_parts
from workbench.sources.corpus.pooling import open_pool
from workbench.sources.corpus.preparing import READING
from workbench.sources.corpus.quarantine import Quarantine
from workbench.sources.corpus.sightings import join_sightings, read_sightings
from workbench.sources.corpus.spill import Spill
from workbench.sources.corpus.store import (
    ARENAS,
    JOINS,
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
from workbench.sources.corpus.taking import Gathered, count_files, take_file
from workbench.sources.readers.detection import named_format
from workbench.sources.redaction.names import join_names
from workbench.sources.redaction.pseudonyms import key_fingerprint
from workbench.tables.posts import ARENA_COLUMNS, JOIN_COLUMNS


def import_exports(paths: Sequence[Path], *, settings: Settings, format_name: str | None = None,
                   progress: bool = False) -> ImportLedger:
    """Import export files into the corpus of a study.

    Every file is read as a stream in a process of its own, pseudonymised, redacted and its language told. What it
    tells stands beside what others tell of the same post; loading merges them. A file that is as it was when it was
    read last is not read again. Either all files of a call are imported or none.

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
        If a file is missing, empty or in no known format, an archive is damaged, a folder holds no export, or another
        import is going on.
    KeyMismatchError
        If the key is not that of the corpus or lies inside the study.
    """
    form = named_format(format_name) if format_name else None
    files = [look_at(path, study=settings.folder.resolve(), form=form, is_named=is_named)
             for path, is_named in walk_paths(paths)]
    if not any(file.streams for file in files):
        raise InputError(_no_export(paths, files))
    with hold_corpus(settings) as work:
        return import_files(files, study=settings.folder, work=work, key=load_key(settings), place=settings.name,
                            progress=progress)


def _no_export(paths: Sequence[Path], files: list[ExportFile]) -> str:
    others = f", only {', '.join(f'{file.shown} ({file.note})' for file in files[:3])}" if files else ""
    return (f"{', '.join(map(str, paths))}: there is no export here{others}{' …' if len(files) > 3 else ''}. Put each "
            "source's files into a folder of its own under data/raw, with a filled-in source.toml beside them "
            "(data/raw/source.toml.example), or name a file and its --format.")


def import_files(files: list[ExportFile], *, study: Path, work: Path, key: bytes, former_key: bytes | None = None,
                 place: str = "", progress: bool = False) -> ImportLedger:
    """Import files that were looked at into the corpus of a study folder, which the caller holds.

    With `former_key`, the key of the corpus as it is, the files take the place of all that is there: only the codes
    of arenas stay. `place`, the name of the study, is no surname.
    """
    with Quarantine(study) as quarantine:
        manifest = read_manifest(study)
        check_fingerprint(manifest, former_key or key, study)
        remove_unreferenced(manifest, corpus_folder(study))
        former, manifest = ((former_key, manifest), None) if former_key and manifest else (None, manifest)
        forgotten, titles = (frozenset((manifest or {}).get(k, ())) for k in ("forgotten", "forgotten_titles"))
        gathered = Gathered(key, forgotten, titles, former)
        history = load_ledger(study)
        told = set(zip(history.files["source_id"], history.files["sha256"], strict=True))
        changed = [file for file in files if not _is_known(file, manifest, gathered)
                   or (file.card and (file.card.source_id, file.sha256) not in told)]
        if not any(file.streams for file in changed):
            return ledger_of([describe_again(file, history) for file in files])
        count_files(changed)
        names = _name_people(changed, gathered, manifest, study, work, place)
        with Spill(work) as spill, open_pool(sum(file.size for file in changed if file.streams)) as pool:
            for file in _with_bar(changed, progress):
                file.start = spill.rows
                take_file(file, gathered, spill, quarantine, pool)
                file.stop = spill.rows
        made = _commit(changed, gathered, spill, quarantine, manifest, study, work, names)
    same = [file for file in files if file not in changed]
    again = ledger_of([describe_again(file, history) for file in same])
    return ImportLedger(pd.concat([made.files, again.files], ignore_index=True)) if same else made


@dataclass(frozen=True)
class Names:
    """The names of people in a study with an import, and what they change of what is stored already."""

    all: pd.DataFrame
    change: Change | None


def _name_people(files: list[ExportFile], gathered: Gathered, manifest: dict[str, Any] | None, study: Path, work: Path,
                 place: str) -> Names:
    """Gather the names of people before the texts are read, for `gathered`, and tell which were not known before."""
    folder = corpus_folder(study)
    known, fresh = read_names(folder, manifest), gather_names(files, key=gathered.key, place=place)
    everyone = join_names([known, fresh])
    gathered.names = write_book(everyone, work)
    if manifest:
        gathered.titles = frozenset(to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS)["title"].dropna())
    is_grown = manifest is not None and len(everyone) > len(known)
    return Names(everyone, redact_stored(fresh, key=gathered.key, titles=gathered.titles) if is_grown else None)


def _is_known(file: ExportFile, manifest: dict[str, Any] | None, gathered: Gathered) -> bool:
    """Return whether a file was read before just as it would be read now, and note as of when it was collected."""
    if not file.streams or file.card is None:
        return False
    card, forms = replace(file.card, path=Path()), [form.name for _, form in file.streams]
    told = (repr(card), read_mapping(file.card.path), forms, key_fingerprint(gathered.key), READING,
            sorted(gathered.forgotten), sorted(gathered.forgotten_titles))
    file.stamp = hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()
    file.collected = file.card.collected_to
    for source in (manifest or {}).get("sources", ()):
        if (source["source_id"], source["sha256"]) == (file.card.source_id, file.sha256):
            # a card that is brought up to date for a later export does not make an earlier one younger
            file.collected = min(file.collected, date.fromisoformat(source["collected_to"]))
            return bool(source["stamp"] == file.stamp)
    return False


def _with_bar(files: list[ExportFile], progress: bool) -> Any:
    from tqdm.auto import tqdm

    return tqdm([f for f in files if f.streams], disable=not progress, unit="file", desc="import")


def _commit(files: list[ExportFile], gathered: Gathered, spill: Spill, quarantine: Quarantine,
            manifest: dict[str, Any] | None, study: Path, work: Path, names: Names) -> ImportLedger:
    folder = corpus_folder(study)
    code_list, arenas, joined = _resolved(gathered, manifest, folder)
    codes = np.array(code_list, dtype=object)
    stored = {(p["table"], p["platform"], p["quarter"]): p for p in manifest["parts"]} if manifest else {}
    spilled = spill.parts()
    platforms = {name[1] for name in spilled}
    outcome = decide({n: path for n, path in spilled.items() if n[0] == "posts"},
                     {n: folder / p["file"] for n, p in stored.items() if n[0] == "posts" and n[1] in platforms}, codes)
    parts = write_parts(spilled, stored, outcome, codes, work=work, folder=folder, change=names.change)
    joins, twins = _joined(gathered, manifest, folder, joined, parts, arenas, set(code_list))
    count_met_again(outcome.states, [path for name, path in spilled.items() if name[0] == "posts"],
                    [folder / p["file"] for name, p in stored.items() if name[0] == "posts"], codes,
                    decide_joins(joins, study, arenas["arena_id"]), twins)
    made = ledger_of([describe_file(file, outcome, codes) for file in files])
    quarantine.settle()
    history = made if gathered.former else join_ledgers(load_ledger(study), made)
    part = (manifest or {}).get("accounts")
    accounts = join_aliases([*([to_frame(read_part(folder, part), ACCOUNT_COLUMNS)] if part else []),
                             *gathered.aliases])
    cards = _cards(manifest, files)
    seen = join_sightings(read_sightings(folder, manifest), gathered.sightings, code_list,
                          {c["source_id"]: c["access"] for c in cards})
    coverage = join_coverage(read_coverage(folder, manifest), cover(files, codes))

    def written(name: str, frame: pd.DataFrame, schema: pa.Schema) -> dict[str, str]:
        return write_table(to_arrow(frame, schema), work, folder, name)

    state = {
        "schema_version": SCHEMA_VERSION, "key_fingerprint": key_fingerprint(gathered.key), "parts": parts,
        "arenas": written("arenas", arenas, ARENAS), "sightings": written("sightings", seen, SIGHTINGS),
        "accounts": written("accounts", accounts, arrow_schema(ACCOUNT_COLUMNS)),
        "joins": written("joins", joins, JOINS), "twins": written("twins", twins, TWINS),
        "coverage": written("coverage", coverage, COVERAGE), "names": written("names", names.all, NAMES),
        "forgotten": sorted(gathered.forgotten), "forgotten_titles": sorted(gathered.forgotten_titles),
        "sources": _sources(manifest, made, files), "cards": cards,
    }
    pq_file = work / LEDGER_FILE
    pq.write_table(to_arrow(history.files, LEDGER), pq_file)
    write_manifest(state, folder)
    put_in_place(pq_file, folder / LEDGER_FILE)
    remove_unreferenced(state, folder)
    return made


def _resolved(gathered: Gathered, manifest: dict[str, Any] | None,
              folder: Path) -> tuple[list[str], pd.DataFrame, list[tuple[str, str]]]:
    """Return the code of every sighting, the arenas table, and which codes were shown to be one."""
    known = to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS) if manifest else None
    if not gathered.former:
        return resolve_arenas(gathered.sightings, known)
    known = to_frame(read_part(folder, gathered.former[1]["arenas"]), ARENA_COLUMNS)
    for now, before in zip(gathered.sightings, gathered.former_sightings, strict=True):
        before.first, before.last = now.first, now.last
    codes, arenas, joined = resolve_arenas(gathered.former_sightings, known)
    return codes, rekeyed(arenas, gathered.sightings, codes), joined


def _joined(gathered: Gathered, manifest: dict[str, Any] | None, folder: Path, by_key: list[tuple[str, str]],
            parts: list[dict[str, Any]], arenas: pd.DataFrame, touched: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return which arenas are one and which of their posts are, with what was known before."""
    joins, twins = read_joins(folder, gathered.former[1] if gathered.former else manifest)
    if gathered.former:
        twins = twins[:0]  # ids made of the content are made with the key
    rows = [(max(pair), min(pair), BY_KEY, None, True) for pair in by_key]
    found = [joins, pd.DataFrame(rows, columns=list(JOIN_COLUMNS)).astype(JOIN_COLUMNS)]
    native = arenas.dropna(subset=["native_key"]).set_index("arena_id")["native_key"]
    for platform, some in arenas.groupby("platform"):
        codes = set(some["arena_id"])
        if len(codes) < 2 or not codes & touched:
            continue
        paths = {kind: [folder / p["file"] for p in parts if (p["table"], p["platform"]) == (kind, platform)]
                 for kind in ("posts", "links")}
        found.append(find_moves(paths["links"], some))
        if near := find_candidates(paths["posts"], codes & touched):
            more, alike = find_same_posts(comparable_posts(paths["posts"], near), codes & touched, native)
            found.append(more)
            twins = pd.concat([twins, alike])
    table = pd.concat([f for f in found if len(f)] or found[:1]).drop_duplicates(["arena_id", "same_as"], keep="last")
    return (table.sort_values(["arena_id", "same_as"], ignore_index=True),
            twins.drop_duplicates("post_id", keep="last").sort_values("post_id", ignore_index=True))


def _cards(manifest: dict[str, Any] | None, files: list[ExportFile]) -> list[dict[str, str]]:
    """Return the card of every source in the corpus, the newest reading of each."""
    cards = {card["source_id"]: card for card in (manifest or {}).get("cards", ())}
    for card in {file.card for file in files if file.streams and file.card is not None}:
        cards[card.source_id] = {f.name: str(getattr(card, f.name)) for f in fields(card) if f.name != "path"}
    return [cards[source] for source in sorted(cards)]


def _sources(manifest: dict[str, Any] | None, made: ImportLedger, files: list[ExportFile]) -> list[dict[str, Any]]:
    """Return what was ever read into the corpus: per source and file when it last changed something."""
    columns = ["file", "sha256", "format", "source_id", "rows_read", "kept", *STATES[3:], "service", "quarantined"]
    known = {(source["source_id"], source["sha256"]): source for source in (manifest or {}).get("sources", ())}
    read = {(file.card.source_id, file.sha256): file for file in files if file.card}
    for row in made.files[made.files["format"] != NOT_AN_EXPORT].to_dict("records"):
        name = (row["source_id"], row["sha256"])
        if row["new"] + row["updated"] or name not in known:
            known[name] = {c: v if isinstance(v := row[c], str) else int(v) for c in columns}
        known[name] |= {"stamp": read[name].stamp, "collected_to": str(read[name].collected)}
    return [known[key] for key in sorted(known)]
