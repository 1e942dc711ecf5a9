"""What is in posts without being what they are about: signatures, invitations, link farms.

These are rules, not a model: each can be read here, and `model_topics` counts what each set aside.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

SHORTEST_SIGNATURE, LONGEST_SIGNATURE = 4, 24  # tokens
SIGNATURE_TEXTS = 10  # different texts of an arena that end (or begin) alike
SIGNATURE_SHARE = 0.05  # of the arena's different texts
INVITATION_WORDS = 8  # usable ones; who writes more says something else as well
FARM_LINKS = 3

_PLACE = r"https?://\S+|\bt\.me/\S+|\[(?:link|handle|email|phone)\]"
_LINK = rf"{_PLACE}|(?<!\w)@\w+"
_JOINING = (r"(?:join|subscribe|follow us|follow me|our (?:channel|group|chat)"  # en
            r"|bliv medlem|følg os|følg med på|tilmeld|vores (?:kanal|gruppe)|kom med i"  # da
            r"|gå med|bli medlem|följ oss|vår (?:kanal|grupp)|prenumerera"  # sv
            r"|bli med|følg oss|meld deg|vår (?:gruppe)|abonner"  # nb
            r"|liity|seuraa|tilaa|kanavamme|ryhmämme)")  # fi


def cut_signatures(texts: pd.Series, arenas: pd.Series) -> pd.Series:
    """Cut the endings and beginnings that many different texts of an arena share.

    A run of 4 to 24 tokens at either end is a signature if at least 10 different texts of
    the arena and 5 % of them have it. Texts that differ in links and numbers only are one.

    Returns
    -------
    texts
        Without signatures; the index of `texts`. A text that is nothing else becomes empty.
    """
    table = pd.DataFrame({"arena": arenas.to_numpy(), "text": texts.to_numpy()}, dtype="string")
    codes = table.groupby(["arena", "text"], dropna=False, sort=False).ngroup().to_numpy()
    different = table.iloc[np.unique(codes, return_index=True)[1]]
    arena = different["arena"].to_numpy()
    left = different["text"].to_list()
    plain = different["text"].str.replace(rf"{_PLACE}|@\w+|\d+|\s+", "", regex=True)  # without looking behind: fast
    once = ~plain.groupby([arena, plain]).cumcount().astype(bool).to_numpy()
    for split in (str.rsplit, str.split):
        left = _cut(left, arena, once, split)
    changed = np.array(left, dtype=object) != different["text"].to_numpy(dtype=object)
    cut = texts.to_numpy(dtype=object, copy=True)
    cut[changed[codes]] = np.array(left, dtype=object)[codes[changed[codes]]]
    return pd.Series(cut, index=texts.index, dtype="string")


def _cut(texts: list[str], arena: np.ndarray, once: np.ndarray,
         split: Callable[[str, None, int], list[str]]) -> list[str]:
    """Cut the longest run of tokens that texts of an arena share at one end: the last (`rsplit`) or first (`split`)."""
    at_end = split is str.rsplit
    edges = [split(text, None, LONGEST_SIGNATURE) for text in texts]
    whole = pd.Series(once).groupby(arena).transform("sum").to_numpy()
    tokens = np.zeros(len(texts), dtype=int)
    candidates = np.arange(len(texts))
    for length in range(SHORTEST_SIGNATURE, LONGEST_SIGNATURE + 1):  # a long run is shared only where a short one is
        candidates = candidates[[len(edges[i]) >= length for i in candidates]]
        runs = pd.Series([" ".join(edges[i][-length:] if at_end else edges[i][:length]) for i in candidates],
                         dtype=object)
        shared = pd.Series(once[candidates]).groupby([arena[candidates], runs]).transform("sum").to_numpy()
        candidates = candidates[(shared >= SIGNATURE_TEXTS) & (shared >= SIGNATURE_SHARE * whole[candidates])]
        tokens[candidates] = length
    cut = list(texts)
    for i in np.flatnonzero(tokens):
        pieces = split(texts[i], None, int(tokens[i]))
        rest = pieces[:-tokens[i]] if at_end else pieces[tokens[i]:]
        cut[i] = rest[0] if rest else ""
    return cut


def find_invitations(texts: pd.Series, usable: pd.Series) -> pd.Series:
    """Tell which posts do nothing but call readers to another place.

    They hold a link or handle, a word of joining (Danish, Swedish, Norwegian, Finnish or
    English) and at most 8 usable words.

    Parameters
    ----------
    usable
        Number of different usable words of each text.
    """
    found = pd.Series(False, index=texts.index)
    short = texts[(usable <= INVITATION_WORDS).to_numpy()]
    linked = short[short.str.contains(_LINK, case=False, regex=True)]
    found[linked.index] = linked.str.contains(rf"(?<!\w){_JOINING}(?!\w)", case=False, regex=True)
    return found


def find_link_farms(texts: pd.Series) -> pd.Series:
    """Tell which posts are lists of links: three or more links or handles, at least half of their tokens."""
    found = pd.Series(False, index=texts.index)
    signs = sum(texts.str.count(sign) for sign in ("http", "t[.]me/", r"\[", "@"))  # every link has one of these
    some = texts[signs >= FARM_LINKS]
    links = some.str.count(_LINK)
    found[some.index] = (links >= FARM_LINKS) & (2 * links >= some.str.count(r"\S+"))
    return found
