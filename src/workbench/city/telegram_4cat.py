"""Chats as 4CAT exports them: one CSV file of 35 columns."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from random import Random

import pandas as pd

from workbench.city.lexicon import read_source_card
from workbench.city.rows import Row, list_rows

COLUMNS = (
    "id", "thread_id", "chat", "author", "author_username", "author_name", "author_is_bot", "body", "body_markdown",
    "is_reply", "reply_to", "views", "reactions", "restriction_reason", "chat_restriction_reason",
    "message_noforwards", "chat_noforwards", "timestamp", "unix_timestamp", "timestamp_edited",
    "unix_timestamp_edited", "author_forwarded_from_name", "author_forwarded_from_username",
    "author_forwarded_from_id", "entities_linked", "entities_mentioned", "all_connections",
    "timestamp_forwarded_from", "unix_timestamp_forwarded_from", "link_title", "link_description", "link_attached",
    "attachment_type", "attachment_data", "attachment_filename",
)
_ATTACHMENT = {"photo": "photo", "video_file": "video", "voice_message": "audio"}
_LINKED = re.compile(r"https://t\.me/(\w+)")
_MENTIONED = re.compile(r"(?<![\w.])@(\w{4,})\b(?!\.)")


def _connections(row: Row) -> dict[str, str]:
    linked, mentioned = _LINKED.findall(row["text"]), _MENTIONED.findall(row["text"])
    source = [row["source_handle"]] if row["source_handle"] else []
    return {"entities_linked": ",".join(linked), "entities_mentioned": ",".join(mentioned),
            "all_connections": ",".join(dict.fromkeys([*linked, *mentioned, *source]))}


def _forwarded(row: Row, rnd: Random) -> dict[str, str]:
    if row["source_title"] is None:
        return {}
    then = pd.Timestamp(row["posted_at"]) - pd.Timedelta(minutes=rnd.randint(2, 600))
    return {"author_forwarded_from_name": row["source_title"],
            "author_forwarded_from_username": row["source_handle"] or "",
            "author_forwarded_from_id": row["source_native_id"] or "",
            "timestamp_forwarded_from": then.tz_convert("Europe/Copenhagen").strftime("%Y-%m-%d %H:%M:%S"),
            "unix_timestamp_forwarded_from": str(int(then.timestamp()))}


def _speaker(row: Row, arena: Row, people: list[Row]) -> dict[str, str]:
    if row["account"] < 0:
        return {"author": arena["native_id"], "author_username": arena["handle"], "author_name": arena["title"]}
    person = people[row["account"]]
    # two accounts in three have no public handle
    handle = person["handle"] if row["account"] % 3 == 0 else ""
    return {"author": person["native_id"], "author_username": handle, "author_name": person["name"]}


def _line(row: Row, arena: Row, people: list[Row], rnd: Random) -> dict[str, str]:
    chat = arena["handle"]
    line = dict.fromkeys(COLUMNS, "") | _speaker(row, arena, people) | _forwarded(row, rnd) | _connections(row)
    line |= {"id": f"{chat}-{row['message']}", "thread_id": chat, "chat": chat, "author_is_bot": "no",
             "body": row["text"], "body_markdown": row["text"], "is_reply": "yes" if row["answered"] else "no",
             "reply_to": row["answered"] or "", "message_noforwards": "no", "chat_noforwards": "no",
             "views": str(rnd.randint(40, 900)) if arena["kind"] == "channel" else "",
             "reactions": "👍" * rnd.randint(0, 4) + "🔥" * rnd.randint(0, 1),
             "timestamp": row["stamp"], "unix_timestamp": row["unix"]}
    if row["url"]:
        line["link_attached"] = row["url"]
    if row["media"] or row["url"]:
        line["attachment_type"] = _ATTACHMENT.get(row["media"], "url")
    return line


def write_telegram_4cat(folder: Path, posts: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame, *,
                        seed: int) -> None:
    """Write `telegram-lillehavn.csv` with all its chats, and the source card.

    `timestamp` is the server's local time, `unix_timestamp` is exact; forwards carry name,
    handle and id of the channel they come from.
    """
    rnd = Random(f"4cat-{seed}")
    fourcat = arenas[arenas["format"] == "fourcat"]
    chats = dict(zip(fourcat.index, list_rows(fourcat), strict=True))
    people = list_rows(accounts)
    stamp = posts["posted_at"].dt.tz_convert("Europe/Copenhagen").dt.strftime("%Y-%m-%d %H:%M:%S").astype(object)
    unix = posts["posted_at"].dt.as_unit("s").astype("int64").astype(str).astype(object)
    own = posts.assign(stamp=stamp, unix=unix)[posts["arena"].isin(list(chats))].sort_values(["arena", "seconds"],
                                                                                        kind="stable")
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(read_source_card("telegram-4cat"), encoding="utf-8", newline="\n")
    with (folder / "telegram-lillehavn.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        for row in list_rows(own):
            writer.writerow(_line(row, chats[row["arena"]], people, rnd))
