from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest

from workbench.sources.readers.albums import join_albums
from workbench.sources.readers.detection import known_formats
from workbench.sources.readers.opening import list_streams
from workbench.sources.readers.records import BatchBuilder, Item, RawArena, RawPost

CHANNEL = RawArena("1900000001", "proevekanal", "Prøvekanal", "channel")


def picture(number, **fields):
    arena, links, covers = fields.pop("arena", CHANNEL), fields.pop("links", ()), fields.pop("covers", 1)
    return Item(arena, RawPost(**{"native_id": str(number), "unix": "1762157730", "media": "photo"} | fields), links,
                covers)


def batches(items, size=100):
    """Yield batches of some items, as a reader does."""
    builder = BatchBuilder()
    for place, item in enumerate(items, 1):
        builder.add([item], place, {"place": place})
        if place % size == 0:
            yield builder.take()
    yield builder.take()


def joined(*items, size=100):
    """Return the posts as tuples of id, text and album, and how many records stand behind them."""
    found = list(join_albums(batches(items, size)))
    shown = (batch.posts[["native_id", "text", "album"]].fillna("") for batch in found)
    rows = [row for posts in shown for row in posts.itertuples(index=False, name=None)]
    return rows, sum(len(b.posts) + b.covered + len(b.faults) for b in found)


def test_pictures_in_a_row_of_one_second_are_one_post_with_the_first_id_and_the_text_there_is():
    rows, records = joined(picture(4), picture(5), picture(6, text="Se her"), picture(9, text="Andet", unix="1762157999"))
    assert rows == [("4", "Se her", "inferred"), ("9", "Andet", "")]
    assert records == 4


@pytest.mark.parametrize("order", [1, -1])
def test_files_that_begin_with_the_newest_are_joined_as_well(order):
    items = [picture(7, text="Først", unix="1762157000"), picture(8), picture(9, text="Se"), picture(10)][::order]
    assert sorted(joined(*items)[0]) == [("7", "Først", ""), ("8", "Se", "inferred")]


@pytest.mark.parametrize(("name", "value"), [
    ("unix", "1762157731"), ("account", "501"), ("media", None), ("media", "poll"), ("media", "link"),
    ("media", "sticker"), ("kind", "service"), ("album", "given"), ("native_id", "7"), ("native_id", None),
    ("arena", RawArena("1900000002")), ("links", [("forward", "1900000003", "arena")])])
def test_another_second_account_source_arena_kind_or_a_gap_in_the_ids_parts_them(name, value):
    rows, records = joined(picture(4, text="Se her"), picture(5, **{name: value}))
    assert len(rows) == records == 2
    assert "inferred" not in {album for _, _, album in rows}


def test_written_seconds_count_where_there_is_no_unix_time():
    stamp = {"unix": None, "stamp": "2025-11-03 09:15:30"}
    assert len(joined(picture(4, **stamp), picture(5, **stamp))[0]) == 1
    assert len(joined(picture(4, **stamp), picture(5, unix=None, stamp="2025-11-03 09:15:31"))[0]) == 2
    assert len(joined(picture(4, unix=None), picture(5, unix=None))[0]) == 2


def test_a_second_text_or_an_eleventh_part_begins_another_post():
    texts = [picture(1, text="A"), picture(2), picture(3, text="B"), picture(4)]
    assert joined(*texts)[0] == [("1", "A", "inferred"), ("3", "B", "inferred")]
    assert [native for native, _, _ in joined(*map(picture, range(1, 24)))[0]] == ["1", "11", "21"]


def test_the_largest_counts_and_all_links_of_the_parts_stay():
    items = [picture(4, views="90", reactions="3", media="video", links=[("url", "https://a.example", "url")]),
             picture(5, views="1200", text="Se", edited_unix="1762158000"),
             picture(6, views="7", forwards="2", links=[("url", "https://b.example", "url"), ("mention", "x", "handle")]),
             picture(20, text="For sig", links=[("url", "https://c.example", "url")])]
    (batch,) = join_albums(batches([*items, picture(30, media=None, unix=None)]))
    post = batch.posts.iloc[0]
    assert post[["views", "reactions", "forwards", "media", "edited_unix"]].tolist() == ["1200", "3", "2", "video",
                                                                                         "1762158000"]
    assert post[["replies"]].isna().all()
    assert batch.links[["row", "target"]].values.tolist() == [
        [0, "https://a.example"], [0, "https://b.example"], [0, "x"], [1, "https://c.example"]]
    assert batch.covered == 2


@pytest.mark.parametrize("size", [1, 3, 7])
def test_borders_between_batches_do_not_matter(size):
    chance = random.Random(4)
    items, number = [], 0
    for second in range(12):
        number += chance.choice((0, 1, 3))
        for part in range(chance.choice((1, 1, 2, 4, 10, 12))):
            number += 1
            items.append(picture(number, unix=str(1762157000 + second), text="Tekst" if part == 0 else None,
                                 media=chance.choice(("photo", "photo", "video", None)),
                                 links=[("url", f"https://a.example/{number}", "url")]))
    whole, cut = list(join_albums(batches(items, 10_000))), list(join_albums(batches(items, size)))

    def content(found):
        posts = [tuple(row) for b in found for row in b.posts.fillna("").values.tolist()]
        links = [(b.posts["native_id"][row], target) for b in found for row, target in b.links[["row", "target"]].values]
        return posts, links, sum(b.covered for b in found)

    assert content(whole) == content(cut)
    assert content(whole)[2] > 10


def test_faults_and_what_was_covered_before_are_counted_once():
    def given():
        builder = BatchBuilder()
        builder.add([picture(1, covers=3, album="given")], 1, {})
        builder.add([], 4, {})
        builder.add([picture(5)], 5, {})
        yield builder.take()
        builder.add([picture(6)], 6, {})
        yield builder.take()

    found = list(join_albums(given()))
    assert sum(len(b.faults) for b in found) == 1
    assert sum(b.covered for b in found) == 3
    assert [n for b in found for n in b.posts["native_id"]] == ["1", "5"]


@pytest.mark.parametrize("name", ["telegram-desktop", "telegram-html", "telegram-tracker", "4cat-telegram", "tgdataset"])
def test_formats_whose_tools_do_not_name_albums_say_so(name):
    assert known_formats()[name].albums
    assert known_formats()[name].numbered


def test_an_album_that_the_export_names_is_given_and_left_as_it_is(tmp_path):
    def message(number, group):
        return {"_": "Message", "id": number, "peer_id": {"_": "PeerChannel", "channel_id": 1900000011},
                "date": "2025-10-01T12:00:00+00:00", "message": "", "grouped_id": group, "fwd_from": None,
                "media": {"_": "MessageMediaPhoto"}}

    lines = "\n".join(json.dumps(message(n, g)) for n, g in ((1, 7), (2, 7), (3, 8), (4, None)))
    path = tmp_path / "export.jsonl"
    path.write_text(lines)
    stream = list_streams(path)[0]
    (batch,) = join_albums(known_formats()["telethon"].read(stream, None))
    assert sorted(batch.posts[["native_id", "album"]].fillna("").values.tolist()) == [["1", "given"], ["3", "given"],
                                                                                      ["4", ""]]
    assert batch.covered == 1


def test_albums_that_telethon_names_are_found_again_without_their_names():
    chance = random.Random(7)
    truth, items, number, unix = {}, [], 0, 1762157000
    for group in range(400):
        unix += chance.choice((0, 0, 1, 30, 600))
        size = chance.choice((1, 1, 1, 2, 3, 5, 10))
        number += chance.choice((0, 0, 0, 1))
        for part in range(size):
            number += 1
            truth[str(number)] = group
            has_text = part == 0 and chance.random() < 0.8
            items.append(picture(number, unix=str(unix), text="Tekst" if has_text else None))
    heads, _ = joined(*items, size=500)
    starts = sorted(int(native) for native, _, _ in heads)
    found = {}
    for start, end in zip(starts, [*starts[1:], number + 1], strict=True):
        found |= {str(n): start for n in range(start, end) if str(n) in truth}
    members = sorted(truth, key=int)
    pairs = list(pairwise(members))
    together = {p for p in pairs if truth[p[0]] == truth[p[1]]}
    said = {p for p in pairs if found[p[0]] == found[p[1]]}
    assert len(together & said) / len(together) > 0.99
    assert len(together & said) / len(said) > 0.95  # two posts of one second, one without a text, cannot be told apart
