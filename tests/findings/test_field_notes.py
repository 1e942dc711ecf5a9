"""Field notes are a source of their own: no number about posts changes when workers send theirs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.actors import find_lineage, find_shares, list_arenas
from workbench.findings import (
    choose_span,
    measure_composition,
    measure_concentration,
    measure_coverage,
    measure_platforms,
    measure_survival,
    measure_volume,
)
from workbench.tables.posts import Corpus
from workbench.topics.preparing import written_texts

EMPTY = pd.DataFrame({"arena_id": [], "successor": []}, dtype="string")
CHANGES = pd.DataFrame({"arena_id": [], "change": [], "since": pd.to_datetime([], utc=True),
                        "until": pd.to_datetime([], utc=True), "happened": []})


@pytest.fixture
def written(make_corpus) -> Corpus:
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", f"2025-0{7 - 3 * (i % 2)}-{1 + i % 28:02d}", f"hej med dig fra nummer {i % 7}")
            for i in range(90)]
    return make_corpus(rows)


@pytest.fixture
def with_notes(written: Corpus) -> Corpus:
    """The same posts, and sixty notes of workers with the words of the posts, in three places of their own."""
    notes = written.posts.iloc[:60].copy()
    place = pd.Series([f"N-00{i % 3}" for i in range(60)], dtype="string")
    notes = notes.assign(arena_id=place, post_id=place + ":" + pd.Series(range(60)).astype("string"), kind="field note",
                         platform="field notes", account_id=pd.NA).astype(written.posts.dtypes.to_dict())
    places = written.arenas.iloc[:3].assign(arena_id=["N-000", "N-001", "N-002"], platform="field notes", kind="page")
    places = places.astype(written.arenas.dtypes.to_dict())
    links = pd.DataFrame({"post_id": notes["post_id"], "relation": "code", "target": "hate", "target_kind": "code"})
    return replace(written, posts=pd.concat([written.posts, notes]).sort_values(["posted_at", "post_id"], ignore_index=True),
                   arenas=pd.concat([written.arenas, places], ignore_index=True),
                   links=pd.concat([written.links, links.astype(written.links.dtypes.to_dict())], ignore_index=True))


MEASURES = {
    "volume": lambda c: measure_volume(c, quarter="2025Q3"),
    "platforms": lambda c: measure_platforms(c, quarter="2025Q3"),
    "coverage": lambda c: measure_coverage(c, EMPTY, CHANGES, quarter="2025Q3"),
    "composition": lambda c: measure_composition(c, quarter="2025Q3"),
    "concentration": lambda c: measure_concentration(c, quarter="2025Q3"),
    "survival": lambda c: measure_survival(c, EMPTY, quarter="2025Q3"),
}


@pytest.mark.parametrize("name", MEASURES)
def test_no_finding_counts_a_field_note(name: str, written: Corpus, with_notes: Corpus) -> None:
    plain, mixed = MEASURES[name](written), MEASURES[name](with_notes)
    pd.testing.assert_frame_equal(mixed.data, plain.data)
    assert mixed.facts == plain.facts
    assert [(c.row, c.column, c.posts.tolist()) for c in mixed.cells] == [
        (c.row, c.column, c.posts.tolist()) for c in plain.cells]


def test_no_network_topic_or_list_is_made_of_field_notes(written: Corpus, with_notes: Corpus) -> None:
    assert choose_span(with_notes, quarter="2025Q3", minimum_authors=5, minimum_arenas=3) == choose_span(
        written, quarter="2025Q3", minimum_authors=5, minimum_arenas=3)
    pd.testing.assert_frame_equal(written_texts(with_notes.posts), written_texts(written.posts))
    listed = list_arenas(with_notes)
    assert listed.loc[listed["platform"] == "field notes", "posts"].tolist() == [0, 0, 0]
    assert len(find_shares(with_notes, relation="copy")) == len(find_shares(written, relation="copy"))
    assert find_lineage(with_notes).equals(find_lineage(written))
