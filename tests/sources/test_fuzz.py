from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.settings import read_card
from workbench.sources import read_export
from workbench.sources.formats import known_formats

READERS = tuple(known_formats())
KEY = b"k" * 32
few = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
scalars = (st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
           | st.sampled_from(["2025-11-03T09:00:00", "1762156800", "user1", "@navn", "https://[x", "\ud800", "{0}"]))
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=6), v, max_size=3),
                      max_leaves=8)


@pytest.fixture
def read(study, make):
    card = read_card(study.put(make.chat()))

    def reading(reader, content):
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            path.write_bytes(content)
            return read_export(path, card=card, key=KEY, format_name=reader)

    return reading


def attempt(read, reader, content):
    try:
        return read(reader, content)
    except WorkbenchError as error:
        return error


@few
@given(content=st.binary(max_size=200), reader=st.sampled_from(READERS),
       start=st.sampled_from([b"", b"\xef\xbb\xbf", b'{"type":"public_channel","messages":[', b"id,chat,author,body,timestamp\n",
                              b"channel_id,date,msg_link,message\n", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"]))
def test_any_bytes_give_a_corpus_or_an_error_of_ours(read, content, reader, start):
    outcome = attempt(read, reader, start + content)
    if isinstance(outcome, WorkbenchError):
        assert "export" in str(outcome)
    else:
        assert outcome.posts["post_id"].is_unique


KEYS = ("id", "type", "date", "date_unixtime", "edited_unixtime", "from", "from_id", "text", "text_entities",
        "forwarded_from", "forwarded_from_id", "reply_to_message_id", "reply_to_peer_id", "reactions", "poll", "media_type",
        "photo", "actor_id")


@few
@given(odd=st.lists(st.dictionaries(st.sampled_from(KEYS), values, max_size=8) | values, max_size=4), head=values)
def test_a_strange_record_of_telegram_never_loses_a_good_one(read, make, odd, head):
    content = make.chat(make.message(10_000_001, "først"), *odd, make.message(10_000_002, "sidst"), extra=head)
    texts = read("telegram-desktop", content).posts["text"].tolist()
    assert {"først", "sidst"} <= set(texts)


@few
@given(odd=values, place=st.sampled_from(["", "name", "type", "id", "messages", "chats"]))
def test_any_shape_of_a_whole_export_gives_a_corpus_or_an_error_of_ours(read, make, odd, place):
    content = odd if not place else make.chat(make.message(1)) | {place: odd}
    outcome = attempt(read, "telegram-desktop", content)
    if isinstance(outcome, WorkbenchError):
        assert "export" in str(outcome)
    else:
        assert len(outcome.posts) <= 1


@few
@given(odd=st.lists(st.dictionaries(st.sampled_from(["id", "snippet", "replies", "kind"]), values, max_size=4) | values,
                    max_size=4), snippet=st.dictionaries(st.sampled_from(
                        ["channelId", "videoId", "topLevelComment", "totalReplyCount"]), values))
def test_a_strange_thread_of_youtube_never_loses_a_good_one(read, make, odd, snippet):
    content = make.page(make.thread("UgA", "først"), *odd, {"snippet": snippet}, make.thread("UgB", "sidst"))
    assert {"først", "sidst"} <= set(read("youtube-comments", content).posts["text"].dropna())


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"\r\n'), max_size=20) | st.sampled_from(
    ["1e999", "nan", "-5", "1762156800", "2025-13-01", "REDACTED", "https://t.me/c/1/2", "=1+1", "user5", "0x1F"])


@few
@given(rows=st.lists(st.lists(cells, min_size=21, max_size=24), max_size=4),
       reader=st.sampled_from(["telegram-tracker", "4cat-telegram"]))
def test_a_strange_row_never_loses_a_good_one(read, make, rows, reader):
    is_tracker = reader == "telegram-tracker"
    text = (make.tracker(make.tracked(10_000_001), make.tracked(10_000_002)) if is_tracker
            else make.fourcat(make.mapped(10_000_001), make.mapped(10_000_002)))
    header, first, last = text.splitlines()
    odd = [",".join(cell.replace(",", " ") for cell in row) for row in rows]
    posts = read(reader, "\n".join([header, first, *odd, last]).encode()).posts
    assert {"10000001", "10000002"} <= set(posts["post_id"].str.split(":").str[1])


@few
@given(data=st.data())
def test_a_changed_byte_gives_a_corpus_or_an_error_of_ours(read, make, data):
    content, reader = data.draw(st.sampled_from([
        (json.dumps(make.chat(*(make.message(i) for i in range(1, 4)))).encode(), "telegram-desktop"),
        (make.tracker(*(make.tracked(i) for i in range(1, 4))).encode(), "telegram-tracker"),
        (json.dumps(make.page(make.thread("Ug1"), make.thread("Ug2"))).encode(), "youtube-comments")]))
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1:]
    outcome = attempt(read, reader, changed)
    if isinstance(outcome, WorkbenchError):
        assert "export" in str(outcome)
    else:
        assert len(outcome.posts) <= 3
