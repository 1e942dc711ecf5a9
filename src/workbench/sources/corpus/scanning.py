"""The whole folder of a study read again after a deletion: what is still there of what was to go, and what remains."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.files import CODING, WRITTEN
from workbench.settings import CARD_FILE
from workbench.sources.corpus.merging import hash_ids
from workbench.sources.corpus.removing import PROCESSED, RAW, REPORTS
from workbench.sources.corpus.store import CORPUS, JOURNAL, JOURNAL_IDS, sha256_of
from workbench.sources.corpus.withdrawing import is_in

CERTIFICATES = PROCESSED / "certificates"
LEDGER_OF_RELEASES = PROCESSED / "findings" / "ledger.parquet"
REVIEWS = "reviews"
TEXTS = {"", ".json", ".jsonl", ".ndjson", ".toml", ".ipynb", ".md", ".txt", ".html", ".htm", ".csv", ".tsv", ".svg",
          ".log", ".py", ".xml", ".yaml", ".yml", ".new", ".example", ".part"}
_PSEUDONYM = re.compile(r"(?<![0-9a-z])a-[0-9a-f]{16}(?![0-9a-f])")
_POST = re.compile(r"(?<!\w)[A-Z]-\d{3,}:[\w.\-]+")
_SOURCE = re.compile(r'"source_id"\s*:\s*"([^"]*)"')
_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_SHORTEST_ID = 5
_LONGEST_ENDING = 8  # what is longer may be part of a name
_BLOCK, _OVERLAP = 2**24, 512
_FOLDERS = ("data/processed/corpus", "data/processed", "data/raw/quarantine", "data/raw", "notebooks", REPORTS, REVIEWS,
            CODING.as_posix(), *WRITTEN)
_PASSING = (JOURNAL, JOURNAL_IDS, ".lock")
WORDS, COPIES = "handles and names", "texts"  # what may be found where nobody can say whether it is meant
_KEPT = ("forgotten", "forgotten_titles")  # in the manifest: by them later imports refuse


@dataclass(frozen=True)
class Sought:
    """What must not be found any more.

    Attributes
    ----------
    files
        SHA-256 of deleted files, and their size in bytes.
    words
        Handles and names; they are never written down.
    is_copy
        Tells whether a text holds words that were to go; None where nobody knows them any more.
    """

    posts: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    files: dict[str, int] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    is_copy: Callable[[str], bool] | None = None

    def describe(self) -> dict[str, Any]:
        """Return how much is looked for, for the certificate."""
        return {"sources": sorted(self.sources), "files by SHA-256": len(self.files), "posts": len(self.posts),
                "accounts by pseudonym": len(self.accounts), "handles and names": len(self.words),
                "copies of texts": "by runs of words" if self.is_copy else "not looked for"}


@dataclass
class Scan:
    """What a scan found.

    Attributes
    ----------
    files
        How many files were read.
    folders
        How many of them lay in which folder; folders that people made are not named.
    unread
        Files of which only the name was read, by their ending.
    found
        One row a file and a kind of thing: ``file``, ``what``, ``times``.
    """

    files: int = 0
    folders: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    found: list[dict[str, Any]] = field(default_factory=list)


def scan_study(study: Path, sought: Sought) -> Scan:
    """Read every file of a study and say where something of what was to go still is.

    Files are named so that no name of a person is told: exports by source and SHA-256, what people put elsewhere by
    folder and SHA-256.
    """
    scan, finder = Scan(), _Finder(sought)
    for path in sorted(p for p in study.rglob("*") if p.is_file() and not p.is_symlink()):
        inside = path.relative_to(study)
        if inside.is_relative_to(CERTIFICATES) or (inside.parent == CORPUS and path.name in _PASSING):
            continue
        counts = finder.look(path, inside)
        if counts is None:
            scan.unread[path.suffix.casefold() if len(path.suffix) <= _LONGEST_ENDING else "others"] += 1
        else:
            scan.files += 1
            scan.folders[next((name for name in _FOLDERS if inside.as_posix().startswith(f"{name}/")), "others")] += 1
        named = finder.in_text(inside.as_posix(), is_raw=inside.is_relative_to(RAW))
        for what, times in ((counts or Counter()) + Counter({f"{k} in the file's name": n for k, n in named.items()})
                            ).items():
            scan.found.append({"file": name_file(study, path, sought.words), "what": what, "times": times})
    return scan


def name_file(study: Path, path: Path, words: Collection[str] = ()) -> str:
    """Return a name for a file that tells of no person: people name exports, and folders, after persons."""
    inside = path.relative_to(study)
    mark = f"{sha256_of(path)[:8]}{path.suffix if path.suffix in TEXTS else ''}"
    if inside.is_relative_to(RAW / "quarantine"):
        return f"{RAW.as_posix()}/quarantine/{mark}"
    if inside.is_relative_to(RAW):
        card = next((p for p in path.parents if (p / CARD_FILE).is_file()), None)
        source = card.name if card is not None and card.is_relative_to(study / RAW) else "no source"
        return f"{RAW.as_posix()}/{source}/{CARD_FILE if path.name == CARD_FILE else mark}"
    plain = inside.as_posix()
    if inside.parts[0] in (REPORTS, REVIEWS, CODING.name, *WRITTEN) or inside.is_relative_to(PROCESSED):
        return mark if _words_pattern(words).search(plain) else plain
    return plain if plain == "study.toml" else f"{'notebooks' if inside.parts[0] == 'notebooks' else '.'}/{mark}"


def list_remains(study: Path) -> dict[str, Any]:
    """Return what a deletion does not reach, for the certificate."""
    reports = []
    for path in sorted((study / REPORTS).glob("*/*/*/manifest.json")):
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        reports.append({"folder": path.parent.relative_to(study).as_posix(), "made": made.isoformat()})
    reviews = sorted(path.relative_to(study).as_posix() for path in (study / REVIEWS).glob("*.toml"))
    models = sorted(path.parent.relative_to(study).as_posix() for path in (study / CODING).glob("models/*/model.json"))
    releases = study / LEDGER_OF_RELEASES
    written = sorted(path.relative_to(study).as_posix() for folder in WRITTEN for path in (study / folder).rglob("*")
                     if path.is_file())
    return {
        "reports made before this day, which may count these posts": reports,
        "reviews, which hold words and names that people approved": reviews,
        "what people wrote for their practice, which may rest on these posts": written,
        "models trained on coded posts, which hold numbers of pieces of words and no text": models,
        "ledger of released numbers, which holds posts as keyed hashes":
            LEDGER_OF_RELEASES.as_posix() if releases.is_file() else None,
        "certificates of earlier deletions": len([*(study / CERTIFICATES).glob("*.json")]),
        "not reached": "Copies outside this folder, such as backups and sent reports; notebooks that are open "
                       "elsewhere and are saved again.",
    }


class _Finder:
    """What is looked for, ready to be looked for in many files."""

    def __init__(self, sought: Sought) -> None:
        self._sought = sought
        # an id of digits alone stands in exports; elsewhere it would be the number of a post, or of rows
        self._words = _words_pattern([word for word in sought.words if not word.isdecimal()])
        self._raw_words = _words_pattern([w for w in sought.words if not w.isdecimal() or len(w) >= _SHORTEST_ID])
        self._arrays = {"posts": pa.array(sorted(sought.posts), type=pa.string()),
                        "accounts": pa.array(sorted(sought.accounts), type=pa.string()),
                        "sources": pa.array(sorted(sought.sources), type=pa.string())}
        self._hashes = hash_ids(pa.array(sorted(sought.posts), type=pa.string()))
        self._sizes = set(sought.files.values())

    def look(self, path: Path, inside: Path) -> Counter[str] | None:
        """Count what of it a file holds; None where the file cannot be read."""
        found: Counter[str] = Counter()
        if path.stat().st_size in self._sizes and sha256_of(path) in self._sought.files:
            found["a copy of a deleted file"] += 1
        if path.suffix == ".parquet":
            try:
                return found + self._in_table(pq.read_table(path, partitioning=None))
            except (OSError, pa.ArrowException):
                return found or None
        if path.suffix.casefold() not in TEXTS:
            return found or None
        if inside == CORPUS / "manifest.json":
            said = json.loads(path.read_text(encoding="utf-8"))
            in_manifest = self.in_text(json.dumps({k: v for k, v in said.items() if k not in _KEPT}))
            return found + in_manifest - Counter({WORDS: in_manifest[WORDS]})  # cards, as people wrote them
        for text in read_blocks(path):
            is_raw = inside.is_relative_to(RAW)
            found += self.in_text(text, is_raw=is_raw)
            if self._sought.is_copy and not is_raw and self._sought.is_copy(text):
                found[COPIES] += 1
        return found

    def in_text(self, text: str, *, is_raw: bool = False) -> Counter[str]:
        sought, found = self._sought, Counter[str]()
        for kind, pattern, wanted in (("posts", _POST, sought.posts), ("accounts", _PSEUDONYM, sought.accounts),
                                      ("sources", _SOURCE, sought.sources), ("files", _SHA256, sought.files)):
            if wanted and (times := sum(value in wanted for value in pattern.findall(text))):
                found[kind] += times
        words = self._raw_words if is_raw else self._words
        if sought.words and (times := sum(1 for _ in words.finditer(text))):
            found[WORDS] += times
        return found

    def _in_table(self, table: pa.Table) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, column in zip(table.column_names, table.columns, strict=True):
            while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
                column = pc.list_flatten(column)
            if column.type == pa.uint64():
                found["posts"] += int(np.isin(column.to_numpy(), self._hashes).sum())
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                found += self._in_strings(name, column.cast(pa.string()))
        return +found

    def _in_strings(self, name: str, column: pa.ChunkedArray) -> Counter[str]:
        found: Counter[str] = Counter()
        whole = {"posts", "sources"} if name == "source_id" else {"posts"}
        for kind in whole:
            found[kind] += int(pc.sum(is_in(column, self._arrays[kind])).as_py() or 0)
        holding = column.filter(pc.fill_null(pc.match_substring_regex(column, "a-[0-9a-f]{16}"), False))
        for text in holding.to_pylist():
            found["accounts"] += sum(value in self._sought.accounts for value in _PSEUDONYM.findall(text))
        if self._sought.files:
            found["files"] += int(pc.sum(is_in(column, self._sought.files)).as_py() or 0)
        texts = pc.unique(column.drop_null()).to_pylist() if self._sought.words or self._sought.is_copy else []
        found[WORDS] += sum(bool(self._words.search(text)) for text in texts)
        if self._sought.is_copy:
            found[COPIES] += sum(map(self._sought.is_copy, texts))
        return found


def _words_pattern(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds handles and names as words of their own, also as JSON may write them."""
    forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    said = [("(?:user|channel|chat)?" if form.isdecimal() else "") + r"\s+".join(map(re.escape, form.split()))
            for form in sorted(forms, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?:['’]?s)?(?!\w)" if said else r"(?!)", re.IGNORECASE)


def read_blocks(path: Path) -> Iterator[str]:
    """Give the text of a file in blocks that overlap a little, so that nothing is cut in two unseen."""
    before = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield (before + block).decode("utf-8", "replace")
            before = block[-_OVERLAP:]
