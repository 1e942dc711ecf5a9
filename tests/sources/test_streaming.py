from __future__ import annotations

import tracemalloc

import pytest

from workbench.settings import read_card
from workbench.sources.readers.detection import known_formats
from workbench.sources.readers.opening import list_streams


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("workbench.sources.readers.records.BATCH_ROWS", 500)


def peak_of(form, path):
    """Return the peak of memory while a file is read batch by batch, and the batches."""
    [stream] = list_streams(path)
    card = read_card(path)
    tracemalloc.start()
    try:
        batches = sum(1 for _ in form.read(stream, card))
        return tracemalloc.get_traced_memory()[1], batches
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["telegram-desktop", "telegram-tracker", "4cat-telegram", "youtube-comments"])
def test_memory_does_not_grow_with_the_file(study, make, small_batches, name):
    def content(rows):
        numbers = range(1, rows + 1)
        if name == "telegram-desktop":
            return make.chat(*(make.message(i, "ord " * 200) for i in numbers))
        if name == "youtube-comments":
            return make.page(*(make.thread(f"Ug{i}", "ord " * 200) for i in numbers))
        if name == "telegram-tracker":
            return make.tracker(*(make.tracked(i, cleaned_message="ord " * 200) for i in numbers))
        return make.fourcat(*(make.mapped(i, body="ord " * 200) for i in numbers))

    form = known_formats()[name]
    peak_of(form, study.put(content(600), "varm"))
    small, few = peak_of(form, study.put(content(2_000), "lille"))
    large, many = peak_of(form, study.put(content(10_000), "stor"))
    assert (few, many) == (5, 21)
    assert large < 1.5 * small


def test_batches_of_any_size_make_the_same_corpus(make_study, make, monkeypatch):
    content = make.chat(*(make.message(i % 700, f"tekst {i} @navn", views=i) for i in range(2_000)))
    whole, pieces = make_study("a"), make_study("b")
    whole.take(whole.put(content))
    monkeypatch.setattr("workbench.sources.readers.records.BATCH_ROWS", 90)
    pieces.take(pieces.put(content))
    for name in ("posts", "links", "arenas"):
        assert getattr(whole.corpus(), name).equals(getattr(pieces.corpus(), name))
