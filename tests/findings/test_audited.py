from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import audit_world
from workbench.findings.audited import audit_code, why_unaudited
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes


@pytest.fixture
def world(make_corpus: Callable[..., Corpus]) -> tuple[Corpus, SpeechCodes, pd.DataFrame]:
    rng = np.random.default_rng(1)
    rows = [(f"T-{i % 8:03d}", f"a-{i % 90}", f"2025-08-{1 + i % 28:02d}", "ord") for i in range(4000)]
    corpus = make_corpus(rows)
    truth = pd.DataFrame({"post_id": corpus.posts["post_id"], "attack": rng.random(4000) < 0.05})
    return corpus, audit_world(corpus, truth, period="2025Q3"), truth


def test_the_share_of_all_posts_and_of_a_part_hold_what_is_true(world: tuple[Corpus, SpeechCodes, pd.DataFrame]) -> None:
    corpus, speech, truth = world
    whole = audit_code(speech, "attack")
    assert whole.estimate.low <= truth["attack"].mean() <= whole.estimate.high
    assert len(whole.posts) == 4000
    assert len(whole.coded) == 400
    part = corpus.posts.loc[corpus.posts["arena_id"].isin(["T-000", "T-001"]), "post_id"]
    some = audit_code(speech, "attack", among=part)
    assert some.estimate.low <= truth.loc[truth["post_id"].isin(part), "attack"].mean() <= some.estimate.high
    assert some.estimate.high - some.estimate.low > whole.estimate.high - whole.estimate.low
    assert set(some.found) <= set(some.coded) <= set(some.posts) == set(part)


def test_a_part_without_codes_in_a_stratum_takes_what_the_whole_sample_shows_of_it(
        world: tuple[Corpus, SpeechCodes, pd.DataFrame]) -> None:
    _, speech, _ = world
    frame, drawn = speech.frame, speech.sample["post_id"]
    high, low = frame[frame["stratum"].eq(1)], frame[frame["stratum"].eq(3) & ~frame["post_id"].isin(drawn)].head(60)
    part = audit_code(speech, "attack", among=pd.concat([high, low])["post_id"])
    assert part.strata["coded"].tolist() == [40, 0]
    shares = audit_code(speech, "attack").strata.eval("found / coded")
    assert shares[3] < 0.05
    assert part.estimate.value == pytest.approx((40 * shares[1] + 60 * shares[3]) / 100)
    assert part.estimate.high == pytest.approx((40 * shares[1] + 60) / 100)


def test_posts_on_which_nobody_knows_are_not_counted_as_coded(world: tuple[Corpus, SpeechCodes, pd.DataFrame]) -> None:
    _, speech, _ = world
    unsure = speech.settled.assign(value=speech.settled["value"].mask(speech.settled.index % 2 == 0))
    assert len(audit_code(replace(speech, settled=unsure), "attack").coded) == 200


def test_a_code_is_not_reported_without_audit_with_few_codes_or_where_coders_differ(
        world: tuple[Corpus, SpeechCodes, pd.DataFrame]) -> None:
    _, speech, _ = world
    assert why_unaudited(speech, "attack") == ""
    assert why_unaudited(speech, "hate") == "not_audited"
    assert why_unaudited(replace(speech, settled=speech.settled.head(99)), "attack") == "few_coded"
    assert why_unaudited(replace(speech, agreement=speech.agreement.assign(verdict="low")), "attack") == "coders_differ"
