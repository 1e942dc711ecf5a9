from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.tables.posts import empty_frame
from workbench.tables.watching import CANDIDATE_COLUMNS, EVIDENCE_COLUMNS, Candidates
from workbench.watching import (
    accept_arena,
    decline_arena,
    find_undecided,
    find_unfounded,
    log_decision,
    read_watch_list,
    read_watch_log,
    remove_arena,
    review_arena,
    start_watch_list,
    write_watch_list,
)

WHO = {"role": "ssp-koordinator", "reason": "mange unge er der"}
AS = {"category": "lokal", "access": "open"}


@pytest.fixture
def candidates() -> Candidates:
    row = {"arena": "x-0123abcd", "kind": "channel", "platform": "telegram", "arenas": 3, "posts": 8, "weeks": 2,
           "open_share": 1.0, "first_at": pd.Timestamp("2025-08-01", tz="UTC"), "last_at": pd.Timestamp("2025-08-09", tz="UTC"),
           "is_new": True, "needs_basis": False, "was_declined": False}
    return Candidates(pd.DataFrame([row]).astype(CANDIDATE_COLUMNS), empty_frame(EVIDENCE_COLUMNS))


def test_the_first_list_holds_every_imported_arena_and_no_title(make_corpus, tmp_path: Path) -> None:
    corpus = make_corpus([("T-002", "a", "2025-08-01", "x"), ("T-001", "a", "2025-08-01", "x"), ("N-001", "a", "2025-08-01", "x")])
    arenas = corpus.arenas.assign(source_id="kort", reason=["@byen: lokal", None, None], category=["by", None, None],
                                  platform=["field notes", "telegram", "telegram"]).astype(corpus.arenas.dtypes.to_dict())
    corpus = replace(corpus, arenas=arenas, provenance={"cards": [{"source_id": "kort", "purpose": "følge den\nlokale tone"}]})
    watched = start_watch_list(tmp_path, corpus, role="ssp-koordinator", unsorted="ikke sorteret")
    assert watched["arena"].tolist() == ["T-001", "T-002"]
    assert watched["name"].isna().all()
    assert set(watched["reason"]) == {"følge den lokale tone"}
    assert set(watched["category"]) == {"ikke sorteret"}
    assert set(watched["card"]) == {"kort"}
    assert (watched["review"] - watched["added"]).dt.days.tolist() == [90, 90]
    assert read_watch_log(tmp_path)[["what", "arena"]].values.tolist() == [["added", "T-001"], ["added", "T-002"]]
    assert find_undecided(watched, read_watch_log(tmp_path)) == []
    with pytest.raises(CardError, match="is there already"):
        start_watch_list(tmp_path, corpus, role="ssp-koordinator")


def test_who_is_accepted_removed_and_reviewed_stands_in_list_and_log(tmp_path: Path) -> None:
    accept_arena(tmp_path, "x-0123abcd", name="Havnens kanal", **WHO, **AS)
    assert review_arena(tmp_path, "x-0123abcd", again=date(2026, 1, 5), **WHO)["review"].iloc[0] == pd.Timestamp("2026-01-05", tz="UTC")
    assert remove_arena(tmp_path, "x-0123abcd", **WHO)["status"].tolist() == ["removed"]
    again = accept_arena(tmp_path, "x-0123abcd", **WHO, **AS)
    assert again["status"].tolist() == ["followed"]
    log = read_watch_log(tmp_path)
    assert log["what"].tolist() == ["accepted", "reviewed", "removed", "accepted"]
    assert set(log["role"]) == {"ssp-koordinator"}
    assert log["when"].is_monotonic_increasing


@pytest.mark.parametrize("given", [{"role": "Karen Jensen"}, {"role": ""}, {"reason": ""}, {"reason": "=1"}, {"reason": "a\nb"},
                                   {"access": "closed"}, {"access": "hidden"}, {"category": ""}, {"name": "@havnen"}])
def test_without_role_reason_or_basis_nothing_is_accepted(tmp_path: Path, given: dict) -> None:
    with pytest.raises(CardError):
        accept_arena(tmp_path, "x-0123abcd", **{**WHO, **AS, **given})
    assert not (tmp_path / "watch" / "list.csv").exists()
    assert read_watch_log(tmp_path).empty


def test_what_is_followed_or_is_not_is_not_decided_twice(tmp_path: Path) -> None:
    accept_arena(tmp_path, "T-001", **WHO, **AS)
    with pytest.raises(CardError, match="followed already"):
        accept_arena(tmp_path, "T-001", **WHO, **AS)
    for decide in (remove_arena, review_arena):
        with pytest.raises(CardError, match="not followed"):
            decide(tmp_path, "T-002", **WHO)
    assert len(read_watch_log(tmp_path)) == 1


def test_a_declined_candidate_is_logged_with_its_evidence_and_others_cannot_be_declined(tmp_path: Path, candidates) -> None:
    decline_arena(tmp_path, "x-0123abcd", candidates, **WHO)
    [row] = read_watch_log(tmp_path).to_dict("records")
    assert (row["what"], row["arenas"], row["posts"]) == ("declined", 3, 8)
    with pytest.raises(CardError, match="none of the 1 candidates"):
        decline_arena(tmp_path, "x-ffffffff", candidates, **WHO)


def test_the_log_only_grows_even_where_a_spreadsheet_saved_it(tmp_path: Path) -> None:
    log_decision(tmp_path, what="accepted", arena="T-001", **WHO)
    path = tmp_path / "watch" / "log.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfwhen;role")
    path.write_bytes(path.read_bytes().replace(b";", b",").rstrip())
    before = path.read_bytes()
    log_decision(tmp_path, what="removed", arena="T-001", role="ssp", reason="væk; eller tavs, måske")
    assert path.read_bytes().startswith(before)
    assert read_watch_log(tmp_path)["reason"].tolist() == ["mange unge er der", "væk; eller tavs, måske"]


def test_a_log_that_somebody_spoiled_is_told_by_line_and_not_written_on(tmp_path: Path) -> None:
    log_decision(tmp_path, what="accepted", arena="T-001", **WHO)
    path = tmp_path / "watch" / "log.csv"
    path.write_bytes(path.read_bytes().replace(b"accepted", b"yes"))
    before = path.read_bytes()
    with pytest.raises(CardError, match="line 2, column what"):
        accept_arena(tmp_path, "T-002", **WHO, **AS)
    assert path.read_bytes() == before
    assert not (tmp_path / "watch" / "list.csv").exists()


def test_what_somebody_wrote_into_the_file_alone_and_closed_arenas_without_a_basis_are_found(tmp_path: Path, listed, log_of) -> None:
    write_watch_list(tmp_path, pd.concat([listed("T-001", "T-003"), listed("T-002", access="closed", card="lukket")]))
    watched = read_watch_list(tmp_path)
    assert find_undecided(watched, log_of(("added", "T-001", None, None), ("declined", "T-003", 1, 1))) == ["T-002", "T-003"]
    assert find_unfounded(watched, ["made"]) == ["T-002"]
    assert find_unfounded(watched, ["lukket"]) == []
