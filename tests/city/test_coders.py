from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.city.conftest import KEY
from workbench.city import Truth, code_posts, read_true_codes
from workbench.errors import InputError
from workbench.settings import read_settings
from workbench.starting import start_study
from workbench.tables.codebook import Codebook

SAID = {  # words by which a text itself tells what the truth says of it
    ("target", "municipality"): ("kommunens kontorfolk", "rådhuset", "kommunens kontorsfolk", "town hall"),
    ("target", "volunteers"): ("bestyrelsen", "formandens", "styrelsen", "the board"),
    ("ground", "religion"): ("bakkefolket", "backfolket", "hill folk"),
    ("ground", "politics"): ("nordsiderne", "nordsidorna", "northsiders"),
    ("form", "congratulation"): ("tillykke", "grattis", "congratulations"),
    ("form", "respect"): ("respekt", "respect"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    from workbench.speech import load_codebook

    folder = tmp_path_factory.mktemp("book")
    start_study(folder, is_city=True)
    assert read_settings(folder).made_up
    return load_codebook(folder)


@pytest.fixture(scope="module")
def true(truth: Truth, book: Codebook) -> pd.DataFrame:
    return read_true_codes(truth.posts, book)


@pytest.fixture(scope="module")
def answers(truth: Truth, book: Codebook) -> dict[str, pd.DataFrame]:
    """What each says, by post and code; missing where not asked or not known."""
    return {coder: code_posts(truth.posts, book, coder=coder, seed=1).pivot(index="row", columns="code", values="value")
            for coder in ("coder 1", "coder 2", "adjudicator")}


@pytest.mark.parametrize(("column", "key"), list(SAID))
def test_the_texts_say_what_the_truth_says_of_them(truth, labelled, column: str, key: str) -> None:
    posts = truth.posts.astype(dict.fromkeys(KEY, object)).merge(labelled[[*KEY, "text"]], on=KEY)
    told = posts["text"].str.casefold().str.contains("|".join(SAID[column, key]))
    is_so = posts[column].eq(key).fillna(False)
    assert told[is_so].mean() > 0.75  # some letters are mistyped
    asked = posts["recognition"] if column == "form" else posts["attack"]
    assert told[asked & ~is_so].mean() < 0.05


def test_what_the_truth_says_of_a_post_hangs_together(truth: Truth, book: Codebook, true: pd.DataFrame) -> None:
    for family, parent in (("marker", "attack"), ("target", "attack"), ("ground", "hate"), ("form", "recognition")):
        any_of_it = true[[c.key for c in book.of(family)]].any(axis=1)
        assert (any_of_it == true[parent]).all(), family
    assert set(" ".join(truth.posts["markers"].dropna()).split()) <= {c.key.split(".")[1] for c in book.of("marker")}
    assert not true[[c.key for c in book.of("harm")]].to_numpy().any()
    assert (true["theme.scooters"] == truth.posts["topic"].eq("e_scooters").fillna(False)).all()
    assert (true["offensive"] & ~true["attack"]).sum() == 0


def test_the_coders_err_as_often_as_they_are_known_to(true: pd.DataFrame, answers) -> None:
    def missed(coder: str, code: str) -> float:
        return float(1 - answers[coder].loc[true[code], code].mean())

    def invented(coder: str, code: str) -> float:
        return float(answers[coder].loc[~true[code], code].mean())

    assert missed("coder 1", "offensive") == pytest.approx(0.4, abs=0.05)
    assert missed("coder 2", "offensive") == pytest.approx(0.05, abs=0.03)
    assert invented("coder 2", "offensive") == pytest.approx(0.02, abs=0.004)
    for coder in ("coder 1", "coder 2"):
        assert missed(coder, "attack") < 0.09
        assert 0 < invented(coder, "attack") < 0.004
    assert missed("adjudicator", "attack") < 0.03
    assert answers["coder 1"]["attack"].isna().mean() == pytest.approx(0.03, abs=0.01)
    assert not answers["adjudicator"]["attack"].isna().any()


def test_both_err_more_often_on_the_same_posts(true: pd.DataFrame, answers) -> None:
    codes = ["attack", "recognition", "theme.scooters"]
    wrong = {coder: (answers[coder][codes] != true[codes]).fillna(False).any(axis=1) for coder in ("coder 1", "coder 2")}
    both = (wrong["coder 1"] & wrong["coder 2"]).mean()
    assert both > 1.5 * wrong["coder 1"].mean() * wrong["coder 2"].mean()


def test_what_is_asked_only_where_another_code_is_yes_is_not_answered_elsewhere(answers, book: Codebook) -> None:
    for said in answers.values():
        for code in book.codes.values():
            if code.parent:
                assert said.loc[~said[code.parent].fillna(False), code.key].isna().all()


def test_a_coder_says_the_same_of_a_post_whatever_else_is_coded(truth: Truth, book: Codebook) -> None:
    whole = code_posts(truth.posts, book, coder="coder 1", seed=3)
    some = code_posts(truth.posts.iloc[900:1000], book, coder="coder 1", seed=3)
    joined = whole.merge(some, on=["row", "code"], how="right")
    assert len(some) > 1000
    assert joined["value_x"].equals(joined["value_y"])
    other = code_posts(truth.posts, book, coder="coder 1", seed=4)
    assert not whole["value"].equals(other["value"])


def test_there_are_no_other_coders(truth: Truth, book: Codebook) -> None:
    with pytest.raises(InputError, match="Nobody in the made-up town is called 'coder 3'"):
        code_posts(truth.posts, book, coder="coder 3", seed=1)


def test_the_truth_of_a_post_is_read_back_as_it_was_written(truth: Truth, folder: Path) -> None:
    from workbench.city import read_truth

    pd.testing.assert_frame_equal(read_truth(folder).posts.astype("string"), truth.posts.astype("string"))
