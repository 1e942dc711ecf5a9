"""What is taken to be true of a post, from what coders said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.speech.answering import ADJUDICATOR, load_codes
from workbench.speech.storing import load_samples
from workbench.tables.codebook import STRICT_HATE, Codebook
from workbench.tables.speech import SETTLED_COLUMNS

HOW = ("one coder", "agreed", "adjudicated", "open")
_ONE, _AGREED, _ADJUDICATED, _OPEN = range(4)


@dataclass(frozen=True)
class Answers:
    """Answers as numbers: 1 yes, 0 no, missing for don't know and what was not asked.

    Attributes
    ----------
    posts, coders, codes
        What the places stand for; codes with those above them first.
    values
        Coders × posts × codes, as they were given.
    is_given
        Whether a coder answered, were it with don't know.
    """

    posts: pd.Index
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    values: np.ndarray
    is_given: np.ndarray

    def of(self, coder: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what one coder said and whether they answered, posts × codes."""
        if coder not in self.coders:
            return np.full(self.values.shape[1:], np.nan), np.zeros(self.values.shape[1:], dtype=bool)
        place = self.coders.index(coder)
        return self.values[place], self.is_given[place]

    def without(self, coder: str) -> Answers:
        """Return the answers of all others."""
        kept = [i for i, name in enumerate(self.coders) if name != coder]
        return Answers(self.posts, tuple(self.coders[i] for i in kept), self.codes, self.values[kept],
                       self.is_given[kept])


def lay_answers(codes: pd.DataFrame, codebook: Codebook) -> Answers:
    """Lay codes out as an array; what the codebook does not ask (any more) is left out."""
    order = order_codes(codebook)
    known = codes[codes["code"].isin(order)]
    posts, coders = pd.Index(sorted(known["post_id"].unique())), tuple(sorted(known["coder"].unique()))
    values = np.full((len(coders), len(posts), len(order)), np.nan)
    is_given = np.zeros(values.shape, dtype=bool)
    place = (pd.Index(coders).get_indexer(pd.Index(known["coder"])), posts.get_indexer(pd.Index(known["post_id"])),
             pd.Index(order).get_indexer(pd.Index(known["code"])))
    values[place] = known["value"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    is_given[place] = True
    return Answers(posts, coders, order, values, is_given)


def order_codes(codebook: Codebook) -> tuple[str, ...]:
    """Return the codes with each one after the code that must be yes before it is asked."""
    placed: dict[str, None] = {}
    waiting = list(codebook.codes.values())
    while waiting:
        ready = [c for c in waiting if not c.parent or c.parent in placed or c.parent not in codebook.codes]
        placed.update(dict.fromkeys(c.key for c in ready or waiting))
        waiting = [c for c in waiting if c.key not in placed]
    return tuple(placed)


def settle_codes(codes: pd.DataFrame, codebook: Codebook, sample: pd.DataFrame) -> pd.DataFrame:
    """Settle what is true of each post of the samples for shares, code by code.

    Parameters
    ----------
    codes
        Of `load_codes`.
    sample
        Of all samples; posts that were chosen for learning alone have no verdict.

    Returns
    -------
    settled
        Columns `SETTLED_COLUMNS`, one row per post that anybody coded, and code, `STRICT_HATE` among them. Where the
        code above is no, a code is no; where that is not known, neither is this one. Don't know is no answer: what the
        other coder says stands. Where coders differ, the adjudicator's word counts, and without it the value is
        missing.
    """
    drawn = sample.loc[sample["purpose"].eq("share"), "post_id"]
    answers = lay_answers(codes[codes["post_id"].isin(drawn)], codebook)
    values, how = _settle(answers, codebook)
    names, columns, hows = list(answers.codes), [values], [how]
    if strict := _strict_hate(values, how, answers.codes, codebook):
        names.append(STRICT_HATE)
        columns.append(strict[0][:, None])
        hows.append(strict[1][:, None])
    value, told = np.hstack(columns), np.hstack(hows)
    posts = np.repeat(answers.posts.to_numpy(dtype=object), len(names))
    flat = value.ravel()
    table = pd.DataFrame({"post_id": posts, "code": np.tile(names, len(answers.posts)),
                          "value": pd.Series(flat == 1, dtype="boolean").mask(np.isnan(flat)),
                          "how": np.array(HOW, dtype=object)[told.ravel()]})
    return table.astype(SETTLED_COLUMNS)


def _settle(answers: Answers, codebook: Codebook) -> tuple[np.ndarray, np.ndarray]:
    """Return values and how they came about, posts × codes."""
    word, is_decided = answers.of(ADJUDICATOR)
    coders = answers.without(ADJUDICATOR)
    shape = answers.values.shape[1:]
    values, how = np.full(shape, np.nan), np.full(shape, _OPEN)
    for place, code in enumerate(answers.codes):
        said = coders.values[:, :, place]
        above = _parent_place(answers.codes, codebook, code)
        if above is not None:  # only who saw it asked can have answered it
            said = np.where(coders.values[:, :, above] == 1, said, np.nan)
        yes, no = (said == 1).sum(axis=0), (said == 0).sum(axis=0)
        found = np.where((yes > 0) & (no == 0), 1.0, np.where((no > 0) & (yes == 0), 0.0, np.nan))
        came = np.where(np.isnan(found), _OPEN, np.where(yes + no > 1, _AGREED, _ONE))
        decided = is_decided[:, place]
        found, came = np.where(decided, word[:, place], found), np.where(decided, _ADJUDICATED, came)
        if above is not None:
            top = values[:, above]
            came = np.where(top == 1, came, how[:, above])
            found = np.where(top == 1, found, np.where(top == 0, 0.0, np.nan))
        values[:, place], how[:, place] = found, came
    return values, how


def _parent_place(codes: Sequence[str], codebook: Codebook, code: str) -> int | None:
    parent = codebook.codes[code].parent
    return codes.index(parent) if parent in codes else None


def _strict_hate(values: np.ndarray, how: np.ndarray, codes: Sequence[str],
                 codebook: Codebook) -> tuple[np.ndarray, np.ndarray] | None:
    """Return hate on at least one strict ground; None where the codebook has no hate or no such ground."""
    grounds = [codes.index(c.key) for c in codebook.of("ground") if c.is_strict]
    if not grounds or "hate" not in codes:
        return None
    hate, own = values[:, codes.index("hate")], values[:, grounds]
    any_yes, all_no = (own == 1).any(axis=1), (own == 0).all(axis=1)
    value = np.where(hate == 0, 0.0, np.where(hate == 1, np.where(any_yes, 1.0, np.where(all_no, 0.0, np.nan)), np.nan))
    return value, np.where(np.isnan(value), _OPEN, how[:, codes.index("hate")])


def list_disputed(folder: Path, period: str, codebook: Codebook) -> pd.DataFrame:
    """List what coders of a study differ about and no adjudicator has decided.

    Returns
    -------
    disputed
        Columns `post_id` and `code`, posts in the order of coding and codes in that of the codebook. A code is listed
        where two were asked it and said yes and no; those below a disputed code wait until it is decided.
    """
    sample = load_samples(folder, period)
    answers = lay_answers(load_codes(folder, period), codebook)
    values, _ = _settle(answers, codebook)
    _, is_decided = answers.of(ADJUDICATOR)
    coders = answers.without(ADJUDICATOR)
    rows = []
    for place, code in enumerate(answers.codes):
        said, is_open = coders.values[:, :, place], ~is_decided[:, place]
        above = _parent_place(answers.codes, codebook, code)
        if above is not None:
            said = np.where(coders.values[:, :, above] == 1, said, np.nan)
            is_open &= values[:, above] == 1
        differ = (said == 1).any(axis=0) & (said == 0).any(axis=0) & is_open
        rows += [(post, code) for post in answers.posts[differ]]
    disputed = pd.DataFrame(rows, columns=["post_id", "code"], dtype="string")
    position = sample.drop_duplicates("post_id").set_index("post_id")["position"]
    asked = {code: i for i, code in enumerate(codebook.codes)}
    order = pd.DataFrame({"position": disputed["post_id"].map(position), "asked": disputed["code"].map(asked)})
    return disputed.loc[order.sort_values(["position", "asked"]).index].reset_index(drop=True)
