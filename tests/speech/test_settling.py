from __future__ import annotations

import time
from dataclasses import replace

import krippendorff
import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import make_codebook
from workbench.speech import code_post, list_disputed, measure_agreement, save_sample, settle_codes
from workbench.speech.storing import Drawn
from workbench.tables.speech import CODE_COLUMNS, SAMPLE_COLUMNS

PERIOD = "2025Q3"
BOOK = make_codebook(["attack", "marker.threat", "hate", "ground.religion", "ground.class", "recognition"])
BOOK = replace(BOOK, codes={k: replace(c, is_strict=k != "ground.class") for k, c in BOOK.codes.items()})
NA = None


def said(*rows):
    """Return codes of rows (post, coder, answers)."""
    table = pd.DataFrame([(post, code, value, coder) for post, coder, values in rows for code, value in values.items()],
                         columns=["post_id", "code", "value", "coder"])
    return table.reindex(columns=list(CODE_COLUMNS)).astype(CODE_COLUMNS)


def sampled(ids, *, stratum=1, posts=1_000, is_double=True, purpose="share"):
    table = pd.DataFrame({"post_id": list(ids)}).assign(purpose=purpose, stratum=stratum, stratum_posts=posts, is_double=is_double,
                                                        sample="s", position=np.arange(len(list(ids))) + 1)
    return table.reindex(columns=list(SAMPLE_COLUMNS)).astype(SAMPLE_COLUMNS)


def settle(*rows):
    codes = said(*rows)
    return settle_codes(codes, BOOK, sampled(codes["post_id"].unique())).set_index(["post_id", "code"])


YES = {"attack": True, "marker.threat": True, "hate": True, "ground.religion": True, "ground.class": False, "recognition": False}


@pytest.mark.parametrize(("rows", "value", "how"), [
    ([("p", "coder 1", {"attack": True})], True, "one coder"),
    ([("p", "coder 1", {"attack": True}), ("p", "coder 2", {"attack": True})], True, "agreed"),
    ([("p", "coder 1", {"attack": False}), ("p", "coder 2", {"attack": False})], False, "agreed"),
    ([("p", "coder 1", {"attack": True}), ("p", "coder 2", {"attack": False})], NA, "open"),
    ([("p", "coder 1", {"attack": True}), ("p", "coder 2", {"attack": None})], True, "one coder"),
    ([("p", "coder 1", {"attack": None}), ("p", "coder 2", {"attack": None})], NA, "open"),
    ([("p", "coder 1", {"attack": True}), ("p", "coder 2", {"attack": False}), ("p", "adjudicator", {"attack": False})], False, "adjudicated"),
    ([("p", "coder 1", {"attack": True}), ("p", "adjudicator", {"attack": None})], NA, "adjudicated"),
])
def test_a_verdict_says_how_it_came_about(rows, value, how):
    row = settle(*rows).loc[("p", "attack")]
    assert row["how"] == how
    assert pd.isna(row["value"]) if value is NA else row["value"] == value


def test_what_stands_below_a_no_is_no_and_below_the_unknown_unknown():
    settled = settle(("no", "coder 1", {"attack": False, "hate": False}), ("dk", "coder 1", {"attack": None, "hate": None}),
                     ("yes", "coder 1", YES))
    assert settled.loc[("no", "marker.threat"), "value"] == False  # noqa: E712
    assert settled.loc[("no", "ground.religion"), "value"] == False  # noqa: E712
    assert pd.isna(settled.loc[("dk", "marker.threat"), "value"])
    assert settled.loc[("yes", "marker.threat"), "value"] == True  # noqa: E712


def test_who_said_no_above_has_no_word_below():
    settled = settle(("p", "coder 1", YES), ("p", "coder 2", {"attack": False, "marker.threat": False, "hate": False}),
                     ("p", "adjudicator", {"attack": True}))
    assert settled.loc[("p", "marker.threat"), "value"] == True  # noqa: E712
    assert settled.loc[("p", "marker.threat"), "how"] == "one coder"


@pytest.mark.parametrize(("answers", "strict"), [
    ({"hate": True, "ground.religion": True, "ground.class": False}, True),
    ({"hate": True, "ground.religion": False, "ground.class": True}, False),
    ({"hate": True, "ground.religion": None, "ground.class": True}, NA),
    ({"hate": False}, False),
    ({"hate": None}, NA),
])
def test_hate_in_the_strict_sense_is_worked_out_from_the_grounds(answers, strict):
    value = settle(("p", "coder 1", answers)).loc[("p", "hate_strict"), "value"]
    assert pd.isna(value) if strict is NA else value == strict


def test_posts_for_learning_have_no_verdict():
    codes = said(("p", "coder 1", {"attack": True}), ("q", "coder 1", {"attack": True}))
    sample = pd.concat([sampled(["p"]), sampled(["q"], purpose="learning")])
    assert set(settle_codes(codes, BOOK, sample)["post_id"]) == {"p"}


def test_what_coders_differ_about_waits_for_the_adjudicator_from_above_to_below(tmp_path):
    save_sample(tmp_path, PERIOD, Drawn(pd.DataFrame({"post_id": ["q", "p"], "stratum": 1}), sampled(["q", "p"])))

    def say(post, coder, **values):
        code_post(tmp_path, period=PERIOD, coder=coder, post_id=post, values=values, codebook=BOOK)

    say("p", "coder 1", **YES)
    say("p", "coder 2", **{**YES, "attack": False, "recognition": True})
    say("q", "coder 1", **YES)
    say("q", "coder 2", **{**YES, "marker.threat": False, "hate": None})
    assert list_disputed(tmp_path, PERIOD, BOOK).to_numpy().tolist() == [
        ["q", "marker.threat"], ["p", "attack"], ["p", "recognition"]]
    say("p", "adjudicator", attack=True)
    say("q", "adjudicator", **{"marker.threat": False})
    assert list_disputed(tmp_path, PERIOD, BOOK).to_numpy().tolist() == [["p", "recognition"]]


# agreement


def two_coders(first, second, code="attack"):
    ids = [f"p{n}" for n in range(len(first))]
    rows = [(i, coder, {code: None if np.isnan(v) else bool(v)}) for coder, values in (("coder 1", first), ("coder 2", second))
            for i, v in zip(ids, values, strict=True)]
    return said(*rows), ids


def agree(codes, sample, code="attack", seed=1):
    return measure_agreement(codes, sample, BOOK, seed=seed).set_index("code").loc[code]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_alpha_of_one_stratum_is_that_of_the_package_also_where_answers_are_missing(seed):
    rng = np.random.default_rng(seed)
    first = (rng.random(150) < 0.3).astype(float)
    second = np.where(rng.random(150) < 0.1, 1 - first, first)
    second[rng.random(150) < 0.1] = np.nan
    codes, ids = two_coders(first, second)
    expected = krippendorff.alpha(np.stack([first, second]), level_of_measurement="nominal")
    assert agree(codes, sampled(ids))["alpha"] == pytest.approx(expected, abs=1e-9)


def test_alpha_of_three_coders_is_that_of_the_package():
    rng = np.random.default_rng(4)
    truth = rng.random(120) < 0.4
    values = np.stack([np.where(rng.random(120) < 0.15, ~truth, truth) for _ in range(3)]).astype(float)
    values[2, 60:] = np.nan
    rows = [(f"p{n}", f"coder {c + 1}", {"attack": bool(values[c, n])}) for c in range(3) for n in range(120) if not np.isnan(values[c, n])]
    expected = krippendorff.alpha(values, level_of_measurement="nominal")
    assert agree(said(*rows), sampled([f"p{n}" for n in range(120)]))["alpha"] == pytest.approx(expected, abs=1e-9)


def test_alpha_is_that_of_the_frame_not_of_the_posts_that_were_drawn_to_be_coded_twice():
    # in the stratum of high scores, coders agree; in the large one they do not
    high_first = np.tile([1.0, 0.0], 50)
    low_first, low_second = np.tile([1.0, 0.0, 0.0, 0.0], 10), np.tile([0.0, 1.0, 0.0, 0.0], 10)
    codes, ids = two_coders(np.concatenate([high_first, low_first]), np.concatenate([high_first, low_second]))
    sample = pd.concat([sampled(ids[:100], stratum=1, posts=100), sampled(ids[100:], stratum=2, posts=4_000)])
    copied = np.concatenate([high_first, np.tile(low_first, 100)]), np.concatenate([high_first, np.tile(low_second, 100)])
    frame = krippendorff.alpha(np.stack(copied), level_of_measurement="nominal")
    plain = krippendorff.alpha(np.stack([np.concatenate([high_first, v]) for v in (low_first, low_second)]), level_of_measurement="nominal")
    found = agree(codes, sample)
    assert found["alpha"] == pytest.approx(frame, abs=0.01)
    assert abs(found["alpha"] - plain) > 0.3
    assert found["agreement"] == pytest.approx(120 / 140)


def test_the_interval_is_that_of_a_plain_bootstrap_and_holds_the_seed():
    rng = np.random.default_rng(5)
    first = (rng.random(200) < 0.3).astype(float)
    second = np.where(rng.random(200) < 0.12, 1 - first, first)
    codes, ids = two_coders(first, second)
    found, again, other = (agree(codes, sampled(ids), seed=s) for s in (1, 1, 2))
    drawn = [krippendorff.alpha(np.stack([first, second])[:, rng.integers(0, 200, 200)], level_of_measurement="nominal") for _ in range(600)]
    assert found["low"] == pytest.approx(np.percentile(drawn, 2.5), abs=0.03)
    assert found["high"] == pytest.approx(np.percentile(drawn, 97.5), abs=0.03)
    assert found["low"] == again["low"] != other["low"]


@pytest.mark.parametrize(("yes", "flips", "verdict"), [(60, 0, "good"), (60, 30, "low"), (25, 0, "undecided")])
def test_a_code_is_judged_by_alpha_once_each_coder_found_thirty(yes, flips, verdict):
    first = np.repeat([1.0, 0.0], [yes, 200 - yes])
    second = first.copy()
    second[:flips], second[-flips or 200:] = 0, 1
    row = agree(*(lambda codes, ids: (codes, sampled(ids)))(*two_coders(first, second)))
    assert row["verdict"] == verdict
    assert (row["both"], row["first_only"], row["second_only"]) == (yes - flips, flips, flips)
    assert row["posts"] == row[["both", "first_only", "second_only", "neither"]].sum() == 200


def test_posts_that_two_coded_without_being_drawn_for_it_count_for_nothing():
    codes, ids = two_coders(np.tile([1.0, 0.0], 50), np.tile([0.0, 1.0], 50))
    assert agree(codes, sampled(ids, is_double=False))["verdict"] == "single"
    learnt = measure_agreement(codes, sampled(ids, purpose="learning"), BOOK, seed=1)
    assert learnt.empty


def test_the_adjudicator_is_no_coder():
    codes, ids = two_coders(np.tile([1.0, 0.0], 50), np.full(100, np.nan))
    decided = codes.assign(coder=codes["coder"].replace("coder 2", "adjudicator"))
    assert agree(decided, sampled(ids))["verdict"] == "single"


def test_a_code_below_another_is_judged_where_both_said_yes_above():
    rows = []
    for n in range(100):
        is_attack = n < 40
        for coder in (1, 2):
            values = {"attack": is_attack, "hate": False}
            if is_attack:
                values["marker.threat"] = n % 2 == 0 if coder == 1 else n % 4 == 0
            rows.append((f"p{n}", f"coder {coder}", values))
    codes = said(*rows)
    row = agree(codes, sampled([f"p{n}" for n in range(100)]), "marker.threat")
    assert row["posts"] == 40
    values = np.array([[n % 2 == 0 for n in range(40)], [n % 4 == 0 for n in range(40)]], dtype=float)
    assert row["alpha"] == pytest.approx(krippendorff.alpha(values, level_of_measurement="nominal"))


def test_hate_in_the_strict_sense_is_judged_as_each_coder_would_have_it():
    rows = [(f"p{n}", f"coder {c}", {"attack": True, "hate": True, "ground.religion": n % 2 == 0, "ground.class": c == 1})
            for n in range(80) for c in (1, 2)]
    row = agree(said(*rows), sampled([f"p{n}" for n in range(80)]), "hate_strict")
    assert (row["alpha"], row["both"], row["neither"], row["verdict"]) == (1.0, 40, 40, "good")


def test_where_all_say_the_same_alpha_cannot_be_told():
    codes, ids = two_coders(np.zeros(100), np.zeros(100))
    row = agree(codes, sampled(ids))
    assert pd.isna(row["alpha"])
    assert pd.isna(row["low"])
    assert (row["verdict"], row["agreement"], row["neither"]) == ("undecided", 1.0, 100)


def test_sixty_codes_of_five_hundred_posts_are_judged_in_seconds():
    rng = np.random.default_rng(6)
    keys = [f"harm.h{n}" for n in range(60)]
    book = make_codebook(["attack", *keys])
    rows = [(f"p{n}", f"coder {c}", {key: bool(v) for key, v in zip(keys, rng.random(60) < 0.2, strict=True)})
            for n in range(500) for c in (1, 2)]
    codes, sample = said(*rows), sampled([f"p{n}" for n in range(500)])
    start = time.perf_counter()
    assert len(measure_agreement(codes, sample, book, seed=1)) == 60
    assert time.perf_counter() - start < 4
