"""Decide about arenas: who is followed, who no longer, and why. Every decision is one of a role, and is logged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from workbench.errors import CardError
from workbench.spreadsheets import FORMULA
from workbench.tables.posts import FIELD_NOTES, Corpus
from workbench.tables.watching import WATCH_COLUMNS, Candidates
from workbench.watching.lists import LIST_FILE, read_watch_list, write_watch_list
from workbench.watching.logs import log_decision, read_watch_log

REVIEW_AFTER = 90  # days until a decision is looked at again, where nobody says another day
_MOST_REASON = 200  # letters


def start_watch_list(folder: Path, corpus: Corpus, *, role: str, unsorted: str = "unsorted") -> pd.DataFrame:
    """Make the first watch list: every imported arena, with the reason and category that its source card gives.

    Names are left empty: titles stay in the collection, and a product shows what a person wrote alone.

    Parameters
    ----------
    folder
        Of the study.
    role
        Who decides about them from now on.
    unsorted
        The category of arenas to which no card gives one.

    Returns
    -------
    watched
        As `read_watch_list` gives it.

    Raises
    ------
    CardError
        If there is a list already, nothing was imported, or `role` looks like a person.
    """
    if (folder / LIST_FILE).exists():
        raise CardError(f"{folder / LIST_FILE} is there already. Add what is new with `workbench watch accept`.")
    arenas = corpus.arenas[corpus.arenas["platform"] != FIELD_NOTES].sort_values("arena_id", ignore_index=True)
    if arenas.empty:
        raise CardError("Nothing was imported, so there is nothing to follow. Import an export first.")
    purposes = {card["source_id"]: card.get("purpose", "") for card in corpus.provenance.get("cards", [])}
    reasons = arenas["reason"].fillna(arenas["source_id"].map(purposes)).fillna("")
    today = _today()
    watched = pd.DataFrame({
        "arena": arenas["arena_id"], "name": pd.NA, "reason": [_line(text) or unsorted for text in reasons],
        "category": [_line(text)[:60] or unsorted for text in arenas["category"].fillna("")],
        "access": arenas["access"], "owner": role, "added": today, "card": arenas["source_id"],
        "review": today + timedelta(days=REVIEW_AFTER), "status": "followed"})
    watched["added"] = pd.to_datetime(watched["added"], utc=True)
    watched["review"] = pd.to_datetime(watched["review"], utc=True)
    watched = watched[list(WATCH_COLUMNS)].astype(WATCH_COLUMNS)
    write_watch_list(folder, watched)
    known = set(read_watch_log(folder)["arena"])
    for row in watched[~watched["arena"].isin(known)].to_dict("records"):
        log_decision(folder, what="added", arena=row["arena"], role=role, reason=row["reason"])
    return read_watch_list(folder)


def accept_arena(folder: Path, arena: str, *, role: str, reason: str, category: str, access: str, name: str = "",
                 card: str = "") -> pd.DataFrame:
    """Put an arena on the watch list.

    Parameters
    ----------
    folder
        Of the study.
    arena
        Code of a candidate, or of an imported arena.
    role
        Who decides, such as "ssp coordinator"; never a person.
    reason
        Why it is followed.
    access
        open, link or closed; a closed one needs a card that names the legal basis.
    name
        As it may stand in a product; empty: it stands in none.
    card
        Id of the source card.

    Returns
    -------
    watched
        The list as it is now.

    Raises
    ------
    CardError
        If it is followed already, or what is given is not as it must be; then nothing is changed.
    """
    watched = read_watch_list(folder)
    if arena in set(watched.loc[watched["status"] == "followed", "arena"]):
        raise CardError(f"{arena} is followed already. Change its row in {LIST_FILE}.")
    today = pd.Timestamp(_today(), tz="UTC")
    row = {"arena": arena, "name": name or pd.NA, "reason": reason, "category": category, "access": access,
           "owner": role, "added": today, "card": card or pd.NA, "review": today + timedelta(days=REVIEW_AFTER),
           "status": "followed"}
    kept = watched[watched["arena"] != arena]
    new = pd.DataFrame([row]).astype(WATCH_COLUMNS)
    return _decide(folder, new if kept.empty else pd.concat([kept, new], ignore_index=True), what="accepted",
                   arena=arena, role=role, reason=reason)


def decline_arena(folder: Path, arena: str, candidates: Candidates, *, role: str, reason: str) -> None:
    """Decline a candidate: it stays away until twice as many arenas, or posts, of the list point at it.

    Parameters
    ----------
    candidates
        Of `find_candidates`, with the evidence that there is now.

    Raises
    ------
    CardError
        If it is none of the candidates, or who decides or why is not as it must be.
    """
    found = candidates.table[candidates.table["arena"] == arena]
    if found.empty:
        raise CardError(f"{arena} is none of the {len(candidates.table)} candidates. `workbench watch` lists "
                        "them; what is on the list is taken off with `workbench watch remove`.")
    log_decision(folder, what="declined", arena=arena, role=role, reason=reason, arenas=int(found["arenas"].iloc[0]),
                 posts=int(found["posts"].iloc[0]))


def remove_arena(folder: Path, arena: str, *, role: str, reason: str) -> pd.DataFrame:
    """Take an arena off the watch list; its row stays, as removed, so that it is no candidate again.

    Raises
    ------
    CardError
        If it is not followed, or who decides or why is not as it must be.
    """
    watched = _followed(folder, arena)
    watched.loc[watched["arena"] == arena, "status"] = "removed"
    return _decide(folder, watched, what="removed", arena=arena, role=role, reason=reason)


def review_arena(folder: Path, arena: str, *, role: str, reason: str, again: date | None = None) -> pd.DataFrame:
    """Decide that an arena is still followed, and when that is looked at again.

    Parameters
    ----------
    again
        Day of the next review; None: in ninety days.

    Raises
    ------
    CardError
        If it is not followed, or who decides or why is not as it must be.
    """
    watched = _followed(folder, arena)
    day = again or _today() + timedelta(days=REVIEW_AFTER)
    watched.loc[watched["arena"] == arena, "review"] = pd.Timestamp(day, tz="UTC")
    return _decide(folder, watched, what="reviewed", arena=arena, role=role, reason=reason)


def _followed(folder: Path, arena: str) -> pd.DataFrame:
    watched = read_watch_list(folder)
    if arena not in set(watched.loc[watched["status"] == "followed", "arena"]):
        raise CardError(f"{arena} is not followed. `workbench watch` lists what is.")
    return watched


def _decide(folder: Path, watched: pd.DataFrame, *, what: str, arena: str, role: str, reason: str) -> pd.DataFrame:
    """Write the list and log the decision; where either is refused, both stay as they were."""
    path = folder / LIST_FILE
    before = path.read_bytes() if path.is_file() else None
    write_watch_list(folder, watched)
    try:
        log_decision(folder, what=what, arena=arena, role=role, reason=reason)
    except CardError:
        path.unlink() if before is None else path.write_bytes(before)
        raise
    return read_watch_list(folder)


def _today() -> date:
    return datetime.now(UTC).date()


def _line(text: object) -> str:
    """Return a text of a card as one line that a list may hold."""
    return " ".join(str(text).split()).lstrip("".join(FORMULA) + " ")[:_MOST_REASON].strip()
