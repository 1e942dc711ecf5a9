"""One account taken out of everything, and kept out of later imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from workbench.errors import InputError
from workbench.files import WRITTEN
from workbench.settings import CARD_FILE, Settings
from workbench.sources.corpus.aliases import ACCOUNT_COLUMNS, points_at
from workbench.sources.corpus.deleting import Deletion, begin_deletion, check_left, finish_deletion
from workbench.sources.corpus.keys import hold_corpus, load_key, without_reports
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.removing import RAW, digest_line, raw_files, read_lines
from workbench.sources.corpus.scanning import REVIEWS, TEXTS, Sought, read_blocks
from workbench.sources.corpus.sightings import read_sightings
from workbench.sources.corpus.store import corpus_folder, read_manifest, read_part, to_frame, write_manifest
from workbench.sources.corpus.withdrawing import Leaving, Removed, Withdrawn, is_in, posts_of, withdraw
from workbench.sources.keeping.copies import Person, Rewriter, Runs, read_row
from workbench.sources.redaction.pseudonyms import normal_form, pseudonym
from workbench.tables.posts import ARENA_COLUMNS

_REFUSED = ("forgotten", "forgotten_titles")  # in the manifest


@dataclass(frozen=True)
class Forgotten:
    """What forgetting took out.

    Attributes
    ----------
    removed
        Rows by table; ``texts`` counts posts of others whose text was taken out or changed.
    quarantined
        Rows taken out of the quarantine.
    sources
        Where exports under ``data/raw`` still hold these accounts: delete or export them again.
    certificate
        Where the proof lies; it says what remains elsewhere.
    look_at
        Files that people wrote, in which words of the person or of their posts stand, or may: they are never changed.
    """

    removed: Removed
    quarantined: int
    sources: list[str]
    certificate: Path
    look_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Own:
    """What the corpus holds of the accounts."""

    arenas: frozenset[str]  # where they wrote
    sources: frozenset[str]
    forwards: frozenset[str]  # ids of posts of others whose text is theirs
    runs: Runs


def forget_accounts(handles: Sequence[str], *, settings: Settings, on: date, by_name: bool = False,
                    names: Sequence[str] = ()) -> Forgotten:
    """Take accounts out of everything that was made of them, and keep them out of later imports.

    Posts, links that point at them, chats and pages of their own, quarantined rows and all derived tables go; posts
    of others lose their text where it is a copy of theirs, and names of theirs become ``[name]``. The accounts are
    found through the key; the study keeps their pseudonyms and those of their pages, and nothing else, to refuse
    them. An arena that an export shows by its title alone is refused where a page of theirs had that title.

    What is to go is written down first, without handles and names; interrupted at any point, the next command
    finishes it before it does anything else. Exports under ``data/raw`` are never changed: those that still hold the
    accounts are named.

    Parameters
    ----------
    handles
        Handles, with or without @, or ids of accounts.
    on
        Today.
    by_name
        Whether what is given may be a display name too; several people may share one.
    names
        Display names and real names to take out of what others wrote; display names of two or more words are found
        without being told, as far as anyone wrote them with capitals.

    Raises
    ------
    InputError
        If nothing was imported, or no account, arena or link of the corpus goes by any of the handles.
    WorkbenchError
        If something that was to be deleted is still there.
    """
    study = settings.folder
    with without_reports(settings), hold_corpus(settings) as work:
        key, manifest = load_key(settings), read_manifest(study)
        if manifest is None:
            raise InputError(f"{study}: nothing has been imported here, so there is nobody to forget.")
        arenas = to_frame(read_part(corpus_folder(study), manifest["arenas"]), ARENA_COLUMNS)
        platforms = tuple(sorted(arenas["platform"].unique()))
        accounts = _accounts_of(study, manifest, _marks(handles, platforms, key, by_name))
        seen = read_sightings(corpus_folder(study), manifest)
        own_codes, keys, titles = _own_arenas(arenas, seen, accounts)
        leaving = Leaving(accounts=frozenset(accounts | keys), arenas=frozenset(own_codes), titles=frozenset(titles))
        person = _person(handles, [*names, *(handles if by_name else ())], key, platforms, leaving.accounts)
        own = _own_of(study, manifest, leaving)
        _learn_from_exports(study, person, own.sources)
        lines = _named_lines(study, person, own.runs)
        gone = _withdraw(study, manifest, work, leaving, person, own)
        if not (lines or any(gone.removed.as_dict().values())):
            write_manifest({**manifest, **{name: gone.manifest[name] for name in _REFUSED}}, corpus_folder(study))
            raise InputError("No account, page or link in the corpus goes by any of these handles. From now on they "
                             "are refused at import. Check their spelling; an id works too, and --by-name looks at "
                             "display names.")
        exports = _exports_that_hold(study, person, own)
        about = {"study": settings.name, "pseudonyms": sorted(leaving.accounts), "removed": gone.removed.as_dict(),
                 "exports that still hold them": exports}
        begin_deletion(study, Deletion("forget", on.isoformat(), gone.manifest, lines=lines, certificate=about),
                       Sought(posts=gone.posts, accounts=leaving.accounts))
        done = finish_deletion(study, words=person.words, is_copy=own.runs.stand_in)
    assert done is not None
    path, certificate = done
    check_left(path, certificate)
    return Forgotten(gone.removed, len(lines), exports, path, _to_look_at(certificate))


def _to_look_at(certificate: dict[str, Any]) -> tuple[str, ...]:
    """Return the files of handbook, watch list and alerts, and reviews, of which the certificate tells something."""
    found = (row["file"] for row in certificate["remains"]["found in files that are not changed"])
    return tuple(dict.fromkeys(name for name in found if name.split("/")[0] in (*WRITTEN, REVIEWS)))


def _marks(handles: Sequence[str], platforms: Sequence[str], key: bytes, by_name: bool) -> set[str]:
    """Return the pseudonyms that these handles may have on each platform."""
    vias = ("account", "handle", *(("name",) if by_name else ()))
    return {pseudonym(key, f"{platform}:{via}", normal) for platform in platforms for via in vias
            for handle in handles if (normal := normal_form(via, handle))}


def _accounts_of(study: Path, manifest: dict[str, Any], marks: set[str]) -> set[str]:
    if "accounts" not in manifest:
        return marks
    aliases = to_frame(read_part(corpus_folder(study), manifest["accounts"]), ACCOUNT_COLUMNS)
    accounts = set(aliases.loc[aliases["alias"].isin(marks), "account_id"])
    return marks | accounts | set(aliases.loc[aliases["account_id"].isin(accounts | marks), "alias"])


def _own_arenas(arenas: pd.DataFrame, seen: pd.DataFrame, accounts: set[str]) -> tuple[set[str], set[str], set[str]]:
    """Return the codes of the accounts' own pages and chats, and by what ids, handles and titles exports show them.

    They may have had other handles and titles before, and an export may show one of these only.
    """
    own = arenas["native_key"].isin(accounts) | arenas["handle_key"].isin(accounts)
    codes = {*arenas.loc[own, "arena_id"], *seen.loc[seen["handle_key"].isin(accounts), "arena_id"]}
    arenas, seen = (table[table["arena_id"].isin(codes)] for table in (arenas, seen))
    keys = {*arenas["native_key"].dropna(), *arenas["handle_key"].dropna(), *seen["handle_key"].dropna()}
    return codes, keys, {*arenas["title_key"].dropna(), *seen["title_key"].dropna()}


def _person(handles: Sequence[str], names: Sequence[str], key: bytes, platforms: tuple[str, ...],
            accounts: frozenset[str]) -> Person:
    said = {normal for handle in handles for via in ("handle", "account") if (normal := normal_form(via, handle))}
    return Person(key, platforms, accounts, frozenset(said), {" ".join(name.split()) for name in names if name.strip()})


def _own_of(study: Path, manifest: dict[str, Any], leaving: Leaving) -> _Own:
    """Return what the accounts wrote and where, and which posts of others are forwards of it."""
    forwards, others = _forwards(study, manifest, leaving)
    arenas: set[str] = set()
    sources: set[str] = set()
    texts: list[str] = []
    for table in posts_of(study, manifest, ("post_id", "account_id", "arena_id", "source_id", "text")):
        of_account = is_in(table["account_id"], leaving.accounts)
        mine = table.filter(pc.or_(of_account, is_in(table["arena_id"], leaving.arenas)))
        sources |= set(pc.unique(mine["source_id"]).to_pylist())
        arenas |= set(pc.unique(table["arena_id"].filter(of_account)).to_pylist())
        # what they only passed on is not theirs, and what others wrote in their chats is not either
        by_them = pc.or_(pc.is_null(mine["account_id"]), is_in(mine["account_id"], leaving.accounts))
        written = mine.filter(pc.and_(pc.invert(is_in(mine["post_id"], others)), by_them))
        texts += written["text"].drop_null().to_pylist()
    return _Own(frozenset(arenas), frozenset(sources), forwards, Runs(texts))


def _forwards(study: Path, manifest: dict[str, Any], leaving: Leaving) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of posts that pass on what the accounts wrote, and of those that pass on what others did."""
    own: set[str] = set()
    others: set[str] = set()
    for part in manifest["parts"]:
        if part["table"] == "links":
            table = read_part(corpus_folder(study), part, ["post_id", "relation", "target"])
            links: pd.DataFrame = table.filter(pc.equal(table["relation"], "forward")).to_pandas().astype("string")
            is_own = points_at(links["target"], leaving.accounts | leaving.titles)
            own |= set(links.loc[is_own, "post_id"])
            others |= set(links.loc[~is_own, "post_id"])
    return frozenset(own), frozenset(others - own)


def _learn_from_exports(study: Path, person: Person, sources: frozenset[str]) -> None:
    """Find display names in clear, where exports still hold them: the corpus has only their pseudonyms."""
    for card in sorted((study / RAW).rglob(CARD_FILE)):
        for path in raw_files(card) if card.parent.name in sources else ():
            if path.suffix.casefold() in TEXTS:
                for block in read_blocks(path):
                    person.learn_cells(block)


def _named_lines(study: Path, person: Person, runs: Runs) -> list[str]:
    """Return the digests of quarantined rows that hold the person's ids, names or words, and learn names from them."""
    found = []
    for path in sorted((study / QUARANTINE).glob("*.jsonl")):
        for line in read_lines(path):
            raw = read_row(line)
            text = raw if isinstance(raw, str) else str(raw)
            person.learn_names([text])
            if person.is_named_in(raw) or runs.stand_in(text):
                found.append(digest_line(line))
    return found


def _withdraw(study: Path, manifest: dict[str, Any], work: Path, leaving: Leaving, person: Person,
              own: _Own) -> Withdrawn:
    for table in posts_of(study, manifest, ["text"]):
        person.learn_names(pc.unique(table["text"].drop_null()).to_pylist())

    refused = dict(zip(_REFUSED, (leaving.accounts, leaving.titles), strict=True))
    changes = {name: sorted({*manifest.get(name, ()), *found}) for name, found in refused.items()}
    return withdraw(study, manifest, work, leaving, rewrite=Rewriter(person, own.runs, own.arenas, own.forwards),
                    changes=changes)


def _exports_that_hold(study: Path, person: Person, own: _Own) -> list[str]:
    """Return the sources whose exports held posts of the accounts, or are named after the person."""
    found = set(own.sources)
    for path in sorted((study / RAW).rglob("*")):
        inside = path.relative_to(study / RAW)
        if path.is_file() and inside.parts[0] != QUARANTINE.name and person.is_named_in(path.stem):
            found.add(path.parent.name)
    return sorted(found)
