"""A study in a temporary folder, and exports of our own making."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from workbench.settings import Settings
from workbench.sources import ImportLedger, import_exports, load_corpus
from workbench.tables.posts import Corpus, check_corpus

CARD = {
    "controller": '"Prøveby Kommune"', "purpose": '"prøve"', "legal_basis": '"§ 10"', "access": '"open"',
    "collected_by": '"medarbejder"', "collected_with": '"prøve"', "collected_from": "2025-07-01",
    "collected_to": "2025-12-31", "tdm_reservation": '"none found"', "tdm_checked": '"2025-07-01"',
    "delete_by": "2027-09-30",
}
TRACKER = ["signature", "channel_id", "channel_name", "msg_id", "message", "cleaned_message", "date", "msg_link", "msg_from_peer", "msg_from_id", "views", "number_replies", "number_forwards", "is_forward", "forward_msg_from_peer_type", "forward_msg_from_peer_id", "forward_msg_from_peer_name", "forward_msg_link", "is_reply", "reply_to_msg_id", "reply_msg_link", "media_type", "url", "document_type"]
FOURCAT = ["id", "thread_id", "chat", "author", "author_username", "author_name", "author_is_bot", "body", "is_reply", "reply_to", "views", "reactions", "timestamp", "unix_timestamp", "unix_timestamp_edited", "author_forwarded_from_name", "author_forwarded_from_username", "author_forwarded_from_id", "entities_mentioned", "link_attached", "attachment_type"]


@dataclass
class Study:
    """A study and what tests do with it."""

    settings: Settings
    card: dict[str, str] = field(default_factory=dict)  # what the cards of its sources say otherwise

    @property
    def folder(self) -> Path:
        return self.settings.folder

    @property
    def corpus_folder(self) -> Path:
        return self.folder / "data" / "processed" / "corpus"

    def put(self, content: bytes | str | dict[str, Any] | list[Any], name: str = "result.json", source: str = "kilde",
            **card: str | None) -> Path:
        """Write an export and its card, and return the export's path."""
        folder = self.folder / "data" / "raw" / source
        folder.mkdir(parents=True, exist_ok=True)
        fields = {k: v for k, v in (CARD | self.card | card).items() if v is not None}
        (folder / "source.toml").write_text("\n".join(f"{k} = {v}" for k, v in fields.items()), encoding="utf-8")
        if isinstance(content, dict | list):
            content = json.dumps(content, ensure_ascii=False)
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def take(self, *paths: Path, **options: Any) -> ImportLedger:
        return import_exports(paths, settings=self.settings, **options)

    def corpus(self, **options: Any) -> Corpus:
        return check_corpus(load_corpus(self.folder, **options))

    def read(self, content: bytes | str | dict[str, Any] | list[Any], name: str = "result.json", **card: str) -> Corpus:
        """Import one export and return the corpus."""
        self.take(self.put(content, name, **card))
        return self.corpus()

    def state(self) -> dict[str, bytes]:
        """Return every file of the corpus with its bytes."""
        return {p.relative_to(self.corpus_folder).as_posix(): p.read_bytes()
                for p in sorted(self.corpus_folder.rglob("*")) if p.is_file()}

    def written(self) -> bytes:
        """Return all bytes and all texts under data/processed, for the search for what must not be there."""
        import pyarrow.parquet as pq

        out = io.BytesIO()
        for path in sorted((self.folder / "data" / "processed").rglob("*")):
            if path.is_file():
                out.write(path.read_bytes())
                if path.suffix == ".parquet":
                    out.write(json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode())
        return out.getvalue()


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[[str], Study]:
    def make(name: str) -> Study:
        folder = tmp_path / name
        folder.mkdir()
        return Study(Settings(folder=folder, name="Prøveby", language="da", contact="c", minimum_authors=5,
                              minimum_arenas=3, key_file=tmp_path / "keys" / "study.key"))

    return make


@pytest.fixture
def study(make_study: Callable[[str], Study]) -> Study:
    return make_study("study")


@pytest.fixture
def inside_key(study: Study) -> Study:
    return Study(replace(study.settings, key_file=study.folder / "data" / "study.key"))


def message(number: int, text: Any = "Hej alle sammen", **fields: Any) -> dict[str, Any]:
    """Return one message of a Telegram Desktop export, a minute after the one before."""
    base = {"id": number, "type": "message", "date": "2025-11-03T09:00:00",
            "date_unixtime": str(1762156800 + 60 * number), "from": "Person A", "from_id": "user1001", "text": text}
    return {k: v for k, v in (base | fields).items() if v is not ...}


def chat(*messages: Any, **fields: Any) -> dict[str, Any]:
    """Return a Telegram Desktop export of one chat."""
    return {"name": "Prøvegruppen", "type": "public_supergroup", "id": 1900000001, **fields, "messages": list(messages)}


def table(columns: list[str], *rows: dict[str, Any]) -> str:
    """Return rows as a comma-separated file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def tracked(number: int, **fields: Any) -> dict[str, Any]:
    """Return one row of telegram-tracker."""
    return {"channel_id": "1900000001", "channel_name": "proevekanal", "msg_id": str(number),
            "cleaned_message": "Se her", "date": "2025-10-01 12:00:00+00:00", "views": "120", "number_replies": "2",
            "number_forwards": "14", "msg_link": f"https://t.me/proevekanal/{number}"} | fields


def mapped(number: int, **fields: Any) -> dict[str, Any]:
    """Return one row of 4CAT."""
    return {"id": f"proevegruppe-{number}", "thread_id": "proevegruppe", "chat": "proevegruppe", "author": "501",
            "author_username": "anden", "author_name": "Anna Prøve", "author_is_bot": "no", "body": "Se her",
            "is_reply": "False", "views": "120", "timestamp": "2025-10-01 14:00:00",
            "unix_timestamp": "1759320000"} | fields


def thread(name: str, text: str = "God video", answers: int = 0, **fields: Any) -> dict[str, Any]:
    """Return one comment thread of YouTube."""
    def comment(key: str, **more: Any) -> dict[str, Any]:
        return {"kind": "youtube#comment", "id": key, "snippet": {
            "authorDisplayName": "@proevekonto", "authorChannelId": {"value": "UCaaa"}, "textOriginal": text,
            "likeCount": 2, "publishedAt": "2025-10-10T10:00:00Z", "updatedAt": "2025-10-10T10:00:00Z"} | more}

    made = {"kind": "youtube#commentThread", "id": name, "snippet": {
        "channelId": "UCtest", "videoId": "vid1", "topLevelComment": comment(name, **fields),
        "totalReplyCount": answers}}
    if answers:
        made["replies"] = {"comments": [comment(f"{name}.{i}", parentId=name) for i in range(answers)]}
    return made


def page(*threads: Any) -> dict[str, Any]:
    """Return one page of comment threads."""
    return {"kind": "youtube#commentThreadListResponse", "pageInfo": {}, "items": list(threads)}


@pytest.fixture
def make() -> Any:
    """Give the builders of records to tests, which cannot import this file by name."""
    class Make:
        message = staticmethod(message)
        chat = staticmethod(chat)
        tracked = staticmethod(tracked)
        mapped = staticmethod(mapped)
        thread = staticmethod(thread)
        page = staticmethod(page)

        @staticmethod
        def tracker(*rows: dict[str, Any]) -> str:
            return table(TRACKER, *rows)

        @staticmethod
        def fourcat(*rows: dict[str, Any]) -> str:
            return table(FOURCAT, *rows)

    return Make
