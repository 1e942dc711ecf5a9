from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.settings import read_card
from workbench.sources.readers import counting, csv_stream, json_stream
from workbench.sources.readers.counting import count_records
from workbench.sources.readers.detection import detect_format, known_formats
from workbench.sources.readers.opening import Stream, list_streams

FOLDER = Path(__file__).parent / "samples"
SAMPLES = {path.stem: path for path in sorted(FOLDER.glob("*.*"))} | {
    path.parent.name: path for path in sorted(FOLDER.glob("*/sample.*"))}


@pytest.fixture
def card(study, make):
    return read_card(study.put(make.chat(make.message(1))))


def read_of(stream, form, card):
    return sum(len(batch.posts) + batch.covered + len(batch.faults) for batch in form.read(stream, card))


@pytest.mark.parametrize("name", SAMPLES)
def test_of_every_sample_as_many_records_are_counted_as_are_read(card, name):
    [stream] = list_streams(SAMPLES[name])
    form = detect_format(stream)
    counted = None if name in ("reddit-listing", "yt-dlp") else read_of(stream, form, card)  # their records stand in trees
    assert count_records(stream, form) == counted
    assert counted != 0


def test_a_reader_that_skips_a_record_is_found_out(card, study, make, monkeypatch):
    def without_the_second(records):
        return lambda *args: (record for number, record in enumerate(records(*args)) if number != 1)

    table = study.put(make.fourcat(*(make.mapped(i) for i in range(1, 6))), "export.csv")
    chat = study.put(make.chat(*(make.message(i) for i in range(1, 6))))
    monkeypatch.setattr(csv_stream, "_rows", without_the_second(csv_stream._rows))
    monkeypatch.setattr("workbench.sources.readers.formats.telegram_desktop.json_items",
                        without_the_second(json_stream.json_items))
    for path in (table, chat):
        [stream] = list_streams(path)
        form = detect_format(stream)
        assert (count_records(stream, form), read_of(stream, form, card)) == (5, 4)


def test_several_chats_replies_and_pages_are_all_counted(card, study, make):
    account = {"about": "x", "contacts": {"list": [1, 2, 3]}, "chats": {"list": [
        {**make.chat(*(make.message(i) for i in range(n)), id=n)} for n in (3, 0, 4)]}}
    threads = make.page(make.thread("a", answers=3), make.thread("b"))
    pages = "\n".join(json.dumps({"data": [{"id": str(10**18 + i), "text": "hej"} for i in range(n)]}) for n in (2, 5))
    for content, form, number in ((account, "telegram-desktop", 7), (threads, "youtube-comments", 5),
                                  (pages, "x-api", 7)):
        [stream] = list_streams(study.put(content, "export"))
        assert count_records(stream, known_formats()[form]) == number == read_of(stream, known_formats()[form], card)


def test_bad_records_are_counted_like_good_ones(card, study, make):
    raw = json.dumps(make.chat(*(make.message(i, width="X" if i in (2, 5) else 1) for i in range(1, 9))))
    [stream] = list_streams(study.put(raw.replace('"X"', "NaN")))
    assert count_records(stream, known_formats()["telegram-desktop"]) == read_of(
        stream, known_formats()["telegram-desktop"], card) == 8


def test_lines_of_a_chat_that_begin_no_message_are_not_counted(card, study):
    lines = ["01.08.2025, 09.15 - Anna: hej", "12.5 er prisen", "01.08.2025, 09.16 - Bo: se", "den 1.8.2025 09.15 - nej"]
    [stream] = list_streams(study.put("\n".join(lines), "_chat.txt"))
    assert count_records(stream, known_formats()["whatsapp"]) == read_of(stream, known_formats()["whatsapp"], card) == 2


cells = st.text(st.sampled_from('a",;\n\r\tæ \\'), max_size=6)
plain = st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('a"\\{}[],:'), max_size=6)
values = st.recursive(plain, lambda v: st.lists(v, max_size=3) | st.dictionaries(
    st.sampled_from(["messages", "a", '"messages":[', "\\"]), v, max_size=3), max_leaves=6)
pieces = st.sampled_from([3, 17, 100, 1 << 20])
quick = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("counted") / "export"

    def write(content):
        path.write_bytes(content.encode())
        return Stream(path)

    return write


@quick
@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=8), end=st.sampled_from(["\n", "\r\n"]),
       quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), piece=pieces, cut=st.booleans())
def test_rows_of_any_table_are_counted_as_csv_reads_them(written, rows, end, quoting, piece, cut):
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=quoting).writerows([("id", "b", "c"), *rows])
    text = out.getvalue()[: -len(end)] if cut else out.getvalue()
    there = sum(1 for row in csv.reader(io.StringIO(text, newline="")) if row) - 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_PIECE", piece)
        assert count_records(written(text), known_formats()["4cat-telegram"]) == there


@quick
@given(records=st.lists(values, max_size=5), other=values, indent=st.sampled_from([None, 1]), piece=pieces,
       ascii_only=st.booleans())
def test_records_of_any_document_are_counted_as_json_reads_them(written, records, other, indent, piece, ascii_only):
    form = known_formats()["messenger"]
    document = {"participants": other, "messages": records, "after": {"messages": [1, 2]}, "title": '"messages": [1, 2'}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_PIECE", piece)
        text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
        assert count_records(written(text), form) == len(records)
        assert counting._count_elements(written(json.dumps(records, indent=indent)), ("item",)) == len(records)
