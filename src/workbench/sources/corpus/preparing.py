"""From raw rows to what may be stored: times, pseudonyms, relations, redacted text, language."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.corpus.languages import detect_languages
from workbench.sources.corpus.links import read_links
from workbench.sources.readers.records import Batch
from workbench.sources.readers.times import read_times
from workbench.sources.redaction.pseudonyms import pseudonym, pseudonyms
from workbench.sources.redaction.redacting import clean, redact
from workbench.tables.posts import POST_COLUMNS

READING = 2  # goes up whenever the same record would be stored otherwise: then it counts as updated
_COUNTS = ("views", "reactions", "forwards", "replies")
_LARGEST_COUNT = 2**53  # beyond it a number read as a float is not exact
_NATIVE_ID = r"-?[\w.\-]{1,80}"
MADE_ID = r"x[0-9a-f]{16}"


@dataclass(frozen=True)
class Prepared:
    """A batch that may be stored.

    Attributes
    ----------
    posts
        `POST_COLUMNS` without `post_id` and `arena_id`, and: `arena` (position in
        `Batch.arenas`), `native_id`, `row` (position in the batch), `first_confirmed`, `said` (`say`), `digest`
        (of all content).
    links
        `LINK_COLUMNS` with `row` in place of `post_id`; replies hold the bare id.
    assumed_utc, unwanted_characters
        Times without offset taken as UTC; characters replaced by spaces.
    """

    posts: pd.DataFrame
    links: pd.DataFrame
    assumed_utc: int
    unwanted_characters: int


def prepare(batch: Batch, *, platform: str, card: SourceCard, key: bytes, names: frozenset[str],
            collected: date) -> Prepared:
    """Prepare a batch for the store: afterwards nothing in it names a person.

    Parameters
    ----------
    collected
        When the posts were collected of which the export does not say so.
    """
    raw = batch.posts
    posted, assumed = read_times(raw["unix"], raw["stamp"], time_zone=card.time_zone)
    edited, _ = read_times(raw["edited_unix"], raw["edited_stamp"], time_zone=card.time_zone)
    text, unwanted = clean(raw["text"])
    collected_at, _ = read_times(raw["collected"], raw["collected"], time_zone=card.time_zone)
    own_titles = {" ".join(a.title.split()) for a in batch.arenas if a.title and not a.names_person}
    redacted = redact(text, names=names - own_titles)
    native = _native_ids(batch, text, key)
    posts = pd.DataFrame({
        "arena": raw["arena"], "native_id": native, "row": np.arange(len(raw)),
        "platform": pd.Series(platform, index=raw.index, dtype="string"),
        "account_id": pseudonyms(key, platform, raw["account_via"], raw["account"]),
        "posted_at": posted, "kind": raw["kind"], "text": redacted, "language": detect_languages(redacted),
        **{name: _counts(raw[name]) for name in _COUNTS},
        "edited_at": edited, "collected_at": collected_at.fillna(
            pd.Timestamp(collected, tz="UTC")),
        "media": raw["media"], "album": pd.Series(pd.NA, index=raw.index, dtype="string"),
        "source_id": pd.Series(card.source_id, index=raw.index, dtype="string"), "said": say(text, key=key),
    }).assign(first_confirmed=lambda table: table["collected_at"])
    links = read_links(batch.links, text, platform=platform, key=key)
    posts["digest"] = _digests(posts, links, len(raw))
    return Prepared(posts, links, assumed, unwanted)


def _counts(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    return numbers.where(numbers.between(0, _LARGEST_COUNT)).round().astype("Int64")


def _native_ids(batch: Batch, text: pd.Series, key: bytes) -> pd.Series:
    """Return the ids, with one made of the content where a record has none that is readable."""
    given = batch.posts["native_id"]
    given = given.where(given.str.fullmatch(_NATIVE_ID).fillna(False).astype(bool)).copy()
    for row in np.flatnonzero(given.isna()).tolist():
        record = batch.posts.loc[row, ["unix", "stamp", "account"]].fillna("")
        content = "\n".join((*record, "" if pd.isna(text[row]) else text[row]))
        given[row] = "x" + pseudonym(key, "post", content)[2:]
    return given


def number_repeats(prepared: Prepared, seen: Counter[str]) -> Prepared:
    """Tell records of one content apart that have no ids: the first keeps the id made of it, the next are numbered.

    `seen` counts those of the batches before.
    """
    posts = prepared.posts
    made = posts["native_id"].str.fullmatch(MADE_ID).fillna(False).to_numpy(dtype=bool)
    if not made.any():
        return prepared
    ids = posts["native_id"].tolist()
    for row in np.flatnonzero(made).tolist():
        content = f"{posts['arena'].iat[row]} {ids[row]}"
        if times := seen[content]:
            ids[row] = f"{ids[row]}-{times}"
        seen[content] += 1
    return replace(prepared, posts=posts.assign(native_id=pd.array(ids, dtype="string")))


def say(text: pd.Series, *, key: bytes) -> np.ndarray:
    """Return what texts say, keyed: the same for texts whose letters and digits are the same.

    Tools write one text with other spaces, marks and case, and its redaction may change; an edit changes what it says.

    Returns
    -------
    said
        64 bits per text, by SipHash under a key made of the study's; the last four of them are its number of words, up
        to 15. 0 where there is no text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(text, type=pa.large_string())
    letters = pc.replace_substring_regex(pc.utf8_lower(texts), r"[^\pL\pN]+", "")
    plain = pc.if_else(pc.equal(letters, ""), pc.replace_substring_regex(texts, r"\s+", ""), letters)
    words = pc.min_element_wise(pc.count_substring_regex(texts, r"[\pL\pN]+"), 15)
    secret = hashlib.blake2b(b"said", key=key, digest_size=8).hexdigest()
    values = np.asarray(pc.fill_null(plain, "").to_numpy(zero_copy_only=False), dtype=object)
    hashed = np.asarray(pd.util.hash_array(values, hash_key=secret, categorize=True), dtype=np.uint64)
    said = (hashed & ~np.uint64(15)) | pc.fill_null(words, 0).to_numpy(zero_copy_only=False).astype(np.uint64)
    return np.where(pc.is_valid(texts).to_numpy(zero_copy_only=False), said, np.uint64(0))


def _digests(posts: pd.DataFrame, links: pd.DataFrame, rows: int) -> np.ndarray:
    """Return 64 bits per post over all that its export tells of it, its relations included.

    Its text counts as it came, not as it is redacted; who collected it, and when, does not count.
    """
    untold = ("text", "language", "collected_at", "source_id")
    told = [name for name in POST_COLUMNS if name in posts.columns and name not in untold]
    columns = ["said", *told]
    digests = np.full(rows, READING, dtype=np.uint64)
    parts = pd.util.hash_pandas_object(links[["relation", "target", "target_kind"]], index=False)
    np.add.at(digests, links["row"].to_numpy(), parts.to_numpy(dtype=np.uint64))
    own = pd.util.hash_pandas_object(posts[columns], index=False).to_numpy(dtype=np.uint64)
    return np.asarray(digests[posts["row"]] + own)
