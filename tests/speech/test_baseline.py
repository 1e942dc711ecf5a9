"""The baseline learns what was planted, says how sure it is, and is judged on arenas it has not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.speech import train_baseline
from workbench.speech.lines import FEWEST_FOUND

WORDS = [a + b for a in ("kan", "mul", "ter", "vos", "dre", "fil") for b in ("to", "ne", "ri", "sa", "ler", "ge", "mod", "pa")]


def world(posts: int = 600, *, arenas: int = 12, seed: int = 3, noise: float = 0.03) -> tuple[pd.Series, pd.DataFrame, pd.Series]:
    """Texts of made-up words; posts that are attacks hold some form of `skurk`, and coders err now and then."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"T-001:{i}" for i in range(posts)], dtype="string")
    attack = rng.random(posts) < 0.2
    texts = [" ".join([*rng.choice(WORDS, 8), *(["skurk" + rng.choice(["e", "en", "agtig", "ene"])] if is_attack else [])])
             for is_attack in attack]
    said = attack ^ (rng.random(posts) < noise)
    groups = pd.Series([f"A-{i}" for i in rng.integers(0, arenas, posts)], index=index)
    return pd.Series(texts, index=index), pd.DataFrame({"attack": said}, index=index), groups


def test_planted_words_are_learnt_with_endings_that_training_did_not_hold() -> None:
    texts, labels, groups = world()
    model = train_baseline(texts, labels, groups=groups, seed=1)
    scores = model.score(["kanto en skurkeri multo", "kanto multo terne vosri", "ΣKURKE \U0001d4bckurken"])[:, 0]
    assert scores[0] > model.thresholds["attack"] > scores[1]
    told = model.card["codes"]["attack"]
    assert told["precision"][0] > 0.85
    assert told["recall"][0] > 0.75
    assert told["precision"][1] < told["precision"][0] < told["precision"][2]


def test_fancy_letters_capitals_and_drawn_out_letters_are_the_same_word() -> None:
    texts, labels, groups = world()
    model = train_baseline(texts, labels, groups=groups, seed=1)
    plain, fancy, loud = model.score(["kanto skurken", "kanto \U0001d42c\U0001d424\U0001d42e\U0001d42b\U0001d424\U0001d41e\U0001d427",
                                      "KANTO  SKURKEN"])[:, 0]
    assert plain == fancy == loud
    assert model.score(["skurkeeee"]) == model.score(["skurkeeeeeeeee"])


def test_scores_do_not_depend_on_the_other_texts() -> None:
    texts, labels, groups = world()
    model = train_baseline(texts, labels, groups=groups, seed=1)
    together = model.score([*texts, "", "\x00", "🙂"])
    alone = np.concatenate([model.score([text]) for text in texts.head(20)])
    assert np.array_equal(together[:20], alone)
    assert np.isfinite(together).all()


def test_an_arena_with_its_own_ways_is_not_counted_as_skill() -> None:
    # every arena has a word of its own, and in half of them everything is an attack: nothing carries over
    rng = np.random.default_rng(1)
    arena = np.repeat(np.arange(10), 40)
    texts = pd.Series([" ".join(rng.choice(WORDS, 5)) + " " + chr(97 + a) * 2 + "q" + chr(110 + a) + "zx" for a in arena])
    labels = pd.DataFrame({"attack": arena % 2 == 0})
    by_arena = train_baseline(texts, labels, groups=pd.Series(arena), seed=1).card["codes"]["attack"]
    by_post = train_baseline(texts, labels, groups=pd.Series(np.arange(len(texts))), seed=1).card["codes"]["attack"]
    assert by_post["brier"] < 0.05
    assert by_post["f1"][0] > 0.95
    assert by_arena["brier"] > 0.2
    assert by_arena["split"] == "arena"


def test_a_text_that_stands_in_several_arenas_is_not_judged_by_a_model_that_has_seen_it() -> None:
    # forwarded word for word into every arena, each with a random verdict of its own
    rng = np.random.default_rng(2)
    different = [" ".join(rng.choice(WORDS, 6)) for _ in range(60)]
    verdict = rng.random(60) < 0.5
    place = np.tile(np.arange(60), 6)
    texts, labels = pd.Series([different[i] for i in place]), pd.DataFrame({"attack": verdict[place]})
    told = train_baseline(texts, labels, groups=pd.Series(np.repeat(np.arange(6), 60)), seed=1).card["codes"]["attack"]
    assert told["posts"] == 60
    assert told["brier"] > 0.2


def test_where_one_arena_holds_all_cases_the_card_says_that_posts_were_split() -> None:
    texts, labels, groups = world()
    groups[labels["attack"]] = "A-0"
    assert train_baseline(texts, labels, groups=groups, seed=1).card["codes"]["attack"]["split"] == "post"


def test_a_code_that_was_hardly_found_is_not_learnt_and_the_card_says_so() -> None:
    texts, labels, groups = world()
    labels["harm.weapons"] = np.arange(len(labels)) < FEWEST_FOUND - 1
    labels["recognition"] = np.arange(len(labels)) < FEWEST_FOUND
    model = train_baseline(texts, labels, groups=groups, seed=1)
    assert model.codes == ("attack", "recognition")
    assert model.card["not_learnt"] == {"harm.weapons": FEWEST_FOUND - 1}
    assert set(model.thresholds) == set(model.codes) == set(model.card["codes"])


def test_where_nothing_can_be_learnt_it_says_what_it_would_take() -> None:
    texts, labels, groups = world()
    with pytest.raises(TableError, match="Code more posts"):
        train_baseline(texts, labels & False, groups=groups, seed=1)


def test_scores_are_probabilities() -> None:
    texts, labels, groups = world(3_000, noise=0.1)
    new_texts, new_labels, _ = world(3_000, noise=0.1, seed=9)
    model = train_baseline(texts, labels, groups=groups, seed=1)
    scores, truth = model.score(list(new_texts))[:, 0], new_labels["attack"].to_numpy()
    assert abs(scores.mean() - truth.mean()) < 0.02
    told = model.card["codes"]["attack"]
    for low, high in ((0, 0.3), (0.3, 1.01)):
        inside = (scores >= low) & (scores < high)
        assert abs(scores[inside].mean() - truth[inside].mean()) < 0.04
    assert told["ece"] < 0.05
    assert sum(row["posts"] for row in told["reliability"]) == 3_000


def test_weights_of_the_draw_calibrate_scores_for_the_posts_that_were_drawn_from() -> None:
    texts, labels, groups = world(2_000, noise=0.08)
    truth = labels["attack"].to_numpy()
    rng = np.random.default_rng(5)
    probability = np.where(truth, 1.0, 0.1)  # attacks were drawn ten times as often
    drawn = rng.random(len(truth)) < probability
    weights = pd.Series(1 / probability, index=texts.index)[drawn]
    plain = train_baseline(texts[drawn], labels[drawn], groups=groups, seed=1)
    weighed = train_baseline(texts[drawn], labels[drawn], groups=groups, seed=1, weights=weights)
    share = truth.mean()
    assert abs(weighed.score(list(texts)).mean() - share) < 0.03 < abs(plain.score(list(texts)).mean() - share)


def test_the_threshold_has_the_best_f1_of_all_there_are() -> None:
    from workbench.speech.calibrating import choose_threshold

    rng = np.random.default_rng(1)
    truth = rng.random(300) < 0.2
    scores = np.round(np.clip(truth * 0.3 + rng.random(300) * 0.7, 0, 1), 2)

    def f1(threshold: float) -> float:
        said = scores >= threshold
        return 2 * (said & truth).sum() / (said.sum() + truth.sum())

    assert f1(choose_threshold(scores, truth, np.ones(300))) == max(f1(s) for s in scores)


def test_precision_on_new_posts_lies_in_the_interval_of_the_card() -> None:
    texts, labels, groups = world(1_500, noise=0.1)
    new_texts, new_labels, _ = world(6_000, noise=0.1, seed=11)
    model = train_baseline(texts, labels, groups=groups, seed=1)
    said = model.score(list(new_texts))[:, 0] >= model.thresholds["attack"]
    truth = new_labels["attack"].to_numpy()
    told = model.card["codes"]["attack"]
    for name, value in (("precision", truth[said].mean()), ("recall", said[truth].mean())):
        assert told[name][1] <= value <= told[name][2]


def test_platforms_and_languages_have_measures_of_their_own_where_there_are_posts_enough() -> None:
    texts, labels, groups = world()
    parts = pd.DataFrame({"platform": np.where(np.arange(600) < 20, "reddit", "telegram"), "language": "da"}, index=texts.index)
    told = train_baseline(texts, labels, groups=groups, seed=1, parts=parts).card["codes"]["attack"]["parts"]
    assert [(row["part"], row["value"], row["posts"]) for row in told] == [("platform", "telegram", 580), ("language", "da", 600)]


def test_posts_nobody_could_tell_are_left_out() -> None:
    texts, labels, groups = world()
    unsure = labels.astype("boolean")
    unsure.iloc[:100] = pd.NA
    told = train_baseline(texts, unsure, groups=groups, seed=1).card["codes"]["attack"]
    assert told["posts"] == 500


def test_posts_without_verdict_or_arena_are_refused_with_their_number() -> None:
    texts, labels, groups = world()
    with pytest.raises(TableError, match=r"labels lacks 5 of the posts; groups lacks 7 of the posts"):
        train_baseline(texts, labels.iloc[5:], groups=groups.iloc[7:], seed=1)
