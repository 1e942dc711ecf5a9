"""The codebook: what coders look for in a post, in the words of every language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

# attack, offensive and recognition stand on their own · hate: an attack because of what people are · marker: how it
# attacks · ground: because of what it hates · form: how it recognises · target: whom an attack is against · harm: a
# type of harm · theme: what a town defined for itself
FAMILIES = ("attack", "hate", "offensive", "recognition", "marker", "ground", "form", "target", "harm", "theme")
PARENTS = {"hate": "attack", "marker": "attack", "ground": "hate", "form": "recognition", "target": "attack"}
STRICT_HATE = "hate_strict"  # hate on a strict ground: worked out from the grounds, never asked


@dataclass(frozen=True)
class CodeText:
    """What a code is in one language.

    Attributes
    ----------
    name
        Short, as it stands on a button and in a table.
    definition
        One or two sentences.
    rules
        Borderline rules.
    examples, counterexamples
        Made-up posts to which it applies, and to which it does not.
    """

    name: str
    definition: str
    rules: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """One question about a post that is answered with yes, no or don't know.

    Attributes
    ----------
    key
        Stable and unique, such as ``attack``, ``marker.threat``, ``ground.religion``, ``target.municipality``,
        ``harm.weapons``, ``theme.scooters``.
    family
        One of `FAMILIES`.
    parent
        Key of the code that must be yes before this one is asked; empty where it is always asked. Where the parent is
        no, this one is no.
    texts
        By language.
    is_strict
        Of a ground: whether the strict definition of hate has it.
    words
        Words that mention it, of a target; seed words, of a theme: lower case, a star at the end for any ending.
    topic
        Stable id of the topic of the register that a theme is, such as K-003; empty otherwise.
    source
        Where the definition comes from; never shown as a quote.
    """

    key: str
    family: str
    parent: str
    texts: Mapping[str, CodeText]
    is_strict: bool = True
    words: tuple[str, ...] = ()
    topic: str = ""
    source: str = ""

    def text(self, language: str) -> CodeText:
        """Return what it is in a language; in English, else in whatever there is, where nobody wrote it in that one."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()))


@dataclass(frozen=True)
class Codebook:
    """Every code of a study, in the order in which they are asked.

    Attributes
    ----------
    name, version
        As its file says; `version` travels with every code.
    digest
        SHA-256 of what decides a code (keys, families, parents, definitions, rules, strictness): a changed definition
        under the same version is refused by it.
    main
        Key of the code whose score makes the strata of samples.
    codes
        By key.
    """

    name: str
    version: str
    digest: str
    main: str
    codes: Mapping[str, Code]

    def of(self, *families: str) -> list[Code]:
        """Return the codes of some families, in order."""
        return [code for code in self.codes.values() if code.family in families]


def find_words(texts: pd.Series, words: Sequence[str]) -> np.ndarray:
    """Tell which texts hold one of some words, as `Code.words` has them.

    Parameters
    ----------
    texts
        Missing ones hold none.
    words
        Whole words, a star at the end for any ending; none are found nowhere.
    """
    if not words:
        return np.zeros(len(texts), dtype=bool)
    import pyarrow as pa
    import pyarrow.compute as pc

    def pattern(word: str) -> str:
        stem = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
        return stem if word.endswith("*") else stem + r"(?:$|[^\pL\pN])"

    plain = pc.utf8_lower(pc.utf8_normalize(pa.array(texts, pa.string(), from_pandas=True), "NFC"))
    found = pc.match_substring_regex(plain, r"(?:^|[^\pL\pN])(?:" + "|".join(map(pattern, words)) + ")")
    return np.asarray(pc.fill_null(found, False), dtype=bool)
