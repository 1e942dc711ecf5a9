"""Find arenas that fell silent and reopened under another title (M2, lineage)."""

from __future__ import annotations

import hashlib
import unicodedata
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from workbench.actors.links import link_forwards
from workbench.actors.resolution import resolve_links
from workbench.actors.ties import lay_grounds
from workbench.errors import TableError
from workbench.tables.actors import LINEAGE_COLUMNS, ActorNetwork
from workbench.tables.posts import Corpus, check_corpus, empty_frame, is_written

SILENT_DAYS = 7  # without a post at the end of collection: fell silent
LEAST_COPIES = 3  # posts forwarded or texts copied; one or two are everyday sharing
LEAST_LETTERS = 40  # a shorter text is found twice by chance
SIGNS_NEEDED = 2


def find_lineage(corpus: Corpus, network: ActorNetwork | None = None, *, similarity: float = 0.8,
                 days: int = 30) -> pd.DataFrame:
    """Find arenas that fell silent and reopened under another title.

    A pair is looked at when both are on one platform, the new arena began later and within
    `days` of the old one's last post, and the old one posted nothing in its last seven days of
    collection. Four signs are looked for: titles at least `similarity` alike (Ratcliff &
    Obershelp, normalised); a declared move: the old arena mentions the new one, or forwards from
    it, in its last `days` days of posts; three or more posts in the new one forwarded from the
    old one; three or more texts copied from it. A pair is linked by two signs, one of which is
    title or move: an arena that took in much of another's content may be a mere follower of it.
    Service messages and field notes do not count as posts.

    Parameters
    ----------
    network
        Of `link_forwards`, where it is at hand: saves counting the forwards again.

    Returns
    -------
    lineage
        One row per linked pair, columns `LINEAGE_COLUMNS`, sorted by old arena, then signs.

    Raises
    ------
    TableError
        If the corpus is not well formed, `similarity` is outside 0–1 or `days` below 1.
    """
    if not 0 <= similarity <= 1 or days < 1:
        raise TableError(f"find_lineage: similarity is {similarity} and days is {days}; similarity must lie within "
                         "0 and 1, days be 1 or more.")
    check_corpus(corpus)
    spans = _spans(corpus)
    pairs = _candidates(spans, days)
    pairs["title_similarity"] = _title_similarity(pairs, corpus.arenas.set_index("arena_id")["title"])
    proofs = {"move_posts": _moves(corpus, spans["last"], days),
              "forward_posts": _forwards((network or link_forwards(corpus)).ties),
              "copy_posts": _copies(corpus)}
    for column, found in proofs.items():
        pairs = pairs.merge(found, on=["arena_id", "successor"], how="left")
        proof = [p if isinstance(p, list) else [] for p in pairs[column]]
        pairs[column] = pd.Series(proof, index=pairs.index, dtype=object)
    pairs["declared_move"] = pairs["move_posts"].map(len) > 0
    pairs["shared_forwards"] = pairs["forward_posts"].map(len)
    pairs["copied_texts"] = pairs["copied_texts"].fillna(0).astype(int)
    is_named = (pairs["title_similarity"] >= similarity).fillna(False).astype(int) + pairs["declared_move"].astype(int)
    pairs["evidence"] = (is_named + (pairs["shared_forwards"] >= LEAST_COPIES).astype(int)
                         + (pairs["copied_texts"] >= LEAST_COPIES).astype(int))
    linked = pairs[(pairs["evidence"] >= SIGNS_NEEDED) & (is_named > 0)].sort_values(
        ["arena_id", "evidence", "successor"], ascending=[True, False, True], ignore_index=True)
    return linked[list(LINEAGE_COLUMNS)].astype(LINEAGE_COLUMNS)


def _spoken(corpus: Corpus) -> pd.DataFrame:
    return corpus.posts[is_written(corpus.posts)]


def _spans(corpus: Corpus) -> pd.DataFrame:
    """Return platform, first and last post and end of collection of every arena that posted."""
    times = _spoken(corpus).groupby("arena_id")["posted_at"].agg(first="min", last="max")
    spans: pd.DataFrame = times.join(corpus.arenas.set_index("arena_id")[["platform", "collected_to"]])
    # posts may be one quarter of a longer collection: nobody is silent because the quarter ended
    latest = corpus.posts["posted_at"].max()
    spans["end"] = spans["collected_to"].fillna(latest).clip(upper=latest)
    return spans.sort_index()


def _candidates(spans: pd.DataFrame, days: int) -> pd.DataFrame:
    first, last, end = (spans[c].dt.tz_localize(None).to_numpy() for c in ("first", "last", "end"))
    window, platform = np.timedelta64(days, "D"), pd.factorize(spans["platform"])[0]
    is_silent = end - last >= np.timedelta64(SILENT_DAYS, "D")
    gap = first[None, :] - last[:, None]
    is_pair = ((platform[:, None] == platform[None, :]) & is_silent[:, None] & (np.abs(gap) <= window)
               & (first[None, :] > first[:, None]) & (last[None, :] > last[:, None]))
    old, new = np.nonzero(is_pair)
    return pd.DataFrame({"arena_id": spans.index[old], "successor": spans.index[new],
                         "gap_days": np.round(gap[old, new] / np.timedelta64(1, "D"), 2)})


def _title_similarity(pairs: pd.DataFrame, titles: pd.Series) -> pd.Series:
    plain = {arena: _plain(title) for arena, title in titles.dropna().items()}
    found = [SequenceMatcher(None, plain[old], plain[new], autojunk=False).ratio()
             if plain.get(old) and plain.get(new) else None
             for old, new in zip(pairs["arena_id"], pairs["successor"], strict=True)]
    return pd.Series(found, index=pairs.index, dtype="Float64")


def _plain(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def _moves(corpus: Corpus, last: pd.Series, days: int) -> pd.DataFrame:
    """Return the late posts in which an arena mentions another or forwards from it, by pair."""
    grounds = lay_grounds(corpus)
    found = pd.concat([resolve_links(corpus, grounds, relation)[0] for relation in ("mention", "forward")])
    found = found[found["other"] < len(grounds.actor_ids)]
    codes = np.asarray(grounds.actor_ids.to_pylist(), dtype=object)
    post = found["post"].to_numpy(np.int64)
    links = pd.DataFrame({"post_id": np.asarray(grounds.post_ids.take(post).to_pylist(), dtype=object),
                          "arena_id": codes[grounds.actor[post]], "successor": codes[found["other"]]})
    links = links.drop_duplicates().merge(_spoken(corpus)[["post_id", "posted_at"]], on="post_id")
    links = links.merge(last.rename("last"), left_on="arena_id", right_index=True)
    late = links[links["posted_at"] >= links["last"] - pd.Timedelta(days=days)]
    return _listed(late.sort_values(["posted_at", "post_id"]), "move_posts")


def _forwards(ties: pd.DataFrame) -> pd.DataFrame:
    return ties[["source", "target", "posts"]].set_axis(["arena_id", "successor", "forward_posts"], axis=1).astype(
        {"forward_posts": object}).assign(forward_posts=ties["posts"].tolist())


def _copies(corpus: Corpus) -> pd.DataFrame:
    """Return texts of the old arena that only the new one repeats; forwards are counted elsewhere."""
    forwarded = corpus.links.loc[corpus.links["relation"] == "forward", "post_id"]
    said = _spoken(corpus).dropna(subset=["text"])
    said = said[~said["post_id"].isin(forwarded)]
    # the texts themselves, folded, would fill gigabytes
    posts = said[["post_id", "arena_id", "posted_at"]].assign(text=said["text"].map(_digest).astype(object))
    posts = posts.dropna(subset=["text"])
    # a text that goes round in many arenas says nothing of these two
    posts = posts[posts.groupby("text")["arena_id"].transform("nunique") == 2].sort_values(["posted_at", "post_id"])
    first = posts.drop_duplicates(["text", "arena_id"])
    both = first.merge(first, on="text", suffixes=("", "_new"))
    both = both[both["posted_at"] < both["posted_at_new"]].rename(columns={"arena_id_new": "successor"})
    counts = both.groupby(["arena_id", "successor"]).size().rename("copied_texts").reset_index()
    each = pd.concat([both, both.assign(post_id=both["post_id_new"])]).sort_values("post_id")
    return counts.merge(_listed(each, "copy_posts"), on=["arena_id", "successor"])


def _digest(text: str) -> bytes | None:
    """Return a digest of the words of a text, however they are written and set; None where it is short."""
    folded = " ".join(text.casefold().split())
    if len(folded) < LEAST_LETTERS:
        return None
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _listed(found: pd.DataFrame, name: str) -> pd.DataFrame:
    kinds = {"arena_id": "string", "successor": "string", name: "object"}
    if found.empty:
        return empty_frame(kinds)
    lists = found.groupby(["arena_id", "successor"])["post_id"].agg(list)
    return lists.rename(name).reset_index().astype(kinds)
