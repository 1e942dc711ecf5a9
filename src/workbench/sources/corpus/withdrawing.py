"""Rows taken out of every table of the corpus: new parts beside the old ones, and the manifest that will name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.sources.corpus.aliases import points_at
from workbench.sources.corpus.store import ARENAS, corpus_folder, read_part, settle, to_arrow, to_frame, write_table
from workbench.tables.posts import ARENA_COLUMNS

_OF_TEXT = ("mention", "url", "domain", "hashtag")  # relations that a post makes by its text alone
_KEYS = ("post_id", "account_id", "arena_id", "source_id")


class Rewriting(Protocol):
    """What takes a person out of what others wrote."""

    def posts(self, posts: pa.Table) -> tuple[pa.Table, frozenset[str]]:
        """Return posts with texts taken out or changed, and the ids of those that have none any more."""
        ...

    def title(self, title: str) -> str:
        """Return the title of an arena without the person's names."""
        ...

    def names(self, target: str) -> bool:
        """Tell whether an address or hashtag holds a name or handle of the person."""
        ...


@dataclass(frozen=True)
class Leaving:
    """What is to go, by ids and pseudonyms.

    Attributes
    ----------
    titles
        Pseudonyms of what pages were called, at which links point.
    """

    sources: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    arenas: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


@dataclass
class Removed:
    """How many rows were taken out.

    Attributes
    ----------
    texts
        Posts that stay, whose text was taken out or changed.
    others
        Rows of further tables, by table.
    """

    posts: int = 0
    links: int = 0
    arenas: int = 0
    texts: int = 0
    others: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, rows: int) -> None:
        """Count rows of a table."""
        if table in ("posts", "links", "arenas", "texts"):
            setattr(self, table, getattr(self, table) + rows)
        else:
            self.others[table] = self.others.get(table, 0) + rows

    def as_dict(self) -> dict[str, int]:
        """Return the counts by table."""
        return {"posts": self.posts, "links": self.links, "arenas": self.arenas, "texts": self.texts, **self.others}


@dataclass(frozen=True)
class Withdrawn:
    """The corpus without what is to go.

    Attributes
    ----------
    manifest
        Names the new parts, which lie beside the old ones and count with it.
    posts, accounts, arenas
        Ids and pseudonyms that are nowhere in it any more.
    """

    manifest: dict[str, Any]
    posts: frozenset[str]
    accounts: frozenset[str]
    arenas: frozenset[str]
    removed: Removed


@dataclass
class _Gone:
    """What goes with the posts that go."""

    leaving: Leaving
    whole: pa.Array  # ids of posts of which every version goes, whichever source shows it
    posts: pa.Array
    accounts: frozenset[str]
    arenas: frozenset[str]
    shown_by: dict[str, set[str]]  # sources that still show an arena
    removed: Removed = field(default_factory=Removed)


def withdraw(study: Path, manifest: dict[str, Any], work: Path, leaving: Leaving, *, rewrite: Rewriting | None = None,
             changes: dict[str, Any] | None = None) -> Withdrawn:
    """Write the parts of a corpus anew without some rows; nothing counts yet.

    A post goes with the last source that shows it, an account with its last post, an arena that only purged sources
    describe with its last post. Links go with their posts, and those of other posts that lead to what goes, go too.

    Parameters
    ----------
    rewrite
        Changes the texts of posts that stay, and titles of arenas.
    changes
        Keys of the manifest that change with it.
    """
    folder = corpus_folder(study)
    gone = _find_gone(folder, manifest, leaving)
    state: dict[str, Any] = {**manifest, **(changes or {}), "parts": []}
    emptied: frozenset[str] = frozenset()
    for part in sorted(manifest["parts"], key=lambda p: p["table"], reverse=True):  # posts before links
        table = read_part(folder, part)
        if part["table"] == "posts":
            kept, without = _without_posts(table, gone, rewrite)
            emptied |= without
        else:
            kept = table.filter(pc.invert(_links_going(table, gone, emptied, rewrite)))
        gone.removed.add(part["table"], len(table) - len(kept))
        stem = f"{part['table']}/{part['platform']}-{part['quarter']}"
        if len(kept):
            state["parts"].append(part if kept is table or kept.equals(table) else
                                  {**part, "rows": len(kept), **_write(kept, work, folder, stem)})
    state["parts"].sort(key=lambda p: (p["table"], p["platform"], p["quarter"]))
    for name in [n for n, part in manifest.items() if isinstance(part, dict) and "file" in part and n != "arenas"]:
        table = read_part(folder, manifest[name])
        kept = table.filter(pc.invert(_single_going(table, gone)))
        gone.removed.add(name, len(table) - len(kept))
        if len(kept) < len(table):
            state[name] = write_table(kept, work, folder, name)
    state["arenas"] = write_table(_arenas_left(folder, state, gone, rewrite), work, folder, "arenas")
    return Withdrawn(state, frozenset(gone.posts.to_pylist()), gone.accounts, gone.arenas, gone.removed)


def posts_of(study: Path, manifest: dict[str, Any], columns: Iterable[str]) -> Iterator[pa.Table]:
    """Give some columns of every part of posts."""
    for part in manifest["parts"]:
        if part["table"] == "posts":
            yield read_part(corpus_folder(study), part, list(columns))


def is_in(column: pa.ChunkedArray | pa.Array, values: Iterable[str] | pa.Array) -> Any:
    """Return which values of a column are among some others; missing ones are not."""
    wanted = values if isinstance(values, pa.Array) else pa.array(sorted(values), type=pa.string())
    return pc.fill_null(pc.is_in(column, value_set=wanted), False)


def count_posts(study: Path, manifest: dict[str, Any] | None, column: str, values: Iterable[str]) -> int:
    """Count the different posts in the corpus on disk that hold one of some values in a column."""
    wanted = pa.array(sorted(values), type=pa.string())
    tables = posts_of(study, manifest or {"parts": []}, dict.fromkeys(("post_id", column)))
    found: set[str] = set()
    for table in tables:
        found.update(table["post_id"].filter(is_in(table[column], wanted)).to_pylist())
    return len(found)


def _find_gone(folder: Path, manifest: dict[str, Any], leaving: Leaving) -> _Gone:
    empty = pa.table({name: pa.array([], type=pa.string()) for name in _KEYS})
    rows = [empty, *(read_part(folder, part, list(_KEYS)) for part in manifest["parts"] if part["table"] == "posts")]
    table = pa.concat_tables(rows)
    of_account = pc.or_(is_in(table["account_id"], leaving.accounts), is_in(table["arena_id"], leaving.arenas))
    whole = _with_twins(folder, manifest, pc.unique(table["post_id"].filter(of_account)))
    going = pc.or_(is_in(table["source_id"], leaving.sources), is_in(table["post_id"], whole))
    dropped, kept = table.filter(going), table.filter(pc.invert(going))

    def only_dropped(column: str) -> pa.Array:
        found = pc.unique(dropped[column].drop_null())
        return found.filter(pc.invert(is_in(found, pc.unique(kept[column]))))

    arenas = read_part(folder, manifest["arenas"])
    described = is_in(arenas["source_id"], leaving.sources)
    left = is_in(arenas["arena_id"], pc.unique(kept["arena_id"]))
    closed = arenas["arena_id"].filter(pc.and_(described, pc.invert(left))).to_pylist()
    shown_by: dict[str, set[str]] = {}
    pairs = kept.group_by(["arena_id", "source_id"]).aggregate([]).to_pylist()
    for pair in pairs:
        shown_by.setdefault(pair["arena_id"], set()).add(pair["source_id"])
    return _Gone(leaving, whole, only_dropped("post_id"),
                 leaving.accounts | frozenset(only_dropped("account_id").to_pylist()),
                 leaving.arenas | frozenset(closed), shown_by)


def _with_twins(folder: Path, manifest: dict[str, Any], posts: pa.Array) -> pa.Array:
    """Return posts with those that other exports show of them under other ids."""
    if "twins" not in manifest or not len(posts):
        return posts
    twins = read_part(folder, manifest["twins"], ["post_id", "same_as"])
    one, other = is_in(twins["post_id"], posts), is_in(twins["same_as"], posts)
    found = [twins["same_as"].filter(one), twins["post_id"].filter(other)]
    return pc.unique(pa.concat_arrays([posts, *(chunk for column in found for chunk in column.chunks)]))


def _without_posts(table: pa.Table, gone: _Gone, rewrite: Rewriting | None) -> tuple[pa.Table, frozenset[str]]:
    going = pc.or_(is_in(table["source_id"], gone.leaving.sources), is_in(table["post_id"], gone.whole))
    kept = table.filter(pc.invert(going)) if pc.any(going).as_py() else table
    if rewrite is None or not len(kept):
        return kept, frozenset()
    changed, emptied = rewrite.posts(kept)
    gone.removed.add("texts", _count_changed(kept["text"], changed["text"]))
    return changed, emptied


def _count_changed(before: pa.ChunkedArray, after: pa.ChunkedArray) -> int:
    same = pc.fill_null(pc.equal(before, after), pa.scalar(False))
    both_missing = pc.and_(pc.is_null(before), pc.is_null(after))
    return len(before) - int(pc.sum(pc.or_(same, both_missing)).as_py() or 0)


def _links_going(table: pa.Table, gone: _Gone, emptied: frozenset[str], rewrite: Rewriting | None) -> Any:
    """Return which links go: those of posts that go, those that lead to them, and those of texts that were taken out.

    Addresses and hashtags that hold a name go too. Where a link says whose row of a post it belongs to, it goes with
    its source.
    """
    to_post = pc.and_(pc.equal(table["target_kind"], "post"), is_in(table["target"], gone.posts))
    going = pc.or_(is_in(table["post_id"], gone.posts), to_post)
    if "source_id" in table.column_names:
        going = pc.or_(going, is_in(table["source_id"], gone.leaving.sources))
    if gone.leaving.accounts or gone.leaving.titles:
        targets = table["target"].to_pandas().astype("string")
        pointing = points_at(targets, gone.leaving.accounts | gone.leaving.titles)
        going = pc.or_(going, pa.chunked_array([pa.array(pointing.to_numpy(dtype=bool))]))
    if emptied:
        of_text = pc.and_(is_in(table["post_id"], emptied), is_in(table["relation"], _OF_TEXT))
        going = pc.or_(going, of_text)
    if rewrite is not None:
        plain = pc.unique(table["target"].filter(is_in(table["target_kind"], ("url", "domain", "hashtag"))))
        naming = [target for target in plain.to_pylist() if rewrite.names(target)]
        going = pc.or_(going, is_in(table["target"], naming)) if naming else going
    # an original that is named by its bare id goes with the forward that says whose it is
    whose = pc.unique(table.filter(pc.and_(going, pc.equal(table["relation"], "forward")))["post_id"])
    return pc.or_(going, pc.and_(pc.equal(table["relation"], "repeats"), is_in(table["post_id"], whose)))


def _single_going(table: pa.Table, gone: _Gone) -> Any:
    """Return which rows of a small table name something that goes.

    Sources and accounts stand in columns of that name; ids of posts and arenas, and pseudonyms of who is forgotten,
    may stand in any: as an alias, a name, a handle, or what something is the same as.
    """
    named = {"source_id": gone.leaving.sources, "account_id": gone.accounts}
    going = pa.array([False] * len(table), type=pa.bool_())
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_string(column.type):
            for values in (named.get(name, ()), gone.leaving.accounts, gone.arenas, gone.posts):
                going = pc.or_(going, is_in(column.combine_chunks(), values))
    return going


def _arenas_left(folder: Path, state: dict[str, Any], gone: _Gone, rewrite: Rewriting | None) -> pa.Table:
    """Return the arenas that stay; those that a purged source described are as the newest other source shows them."""
    known = to_frame(read_part(folder, state["arenas"]), ARENA_COLUMNS)
    kept = known[~known["arena_id"].isin(gone.arenas)].copy()
    gone.removed.add("arenas", len(known) - len(kept))
    if "sightings" in state:
        seen = read_part(folder, state["sightings"], ["arena_id", "source_id"]).to_pylist()
        for row in seen:
            gone.shown_by.setdefault(row["arena_id"], set()).add(row["source_id"])
    cards = {card["source_id"]: card for card in state.get("cards", ())}
    for index in kept.index[kept["source_id"].isin(gone.leaving.sources)]:
        others = gone.shown_by.get(str(kept.at[index, "arena_id"]), set()) & cards.keys()
        card = cards[max(others, key=lambda s: (cards[s]["collected_to"], s))] if others else {}
        for name in ("source_id", "category", "reason"):
            kept.at[index, name] = card.get(name) or pd.NA
        kept.at[index, "access"] = card.get("access", kept.at[index, "access"])
    if rewrite is not None:
        kept["title"] = pd.Series([title if pd.isna(title) else rewrite.title(title) for title in kept["title"]],
                                  index=kept.index, dtype="string")
    return to_arrow(kept, ARENAS)


def _write(table: pa.Table, work: Path, folder: Path, stem: str) -> dict[str, str]:
    written = work / "part.parquet"
    pq.write_table(table, written)
    return settle(written, folder, stem)
