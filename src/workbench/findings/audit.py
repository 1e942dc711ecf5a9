"""Which counts of a release must be hidden, so that nobody who has everything ever released works one out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.findings.atoms import hash_keyed, hash_sets, refine
from workbench.findings.counting_rule import PostIndex, Rule, judge, passing, profile_posts
from workbench.findings.equations import Equations, given, nested, subtract
from workbench.findings.exposure import find_narrow
from workbench.findings.ledger import Ledger

_TOLERANCE = 1e-6

@dataclass(frozen=True)
class _World:
    """All sets ever counted, this release included, one row of `members` each; the sets are told by atoms."""

    members: Any
    sizes: np.ndarray  # posts of each atom
    posts: np.ndarray  # of each set
    was_released: np.ndarray  # whether each set was ever released before
    is_new: np.ndarray  # whether this release can still hide it: it is in it and was not released before
    is_kept: np.ndarray  # whether it is hidden only where hiding others does not help
    profiles: Any  # of each atom, for the rule
    index: PostIndex
    rule: Rule

    def fails(self, rows: Any) -> np.ndarray:
        """Tell which sets of atoms do not pass the rule."""
        return ~judge(rows @ self.profiles, self.index, self.rule)


def decide_hidden(sets: Sequence[np.ndarray], index: PostIndex, ledger: Ledger, rule: Rule,
                  kept: Collection[int] = frozenset(), *, must_hide: Collection[int] = frozenset()) -> set[int]:
    """Decide which counts of a release must be hidden.

    Nobody who has this release and everything in the ledger may work out a hidden count, now or then, to an interval
    narrower than 5, nor by subtraction a count that does not pass the rule.

    1. A set that does not pass the rule is hidden, and so is one that was hidden before and never released.
    2. Of two known sets, one inside the other, the difference must pass; else the new one is hidden, the smaller of
       two new ones. The same holds for what is left of a known set when several known sets inside it are taken away.
    3. Linear programming over the atoms of everything ever released or hidden leaves each hidden set an interval at
       least 5 wide; else further new sets are hidden, those that help most sets at once first, then the smallest,
       totals last.

    Of several sets any of which could be hidden, those that a report is made for (`kept`) are hidden last.

    What the ledger gave away before cannot be taken back and hides nothing new.

    Parameters
    ----------
    sets
        Hashes of post ids (`hash_posts`) of each count.
    index
        The posts of the corpus (`index_posts`).
    kept
        Positions that are hidden only where hiding others does not help.
    must_hide
        Positions that are hidden for another reason.

    Returns
    -------
    hidden
        Positions of the sets to hide.

    Notes
    -----
    Blueprint §0a, small cells. What is not kept out: whole numbers may make an interval narrower than linear
    programming does; authors who know their own posts may take them away from a sum of hidden counts, of which rule 2
    says only that no one has more than half; and where a later release splits what was hidden into finer hidden
    counts, that none of these is 0 may narrow the older one, against which no hiding helps but that of the zeros.
    """
    world, places = _gather(sets, index, ledger, rule, kept)
    known_small = ~passing(index, sets, rule)
    wanted = {int(p) for i, p in enumerate(places) if p >= 0 and (known_small[i] or i in must_hide)}
    was_hidden = np.flatnonzero(~world.was_released & ~world.is_new)
    hidden = np.zeros(len(world.posts), dtype=bool)
    hidden[[*wanted, *was_hidden]] = True
    hidden[world.was_released] = False
    _hide_nested(world, hidden)
    _hide_enclosed(world, hidden)
    return {i for i, p in enumerate(places) if i in must_hide or (p >= 0 and (hidden[p] or int(p) in wanted))}


def _gather(sets: Sequence[np.ndarray], index: PostIndex, ledger: Ledger, rule: Rule,
            kept: Collection[int]) -> tuple[_World, np.ndarray]:
    from scipy import sparse

    atoms, places = refine(ledger.atoms, hash_sets(sets, ledger.secret))
    before = ledger.atoms.members.shape[0]
    was_released = np.zeros(atoms.members.shape[0], dtype=bool)
    was_released[:before] = ledger.is_released
    is_new = np.arange(len(was_released)) >= before
    is_kept = np.zeros(len(was_released), dtype=bool)
    is_kept[[int(places[i]) for i in kept if places[i] >= 0]] = True
    keyed = hash_keyed(index.posts, ledger.secret)
    order = np.argsort(keyed)
    known = PostIndex(keyed[order], index.authors[order], index.arenas[order])
    by_atom = sparse.csr_array((np.ones(len(atoms.posts), dtype=np.int64),
                                (atoms.atom_of, np.arange(len(atoms.posts)))),
                               shape=(atoms.members.shape[1], len(atoms.posts)))
    profiles = by_atom @ profile_posts(known, atoms.posts)
    return _World(atoms.members, atoms.sizes, atoms.members @ atoms.sizes, was_released, is_new, is_kept, profiles,
                  known, rule), places


def _hide_nested(world: _World, hidden: np.ndarray) -> None:
    """Hide new sets until no two known ones, one inside the other, leave a difference that does not pass."""
    new = np.flatnonzero(world.is_new & ~hidden)
    known = np.flatnonzero(world.was_released | (world.is_new & ~hidden))
    inner, outer = nested(world.members[new], world.members[known])
    old = known[world.was_released[known]]
    inner_old, outer_new = nested(world.members[old], world.members[new])
    small = np.concatenate([new[inner], old[inner_old]])
    large = np.concatenate([known[outer], new[outer_new]])
    # of two new sets the smaller goes, for it shows less, unless the report is made for it and not for the larger
    spared = world.is_kept[new[inner]] & ~world.is_kept[known[outer]] & ~world.was_released[known[outer]]
    goes = np.concatenate([np.where(spared, known[outer], new[inner]), new[outer_new]])
    named, at = np.unique(np.concatenate([small, large]), return_inverse=True)
    profiles = world.members[named] @ world.profiles
    fails = np.zeros(len(small), dtype=bool)
    at_small, at_large = np.split(at, 2)
    for start in range(0, len(small), 512):
        part = slice(start, start + 512)
        fails[part] = ~judge(profiles[at_large[part]] - profiles[at_small[part]], world.index, world.rule)
    for pair in np.lexsort((large, small, world.posts[goes])):
        if fails[pair] and not hidden[small[pair]] and not hidden[large[pair]]:
            hidden[goes[pair]] = True


def _hide_enclosed(world: _World, hidden: np.ndarray) -> None:
    """Hide new sets until subtraction and linear programming leave no hidden set exposed."""
    from scipy import sparse

    base = _last(subtract(given(world.members[world.was_released])))
    is_safe = np.zeros(len(hidden), dtype=bool)
    while True:
        shown = np.flatnonzero(world.is_new & ~hidden)
        rows = sparse.vstack([base.rows, world.members[shown]], format="csr")
        origins = sparse.vstack([sparse.csr_array((base.rows.shape[0], len(shown)), dtype=np.int64),
                                 sparse.eye_array(len(shown), dtype=np.int64)])
        exposed: list[tuple[int, np.ndarray]] = []
        for equations in subtract(Equations(rows, origins.tocsr())):
            made = np.flatnonzero(np.diff(equations.origins.indptr))
            leaks = made[world.fails(equations.rows[made])]
            counts = equations.rows @ world.sizes
            exposed = [(int(counts[r]), _ranked(world, shown, equations.origins[[r]])) for r in leaks]
            if exposed:
                break
        else:
            goals = np.flatnonzero(hidden & ~is_safe & ~world.was_released)
            every = np.flatnonzero(hidden & ~world.was_released)
            narrow = find_narrow(equations.rows, world.members[every], world.sizes,
                                 is_new_row=np.diff(equations.origins.indptr) > 0, is_new_hidden=world.is_new[every],
                                 goals=np.searchsorted(every, goals))
            is_safe[np.setdiff1d(goals, every[list(narrow)])] = True
            for goal, proofs in narrow.items():
                # a set that comes in and goes out again on the way to the sum is no part of the proof
                helpers = _ranked(world, shown, proofs @ equations.origins)
                if len(helpers):
                    exposed.append((int(world.posts[every[goal]]), helpers))
                else:
                    is_safe[every[goal]] = True  # given away by what was released before; nothing new can help
        if not exposed:
            return
        hidden[_choose(exposed)] = True


def _last(steps: Iterable[Equations]) -> Equations:
    *_, last = steps
    return last


def _ranked(world: _World, shown: np.ndarray, proofs: Any) -> np.ndarray:
    """Return the new sets that proofs rest on, the smallest first; totals, and what is kept, only without others."""
    rests = [shown[proof] for proof in np.abs(proofs.toarray()) > _TOLERANCE if proof.any()]
    used = np.unique(np.concatenate(rests)) if rests else np.zeros(0, dtype=np.int64)
    parts = np.setdiff1d(used, [sets[np.argmax(world.posts[sets])] for sets in rests])
    choices = (parts[~world.is_kept[parts]], used[~world.is_kept[used]], parts, used)
    found = next((sets for sets in choices if len(sets)), used)
    ranked: np.ndarray = found[np.argsort(world.posts[found], kind="stable")]
    return ranked


def _choose(exposed: list[tuple[int, np.ndarray]]) -> list[int]:
    """Choose one set for each exposed one, such that few are hidden: those that help many first, then the smallest."""
    chosen: list[int] = []
    left = [helpers for _, helpers in sorted(exposed, key=lambda e: e[0])]
    while left:
        helped = np.bincount(np.concatenate(left))
        best = max(left[0], key=lambda s: helped[s])  # of equals the first, which is the smallest
        chosen.append(int(best))
        left = [helpers for helpers in left if best not in helpers]
    return chosen
