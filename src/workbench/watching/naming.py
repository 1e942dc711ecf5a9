"""Know an arena of the watch list again in the collection, whatever code it had when it was written down."""

from __future__ import annotations

import pandas as pd

from workbench.tables.posts import Corpus

_KEYS = ("native_key", "handle_key", "title_key")


def known_codes(corpus: Corpus) -> dict[str, str]:
    """Return the arena of each code that it may have in a watch list.

    An arena's own code; the code of a candidate (x-<hex>), by which it was known before it was collected; and the codes
    that arenas had before exports showed that they are one.
    """
    same = {str(old): str(new) for old, new in zip(corpus.joins["arena_id"], corpus.joins["same_as"], strict=True)}
    for key in reversed(_KEYS):
        keyed = corpus.arenas[["arena_id", key]].dropna()
        digits = keyed[key].str.replace(r"^.*-", "", regex=True)
        for code in ("x-" + digits.str[:8], "x-" + digits):
            same |= dict(zip(code, keyed["arena_id"], strict=True))
    return same | {arena: arena for arena in corpus.arenas["arena_id"]}


def find_listed(corpus: Corpus, watched: pd.DataFrame) -> set[str]:
    """Return the arenas of the collection that the list says are followed."""
    same = known_codes(corpus)
    followed = watched.loc[watched["status"] == "followed", "arena"]
    return {same[code] for code in followed if code in same}
