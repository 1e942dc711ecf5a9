"""Look at an export from outside the study, and put it in its place and import it, or leave nothing behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import CardError, InputError
from workbench.files import slug, write_atomically
from workbench.settings import CARD_FILE, Settings, SourceCard, format_card, read_card, read_mapping
from workbench.sources.corpus.importing import import_exports
from workbench.sources.corpus.intake import look_at, walk_paths
from workbench.sources.corpus.ledger import ImportLedger, load_ledger
from workbench.sources.corpus.loading import load_corpus
from workbench.sources.corpus.store import sha256_of
from workbench.sources.readers.detection import named_format
from workbench.sources.readers.records import Format

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tables.posts import Corpus

RAW = Path("data", "raw")
_STAGE = ".adding-"
_ANY_TIME = (date(1995, 1, 1), date(2049, 12, 31))
_SAMPLES = 3
_SHORTEST_SAMPLE = 15  # characters of a text that shows something

Values = dict[str, str | date]


@dataclass(frozen=True)
class Found:
    """What a look at export files showed, before anything is stored.

    Attributes
    ----------
    exports
        The files that are exports, relative to what was named, and where they lie.
    others
        How many files are none.
    formats
        Of the exports.
    first, last
        Days of the first and last post; None where no time can be read.
    private
        How many of the arenas are not for everybody, by what the export says.
    titles
        Of the arenas: for the eyes of the person who adds them only.
    quarter
        The last one that holds a good part of the posts, such as 2025Q3; empty where no time can be read.
    sample
        Columns `posted_at` and `text`, redacted as an import does it.
    ledger
        What an import of them would say.
    """

    exports: dict[Path, Path]
    others: int
    formats: tuple[Format, ...]
    posts: int
    first: date | None
    last: date | None
    arenas: int
    private: int
    titles: tuple[str, ...]
    quarter: str
    sample: pd.DataFrame
    ledger: pd.DataFrame

    @property
    def format_name(self) -> str:
        """Return the formats as a ledger names them."""
        return " + ".join(sorted({form.name for form in self.formats}))

    @property
    def is_own_account(self) -> bool:
        """Return whether a person's own account was exported, and so what others wrote to them in confidence."""
        return any(getattr(form, "own_account", False) for form in self.formats)


@contextmanager
def hold_stage(study: Path) -> Iterator[Path]:
    """Give a folder in the study for what is not added yet; it is gone afterwards, and so are those that were left."""
    import filelock

    raw = study / RAW
    raw.mkdir(parents=True, exist_ok=True)
    for left in raw.glob(f"{_STAGE}*"):
        with suppress(filelock.Timeout, OSError):
            with filelock.FileLock(left / "lock", timeout=0):
                pass
            shutil.rmtree(left, ignore_errors=True)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=raw))
    lock = filelock.FileLock(stage / "lock")
    lock.acquire()
    try:
        yield stage
    finally:
        lock.release()
        shutil.rmtree(stage, ignore_errors=True)


def list_files(path: Path) -> dict[Path, Path]:
    """Return the files of a path to look at, by what they are called below it."""
    start = path if path.is_dir() else path.parent
    return {file.relative_to(start): file.resolve() for file, _ in walk_paths([path])}


def stage_folder(stage: Path) -> Path:
    """Return where files are laid out for a look."""
    return stage / "look" / RAW / "export"


def card_beside(path: Path) -> SourceCard | None:
    """Return the card that lies right beside an export, wherever that is."""
    folder = path if path.is_dir() else path.parent
    return read_card(folder) if (folder / CARD_FILE).is_file() else None


def link_files(files: dict[Path, Path], stage: Path, *, mapping: dict[str, Any], time_zone: str = "") -> Path:
    """Lay files beside a card that lets a look read them, without copying them, and return the folder."""
    folder = stage_folder(stage)
    shutil.rmtree(stage / "look", ignore_errors=True)
    for name, file in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            (folder / name).symlink_to(file)
        except OSError:  # a system without links
            shutil.copyfile(file, folder / name)
    told: Values = dict.fromkeys(("controller", "purpose", "legal_basis", "collected_by", "collected_with",
                                  "tdm_reservation", "tdm_checked"), "to be told")
    told |= {"access": "open", "collected_from": _ANY_TIME[0], "collected_to": _ANY_TIME[1],
             "delete_by": _ANY_TIME[1], "time_zone": time_zone}
    write_atomically(folder / CARD_FILE, format_card(told, mapping))
    return folder


def look(files: dict[Path, Path], folder: Path, *, settings: Settings, format_name: str | None,
         progress: bool) -> Found:
    """Read linked files into a corpus of their own, which goes with the stage, and say what is in them.

    Raises
    ------
    InputError
        If there is no export, or one is damaged.
    """
    named = [folder / name for name in files] if len(files) == 1 or format_name else [folder]
    own = folder.parents[2]  # a study of its own, with a key that is thrown away
    trial = replace(settings, folder=own, key_file=own.with_name("look.key"))
    form = named_format(format_name) if format_name else None
    ledger = import_exports(named, settings=trial, format_name=format_name, progress=progress)
    looked = {name: look_at(folder / name, study=own, form=form, is_named=named != [folder]) for name in files}
    exports = {name: files[name] for name, file in looked.items() if file.streams}
    corpus = load_corpus(own, undated=True)
    times = corpus.posts["posted_at"].dropna()
    texts = corpus.posts[corpus.posts["text"].str.len().ge(_SHORTEST_SAMPLE).fillna(False).astype(bool)]
    texts = texts if len(texts) >= _SAMPLES else corpus.posts[corpus.posts["text"].notna()]
    step = max(1, len(texts) // _SAMPLES)
    return Found(exports=exports, others=len(files) - len(exports),
                 formats=tuple({form.name: form for file in looked.values() for _, form in file.streams}.values()),
                 posts=len(corpus.posts), first=times.min().date() if len(times) else None,
                 last=times.max().date() if len(times) else None, arenas=corpus.posts["arena_id"].nunique(),
                 private=_count_private(corpus),
                 titles=tuple(sorted(corpus.arenas["title"].dropna())),
                 quarter=_last_quarter(times),
                 sample=texts[["posted_at", "text"]].iloc[::step].head(_SAMPLES), ledger=ledger.files)


def _count_private(corpus: Corpus) -> int:
    closed = corpus.sightings.loc[~corpus.sightings["is_public"].fillna(True), "arena_id"]
    return len({*closed, *corpus.arenas.loc[corpus.arenas["kind"] == "chat", "arena_id"]})


def _last_quarter(times: pd.Series) -> str:
    counts = times.dt.tz_localize(None).dt.to_period("Q").value_counts()
    # one that has just begun makes no report
    return str(max(counts[4 * counts >= counts.max()].index)) if len(counts) else ""


def former_card(settings: Settings, format_name: str, columns: object = None) -> SourceCard | None:
    """Return the last card of the study for exports of a format, by the day to which it was collected.

    Parameters
    ----------
    columns
        Of a mapping: tables with other columns are of another kind.
    """
    files = load_ledger(settings.folder).files
    sources = set(files.loc[files["format"] == format_name, "source_id"].dropna())
    alike = [card for card in _cards(settings) if card.source_id in sources
             and (columns is None or read_mapping(card.path).get("columns") == columns)]
    return max(alike, default=None, key=lambda card: (card.collected_to, card.source_id))


def any_card(settings: Settings) -> SourceCard | None:
    """Return the last card of the study, whatever it is of."""
    return max(_cards(settings), default=None, key=lambda card: (card.collected_to, card.source_id))


def _cards(settings: Settings) -> list[SourceCard]:
    cards = []
    for path in (settings.folder / RAW).rglob(CARD_FILE):
        if not path.relative_to(settings.folder / RAW).parts[0].startswith("."):
            with suppress(CardError):  # one that is not filled in says nothing
                cards.append(read_card(path))
    return cards


def former_mapping(settings: Settings, listed: Collection[str]) -> dict[str, Any]:
    """Return how the last table or JSON that has these columns or paths was read; empty where there was none."""
    cards = sorted(_cards(settings), key=lambda card: (card.collected_to, card.source_id))
    mappings = [read_mapping(card.path) for card in cards]
    return next((m for m in reversed(mappings) if m.get("columns") and {*m["columns"].values()} <= {*listed}), {})


def retention(card: SourceCard, collected_to: date) -> date:
    """Return the day on which to delete what was collected to a day, kept as long as by another card."""
    kept = card.delete_by - card.collected_to
    return collected_to + max(kept, timedelta(0))


def free_name(settings: Settings, found: Found) -> str:
    """Return a name for a new source: its format and the month of its last post, numbered where that is taken."""
    form = found.formats[0]  # of a table that a mapping reads, the platform says more
    month = f"-{found.last:%Y-%m}" if found.last else ""
    name = slug(form.platform if form.name == "table" and form.platform != "other" else form.name) + month
    taken = {path.name for path in (settings.folder / RAW).iterdir()}
    return next(n for n in chain((name,), (f"{name}-{number}" for number in count(2))) if n not in taken)


def added_before(found: Found, settings: Settings) -> dict[Path, Path]:
    """Return which of the exports lie in the study already, byte by byte, and where."""
    raw = settings.folder / RAW
    sizes: dict[int, list[Path]] = {}
    for path in raw.rglob("*"):
        if path.is_file() and not path.relative_to(raw).parts[0].startswith((".", "quarantine")):
            sizes.setdefault(path.stat().st_size, []).append(path)
    there: dict[Path, Path] = {}
    for name, file in found.exports.items():
        alike = [path for path in sizes.get(file.stat().st_size, ()) if path.resolve() != file]
        same = next((path for path in alike if sha256_of(path) == sha256_of(file)), None)
        there |= {} if same is None else {name: same}
    return there


def place_of(path: Path, settings: Settings) -> Path | None:
    """Return the folder of the source in which a path already lies, below data/raw; None where it lies elsewhere."""
    raw = (settings.folder / RAW).resolve()
    if not path.resolve().is_relative_to(raw):
        return None
    parts = path.resolve().relative_to(raw).parts
    folder = raw / parts[0] if parts else None
    return folder if folder and folder.is_dir() and folder.name != "quarantine" else None


def import_added(found: Found, *, folder: Path, card: str | None, stage: Path, settings: Settings,
                 format_name: str | None, progress: bool) -> ImportLedger:
    """Copy exports and card into the folder of their source and import them; where that fails, take them back.

    Parameters
    ----------
    card
        The new card; None where the source has one.

    Raises
    ------
    WorkbenchError
        If the import is refused; nothing is left of it.
    """
    copies = {name: file for name, file in found.exports.items() if not file.is_relative_to(folder)}
    ready = stage / "ready"
    for name, file in copies.items():
        (ready / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, ready / name)
    put: list[Path] = []
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if card is not None:
            put.append(folder / CARD_FILE)
            write_atomically(folder / CARD_FILE, card, is_private=False)
        placed = [file for name, file in found.exports.items() if name not in copies]
        for name in copies:
            target = _free_path(folder / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            put.append(target)
            os.rename(ready / name, target)
            placed.append(target)
        return import_exports(placed, settings=settings, format_name=format_name, progress=progress)
    except BaseException:
        for path in put:
            path.unlink(missing_ok=True)
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _free_path(path: Path) -> Path:
    names = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(name for name in chain((path,), names) if not name.exists())


def refuse_past(delete_by: date, today: date) -> None:
    """Refuse what would have to be deleted at once."""
    if delete_by <= today:
        raise CardError(f"delete_by is {delete_by}, which has come: what is added now would have to be deleted at "
                        "once. Give a later --delete-by, or do not add it. Nothing was copied.")


def outside_dates(stage: Path, *, start: date, end: date) -> int:
    """Return how many posts of a look lie before or after the days of a card."""
    import pandas as pd

    times = load_corpus(stage / "look").posts["posted_at"]
    after = pd.Timestamp(end, tz="UTC") + pd.Timedelta(days=1)
    return int(((times < pd.Timestamp(start, tz="UTC")) | (times >= after)).sum())


def refuse_known(found: Found, settings: Settings) -> Found:
    """Return a look without the exports that the study holds already; refuse it where it holds all of them."""
    there = added_before(found, settings)
    left = {name: file for name, file in found.exports.items() if name not in there}
    if not left:
        where = next(iter(there.values())).relative_to(settings.folder)
        raise InputError(f"{where}: the same export was added before. Nothing was copied; `workbench import {where}` "
                         "reads it again.")
    return replace(found, exports=left)
