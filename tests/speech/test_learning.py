"""A model learns from what was coded in the study: both kinds of samples, verdicts only, weighed by the draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.speech.test_baseline import world
from tests.speech_worlds import make_codebook
from workbench.errors import TableError
from workbench.speech import train_on_codes
from workbench.speech.answering import code_post
from workbench.speech.sampling import draw_learning_sample, draw_sample
from workbench.speech.storing import save_learning_sample, save_sample
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

BOOK = make_codebook(["attack", "marker.threat", "recognition"])


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """A study of 3,000 posts, 300 of a stratified sample for shares and 60 for learning coded."""
    folder = tmp_path_factory.mktemp("study")
    texts, labels, groups = world(3_000, noise=0.02)
    posts = pd.DataFrame({"post_id": texts.index, "text": texts.to_numpy(), "arena_id": groups.to_numpy(), "platform": "telegram",
                          "kind": "post", "language": "da", "account_id": [f"a{i % 40}" for i in range(3_000)], "source_id": "s",
                          "posted_at": pd.date_range("2025-07-02", periods=3_000, freq="30min", tz="UTC")})
    arenas = pd.DataFrame({"arena_id": sorted(set(groups)), "platform": "telegram", "kind": "group", "access": "open"})
    corpus = Corpus(posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS), empty_frame(LINK_COLUMNS),
                    arenas.reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS))
    truth = labels["attack"]
    rng = np.random.default_rng(4)
    scores = pd.DataFrame({"post_id": texts.index, "attack": np.clip(0.6 * truth + 0.4 * rng.random(3_000), 0, 1)})
    drawn = draw_sample(corpus, period="2025Q3", codebook=BOOK, seed=1, scores=scores, size=300, double=40)
    save_sample(folder, "2025Q3", drawn)
    learning = draw_learning_sample(corpus, period="2025Q3", codebook=BOOK, seed=1, scores=scores, size=60, drawn=drawn.sample)
    save_learning_sample(folder, "2025Q3", learning)
    for post_id in [*drawn.sample["post_id"], *learning["post_id"]]:
        values = {"attack": bool(truth[post_id]), "recognition": False}
        values |= {"marker.threat": True} if values["attack"] else {}
        code_post(folder, period="2025Q3", coder="coder 1", post_id=post_id, values=values, codebook=BOOK)
    return folder, corpus, drawn.sample, learning, truth


def test_both_samples_teach_and_what_hangs_below_a_no_is_no(studied) -> None:
    folder, corpus, drawn, learning, _ = studied
    model = train_on_codes(folder, corpus, periods=["2025Q3"], codebook=BOOK, seed=1)
    coded = [*drawn["post_id"], *learning["post_id"]]
    assert model.card["trained_on"]["posts"] == len(coded)
    assert model.codes == ("attack", "marker.threat")
    assert model.card["not_learnt"] == {"recognition": 0}
    # only posts drawn at random are counted, and for the marker those without an attack count as no
    assert model.card["codes"]["attack"]["posts"] == model.card["codes"]["marker.threat"]["posts"] == len(drawn)
    assert model.card["trained_on"]["codebook"] == "made up 1"


def test_scores_are_calibrated_for_the_quarter_although_the_sample_is_full_of_attacks(studied) -> None:
    folder, corpus, drawn, _, truth = studied
    model = train_on_codes(folder, corpus, periods=["2025Q3"], codebook=BOOK, seed=1)
    mean = float(model.score(corpus.posts["text"].tolist())[:, 0].mean())
    in_sample = truth[drawn["post_id"]].mean()
    assert abs(mean - truth.mean()) < abs(mean - in_sample)
    assert abs(mean - truth.mean()) < 0.05


def test_what_coders_differ_about_teaches_nothing_until_somebody_decides(studied, tmp_path) -> None:
    import shutil

    folder, corpus, drawn, _, truth = studied
    shutil.copytree(folder, tmp_path / "study")
    for post_id in drawn.loc[drawn["is_double"], "post_id"]:
        code_post(tmp_path / "study", period="2025Q3", coder="coder 2", post_id=post_id,
                  values={"attack": not truth[post_id], "recognition": False}, codebook=BOOK)
    model = train_on_codes(tmp_path / "study", corpus, periods=["2025Q3"], codebook=BOOK, seed=1)
    assert model.card["codes"]["attack"]["posts"] == len(drawn) - int(drawn["is_double"].sum())


def test_posts_that_were_deleted_teach_nothing(studied) -> None:
    folder, corpus, drawn, learning, _ = studied
    left = Corpus(corpus.posts[~corpus.posts["post_id"].isin(drawn["post_id"].head(50))], corpus.links, corpus.arenas)
    model = train_on_codes(folder, left, periods=["2025Q3"], codebook=BOOK, seed=1)
    assert model.card["trained_on"]["posts"] == len(drawn) + len(learning) - 50


def test_where_nobody_coded_it_says_what_to_do_first(studied, tmp_path) -> None:
    with pytest.raises(TableError, match="Draw a sample and code it first"):
        train_on_codes(tmp_path, studied[1], periods=["2025Q3"], codebook=BOOK, seed=1)
