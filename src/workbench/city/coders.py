"""Made-up coders of the made-up town: what is true in a post, and what people with habits say of it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.city.lexicon import read_lexicon
from workbench.errors import InputError
from workbench.tables.codebook import Code, Codebook

LENIENT, STRICT, ADJUDICATOR = "coder 1", "coder 2", "adjudicator"
_COLUMNS = {"target": "target", "ground": "ground", "marker": "markers", "form": "form"}  # of the truth
_LISTS = {"target": ("target_codes", "group_codes"), "ground": ("group_grounds",),
          "marker": ("attack_markers", "hate_markers"), "form": ("recognition_forms",)}  # of the lexicon
_THEMES = {"theme.scooters": "e_scooters"}  # topic of the truth
_OFFENSIVE = "insult"  # the marker of an attack that makes it coarse

# by coder and family: of posts to which a code applies, how many are missed; of the others, how many are taken for it.
# The lenient one takes one in three coarse words for a joke; the strict one finds coarse what is none. On that they
# agree too little to report it.
_HABITS: dict[str, dict[str, tuple[float, float]]] = {
    LENIENT: {"attack": (0.05, 0.0002), "hate": (0.05, 0.02), "offensive": (0.4, 0.002), "recognition": (0.04, 0.004),
              "marker": (0.12, 0.01), "ground": (0.04, 0.002), "target": (0.06, 0.002), "form": (0.08, 0.01),
              "theme": (0.04, 0.002), "harm": (0.1, 0.0)},
    STRICT: {"attack": (0.03, 0.0005), "hate": (0.04, 0.04), "offensive": (0.05, 0.06), "recognition": (0.06, 0.006),
             "marker": (0.06, 0.02), "ground": (0.04, 0.004), "target": (0.04, 0.004), "form": (0.05, 0.01),
             "theme": (0.03, 0.004), "harm": (0.1, 0.0)},
}
_DECIDES = (0.01, 0.0005)  # the adjudicator, on every code
_UNSURE = {"attack": 0.03, "hate": 0.03, "offensive": 0.03, "recognition": 0.03}  # don't know
_UNSURE_ELSE = 0.005
_HARD, _ON_HARD, _ON_EASY = 0.2, 3.0, 0.5  # posts that are hard, and how often a habit shows there and elsewhere


def read_true_codes(posts: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return what is true of posts of the town, by every code of a codebook.

    Parameters
    ----------
    posts
        Rows of `Truth.posts`.

    Returns
    -------
    codes
        Truth values, with the index of `posts` and the codes as columns. The town knows no harm, and of themes that
        of its own codebook: any other is true nowhere.
    """
    return pd.DataFrame({key: _is_true(posts, code) for key, code in codebook.codes.items()}, index=posts.index)


def code_posts(posts: pd.DataFrame, codebook: Codebook, *, coder: str, seed: int) -> pd.DataFrame:
    """Answer the questions of a codebook as a made-up coder does.

    What a coder says of a post depends on the post, the coder and the seed alone, not on the other posts. A code is
    asked where the coder said yes to its parent.

    Parameters
    ----------
    posts
        Rows of `Truth.posts`.
    coder
        `LENIENT`, `STRICT` or `ADJUDICATOR`.

    Returns
    -------
    answers
        One row per post and code that was asked: `row` (of the index of `posts`), `code` and `value` (missing: don't
        know).

    Raises
    ------
    InputError
        If there is no such coder.
    """
    if coder != ADJUDICATOR and coder not in _HABITS:
        raise InputError(f"Nobody in the made-up town is called {coder!r}; there are {', '.join(_HABITS)} and "
                         f"{ADJUDICATOR}.")
    key = pd.util.hash_pandas_object(posts[["format", "chat", "message"]].astype(object), index=False).to_numpy()
    factor = np.where(_draw(key, str(seed)) < _HARD, _ON_HARD, _ON_EASY)
    truth = read_true_codes(posts, codebook)
    said: dict[str, np.ndarray] = {}  # 1, 0, or nan for don't know
    rows = []
    depths = {key: _depth(code, codebook) for key, code in codebook.codes.items()}
    for name, code in sorted(codebook.codes.items(), key=lambda item: depths[item[0]]):  # parents first
        misses, invents = _DECIDES if coder == ADJUDICATOR else _HABITS[coder][code.family]
        draw = _draw(key, f"{seed} {coder} {name}")
        invents = invents if _occurs(code) else 0  # nobody sees what the town does not know
        is_true = truth[name].to_numpy()
        value = np.where(is_true, draw >= misses * factor, draw < invents * factor).astype(float)
        if coder != ADJUDICATOR:
            unsure = _UNSURE.get(code.family, _UNSURE_ELSE)
            value[_draw(key, f"{seed} {coder} {name} unsure") < unsure * factor] = np.nan
        asked = said[code.parent] == 1 if code.parent else np.ones(len(posts), dtype=bool)
        said[name] = np.where(asked, value, 0)
        rows.append(pd.DataFrame({"row": posts.index[asked], "code": name, "value": value[asked]}))
    return pd.concat(rows, ignore_index=True).astype({"code": "string", "value": "boolean"})


def _depth(code: Code, codebook: Codebook) -> int:
    return 1 + _depth(codebook.codes[code.parent], codebook) if code.parent else 0


@lru_cache(maxsize=1)
def _told() -> frozenset[str]:
    """Return everything that the town's texts are told to be, such as marker.insult."""
    common = read_lexicon().common.values()
    return frozenset(f"{family}.{key}" for family, lists in _LISTS.items() for words in common for name in lists
                     for line in words[name] for key in line.split())


def _occurs(code: Code) -> bool:
    return code.family not in _LISTS or code.key in _told()


def _is_true(posts: pd.DataFrame, code: Code) -> np.ndarray:
    if code.family in ("attack", "hate", "recognition"):
        return posts[code.family].to_numpy(dtype=bool)
    if code.family == "offensive":
        return _holds(posts["markers"], _OFFENSIVE)
    if code.family in _COLUMNS:
        return _holds(posts[_COLUMNS[code.family]], code.key.partition(".")[2])
    return posts["topic"].eq(_THEMES.get(code.key, "")).fillna(False).to_numpy(dtype=bool)


def _holds(column: pd.Series, key: str) -> np.ndarray:
    """Tell which rows of words with blanks between have this one."""
    return np.asarray((" " + column.fillna("") + " ").str.contains(f" {key} ", regex=False), dtype=bool)


def _draw(posts: np.ndarray, what: str) -> np.ndarray:
    """Draw a number from 0 to 1 for each post, always the same one for the same post and purpose.

    Notes
    -----
    The last step of SplitMix64 (Steele, Lea & Flood 2014).
    """
    salt = np.uint64(int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big"))
    number = posts ^ salt
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        number = (number ^ (number >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((number ^ (number >> np.uint64(31))) / 2.0**64)
