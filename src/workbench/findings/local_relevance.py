"""What part of the posts names a place of the city (M22)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.findings.periods import posts_of
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.places import GAZETTEER_COLUMNS, PLACE_KINDS
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

# letters that are written in two ways in the Nordic countries
_SPELLINGS = {"å": "(?:å|aa)", "aa": "(?:å|aa)", "ø": "[øö]", "ö": "[øö]", "æ": "[æä]", "ä": "[æä]", "é": "[ée]"}
_LETTERS = re.compile("aa|.", re.DOTALL)
_GENITIVE = "(?:['’]?s|['’])?"
_NO_LETTER = r"[^\pL\pN]"


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["places"]:
        return Headline("finding.local_relevance_none", reason="no_gazetteer")
    whole = data[data["row"].eq("all")]
    if whole["share"].isna().any():
        return Headline("finding.local_relevance_none", reason="local_relevance_hidden")
    row = whole.iloc[0]
    sentence = "finding.local_relevance_checked" if facts["is_checked"] else "finding.local_relevance"
    return Headline(sentence, {"share": float(row["share"])}, value=float(row["share"]), numerator=int(row["posts"]),
                    denominator=int(facts["posts"]))


LOCAL_RELEVANCE = Spec(
    key="local_relevance", metric="M22", unit="share", frame="all_posts", headline=_say, identity=("row", "kind"),
    caveats=("places_checked", "places_not_checked"), reasons=("no_gazetteer", "local_relevance_hidden"),
    columns={
        "row": Column("string"),  # kind | all
        "kind": Column("string", shown="code"),
        "names": Column("Int64", unit="number", shown="number"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts")),
    },
    facts={"posts": Fact("posts", "posts"), "places": Fact("number"), "is_checked": Fact()},
    sentences={"finding.local_relevance": ("share", "places"), "finding.local_relevance_checked": ("share", "places"),
               "finding.local_relevance_none": ()})


def measure_local_relevance(corpus: Corpus, gazetteer: pd.DataFrame, *, quarter: str,
                            is_checked: bool = False) -> Finding:
    """Measure what part of a quarter's posts names a place of the city (M22).

    Names are looked for as whole words, in capitals or not, with the genitive (Tarups, Aarhus') and with ö for ø, ä
    for æ and aa for å. Which place a post names is never told, only of which kind: names of schools are looked for
    and never shown.

    Parameters
    ----------
    corpus
        The quarter.
    gazetteer
        The city's places, columns `tables.places.GAZETTEER_COLUMNS`, as `Study.gazetteer` reads them; may be empty.
    quarter
        Such as 2025Q3.
    is_checked
        Whether a person looked through a sample of the posts found: the sentence says so. A place may bear the name
        of something else, or of a place elsewhere.

    Returns
    -------
    finding
        Value: share of all posts. Data: one row per kind of place in the list and a last one of all (`row`: kind,
        all), columns `kind`, `names` (in the list), `posts` that name one of them, `arenas` and `share`. A post may
        name places of several kinds. No rows without a list.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the gazetteer lacks a column or holds an unknown kind.
    """
    _check(gazetteer)
    posts = posts_of(corpus, quarter)
    kinds = [kind for kind in PLACE_KINDS if gazetteer["kind"].eq(kind).any()]
    found = {kind: _names_one(posts["text"], gazetteer[gazetteer["kind"].eq(kind)]) for kind in kinds}
    rows: list[dict[str, Any]] = []
    cells = [Cell(WHOLE_FINDING, "posts", hash_posts(posts["post_id"]))]
    anywhere = np.logical_or.reduce(list(found.values())) if found else np.zeros(len(posts), dtype=bool)
    for kind, is_named in [*found.items(), *([("any_place", anywhere)] if found else [])]:
        own = posts[is_named]
        cells.append(Cell(len(rows), "posts", hash_posts(own["post_id"])))
        rows.append({"row": "all" if kind == "any_place" else "kind", "kind": kind, "posts": len(own),
                     "names": len(gazetteer) if kind == "any_place" else int(gazetteer["kind"].eq(kind).sum()),
                     "arenas": own["arena_id"].nunique(), "share": len(own) / len(posts)})
    caveat = "places_checked" if is_checked else "places_not_checked"
    return Finding(
        LOCAL_RELEVANCE, quarter, pd.DataFrame(rows, columns=list(LOCAL_RELEVANCE.columns)), cells=tuple(cells),
        facts={"posts": len(posts), "places": len(gazetteer), "is_checked": is_checked},
        caveats=(caveat,) if rows else ())


def _check(gazetteer: pd.DataFrame) -> None:
    if missing := [c for c in GAZETTEER_COLUMNS if c not in gazetteer]:
        raise TableError(f"measure_local_relevance: the gazetteer lacks the column {', '.join(missing)}. Read it with "
                         "study.gazetteer().")
    if unknown := int((~gazetteer["kind"].isin(PLACE_KINDS)).sum()):
        raise TableError(f"measure_local_relevance: {unknown} places of the gazetteer are of no kind that is known. "
                         f"There are {', '.join(PLACE_KINDS)}.")


def _names_one(texts: pd.Series, places: pd.DataFrame) -> np.ndarray:
    """Tell which texts hold one of the names, all of them looked for at once."""
    forms = sorted({form for name, more in zip(places["name"], places["forms"], strict=True) for form in (name, *more)})
    return hold_words(texts, [spell_word(form) + _GENITIVE for form in forms])


def hold_words(texts: pd.Series, patterns: Sequence[str]) -> np.ndarray:
    """Tell which texts hold one of some words, as whole words; they are looked for at once, in capitals or not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # RE2 makes one automaton of all words, so that their number hardly matters; it knows no look-around
    pattern = f"(?:^|{_NO_LETTER})(?:{'|'.join(patterns)})(?:$|{_NO_LETTER})"
    found = pc.match_substring_regex(pa.array(texts.astype(object), type=pa.large_string(), from_pandas=True), pattern,
                                     ignore_case=True)
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def spell_word(name: str) -> str:
    """Return the pattern of a name in all its spellings, with any space and hyphen between its words."""
    words = re.split(r"[\s-]+", name.casefold().strip())
    return r"[\s-]+".join("".join(_SPELLINGS.get(letter, re.escape(letter)) for letter in _LETTERS.findall(word))
                          for word in words)
