from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from workbench.sources import forget_accounts, purge_sources, rotate_key
from workbench.tables.posts import SIGHTING_COLUMNS

ON = date(2026, 1, 31)
SPRING = {"collected_from": "2025-01-01", "collected_to": "2025-03-31"}


@pytest.fixture
def two_exports(study, make):
    """A group in spring and at the year's end: renamed and closed in between."""
    notice = {"id": 5, "type": "service", "date": "2025-11-03T09:10:00", "date_unixtime": "1762157400",
              "actor": "Person A", "actor_id": "user1001", "action": "edit_group_title", "title": "Ny titel", "text": ""}
    old = study.put(make.chat(make.message(1, date_unixtime="1740000000"), name="Gammel titel"), source="foraar",
                    **SPRING, delete_by="2026-01-31")
    new = study.put(make.chat(make.message(2), notice, name="Ny titel", type="private_supergroup"), source="efteraar")
    return old, new


def test_each_export_shows_what_the_arena_was_called_and_whether_it_was_open(study, two_exports):
    study.take(*two_exports)
    seen = study.corpus().sightings
    assert dict(zip(seen.columns, map(str, seen.dtypes), strict=True)) == {
        name: str(pd.Series(dtype=kind).dtype) for name, kind in SIGHTING_COLUMNS.items()}
    seen = seen.sort_values("seen_at")
    assert seen["source_id"].tolist() == ["foraar", "efteraar"]
    assert seen["is_public"].tolist() == [True, False]
    assert seen["title_key"].nunique() == 2
    assert seen["arena_id"].unique().tolist() == ["T-001"]
    assert b"Gammel titel" not in study.written()


def test_a_notice_of_a_new_title_is_a_relation_to_the_same_pseudonym_as_the_title(study, two_exports):
    study.take(*two_exports)
    corpus = study.corpus()
    [notice] = corpus.links[corpus.links["relation"] == "retitled"].to_dict("records")
    assert notice["post_id"] == "T-001:5"
    assert notice["target"] == corpus.sightings.sort_values("seen_at")["title_key"].iloc[-1]


@pytest.mark.parametrize("again", [False, True])
def test_the_order_of_imports_does_not_matter_nor_does_importing_again(make_study, make, again):
    def export(study, month, title, kind):
        unix = str(int(pd.Timestamp(f"2025-{month:02d}-10", tz="UTC").timestamp()))
        return study.put(make.chat(make.message(month, date_unixtime=unix), name=title, type=kind), source=f"m{month}",
                         collected_from="2025-01-01", collected_to=f"2025-{month:02d}-28")

    found = []
    for number, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 2, 0)]):
        study = make_study(f"s{number}")
        paths = [export(study, 2, "A", "public_supergroup"), export(study, 5, "B", "public_supergroup"),
                 export(study, 8, "A", "private_supergroup")]
        for i in order * (2 if again else 1):
            study.take(paths[i])
        found.append(study.corpus().sightings)
    assert len(found[0]) == 3
    pd.testing.assert_frame_equal(found[0], found[1])
    pd.testing.assert_frame_equal(found[0], found[2])


def test_of_a_private_chat_no_history_is_kept(study, make):
    corpus = study.read(make.chat(make.message(1), name="Kirsten Planteret", type="personal_chat"))
    assert len(corpus.arenas) == 1
    assert corpus.sightings.empty


def test_an_impossible_date_does_not_make_an_export_younger_than_its_card(study, make):
    seen = study.read(make.chat(make.message(1, date_unixtime="4102444800"))).sightings
    assert seen["seen_at"].iloc[0] < pd.Timestamp("2026-01-01", tz="UTC")


def test_a_card_that_is_corrected_corrects_what_was_seen_under_it(study, make):
    path = study.put(make.chat(make.message(1)))
    study.take(path)
    study.put(make.chat(make.message(1)), access='"link"')
    study.take(path)
    assert study.corpus().sightings["access"].tolist() == ["link"]


def test_a_purged_source_takes_its_sightings_with_it(study, two_exports):
    study.take(*two_exports)
    done = purge_sources(study.settings, on=ON)
    assert study.corpus().sightings["source_id"].tolist() == ["efteraar"]
    assert json.loads(done.certificate.read_text())["removed"]["sightings"] == 1


def _telethon(username, date):
    return {"messages": [{"_": "Message", "id": 7, "peer_id": {"_": "PeerChannel", "channel_id": 1900000009},
                          "date": date, "message": "Hej", "post": True, "from_id": None, "fwd_from": None,
                          "entities": [], "views": 3}],
            "chats": [{"_": "Channel", "id": 1900000009, "title": "Kanal", "username": username, "broadcast": True}]}


@pytest.mark.parametrize("handle", ["kirsten_p", "kirsten_ny"])
def test_a_forgotten_page_is_found_by_each_handle_it_had(study, handle):
    study.take(study.put(_telethon("kirsten_p", "2025-02-01T12:00:00+00:00"), "a.json", source="a", **SPRING))
    study.take(study.put(_telethon("kirsten_ny", "2025-10-01T12:00:00+00:00"), "b.json", source="b"))
    assert len(study.corpus().sightings) == 2
    forget_accounts([handle], settings=study.settings, on=ON)
    assert study.corpus().sightings.empty
    assert study.corpus().posts.empty


def test_a_forgotten_page_is_not_seen_again_by_later_imports(study):
    path = study.put(_telethon("kirsten_p", "2025-10-01T12:00:00+00:00"))
    study.take(path)
    forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    study.take(path)
    assert study.corpus().sightings.empty


def test_a_channel_whose_handle_is_gone_is_no_longer_public(study):
    study.take(study.put(_telethon("kanal", "2025-02-01T12:00:00+00:00"), "a.json", source="a", **SPRING))
    study.take(study.put(_telethon(None, "2025-10-01T12:00:00+00:00"), "b.json", source="b"))
    assert study.corpus().sightings.sort_values("seen_at")["is_public"].tolist() == [True, False]


def test_where_an_export_says_nothing_of_being_public_it_is_missing(study):
    seen = study.read(_telethon("kanal", "2025-10-01T12:00:00+00:00")["messages"]).sightings
    assert seen["is_public"].isna().tolist() == [True]


def test_a_new_key_gives_sightings_new_pseudonyms_and_the_same_arenas(study, two_exports):
    study.take(*two_exports)
    before = study.corpus().sightings
    rotate_key(study.settings)
    after = study.corpus().sightings
    plain = ["arena_id", "source_id", "seen_at", "last_seen", "access", "is_public"]
    pd.testing.assert_frame_equal(before[plain], after[plain])
    assert not set(before["title_key"]) & set(after["title_key"])


def test_the_titles_of_a_real_channel_are_read_from_its_notices(study, shared_data):
    path = shared_data / "tg_telethon_jsonl" / "onepiecespoilhere_1508897975.jsonl"
    if not path.exists():
        pytest.skip("the real channel is not among the shared data")
    study.take(study.put(path.read_bytes(), path.name, collected_from="2020-01-01"))
    relations = study.corpus().links["relation"].value_counts()
    lines = path.read_text(encoding="utf-8").splitlines()
    edits = {json.loads(line)["id"] for line in lines if "MessageActionChatEditTitle" in line}
    assert relations["retitled"] == len(edits) >= 2
