"""Whether the interval of an audited share holds what it promises, over simulated quarters (`audit_worlds`).

Four models: one that finds the code with F1 .5–.75 in the quarter, the same one calibrated where the share is 10 %, one
that is only as good as F1 .5–.75 *there* makes it, and one that knows nothing. Everything is held against the quarter's
own share. `AUDIT_QUARTERS` gives another number of quarters.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.audit_worlds import (
    ARENAS,
    BATCH,
    POSTS,
    RULES,
    Bounds,
    Quarters,
    allocate,
    allocate_by_neyman,
    best_f1,
    covers,
    draw_codes,
    draw_quarters,
    power_for,
    width,
    wilson,
)
from benchmarks.measuring import Row, row
from workbench.auditing import (
    Estimate,
    allocate_sample,
    bound_parts,
    bound_ratios_within,
    bound_recalls,
    bound_shares,
    check_spread,
    estimate_difference,
    estimate_powered,
    estimate_ratio,
    forecast_width,
)

QUARTERS = int(os.environ.get("AUDIT_QUARTERS", "4000"))
SHARES, SIZES = (0.001, 0.002, 0.01, 0.05, 0.2), (400, 1000)
TRAINED_AT = 0.1
MODELS = ("F1 .5–.75 here", "the same, trained at 10 %", "F1 .5–.75 where trained, at 10 %", "knows nothing")
BY_NEYMAN = "allocated by the model alone"


def draw_worlds(rng: np.random.Generator, quarters: int, share: float) -> Iterator[
        tuple[str, np.ndarray, np.ndarray, float]]:
    """Draw quarters with each model: name, posts (quarters × strata × without and with the code), mean scores, F1."""
    for power, models in ((power_for(share), MODELS[:2]), (power_for(TRAINED_AT), MODELS[2:3]), (0.0, MODELS[3:])):
        there, f1, means = [], [], {model: [] for model in models}
        for batch in draw_quarters(rng, quarters, share=share, power=power):
            there.append(batch.tally(batch.has, 2))
            f1.append(best_f1(batch) if power else np.zeros(1))
            for model in models:
                means[model].append(batch.means(batch.scores(TRAINED_AT if model in MODELS[1:3] else share)))
        for model in models:
            yield model, np.concatenate(there), np.concatenate(means[model]), float(np.median(np.concatenate(f1)))


def measure_shares(rng: np.random.Generator) -> list[Row]:
    """Measure coverage and width by share, codes and model; then the worst cells of other rules."""
    rows: list[Row] = []
    cells: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for share in SHARES:
        for model, there, means, f1 in draw_worlds(rng, QUARTERS, share):
            posts, having = there[0].sum(axis=-1), there[..., 1].sum(axis=1)
            true = having / POSTS
            for size in SIZES:
                drawn = allocate(posts, means, size)
                found = draw_codes(rng, there, drawn)[..., 1]
                bounds = {name: rule(posts, drawn, found) for name, rule in RULES.items()}
                by_model = allocate_by_neyman(posts, means, size)
                bounds[BY_NEYMAN] = bound_shares(posts, by_model, draw_codes(rng, there, by_model)[..., 1])
                plain = wilson(size, rng.hypergeometric(having, POSTS - having, size))
                for name, bound in bounds.items():
                    cells.setdefault((name, model), []).append((covers(bound, true), width(bound) / width(plain)))
                none = found.sum(axis=1) == 0
                rows.append(row(
                    f"covers: {100 * share:g} %, {size} codes, {model}", covers(bounds["ours"], true),
                    covers(plain, true), "Wilson, plain sample", f1=f1, found=float(found.sum(axis=1).mean()),
                    none_found=float(none.mean()),
                    too_high=float(np.mean(true < bounds["ours"][1])), too_low=float(np.mean(true > bounds["ours"][2])),
                    least_upper_end_of_none=float(bounds["ours"][2][none].min()) if none.any() else None))
                rows.append(row(f"width: {100 * share:g} %, {size} codes, {model}", width(bounds["ours"]), width(plain),
                                "Wilson, plain sample", times=width(bounds["ours"]) / width(plain)))
    for (name, model), told in sorted(cells.items()):
        coverage, times = zip(*told, strict=True)
        rows += [row(f"coverage, lowest and highest: {name}, {model}", min(coverage), max(coverage), "highest"),
                 row(f"width, times Wilson's: {name}, {model}", max(times), None, "largest of them")]
    return rows


def measure_arena_audits(rng: np.random.Generator) -> list[Row]:
    """Measure what the usual interval holds when arenas are drawn first, and how often such samples are noticed."""
    rows = []
    for share in SHARES:
        for arenas in (5, 10):
            true, found, noticed, refused = [], [], [], []
            for batch in draw_quarters(rng, QUARTERS // 4, share=share, power=0.0):
                starts, frame = np.cumsum(batch.sizes) - batch.sizes, pd.Series(batch.arena)
                for has in batch.has:
                    # in proportion to their posts, the same number of codes in each: the estimate itself is right
                    chosen = rng.choice(ARENAS, arenas, p=batch.sizes / POSTS)
                    ids = np.concatenate([starts[a] + rng.integers(0, batch.sizes[a], 400 // arenas) for a in chosen])
                    true.append(has.mean())
                    found.append(has[ids].sum())
                for seed in range(8):
                    plain = frame.sample(400, random_state=seed)
                    refused.append(not check_spread(frame, plain, seed=seed).is_plausible)
                noticed.append(not check_spread(frame, frame.iloc[np.unique(ids)], seed=1).is_plausible)
            rows.append(row(f"covers, {arenas} of {ARENAS} arenas drawn: {100 * share:g} %, 400 codes",
                            covers(wilson(400, np.array(found)), np.array(true)), 0.95, "what was promised",
                            noticed=float(np.mean(noticed)), random_samples_refused=float(np.mean(refused))))
    return rows


def measure_powered(rng: np.random.Generator) -> list[Row]:
    """Measure the prediction-powered share where it is told, beside the audited one."""
    rows = []
    for share in SHARES:
        for size in SIZES:
            for model, prior in zip(MODELS[:2], (share, TRAINED_AT), strict=True):
                powered, audited, true = [], [], []
                for batch in draw_quarters(rng, max(QUARTERS // 10, 20), share=share, power=power_for(share)):
                    posts, scores = np.bincount(batch.stratum[0], minlength=3), batch.scores(prior)
                    drawn_of = allocate(posts, batch.means(scores), size)
                    for has, stratum, score, drawn in zip(batch.has, batch.stratum, scores, drawn_of, strict=True):
                        is_coded = np.zeros(POSTS, dtype=bool)
                        for h in range(3):
                            is_coded[rng.choice(np.flatnonzero(stratum == h), drawn[h], replace=False)] = True
                        powered.append(estimate_powered(score, stratum, is_coded, has))
                        audited.append(bound_shares(posts, drawn, np.bincount(stratum[is_coded & has], minlength=3)))
                        true.append(has.mean())
                told = _stack(powered)
                beside = tuple(np.array(audited).T)
                if np.mean(~np.isnan(told[1])) < 0.05:
                    continue
                rows += [row(f"covers, prediction-powered: {100 * share:g} %, {size} codes, {model}",
                             covers(told, np.array(true)), covers(_if(~np.isnan(told[0]), beside), np.array(true)),
                             "audited share of the same quarters", told=float(np.mean(~np.isnan(told[1])))),
                         row(f"width, prediction-powered: {100 * share:g} %, {size} codes, {model}", width(told),
                             width(_if(~np.isnan(told[0]), beside)), "audited share of the same quarters")]
    return rows


def measure_parts(rng: np.random.Generator) -> list[Row]:
    """Measure coverage within a platform, a topic, a week; of ratios, parts, lift, precision, recall, differences."""
    rows = []
    for share in SHARES[2:]:
        for size in SIZES:
            answers: dict[str, list[tuple[Bounds, np.ndarray]]] = {}
            for batch in draw_quarters(rng, QUARTERS, share=share, power=power_for(share)):
                posts, scores = np.bincount(batch.stratum[0], minlength=3), batch.scores(TRAINED_AT)
                drawn = allocate(posts, batch.means(scores), size)
                for name, bounds, true in _ask(rng, batch, drawn, scores):
                    answers.setdefault(name, []).append((bounds, true))
            for name, told in answers.items():
                bounds = tuple(np.concatenate([np.asarray(b[i]) for b, _ in told]) for i in range(3))
                true = np.concatenate([t for _, t in told])
                rows.append(row(f"covers, {name}: {100 * share:g} %, {size} codes", covers(bounds, true), None, "",
                                width=width(bounds), told=float(np.mean(~np.isnan(bounds[1]))),
                                mean=float(np.nanmean(bounds[0])), mean_true=float(np.nanmean(true))))
    return rows


def _ask(rng: np.random.Generator, batch: Quarters, drawn: np.ndarray, scores: np.ndarray) -> Iterator[
        tuple[str, Bounds, np.ndarray]]:
    """Ask everything of the same samples."""
    has, shape, by_arena = batch.has, batch.has.shape, rng.beta(1, 3, (len(batch.has), ARENAS))
    hateful = has & (rng.random(shape) < np.repeat(by_arena, batch.sizes, axis=1))
    thankful = rng.random(shape) < 0.05 * (1 + has)
    platform = (np.cumsum(batch.sizes) <= POSTS / 3).repeat(batch.sizes)
    topic = rng.random(shape) < np.where(has, 0.06, 0.03)
    small_topic = rng.random(shape) < np.where(has, 0.01, 0.005)
    large_topic = rng.random(shape) < np.where(has, 0.2, 0.1)
    week = rng.integers(0, 13, POSTS) == 0
    parts = {"a platform with a third": platform, "a topic with 3 %": topic, "a topic with .5 %": small_topic,
             "a week": week}
    for name, part in parts.items():
        there, codes = _cross(rng, batch, np.broadcast_to(part, shape), has, drawn)
        elsewhere = codes[..., 1].sum(axis=2) / drawn
        there, codes = there[:, :, 1], codes[:, :, 1]
        yield f"within {name}", bound_shares(
            there.sum(axis=-1), codes.sum(axis=-1), codes[..., 1], unknown=elsewhere), (
            there[..., 1].sum(axis=1) / np.maximum(there.sum(axis=(1, 2)), 1))
    there, codes = _cross(rng, batch, hateful, has, drawn)
    posts = there.sum(axis=(2, 3))
    # of quarters in which 30 attacks were found, as the report asks for
    whole = codes[..., 1].sum(axis=2)
    yield "hate among attacks", _if(whole.sum(axis=1) >= 30, bound_parts(posts, drawn, codes[:, :, 1, 1], whole)), (
        there[:, :, 1, 1].sum(axis=1) / there[..., 1].sum(axis=(1, 2)))
    there, codes = _cross(rng, batch, thankful, has, drawn)
    told = bound_ratios_within(posts, drawn, codes[:, :, 1].sum(axis=-1), codes[..., 1].sum(axis=2), codes[:, :, 1, 1])
    yield "recognition for each attack", _if(codes[..., 1].sum(axis=(1, 2)) >= 10, told), (
        there[:, :, 1].sum(axis=(1, 2)) / there[..., 1].sum(axis=(1, 2)))
    there, codes = _cross(rng, batch, scores >= 0.5, has, drawn)
    counts = there.sum(axis=-1), codes.sum(axis=-1), codes[..., 1]
    yield "precision", bound_shares(*(v[..., 1] for v in counts)), there[:, :, 1, 1].sum(axis=1) / there[:, :, 1].sum(
        axis=(1, 2))
    yield "recall", bound_recalls(*counts), there[:, :, 1, 1].sum(axis=1) / there[..., 1].sum(axis=(1, 2))
    yield from _compare(rng, batch, large_topic, drawn)


def _compare(rng: np.random.Generator, batch: Quarters, topic: np.ndarray, drawn: np.ndarray) -> Iterator[
        tuple[str, Bounds, np.ndarray]]:
    """Ask for the lift of a topic with a tenth of the posts, and for the difference to the quarter before it."""
    there, codes = _cross(rng, batch, topic, batch.has, drawn)
    rest, inside = (bound_shares(there[:, :, i].sum(axis=-1), codes[:, :, i].sum(axis=-1), codes[:, :, i, 1])
                    for i in (0, 1))
    lifts = [estimate_ratio(Estimate(*a), Estimate(*b)) for a, b in zip(np.transpose(inside), np.transpose(rest),
                                                                        strict=True)]
    true = [there[:, :, i, 1].sum(axis=1) / there[:, :, i].sum(axis=(1, 2)) for i in (0, 1)]
    is_told = codes[:, :, 1, 1].sum(axis=1) >= 10
    yield "lift of a topic with 10 %", _if(is_told, _stack(lifts)), true[1] / true[0]
    whole = there.sum(axis=(1, 2))
    told = bound_shares(there.sum(axis=(2, 3)), drawn, codes[..., 1].sum(axis=2))
    shares = [Estimate(*e) for e in zip(*told, strict=True)]
    own = there[..., 1].sum(axis=(1, 2)) / whole.sum(axis=1)
    yield "difference between two quarters", _stack(
        [estimate_difference(a, b) for a, b in zip(shares[1:], shares[:-1], strict=True)]), own[1:] - own[:-1]


def _cross(rng: np.random.Generator, batch: Quarters, one: np.ndarray, two: np.ndarray, drawn: np.ndarray) -> tuple[
        np.ndarray, np.ndarray]:
    """Count posts, and drawn ones, by quarter, stratum and two truths."""
    there = batch.tally(2 * one.astype(np.int8) + two, 4)
    return there.reshape(-1, 3, 2, 2), draw_codes(rng, there, drawn).reshape(-1, 3, 2, 2)


def _stack(estimates: list[Estimate]) -> Bounds:
    return tuple(np.array([getattr(e, f) for e in estimates]) for f in ("value", "low", "high"))


def _if(is_told: np.ndarray, bounds: Bounds) -> Bounds:
    return tuple(np.where(is_told, b, np.nan) for b in bounds)


def measure_forecasts(rng: np.random.Generator) -> list[Row]:
    """Measure whether 50 more codes make the interval as narrow as was forecast."""
    rows = []
    for share in SHARES:
        forecast, came = [], []
        for batch in draw_quarters(rng, max(QUARTERS // 10, BATCH), share=share, power=power_for(share)):
            there = batch.tally(batch.has, 2)
            posts, drawn = there[0].sum(axis=-1), allocate(there[0].sum(axis=-1), batch.means(batch.scores(share)), 350)
            first = draw_codes(rng, there, drawn)
            more = np.stack([allocate_sample(posts, m, size=400) for m in batch.means(batch.scores(share))]) - drawn
            then = first + draw_codes(rng, there - first, np.maximum(more, 0))
            forecast += [forecast_width(posts, n, x) for n, x in zip(drawn, first[..., 1], strict=True)]
            low, high = bound_shares(posts, then.sum(axis=-1), then[..., 1])[1:]
            came.append(high - low)
        now, told = np.array(forecast).T
        rows.append(row(f"narrower with 50 more than 350: {100 * share:g} %", float(np.mean(told) / np.mean(now)),
                        float(np.mean(np.concatenate(came)) / np.mean(now)), "what came"))
    return rows


def measure(folder: Path) -> list[Row]:
    """Measure everything; a few minutes on one core."""
    rng = np.random.default_rng(20260101)
    return [r for table in (measure_shares, measure_arena_audits, measure_parts, measure_powered, measure_forecasts)
            for r in table(rng)]
