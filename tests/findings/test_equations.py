from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from workbench.findings import equations


def matrix(rows: list[list[int]]) -> sparse.csr_array:
    found = sparse.csr_array(np.array(rows, dtype=np.int64))
    found.eliminate_zeros()
    return found


def last(rows: list[list[int]]) -> equations.Equations:
    return list(equations.subtract(equations.given(matrix(rows))))[-1]


def test_parts_are_taken_from_their_total() -> None:
    found = last([[1, 0, 0, 0], [0, 1, 1, 0], [1, 1, 1, 1]])
    assert found.rows.toarray().tolist() == [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]]
    assert found.origins.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [-1, -1, 1]]


def test_what_is_left_of_one_is_taken_from_another() -> None:
    # abc - bc = a, ad - a = d
    assert last([[1, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]]).rows.toarray().tolist() == [
        [1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]]


def test_a_total_whose_parts_are_all_known_says_nothing_of_its_own() -> None:
    assert last([[1, 0], [0, 1], [1, 1]]).rows.shape == (2, 2)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(st.integers(0, 1), min_size=6, max_size=6), min_size=1, max_size=9))
def test_subtraction_says_neither_more_nor_less_and_ends_with_no_set_inside_another(rows) -> None:
    for step in equations.subtract(equations.given(matrix(rows))):
        assert set(np.unique(step.rows.toarray())) <= {0, 1}
        assert (step.origins @ np.array(rows) == step.rows.toarray()).all()
        assert np.linalg.matrix_rank(step.rows.toarray()) == np.linalg.matrix_rank(np.array(rows))
    small, _ = equations.nested(step.rows, step.rows)
    assert len(small) == 0
