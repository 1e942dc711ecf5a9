"""One account taken out of everything, and kept out of later imports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, WorkbenchError
from workbench.files import write_atomically
from workbench.settings import Settings
from workbench.sources.corpus.aliases import ACCOUNT_COLUMNS, points_at
from workbench.sources.corpus.keys import hold_corpus, load_key
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.removing import Removed, count_posts, remove_derived, remove_posts, write_certificate
from workbench.sources.corpus.sightings import read_sightings
from workbench.sources.corpus.store import corpus_folder, read_manifest, read_part, to_frame
from workbench.sources.redaction.pseudonyms import normal_form, pseudonym
from workbench.tables.posts import ARENA_COLUMNS


@dataclass(frozen=True)
class Forgotten:
    """What forgetting took out.

    Attributes
    ----------
    removed
        Posts, links, arenas and derived files.
    quarantined
        Rows taken out of the quarantine.
    sources
        Where exports under ``data/raw`` still hold these accounts: delete or export them again.
    certificate
        Where the proof lies.
    """

    removed: Removed
    quarantined: int
    sources: list[str]
    certificate: Path


def forget_accounts(handles: Sequence[str], *, settings: Settings, on: date, by_name: bool = False) -> Forgotten:
    """Take accounts out of everything that was made of them, and keep them out of later imports.

    Posts, links that point at them, chats and pages of their own, quarantined rows and all derived tables go. The
    accounts are found through the key; the study keeps their pseudonyms and those of their pages, and nothing else, to
    refuse them. An arena that an export shows by its title alone is refused where a page of theirs had that title.

    Parameters
    ----------
    handles
        Handles, with or without @, or ids of accounts.
    on
        Today.
    by_name
        Whether the display name counts too; several people may share one.

    Raises
    ------
    InputError
        If nothing was imported, or no account, arena or link of the corpus goes by any of the handles.
    """
    study = settings.folder
    with hold_corpus(settings) as work:
        key, manifest = load_key(settings), read_manifest(study)
        if manifest is None:
            raise InputError(f"{study}: nothing has been imported here, so there is nobody to forget.")
        arenas = to_frame(read_part(corpus_folder(study), manifest["arenas"]), ARENA_COLUMNS)
        marks = _marks(handles, sorted(arenas["platform"].unique()), key, by_name)
        accounts = marks | _accounts_of(study, manifest, marks)
        seen = read_sightings(corpus_folder(study), manifest)
        own_codes, keys, titles = _own_arenas(arenas, seen, accounts)
        accounts |= keys
        sources = _sources_of(study, manifest, accounts, own_codes)
        removed = remove_posts(
            study, manifest, work,
            posts=lambda posts: posts["account_id"].isin(accounts) | posts["arena_id"].isin(own_codes),
            links=lambda links: points_at(links["target"], accounts | titles),
            arenas=lambda known: known["arena_id"].isin(own_codes),
            sightings=lambda known: known["arena_id"].isin(own_codes),
            changes={"forgotten": sorted({*manifest.get("forgotten", ()), *accounts}),
                     "forgotten_titles": sorted({*manifest.get("forgotten_titles", ()), *titles})})
        if not (removed.posts or removed.links or removed.arenas):
            raise InputError("No account, page or link in the corpus goes by any of these handles. From now on they "
                             "are refused at import. Check their spelling; an id works too, and --by-name looks at "
                             "display names.")
        removed.derived = remove_derived(study)
        quarantined = _clear_quarantine(study, handles)
        left = count_posts(study, read_manifest(study), "account_id", accounts)
        content = {"study": settings.name, "on": on.isoformat(), "pseudonyms": sorted(accounts),
                   "removed": vars(removed), "quarantined rows": quarantined, "posts left": left,
                   "exports that still hold them": sources}
        path = write_certificate(study, "forget", on, content)
    if left:
        raise WorkbenchError(f"{path}: {left} posts are still there. Run it again.")
    return Forgotten(removed, quarantined, sources, path)


def _marks(handles: Sequence[str], platforms: Sequence[str], key: bytes, by_name: bool) -> set[str]:
    """Return the pseudonyms that these handles may have on each platform."""
    vias = ("account", "handle", *(("name",) if by_name else ()))
    return {pseudonym(key, f"{platform}:{via}", normal) for platform in platforms for via in vias
            for handle in handles if (normal := normal_form(via, handle))}


def _accounts_of(study: Path, manifest: dict[str, Any], marks: set[str]) -> set[str]:
    if "accounts" not in manifest:
        return set()
    aliases = to_frame(read_part(corpus_folder(study), manifest["accounts"]), ACCOUNT_COLUMNS)
    accounts = set(aliases.loc[aliases["alias"].isin(marks), "account_id"])
    return accounts | set(aliases.loc[aliases["account_id"].isin(accounts | marks), "alias"])


def _own_arenas(arenas: pd.DataFrame, seen: pd.DataFrame, accounts: set[str]) -> tuple[set[str], set[str], set[str]]:
    """Return the codes of the accounts' own pages and chats, and by what ids, handles and titles exports show them.

    They may have had other handles and titles before, and an export may show one of these only.
    """
    own = arenas["native_key"].isin(accounts) | arenas["handle_key"].isin(accounts)
    codes = {*arenas.loc[own, "arena_id"], *seen.loc[seen["handle_key"].isin(accounts), "arena_id"]}
    arenas, seen = (table[table["arena_id"].isin(codes)] for table in (arenas, seen))
    keys = {*arenas["native_key"].dropna(), *arenas["handle_key"].dropna(), *seen["handle_key"].dropna()}
    return codes, keys, {*arenas["title_key"].dropna(), *seen["title_key"].dropna()}


def _sources_of(study: Path, manifest: dict[str, Any], accounts: set[str], arenas: set[str]) -> list[str]:
    found: set[str] = set()
    for part in manifest["parts"]:
        if part["table"] == "posts":
            table = read_part(corpus_folder(study), part, ["account_id", "arena_id", "source_id"])
            posts: pd.DataFrame = table.to_pandas(types_mapper=None)
            found |= set(posts.loc[posts["account_id"].isin(accounts) | posts["arena_id"].isin(arenas), "source_id"])
    return sorted(found)


def _clear_quarantine(study: Path, handles: Sequence[str]) -> int:
    """Take the rows that hold one of the handles out of the quarantine."""
    sought = [normal_form("handle", handle) for handle in handles]
    dropped = 0
    for path in sorted((study / QUARANTINE).glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not any(s in _written(line) for s in sought)]
        if len(kept) < len(lines):
            dropped += len(lines) - len(kept)
            write_atomically(path, "".join(kept)) if kept else path.unlink()
    return dropped


def _written(line: str) -> str:
    try:
        return json.dumps(json.loads(line)["raw"], ensure_ascii=False).casefold()
    except (ValueError, KeyError):
        return line.casefold()
