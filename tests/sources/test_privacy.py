from __future__ import annotations

import stat

import pytest

from workbench.errors import KeyMismatchError
from workbench.sources import key_fingerprint, load_key

SECRETS = ("Kirsten", "Planteret", "kirsten_p", "kirsten.p", "20304050", "20 30 40 50", "0102031234", "010203-1234",
           "1234567", "hemmeligkode", "7654321", "UCkirsten", "Erik Avsender")
TEXT = ("Hej Kirsten Planteret og @kirsten_p, mail kirsten.p@post.invalid, ring 20 30 40 50 eller 20304050, cpr "
        "010203-1234 / 0102031234, se https://t.me/+hemmeligkode og https://instagram.com/kirsten_p?igsh=hemmeligkode "
        "og https://avis.invalid/a?email=kirsten.p@post.invalid&utm_id=hemmeligkode")


def check(study):
    written = study.written()
    assert b"[handle]" in written
    assert not [s for s in SECRETS if s.casefold().encode() in written.lower()]


def test_no_planted_identifier_of_a_telegram_desktop_export_is_stored(study, make):
    person = {"from": "Kirsten Planteret", "from_id": "user1234567"}
    service = {"id": 9, "type": "service", "date_unixtime": "1762156800", "actor": "Kirsten Planteret",
               "actor_id": "user1234567", "action": "invite_members", "members": ["Erik Avsender"], "text": ""}
    study.take(study.put(make.chat(
        make.message(1, TEXT + " siger Erik Avsender"), make.message(2, "Hej", **person), service,
        make.message(3, ["Tak ", {"type": "mention_name", "text": "Kirsten Planteret", "user_id": 7654321}]),
        make.message(4, "x", forwarded_from="Kirsten Planteret", author="Erik Avsender", via_bot="@kirsten_p"),
        make.message(5, "", contact_information={"first_name": "Kirsten", "phone_number": "20304050"}),
        {"id": 6, "text": TEXT}, name="Snak med Kirsten Planteret og Erik Avsender",
    )), study.put(make.chat(make.message(1, TEXT, **person), name="Kirsten Planteret", type="personal_chat", id=1234567),
                  "privat.json"))
    check(study)


def test_no_planted_identifier_of_the_csv_formats_is_stored(study, make):
    person = {"author": "1234567", "author_username": "kirsten_p", "author_name": "Kirsten Planteret"}
    study.take(
        study.put(make.fourcat(make.mapped(1, body=TEXT, **person), make.mapped(
            2, author_forwarded_from_name="Kirsten Planteret", author_forwarded_from_username="kirsten_p")), "a.csv"),
        study.put(make.tracker(make.tracked(1, forward_msg_from_peer_name="kirsten_p", signature="kirsten_p",
                                            url="https://t.me/kirsten_p/7654321")), "b.csv"))
    study.take(study.put(make.fourcat(make.mapped(1, body="Hej @nogen", **person)), "c.csv"))
    check(study)


def test_no_planted_identifier_of_a_youtube_export_is_stored(study, make):
    study.take(study.put(make.page(make.thread(
        "Ug1", TEXT, answers=1, snippet={"authorDisplayName": "Kirsten Planteret",
                                         "authorChannelId": {"value": "UCkirsten"}, "textOriginal": TEXT,
                                         "publishedAt": "2025-10-10T10:00:00Z"}))))
    check(study)


def test_messages_of_errors_hold_no_text_of_posts(study, make):
    raw = make.tracker(make.tracked(1, cleaned_message=TEXT)).replace("channel_id", "channel_id,channel_id", 1)
    with pytest.raises(Exception, match="line 1") as caught:
        study.take(study.put(raw, "m.csv"), format_name="telegram-tracker")
    assert not [s for s in SECRETS if s in str(caught.value)]


def write_key(study, content):
    study.settings.key_file.parent.mkdir(exist_ok=True)
    study.settings.key_file.write_text(content, encoding="utf-8")
    study.settings.key_file.chmod(0o600)


def test_the_key_is_made_once_for_its_owner_only(study):
    key = load_key(study.settings)
    assert load_key(study.settings) == key
    assert len(key) == 32
    assert stat.S_IMODE(study.settings.key_file.stat().st_mode) == 0o600
    assert key_fingerprint(key) not in study.settings.key_file.read_text()


def test_a_key_inside_the_study_is_refused(inside_key, make):
    with pytest.raises(KeyMismatchError, match="inside the study"):
        inside_key.take(inside_key.put(make.chat(make.message(1))))
    assert not inside_key.settings.key_file.exists()


def test_a_key_that_leads_into_the_study_by_a_link_is_refused(study):
    study.settings.key_file.parent.mkdir()
    (study.folder / "skjult.key").write_text("00" * 32)
    study.settings.key_file.symlink_to(study.folder / "skjult.key")
    with pytest.raises(KeyMismatchError, match="inside the study"):
        load_key(study.settings)


def test_another_key_than_the_corpus_was_made_with_is_refused(study, make):
    path = study.put(make.chat(make.message(1)))
    study.take(path)
    before = study.state()
    write_key(study, "ab" * 32)
    with pytest.raises(KeyMismatchError, match=key_fingerprint(bytes.fromhex("ab" * 32))):
        study.take(path)
    assert study.state() == before


def test_a_lost_key_is_not_replaced_in_silence(study, make):
    path = study.put(make.chat(make.message(1)))
    study.take(path)
    study.settings.key_file.unlink()
    with pytest.raises(KeyMismatchError, match="missing"):
        study.take(path)
    assert not study.settings.key_file.exists()


@pytest.mark.parametrize("content", ["", "ikke hex", "ab" * 8, "æ" * 64])
def test_a_damaged_key_is_refused(study, content):
    write_key(study, content)
    with pytest.raises(KeyMismatchError, match="Put the right file back"):
        load_key(study.settings)
