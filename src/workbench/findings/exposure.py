"""How narrowly known counts enclose hidden ones: linear programming over atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.findings.atoms import name_rows
from workbench.findings.equations import nested

MINIMUM_WIDTH = 5
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Puzzle:
    """What an attacker can write down: x >= 0, rows @ x = counts, floors @ x >= 1; `goals` are what they look for.

    Columns are classes of atoms that no row, floor or goal tells apart.
    """

    rows: Any
    counts: np.ndarray
    floors: Any
    goals: Any
    truth: np.ndarray


def find_narrow(rows: Any, hidden: Any, sizes: np.ndarray, *, is_new_row: np.ndarray, is_new_hidden: np.ndarray,
                goals: np.ndarray) -> dict[int, Any]:
    """Find the hidden sets that known counts enclose in an interval narrower than 5.

    The attacker knows which atoms there are, the count of every row of `rows`, and that a hidden set is not empty.
    What they can find out about a hidden set is the least and the largest number of posts that is possible.

    A point that fits all they know is a possible world; where two possible worlds differ by 5 in a hidden set, it is
    safe. The ends of one set are possible worlds that often settle others; those left over are settled one by one,
    exactly.

    Parameters
    ----------
    rows
        Known sets, a sparse 0/1 matrix over atoms, none inside another.
    hidden
        Hidden sets, a matrix of the same columns.
    sizes
        Posts of each atom.
    is_new_row, is_new_hidden
        Which known and hidden sets are new; where nothing is new, nothing is looked for.
    goals
        Rows of `hidden` that are asked about.

    Returns
    -------
    narrow
        Of each goal that is not safe the proofs: one or two weighted sums of `rows` that enclose it, a sparse matrix.
    """
    from scipy import sparse

    lengths = np.diff(rows.indptr)
    single, many = np.flatnonzero(lengths == 1), np.flatnonzero(lengths > 1)
    is_free = np.bincount(rows.indices, minlength=len(sizes)) == 0
    is_fixed = np.isin(np.arange(len(sizes)), rows[single].indices)
    is_open = ~is_free & ~is_fixed
    # a set with an atom that no known count holds has no upper end
    goals = goals[(hidden[goals] @ is_free.astype(np.int64)) == 0]
    if not len(goals):
        return {}
    needed = _needed_floors(rows, hidden, is_free | is_fixed)
    is_new = np.concatenate([is_new_row[many], is_new_hidden[needed]])
    # a goal part of which became known is asked about even where the rest of it is as before
    is_told = hidden[goals] @ rows[single[is_new_row[single]]].sum(axis=0) > 0
    puzzle, asked = _collapse(rows[many], hidden[needed], hidden[goals], sizes, is_open, is_new, is_told)
    narrow = {}
    for goal, weights in _solve(puzzle).items():
        proofs = np.zeros((len(weights), rows.shape[0]))
        proofs[:, many] = weights
        # what is left when the known atoms of the goal are taken away was enclosed; they are part of the proof
        proofs[:, single] = (hidden[[goals[asked[goal]]]] @ rows[single].T).toarray()
        narrow[int(goals[asked[goal]])] = sparse.csr_array(proofs)
    return narrow


def _needed_floors(rows: Any, hidden: Any, is_settled: np.ndarray) -> np.ndarray:
    """Return the hidden sets of which it says something that they are not empty: no other knowledge implies it."""
    floors = np.flatnonzero((hidden @ is_settled.astype(np.int64)) == 0)
    for known in (rows, hidden[floors]):
        floors = np.setdiff1d(floors, floors[nested(known, hidden[floors])[1]])
    return floors


def _collapse(rows: Any, floors: Any, goals: Any, sizes: np.ndarray, is_open: np.ndarray, is_new: np.ndarray,
              is_told: np.ndarray) -> tuple[_Puzzle, np.ndarray]:
    """Return the puzzle of the goals that something new bears on, and which goals these are."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    links = sparse.vstack([rows, floors], format="csr")
    every = sparse.vstack([links, goals], format="csr")[:, np.flatnonzero(is_open)]
    _, first, same = np.unique(name_rows(every.T.tocsr()), return_index=True, return_inverse=True)
    truth = np.bincount(same, weights=sizes[is_open])
    classes = np.flatnonzero(is_open)[first]
    rows, floors, goals, links = (m[:, classes].tocsr() for m in (rows, floors, goals, links))
    number, parts = connected_components(sparse.block_array([[None, links.T], [links, None]]), directed=False)
    parts = parts[: len(classes)]
    part_of = sparse.csr_array((np.ones(len(parts), dtype=np.int64), (np.arange(len(parts)), parts)),
                               shape=(len(parts), number))
    is_moved = (links[np.flatnonzero(is_new)] @ part_of).sum(axis=0) > 0
    touches = goals @ part_of
    asked = np.flatnonzero(is_told | (touches @ is_moved.astype(np.int64) > 0))
    kept = np.flatnonzero((touches[asked].sum(axis=0) > 0)[parts])
    rows, floors = rows[:, kept], floors[:, kept]
    floors = floors[np.flatnonzero(np.diff(floors.indptr))]
    return _Puzzle(rows, rows @ truth[kept], floors, goals[asked][:, kept], truth[kept]), asked


def _solve(puzzle: _Puzzle) -> dict[int, np.ndarray]:
    """Return the goals that are narrow, and how the rows are weighted in the sums that enclose each."""
    low = puzzle.goals @ puzzle.truth
    high = low.copy()
    solver = _open_solver(puzzle)
    narrow: dict[int, np.ndarray] = {}
    for goal in np.argsort(puzzle.goals @ puzzle.truth, kind="stable"):
        if high[goal] - low[goal] < MINIMUM_WIDTH - _TOLERANCE:
            enclosing = _enclose(puzzle, solver, int(goal), low, high)
            if high[goal] - low[goal] < MINIMUM_WIDTH - _TOLERANCE:
                narrow[int(goal)] = enclosing
    return narrow


def _open_solver(puzzle: _Puzzle) -> Any:
    """Write the puzzle down once for HiGHS, without an aim.

    The primal simplex method goes on from the possible world in which it found the last goal's end: what is known
    stays the same, only the aim changes. That is some hundred times faster than to begin anew for each goal.
    """
    import highspy
    from scipy import sparse

    matrix = sparse.vstack([puzzle.rows, puzzle.floors], format="csc")
    filled = np.diff(puzzle.rows.indptr) > 0
    known, floors = np.where(filled, puzzle.counts, 0.0), np.ones(puzzle.floors.shape[0])
    problem = highspy.HighsLp()
    problem.num_row_, problem.num_col_ = matrix.shape
    problem.col_cost_ = problem.col_lower_ = np.zeros(matrix.shape[1])
    problem.col_upper_ = np.full(matrix.shape[1], highspy.kHighsInf)
    problem.row_lower_ = np.concatenate([known, floors])
    problem.row_upper_ = np.concatenate([known, floors * highspy.kHighsInf])
    problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    problem.a_matrix_.start_, problem.a_matrix_.index_ = matrix.indptr, matrix.indices
    problem.a_matrix_.value_ = matrix.data.astype(float)
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("presolve", "off"), ("simplex_strategy", 4), ("threads", 1)):
        solver.setOptionValue(name, value)
    solver.passModel(problem)
    return solver


def _enclose(puzzle: _Puzzle, solver: Any, goal: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Widen a goal as far as the attacker's knowledge lets; return how the rows are weighted in what stops it.

    Each end is a possible world, which is noted for all other goals too.
    """
    import highspy

    aim = puzzle.goals[[goal]].toarray().ravel().astype(float)
    weights = np.zeros((2, puzzle.rows.shape[0]))
    if not aim.any():  # nothing of it is open: it is known
        return weights
    for end, sign in enumerate((1, -1)):
        solver.changeColsCost(len(aim), np.arange(len(aim), dtype=np.int32), sign * aim)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            found = solver.getSolution()
            values = puzzle.goals @ np.asarray(found.col_value)
            np.minimum(low, values, out=low)
            np.maximum(high, values, out=high)
            weights[end] = np.asarray(found.row_dual)[: len(puzzle.counts)]
        else:  # the solver gave up: every row that touches the goal may enclose it
            weights[end] = puzzle.rows @ aim
        if high[goal] - low[goal] >= MINIMUM_WIDTH - _TOLERANCE:
            break
    return weights
