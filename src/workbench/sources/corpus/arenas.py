"""Which arenas of an import are known already, and the codes of new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.readers.records import Format, RawArena
from workbench.sources.redaction.names import NameBook
from workbench.sources.redaction.pseudonyms import normal_form, pseudonym
from workbench.sources.redaction.redacting import clean, redact
from workbench.tables.posts import ARENA_COLUMNS, empty_frame

_KIND_RANK = {"chat": 0, "page": 1, "channel": 2, "group": 3}  # a group is one as soon as one export shows accounts
_KEYS = ("native_key", "handle_key", "title_key")


@dataclass
class Sighting:
    """An arena as one source shows it, and when its first and last posts were."""

    platform: str
    letter: str
    kind: str
    card: SourceCard
    title: str | None
    native_key: str | None
    handle_key: str | None
    title_key: str | None
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    collected: pd.Timestamp | None = None
    is_public: bool | None = None
    names_person: bool = False

    def known_by(self) -> list[tuple[str, str, str]]:
        """Return what it may be known by; the title only where there is nothing better."""
        found = [(self.platform, name, value) for name in _KEYS if (value := getattr(self, name))]
        return found[:-1] if len(found) > 1 and found[-1][1] == "title_key" else found

    def is_forgotten(self, accounts: frozenset[str], titles: frozenset[str]) -> bool:
        """Tell whether it is the page or chat of an account that is to be forgotten."""
        return any(value in (titles if name == "title_key" else accounts) for _, name, value in self.known_by())


def see_arena(arena: RawArena, *, form: Format, card: SourceCard, key: bytes, names: NameBook,
              file: str) -> Sighting:
    """Turn an arena as exported into one that may be stored.

    `file` names the content of the file: where a format tells an arena by nothing but the name of its file, each file
    is one, and its posts tell which of them are the same.
    """

    def keyed(via: str, value: str | None) -> str | None:
        normal = normal_form(via, value) if value else ""
        return pseudonym(key, f"{form.platform}:{via}", normal) if normal else None

    title = None if arena.names_person else arena.title
    redacted = None
    if title:
        cleaned = clean(pd.Series([title], dtype="string"))[0]
        text = redact(cleaned, names=names)[0]
        if text == "[name]":  # an arena that is called as some account is: its title is no name within another text
            text = redact(cleaned)[0]
        redacted = None if pd.isna(text) else str(text)
    native = keyed("account" if arena.names_person else "arena", arena.native_id)
    handle, name = keyed("handle", arena.handle), keyed("name", title)
    if form.told_by_content:
        native, name = keyed("file", file), None
    if not (native or handle or name):  # an export that names nothing is one arena per source
        native = keyed("source", card.source_id)
    return Sighting(form.platform, form.letter, arena.kind, card, redacted, native, handle, name,
                    is_public=arena.is_public, names_person=arena.names_person)


def resolve_arenas(sightings: list[Sighting],
                   known: pd.DataFrame | None) -> tuple[list[str], pd.DataFrame, list[tuple[str, str]]]:
    """Give every sighting the code of its arena.

    An arena is known by its native id, else its handle, else (where an export has neither) its title; of two ids, one
    handle makes no arena one. New arenas are numbered in order of first post and title. A code once given stays: where
    a later export shows that two codes are one arena, its posts go to the one with the native id.

    Returns
    -------
    codes, arenas, joined
        One code per sighting, the new arenas table, columns `ARENA_COLUMNS`, and the pairs of codes that were shown to
        be one.
    """
    table = known if known is not None else empty_frame(ARENA_COLUMNS)
    old = [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
    by_key: dict[tuple[str, str, str], str] = {
        (row["platform"], name, row[name]): row["arena_id"]
        for name in reversed(_KEYS) for row in reversed(old) if not pd.isna(row[name])
    }
    groups = _groups(sightings)
    native = {str(row["arena_id"]): row["native_key"] for row in old if not pd.isna(row["native_key"])}
    codes: dict[int, str] = {}
    joined: list[tuple[str, str]] = []
    for number, group in enumerate(groups):
        found = sorted({k for i in group for k in sightings[i].known_by()}, key=lambda k: _KEYS.index(k[1]))
        ids = {sightings[i].native_key for i in group} - {None}
        fitting = [by_key[k] for k in found if k in by_key
                   and not (k[1] != "native_key" and ids and native.get(by_key[k], next(iter(ids))) not in ids)]
        if fitting:
            codes[number] = fitting[0]
            joined += [(code, fitting[0]) for code in dict.fromkeys(fitting[1:]) if code != fitting[0]]
    taken = {row["arena_id"] for row in old}
    for number in sorted(set(range(len(groups))) - set(codes), key=lambda n: _order([sightings[i] for i in groups[n]])):
        letter = sightings[groups[number][0]].letter
        codes[number] = _next_code(letter, taken)
        taken.add(codes[number])
    by_code: dict[str, list[Sighting]] = defaultdict(list)
    result = [""] * len(sightings)
    for number, group in enumerate(groups):
        for i in group:
            result[i] = codes[number]
            by_code[codes[number]].append(sightings[i])
    rows = {row["arena_id"]: row for row in old}
    for code, seen in by_code.items():
        rows[code] = _row(code, rows.get(code), seen)
    table = pd.DataFrame([rows[c] for c in sorted(rows)], columns=list(ARENA_COLUMNS))
    return result, table.astype(ARENA_COLUMNS), joined


def join_rows(arenas: pd.DataFrame, now: Mapping[str, str]) -> pd.DataFrame:
    """Return arenas with one row for those that are one, under the code that `now` gives them.

    What the card says is that of the row collected last; the code's own pseudonyms go before others.
    """
    code = arenas["arena_id"].map(now).fillna(arenas["arena_id"]).astype("string")
    if not code.duplicated().any():
        return arenas.assign(arena_id=code)
    order = arenas.assign(own=code == arenas["arena_id"], code=code, rank=arenas["kind"].map(_KIND_RANK).fillna(1))
    newest = order.sort_values(["collected_to", "own"], kind="stable").groupby("code").last()
    own_first = order.sort_values("own", ascending=False, kind="stable").groupby("code").first()
    joined = newest.assign(**{name: own_first[name] for name in (*_KEYS, "successor_of")})
    grouped = order.groupby("code")
    for name, pick in (("first_seen", "min"), ("collected_from", "min"), ("last_seen", "max"), ("collected_to", "max")):
        joined[name] = grouped[name].agg(pick)
    joined["kind"] = order.sort_values("rank", kind="stable").groupby("code")["kind"].last()
    joined["arena_id"] = joined.index
    return joined.reset_index(drop=True)[list(arenas.columns)].astype(ARENA_COLUMNS)


def rekeyed(arenas: pd.DataFrame, sightings: list[Sighting], codes: list[str]) -> pd.DataFrame:
    """Return the arenas with the pseudonyms of these sightings in place of older ones.

    An arena without a sighting loses its pseudonyms: nothing can be resolved to it any more.
    """
    table = arenas.set_index("arena_id")
    for name in _KEYS:
        found: dict[str, str] = {}
        for sighting, code in zip(sightings, codes, strict=True):
            if value := getattr(sighting, name):
                found.setdefault(code, value)
        table[name] = pd.Series(found, dtype="string").reindex(table.index)
    return table.reset_index()[list(arenas.columns)].astype(ARENA_COLUMNS)


def _groups(sightings: list[Sighting]) -> list[list[int]]:
    """Return which sightings share a key, directly or by way of others."""
    leader: dict[Any, Any] = {}

    def find(item: Any) -> Any:
        while leader.setdefault(item, item) != item:
            leader[item] = item = leader[leader[item]]
        return item

    ids: dict[tuple[str, str, str], set[str | None]] = defaultdict(set)
    for sighting in sightings:
        for key in sighting.known_by():
            ids[key].add(sighting.native_key)
    for i, sighting in enumerate(sightings):
        for key in sighting.known_by():
            if key[1] == "native_key" or len(ids[key] - {None}) < 2:  # a handle may have had two owners
                leader[find(key)] = find(i)
    groups: dict[Any, list[int]] = defaultdict(list)
    for i in range(len(sightings)):
        groups[find(i)].append(i)
    return list(groups.values())


def _order(group: list[Sighting]) -> tuple[pd.Timestamp, str, str]:
    end = pd.Timestamp.max.tz_localize("UTC")
    return (min((s.first for s in group if s.first is not None), default=end),
            min((s.title for s in group if s.title), default=""),
            min(key[2] for s in group for key in s.known_by()))


def _next_code(letter: str, taken: Iterable[str]) -> str:
    numbers = [int(code[2:]) for code in taken if code.startswith(f"{letter}-")]
    return f"{letter}-{max(numbers, default=0) + 1:03d}"


def _row(code: str, old: dict[str, Any] | None, seen: list[Sighting]) -> dict[str, Any]:
    old = {k: v for k, v in (old or {}).items() if not pd.isna(v)}
    latest_first = sorted(seen, key=lambda s: s.card.collected_to, reverse=True)
    newest = latest_first[0].card
    start, end = (pd.Timestamp(pick(getattr(s.card, n) for s in seen), tz="UTC")
                  for pick, n in ((min, "collected_from"), (max, "collected_to")))
    is_newest = "collected_to" not in old or end >= old["collected_to"]
    card = {"access": newest.access, "category": newest.category or None, "reason": newest.reason or None,
            "source_id": newest.source_id, "title": next((s.title for s in latest_first if s.title), old.get("title"))}
    kinds = [s.kind for s in seen] + ([old["kind"]] if old else [])
    first = [t for t in (*(s.first for s in seen), old.get("first_seen")) if t is not None]
    last = [t for t in (*(s.last for s in seen), old.get("last_seen")) if t is not None]
    return {
        "arena_id": code, "platform": seen[0].platform, "kind": max(kinds, key=lambda k: _KIND_RANK.get(k, 1)),
        **(card if is_newest else {k: old.get(k) for k in card}),
        "first_seen": min(first, default=None), "last_seen": max(last, default=None),
        "collected_from": min(t for t in (start, old.get("collected_from")) if t is not None),
        "collected_to": max(t for t in (end, old.get("collected_to")) if t is not None),
        "successor_of": old.get("successor_of"),
        **{n: old.get(n) or next((v for s in latest_first if (v := getattr(s, n))), None) for n in _KEYS},
    }
