"""Find actors that share the same things at nearly the same time more often than chance (blueprint §0a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.actors.bursts import collect_burst_slots, collect_bursts, rate_members
from workbench.actors.closeness import find_usual, together_p
from workbench.actors.multiplex import CoShares, find_groups, number_groups
from workbench.actors.nesting import Layer, carry_ties
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
    count_followers,
    count_pairs,
    order_slots,
    set_aside_bursts,
    sweep_pairs,
)
from workbench.errors import TableError
from workbench.tables.coordination import (
    BIN_COLUMNS,
    COSHARE_COLUMNS,
    LAYER_COLUMNS,
    MEMBER_COLUMNS,
    WITHOUT_COLUMNS,
    Coordination,
)
from workbench.tables.posts import Corpus, check_corpus

if TYPE_CHECKING:
    from scipy import sparse

WINDOWS = (10, 60, 3600, 86_400)  # seconds
OTHER_WIDTHS = (3.0, 12.0, 24.0)  # hours, beside the main one
LEAST_GROUP = 3
LONG_SECONDS = 3600  # from here on shared interests alone bring many shares together, and into the same bursts
NO_LIMIT = 2**62
MOST_COMPARED = 5_000_000  # pairs of shares: more are not compared only to tell what setting bursts aside costs


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
    What is significant at one window counts at every longer one, and a group stays together there.

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
        window: in such bursts everybody is close to everybody. Below an hour a pair is then also
        tested by the bursts that both took part in (`bursts`), which finds rings that are larger
        than that. Where it is one actor that repeats itself, the repeats are set aside and not the thing.
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
    slots = {relation: order_slots(table) for relation, table in shares.items()}
    tested = [_test(slots[relation], relation, window, level, most_followers, bin_hours)
              for relation in shares for window in windows]
    layers = carry_ties(tested)
    members, half_lives = _gather_groups(layers, windows, seed)
    # over an hour whatever people like is a burst, and testing it once more takes long
    without = [_keep_bursts(slots, tested, window, level, bin_hours, seed)
               for window in windows if window < LONG_SECONDS]
    rows = [{"relation": layer.relation, "window_seconds": layer.window_seconds, **layer.counts,
             "half_life_seconds": half_lives.get((layer.relation, layer.window_seconds))} for layer in layers]
    provenance = {"relations": list(shares), "windows": list(windows), "alpha": alpha, "level": level, "seed": seed,
                  "most_followers": most_followers, "bin_hours": bin_hours,
                  "versions": {name: version(name) for name in ("igraph", "leidenalg", "scipy")}}
    return Coordination(
        ties=pd.concat([layer.ties for layer in layers], ignore_index=True) if layers else _frame([], COSHARE_COLUMNS),
        layers=_frame(rows, LAYER_COLUMNS),
        bin_widths=_frame([row for layer in layers for row in layer.widths], BIN_COLUMNS),
        members=members, provenance=provenance, without_rule=_frame([row for row in without if row], WITHOUT_COLUMNS))


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


def _test(slots: Slots, relation: str, window: int, level: float, most_followers: int, bin_hours: float) -> Layer:
    """Count and test all pairs of one relation at one window."""
    kept, followers, aside = set_aside_bursts(slots, window, most_followers)
    pairs = count_pairs(kept, sweep_pairs(kept, followers))
    if len(kept.post_ids) < len(slots.post):
        pairs = _with_posts(kept, followers, pairs)
    names, objects = kept.actor_ids, len(np.unique(aside.item))
    bursts = collect_bursts(aside.keep(np.full(len(aside.item), window < LONG_SECONDS)), window)
    met = rate_members(bursts, np.bincount(kept.actor, minlength=len(names)))
    pairs, in_bursts = _with_bursts(pairs, met, len(names))
    tested, widths = _test_widths(kept, followers, pairs, in_bursts["p"].to_numpy(), window, level, bin_hours)
    chosen = tested["is_significant"].to_numpy(dtype=bool)
    found = collect_slots(kept, sweep_pairs(kept, followers), choose_pairs(pairs, chosen))
    found["pair"] = np.flatnonzero(chosen)[found["pair"]]
    # what both met in by chance alone is no evidence
    in_ring = collect_burst_slots(bursts, pairs, chosen & (in_bursts["p"] <= level).to_numpy())
    proofs = pd.concat([_prove(kept, found), _prove(aside, in_ring)], ignore_index=True)
    posts = np.full(len(chosen), None, dtype=object)
    posts[chosen] = _evidence(kept, proofs)
    ties = tested.assign(relation=relation, window_seconds=window, actor_a=names.take(pairs.a),
                         actor_b=names.take(pairs.b), objects=pairs.objects, posts_a=pairs.posts_a,
                         posts_b=pairs.posts_b, bursts=in_bursts["bursts"], bursts_expected=in_bursts["expected"],
                         found_seconds=np.where(chosen, float(window), np.nan), posts=posts)
    counts = {"actors": len(names), "objects": slots.objects, "shares": len(slots.time), "set_aside_objects": objects,
              "set_aside_shares": len(slots.time) - len(kept.time), "pairs": len(names) * (len(names) - 1) // 2,
              "tied_pairs": len(chosen), "significant_pairs": int(chosen.sum()), "bins": int(widths[0]["bins"])}
    shared = proofs.assign(actor_a=names.take(pairs.a[proofs["pair"]]), actor_b=names.take(pairs.b[proofs["pair"]]))
    return Layer(relation, window, ties[list(COSHARE_COLUMNS)].astype(COSHARE_COLUMNS),
                 shared[["actor_a", "actor_b", "seconds", "fellows"]], counts,
                 [{"relation": relation, "window_seconds": window, **row} for row in widths])


def _with_bursts(pairs: Pairs, met: tuple[Pairs, np.ndarray, np.ndarray], actors: int) -> tuple[Pairs, pd.DataFrame]:
    """Return all pairs, also those that met in bursts only, and how often each did: `bursts`, `expected`, `p`."""
    ring, expected, p = met
    codes, more = pairs.a * actors + pairs.b, ring.a * actors + ring.b
    every = np.union1d(codes, more)
    place = np.searchsorted(every, codes)

    def spread(values: np.ndarray) -> np.ndarray:
        whole = np.zeros(len(every), dtype=values.dtype)
        whole[place] = values
        return whole

    found = pd.DataFrame({"bursts": ring.objects, "expected": expected, "p": p}, index=more).reindex(every)
    found = found.fillna({"bursts": 0, "p": 1.0}).reset_index(drop=True)
    one, two = np.divmod(every, max(actors, 1))
    return Pairs(one, two, *(spread(count) for count in (pairs.objects, pairs.posts_a, pairs.posts_b))), found


def _test_widths(slots: Slots, followers: np.ndarray, pairs: Pairs, burst_p: np.ndarray, window: int, level: float,
                 bin_hours: float) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the test of each pair with bins of the main width, and what each width finds, the main one first."""
    weight = np.minimum(pairs.objects, np.minimum(pairs.posts_a, pairs.posts_b))
    others = [hours for hours in OTHER_WIDTHS if hours != bin_hours]
    bins = {f"{hours:g} h": bin_times(slots.time, hours=hours) for hours in (bin_hours, *others)}
    bins["hour of day"] = bin_hours_of_day(slots.time)
    close = count_close(list(bins.values()), sweep_pairs(slots, followers))
    tests = len(slots.actor_ids) * (len(slots.actor_ids) - 1) / 2
    rates = [rate_pairs(numbers, count) for numbers, count in zip(bins.values(), close, strict=True)]
    some = np.any([_can_pass(weight, rate, level / max(tests, 1)) for rate in rates], axis=0)
    # with bursts each pair is tested twice, and pays for it
    times = 2 if (burst_p < 1).any() else 1
    some |= times * burst_p <= level
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
        p = np.minimum(times * np.minimum(p, burst_p[chosen]), 1.0)
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


def _prove(slots: Slots, found: pd.DataFrame) -> pd.DataFrame:
    """Return each pair of shares: `pair`, `post_a`, `post_b`, `seconds` between them, `fellows` of the thing."""
    one, two = found["slot_a"].to_numpy(), found["slot_b"].to_numpy()
    sharers = pd.DataFrame({"item": slots.item, "actor": slots.actor}).drop_duplicates()["item"]
    fellows = np.bincount(sharers, minlength=slots.objects) - 1
    return pd.DataFrame({"pair": found["pair"].to_numpy(), "post_a": slots.post[one], "post_b": slots.post[two],
                         "seconds": np.abs(slots.time[one] - slots.time[two]) / MICROSECONDS,
                         "fellows": fellows[slots.item[one]]})


def _evidence(slots: Slots, proofs: pd.DataFrame) -> pd.Series:
    """Return the list of post ids of each tie, those of both actors, sorted."""
    proof = pd.concat([proofs[["pair", side]].set_axis(["pair", "post"], axis=1) for side in ("post_a", "post_b")])
    proof = proof.drop_duplicates().assign(post=lambda found: slots.post_ids[found["post"]])
    return proof.sort_values(["pair", "post"]).groupby("pair")["post"].agg(list)


def _keep_bursts(slots: Mapping[str, Slots], layers: list[Layer], window: int, level: float, bin_hours: float,
                 seed: int) -> dict[str, Any] | None:
    """Return the groups of one window when nothing is set aside; None where nothing was, or too much to compare."""
    here = [layer for layer in layers if layer.window_seconds == window]
    aside = {layer.relation for layer in here if layer.counts["set_aside_objects"]}
    if not aside or sum(int(count_followers(slots[r], window).sum()) for r in aside) > MOST_COMPARED:
        return None
    kept = [_test(slots[layer.relation], layer.relation, window, level, NO_LIMIT, bin_hours)
            if layer.relation in aside else layer for layer in here]
    members, _ = _gather_groups(kept, (window,), seed)
    group = members.set_index("actor_id")["group"]
    ties = pd.concat([layer.ties[layer.ties["is_significant"]] for layer in kept])
    # missing on both sides is no group
    inside = (ties["actor_a"].map(group) == ties["actor_b"].map(group)).fillna(False).astype(bool)
    posts = {p for proof in ties.loc[inside, "posts"].tolist() for p in proof}
    return {"window_seconds": window, "groups": int(group.nunique()), "accounts": len(group), "posts": sorted(posts)}


def _gather_groups(layers: list[Layer], windows: tuple[int, ...], seed: int,
                   ) -> tuple[pd.DataFrame, dict[tuple[str, int], float]]:
    """Return the members of the groups of each window, and the half-life chosen for each layer.

    Who is in one group at a shorter window is so at every longer one.
    """
    frames: list[pd.DataFrame] = []
    half_lives: dict[tuple[str, int], float] = {}
    before: dict[Any, int] = {}
    for window in sorted(windows):
        tied = [layer for layer in layers if layer.window_seconds == window and len(layer.shared)]
        sides = [layer.shared[side] for layer in tied for side in ("actor_a", "actor_b")]
        # ids may be numbers where the shares were not read by the workbench
        actors = pd.Index(pd.concat(sides).unique() if sides else [], name="actor_id").sort_values()
        parts = [CoShares(actors.get_indexer(layer.shared["actor_a"]), actors.get_indexer(layer.shared["actor_b"]),
                          layer.shared["seconds"].to_numpy(), layer.shared["fellows"].to_numpy()) for layer in tied]
        own = range(-1, -len(actors) - 1, -1)
        blocks = pd.factorize(np.array([before.get(a, o) for a, o in zip(actors, own, strict=True)]))[0]
        membership, chosen = find_groups(parts, len(actors), seed=seed, blocks=blocks)
        half_lives |= {(layer.relation, window): life for layer, life in zip(tied, chosen, strict=True)}
        group = number_groups(membership, least=LEAST_GROUP)
        frame = pd.DataFrame({"group": group, "actor_id": actors, "ties": _inner_ties(parts, group)})
        before = dict(zip(actors[group > 0], group[group > 0].tolist(), strict=True))
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
