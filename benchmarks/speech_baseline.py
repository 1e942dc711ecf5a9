"""The baseline as a study trains it, on posts that people published labels of: DKHate (Danish) and Davidson (English).

Five times fivefold stratified cross-validation; vocabulary, calibration and threshold come from the training posts
alone. What others published of DKHate was measured on its test part, by models that had read much text before.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row, seconds
from benchmarks.speech_sets import NO_SET, folds_of, read_davidson, read_dkhate

PUBLISHED = {"DaNLP BERT (published, test part)": (0.787, 0.619), "A&ttack (published, test part)": (0.628, 0.342)}
PEER = "TF-IDF of words and logistic regression, scikit-learn as it comes"
BALANCED = "the same with balanced classes"
Splits = Iterable[tuple[np.ndarray, np.ndarray]]


def baseline_says(texts: pd.Series, truth: np.ndarray, new: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Train the baseline; return its scores of new texts, and which it flags."""
    from workbench.speech import train_baseline

    groups = pd.Series(np.arange(len(texts)).astype(str), index=texts.index)  # the sets tell no arenas
    model = train_baseline(texts, pd.DataFrame({"code": truth}, index=texts.index), groups=groups, seed=1)
    scores = model.score(new.tolist())[:, 0]
    return scores, scores >= model.thresholds["code"]


def peer_says(texts: pd.Series, truth: np.ndarray, new: pd.Series, *, balanced: bool = False) -> np.ndarray:
    """Train the peer; return which new texts it flags."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    line = LogisticRegression(max_iter=1000, class_weight="balanced" if balanced else None)
    model = make_pipeline(TfidfVectorizer(), line)
    return np.asarray(model.fit(texts, truth).predict(new))


def judge(flagged: np.ndarray, truth: np.ndarray) -> tuple[float, ...]:
    """Return macro-F1, and F1, precision and recall of the positive class."""
    from sklearn.metrics import f1_score, precision_score, recall_score

    return (f1_score(truth, flagged, average="macro"), f1_score(truth, flagged),
            precision_score(truth, flagged, zero_division=0), recall_score(truth, flagged))


def cross_validate(texts: pd.Series, truth: np.ndarray, splits: Splits) -> dict[str, np.ndarray]:
    """Return one row per fold of what the baseline and the peers reach, and the Brier score of the baseline."""
    found: dict[str, list[tuple[float, ...]]] = {"ours": [], "peer": [], "balanced": []}
    for train, test in splits:
        known, new, is_true = texts.iloc[train], texts.iloc[test], truth[test]
        scores, flagged = baseline_says(known, truth[train], new)
        found["ours"].append((*judge(flagged, is_true), float(np.mean((scores - is_true) ** 2)),
                              scores.mean() - is_true.mean()))
        found["peer"].append(judge(peer_says(known, truth[train], new), is_true))
        found["balanced"].append(judge(peer_says(known, truth[train], new, balanced=True), is_true))
    return {name: np.array(rows) for name, rows in found.items()}


def rows_of(name: str, found: dict[str, np.ndarray]) -> list[Row]:
    """Return means over folds, their spread, and the peers."""
    rows = []
    for i, what in enumerate(("macro-F1", "F1 of the positive class", "precision", "recall")):
        ours = found["ours"][:, i]
        rows.append(row(f"{name}: {what}", float(ours.mean()), float(found["peer"][:, i].mean()), PEER))
        if i < 2:
            rows += [row(f"{name}: {what}", float(ours.mean()), float(found["balanced"][:, i].mean()), BALANCED),
                     row(f"{name}: {what}, standard deviation over folds", float(ours.std(ddof=1)), None, ""),
                     row(f"{name}: {what}, lowest fold", float(ours.min()), None, ""),
                     row(f"{name}: {what}, highest fold", float(ours.max()), None, "")]
    return [*rows, row(f"{name}: Brier score", float(found["ours"][:, 4].mean()), None, ""),
            row(f"{name}: mean score less share", float(found["ours"][:, 5].mean()), None, "")]


def measure_around(name: str, texts: pd.Series, truth: np.ndarray) -> list[Row]:
    """Return macro-F1 with other settings than those that studies get: a peak at ours would be a tuned one."""
    rows = []
    for penalty in (0.05, 0.1, 0.2, 0.5, 1.0):
        with patch("workbench.speech.lines.PENALTY", penalty):
            reached = [judge(baseline_says(texts.iloc[a], truth[a], texts.iloc[b])[1], truth[b])[0]
                       for a, b in folds_of(texts, truth, repeats=1, together=True, seed=50)]
        rows.append(row(f"{name}: macro-F1 with C = {penalty:g}", float(np.mean(reached)), None, ""))
    return rows


def measure(folder: Path) -> list[Row]:
    """Cross-validate on both sets, and tell how well a model of one does on the other."""
    rows: list[Row] = []
    danish, english = read_dkhate(), read_davidson()
    if danish is None:
        rows.append(row("DKHate", float("nan"), None, NO_SET))
    else:
        texts, truth = danish
        rows += rows_of("DKHate, 5x5", found := cross_validate(texts, truth, folds_of(texts, truth, repeats=5)))
        rows += [row(f"DKHate, 5x5: {what}", float(found["ours"][:, i].mean()), told[i], who)
                 for who, told in PUBLISHED.items() for i, what in enumerate(("macro-F1", "F1 of the positive class"))]
        rows += rows_of("DKHate, same texts in one fold, 5x5",
                        cross_validate(texts, truth, folds_of(texts, truth, repeats=5, together=True)))
        rows += measure_around("DKHate", texts, truth)
        took = seconds(lambda: baseline_says(texts, truth, texts[:1]))
        rows.append(row(f"DKHate: seconds to train on {len(texts):,}", took, None, ""))
    if english is None:
        rows.append(row("Davidson", float("nan"), None, NO_SET))
    else:
        texts, truth = english
        rows += rows_of("Davidson, hate among hate and offensive, 5x1",
                        cross_validate(texts, truth, folds_of(texts, truth, repeats=1, together=True)))
        few = texts.sample(6000, random_state=1)
        rows += measure_around("Davidson, 6,000", few.reset_index(drop=True), truth[few.index])
    if danish is not None and (all_english := read_davidson(neither=True)) is not None:
        scores, flagged = baseline_says(*danish, all_english[0])
        from sklearn.metrics import roc_auc_score

        rows += [row("trained on DKHate, on Davidson: macro-F1", judge(flagged, all_english[1])[0], None, ""),
                 row("trained on DKHate, on Davidson: AUC (.5 is chance)",
                     float(roc_auc_score(all_english[1], scores)), None, "")]
    return rows
