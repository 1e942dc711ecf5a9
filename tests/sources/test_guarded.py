from __future__ import annotations

import faulthandler
import json
import os
import signal
import time
from dataclasses import replace

import pytest

from workbench.errors import InputError
from workbench.settings import read_card
from workbench.sources.readers import guarded
from workbench.sources.readers.detection import detect_format, known_formats
from workbench.sources.readers.guarded import Limits, count_guarded, detect_guarded, names_guarded, read_guarded
from workbench.sources.readers.opening import list_streams
from workbench.sources.readers.records import BatchBuilder, Item, RawArena, RawPost

FORM = "telegram-desktop"


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("workbench.sources.readers.records.BATCH_ROWS", 100)


@pytest.fixture
def export(study, make):
    path = study.put(make.chat(*(make.message(i, f"tekst {i} @navn", **{"from": f"Person {i}"})
                                 for i in range(1, 1001))))
    [stream] = list_streams(path)
    return stream, known_formats()[FORM], read_card(path)


def one_post(number):
    builder = BatchBuilder()
    builder.add([Item(RawArena("1"), RawPost(native_id=str(number)))], number, None)
    return builder.take()


def batches_of(stream, form, card, **options):
    return (batch for _, batch in read_guarded([(stream, form)], card, **options))


def that_reads(export, read):
    stream, form, card = export
    return stream, replace(form, read=lambda stream, card: read(stream)), card


def that_names(export, names):
    stream, form, _ = export
    return stream, replace(form, names=names)


@pytest.mark.parametrize("forks", [pytest.param(True, marks=pytest.mark.skipif(not guarded.FORKS, reason="Linux only")),
                                   False])
def test_another_process_gives_what_the_reader_gives(export, small_batches, monkeypatch, forks):
    stream, form, card = export
    monkeypatch.setattr(guarded, "FORKS", forks)
    own = list(form.read(stream, card))
    found = list(batches_of(*export))
    assert names_guarded([(stream, form)]) == form.names(stream)
    assert sum(len(batch.posts) for batch in found) == 1000
    if forks:  # a process started anew does not know of the small batches
        assert len(found) == len(own)
        for one, other in zip(own, found, strict=True):
            assert one.posts.equals(other.posts)
            assert one.links.equals(other.links)
            assert (one.arenas, one.faults, one.covered) == (other.arenas, other.faults, other.covered)


def test_names_and_formats_come_from_another_process_too(export):
    stream, form, _ = export
    assert names_guarded([(stream, form)] * 3) == form.names(stream)
    assert [told.name for told in detect_guarded([stream, stream])] == [FORM, FORM]


def died(number):
    def read(stream):
        yield one_post(1)
        faulthandler.disable()
        os.kill(os.getpid(), number)
        yield one_post(2)

    return read


def greedy(stream):
    yield one_post(1)
    yield [bytearray(1 << 30) for _ in range(8)]


def deep(stream):
    yield one_post(1)
    raise RecursionError


def failing(stream):
    yield one_post(1)
    raise KeyError("hemmelig tekst")


def hanging(stream):
    yield one_post(1)
    while True:
        time.sleep(0.05)


@pytest.mark.parametrize(("read", "words"), [
    (died(signal.SIGSEGV), "it was ended by signal 11"), (died(signal.SIGKILL), "it was ended by signal 9"),
    (greedy, "it ran out of memory"), (failing, "it failed (KeyError)"), (deep, "it met records nested too deep"),
    (hanging, "it made no progress for 0.7 seconds")], ids=["crash", "killed", "memory", "bug", "depth", "hang"])
def test_a_reader_that_comes_to_no_end_costs_only_what_it_had_not_read(export, read, words):
    batches = list(batches_of(*that_reads(export, read), limits=Limits(memory=1 << 29, idle_seconds=0.7)))
    assert [native for batch in batches for native in batch.posts["native_id"]] == ["1"]
    assert [fault for batch in batches for fault in batch.faults] == [(2, f"the reader stopped here: {words}", None)]
    assert batches[-1].arenas == [RawArena("1")]


def test_a_stream_that_kills_its_reader_costs_no_other_stream(export):
    dies = that_reads(export, died(signal.SIGSEGV))[:2]
    found = list(read_guarded([export[:2], dies, export[:2]], export[2]))
    posts = {number: sum(len(batch.posts) for at, batch in found if at == number) for number in range(3)}
    assert posts == {0: 1000, 1: 1, 2: 1000}
    assert [number for number, batch in found if batch.faults] == [1]


def test_a_count_that_comes_to_no_end_is_unknown_and_the_others_are_told(export, monkeypatch):
    def count(stream, form):
        if form.name == "stops":
            faulthandler.disable()
            os.kill(os.getpid(), signal.SIGSEGV)
        return 7

    monkeypatch.setattr(guarded, "count_records", count)
    stream, form, _ = export
    stops = (stream, replace(form, name="stops"))
    assert count_guarded([(stream, form), stops, (stream, form)]) == [7, None, 7]


def test_without_the_names_nothing_is_read(export):
    def names(stream):
        faulthandler.disable()
        os.kill(os.getpid(), signal.SIGSEGV)

    with pytest.raises(InputError, match=r"result\.json: cannot be read: the reader was ended by signal 11"):
        names_guarded([export[:2], that_names(export, names)])


def test_errors_of_ours_arrive_as_themselves(export, study):
    with pytest.raises(InputError, match="lacks the columns"):
        list(batches_of(export[0], known_formats()["4cat-telegram"], export[2]))
    [stream] = list_streams(study.put("intet", "x.txt"))
    with pytest.raises(InputError) as caught:
        detect_format(stream)
    [told] = detect_guarded([stream])
    assert str(told) == str(caught.value)


def test_of_many_streams_one_that_kills_its_reader_is_named_and_the_others_are_told(study, make, monkeypatch):
    streams = [list_streams(study.put(make.chat(make.message(i)), f"{i}.json"))[0] for i in range(5)]

    def detect(stream):
        if stream.path.name == "2.json":
            faulthandler.disable()
            os.kill(os.getpid(), signal.SIGSEGV)
        return detect_format(stream)

    monkeypatch.setattr(guarded, "detect_format", detect)
    told = detect_guarded(streams)
    assert [isinstance(found, InputError) for found in told] == [False, False, True, False, False]
    assert "2.json" in str(told[2])


def test_a_reader_that_goes_on_reading_may_take_its_time(export):
    def slow(stream):
        with stream.open() as opened:
            for _ in range(4):
                time.sleep(0.35)
                opened.seek(0) if opened.seekable() else opened.read(1 << 20)
                stream.passed()
        yield one_post(1)

    batches = list(batches_of(*that_reads(export, slow), limits=Limits(idle_seconds=1.0)))
    assert [batch.faults for batch in batches] == [[]]


def test_only_some_batches_are_read_ahead(export, tmp_path):
    seen = tmp_path / "seen"

    def read(stream):
        for number in range(50):
            seen.write_text(str(number))
            yield replace(one_post(number), faults=[(1, "x" * 100_000, None)])

    batches = batches_of(*that_reads(export, read), limits=Limits(ahead=2))
    next(batches)
    time.sleep(0.5)
    assert 2 <= int(seen.read_text()) <= 6
    batches.close()


def test_a_reader_nobody_listens_to_any_more_is_ended(export):
    stream, form, card = that_reads(export, hanging)
    batches = read_guarded([(stream, form)], card)
    next(batches)
    begun = time.monotonic()
    batches.close()
    assert time.monotonic() - begun < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_members_of_an_archive_are_read_by_several_processes_at_once(study, make, tmp_path):
    import zipfile

    path = study.put(b"", "export.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(3):
            messages = [make.message(i, f"del {part} " + "ord " * 50) for i in range(1, 3000)]
            archive.writestr(f"{part}/result.json", json.dumps(make.chat(*messages, id=part)))
    streams = list_streams(path)
    readers = [batches_of(stream, known_formats()[FORM], read_card(path)) for stream in streams]
    texts = [next(reader).posts["text"] for reader in readers]  # all of them at once, and this process beside them
    assert [len(some) for some in texts] == [2999] * 3
    assert [some.str.startswith(f"del {part} ").all() for part, some in enumerate(texts)] == [True] * 3
    assert streams[1].head()[:1] == b"{"
