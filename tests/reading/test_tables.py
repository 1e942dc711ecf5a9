from __future__ import annotations

import html
import re

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import show_table
from workbench.reading.help import documented, explain, recognise
from workbench.settings import LANGUAGES
from workbench.tables.actors import EVIDENCE
from workbench.wording import open_wording


def cells(page: str) -> list[list[str]]:
    body = page[page.index("<tbody>"):page.index("</tbody>")]
    return [[html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]


def heads(page: str) -> dict[str, str]:
    """What stands at the mouse, by header."""
    return {name: html.unescape(title or "") for title, name in
            re.findall(r'<th scope="col"[^>]*?(?: title="([^"]*)")?>([^<]*)</th>', page)}


@pytest.fixture
def corpus(make_corpus):
    return make_corpus([("T-001", "a-1", "2025-07-01 08:30", "<i>hej</i> & hej"), ("T-002", None, "2025-07-02 00:00", "to")])


def test_every_cell_stands_in_the_page_as_data(corpus) -> None:
    page = show_table(corpus.posts[["post_id", "account_id", "posted_at", "text", "views"]]).html
    assert cells(page) == [["T-001:0", "a-1", "2025-07-01 08:30", "<i>hej</i> & hej", "–"],
                           ["T-002:0", "–", "2025-07-02 00:00", "to", "–"]]
    assert "<i>hej" not in page


def test_numbers_lists_and_evidence_are_written_plainly() -> None:
    table = pd.DataFrame({"share": [0.123456, 2.0], "n": pd.array([12345, None], dtype="Int64"), "words": [["a", "b"], []],
                          "by": [{"da": "ja"}, None], "sure": [True, False],
                          "posts": pd.Series([["T-1:1", "T-1:2"], None], dtype=EVIDENCE)})
    assert cells(show_table(table).html) == [["0.1235", "12345", "a, b", "da: ja", "True", "T-1:1, T-1:2"],
                                             ["2", "–", "", "–", "False", "–"]]


def test_a_header_tells_at_the_mouse_what_its_column_means(corpus) -> None:
    told = heads(show_table(corpus.posts, language="da").html)
    assert told["posted_at"] == "Hvornår det blev slået op, i UTC; tom, hvor eksporten ikke har et læsbart tidspunkt."
    page = show_table(corpus.posts, language="da").html
    assert f"<dd>{html.escape(told['missing_since'])}</dd>" in page  # and below, for those without a mouse


def test_one_name_means_another_thing_in_another_table(corpus) -> None:
    assert heads(show_table(corpus.posts).html)["kind"].startswith("What it is: post")
    assert heads(show_table(corpus.arenas).html)["kind"].startswith("What the arena is")


def test_a_finding_shows_its_data_and_what_reports_call_its_columns(corpus) -> None:
    from workbench.findings import measure_volume

    shown = show_table(measure_volume(corpus, quarter="2025Q3"), language="en")
    assert heads(shown.html)["posts"] == open_wording("en").say("column.posts")
    assert "week_start" in shown.table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_documented_column_has_a_help_in_every_language(language: str) -> None:
    wording = open_wording(language)
    bare = [f"{table}.{column}" for table, columns in documented().items() for column in columns
            if not (wording.knows(f"help.{table}.{column}") or wording.knows(f"help.{column}"))]
    assert bare == []


def test_no_help_is_about_a_column_that_does_not_exist() -> None:
    known = {c for columns in documented().values() for c in columns} | {"npmi", "coverage", "diversity", "is_trusted"}
    said = [m.split(".")[1:] for m in open_wording("en").messages if m.startswith("help.")]
    assert [name for name in said if name[-1] not in known] == []
    assert [name for name in said if len(name) == 2 and name[1] not in documented()[name[0]]] == []


def test_a_table_is_known_by_its_columns() -> None:
    for name, columns in documented().items():
        assert recognise(columns) == name
    assert recognise(["height", "weight"]) == ""
    assert explain("height", "", open_wording("en")) == ""


def test_few_rows_are_shown_of_many_and_the_page_says_so() -> None:
    shown = show_table(pd.DataFrame({"n": range(20)}), most=3)
    assert len(cells(shown.html)) == 3
    assert "Rows shown: 3 of 20." in shown.html
    assert len(shown.table) == 20
    assert "Rows: 20." in show_table(shown.table).html


def test_an_index_is_shown_where_it_says_something() -> None:
    table = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["da", "sv"], name="language"))
    assert list(heads(show_table(table).html)) == ["language", "n"]
    assert list(heads(show_table(table.reset_index().iloc[::-1]).html)) == ["language", "n"]


def test_a_note_stands_above_and_the_page_loads_nothing(corpus) -> None:
    page = show_table(corpus.posts, note="Læs <selv>").html
    assert page.index("Læs &lt;selv&gt;") < page.index("<table>")
    assert not re.findall(r"(?:src|href|url\(|import\b)", page.replace("help", ""))


def test_a_shown_table_is_saved_whole(corpus, tmp_path) -> None:
    path = show_table(corpus.posts, most=1).save(tmp_path / "posts.csv")
    assert len(pd.read_csv(path)) == 2


def test_what_is_no_table_is_refused(corpus) -> None:
    with pytest.raises(TableError, match=r"got Corpus.*corpus\.posts"):
        show_table(corpus)
    with pytest.raises(TableError, match="most is 0"):
        show_table(corpus.posts, most=0)


def test_a_column_of_long_texts_is_wide_and_one_of_words_is_not() -> None:
    page = show_table(pd.DataFrame({"rule": ["kort", "et langt ord " * 9], "code": ["attack", "hate"], "none": [None, None]})).html
    heads_of = re.findall(r'<th scope="col"( class="wb-long")?[^>]*>(\w+)</th>', page)
    assert {name: bool(wide) for wide, name in heads_of} == {"rule": True, "code": False, "none": False}
