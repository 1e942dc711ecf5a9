from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.sources import forget_accounts

ON = date(2026, 1, 31)


def forget(study, *handles, **options):
    return forget_accounts(handles, settings=study.settings, on=ON, **options)


@pytest.fixture
def exports(study, make):
    person = {"author": "1234567", "author_username": "kirsten_p", "author_name": "Kirsten Planteret"}
    path = study.put(make.fourcat(
        make.mapped(1, body="Mit opslag", **person), make.mapped(2, body="Hej @kirsten_p, se https://t.me/kirsten_p"),
        make.mapped(3, body="Om noget andet", author_forwarded_from_username="kirsten_p")), "a.csv")
    study.take(path)
    return path


def test_an_account_shown_by_its_id_is_found_by_its_handle(study, exports):
    done = forget(study, "@Kirsten_P")
    assert done.removed.posts == 1
    posts = study.corpus().posts
    assert len(posts) == 2
    assert not posts["text"].str.contains("Mit opslag").any()


def test_nothing_points_at_a_forgotten_account_any_more(study, exports):
    before = study.corpus().links
    forget(study, "kirsten_p")
    links = study.corpus().links
    assert {"mention", "forward"} <= set(before["relation"])
    assert not {"mention", "forward"} & set(links["relation"])


def test_a_forgotten_account_is_refused_by_later_imports(study, exports, make):
    forget(study, "kirsten_p")
    row = study.take(exports).files.iloc[0]
    assert (row["forgotten"], row["kept"], row["repeated"]) == (1, 2, 0)
    newer = study.put(make.chat(make.message(7, "Her igen", from_id="user1234567")), "ny.json")
    assert study.take(newer).files.iloc[0]["forgotten"] == 1
    assert not study.corpus().posts["text"].str.contains("Her igen|Mit opslag").any()


@pytest.fixture
def own_page(study, make):
    """A channel that is shown by its handle, by its id under another title, and by its title; and one beside it."""
    def telethon(channel, **names):
        return {"messages": [{"_": "Message", "id": 7, "peer_id": {"_": "PeerChannel", "channel_id": channel},
                              "date": "2025-10-01T12:00:00+00:00", "message": "Mit opslag", "post": True, "from_id": None,
                              "fwd_from": None, "entities": [], "views": 3}],
                "chats": [{"_": "Channel", "id": channel, "title": "Kirstens side", "broadcast": True} | names]}

    own = {"type": "public_channel", "id": 1900000009}
    paths = [study.put(content, f"{number}.json", source=f"kilde{number}") for number, content in enumerate([
        telethon(1900000009, username="kirsten_p"),
        make.chat(make.message(8, "Mit opslag igen"), **own, name="Kirstens nye side"),
        make.chat(make.message(9, "Mit opslag uden id"), name="Kirstens side", type="public_channel", id=None),
        make.chat(make.message(1, forwarded_from="Kirstens side", forwarded_from_id="channel1900000009"),
                  make.message(2, forwarded_from="Kirstens nye side"), make.message(3, "Om noget andet")),
        telethon(1900000010, username="naboen")])]
    for path in paths:
        study.take(path)
    return paths


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_page_of_a_forgotten_account_a_new_import_leaves_no_trace(study, own_page, order):
    arenas = study.corpus().arenas
    [own] = arenas.loc[arenas["native_key"].notna() & arenas["handle_key"].notna(), "arena_id"].head(1)
    forget(study, "@kirsten_p")
    after = study.corpus()
    study.take(*own_page[::order])
    again = study.corpus()
    for table in ("posts", "links", "arenas", "sightings"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(after, table))
    assert own not in set(again.arenas["arena_id"])
    assert not again.posts["text"].str.contains("igen|uden id").any()
    assert "forward" not in set(again.links["relation"])


def test_another_page_of_the_same_title_as_a_forgotten_one_stays(study, own_page):
    forget(study, "@kirsten_p")
    study.take(*own_page)
    assert sorted(study.corpus().arenas["title"]) == ["Kirstens side", "Prøvegruppen"]


def test_an_id_works_as_well_as_a_handle(study, exports):
    assert forget(study, "1234567").removed.posts == 1


def test_display_names_count_only_where_they_are_asked_for(study, make):
    study.take(study.put(make.chat(make.message(1, **{"from": "Kirsten Planteret"}))))
    with pytest.raises(InputError, match="goes by any of these handles"):
        forget(study, "Kirsten Planteret")
    assert forget(study, "Kirsten Planteret", by_name=True).removed.posts == 1


def test_a_private_chat_with_a_forgotten_person_goes_whole(study, make):
    study.take(study.put(make.chat(make.message(1), make.message(2, from_id="user9"), name="Kirsten Planteret",
                                   type="personal_chat", id=1234567)))
    done = forget(study, "1234567")
    assert (done.removed.arenas, done.removed.posts) == (1, 2)
    assert study.corpus().arenas.empty


def test_rows_in_quarantine_that_hold_the_handle_go(study, make):
    study.take(study.put(make.chat(make.message(1, from_id="user77"), {"views": "@kirsten_p"}, {"views": "andet"})))
    assert forget(study, "user77", "kirsten_p").quarantined == 1
    [left] = (study.folder / "data" / "raw" / "quarantine").iterdir()
    assert "kirsten_p" not in left.read_text()
    assert "andet" in left.read_text()


def test_the_certificate_holds_counts_and_pseudonyms_and_no_handle(study, exports):
    done = forget(study, "kirsten_p")
    text = done.certificate.read_text()
    assert json.loads(text)["posts left"] == 0
    assert json.loads(text)["removed"]["posts"] == 1
    assert "kirsten" not in text
    assert done.sources == ["kilde"]


def test_a_handle_that_nobody_has_is_said_to_be_unknown(study, exports):
    before = study.corpus().posts
    with pytest.raises(InputError, match="Check their spelling"):
        forget(study, "findes_ikke")
    assert study.corpus().posts.equals(before)


def test_tables_derived_from_the_corpus_go_and_the_ledger_of_released_numbers_stays(study, exports):
    for name in ("topics", "findings"):
        (study.folder / "data" / "processed" / name).mkdir()
    forget(study, "kirsten_p")
    assert not (study.folder / "data" / "processed" / "topics").exists()
    assert (study.folder / "data" / "processed" / "findings").exists()
