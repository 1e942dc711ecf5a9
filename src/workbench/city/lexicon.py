"""The town's words, topics, arenas and names, read from the package's word lists."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("da", "sv", "en")
RISER = "e_scooters"
PEAK = "youth_club"

Words = dict[str, tuple[str, ...]]

# comma-separated in the files; every other list has one template a line
_COMMA = ("nouns", "verbs", "adjectives", "places", "stems", "times", "who", "town", "tails", "attack_targets",
          "insults", "hate_groups", "target_codes", "group_codes", "group_grounds", "hashtags", "links", "given",
          "family", "nicknames", "domains", "outside")


@dataclass(frozen=True)
class Topic:
    """One topic of the town; `share` is its weight, `heat` how often people attack in it, `is_youth`: of the young."""

    id: str
    label: str
    share: float
    heat: float
    is_youth: bool
    hashtags: tuple[str, ...]
    links: tuple[str, ...]
    words: dict[str, Words]


@dataclass(frozen=True)
class Lexicon:
    """All word lists; `common` by language, `arenas` as rows of (format, title, handle, ...), `happenings` by name."""

    topics: tuple[Topic, ...]
    common: dict[str, Words]
    people: Words
    arenas: tuple[tuple[str, ...], ...]
    happenings: dict[str, dict[str, Any]]


def _entries(name: str, text: str) -> tuple[str, ...]:
    parts = text.replace("\n", " ").split(",") if name in _COMMA else text.splitlines()
    return tuple(part.strip() for part in parts if part.strip())


def _words(table: dict[str, Any]) -> Words:
    return {name: _entries(name, text) for name, text in table.items()}


def _topic(name: str, table: dict[str, Any]) -> Topic:
    return Topic(name.partition("_")[2].removesuffix(".toml"), table["label"], table["share"], table.get("heat", 1.0),
                 table.get("youth", False), _entries("hashtags", table["hashtags"]), _entries("links", table["links"]),
                 {language: _words(table[language]) for language in LANGUAGES if language in table})


@lru_cache(maxsize=1)
def read_lexicon() -> Lexicon:
    """Read the word lists that come with the package."""
    folder = files("workbench.city") / "words"

    def table(*path: str) -> dict[str, Any]:
        return tomllib.loads(folder.joinpath(*path).read_text(encoding="utf-8"))

    names = sorted(f.name for f in (folder / "topics").iterdir() if f.name.endswith(".toml"))
    people = table("people.toml")
    emoji = tuple(people.pop("emoji").split())
    arenas = tuple((kind, *row.split("|")) for kind, rows in table("arenas.toml").items()
                   for row in rows.splitlines() if row)
    return Lexicon(tuple(_topic(name, table("topics", name)) for name in names),
                   {language: _words(table("common", f"{language}.toml")) for language in LANGUAGES},
                   _words(people) | {"emoji": emoji}, arenas, table("happenings.toml"))


def read_source_card(name: str) -> str:
    """Return the text of the source card of one export folder."""
    return (files("workbench.city") / "words" / "cards" / f"{name}.toml").read_text(encoding="utf-8")
