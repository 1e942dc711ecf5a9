"""What `workbench add` does: say what was found, ask for what the card needs, bring it in, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.asking import Asked, fill_in, map_columns
from workbench.errors import CardError, InputError, WorkbenchError
from workbench.files import slug
from workbench.placing import (
    RAW,
    Found,
    Values,
    any_card,
    card_beside,
    former_card,
    free_name,
    hold_stage,
    import_added,
    link_files,
    list_files,
    look,
    outside_dates,
    place_of,
    refuse_known,
    refuse_past,
    stage_folder,
)
from workbench.settings import CARD_DATES, CARD_FILE, Settings, SourceCard, format_card, read_card
from workbench.sources.corpus.ledger import ImportLedger
from workbench.sources.corpus.summary import reasons_of

_WIDEST_SAMPLE = 100  # characters of a post that are shown
_MOST_TITLES = 5


@dataclass(frozen=True)
class Added:
    """What was added: the folder of the source, what was found, and what the import did."""

    folder: Path
    found: Found
    ledger: ImportLedger


def add_exports(path: Path, *, settings: Settings, asked: Asked, today: date) -> Added:
    """Add a file or folder of exports to a study, with whatever has to be asked for it.

    Nothing is copied before all is known, and where it breaks off nothing is left.

    Parameters
    ----------
    path
        Anywhere; what lies below data/raw already stays where it is.
    today
        By which `delete_by` has come or not.

    Raises
    ------
    WorkbenchError
        If it cannot be added; the message says why, or which options are missing.
    """
    with hold_stage(settings.folder) as stage, _named_as(stage, path):
        files = list_files(path)
        home = place_of(path, settings) or (_folder_of(asked.source, settings) if asked.source else None)
        ready = read_card(home / CARD_FILE) if home and (home / CARD_FILE).is_file() else None
        mapping = map_columns(files, stage, settings=settings, asked=asked, ready=ready)
        found, former = _look(files, stage, settings, asked, mapping, ready or card_beside(path))
        if not place_of(path, settings):
            found = refuse_known(found, settings)
        for line in describe_found(found, is_shown=asked.is_shown):
            asked.tell(line)
        if not found.posts:
            raise InputError(f"There is no post in it: {reasons_of(found.ledger) or 'the files hold none'}. Nothing "
                             "was copied; see whether the format is right and the export whole.")
        if ready:
            _refuse_or_warn(found, vars(ready), today, stage, asked)
            text = None
        else:
            values = _card(found, former, settings, asked)
            _refuse_or_warn(found, values, today, stage, asked)
            text = format_card(values, mapping)
        folder = home or settings.folder / RAW / free_name(settings, found)
        ledger = import_added(found, folder=folder, card=text, stage=stage, settings=settings,
                              format_name=asked.format_name, progress=asked.progress)
    return Added(folder, found, ledger)


@contextmanager
def _named_as(stage: Path, path: Path) -> Iterator[None]:
    """Have errors name files as they were given, not as they were laid out for the look."""
    start = path if path.is_dir() else path.parent
    try:
        yield
    except WorkbenchError as error:
        raise type(error)(str(error).replace(str(stage_folder(stage)), str(start))) from error


def _folder_of(source: str, settings: Settings) -> Path:
    if slug(source) != source.casefold() or source.casefold() == "quarantine":
        raise InputError(f"--source {source}: is no name for a folder of exports. Give letters, digits and hyphens, "
                         f"such as {slug(source)}-2025.")
    return settings.folder / RAW / source


def _look(files: dict[Path, Path], stage: Path, settings: Settings, asked: Asked, mapping: dict[str, Any],
          near: SourceCard | None) -> tuple[Found, SourceCard | None]:
    """Look at files, once more where a time zone was found missing, and return the card to take over."""

    def looked(zone: str) -> Found:
        folder = link_files(files, stage, mapping=mapping, time_zone=zone)
        return look(files, folder, settings=settings, format_name=asked.format_name, progress=asked.progress)

    given = asked.card.get("time_zone", "") or (near.time_zone if near else "")
    found = looked(given)
    former = near or former_card(settings, found.format_name, mapping.get("columns"))
    unsaid = int(found.ledger["assumed_utc"].fillna(0).sum())
    if given or not unsaid:
        return found, former
    zone = former.time_zone if former else ""
    if not zone and asked.ask and not former:
        zone = asked.ask(f"{unsaid:,} times in it name no time zone. Which one is it", "Europe/Copenhagen")
    if not zone:
        asked.tell(f"{unsaid:,} times without a time zone are taken as UTC; --time-zone Europe/Copenhagen would read "
                   "them as Danish ones.")
        return found, former
    asked.card["time_zone"] = zone
    return looked(zone), former


def describe_found(found: Found, *, is_shown: bool) -> list[str]:
    """Say what a look at exports showed: form, span, arenas, posts, and some of these as they would be kept."""
    many = f"{len(found.exports)} files" if len(found.exports) > 1 else "1 file"
    span = f", {found.first} to {found.last}" if found.first else ""
    arenas = f"{found.arenas} arenas" if found.arenas != 1 else "1 arena"
    titles = ", ".join(found.titles[:_MOST_TITLES]) + (" …" if len(found.titles) > _MOST_TITLES else "")
    lines = [f"{many} in the format {found.format_name}" + (f", and {found.others:,} that are no exports"
                                                           if found.others else ""),
             f"{found.posts:,} posts{span}, in {arenas}" + (f": {titles}" if is_shown and titles else "")]
    if said := reasons_of(found.ledger):
        lines.append(f"{int(found.ledger['quarantined'].sum()):,} rows would be set aside ({said})")
    if is_shown and len(found.sample):
        lines.append("Some of them, as they would be kept:")
        for time, text in found.sample.itertuples(index=False):
            flat = " ".join(str(text).split())
            when = f"{time:%Y-%m-%d %H:%M}" if str(time) != "NaT" else "no time"
            lines.append(f"  {when}  {flat[:_WIDEST_SAMPLE]}{'…' if len(flat) > _WIDEST_SAMPLE else ''}")
    return lines


def _card(found: Found, former: SourceCard | None, settings: Settings, asked: Asked) -> Values:
    values = fill_in(found, former=former, other=None if former else any_card(settings), asked=asked)
    if former and asked.ask:
        asked.tell(f"The card is that of {former.source_id}, with new dates.")
    return values


def _refuse_or_warn(found: Found, card: Values, today: date, stage: Path, asked: Asked) -> None:
    """Say before anything is copied what does not fit the card."""
    start, end, delete_by = (card[name] for name in CARD_DATES)
    assert isinstance(start, date)
    assert isinstance(end, date)
    assert isinstance(delete_by, date)
    if start > end:
        raise CardError(f"collected_from ({start}) is after collected_to ({end}). Nothing was copied.")
    refuse_past(delete_by, today)
    if found.private and card["access"] == "open":
        asked.tell(f"{found.private:,} of the arenas are not for everybody by what the export says, and the card says "
                   "open.")
    if outside := outside_dates(stage, start=start, end=end):
        asked.tell(f"{outside:,} of {found.posts:,} posts are outside the dates of the card ({start} to {end}).")
        if asked.ask and asked.ask("Add all of them, yes or no", "no").strip().casefold()[:1] not in ("y", "j"):
            raise CardError("The posts are outside the dates of the card. Nothing was copied; give --collected-from "
                            "and --collected-to, or another export.")
