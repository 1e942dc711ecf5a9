from __future__ import annotations

import re

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import show_days
from workbench.settings import LANGUAGES
from workbench.tables.imports import GAP_COLUMNS
from workbench.tables.posts import empty_frame


@pytest.fixture
def corpus(make_corpus):
    days = ["2025-07-01 08:00", "2025-07-01 09:00", "2025-07-02 08:00", "2025-07-12 08:00"]
    return make_corpus([("T-001", "a", day, "hej") for day in days] + [("T-<2>", "a", "2025-07-03 08:00", "hej")])


def gap(looks_like: str) -> pd.DataFrame:
    row = {"arena_id": "T-001", "first_day": "2025-07-03", "last_day": "2025-07-11", "days": 9, "looks_like": looks_like}
    return pd.DataFrame([row]).reindex(columns=list(GAP_COLUMNS)).astype(GAP_COLUMNS)


def test_every_day_of_an_arena_with_posts_is_drawn_once_and_stands_in_the_table(corpus) -> None:
    shown = show_days(corpus)
    assert shown.table.to_numpy().tolist() == [
        ["T-001", "2025-07-01", 2], ["T-001", "2025-07-02", 1], ["T-001", "2025-07-12", 1], ["T-<2>", "2025-07-03", 1]]
    cells = re.findall(r"M([\d.]+) (\d+)h", "".join(re.findall(r'<path d="(M[^"]+)" fill', shown.svg)))
    wide = (900 - 60) / 12
    drawn = {(round((float(x) - 60) / wide), int(y)) for x, y in cells}
    rows = sorted({y for _, y in drawn})
    assert drawn == {(0, rows[0]), (1, rows[0]), (11, rows[0]), (2, rows[1])}


@pytest.mark.parametrize(("looks_like", "sign"), [("fault", ""), ("silence", "5 3"), ("unknown", "1 3")])
def test_a_gap_is_framed_by_a_sign_of_its_own_where_it_is(corpus, looks_like: str, sign: str) -> None:
    shown = show_days(corpus, gap(looks_like))
    [(left, wide, dashes)] = re.findall(r'<rect x="([\d.]+)" .*?width="([\d.]+)".*?stroke-dasharray="([^"]*)"', shown.svg)
    day = (900 - 60) / 12
    assert (round((float(left) - 60) / day), round(float(wide) / day), dashes) == (2, 9, sign)


def test_the_sentence_is_the_finding_and_the_description_of_the_picture(corpus) -> None:
    shown = show_days(corpus, gap("fault"))
    assert shown.note == ("Arenas with posts: 2. Days: 12. 1 gap is longer than the arena’s habits explain: "
                          "1 look like a fault of the collection, 0 like silence, and of 0 it cannot be told.")
    assert f'aria-label="{shown.note}"' in shown.svg
    assert "habits explain" in show_days(corpus, gap("fault").iloc[:0]).note
    assert "<2>" not in shown.html
    assert "T-&lt;2&gt;" in shown.html


def test_few_arenas_are_drawn_of_many_those_with_gaps_first(corpus) -> None:
    shown = show_days(corpus, gap("fault").assign(arena_id="T-<2>"), most=1)
    assert ">T-&lt;2&gt;</text>" in shown.svg
    assert ">T-001</text>" not in shown.svg
    assert shown.table["arena_id"].nunique() == 2
    assert "1 of 2" in shown.html


def test_the_picture_and_its_numbers_are_saved(corpus, tmp_path) -> None:
    shown = show_days(corpus)
    assert shown.save(tmp_path / "days.svg").read_text("utf-8") == shown.svg
    assert len(pd.read_csv(shown.save(tmp_path / "days.csv"))) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_show_is_said_in_every_language(corpus, language: str) -> None:
    shown = show_days(corpus.where(posts=[]), language=language)
    assert shown.svg == ""
    assert len(shown.note) > 10


def test_another_table_is_no_table_of_gaps(corpus) -> None:
    with pytest.raises(TableError, match="describe_gaps"):
        show_days(corpus, empty_frame({"arena_id": "string"}))
    with pytest.raises(TableError, match="most is 0"):
        show_days(corpus, most=0)
