"""Which decisions about topics fit the topics of a quarter, and which do not any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.tables.review import UNFIT_COLUMNS, Review
from workbench.tables.topics import TopicRegister


def hold_review(review: Review, register: TopicRegister) -> Review:
    """Return a review in which every topic is open again whose decision does not hold for the topics of a register.

    What was split is not in a register: `topics.apply_review` knows the parts too.

    Returns
    -------
    review
        `unfit` tells those decisions of which the register knows the topic.
    """
    here = register.entries.dropna(subset=["topic_id"])
    drifted = set(here.loc[here["is_drifted"].fillna(False), "stable_id"])
    return hold_decisions(review, here=set(here["stable_id"]), drifted=drifted,
                          ended=set(register.entries["stable_id"]) - set(here["stable_id"]))


def hold_decisions(review: Review, *, here: Collection[str], drifted: Collection[str],
                   ended: Collection[str] | None = None, split: Mapping[str, str] | None = None) -> Review:
    """Return a review in which topics are open again whose decision does not fit, and the list of these decisions.

    Parameters
    ----------
    review
        Of `read_review`.
    here
        Ids of the topics that there are.
    drifted
        Ids of topics that are other ones than those decided about.
    ended
        Ids of topics that there are no more; None: every other one.
    split
        What became of topics that were to be split, by id: empty where they were, else the reason why not, one of
        `tables.review.REASONS`. A topic that is not named was not to be split by whoever asks.
    """
    entries, split = review.entries, split or {}
    decided = entries[entries["kind"].eq("topic") & entries["decision"].notna()]
    is_merge, is_split = decided["decision"].eq("merge"), decided["decision"].eq("split")
    is_here = decided["key"].isin(list(here))
    is_gone = ~is_here if ended is None else decided["key"].isin(list(ended))
    is_away = is_merge & ~decided["into"].isin(list(set(here) - set(drifted))).fillna(False)
    told = decided["key"].map(dict(split)).where(is_split)
    cases = {"gone": is_gone, "drifted": decided["key"].isin(list(drifted)), "into_gone": is_away}
    reason = pd.Series(np.select(list(cases.values()), list(cases), ""), index=decided.index, dtype="string")
    reason = told.astype("string").fillna(reason)
    unfit = decided.assign(reason=reason)[reason.ne("")]
    # what is gone is asked about by nobody, so its answer may stay as it is; but for a merge into what is not there
    is_open = entries.index.isin(unfit.index[unfit["reason"].ne("gone")]) | entries.index.isin(decided.index[is_away])
    opened = {name: entries[name].mask(is_open) for name in ("decision", "text", "into", "description")}
    return replace(review, entries=entries.assign(**opened),
                   unfit=unfit[list(UNFIT_COLUMNS)].astype(UNFIT_COLUMNS).reset_index(drop=True))
