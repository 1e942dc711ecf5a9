from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from workbench.findings.audit import decide_hidden
from workbench.findings.counting_rule import PostIndex, Rule, passes
from workbench.findings.ledger import Ledger, add_release

RULE = Rule(minimum_authors=5, minimum_arenas=3)
Groups = Mapping[str, tuple[int, int, int]]  # name: posts, authors of its own, arenas


class Town:
    """Posts in named groups, a ledger, and what was released."""

    def __init__(self, groups: Groups) -> None:
        rows = [(name, f"{name}{i % authors}", i % arenas)
                for name, (number, authors, arenas) in groups.items() for i in range(number)]
        self.names = np.array([name for name, _, _ in rows])
        authors = np.unique([author for _, author, _ in rows], return_inverse=True)[1]
        self.index = PostIndex(np.arange(1, len(rows) + 1, dtype=np.uint64), authors,
                               np.array([arena for _, _, arena in rows]))
        self.ledger = Ledger(bytes(16))
        self.gone: np.ndarray = np.zeros(0, dtype=np.uint64)

    def posts(self, groups: str) -> np.ndarray:
        """Return the posts of groups, each a letter, without those that were removed."""
        found = np.arange(1, len(self.names) + 1, dtype=np.uint64)[np.isin(self.names, list(groups))]
        return found[~np.isin(found, self.gone)]

    def remove(self, group: str) -> None:
        """Take the posts of a group out of the corpus."""
        self.gone = self.posts(group)
        kept = ~np.isin(self.index.posts, self.gone)
        self.index = PostIndex(self.index.posts[kept], self.index.authors[kept], self.index.arenas[kept])

    def release(self, *cells: str, must_hide: Iterable[str] = (), kept: Iterable[str] = ()) -> set[str]:
        """Release counts, each of a union of groups; return those that were hidden."""
        sets = [self.posts(c) for c in cells]
        found = decide_hidden(sets, self.index, self.ledger, RULE, {cells.index(c) for c in kept},
                              must_hide={cells.index(c) for c in must_hide})
        self.ledger = add_release(self.ledger, sets, found, [[("made", c)] for c in cells], "made")
        return {cells[i] for i in found}


# rule 1: what does not pass, and what was hidden before


def test_a_set_that_does_not_pass_is_hidden_and_one_that_passes_is_not() -> None:
    assert Town({"A": (40, 20, 5), "C": (3, 1, 1)}).release("A", "C") == {"C"}
    assert Town({"A": (5, 5, 3), "B": (60, 20, 5)}).release("A", "B") == set()


def test_nothing_is_hidden_for_the_sake_of_a_count_that_is_hidden_itself() -> None:
    assert Town({"A": (10, 5, 3), "C": (30, 1, 1)}).release("A", "AC") == {"AC"}


def test_what_must_be_hidden_is_and_cannot_be_worked_out() -> None:
    town = Town({"A": (40, 20, 5), "B": (50, 20, 5)})
    assert town.release("A", "B") == set()
    town = Town({"A": (40, 20, 5), "B": (50, 20, 5)})
    assert town.release("A", "B", must_hide=["A"]) == {"A"}
    town = Town({"A": (40, 20, 5), "B": (50, 20, 5)})
    assert town.release("A", "B", "AB", must_hide=["A"]) == {"A", "B"}


def test_empty_sets_are_shown_and_no_sets_are_no_trouble() -> None:
    town = Town({"A": (40, 20, 5)})
    assert town.release("A", "Z") == set()
    assert town.release() == set()


def test_the_cell_hidden_beside_a_small_one_is_not_printed_by_the_next_product() -> None:
    town = Town({"A": (40, 20, 5), "B": (12, 9, 4), "C": (3, 1, 1)})
    first = town.release("A", "B", "C", "ABC")
    assert first == {"B", "C"}
    assert town.release("A", "B") == {"B"}
    assert town.release("B") == {"B"}


def test_the_same_product_again_gives_the_same() -> None:
    town = Town({"A": (40, 20, 5), "B": (12, 9, 4), "C": (3, 1, 1), "D": (30, 9, 4)})
    cells = ("A", "B", "C", "D", "AB", "CD", "ABCD")
    assert town.release(*cells) == town.release(*cells) == town.release(*cells) != set()


# rule 2: differences


def test_of_two_counts_one_inside_the_other_the_smaller_goes() -> None:
    assert Town({"A": (40, 20, 5), "C": (3, 1, 1)}).release("AC", "A") == {"A"}
    assert Town({"A": (40, 20, 5), "C": (8, 6, 4)}).release("AC", "A") == set()


def test_what_a_report_is_made_for_is_hidden_last_and_nothing_leaks_for_its_sake() -> None:
    nested = {"A": (40, 20, 5), "C": (3, 1, 1)}
    assert Town(nested).release("AC", "A", kept=["A"]) == {"AC"}
    assert Town(nested).release("AC", "A", kept=["A", "AC"]) == {"A"}
    parts = {"A": (40, 20, 5), "B": (60, 20, 5), "C": (3, 1, 1)}
    assert Town(parts).release("A", "B", "C", "ABC") == {"A", "C"}
    assert Town(parts).release("A", "B", "C", "ABC", kept=["A"]) == {"B", "C"}
    assert Town(parts).release("A", "B", "C", "ABC", kept=["A", "B"]) == {"ABC", "C"}
    assert Town(parts).release("A", "B", "C", "ABC", kept=["A", "B", "ABC"]) == {"A", "C"}
    assert Town(parts).release("C", kept=["C"]) == {"C"}


def test_every_pair_is_looked_at_where_sets_overlap() -> None:
    # Dd is left when Ss is taken from the total; no other way of subtracting comes by it
    town = Town({"S": (40, 20, 5), "s": (30, 20, 5), "D": (2, 1, 1), "d": (1, 1, 1)})
    assert town.release("sd", "Ss", "SsDd") == {"Ss"}


@pytest.mark.parametrize(("before", "now"), [("A", "AC"), ("AC", "A")])
def test_a_new_count_does_not_give_a_difference_from_a_published_one(before, now) -> None:
    town = Town({"A": (40, 20, 5), "C": (3, 1, 1)})
    assert town.release(before) == set()
    assert town.release(now) == {now}


def test_a_run_again_after_a_person_was_removed_does_not_give_the_difference() -> None:
    town = Town({"A": (40, 20, 5), "C": (3, 1, 1)})
    assert town.release("AC") == set()
    town.remove("C")
    assert town.release("A") == {"A"}


def test_a_removed_person_is_not_given_away_through_a_larger_total() -> None:
    town = Town({"A": (40, 20, 5), "C": (3, 1, 1), "Q": (50, 20, 5)})
    assert town.release("AC") == set()
    town.remove("C")
    # neither holds the other, but AQ less Q is A
    assert town.release("AQ", "Q") == {"Q"}


def test_what_is_left_when_several_counts_are_taken_away_must_pass_though_nobody_declared_it() -> None:
    town = Town({"A": (40, 20, 5), "B": (12, 9, 4), "D": (15, 9, 4), "C": (3, 1, 1)})
    assert town.release("A", "B", "D", "ABDC") == {"B"}


def test_a_hidden_total_protects_what_is_left_of_a_larger_one() -> None:
    town = Town({"A": (200, 60, 8), "B": (97, 40, 6), "C": (3, 1, 1)})
    hidden = town.release("AB", "A", "B", "ABC")
    assert "AB" in hidden
    assert hidden & {"A", "B", "ABC"}


def test_one_author_of_a_hidden_pair_cannot_subtract_what_they_know() -> None:
    # 43 less the 40 of one author would be 3; what is left of the total must have no such author
    town = Town({"A": (90, 40, 5), "B": (40, 1, 3), "C": (3, 2, 2)})
    assert town.release("A", "B", "C", "ABC") == {"A", "B", "C"}


# rule 3: linear programming


def test_that_a_hidden_count_is_not_zero_is_known() -> None:
    # two hidden counts of together 6, by 6 people in 4 arenas: each lies between 1 and 5
    town = Town({"A": (40, 20, 5)})
    town.names = np.array(["A"] * 40 + ["B"] * 3 + ["C"] * 3)
    town.index = PostIndex(np.arange(1, 47, dtype=np.uint64), np.concatenate([np.arange(40) % 20, np.arange(20, 26)]),
                           np.concatenate([np.arange(40) % 5, [0, 1, 1, 2, 3, 3]]))
    assert passes(town.index, town.posts("BC"), RULE)
    assert town.release("A", "B", "C", "ABC") == {"A", "B", "C"}


def test_a_hidden_pair_that_is_wide_enough_hides_nothing_more() -> None:
    town = Town({"A": (40, 20, 5)})
    town.names = np.array(["A"] * 40 + ["B"] * 3 + ["C"] * 4)
    town.index = PostIndex(np.arange(1, 48, dtype=np.uint64), np.concatenate([np.arange(40) % 20, np.arange(20, 27)]),
                           np.concatenate([np.arange(40) % 5, [0, 1, 1, 2, 3, 3, 2]]))
    assert town.release("A", "B", "C", "ABC") == {"B", "C"}


def test_sums_that_overlap_do_not_give_a_small_part_away() -> None:
    # no set lies inside another, but A = (AB + AC - BC) / 2
    town = Town({"A": (3, 1, 1), "B": (40, 20, 5), "C": (50, 20, 5)})
    hidden = town.release("A", "AB", "AC", "BC")
    assert hidden == {"A", "AB"}


def test_a_small_part_hidden_before_stays_protected_from_overlapping_sums() -> None:
    town = Town({"A": (3, 1, 1), "B": (40, 20, 5), "C": (50, 20, 5)})
    assert town.release("A", "AB") == {"A"}
    assert town.release("AC", "BC") == {"AC"}
    town = Town({"A": (3, 1, 1), "B": (40, 20, 5), "C": (50, 20, 5)})
    town.release("AB", "AC")  # nothing is hidden, so nothing is protected
    assert town.release("BC") == set()


def test_a_hidden_count_does_not_become_narrow_because_a_part_of_it_is_printed() -> None:
    # B is at most the 4 posts of BZ, which nobody minded while A was unknown
    town = Town({"A": (40, 20, 5), "B": (2, 1, 1), "Z": (2, 1, 1)})
    town.index = PostIndex(town.index.posts, np.where(np.isin(town.names, ["B", "Z"]), -1, town.index.authors),
                           np.where(np.isin(town.names, ["B", "Z"]), np.arange(44), town.index.arenas))
    assert town.release("BZ") == set()
    assert town.release("AB", must_hide=["AB"]) == {"AB"}
    assert town.release("A") == {"A"}


def test_a_hidden_count_without_any_known_sum_hides_nothing() -> None:
    town = Town({"A": (40, 20, 5), "X": (50, 20, 5)})
    assert town.release("A", "AX", must_hide=["AX"]) == {"AX"}


def test_parts_are_hidden_before_totals() -> None:
    # the one total would protect both A and G, but it says most
    town = Town({"A": (3, 1, 1), "G": (3, 1, 1), **{name: (20 + i, 12, 5) for i, name in enumerate("pqrs")}})
    hidden = town.release("A", "G", "Gpq", "rs", "Apr", "qs", "AGpqrs")
    assert {"A", "G"} < hidden
    assert "AGpqrs" not in hidden


def test_a_count_that_comes_in_and_goes_out_of_a_proof_is_not_hidden() -> None:
    # rows AB, CD, EF and columns ACE, BDF of a table, with A small: one more cell of its row, one of its column
    # and the corner between them
    town = Town({"A": (3, 1, 1), **{name: (20 + i, 12, 5) for i, name in enumerate("BCDEF")}})
    hidden = town.release(*"ABCDEF", "AB", "CD", "EF", "ACE", "BDF")
    assert hidden == {"A", "B", "C", "D"}


def test_what_was_given_away_before_hides_nothing_new() -> None:
    town = Town({"A": (40, 20, 5), "C": (3, 1, 1), "D": (60, 20, 5)})
    sets = [town.posts("A"), town.posts("C"), town.posts("AC")]
    town.ledger = add_release(town.ledger, sets, {1}, [[("old", "x")]] * 3, "before there was a gate")
    assert town.release("A", "C", "AC", "D", "ACD") == {"C"}


def test_the_newest_count_is_withheld_where_nothing_else_helps() -> None:
    town = Town({"A": (3, 1, 1), "B": (40, 20, 5), "C": (50, 20, 5)})
    assert town.release("A", "AB", "AC") == {"A"}
    assert town.release("BC") == {"BC"}


def test_what_is_far_from_anything_hidden_is_not_touched() -> None:
    town = Town({"A": (3, 1, 1), "B": (40, 20, 5), "C": (50, 20, 5), "X": (30, 9, 4), "Y": (40, 9, 4)})
    assert town.release("A", "B", "AB", "X", "Y", "XY") == {"A", "B"}


# an attacker written apart from the gate


def least_width(index: PostIndex, shown: list[np.ndarray], hidden: list[np.ndarray], *, knows_filled: bool,
                goals: np.ndarray) -> float:
    """Return how wide the narrowest hidden count stays for one who knows all that was shown.

    `knows_filled`: they know as well that no hidden count is 0.
    """
    stands_in = np.array([np.isin(index.posts, s) for s in [*shown, *hidden]])
    columns, sizes = np.unique(stands_in[:, stands_in.any(axis=0)], axis=1, return_counts=True)
    known, unknown = columns[: len(shown)].astype(float), columns[len(shown):].astype(float)
    knowledge = {"A_eq": known, "b_eq": known @ sizes} if shown else {}
    if knows_filled:
        knowledge |= {"A_ub": -unknown, "b_ub": -np.ones(len(unknown))}
    least = np.inf
    for goal in unknown[goals]:
        low, high = (optimize.linprog(sign * goal, **knowledge) for sign in (1, -1))
        assert low.status == 0
        if high.status == 0:
            least = min(least, -high.fun - low.fun)
    return least


def draw_index(rng: np.random.Generator) -> PostIndex:
    posts, authors = int(rng.integers(20, 160)), int(rng.integers(6, 30))
    author = rng.choice(authors, posts, p=rng.dirichlet(np.full(authors, rng.choice([0.5, 5.0]))))
    arena = rng.integers(0, rng.integers(3, 8), posts)
    keys = np.sort(rng.integers(1, 2**62, posts).astype(np.uint64))
    return PostIndex(keys, np.where((arena == 0) & (rng.random() < 0.4), -1, author), arena)


def draw_sets(rng: np.random.Generator, index: PostIndex) -> list[np.ndarray]:
    """Draw tables of one to three columns of a few values, totals and unions."""
    sizes = rng.integers(2, 6, 3)
    columns = np.array([rng.choice(k, len(index.posts), p=rng.dirichlet(np.full(k, 0.6))) for k in sizes])
    masks = [np.ones(len(index.posts), dtype=bool)] * int(rng.random() < 0.8)
    for _ in range(int(rng.integers(1, 4))):
        used = columns[rng.random(3) < 0.6]
        masks += [(used == value[:, None]).all(axis=0) for value in np.unique(used, axis=1).T]
    masks += [np.isin(c, rng.integers(0, 6, 2)) for c in columns if rng.random() < 0.3]
    return list({m.tobytes(): index.posts[m] for m in masks if m.any()}.values())


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32))
def test_an_attacker_finds_every_hidden_count_of_a_release_at_least_five_wide(seed) -> None:
    rng = np.random.default_rng(seed)
    index = draw_index(rng)
    sets = draw_sets(rng, index)
    kept = set(np.flatnonzero(rng.random(len(sets)) < 0.3).tolist())
    found = decide_hidden(sets, index, Ledger(bytes(16)), RULE, kept)
    shown = [s for i, s in enumerate(sets) if i not in found]
    hidden = [sets[i] for i in sorted(found)]
    assert all(passes(index, s, RULE) for s in shown)
    goals = rng.permutation(len(hidden))[:12]
    assert not hidden or least_width(index, shown, hidden, knows_filled=True, goals=goals) >= 5 - 1e-5


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32))
def test_an_attacker_who_keeps_three_releases_finds_no_hidden_count(seed) -> None:
    rng = np.random.default_rng(seed)
    index, ledger = draw_index(rng), Ledger(bytes(16))
    shown: dict[bytes, np.ndarray] = {}
    hidden: dict[bytes, np.ndarray] = {}
    for release in range(3):
        sets = draw_sets(rng, index)
        found = decide_hidden(sets, index, ledger, RULE, set(np.flatnonzero(rng.random(len(sets)) < 0.3).tolist()))
        ledger = add_release(ledger, sets, found, [[("made", str(i))] for i in range(len(sets))], f"made {release}")
        for i, s in enumerate(sets):
            (hidden if i in found else shown)[s.tobytes()] = s
    assert not shown.keys() & hidden.keys()
    goals = rng.permutation(len(hidden))[:12]
    # that a later hidden count is not 0 can narrow an older one, and no hiding helps against that
    assert not hidden or least_width(index, list(shown.values()), list(hidden.values()), knows_filled=False,
                                     goals=goals) >= 5 - 1e-5
