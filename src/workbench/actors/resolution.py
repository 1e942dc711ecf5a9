"""Find the actor that a forward, mention or reply points at, by pseudonyms alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.actors.ties import Grounds, encode, find_in, plain
from workbench.errors import TableError
from workbench.tables.posts import Corpus

KEY_OF_KIND = {"id": "native_key", "handle": "handle_key", "name": "title_key"}


def resolve_links(corpus: Corpus, grounds: Grounds, relation: str) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Resolve the links of one relation that point at an account, an arena or a post.

    Returns
    -------
    links
        One row per link: `post` (position in `grounds.post_ids`), `other` (position of the actor
        pointed at, beyond `grounds.actor_ids` for those outside the corpus).
    outside
        Actors outside the corpus, in the order of their positions: `actor_id`, `platform`.
    counts
        `links` read, those set aside by reason, and how many keys fit two or more arenas.
    """
    asked = corpus.links[(corpus.links["relation"] == relation) & corpus.links["target"].notna()]
    at_post = asked[asked["target_kind"] == "post"] if relation == "reply" else asked.iloc[:0]
    at_key = asked[asked["target_kind"].isin(list(KEY_OF_KIND))]
    keyed, outside, shared = _by_key(corpus, grounds, at_key)
    answered, gone = _by_post(grounds, at_post)
    links = pd.concat([keyed, answered], ignore_index=True)
    counts = {"links": len(asked), "points_at_no_account": len(asked) - len(at_key) - len(at_post),
              "post_not_in_corpus": len(at_key) + len(at_post) - len(links) - gone, "unresolved_shared_key": shared}
    if relation == "reply":
        counts["answered_post_not_in_corpus"] = gone
    return links, outside, counts


def _by_post(grounds: Grounds, links: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    post = find_in(plain(links["post_id"]), grounds.post_ids)
    answered = find_in(plain(links["target"]), grounds.post_ids)
    there = (post >= 0) & (answered >= 0)
    gone = int(((post >= 0) & (answered < 0)).sum())
    return pd.DataFrame({"post": post[there], "other": grounds.actor[answered[there]]}), gone


def _by_key(corpus: Corpus, grounds: Grounds, links: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    post = find_in(plain(links["post_id"]), grounds.post_ids)
    links, post = links[post >= 0], post[post >= 0]
    # a corpus names few distinct targets, however many links it has: only these are looked up
    target, distinct = encode(links["target"])
    kind, kinds = pd.factorize(links["target_kind"])
    triple, keys = pd.factorize((grounds.platform[post] * max(len(kinds), 1) + kind) * max(len(distinct), 1) + target)
    parts, target_of = np.divmod(keys, max(len(distinct), 1))
    platform_of, kind_of = np.divmod(parts, max(len(kinds), 1))
    asked = pd.DataFrame({"platform": grounds.platform_names[platform_of],
                          "target_kind": np.asarray(kinds, dtype=object)[kind_of],
                          "target": pd.array(distinct.take(pa.array(target_of)), dtype="string")})
    found, is_shared = _look_up(corpus, grounds, asked)
    is_new = found < 0
    names_outside = _outside_codes(asked.loc[is_new, "target"], triple, is_new)
    number, codes_outside = pd.factorize(names_outside)
    found[is_new] = len(grounds.actor_ids) + number
    outside = pd.DataFrame({"actor_id": codes_outside}).astype("string")
    outside["platform"] = asked.loc[is_new, "platform"].groupby(number).first().astype("string")
    shared = int(is_shared[triple].sum()) if len(triple) else 0
    return pd.DataFrame({"post": post, "other": found[triple]}), outside, shared


def _look_up(corpus: Corpus, grounds: Grounds, asked: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the position of the actor that each key names, -1 outside, and whether two arenas share it."""
    keys = pd.concat([
        corpus.arenas[["platform", column, "arena_id"]].rename(columns={column: "target"}).assign(target_kind=kind)
        for kind, column in KEY_OF_KIND.items()
    ]).dropna(subset=["target"]).astype({"platform": object, "target_kind": object})
    by = ["platform", "target_kind", "target"]
    keys["is_shared"] = keys.groupby(by)["arena_id"].transform("nunique") > 1
    met = asked.merge(keys.drop_duplicates(by), on=by, how="left")
    is_shared = met["is_shared"].eq(True).fillna(False).to_numpy(dtype=bool)
    found = np.where(is_shared, -1, find_in(plain(met["arena_id"]), grounds.actor_ids))
    account = find_in(plain(asked["target"]), grounds.actor_ids)
    is_account = (found < 0) & (account >= 0) & ~is_shared
    is_account[is_account] = grounds.kinds[account[is_account]] == "account"
    return np.where(is_account, account, found), is_shared


def _outside_codes(targets: pd.Series, triple: np.ndarray, is_new: np.ndarray) -> pd.Series:
    """Return the codes of targets outside the corpus, the index kept."""
    digits = targets.str.extract(r"^(?:[a-z]+-)?([0-9a-f]{8,})$", expand=False)
    if digits.isna().any():
        is_wrong = is_new.copy()
        is_wrong[is_new] = digits.isna().to_numpy()
        raise TableError(f"Corpus.links: the target of {int(is_wrong[triple].sum())} links is not a pseudonym (column "
                         "target, 8 or more hex digits expected). Import the sources again.")
    short = digits.str[:8]
    # two pseudonyms that begin alike must not become one actor
    alike = digits.groupby(short).transform("nunique") > 1
    return "x-" + short.mask(alike, digits)
