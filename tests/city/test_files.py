from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import phonenumbers
import pytest

from workbench.city import Truth, build_city, read_truth
from workbench.errors import InputError
from workbench.settings import read_card

REPAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")


def _digest(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest()
            for f in sorted(folder.rglob("*")) if f.is_file()}


def _chats(folder: Path) -> list[dict]:
    return [json.loads(REPAIR.sub(r"\1\\u00\2", f.read_text(encoding="utf-8")))
            for f in sorted(folder.glob("telegram-desktop/*/result.json"))]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        build_city(tmp_path / name, seed=seed, posts=10_000)
    first, second, other = (_digest(tmp_path / name) for name in "abc")
    assert first == second
    moved = [name for name in first if not name.endswith("source.toml") and first[name] == other.get(name)]
    assert moved == []


def test_the_truth_reads_back_as_it_was_returned(folder: Path, truth: Truth) -> None:
    for path in (folder, folder / "truth.json"):
        again = read_truth(path)
        for name, value in vars(truth).items():
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(getattr(again, name), value, check_dtype=name == "posts")
            else:
                assert getattr(again, name) == value


def test_a_folder_that_holds_a_town_is_not_written_over(folder: Path, truth: Truth) -> None:
    before = _digest(folder)
    with pytest.raises(InputError, match="empty folder"):
        build_city(folder, seed=8)
    assert _digest(folder) == before


def test_too_few_posts_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too few"):
        build_city(tmp_path / "town", seed=1, posts=9_999)
    assert not (tmp_path / "town").exists()


@pytest.mark.parametrize("damage", ["missing", "no json", "a part left out", "no posts"])
def test_a_damaged_truth_is_refused_with_its_name(tmp_path: Path, folder: Path, truth: Truth, damage: str) -> None:
    text = (folder / "truth.json").read_text(encoding="utf-8")
    if damage != "missing":
        parts = json.loads(text)
        parts.pop("peak" if damage == "a part left out" else "nothing", None)
        (tmp_path / "truth.json").write_text(text[:500] if damage == "no json" else json.dumps(parts))
    if damage != "no posts":
        (tmp_path / "truth-posts.csv").write_bytes((folder / "truth-posts.csv").read_bytes())
    with pytest.raises(InputError, match=r"truth\.json"):
        read_truth(tmp_path)


def test_every_source_card_is_complete(folder: Path, truth: Truth) -> None:
    cards = [read_card(folder / name) for name in ("telegram-desktop", "telegram-4cat", "youtube-comments")]
    assert [card.access for card in cards] == ["open", "link", "open"]
    assert {(str(c.collected_from), str(c.collected_to)) for c in cards} == {("2024-07-01", "2025-09-30")}
    assert cards[0].time_zone == "Europe/Copenhagen"


def test_every_telegram_file_parses_after_the_repair_and_some_need_it(folder: Path, truth: Truth) -> None:
    files = sorted(folder.glob("telegram-desktop/*/result.json"))
    broken = 0
    for file in files:
        text = file.read_text(encoding="utf-8")
        broken += "\\x0C" in text
        if "\\x0C" in text:
            with pytest.raises(json.JSONDecodeError):
                json.loads(text)
    assert len(_chats(folder)) == 22
    assert broken >= 3


def test_telegram_messages_have_the_shape_of_the_export(folder: Path, truth: Truth) -> None:
    chats = _chats(folder)
    assert {chat["type"] for chat in chats} == {"public_supergroup", "public_channel", "private_supergroup"}
    messages = [m for chat in chats for m in chat["messages"]]
    for chat in chats:
        ids = [m["id"] for m in chat["messages"]]
        assert ids == sorted(set(ids))
        assert chat["messages"][0]["action"] in ("create_channel", "create_group")
    written = [m for m in messages if m["type"] == "message"]
    assert any(isinstance(m["text"], list) for m in written)
    for m in written:
        parts = m["text"] if isinstance(m["text"], list) else [m["text"]]
        joined = "".join(p if isinstance(p, str) else p["text"] for p in parts)
        assert joined == "".join(e["text"] for e in m["text_entities"])
    assert {e["type"] for m in written for e in m["text_entities"]} >= {"plain", "link", "mention", "hashtag", "email",
                                                                        "phone"}
    for key in ("edited", "photo", "forwarded_from", "reply_to_message_id", "reactions", "author", "media_type"):
        assert any(key in m for m in written), key
    pictures = sum("photo" in m for m in written)
    assert 0.02 * len(written) < pictures < 0.1 * len(written)
    early = [m for m in written if int(m["date_unixtime"]) < 1_730_000_000]
    assert early
    assert not any("reactions" in m for m in early)
    assert {m["action"] for m in messages if m["type"] == "service"} >= {"create_group", "join_group_by_link",
                                                                        "pin_message"}


def test_dates_are_local_time_and_unix_time_is_exact(folder: Path, truth: Truth) -> None:
    messages = [m for chat in _chats(folder) for m in chat["messages"]]
    unix = pd.to_datetime(pd.Series([int(m["date_unixtime"]) for m in messages]), unit="s", utc=True)
    local = unix.dt.tz_convert("Europe/Copenhagen").dt.strftime("%Y-%m-%dT%H:%M:%S")
    assert local.tolist() == [m["date"] for m in messages]


def test_replies_answer_an_earlier_message_of_the_same_chat(folder: Path, truth: Truth) -> None:
    answered = 0
    for chat in _chats(folder):
        ids = {m["id"] for m in chat["messages"]}
        replies = [(m["id"], m["reply_to_message_id"]) for m in chat["messages"] if "reply_to_message_id" in m]
        answered += len(replies)
        assert all(target in ids and target < own for own, target in replies)
    assert answered > 500


def test_the_4cat_file_has_its_35_columns_and_bare_reply_ids(folder: Path, truth: Truth) -> None:
    with (folder / "telegram-4cat" / "telegram-lillehavn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows[0]) == 35
    assert len({r["id"] for r in rows}) == len(rows)
    assert {r["chat"] for r in rows} == set(truth.arenas.loc[truth.arenas["format"] == "4cat-telegram", "handle"])
    known = {r["id"] for r in rows}
    assert "nan" not in {cell for r in rows for cell in r.values()}
    linked = [r for r in rows if r["link_attached"]]
    assert 0.02 * len(rows) < len(linked) < 0.2 * len(rows)
    assert all(r["link_attached"] in r["body"] for r in linked)
    assert sum(bool(r["attachment_type"]) for r in rows) < 0.3 * len(rows)
    replies = [r for r in rows if r["reply_to"]]
    assert len(replies) > 200
    assert all(r["is_reply"] == "yes" for r in replies)
    lost = [r for r in replies if f"{r['chat']}-{r['reply_to']}" not in known]  # the crawler stood still
    assert {r["chat"] for r in lost} <= {truth.crawler_fault["chat"]}
    assert len(lost) < truth.crawler_fault["posts"]


def test_youtube_pages_hold_threads_with_partial_replies(folder: Path, truth: Truth) -> None:
    pages = [json.loads(f.read_text(encoding="utf-8")) for f in folder.glob("youtube-comments/*/*.json")]
    assert {p["kind"] for p in pages} == {"youtube#commentThreadListResponse"}
    assert any("nextPageToken" in p for p in pages)
    items = [item for p in pages for item in p["items"]]
    have = [len(i.get("replies", {}).get("comments", [])) for i in items]
    claimed = [i["snippet"]["totalReplyCount"] for i in items]
    assert all(c >= h for c, h in zip(claimed, have, strict=True))
    assert any(c > h for c, h in zip(claimed, have, strict=True))
    assert all(r["id"].startswith(f"{i['id']}.") for i in items for r in i.get("replies", {}).get("comments", []))


def test_planted_identifiers_are_in_the_files_where_the_truth_says(truth: Truth, raw: pd.DataFrame) -> None:
    joined = truth.planted.merge(raw[["format", "chat", "message", "text"]], on=["format", "chat", "message"])
    assert len(joined) == len(truth.planted)
    assert joined.apply(lambda row: row["value"] in row["text"], axis=1).all()
    assert set(joined["kind"]) == {"name", "handle", "phone", "email", "cpr"}
    assert joined["kind"].value_counts().min() >= 28  # of 30, some were lost with the crawler


def test_a_planted_name_is_that_of_an_account_in_the_same_chat(truth: Truth, raw: pd.DataFrame) -> None:
    names = truth.planted[truth.planted["kind"] == "name"]
    writers = raw.groupby(["format", "chat"])["name"].agg(set)
    assert len(names) >= 100
    assert all(value in writers[form, chat] for form, chat, value in
               names[["format", "chat", "value"]].itertuples(index=False))


def test_no_planted_value_stands_in_a_post_the_truth_does_not_name(truth: Truth, raw: pd.DataFrame) -> None:
    pattern = "|".join(re.escape(v) for v in sorted(set(truth.planted["value"]), key=len, reverse=True))
    hits = raw[raw["text"].str.contains(f"(?<![\\w@.])(?:{pattern})(?!\\w)", regex=True)]
    keys = set(truth.planted[["format", "chat", "message"]].itertuples(index=False, name=None))
    assert set(hits[["format", "chat", "message"]].itertuples(index=False, name=None)) == keys


def test_planted_phone_numbers_are_valid_numbers_of_four_countries(truth: Truth) -> None:
    phones = truth.planted.loc[truth.planted["kind"] == "phone", "value"]
    parsed = [phonenumbers.parse(value, "DK") for value in phones]
    assert all(phonenumbers.is_valid_number(number) for number in parsed)
    assert {number.country_code for number in parsed} == {45, 46, 47, 358}


def test_planted_cpr_numbers_are_valid_by_form_and_belong_to_nobody(truth: Truth) -> None:
    for value in truth.planted.loc[truth.planted["kind"] == "cpr", "value"]:
        digits = value.replace("-", "")
        assert len(digits) == 10
        pd.to_datetime(f"19{digits[4:6]}-{digits[2:4]}-{digits[:2]}", format="%Y-%m-%d")
        weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
        assert sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 != 0
