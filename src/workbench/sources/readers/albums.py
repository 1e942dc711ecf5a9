"""Pictures that were posted as one, joined where an export writes them as messages in a row.

Telegram calls several pictures under one text an album, and numbers each of them as a message. Telethon names the
album that a message belongs to; Telegram Desktop, 4CAT and telegram-tracker do not. There, messages of one arena with
consecutive ids count as one post where second, account and forwarded source are the same, each has a picture or a
file, and one text at most stands among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.sources.readers.records import Batch

MOST_PARTS = 10  # Telegram's limit
_MEDIA = ("photo", "video", "file", "audio")  # what Telegram lets stand in an album
_COUNTS = ("views", "reactions", "forwards", "replies")
_SAME = ("arena", "time", "account", "account_via", "source")


def join_albums(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Join the pictures of one post into it, wherever the borders between batches fall.

    The post has the smallest of the ids, the text there is, the largest of each count, the media of the first, all
    links, and the place in the file of that first message. Albums that the export itself names are left as they are.

    Parameters
    ----------
    batches
        Of one stream, whose arenas keep their numbers from batch to batch.
    """
    held: Batch | None = None
    for batch in batches:
        whole = _appended(held, batch) if held else batch
        rows = _prepared(whole)
        run = _runs(rows)
        ready = len(rows)
        if ready and rows["may_join"].iat[-1]:
            ready = int(np.searchsorted(run, run[-1]))  # the last run may go on in the next batch
        held = replace(_cut(whole, ready, len(rows)), faults=[], covered=0)
        yield _joined(_cut(whole, 0, ready), rows.iloc[:ready], run[:ready])
    if held is not None and len(held.posts):
        rows = _prepared(held)
        yield _joined(held, rows, _runs(rows))


def _prepared(batch: Batch) -> pd.DataFrame:
    """Return what tells of each row whether it belongs with the one before."""
    posts = batch.posts
    forwards = batch.links[batch.links["relation"] == "forward"].drop_duplicates("row")
    source = pd.Series("", index=posts.index, dtype="string")
    source[forwards["row"]] = (forwards["via"] + " " + forwards["target"]).to_numpy()
    is_number = posts["native_id"].str.fullmatch(r"\d{1,15}").fillna(False).astype(bool)
    text = posts["text"].fillna("").str.strip()
    return pd.DataFrame({
        "arena": posts["arena"], "time": posts["unix"].fillna(posts["stamp"]), "account": posts["account"].fillna(""),
        "account_via": posts["account_via"].fillna(""), "source": source,
        "number": pd.to_numeric(posts["native_id"].where(is_number)).astype("float64").fillna(-1).astype("int64"),
        "has_text": (text != "").astype(bool),
        "may_join": is_number & posts["media"].isin(_MEDIA) & posts["album"].isna() & (posts["kind"] == "post")
        & (posts["unix"].notna() | posts["stamp"].notna()),
    })


def _runs(rows: pd.DataFrame) -> np.ndarray:
    """Return the number of the run that each row is in: rows whose ids go up by one, or down, all else the same."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    may_join, number = rows["may_join"].to_numpy(dtype=bool), rows["number"].to_numpy()
    step = np.diff(number, prepend=number[0])
    joins = may_join & np.roll(may_join, 1) & (np.abs(step) == 1)
    joins[0] = False
    for column in _SAME:
        codes = pd.factorize(rows[column])[0]
        joins &= codes == np.roll(codes, 1)
    for row in np.flatnonzero(joins & np.roll(joins, 1) & (step != np.roll(step, 1))):
        if row and joins[row - 1]:
            joins[row] = False  # a run goes one way
    return np.cumsum(~joins)


def _albums(rows: pd.DataFrame, run: np.ndarray) -> np.ndarray:
    """Return the number of the album that each row is in, a row alone being one.

    A run that is too long, or has several texts, is several: another begins with the tenth part or the second text.
    """
    order = np.lexsort((rows["number"].to_numpy(), run))
    sorted_rows = pd.DataFrame({"run": run[order], "has_text": rows["has_text"].to_numpy()[order]})
    texts = (sorted_rows.groupby("run")["has_text"].cumsum() - 1).clip(lower=0)
    part = sorted_rows.groupby(["run", texts]).cumcount() // MOST_PARTS
    keys = pd.DataFrame({"run": sorted_rows["run"], "texts": texts, "part": part})
    albums = np.empty(len(rows), dtype=np.int64)
    albums[order] = keys.groupby(["run", "texts", "part"], sort=False).ngroup().to_numpy()
    return albums


def _joined(batch: Batch, rows: pd.DataFrame, run: np.ndarray) -> Batch:
    """Return a batch with one row per album."""
    album = _albums(rows, run)
    size = np.bincount(album)
    if not len(album) or size.max() < 2:
        return batch
    number = rows["number"].to_numpy()
    order = np.lexsort((number, album))
    is_first = np.zeros(len(album), dtype=bool)
    is_first[order] = np.diff(album[order], prepend=-1) != 0  # the smallest id of each
    row_of = np.empty(len(size), dtype=np.int64)  # of an album, among those that stay
    row_of[album[is_first]] = np.arange(is_first.sum())
    posts = batch.posts[is_first].reset_index(drop=True)
    parts = size[album] > 1
    merged = _merged(batch.posts[parts].assign(number=number[parts], row=row_of[album[parts]]))
    for column in merged:
        posts.loc[merged.index, column] = merged[column]
    links = batch.links.assign(row=row_of[album[batch.links["row"].to_numpy()]]).drop_duplicates(ignore_index=True)
    kept = np.flatnonzero(is_first).tolist()
    beside: dict[str, Any] = {name: [values[i] for i in kept] for name, values in _beside(batch).items()}
    return replace(batch, posts=posts, links=links, covered=batch.covered + len(album) - len(posts), **beside)


def _merged(parts: pd.DataFrame) -> pd.DataFrame:
    """Return what albums have of all their parts, by row."""
    parts = parts.sort_values(["row", "number"])
    written = parts.assign(text=parts["text"].where(parts["text"].str.strip() != ""))
    by_row = written.groupby("row")
    merged = by_row[["text", "edited_unix", "edited_stamp"]].first()
    for column in _COUNTS:
        counts = pd.to_numeric(parts[column], errors="coerce").astype("Float64").fillna(-1)
        merged[column] = parts[column].reindex(counts.groupby(parts["row"]).idxmax()).to_numpy()
    return merged.assign(album="inferred").astype("string")


def _appended(held: Batch, batch: Batch) -> Batch:
    """Return a batch with the rows held back before it."""
    if batch.arenas[: len(held.arenas)] != held.arenas:
        raise ValueError("the batches are not of one stream: their arenas are numbered differently")
    links = batch.links.assign(row=batch.links["row"] + len(held.posts))
    before = _beside(held)
    beside: dict[str, Any] = {name: [*before[name], *values] for name, values in _beside(batch).items()}
    return replace(batch, posts=pd.concat([held.posts, batch.posts], ignore_index=True),
                   links=pd.concat([held.links, links], ignore_index=True), **beside)


def _cut(batch: Batch, start: int, stop: int) -> Batch:
    """Return some rows of a batch."""
    inside = batch.links["row"].between(start, stop - 1)
    links = batch.links[inside].assign(row=batch.links["row"][inside] - start).reset_index(drop=True)
    return replace(batch, posts=batch.posts.iloc[start:stop].reset_index(drop=True), links=links,
                   **{name: values[start:stop] for name, values in _beside(batch).items()})


def _beside(batch: Batch) -> dict[str, Any]:
    """Return what a batch has per post beside the columns of posts."""
    return {name: getattr(batch, name) for name in ("places", "raw") if hasattr(batch, name)}
