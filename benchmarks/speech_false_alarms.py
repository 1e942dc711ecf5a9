"""How often the baseline trained on DKHate (Danish) flags harmless Nordic text; every flag there counts as false.

Reviews, sentences of news, posts with emoji: they hold next to no offensive language, though not none, so the rates are
upper bounds of the share of false alarms. Beside it, what scikit-learn's word model flags at the same recall.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row
from benchmarks.speech_sets import HARMLESS, NO_SET, folds_of, read_dkhate

PEER = "TF-IDF of words and logistic regression, flagging as much of DKHate"
MOST = 10_000  # texts of a set


def measure(folder: Path) -> list[Row]:
    """Return, by set, the share of texts flagged, and the mean and the highest scores."""
    from workbench.speech import train_baseline

    danish = read_dkhate()
    if danish is None:
        return [row("DKHate", float("nan"), None, NO_SET)]
    texts, truth = danish
    groups = pd.Series(np.arange(len(texts)).astype(str))
    model = train_baseline(texts, pd.DataFrame({"offensive": truth}), groups=groups, seed=1)
    told = model.card["codes"]["offensive"]
    peer, level = _peer(texts, truth, recall=told["recall"][0])
    rows: list[Row] = [row("threshold", model.thresholds["offensive"], level, PEER),
                       row("recall on DKHate, out of fold", told["recall"][0], None, ""),
                       row("share of DKHate flagged, out of fold", told["flagged"] / told["posts"], None, "")]
    for name, read in HARMLESS.items():
        found = read()
        if found is None:
            rows.append(row(name, float("nan"), None, NO_SET))
            continue
        some = found.sample(min(MOST, len(found)), random_state=1).tolist()
        scores = model.score(some)[:, 0]
        rows += [row(f"{name}: share flagged", float((scores >= model.thresholds["offensive"]).mean()),
                     float((peer.predict_proba(some)[:, 1] >= level).mean()), PEER, texts=len(some)),
                 row(f"{name}: mean score", float(scores.mean()), None, ""),
                 row(f"{name}: score of the highest one in a hundred", float(np.quantile(scores, 0.99)), None, "")]
    return rows


def _peer(texts: pd.Series, truth: np.ndarray, *, recall: float):
    """Return the word model, and the level at which it finds the same share of the offensive posts out of fold."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    told = np.zeros(len(texts))
    for train, test in folds_of(texts, truth, repeats=1, together=True):
        told[test] = model.fit(texts.iloc[train], truth[train]).predict_proba(texts.iloc[test])[:, 1]
    return model.fit(texts, truth), float(np.quantile(told[truth], 1 - recall))
