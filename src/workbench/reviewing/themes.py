"""Themes that people look for: what a review file says of them, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from workbench.reviewing.answers import LOOK_FOR, Answers, half_given, is_line, text_of
from workbench.settings import LANGUAGES
from workbench.tables.review import LookedFor

_LISTS = {"words": 'words is a list of texts, such as ["løbehjul", "elløbehjul"]',
          "posts": 'posts is a list of ids of posts, such as ["T-014:123"]'}
_FIELDS = (*LANGUAGES, *_LISTS)
_NAME = re.compile(r"[\w-]{1,40}")
_POST = re.compile(r"[^\s:]+:\S+")
_MOST_LETTERS = 60  # of a name, and of a word to look for
_MOST_LISTED = 50  # of words, and of posts


def theme_faults(files: Sequence[Answers], *, languages: Sequence[str]) -> list[str]:
    """Return every fault in what files say of themes, file by file, the earliest first.

    Parameters
    ----------
    languages
        In which products are made: a name must be given in each, or in none.
    """
    faults: list[str] = []
    seen: set[str] = set()
    for file in files:
        if not isinstance(file.given.get(LOOK_FOR, {}), dict):
            faults.append(file.fault("", LOOK_FOR, f"write a table for each theme, [{LOOK_FOR}.loebehjul]"))
        for key, entry in file.answers(LOOK_FOR).items():
            found = _faults(key, entry, languages)
            if not found and not _is_looked_for(entry) and key not in seen:
                found = ["there is nothing to look for: write words, or ids of posts"]
            faults += [file.fault(LOOK_FOR, key, what) for what in found]
            seen.add(key)
    return faults


def read_themes(files: Sequence[Answers]) -> dict[str, LookedFor]:
    """Return the themes that are looked for by their names: of each what the last file says of it.

    A theme that a later file leaves without words and posts is not looked for any more.
    """
    themes: dict[str, LookedFor] = {}
    for file in files:
        for key, entry in file.answers(LOOK_FOR).items():
            themes.pop(key, None)
            if _is_looked_for(entry):
                labels = {language: text for language in LANGUAGES if (text := text_of(entry, language))}
                themes[key] = LookedFor(_listed(entry, "words"), _listed(entry, "posts"), labels, file.period)
    return themes


def _is_looked_for(entry: dict[str, Any]) -> bool:
    return any(_listed(entry, field) for field in _LISTS)


def _listed(entry: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return the texts of a list, each once, without blanks around them and without empty ones."""
    return tuple(dict.fromkeys(text.strip() for text in entry.get(field, []) if text.strip()))


def _faults(key: str, entry: Any, languages: Sequence[str]) -> list[str]:
    if not isinstance(entry, dict):
        return [f'write a table for each theme, such as [{LOOK_FOR}.loebehjul] and below it words = ["løbehjul"]']
    faults = [] if _NAME.fullmatch(key) else ["a theme's own name is one word of at most 40 letters, digits, - and _"]
    faults += [f"there is no field called like this; known are {', '.join(_FIELDS)}"
               for field in entry if field not in _FIELDS]
    faults += [f'{field} is not a text in quotes; leave it as ""' for field in LANGUAGES
               if not isinstance(entry.get(field, ""), str)]
    faults += [what for field, what in _LISTS.items() if not _is_texts(entry.get(field, []))]
    if faults:
        return faults
    faults += [f"{field} must be one line of at most {_MOST_LETTERS} letters" for field in LANGUAGES
               if not is_line(text_of(entry, field), _MOST_LETTERS)]
    faults += half_given(entry, {language: language for language in LANGUAGES}, languages)
    if not all(is_line(word, _MOST_LETTERS) for word in _listed(entry, "words")):
        faults.append(f"words holds one that is no line of at most {_MOST_LETTERS} letters")
    if not all(_POST.fullmatch(post) and is_line(post, 200) for post in _listed(entry, "posts")):
        faults.append(f"posts holds one that is no id of a post; {_LISTS['posts']}")
    faults += [f"{field} holds more than {_MOST_LISTED}; keep those that tell the theme best" for field in _LISTS
               if len(_listed(entry, field)) > _MOST_LISTED]
    return faults


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
