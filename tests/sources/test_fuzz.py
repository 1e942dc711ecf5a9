from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workbench.errors import InputError, WorkbenchError
from workbench.settings import read_card
from workbench.sources import read_export
from workbench.sources.corpus.preparing import prepare
from workbench.sources.readers.detection import known_formats
from workbench.sources.readers.opening import Stream
from workbench.sources.redaction.names import NameBook, keyed_names

READERS = tuple(known_formats())
KEY = b"k" * 32
few = settings(max_examples=12, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
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


SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.*"))
odd_cells = cells.filter(lambda cell: "\\" not in cell)
changes = st.lists(st.tuples(st.integers(0, 9999), st.sampled_from(["replace", "cut", "extend"]), odd_cells), max_size=6)
odd_values = values | st.sampled_from([[], {}, [None], {"id": None}, "REDACTED", "[deleted]", -1, 10**30, 1e300])


@pytest.fixture
def natives(study, make, tmp_path):
    card = read_card(study.put(make.chat()))

    def reading(sample, content):
        """Return the ids of all posts that a reader finds and that can be prepared for the store."""
        form = known_formats()[sample.stem]
        stream = Stream(tmp_path / "export")
        stream.path.write_bytes(content)
        book = NameBook(keyed_names(form.names(stream), key=KEY), KEY)
        return {native for batch in form.read(stream, card)
                for native in prepare(batch, platform=form.platform, card=card, key=KEY, names=book,
                                            titles=frozenset(), collected=card.collected_to).posts["native_id"]}

    return reading


def changed_row(row, steps):
    made = list(row)
    for place, how, cell in steps:
        if how == "replace":
            made[place % len(made)] = cell
        else:
            made = made[:1 + place % len(made)] if how == "cut" else [*made, cell]
    return made


def with_changed_rows(text, draw):
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    header, first, *rest = csv.reader(io.StringIO(text), delimiter=separator)
    changed = [changed_row(row, draw(changes)) for row in (first, *rest) * 2]
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([header, first, *changed, *rest])
    return out.getvalue()


def spots(value, path=()):
    """Yield the path of every value within a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from spots(inner, (*path, key))


def changed_value(value, draw):
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 4))):
        if not (places := list(spots(value))):
            break
        *path, last = draw(st.sampled_from(places))
        inner = value
        for key in path:
            inner = inner[key]
        if draw(st.booleans()):
            inner[last] = draw(odd_values)
        else:
            del inner[last]
    return value


def longest_list(value):
    lists = [value, *(found for path in spots(value) if isinstance(found := at(value, path), list))]
    return max((found for found in lists if isinstance(found, list) and any(isinstance(v, dict) for v in found)),
               key=len, default=None)


def at(value, path):
    for key in path:
        value = value[key]
    return value


def with_changed_values(text, draw):
    value = json.loads(text)
    if records := longest_list(value):
        records[1:1] = [changed_value(record, draw) for record in records * 2]
    return json.dumps(value)


def with_changed_lines(text, draw):
    first, *rest = [json.loads(line) for line in text.splitlines()]
    lines = [first, *(changed_value(v, draw) for v in (first, *rest) * 2), *rest]
    return "\n".join(json.dumps(v) for v in lines)


WITH_CHANGES = {".csv": with_changed_rows, ".json": with_changed_values, ".jsonl": with_changed_lines,
                ".ndjson": with_changed_lines}


@pytest.mark.parametrize("sample", [path for path in SAMPLES if path.suffix in WITH_CHANGES], ids=lambda p: p.stem)
@settings(few, max_examples=4)
@given(data=st.data())
def test_strange_records_between_those_of_a_sample_never_lose_a_good_one(natives, sample, data):
    text = sample.read_text()
    changed = WITH_CHANGES[sample.suffix](text, data.draw)
    assert natives(sample, text.encode()) <= natives(sample, changed.encode())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
@settings(few, max_examples=4)
@given(data=st.data())
def test_a_sample_with_a_changed_byte_gives_posts_or_an_error_of_ours(natives, sample, data):
    content = sample.read_bytes()
    where = data.draw(st.integers(0, len(content) - 1))
    changed = content[:where] + bytes([data.draw(st.integers(0, 255))]) + content[where + 1:]
    try:
        found = natives(sample, changed)
    except InputError as error:
        found = {str(error)}
    assert len(found) <= len(content)
