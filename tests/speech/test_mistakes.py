"""Where the model and people differ is found, the surest mistakes first."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.speech_worlds import audit_world, make_codebook
from workbench.errors import TableError
from workbench.speech import find_mistakes, list_codes
from workbench.tables.speech import SETTLED_COLUMNS


@pytest.fixture
def speech(make_corpus):
    corpus = make_corpus([("T-1", f"a-{i}", "2025-07-01", f"ord {i}") for i in range(40)])
    ids = corpus.posts["post_id"]
    heard = audit_world(corpus, pd.DataFrame({"post_id": ids, "attack": [False] * 40}), period="2025Q3", drawn=(1, 4, 35))
    said = [True, True, False, False, None]
    settled = pd.DataFrame({"post_id": ids[:5], "code": "attack", "value": said, "how": "one coder"}).astype(SETTLED_COLUMNS)
    scores = pd.DataFrame({"post_id": ids[:5].astype("string"), "attack": pd.array([0.9, 0.1, 0.6, 0.9, 0.9], dtype="Float32")})
    return replace(heard, settled=settled, scores=scores, thresholds={"attack": 0.5}), ids


def test_false_alarms_stand_before_misses_and_the_surest_first(speech) -> None:
    heard, ids = speech
    found = find_mistakes(heard)
    assert found["post_id"].tolist() == [ids[3], ids[2], ids[1]]
    assert found["is_false_alarm"].tolist() == [True, True, False]
    assert found["score"].round(1).tolist() == [0.9, 0.6, 0.1]


def test_a_post_on_which_all_agree_or_nobody_knows_is_no_mistake(speech) -> None:
    heard, ids = speech
    assert not {ids[0], ids[4]} & set(find_mistakes(heard)["post_id"])


def test_without_scores_or_codes_there_are_none(speech) -> None:
    heard, _ = speech
    assert find_mistakes(replace(heard, scores=heard.scores[["post_id"]])).empty
    assert find_mistakes(replace(heard, settled=heard.settled.iloc[:0])).empty


def test_a_code_that_does_not_exist_is_refused_by_name(speech) -> None:
    with pytest.raises(TableError, match=r"atack is not in the codebook\. There is attack"):
        find_mistakes(speech[0], "atack")


def test_the_codebook_is_listed_in_order_and_in_the_language_asked_for() -> None:
    book = make_codebook(["attack", "target.press", "theme.snow"])
    listed = list_codes(book, language="da")
    assert listed["code"].tolist() == list(book.codes)
    assert listed["name"].tolist() == ["attack da", "target.press da", "theme.snow da"]
    assert listed["asked_where"].tolist() == ["", "attack", ""]
    assert listed["words"].tolist()[2] == ["snow"]
    assert listed["definition"].tolist()[0] == "What attack is."
