"""Chats as Telegram Desktop exports them: one `result.json` a chat."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from workbench.city.lexicon import read_source_card
from workbench.city.numbering import FIRST_MESSAGE
from workbench.city.rows import Row, list_rows
from workbench.city.timeline import EARLY_EXPORT, RENAMED

EARLY_FOLDER = "telegram-desktop-2025q2"
_ZONE = "Europe/Copenhagen"
_NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
_REACTIONS_SINCE = pd.Timestamp("2024-11-01", tz="UTC")  # older versions of Telegram did not export them
_ENTITY = re.compile(r"(?P<link>https?://\S+)|(?P<email>[\w.-]+@[\w-]+(?:\.[\w-]+)+)|(?P<mention>(?<!\w)@\w{4,})"
                     r"|(?P<hashtag>(?<!\w)#\w+)|(?P<phone>\+\d[\d ]{8,}\d)")
OLD_TITLES = {"solhoej_bytte": "Genbrug og Bytte på Solhøj"}  # of arenas that are renamed, by handle
CLOSING = "fiskergangen"  # open in the early export, private in the later one
_EARLY = ("badebroen_venner", "solhoej_bytte", "fiskergangen")
_REACTIONS = "👍❤🔥😂😮🎉"


def _runs(text: str) -> list[dict[str, str]]:
    runs, end = [], 0
    for found in _ENTITY.finditer(text):
        if found.start() > end:
            runs.append({"type": "plain", "text": text[end:found.start()]})
        runs.append({"type": str(found.lastgroup), "text": found.group()})
        end = found.end()
    return [*runs, {"type": "plain", "text": text[end:]}] if end < len(text) else runs


def _text(text: str) -> Row:
    runs = _runs(text)
    mixed = [run["text"] if run["type"] == "plain" else run for run in runs]
    return {"text": mixed if len(runs) > 1 or (runs and runs[0]["type"] != "plain") else text, "text_entities": runs}


def _media(kind: str | None, rnd: Random) -> Row:
    if kind is None:
        return {}
    if kind == "photo":
        return {"photo": _NOT_INCLUDED, "width": 1280, "height": 960}
    return {"file": _NOT_INCLUDED, "media_type": kind, "duration_seconds": rnd.randint(3, 90),
            "mime_type": "video/mp4" if kind == "video_file" else "audio/ogg"}


class _Chat:
    def __init__(self, arena: Row, people: list[Row], rnd: Random):
        self.arena, self.people, self.rnd = arena, people, rnd
        self.is_channel = arena["kind"] == "channel"
        self.own_id = f"channel{arena['native_id']}"
        self.old_title = OLD_TITLES.get(arena["handle"])

    def _stamp(self, row: Row, name: str, minutes: float) -> dict[str, str]:
        local = pd.Timestamp(row["posted_at"]) + pd.Timedelta(minutes=minutes)
        suffix = f"{name}_unixtime"
        return {name: local.tz_convert(_ZONE).strftime("%Y-%m-%dT%H:%M:%S"), suffix: str(int(local.timestamp()))}

    def _actor(self, account: int) -> tuple[str, str]:
        if account < 0:
            return self.arena["title"], self.own_id
        return self.people[account]["name"], f"user{self.people[account]['native_id']}"

    def service(self, number: int, row: Row, account: int, **action: Any) -> Row:
        name, peer = self._actor(account)
        return {"id": number, "type": "service", "date": row["local"], "date_unixtime": row["unix"],
                "actor": name, "actor_id": peer, **action, "text": "", "text_entities": []}

    def opening(self, rows: list[Row]) -> list[Row]:
        """Return the service messages a chat begins with; the members' are its only list of them."""
        title = self.arena["title"]
        if self.is_channel:
            return [self.service(1, rows[0], -1, action="create_channel", title=title)]
        first_title = self.old_title or title
        first = list(dict.fromkeys(row["account"] for row in rows))[:FIRST_MESSAGE - 3]
        names = [self.people[account]["name"] for account in first[1:3]]
        return [self.service(1, rows[0], first[0], action="create_group", title=first_title, members=names),
                self.service(2, rows[0], first[0], action="invite_members", members=names),
                *(self.service(3 + n, rows[0], account, action="join_group_by_link", inviter=title)
                  for n, account in enumerate(first[3:]))]

    def _reactions(self, row: Row) -> Row:
        if row["posted_at"] < _REACTIONS_SINCE or self.rnd.random() > 0.35:
            return {}
        count = self.rnd.randint(1, 12)
        reaction: Row = {"type": "emoji", "count": count, "emoji": self.rnd.choice(_REACTIONS)}
        if not self.is_channel:
            name, peer = self._actor(row["fan"])
            reaction["recent"] = [{"from": name, "from_id": peer, "date": row["local"]}]
        return {"reactions": [reaction]}

    def message(self, row: Row) -> Row:
        rnd = self.rnd
        name, peer = self._actor(row["account"])
        found: Row = {"id": int(row["message"]), "type": "message", "date": row["local"],
                                 "date_unixtime": row["unix"]}
        if rnd.random() < 0.05:
            found |= self._stamp(row, "edited", rnd.randint(1, 90))
        found |= {"from": name, "from_id": peer}
        if self.is_channel and rnd.random() < 0.1:
            found["author"] = self.people[row["fan"]]["name"]
        if row["source_title"] is not None:
            found["forwarded_from"] = row["source_title"]
        if row["answered"] is not None:
            found["reply_to_message_id"] = int(row["answered"])
        return found | _media(row["media"], rnd) | _text(row["text"]) | self._reactions(row)

    def export(self, rows: list[Row]) -> Row:
        messages = self.opening(rows)
        renamed = self.old_title is None
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            messages.append(self.message(row))
            number = int(row["message"]) + 1
            if following and int(following["message"]) > number and self.rnd.random() < 0.03:
                messages.append(self.service(number, row, row["account"], action="pin_message",
                                             message_id=number - 1))
            elif (not renamed and following and int(following["message"]) > number
                  and row["posted_at"].date() >= RENAMED):
                renamed = True
                messages.append(self.service(number, row, row["account"], action="edit_group_title",
                                             title=self.arena["title"]))
        is_closed = self.arena["handle"] == CLOSING
        kind = "public_channel" if self.is_channel else "private_supergroup" if is_closed else "public_supergroup"
        return {"name": self.arena["title"], "type": kind, "id": int(self.arena["native_id"]), "messages": messages}


def _early(export: Row, arena: Row) -> Row:
    """Return a chat as it was exported at the end of the second quarter."""
    end = pd.Timestamp(EARLY_EXPORT, tz=_ZONE) + pd.DateOffset(days=1)
    told = [m for m in export["messages"] if int(m["date_unixtime"]) < end.timestamp()]
    return export | {"name": OLD_TITLES.get(arena["handle"], arena["title"]), "type": "public_supergroup",
                     "messages": told}


def _write(export: Row, target: Path) -> None:
    text = json.dumps(export, ensure_ascii=False, indent=1)
    target.mkdir(parents=True)
    (target / "result.json").write_text(text.replace("\\f", "\\x0C"), encoding="utf-8", newline="\n")


def write_telegram_desktop(folder: Path, posts: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame, *,
                           seed: int) -> None:
    """Write one `ChatExport_xx/result.json` for each chat, and the source card.

    A few chats were exported a quarter earlier as well: those lie in a folder beside it, with a card of its own.
    As in real exports `forwarded_from` is a name only, `date` is local time, and a form feed
    is written with the escape that is invalid in JSON.
    """
    rnd = Random(f"desktop-{seed}")
    local = posts["posted_at"].dt.tz_convert(_ZONE).dt.strftime("%Y-%m-%dT%H:%M:%S").astype(object)
    unix = posts["posted_at"].dt.as_unit("s").astype("int64").astype(str).astype(object)
    posts = posts.assign(local=local, unix=unix)
    people = list_rows(accounts)
    early = folder.with_name(EARLY_FOLDER)
    for place in (folder, early):
        place.mkdir(parents=True)
        (place / "source.toml").write_text(read_source_card(place.name), encoding="utf-8", newline="\n")
    chats = arenas[arenas["format"] == "desktop"]
    for number, (at, arena) in enumerate(zip(chats.index, list_rows(chats), strict=True), start=1):
        export = _Chat(arena, people, rnd).export(list_rows(posts[posts["arena"] == at]))
        _write(export, folder / f"ChatExport_{number:02d}")
        if arena["handle"] in _EARLY:
            _write(_early(export, arena), early / f"ChatExport_{number:02d}")
