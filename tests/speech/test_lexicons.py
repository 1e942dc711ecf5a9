"""A lexicon counts whole words that somebody reviewed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.errors import CardError
from workbench.speech import load_model, open_lexicon, save_model

HEAD = "word,weight,code,language,reviewed_by,reviewed_on\n"


def lexicon(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "city.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_words_endings_and_phrases_are_found_as_whole_words(tmp_path) -> None:
    model = open_lexicon(lexicon(tmp_path, "snog*,4,attack,da,editor,2025-07-01", "gå hjem,4,attack,da,editor,2025-07-01"))
    yes = ["Din SNOGELARS!", "så gå\n  hjem, nu", "snog", "Gå  HJEM"]
    no = ["en hugsnog", "gå ikke hjem", "hjem gå", "gå", "", "gå hjemad"]
    scores = model.score([*yes, *no])[:, 0]
    assert (scores[:len(yes)] >= model.thresholds["attack"]).all()
    assert (scores[len(yes):] < model.thresholds["attack"]).all()


def test_a_phrase_does_not_reach_over_two_texts(tmp_path) -> None:
    model = open_lexicon(lexicon(tmp_path, "gå hjem,4,attack,da,editor,2025-07-01"))
    assert np.allclose(model.score(["gå", "hjem"]), model.score(["", ""]))


def test_weights_add_up_once_a_text_through_the_logistic_curve(tmp_path) -> None:
    model = open_lexicon(lexicon(tmp_path, "snog,2,attack,da,editor,2025-07-01", "fjols,1.5,attack,da,editor,2025-07-01",
                                 "undskyld,-3,attack,da,editor,2025-07-01", "tak,2,recognition,da,editor,2025-07-02"))
    assert model.codes == ("attack", "recognition")
    scores = model.score(["snog snog snog fjols", "snog fjols undskyld", "tak"])
    expected = 1 / (1 + np.exp(-np.array([[0.5, -3], [-2.5, -3], [-3, -1]])))
    assert np.allclose(scores, expected, atol=1e-6)


def test_rows_that_nobody_reviewed_are_refused_by_line_and_without_their_word(tmp_path) -> None:
    path = lexicon(tmp_path, "snog,2,attack,da,editor,2025-07-01", "fjols,2,attack,da,,2025-07-01",
                   "pjok,2,attack,da,editor,", "tosse,2,attack,da,editor,2025-02-30")
    with pytest.raises(CardError, match=r"line 3: nobody has reviewed it.*line 4: nobody.*line 5: nobody") as told:
        open_lexicon(path)
    assert not any(word in str(told.value) for word in ("fjols", "pjok", "tosse"))


@pytest.mark.parametrize(("row", "what"), [
    ("(a+)+$,2,attack,da,editor,2025-07-01", "letters and digits"), ("*,2,attack,da,editor,2025-07-01", "letters and digits"),
    ("a*,2,attack,da,editor,2025-07-01", "at least 3 letters"), ("sn*g,2,attack,da,editor,2025-07-01", "only stand at the end"),
    ("snog,0,attack,da,editor,2025-07-01", "not 0"), ("snog,nan,attack,da,editor,2025-07-01", "weight"),
    ("snog,11,attack,da,editor,2025-07-01", "between"), ("snog,2,Attack!,da,editor,2025-07-01", "key of the codebook"),
    ("snog,2,attack,danish,editor,2025-07-01", "two letters"), ("a b c d,2,attack,da,editor,2025-07-01", "one to 3 words"),
])
def test_a_row_with_a_fault_is_refused(row: str, what: str, tmp_path) -> None:
    with pytest.raises(CardError, match=f"line 2: .*{what}"):
        open_lexicon(lexicon(tmp_path, row))


def test_a_word_that_stands_twice_would_count_twice_and_is_refused(tmp_path) -> None:
    row = "snog,2,attack,da,editor,2025-07-01"
    with pytest.raises(CardError, match="1 rows name a word and code that another row has"):
        open_lexicon(lexicon(tmp_path, row, row.upper().replace("ATTACK", "attack").replace("DA", "da")))


def test_a_table_of_a_danish_spreadsheet_is_read(tmp_path) -> None:
    model = open_lexicon(lexicon(tmp_path, "snog;2,5;attack;da;redaktør;2025-07-01", head="\ufeff" + HEAD.replace(",", ";")))
    assert model.entries[0].weight == 2.5
    with pytest.raises(CardError, match="first line must name the columns"):
        open_lexicon(lexicon(tmp_path, "snog", head="word\n"))


def test_a_lexicon_is_kept_like_any_model_with_who_reviewed_it(tmp_path) -> None:
    model = open_lexicon(lexicon(tmp_path, "snog*,4,attack,da,editor,2025-07-01", "gå hjem,4,attack,da,teacher,2025-08-01"))
    save_model(model, tmp_path / "kept")
    loaded = load_model(tmp_path / "kept")
    assert loaded == model
    assert np.array_equal(loaded.score(["snoge", "hej"]), model.score(["snoge", "hej"]))
    card = (tmp_path / "kept" / "card.md").read_text()
    assert "Reviewed by: editor, teacher" in card
    assert "no probabilities" in card
