from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from workbench.city import Truth, build_city

REPAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
KEY = ["format", "chat", "message"]


def strict_json(text: str) -> dict:
    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


def _joined(text: object) -> str:
    return text if isinstance(text, str) else "".join(p if isinstance(p, str) else p["text"] for p in text)


def read_desktop(folder: Path) -> list[dict]:
    rows = []
    for file in sorted(folder.glob("ChatExport_*/result.json")):
        chat = strict_json(REPAIR.sub(r"\1\\u00\2", file.read_text(encoding="utf-8")))
        rows += [{"format": "telegram-desktop", "chat": str(chat["id"]), "title": chat["name"], "kind": chat["type"],
                  "message": str(m["id"]), "unix": int(m["date_unixtime"]), "account": m["from_id"],
                  "text": _joined(m["text"]), "source": m.get("forwarded_from"), "name": m["from"]}
                 for m in chat["messages"] if m["type"] == "message"]
    return rows


def read_fourcat(folder: Path) -> list[dict]:
    with (folder / "telegram-lillehavn.csv").open(encoding="utf-8", newline="") as file:
        return [{"format": "4cat-telegram", "chat": r["chat"], "message": r["id"].rpartition("-")[2],
                 "unix": int(r["unix_timestamp"]), "account": r["author"], "text": r["body"],
                 "source": r["author_forwarded_from_name"] or None, "source_id": r["author_forwarded_from_id"] or None,
                 "name": r["author_name"]} for r in csv.DictReader(file)]


def read_youtube(folder: Path) -> list[dict]:
    rows = []
    for file in sorted(folder.glob("*/*.json")):
        for item in strict_json(file.read_text(encoding="utf-8"))["items"]:
            comments = [item["snippet"]["topLevelComment"], *item.get("replies", {}).get("comments", [])]
            rows += [{"format": "youtube-comments", "chat": c["snippet"]["channelId"], "message": c["id"],
                      "unix": int(pd.Timestamp(c["snippet"]["publishedAt"]).timestamp()),
                      "account": c["snippet"].get("authorChannelId", {}).get("value"),
                      "text": c["snippet"]["textOriginal"], "source": None,
                      "name": c["snippet"]["authorDisplayName"]} for c in comments]
    return rows


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city") / "lillehavn"


@pytest.fixture(scope="session")
def truth(folder: Path) -> Truth:
    return build_city(folder, seed=7)


@pytest.fixture(scope="session")
def raw(folder: Path, truth: Truth) -> pd.DataFrame:
    """Every message as the files show it, in UTC, with its arena's native id."""
    rows = (read_desktop(folder / "telegram-desktop") + read_fourcat(folder / "telegram-4cat")
            + read_youtube(folder / "youtube-comments"))
    found = pd.DataFrame(rows).assign(posted_at=lambda t: pd.to_datetime(t["unix"], unit="s", utc=True))
    arena = truth.arenas.set_index(["format", "chat"])["native_id"].rename("arena")
    found = found.join(arena, on=["format", "chat"])
    by_title = truth.arenas.set_index("title")["native_id"]
    return found.assign(quarter=found["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str),
                        source_arena=found["source"].map(by_title))


@pytest.fixture(scope="session")
def labelled(raw: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """The raw messages joined with what is true of them."""
    columns = [*KEY, "topic", "language", "kind", "copy_of", "attack", "hate", "recognition"]
    true = truth.posts[columns].rename(columns={"kind": "role"}).astype(dict.fromkeys(KEY, object))
    return raw.astype(dict.fromkeys(KEY, object)).merge(true, on=KEY, validate="one_to_one")
