"""Find actors that share the same things at nearly the same time more often than chance (blueprint §0a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.actors.closeness import find_usual, together_p
from workbench.actors.multiplex import CoShares, find_groups, number_groups
from workbench.actors.nulls import (
    adjust_over,
    bin_hours_of_day,
    bin_times,
    count_close,
    expect_pairs,
    rate_pairs,
    tail_p,
)
from workbench.actors.shares import RELATIONS, SHARE_COLUMNS, count_left_out, find_shares
from workbench.actors.sweep import (
    MICROSECONDS,
    Pairs,
    Slots,
    choose_pairs,
    collect_slots,
    count_pairs,
    order_slots,
    set_aside_bursts,
    sweep_pairs,
)
from workbench.errors import TableError
from workbench.tables.coordination import BIN_COLUMNS, COSHARE_COLUMNS, LAYER_COLUMNS, MEMBER_COLUMNS, Coordination
from workbench.tables.posts import Corpus, check_corpus

if TYPE_CHECKING:
    from scipy import sparse

WINDOWS = (10, 60, 3600, 86_400)  # seconds
OTHER_WIDTHS = (3.0, 12.0, 24.0)  # hours, beside the main one
LEAST_GROUP = 3
LONG_SECONDS = 3600  # from here on shared interests alone bring many shares together


@dataclass(frozen=True)
class _Layer:
    """One relation at one window, tested.

    `ties` has the columns `COSHARE_COLUMNS`; `shared` one row per pair of shares of a significant
    tie: `actor_a`, `actor_b`, `seconds` between them and `fellows`, actors of the thing less one.
    """

    relation: str
    window_seconds: int
    ties: pd.DataFrame
    shared: pd.DataFrame
    counts: dict[str, int]
    widths: list[dict[str, Any]]


def find_coordination(corpus: Corpus, *, seed: int, relations: tuple[str, ...] = RELATIONS,
                      windows: tuple[int, ...] = WINDOWS, actors: Literal["account", "arena"] = "account",
                      alpha: float = 0.05, most_followers: int = 20, bin_hours: float = 6.0) -> Coordination:
    """Find actors that share the same things at nearly the same time more often than chance.

    Says what accounts do, never why. Parameters and method as `find_coordination_in_shares`;
    `provenance` also counts, by relation, the posts that could not be compared (forwards without
    text, texts too short).

    Parameters
    ----------
    relations
        Kinds of sharing, as `find_shares` knows them.
    actors
        account: arenas of broadcast channels speak for themselves. arena: every post is its arena's.

    Raises
    ------
    TableError
        If the corpus is not well formed or a parameter is unknown.
    """
    check_corpus(corpus)
    shares = {relation: find_shares(corpus, relation=relation, actors=actors) for relation in relations}
    found = find_coordination_in_shares(shares, seed=seed, windows=windows, alpha=alpha, most_followers=most_followers,
                                        bin_hours=bin_hours)
    kind = found.members["actor_id"].isin(corpus.arenas["arena_id"]).map({True: "arena", False: "account"})
    left_out = {relation: count_left_out(corpus, table, relation=relation) for relation, table in shares.items()}
    return replace(found, members=found.members.assign(kind=kind.astype("string")),
                   provenance={**found.provenance, "actors": actors, "left_out_posts": left_out})


def find_coordination_in_shares(shares: Mapping[str, pd.DataFrame], *, seed: int,
                                windows: tuple[int, ...] = WINDOWS, alpha: float = 0.05, most_followers: int = 20,
                                bin_hours: float = 6.0) -> Coordination:
    """Find coordination in tables of who shared what when, one table per relation.

    For each relation and window two actors' `weight` is the number of distinct things both shared
    within the window, at most as many as either has distinct posts there (a post with five
    hashtags copied once is one coincidence, not five). The null exchanges accounts among the
    shares of one bin of time and leaves what was shared when as it is (`nulls`); p is the Poisson
    tail, from windows of an hour on the larger of that and the test of what both share anyway
    (`closeness`); q is Benjamini–Hochberg over *all* pairs of actors that share anything. A tie is significant
    at q ≤ alpha divided by the number of relations and windows asked for, so that asking more does
    not find more. Groups are communities (`multiplex`) of significant ties with 3 or more actors.

    Parameters
    ----------
    shares
        By relation, columns `SHARE_COLUMNS`.
    seed
        Of the communities; the tests draw nothing.
    windows
        Whole seconds.
    alpha
        False discovery rate over the whole call.
    most_followers
        A thing is set aside, and counted, where more actors than that follow one within the
        window: in such bursts everybody is close to everybody. Where it is one actor that repeats
        itself, the repeats are set aside and not the thing.
    bin_hours
        Width of the bins, joined until each has 200 shares; `bin_widths` shows other widths and
        the hour of day.

    Raises
    ------
    TableError
        If a table lacks a column or holds missing values, or a parameter is out of range.

    Notes
    -----
    The null knows who is active when, not who is interested in what. Within seconds or minutes that
    does not matter; over an hour or a day, accounts of one small community share the same things
    without having agreed on anything. There a pair must also have more of what both shared within the
    window than is usual for two shares of one thing (benchmarks/coordination_null.py). Where most
    of what is shared at all is shared within the window, hardly any pair can pass; and where some
    news spread much faster than others, those who like them still look alike. So long windows are there
    to compare with, not to accuse by. Where shares are few, bins grow long, and accounts that are
    active at the same hours only look alike.
    """
    _check(shares, windows, alpha, bin_hours, most_followers)
    level = alpha / max(len(shares) * len(windows), 1)
    layers = []
    for relation, table in shares.items():
        slots = order_slots(table)
        layers += [_test(slots, relation, window, level, most_followers, bin_hours) for window in windows]
    members, half_lives = _gather_groups(layers, windows, seed)
    rows = [{"relation": layer.relation, "window_seconds": layer.window_seconds, **layer.counts,
             "half_life_seconds": half_lives.get((layer.relation, layer.window_seconds))} for layer in layers]
    provenance = {"relations": list(shares), "windows": list(windows), "alpha": alpha, "level": level, "seed": seed,
                  "most_followers": most_followers, "bin_hours": bin_hours,
                  "versions": {name: version(name) for name in ("igraph", "leidenalg", "scipy")}}
    return Coordination(
        ties=pd.concat([layer.ties for layer in layers], ignore_index=True) if layers else _frame([], COSHARE_COLUMNS),
        layers=_frame(rows, LAYER_COLUMNS),
        bin_widths=_frame([row for layer in layers for row in layer.widths], BIN_COLUMNS),
        members=members, provenance=provenance)


def _check(shares: Mapping[str, pd.DataFrame], windows: tuple[int, ...], alpha: float, bin_hours: float,
           most_followers: int) -> None:
    faults = []
    for relation, table in shares.items():
        missing = [c for c in SHARE_COLUMNS if c not in table]
        faults += [f"{relation}: no column {c}" for c in missing]
        faults += [f"{relation}.{c}: {int(table[c].isna().sum())} missing" for c in SHARE_COLUMNS
                   if c in table and table[c].isna().any()]
        if "shared_at" in table and not isinstance(table["shared_at"].dtype, pd.DatetimeTZDtype):
            faults.append(f"{relation}.shared_at: not a time with zone UTC")
    if not windows or any(w < 1 or w != int(w) for w in windows) or len(set(windows)) != len(windows):
        faults.append("windows: at least one, each of whole seconds above 0 and only once")
    if not 0 < alpha < 1 or not bin_hours > 0 or most_followers < 1:
        faults.append("alpha must lie between 0 and 1, bin_hours above 0, most_followers at 1 or above")
    if faults:
        raise TableError("Coordination cannot be looked for: " + "; ".join(faults) + ".")


def _frame(rows: list[dict[str, Any]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _test(slots: Slots, relation: str, window: int, level: float, most_followers: int, bin_hours: float) -> _Layer:
    """Count and test all pairs of one relation at one window."""
    kept, followers, objects = set_aside_bursts(slots, window, most_followers)
    pairs = count_pairs(kept, sweep_pairs(kept, followers))
    if len(kept.post_ids) < len(slots.post):
        pairs = _with_posts(kept, followers, pairs)
    tested, widths = _test_widths(kept, followers, pairs, window, level, bin_hours)
    chosen = tested["is_significant"].to_numpy(dtype=bool)
    found = collect_slots(kept, sweep_pairs(kept, followers), choose_pairs(pairs, chosen))
    posts = np.full(len(chosen), None, dtype=object)
    posts[chosen] = _evidence(kept, found)
    names = kept.actor_ids
    ties = tested.assign(relation=relation, window_seconds=window, actor_a=names.take(pairs.a),
                         actor_b=names.take(pairs.b), objects=pairs.objects, posts_a=pairs.posts_a,
                         posts_b=pairs.posts_b, posts=posts)
    actors = len(names)
    counts = {"actors": actors, "objects": slots.objects, "shares": len(slots.time), "set_aside_objects": objects,
              "set_aside_shares": len(slots.time) - len(kept.time), "pairs": actors * (actors - 1) // 2,
              "tied_pairs": len(chosen), "significant_pairs": int(chosen.sum()), "bins": int(widths[0]["bins"])}
    return _Layer(relation, window, ties[list(COSHARE_COLUMNS)].astype(COSHARE_COLUMNS), _shared(kept, found), counts,
                  [{"relation": relation, "window_seconds": window, **row} for row in widths])


def _test_widths(slots: Slots, followers: np.ndarray, pairs: Pairs, window: int, level: float, bin_hours: float,
                 ) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the test of each pair with bins of the main width, and what each width finds, the main one first."""
    weight = np.minimum(pairs.objects, np.minimum(pairs.posts_a, pairs.posts_b))
    others = [hours for hours in OTHER_WIDTHS if hours != bin_hours]
    bins = {f"{hours:g} h": bin_times(slots.time, hours=hours) for hours in (bin_hours, *others)}
    bins["hour of day"] = bin_hours_of_day(slots.time)
    close = count_close(list(bins.values()), sweep_pairs(slots, followers))
    tests = len(slots.actor_ids) * (len(slots.actor_ids) - 1) / 2
    rates = [rate_pairs(numbers, count) for numbers, count in zip(bins.values(), close, strict=True)]
    some = np.any([_can_pass(weight, rate, level / max(tests, 1)) for rate in rates], axis=0)
    together = np.zeros(len(weight))
    if window >= LONG_SECONDS:
        together[some] = together_p(slots, choose_pairs(pairs, some), weight[some], find_usual(slots, followers))
    tested = pd.DataFrame()
    widths: list[dict[str, Any]] = []
    for (name, numbers), rate in zip(bins.items(), rates, strict=True):
        chosen = some if widths else np.ones(len(weight), dtype=bool)
        expected = expect_pairs(slots, choose_pairs(pairs, chosen), numbers, rate)
        # both must be rejected, so the larger p is the p of the two
        p = np.maximum(tail_p(weight[chosen], expected), together[chosen])
        q = adjust_over(p, tests)
        if not widths:
            tested = pd.DataFrame({"weight": weight, "expected": expected, "p": p, "q": q})
            tested["is_significant"] = q <= level
        widths.append({"bin_width": name, "bins": int(numbers.max(initial=-1)) + 1,
                       "significant_pairs": int((q <= level).sum()),
                       "kept": int(((q <= level) & tested["is_significant"][chosen]).sum())})
    return tested, widths


def _can_pass(weight: np.ndarray, rates: sparse.csr_matrix, step: float) -> np.ndarray:
    """Tell which pairs could be significant at all; the others need no further test.

    Benjamini–Hochberg passes no p above `step` times the number of tied pairs, and λ of a tied pair
    is at least the smallest rate.
    """
    least = rates.data.min() if rates.nnz else 0.0
    return tail_p(weight, np.full(len(weight), least)) <= step * len(weight)


def _with_posts(slots: Slots, followers: np.ndarray, pairs: Pairs) -> Pairs:
    """Count posts where one post may share several things; with one thing in common slots are posts."""
    several = pairs.objects > 1
    found = collect_slots(slots, sweep_pairs(slots, followers), choose_pairs(pairs, several))
    posts_a, posts_b = pairs.posts_a.copy(), pairs.posts_b.copy()
    for counts, side in ((posts_a, "slot_a"), (posts_b, "slot_b")):
        counts[several] = pd.Series(slots.post[found[side]]).groupby(found["pair"].to_numpy()).nunique()
    return replace(pairs, posts_a=posts_a, posts_b=posts_b)


def _evidence(slots: Slots, found: pd.DataFrame) -> pd.Series:
    """Return the list of post ids of each tie, those of both actors, sorted."""
    proof = pd.concat([found[["pair", side]].set_axis(["pair", "slot"], axis=1) for side in ("slot_a", "slot_b")])
    proof = pd.DataFrame({"pair": proof["pair"], "post": slots.post_ids[slots.post[proof["slot"]]]})
    return proof.drop_duplicates().sort_values(["pair", "post"]).groupby("pair")["post"].agg(list)


def _shared(slots: Slots, found: pd.DataFrame) -> pd.DataFrame:
    names = slots.actor_ids
    one, two = found["slot_a"].to_numpy(), found["slot_b"].to_numpy()
    sharers = pd.DataFrame({"item": slots.item, "actor": slots.actor}).drop_duplicates()["item"]
    fellows = np.bincount(sharers, minlength=slots.objects) - 1
    return pd.DataFrame({"actor_a": names.take(slots.actor[one]), "actor_b": names.take(slots.actor[two]),
                         "seconds": np.abs(slots.time[one] - slots.time[two]) / MICROSECONDS,
                         "fellows": fellows[slots.item[one]]})


def _gather_groups(layers: list[_Layer], windows: tuple[int, ...], seed: int,
                   ) -> tuple[pd.DataFrame, dict[tuple[str, int], float]]:
    """Return the members of the groups of each window, and the half-life chosen for each layer."""
    frames: list[pd.DataFrame] = []
    half_lives: dict[tuple[str, int], float] = {}
    for window in windows:
        tied = [layer for layer in layers if layer.window_seconds == window and len(layer.shared)]
        sides = [layer.shared[side] for layer in tied for side in ("actor_a", "actor_b")]
        # ids may be numbers where the shares were not read by the workbench
        actors = pd.Index(pd.concat(sides).unique() if sides else [], name="actor_id").sort_values()
        parts = [CoShares(actors.get_indexer(layer.shared["actor_a"]), actors.get_indexer(layer.shared["actor_b"]),
                          layer.shared["seconds"].to_numpy(), layer.shared["fellows"].to_numpy()) for layer in tied]
        membership, chosen = find_groups(parts, len(actors), seed=seed)
        half_lives |= {(layer.relation, window): life for layer, life in zip(tied, chosen, strict=True)}
        group = number_groups(membership, least=LEAST_GROUP)
        frame = pd.DataFrame({"group": group, "actor_id": actors, "ties": _inner_ties(parts, group)})
        frames.append(frame[group > 0].assign(window_seconds=window, kind="account"))
    members = pd.concat(frames)[list(MEMBER_COLUMNS)].astype(MEMBER_COLUMNS)
    return members.sort_values(["window_seconds", "group", "actor_id"], ignore_index=True), half_lives


def _inner_ties(parts: list[CoShares], group: np.ndarray) -> np.ndarray:
    """Return how many significant ties each actor has to others of its group."""
    many = np.zeros(len(group), dtype=np.int64)
    for part in parts:
        ties = np.unique(np.column_stack([part.one, part.two])[group[part.one] == group[part.two]], axis=0)
        many += np.bincount(ties.ravel(), minlength=len(group))
    return many
