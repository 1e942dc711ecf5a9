"""From raw rows to what may be stored: times, pseudonyms, relations, redacted text, language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.corpus.languages import detect_languages
from workbench.sources.corpus.links import read_links
from workbench.sources.readers.records import Batch, Format
from workbench.sources.readers.times import read_times
from workbench.sources.redaction.pseudonyms import pseudonym, pseudonyms
from workbench.sources.redaction.redacting import clean, redact
from workbench.tables.posts import POST_COLUMNS

_COUNTS = ("views", "reactions", "forwards", "replies")
_LARGEST_COUNT = 2**53  # beyond it a number read as a float is not exact
_NATIVE_ID = r"-?[\w.\-]{1,80}"


@dataclass(frozen=True)
class Prepared:
    """A batch that may be stored.

    Attributes
    ----------
    posts
        `POST_COLUMNS` without `post_id` and `arena_id`, and: `arena` (position in
        `Batch.arenas`), `native_id`, `row` (position in the batch), `digest` (of all content).
    links
        `LINK_COLUMNS` with `row` in place of `post_id`; replies hold the bare id.
    assumed_utc, unwanted_characters
        Times without offset taken as UTC; characters replaced by spaces.
    """

    posts: pd.DataFrame
    links: pd.DataFrame
    assumed_utc: int
    unwanted_characters: int


def prepare(batch: Batch, *, form: Format, card: SourceCard, key: bytes, names: frozenset[str],
            seen: Counter[str] | None = None) -> Prepared:
    """Prepare a batch for the store: afterwards nothing in it names a person.

    `seen` counts the records without an id in the batches before, so that two of the same content stay two.
    """
    raw = batch.posts
    posted, assumed = read_times(raw["unix"], raw["stamp"], time_zone=card.time_zone)
    edited, _ = read_times(raw["edited_unix"], raw["edited_stamp"], time_zone=card.time_zone)
    text, unwanted = clean(raw["text"])
    collected, _ = read_times(raw["collected"], raw["collected"], time_zone=card.time_zone)
    own_titles = {" ".join(a.title.split()) for a in batch.arenas if a.title and not a.names_person}
    redacted = redact(text, names=names - own_titles)
    native = _native_ids(batch, text, key, Counter() if seen is None else seen)
    posts = pd.DataFrame({
        "arena": raw["arena"], "native_id": native, "row": np.arange(len(raw)),
        "platform": pd.Series(form.platform, index=raw.index, dtype="string"),
        "account_id": pseudonyms(key, form.platform, raw["account_via"], raw["account"]),
        "posted_at": posted, "kind": raw["kind"], "text": redacted, "language": detect_languages(redacted),
        **{name: _counts(raw[name]) for name in _COUNTS},
        "edited_at": edited,
        "collected_at": collected.fillna(pd.Timestamp(card.collected_to, tz="UTC")),
        "media": raw["media"], "source_id": pd.Series(card.source_id, index=raw.index, dtype="string"),
    })
    links = read_links(batch.links, text, platform=form.platform, key=key)
    posts["digest"] = _digests(posts, links, len(raw))
    return Prepared(posts, links, assumed, unwanted)


def _counts(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    return numbers.where(numbers.between(0, _LARGEST_COUNT)).round().astype("Int64")


def _native_ids(batch: Batch, text: pd.Series, key: bytes, seen: Counter[str]) -> pd.Series:
    """Return the ids, with one made from content and repetition where a record has none that is readable."""
    given = batch.posts["native_id"]
    given = given.where(given.str.fullmatch(_NATIVE_ID).fillna(False).astype(bool)).copy()
    for row in np.flatnonzero(given.isna()).tolist():
        record = batch.posts.loc[row, ["unix", "stamp", "account"]].fillna("")
        content = "\n".join((*record, "" if pd.isna(text[row]) else text[row]))
        made = "x" + pseudonym(key, "post", content)[2:]
        repeated = f"{batch.posts['arena'].iat[row]} {made}"
        times = seen[repeated]
        seen[repeated] += 1
        given[row] = f"{made}-{times}" if times else made
    return given


def _digests(posts: pd.DataFrame, links: pd.DataFrame, rows: int) -> np.ndarray:
    """Return 64 bits per post over all that is stored of it, its relations included."""
    columns = ["native_id", *(c for c in POST_COLUMNS if c in posts.columns)]
    digests = np.zeros(rows, dtype=np.uint64)
    parts = pd.util.hash_pandas_object(links[["relation", "target", "target_kind"]], index=False)
    np.add.at(digests, links["row"].to_numpy(), parts.to_numpy(dtype=np.uint64))
    own = pd.util.hash_pandas_object(posts[columns], index=False).to_numpy(dtype=np.uint64)
    return np.asarray(digests[posts["row"]] + own)
