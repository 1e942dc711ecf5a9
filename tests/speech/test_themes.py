from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import make_codebook
from workbench.speech import score_themes
from workbench.tables.codebook import Codebook, find_words
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister


@pytest.mark.parametrize(("text", "words", "is_found"), [
    ("Der ligger et løbehjul", ["løbehjul"], True),
    ("Der ligger to løbehjulene", ["løbehjul"], False),
    ("Der ligger to LØBEHJULENE!", ["løbehjul*"], True),
    ("elløbehjulet", ["løbehjul*"], False),
    ("el-løbehjulet", ["løbehjul*"], True),
    ("de bor på ø", ["ø"], True),
    ("de bor på øen", ["ø"], False),
    ("rød\nstue", ["rød stue"], True),
    ("søen,", ["søen"], True),
    ("a.b", ["a.b"], True),
    ("axb", ["a.b"], False),
    (unicodedata.normalize("NFD", "på båden"), ["båd*"], True),
    ("båd", [], False),
])
def test_a_word_is_found_whole_and_with_a_star_by_its_beginning(text: str, words: list[str], is_found: bool) -> None:
    assert find_words(pd.Series([text, None], dtype="string"), words).tolist() == [is_found, False]


def themes(**fields) -> Codebook:
    book = make_codebook(["attack", "theme.scooters"])
    theme = replace(book.codes["theme.scooters"], **fields)
    return replace(book, codes={"attack": book.codes["attack"], "theme.scooters": theme})


@pytest.fixture
def placed(make_corpus, make_topics):
    """Four posts, the last two in topic 0, which is K-007."""
    corpus = make_corpus([("T-001", "a", "2025-08-01", text) for text in ("et løbehjul", "en bus", "kantsten", "hjelm")])
    topics = make_topics(corpus, pd.Series([-1, -1, 0, 0]))
    assigned = topics.assignments.assign(confidence=pd.array([None, None, 0.2, 1.0], dtype="Float64"))
    entries = pd.DataFrame({"stable_id": ["K-007"], "topic_id": [0]}).reindex(columns=list(REGISTER_COLUMNS))
    return corpus.posts.set_index("post_id")["text"], replace(topics, assignments=assigned), TopicRegister("2025Q3", entries)


def test_a_theme_in_words_has_its_posts_and_no_other(placed) -> None:
    scores = score_themes(placed[0], themes(words=("løbehjul*",)))
    assert scores["post_id"].tolist() == placed[0].index.tolist()
    assert scores["theme.scooters"].tolist() == [1, 0, 0, 0]
    assert str(scores["theme.scooters"].dtype) == "Float32"


def test_a_theme_that_is_a_topic_has_its_posts_the_surer_ones_higher(placed) -> None:
    texts, topics, register = placed
    scores = score_themes(texts, themes(words=(), topic="K-007"), topics=topics, register=register)
    assert np.allclose(scores["theme.scooters"].astype(float), [0, 0, 0.6, 1])
    both = score_themes(texts, themes(words=("løbehjul*", "kantsten"), topic="K-007"), topics=topics, register=register)
    assert both["theme.scooters"].tolist() == [1, 0, 1, 1]


def test_a_theme_that_nothing_here_can_score_has_no_column(placed) -> None:
    texts, topics, register = placed
    for book, given in ((themes(words=()), {}), (themes(words=(), topic="K-007"), {}),
                        (themes(words=(), topic="K-008"), {"topics": topics, "register": register})):
        assert score_themes(texts, book, **given).columns.tolist() == ["post_id"]
