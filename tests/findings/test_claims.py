from __future__ import annotations

import pandas as pd
import pytest

from workbench.findings import describe_claims, release_findings
from workbench.tables.actors import CLAIMS_COLUMNS
from workbench.wording import open_wording


def claims_of(corpus, **ids) -> pd.DataFrame:
    """Return claims as `actors.find_claims` does, each made of some arenas of a corpus."""
    rows = []
    for claim, arenas in ids.items():
        posts = corpus.posts[corpus.posts["arena_id"].isin(arenas)]
        rows.append({"claim": claim, "first_post": posts["post_id"].iloc[0], "posts": len(posts), "arenas": len(arenas),
                     "platforms": 1, "hours": 2.0, "begun_at": posts["posted_at"].iloc[0],
                     "last_at": posts["posted_at"].iloc[-1], "first_at": posts["posted_at"].iloc[0], "hourly": [1],
                     "post_ids": posts["post_id"].tolist()})
    return pd.DataFrame(rows, columns=list(CLAIMS_COLUMNS)).astype(CLAIMS_COLUMNS)


def log_of(**entries) -> pd.DataFrame:
    columns = ["id", "title", "status", "responded"]
    return pd.DataFrame([{"id": k, **e} for k, e in entries.items()], columns=columns, dtype=object)


@pytest.fixture
def town(make_corpus):
    """Eight arenas with six posts of six people each, from nine in the morning, UTC."""
    return make_corpus([(f"T-{a:03d}", f"a-{a}-{i}", f"2025-09-23T09:{i:02d}", f"ord {i}") for a in range(8)
                        for i in range(6)])


ARENAS = [f"T-{a:03d}" for a in range(8)]


def test_the_time_to_an_answer_runs_from_the_first_post_by_the_clocks_of_the_log(town) -> None:
    found = describe_claims(claims_of(town, **{"c-1": ARENAS[:4]}), corpus=town, month="2025-09",
                            log=log_of(**{"c-1": {"status": "refuted", "title": "En titel", "responded": "2025-09-23 15:17"}}))
    row = found.data.iloc[0]
    assert (row["title"], row["status"]) == ("En titel", "refuted")
    assert row["hours_to_response"] == pytest.approx(4 + 17 / 60)  # 13:17 UTC, for the clocks are two hours ahead
    assert (found.facts["found"], found.facts["assessed"], found.facts["answered"]) == (1, 1, 1)


def test_an_answer_that_was_there_before_has_no_time(town) -> None:
    found = describe_claims(claims_of(town, **{"c-1": ARENAS[:4]}), corpus=town, month="2025-09",
                            log=log_of(**{"c-1": {"status": "refuted", "title": "x", "responded": "2025-09-20 10:00"}}))
    assert found.data["hours_to_response"].isna().all()
    assert found.facts["answered"] == 1


def test_what_nobody_assessed_is_called_so_and_has_no_title(town) -> None:
    found = describe_claims(claims_of(town, **{"c-1": ARENAS[:4]}), log_of(), town, month="2025-09")
    assert found.data[["title", "status"]].isna().to_numpy().tolist() == [[True, False]]
    assert found.data["status"].tolist() == ["unconfirmed"]
    assert found.sentence == "finding.claims_open"


def test_assessed_claims_are_told_before_larger_ones_that_nobody_read(town) -> None:
    claims = claims_of(town, **{"c-1": ARENAS, "c-2": ARENAS[:5], "c-3": ARENAS[:3]})
    log = log_of(**{"c-3": {"status": "misleading", "title": "Den lille"}})
    assert set(describe_claims(claims, log, town, month="2025-09", most=2).data["status"]) == {"misleading", "unconfirmed"}
    assert describe_claims(claims, log, town, month="2025-09", most=1).data["title"].tolist() == ["Den lille"]


def test_numbers_by_which_rows_are_told_apart_say_nothing_of_their_size(town) -> None:
    claims = claims_of(town, **{"c-9": ARENAS, "c-1": ARENAS[:3]})
    assert describe_claims(claims, log_of(), town, month="2025-09").data["claim"].tolist() == ["2", "1"]


def test_too_few_people_hide_how_far_it_went_and_leave_what_the_municipality_did(make_corpus, tmp_path) -> None:
    few = make_corpus([(f"T-{a}", "a-1", "2025-09-23T09:00", "ord") for a in range(4)])
    found = describe_claims(claims_of(few, **{"c-1": [f"T-{a}" for a in range(4)]}), corpus=few, month="2025-09",
                            log=log_of(**{"c-1": {"status": "refuted", "title": "x", "responded": "2025-09-23 15:00"}}))
    row = release_findings([found], few, ledger=tmp_path / "ledger.parquet", product="made", minimum_authors=5,
                           minimum_arenas=3)["claims"].data.iloc[0]
    assert row[["arenas", "platforms", "hours"]].isna().all()
    assert (row["status"], row["hours_to_response"]) == ("refuted", 4.0)


def test_enough_people_let_it_be_told_how_far_it_went_and_never_in_how_many_posts(town, tmp_path) -> None:
    found = describe_claims(claims_of(town, **{"c-1": ARENAS[:4]}), log_of(), town, month="2025-09")
    released = release_findings([found], town, ledger=tmp_path / "ledger.parquet", product="made", minimum_authors=5,
                                minimum_arenas=3)["claims"].data
    assert released[["arenas", "platforms", "hours"]].to_numpy().tolist() == [[4, 1, 2.0]]
    assert "posts" not in released
    assert not found.cells


def test_a_month_without_claims_is_told_in_every_language(town) -> None:
    found = describe_claims(claims_of(town), log_of(), town, month="2025-09")
    said = [open_wording(language).say(found.sentence, {**found.known, "period": open_wording(language).period("2025-09")})
            for language in ("da", "en", "sv", "no")]
    assert said[0] == "Ingen tekst gik rundt i 3 arenaer eller flere i september 2025"
    assert len(set(said)) == 4
