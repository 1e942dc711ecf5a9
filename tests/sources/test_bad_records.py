"""One bad record costs one record."""

from __future__ import annotations

import json

import pytest

from workbench.settings import read_card
from workbench.sources.readers.detection import detect_format, known_formats
from workbench.sources.readers.json_values import LARGEST_RECORD
from workbench.sources.readers.opening import list_streams

BAD = {
    "4,300 digits": ('"X"', "9" * 5000, "a number too large to be one"),
    "no end of digits": ('"X"', "1e400000", "a number too large to be one"),
    "NaN": ('"X"', "NaN", "a number that is none (NaN)"),
    "Infinity": ('"X"', "-Infinity", "a number that is none (-Infinity)"),
    "low surrogate": ("X", r"a\udc80b", "half a character (a lone surrogate)"),
    "high surrogate": ("X", r"\ud83d", "half a character (a lone surrogate)"),
    "nested": ('"X"', "[" * 100_000 + "]" * 100_000, "nested more than 1000 deep"),
    "nested records": ('"X"', '{"a":' * 1_200 + "1" + "}" * 1_200, "nested more than 1000 deep"),
    "a word": ('"X"', "oops", "not valid JSON"),
    "no closing quotation mark": ('"X"', '"hej', "not valid JSON"),
    "no opening quotation mark": ('"X"', 'hej"', "not valid JSON"),
    "a bracket too many": ('"X"', '"hej"}', "not valid JSON"),
    "a list that is not closed": ('"X"', '["hej"', "not valid JSON"),
    "a list that is closed twice": ('"X"', '["hej"]]', "not valid JSON"),
    "a control character": ("X", "\x01", "not valid JSON"),
}


@pytest.fixture
def read(study, make):
    card = read_card(study.put(make.chat(make.message(1))))

    def reading(content, name="export", form=None):
        """Return the ids of posts and the faults of an export."""
        [stream] = list_streams(study.put(content, name))
        batches = list((known_formats()[form] if form else detect_format(stream)).read(stream, card))
        return ([native for batch in batches for native in batch.posts["native_id"]],
                [(place, reason) for batch in batches for place, reason, _ in batch.faults])

    return reading


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("where", [1, 5, 9])
def test_a_bad_record_of_a_list_costs_that_record_and_no_other(read, make, bad, where, indent):
    old, new, reason = BAD[bad]
    messages = [make.message(i, width="X" if i == where else 4, text_entities=[{"type": "plain", "text": "hej"}])
                for i in range(1, 10)]
    natives, faults = read(json.dumps(make.chat(*messages), indent=indent).replace(old, new))
    assert natives == [str(i) for i in range(1, 10) if i != where]
    assert len(faults) == 1
    if where < 9 or not any(word in bad for word in ("bracket", "closed", "mark")):
        assert faults == [(where, reason)]  # of the last, where it would end is not to be told


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_costs_that_line_and_no_other(read, bad):
    old, new, reason = BAD[bad]
    lines = [json.dumps({"id": f"a{i}", "author": "b", "body": "hej", "created_utc": 1759320000, "link_id": "t3_x",
                         "subreddit": "s", "score": "X" if i == 3 else 1}) for i in range(6)]
    natives, faults = read("\n".join(lines).replace(old, new))
    assert natives == [f"t1_a{i}" for i in (0, 1, 2, 4, 5)]
    assert faults == [(4, reason)]


def test_two_bad_records_beside_each_other_cost_two(read, make):
    raw = json.dumps(make.chat(*(make.message(i, f"tekst {i}") for i in range(1, 10))))
    natives, _ = read(raw.replace('"tekst 4"', '"tekst 4').replace('"tekst 5"', 'tekst 5"'))
    assert natives == ["1", "2", "3", "6", "7", "8", "9"]


def test_records_within_a_bad_record_are_not_taken_for_records(read, make):
    quoted = [{"id": 90 + i, "name": "kopi"} for i in range(3)]
    raw = json.dumps(make.chat(*(make.message(i, width="X" if i == 4 else 1, quoted=quoted) for i in range(1, 8))))
    natives, faults = read(raw.replace('"X"', "NaN"))
    assert natives == ["1", "2", "3", "5", "6", "7"]
    assert len(faults) == 1


@pytest.mark.parametrize("native", ["12345678901234567890", '"12345678901234567890"', "9223372036854775808"])
def test_an_id_that_no_platform_gives_costs_one_record(read, make, native):
    raw = json.dumps(make.chat(make.message(1), make.message(777), make.message(3)))
    natives, faults = read(raw.replace('"id": 777', f'"id": {native}'))
    assert natives == ["1", "3"]
    assert faults == [(2, "an id larger than any platform gives")]


def test_a_byte_that_is_not_utf_8_costs_one_message_of_300(read, make):
    raw = json.dumps(make.chat(*(make.message(i) for i in range(1, 301))))
    natives, faults = read(raw.replace("Hej", "H\xe6j", 1).encode("latin-1"))
    assert (len(natives), faults) == (299, [(1, "a byte that is not UTF-8")])


def test_a_whole_number_is_read_to_its_last_digit(read):
    lines = [{"id": 9007199254740993000 + i, "user": {"id": i}, "text": "hej", "created_at": "2025-10-01T00:00:00Z"}
             for i in range(3)]
    natives, faults = read("\n".join(map(json.dumps, lines)), form="x-api")
    assert natives == [str(line["id"]) for line in lines]
    assert faults == []


@pytest.mark.parametrize("cut", [10, 60, 120])
def test_the_records_before_the_end_of_a_truncated_file_are_kept(read, make, cut):
    raw = json.dumps(make.chat(*(make.message(i) for i in range(1, 10))))
    natives, faults = read(raw[:-cut])
    assert natives == [str(i) for i in range(1, 9)]
    assert faults == [(9, "the file breaks off within this record")]


def test_a_list_that_is_not_closed_is_a_fault_of_its_own(read, make):
    raw = json.dumps(make.chat(*(make.message(i) for i in range(1, 10))))
    assert read(raw[:-2]) == ([str(i) for i in range(1, 10)], [(10, "the file breaks off here")])


def test_the_last_line_cut_off_is_a_fault(read):
    lines = [json.dumps({"id": f"a{i}", "author": "b", "body": "hej", "created_utc": 1759320000, "subreddit": "s"})
             for i in range(300)]
    natives, faults = read("\n".join(lines)[:-40])
    assert (len(natives), faults) == (299, [(300, "not valid JSON")])


def test_a_message_longer_than_any_is_passed_over(read, make):
    raw = json.dumps(make.chat(make.message(1), make.message(2, "X"), make.message(3), make.message(4)))
    natives, faults = read(raw.replace('"X"', '"' + "x" * (LARGEST_RECORD + (3 << 20)) + '"'))
    assert natives == ["1", "3", "4"]
    assert faults == [(2, "longer than 16 MB")]


def test_a_bad_message_of_a_channel_costs_no_other_of_it(read):
    texts = {str(i): {"message": "hej", "date": 1759320000.0 + i, "author": 5} for i in range(1, 6)}
    raw = json.dumps({"1100000001": {"username": "a", "title": "A", "text_messages": texts, "generic_media": {}},
                      "1100000002": {"username": "b", "title": "B", "text_messages": texts, "generic_media": {}}})
    natives, faults = read(raw.replace('{"message": "hej", "date": 1759320003.0', '{"message": "hej", "date": NaN', 1))
    assert natives == ["1", "2", "4", "5", "1", "2", "3", "4", "5"]
    assert len(faults) == 1


@pytest.mark.parametrize("bad", [b"h\x00ej", b"h\xffj", b"\xc3("])
def test_a_cell_that_is_no_text_costs_one_row(read, make, bad):
    rows = [make.mapped(i, body="Båd" if i != 2 else "SKADE") for i in range(1, 5)]
    natives, faults = read(make.fourcat(*rows).encode().replace(b"SKADE", bad), "export.csv")
    assert natives == ["1", "3", "4"]
    assert faults == [(3, "a byte that is no text")]


def test_stray_quotation_marks_never_join_two_rows_to_one_post(read):
    lines = ["id,thread_id,chat,author,author_username,body,timestamp", *['g-1,g,g,5,x,"hej,2025-08-01'] * 50,
             'g-2,g,g,5,x,"to\nlinjer",2025-08-01']
    natives, faults = read("\n".join(lines) + "\n", "export.csv")
    assert natives == ["2"]
    assert len(faults) == 50


def test_half_a_character_within_a_cell_costs_one_row(read, make):
    rows = [make.mapped(i, entities_mentioned='["a"]' if i != 2 else r'["\ud800"]', link_attached="") for i in (1, 2, 3)]
    natives, _ = read(make.fourcat(*rows), "export.csv")
    assert {"1", "3"} <= set(natives)


def test_pieces_of_any_size_give_the_same_records(read, make, monkeypatch):
    bad = {3: "NaN", 9: '"hej', 14: "[1", 20: r'"\ud800"'}
    raw = json.dumps(make.chat(*(make.message(i, f"tekst \\ {{{i}}} \"citat\"", width=f"X{i}") for i in range(1, 30))))
    for number, value in bad.items():
        raw = raw.replace(f'"X{number}"', value)
    whole = read(raw)
    assert whole[0] == [str(i) for i in range(1, 30) if i not in bad]
    for size in (64, 333, 1024):
        monkeypatch.setattr("workbench.sources.readers.json_window.PIECE", size)
        assert read(raw) == whole
