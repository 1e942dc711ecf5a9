"""Labelled and harmless posts that people published for research: read where they are, never copied."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from benchmarks.measuring import SHARED_DATA

NO_SET = "the set is not in shared/data"
_DKHATE = SHARED_DATA / "dkhate" / "offenseval-da-training-v1.tsv"
_DAVIDSON = SHARED_DATA / "davidson_hate_en" / "labeled_data.csv"


def read_dkhate() -> tuple[pd.Series, np.ndarray] | None:
    """Return Danish comments, and which are offensive."""
    if not _DKHATE.exists():
        return None
    table = pd.read_csv(_DKHATE, sep="\t", quoting=csv.QUOTE_NONE).dropna(subset=["tweet"])
    return table["tweet"].reset_index(drop=True), table["subtask_a"].eq("OFF").to_numpy()


def read_davidson(*, neither: bool = False) -> tuple[pd.Series, np.ndarray] | None:
    """Return English tweets that are hateful or offensive, and which are hateful.

    Parameters
    ----------
    neither
        All tweets instead, and which are hateful or offensive.
    """
    if not _DAVIDSON.exists():
        return None
    table = pd.read_csv(_DAVIDSON)
    if neither:
        return table["tweet"], table["class"].lt(2).to_numpy()
    table = table[table["class"].lt(2)].reset_index(drop=True)
    return table["tweet"], table["class"].eq(0).to_numpy()


def read_norec() -> pd.Series | None:
    """Return sentences of Norwegian reviews."""
    folder = SHARED_DATA / "norec_sentence_no"
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return pd.Series([sentence["text"] for part in parts for sentence in part]) if parts else None


def read_swedish() -> pd.Series | None:
    """Return Swedish posts of social media with their mood."""
    path = SHARED_DATA / "swe_sentiment_social" / "swe-sentiment-dataset.csv"
    return pd.read_csv(path)["text"].dropna() if path.exists() else None


def read_lcc() -> pd.Series | None:
    """Return Danish sentences of the web and of news."""
    paths = sorted((SHARED_DATA / "lcc_sentiment_da").glob("*.csv"))
    if not paths:
        return None
    return pd.concat([pd.read_csv(p, skipinitialspace=True)["text"].dropna() for p in paths], ignore_index=True)


HARMLESS: dict[str, Callable[[], pd.Series | None]] = {
    "Norwegian reviews (norec_sentence_no)": read_norec, "Swedish social media (swe_sentiment_social)": read_swedish,
    "Danish web and news (lcc_sentiment_da)": read_lcc}


def folds_of(texts: pd.Series, truth: np.ndarray, *, repeats: int, together: bool = False,
             seed: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return training and test rows of stratified fivefold cross-validation, repeated.

    Parameters
    ----------
    together
        Whether posts of the same text are in one fold.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    same = pd.factorize(texts)[0]
    for repeat in range(repeats):
        splitter = (StratifiedGroupKFold if together else StratifiedKFold)(5, shuffle=True, random_state=seed + repeat)
        yield from splitter.split(same, truth, same if together else None)
