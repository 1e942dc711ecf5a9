"""What lies behind a corpus is told as tables: cards, refused records, posts of several sources, gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.sources import describe_gaps, describe_overlap, list_cards, read_quarantine
from workbench.tables.imports import CARD_COLUMNS, GAP_COLUMNS, OVERLAP_COLUMNS, QUARANTINE_COLUMNS
from workbench.tables.posts import POST_SOURCE_COLUMNS, VERSION_COLUMNS

SECRET = "Jens Hansen"


def test_a_card_tells_what_lies_there_what_was_imported_and_what_it_says(study, make) -> None:
    study.take(study.put(make.chat(make.message(1), make.message(2)), source="hentet", purpose='"gade"'))
    study.put(make.chat(make.message(3)), source="venter")
    study.put("{}", source="fejl", controller=None)
    cards = list_cards(study.settings).set_index("source_id")
    assert cards.reset_index().dtypes.astype(str).to_dict() == CARD_COLUMNS
    assert cards[["files", "imported", "posts"]].astype(int).to_dict("index") == {
        "fejl": {"files": 1, "imported": 0, "posts": 0}, "hentet": {"files": 1, "imported": 1, "posts": 2},
        "venter": {"files": 1, "imported": 0, "posts": 0}}
    assert cards.loc["hentet", ["purpose", "delete_by", "collected_from"]].tolist() == ["gade", "2027-09-30", "2025-07-01"]
    assert pd.isna(cards.loc["fejl", "purpose"])


def test_a_source_whose_export_is_gone_is_still_told(study, make) -> None:
    path = study.put(make.chat(make.message(1)), source="slettet")
    study.take(path)
    path.unlink()
    (path.parent / "source.toml").unlink()
    [card] = list_cards(study.settings).to_dict("records")
    assert (card["source_id"], card["files"], card["imported"], card["posts"]) == ("slettet", 0, 1, 1)
    assert card["controller"] == "Prøveby Kommune"


def test_a_refused_record_is_told_by_place_and_reason_and_never_by_what_it_holds(study, make) -> None:
    good = make.chat(make.message(1), make.message(2), make.message(3))
    good["messages"][1] |= {"date": "ikke en dato", "from": SECRET, "text": SECRET}
    good["messages"][1].pop("date_unixtime", None)
    good["messages"].append("ikke en post")
    ledger = study.take(study.put(good)).files.iloc[0]
    found = read_quarantine(study.folder)
    assert found.dtypes.astype(str).to_dict() == QUARANTINE_COLUMNS
    assert len(found) == ledger["quarantined"] > 0
    assert set(found["file"]) == {ledger["file"]}
    assert set(found["source_id"]) == {"kilde"}
    told = "; ".join(f"{reason}: {n}" for reason, n in sorted(found["reason"].value_counts().items()))
    assert told == ledger["quarantine_reasons"]
    assert SECRET not in found.to_csv()
    assert all((study.folder / path).is_file() for path in found["kept_in"])


def test_a_study_without_refused_records_has_an_empty_table(study) -> None:
    assert read_quarantine(study.folder).dtypes.astype(str).to_dict() == QUARANTINE_COLUMNS
    assert read_quarantine(study.folder).empty


def test_posts_that_two_sources_hold_are_counted_by_pair(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a", f"2025-07-0{d} 08:00", "hej") for d in range(1, 7)])
    ids = corpus.posts["post_id"].tolist()
    held = {"a": ids[:4], "b": ids[2:6], "c": ids[5:]}
    sources = pd.DataFrame([(post, source) for source, posts in held.items() for post in posts],
                           columns=["post_id", "source_id"]).reindex(columns=list(POST_SOURCE_COLUMNS))
    versions = pd.DataFrame({"post_id": [ids[2], ids[2], ids[0]]}).reindex(columns=list(VERSION_COLUMNS))
    found = describe_overlap(replace(corpus, post_sources=sources.astype(POST_SOURCE_COLUMNS),
                                     versions=versions.astype(VERSION_COLUMNS)))
    assert found.dtypes.astype(str).to_dict() == OVERLAP_COLUMNS
    assert found.astype(object).to_numpy().tolist() == [["a", "b", 2, 4, 4, 1], ["b", "c", 1, 4, 1, 0]]
    assert describe_overlap(corpus).empty


def daily(make_corpus, arenas: dict[str, set[int]], *, jump: dict[str, int] | None = None, days: int = 90):
    """Arenas with five posts a day, but on their silent days; numbers count up, and jump where the silence begins."""
    rows, ids = [], []
    for arena, silent in arenas.items():
        number = 0
        for day in range(days):
            if day in silent:
                number += (jump or {}).get(arena, 0)
                continue
            for hour in range(5):
                number += 1
                rows.append((arena, "a", f"{pd.Timestamp('2025-07-01') + pd.Timedelta(days=day, hours=hour)}", "hej"))
                ids.append((arena, number))
    corpus = make_corpus(rows)
    made = corpus.posts.sort_values(["arena_id", "posted_at"])
    made = made.assign(post_id=[f"{a}:{n}" for a, n in sorted(ids)]).sort_values(["posted_at", "post_id"])
    return replace(corpus, posts=made.astype({"post_id": "string"}).reset_index(drop=True))


def test_a_gap_in_which_the_platform_gave_numbers_away_looks_like_a_fault(make_corpus) -> None:
    corpus = daily(make_corpus, {"T-001": set(range(40, 50)), "T-002": set(range(60, 70))}, jump={"T-001": 5})
    gaps = describe_gaps(corpus).set_index("arena_id")
    assert gaps.reset_index().dtypes.astype(str).to_dict() == GAP_COLUMNS
    told = ["first_day", "last_day", "days", "ids_missing", "looks_like"]
    assert gaps.loc["T-001", told].tolist() == ["2025-08-10", "2025-08-19", 10, 50, "fault"]
    assert gaps.loc["T-002", told].tolist() == ["2025-08-30", "2025-09-08", 10, 0, "silence"]
    assert gaps.loc["T-001", "usual"] == 5


def test_a_gap_of_all_arenas_of_a_source_at_once_looks_like_a_fault(make_corpus) -> None:
    silent = set(range(40, 47))
    corpus = daily(make_corpus, {f"T-00{n}": silent for n in range(1, 6)})
    assert describe_gaps(corpus)["looks_like"].tolist() == ["fault"] * 5
    assert describe_gaps(corpus)["also_silent"].tolist() == [1.0] * 5
    other = replace(corpus, posts=corpus.posts.assign(source_id=corpus.posts["arena_id"]))
    assert describe_gaps(other)["looks_like"].tolist() == ["silence"] * 5  # each in a source of its own


def test_where_numbers_do_not_count_up_nothing_is_claimed(make_corpus) -> None:
    corpus = daily(make_corpus, {"Y-001": set(range(40, 50))})
    words = corpus.posts.assign(post_id=corpus.posts["post_id"].str.replace(":", ":x", regex=False))
    [gap] = describe_gaps(replace(corpus, posts=words)).to_dict("records")
    assert gap["looks_like"] == "unknown"
    assert pd.isna(gap["ids_missing"])


def test_days_before_the_first_and_after_the_last_post_are_no_gap(make_corpus) -> None:
    corpus = daily(make_corpus, {"T-001": set(), "T-002": {*range(30), *range(70, 90)}})
    assert describe_gaps(corpus).empty


def test_the_days_before_an_arena_opened_say_nothing_of_its_habits(make_corpus) -> None:
    corpus = daily(make_corpus, {"T-001": set(), "T-002": {*range(30), *range(45, 51)}})
    assert describe_gaps(corpus)[["arena_id", "days"]].to_numpy().tolist() == [["T-002", 6]]


def test_an_arena_that_writes_now_and_then_has_no_gap(make_corpus) -> None:
    generator = np.random.default_rng(1)
    days = sorted(generator.choice(365, size=80, replace=False))
    rows = [("T-001", "a", f"{pd.Timestamp('2025-01-01') + pd.Timedelta(days=int(d))}", "hej") for d in days]
    assert describe_gaps(make_corpus(rows)).empty


def test_a_corpus_without_times_has_no_gap(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "hej")])
    undated = corpus.posts.assign(posted_at=pd.Series([pd.NaT], dtype=corpus.posts["posted_at"].dtype))
    assert describe_gaps(replace(corpus, posts=undated)).dtypes.astype(str).to_dict() == GAP_COLUMNS
