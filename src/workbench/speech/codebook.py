"""Read a codebook from its file, and tell everything in it that is not as it should be."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from workbench.errors import CardError
from workbench.reviewing.answers import is_line
from workbench.settings import LANGUAGES
from workbench.tables.codebook import FAMILIES, PARENTS, STRICT_HATE, Code, Codebook, CodeText

CODEBOOK_FILE = "codebook.toml"
_SINGLE = ("attack", "hate", "offensive", "recognition")  # one code each, called like the family
_SUCH_AS = {"name": 'name = "Lillehavn"', "version": 'version = "1.0"', "main": 'main = "attack"'}
_LISTS = ("rules", "examples", "counterexamples")
_TEXT = ("name", "definition", *_LISTS)
_FIELDS = {"source": FAMILIES, "is_strict": ("ground",), "words": ("target", "theme"), "topic": ("theme",)}
_MOST = {"name": 60, "version": 20, "source": 200, "definition": 600, **dict.fromkeys(_LISTS, 400)}  # letters
_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_WORD = re.compile(r"[^\W_]+(?:[ '’.-][^\W_]+)*\*?")
_TOPIC = re.compile(r"K-\d{3,6}")
_SHORTEST = 3  # letters before a star
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')
_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_FIELD = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=")

_At = tuple[str, ...]  # where something stands: the keys that lead to it


@dataclass
class _Faults:
    """What is wrong with a file, each with its line."""

    lines: Mapping[_At, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, at: _At, what: str) -> None:
        """Note a fault at the place, or at the nearest one above it that has a line."""
        line = next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), 0)
        table = [part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{repr(part)[1:-1]}"' for part in at]
        self.found.append((line, f"line {line}, {'.'.join(table)}: {what}" if line else what))

    def add_unknown(self, at: _At, given: Iterable[str], known: Iterable[str]) -> None:
        """Note each field that is not known."""
        for name in sorted(set(given) - set(known)):
            self.add((*at, name), f"there is no field called like this; known are {', '.join(known)}")


def load_codebook(folder: Path) -> Codebook:
    """Load the codebook of a study: its own `codebook.toml`, else the one that comes with the package.

    Parameters
    ----------
    folder
        The one that holds `study.toml`.

    Raises
    ------
    CardError
        If it has faults; all of them are named, with their line.
    """
    own = folder / CODEBOOK_FILE
    return read_codebook(own if own.is_file() else Path(str(files("workbench") / "starter" / CODEBOOK_FILE)))


def read_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises
    ------
    CardError
        If it cannot be read or has faults; all of them are named, with their line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        given = tomllib.loads(text)
    except UnicodeDecodeError:
        raise CardError(f"{path}: not in UTF-8. Save it again with the encoding UTF-8.") from None
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{path}: not valid TOML: {error}. Correct that line: texts stand in straight quotes, and each "
                        'code has one table, such as [codes."theme.scooters"].') from None
    faults = _Faults(_find_lines(text))
    _check_top(given, faults)
    entries = given.get("codes")
    codes = _read_codes(entries if isinstance(entries, dict) else {}, faults)
    _check_together(given, codes, faults)
    if faults.found:
        told = "; ".join(what for _, what in sorted(faults.found))
        raise CardError(f"{path}: {told}. Correct it in a text editor; docs/codebook.md says what each field is.")
    return Codebook(given["name"], given["version"], _digest(codes), given["main"], codes)


def _find_lines(text: str) -> dict[_At, int]:
    """Return the line of every table and field; of what stands twice, the first one."""
    lines: dict[_At, int] = {}
    table: _At = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = tuple(next(part for part in parts if part) for parts in _PART.findall(header[1]) if any(parts))
            lines.setdefault(table, number)
        elif found := _FIELD.match(line):
            lines.setdefault((*table, found[1].strip('"')), number)
    return lines


def _check_top(given: Mapping[str, Any], faults: _Faults) -> None:
    faults.add_unknown((), given, (*_SUCH_AS, "codes"))
    for name in _SUCH_AS:
        if not _is_text(given.get(name), _MOST.get(name, 60)):
            faults.add((name,), f"{name} is missing or no short text: write it at the top, such as {_SUCH_AS[name]}")
    if not isinstance(given.get("codes"), dict) or not given["codes"]:
        faults.add(("codes",), "there are no codes; each has a table such as [codes.attack]")


def _read_codes(entries: Mapping[str, Any], faults: _Faults) -> dict[str, Code]:
    codes = {}
    for key, entry in entries.items():
        at = ("codes", key)
        family = key.split(".")[0]
        if family == STRICT_HATE:
            faults.add(at, "this is worked out from the grounds (is_strict) and never asked; take it out")
        elif not _KEY.fullmatch(key) or family not in FAMILIES or (family in _SINGLE) == ("." in key):
            families = ", ".join(f"{name}.…" for name in FAMILIES if name not in _SINGLE)
            faults.add(at, f"a code is called {', '.join(_SINGLE)} or {families}, in small letters a to z, digits "
                       "and _, and what has a dot stands in quotes")
        elif not isinstance(entry, dict):
            faults.add(at, f'write a table, [codes."{key}"]')
        else:
            codes[key] = _read_code(key, family, entry, faults)
    return codes


def _read_code(key: str, family: str, entry: Mapping[str, Any], faults: _Faults) -> Code:
    at = ("codes", key)
    fields = [name for name, where in _FIELDS.items() if family in where]
    faults.add_unknown(at, entry, (*fields, *LANGUAGES))
    texts = {language: _read_text((*at, language), entry[language], faults) for language in LANGUAGES
             if language in entry}
    if not texts:
        faults.add(at, f'it is written in no language: add a table such as [codes."{key}".en] with name and definition')
    source, topic, is_strict = entry.get("source", ""), entry.get("topic", ""), entry.get("is_strict", True)
    if source and not _is_text(source, _MOST["source"]):
        faults.add((*at, "source"), f"must be one line of at most {_MOST['source']} letters")
    if not isinstance(is_strict, bool):
        faults.add((*at, "is_strict"), "must be true or false, without quotes")
    if topic and not (isinstance(topic, str) and _TOPIC.fullmatch(topic)):
        faults.add((*at, "topic"), 'must be the id of a topic of the register, such as "K-003"')
    words = _read_words((*at, "words"), entry.get("words", []), faults)
    return Code(key, family, PARENTS.get(family, ""), texts, is_strict is not False, words, str(topic), str(source))


def _read_text(at: _At, entry: Any, faults: _Faults) -> CodeText:
    if not isinstance(entry, dict):
        faults.add(at, "write a table with name and definition")
        return CodeText("", "")
    faults.add_unknown(at, entry, _TEXT)
    for name in ("name", "definition"):
        if not _is_text(entry.get(name), _MOST[name]):
            faults.add((*at, name), f"{name} is missing, or not one line of at most {_MOST[name]} letters")
    for name in _LISTS:
        lines = entry.get(name, [])
        if not isinstance(lines, list) or not all(_is_text(line, _MOST[name]) for line in lines):
            faults.add((*at, name), f"must be a list of texts in quotes, each one line of at most {_MOST[name]} "
                       "letters")
    lists = {name: tuple(map(str, entry[name])) for name in _LISTS if isinstance(entry.get(name), list)}
    return CodeText(str(entry.get("name", "")), str(entry.get("definition", "")), **lists)


def _read_words(at: _At, words: Any, faults: _Faults) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        faults.add(at, 'must be a list of words in quotes, such as ["løbehjul*"]')
        return ()
    for word in dict.fromkeys(words):
        if not _WORD.fullmatch(word) or word != word.lower() or (word.endswith("*") and len(word) <= _SHORTEST):
            faults.add(at, f"{word!r} is no word: small letters, with a star only at the end and at least "
                       f"{_SHORTEST} letters before it")
        if words.count(word) > 1:
            faults.add(at, f"{word!r} stands there {words.count(word)} times; keep one")
    return tuple(dict.fromkeys(words))


def _check_together(given: Mapping[str, Any], codes: Mapping[str, Code], faults: _Faults) -> None:
    main = given.get("main")
    if isinstance(main, str) and main and (main not in codes or codes[main].parent):
        faults.add(("main",), "must be a code of this file that is asked of every post, such as attack")
    for key, code in codes.items():
        if code.parent and code.parent not in codes:
            faults.add(("codes", key), f"is asked only where {code.parent} is yes, and there is no "
                       f"[codes.{code.parent}]")
    seen: dict[tuple[str, str, str], str] = {}
    for key, code in codes.items():
        for language, text in code.texts.items():
            name = (code.family, language, text.name.strip().casefold())
            if name[2] and seen.setdefault(name, key) != key:
                faults.add(("codes", key, language, "name"), f"has the same name as {seen[name]}; coders could not "
                           "tell them apart")


def _digest(codes: Mapping[str, Code]) -> str:
    """Return a digest of what decides a code; names and seed words may be mended under the same version."""
    decides = {key: [code.family, code.parent, code.is_strict, {language: [text.definition, text.rules]
                                                               for language, text in code.texts.items()}]
               for key, code in codes.items()}
    return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and is_line(value, most)
