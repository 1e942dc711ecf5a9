"""The gate to publication: what is too small, what would give it away, and what nobody has looked at stays inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ReleaseError
from workbench.findings.audit import decide_hidden
from workbench.findings.counting_rule import Rule, index_posts
from workbench.findings.editing import apply_editorial
from workbench.findings.ledger import add_release, locked, read_ledger, write_ledger
from workbench.findings.naming import Named, decide_words, drop_hidden_words, screen_words
from workbench.tables.editorial import Worded
from workbench.tables.finding import WHOLE_FINDING, Finding, check_finding, headline_faults, refuse
from workbench.tables.posts import Corpus
from workbench.tables.release import CANDIDATE_COLUMNS, Release, ReleasedFinding
from workbench.tables.review import Review, empty_review
from workbench.tables.spec import WHOLE, Spec

DIGITS = 6  # of released fractions: enough for any table, too few to tell a hidden sum
# of a table's provenance, what the method appendix may print: whole, and single values
_WHOLE = ("parameters", "versions", "thresholds")
_LEAVES = ("seed", "refits", "runs", "subsample", "mean_ami", "mean_ari", "modularity", "modularity_null", "certain",
           "is_above_null", "is_continued", "quarter_before", "relation", "relations", "level", "weight", "windows",
           "alpha", "bin_hours", "most_followers", "baseline_weeks")


def release_findings(findings: Iterable[Finding], corpus: Corpus, *, ledger: Path, product: str, minimum_authors: int,
                     minimum_arenas: int, review: Review | None = None,
                     provenance: Mapping[str, Any] | None = None) -> Release:
    """Suppress what must not be published and write down what is.

    A count passes if enough people in enough arenas are behind it (see `counting_rule.passing`). It is hidden too
    where it would give away a hidden one, or the difference of two released ones that does not pass, over
    everything in the ledger (see `audit.decide_hidden`). With a count goes what follows from it. The sentence is
    worked out anew from what is left, so that it says nothing that the table hides. Words of the corpus need the
    same counts and then a person.

    Parameters
    ----------
    findings
        What the product wants to show.
    corpus
        The posts that the findings count.
    ledger
        File of every set of posts whose count was ever released or hidden; this release is added under a lock.
    product
        Name under which this release is entered.
    minimum_authors, minimum_arenas
        Of a published count.
    review
        What people decided about the words, and what an editor wrote; None: nothing yet.
    provenance
        What the method appendix shows besides the gate's own numbers.

    Returns
    -------
    release
        The findings with hidden numbers missing, and the words that wait for a person.

    Raises
    ------
    ReleaseError
        If a finding is not what its spec declares, two have one key, or the ledger is held by another release.
    CardError
        If an editor's sentence does not say what its finding knows; all such faults, with file and line.

    Notes
    -----
    Blueprint §0a, small cells.
    """
    decided = review or empty_review("", "en")
    chosen = [drop_hidden_words(check_finding(finding), decided) for finding in findings]
    if len(keys := {f.key for f in chosen}) < len(chosen):
        raise ReleaseError(f"Of {len(chosen)} findings only {len(keys)} have a key of their own. Release each once.")
    rule, index = Rule(minimum_authors, minimum_arenas), index_posts(corpus)
    allowed = screen_words(chosen, corpus, index, rule)
    sets, place, labels = unique_sets(chosen)
    with locked(ledger):
        before = read_ledger(ledger)
        hidden = decide_hidden(sets, index, before, rule, keep_positions(chosen, place))
        write_ledger(ledger, add_release(before, sets, hidden, labels, product))
    gone = {f.key: {(c.row, c.column) for c in f.cells if place[name_set(c.posts)] in hidden} for f in chosen}
    named = {f.key: decide_words(f, _blank(f, gone[f.key]), decided, allowed) for f in chosen}
    candidates = pd.concat([_candidates(named.values()), _misfits(decided)], ignore_index=True)
    is_open = bool(candidates["is_open"].any())
    released = {f.key: _released(f, named[f.key], gone[f.key], is_open=is_open) for f in chosen}
    released, headline = apply_editorial(released, decided.editorial)
    gate = {"minimum_authors": minimum_authors, "minimum_arenas": minimum_arenas, "product": product,
            "cells": sum(len(f.cells) for f in chosen), "hidden": sum(r.suppressed for r in released.values())}
    return Release(released, _digest(released, headline), decided.language, candidates,
                   {**(provenance or {}), "parameters": _parameters(chosen), "gate": gate}, headline)


def name_set(posts: np.ndarray) -> bytes:
    """Return the name of a set of posts: a digest of their hashes."""
    return hashlib.blake2b(posts.tobytes(), digest_size=16).digest()


def unique_sets(findings: Sequence[Finding]) -> tuple[list[np.ndarray], dict[bytes, int], list[list[tuple[str, str]]]]:
    """Return the distinct sets of posts, the position of each by its name, and the cells it stands in."""
    place: dict[bytes, int] = {}
    sets: list[np.ndarray] = []
    labels: list[list[tuple[str, str]]] = []
    for finding in findings:
        for cell in finding.cells:
            at = place.setdefault(name_set(cell.posts), len(sets))
            if at == len(sets):
                sets.append(cell.posts)
                labels.append([])
            labels[at].append((finding.key, f"{cell.column}[{cell.row}]"))
    return sets, place, labels


def keep_positions(findings: Sequence[Finding], place: Mapping[bytes, int]) -> set[int]:
    """Return the sets that are counted in a column for which the report is made."""
    return {place[name_set(cell.posts)] for finding in findings for cell in finding.cells
            if cell.row != WHOLE_FINDING and finding.spec.columns[cell.column].is_kept}


def _blank(finding: Finding, gone: set[tuple[int, str]]) -> pd.DataFrame:
    """Return the data without hidden counts and what follows from them, rounded, and ordered by what is left."""
    spec, data = finding.spec, finding.data.copy()
    facts = {name for row, name in gone if row == WHOLE_FINDING}
    hidden = {name: np.zeros(len(data), dtype=bool) for name in spec.columns}
    for row, name in gone:
        if row != WHOLE_FINDING:
            hidden[name][row] = True
    counts = {name: mask.copy() for name, mask in hidden.items()}
    for name, column in spec.columns.items():
        for other in column.rests_on:
            hidden[name] |= other.removeprefix(WHOLE) in facts if other.startswith(WHOLE) else counts[other]
    for name, mask in hidden.items():
        if mask.any():
            data[name] = data[name].astype("boolean") if data[name].dtype == bool else data[name]
            data.loc[mask, name] = pd.NA
    if facts & set(spec.rests_on):
        data = data.iloc[:0]
    elif spec.drops_hidden:
        data = data[~counts[spec.drops_hidden]]
    return _ordered(_rounded(data, spec), spec).reset_index(drop=True)


def _rounded(data: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    for name, column in spec.columns.items():
        if column.kind == "Float64":
            steps = (data[name] / column.step).round() * column.step if column.step else data[name]
            data = data.assign(**{name: steps.round(DIGITS)})
    return data


def _ordered(data: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Put rows whose number is hidden last among their kind: their place would tell how large it is."""
    if not spec.ranks_by or data.empty:
        return data
    kind = pd.factorize(data["row"])[0] if "row" in data else np.zeros(len(data), dtype=int)
    is_hidden = data[spec.ranks_by].isna()
    ids = [c for c in spec.identity if c != "row"]
    last = data[is_hidden].assign(_kind=kind[is_hidden]).sort_values(ids).index
    order = [*data.index[~is_hidden], *last]
    place = pd.Series(range(len(order)), index=order)
    return data.iloc[np.lexsort((place.reindex(data.index).to_numpy(), kind))]


def _misfits(review: Review) -> pd.DataFrame:
    """Return the decisions that do not fit the topics, so that people are told: no product waits for them."""
    told = zip(review.unfit["decision"], review.unfit["period"], strict=True)
    rows = pd.DataFrame({"kind": "unfit", "key": review.unfit["key"], "text": review.unfit["reason"], "posts": pd.NA,
                         "words": pd.Series([list(said) for said in told], index=review.unfit.index, dtype=object),
                         "finding": "", "is_open": False})
    return rows.astype(CANDIDATE_COLUMNS)


def _candidates(named: Iterable[Named]) -> pd.DataFrame:
    """Return every word once, topics with the words that tell them where a finding lists these."""
    found = [n.candidates for n in named if len(n.candidates)]
    if not found:
        return pd.DataFrame({n: pd.Series(dtype=k) for n, k in CANDIDATE_COLUMNS.items()})
    every = pd.concat(found, ignore_index=True)
    # without a register topics have no id, and are told apart by what they would be called
    every = every.assign(listed=every["words"].map(len), name=every["key"].fillna(every["text"]))
    every = every.assign(is_counted=every["posts"].notna())
    every = every.sort_values(["listed", "is_counted"], ascending=False, kind="stable")
    every = every.drop_duplicates(["kind", "name"]).sort_index()
    return every[list(CANDIDATE_COLUMNS)].reset_index(drop=True)


def _released(finding: Finding, named: Named, gone: set[tuple[int, str]], *, is_open: bool) -> ReleasedFinding:
    spec = finding.spec
    facts = {name for row, name in gone if row == WHOLE_FINDING}
    kept = {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in finding.facts.items()
            if name not in facts and not facts & set(spec.facts[name].rests_on)}
    headline = spec.headline(named.approved, kept)
    refuse(finding.key, headline_faults(spec, headline, kept))
    # while a word is open the product is a draft, and a draft shows what there is to decide
    made_with = {table: _told(made) for table, made in finding.provenance.items()}
    return ReleasedFinding(spec, finding.period, named.shown if is_open else named.approved, headline, kept,
                           _caveats(finding, named.approved), made_with, len(gone))


def _caveats(finding: Finding, data: pd.DataFrame) -> tuple[str, ...]:
    """Return the caveats, without the one of machine labels where people named every topic."""
    if "named_by" in data and data["named_by"].dropna().eq("person").all():
        return tuple(c for c in finding.caveats if c != "labels_by_machine")
    return finding.caveats


def _parameters(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return what the tables behind the findings were made with, by table.

    Parameters, seeds, versions and measures of certainty alone: the counts of posts that a table keeps of its making
    have passed no gate.
    """
    every: dict[str, Any] = {}
    for finding in findings:
        for table, made in finding.provenance.items():
            every.setdefault(table, _told(made))
    return {table: told for table, told in every.items() if told}


def _told(made: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in made.items():
        if isinstance(value, Mapping) and name in _WHOLE:
            told[name] = {str(k): v for k, v in value.items() if isinstance(v, str | int | float)}
        elif name in _LEAVES and isinstance(value, str | int | float | list | tuple):
            told[name] = round(value, 4) if isinstance(value, float) else value
    return told


def _digest(released: Mapping[str, ReleasedFinding], headline: Worded | None) -> str:
    parts = [] if headline is None else [f"{headline.finding} {headline.text}"]
    for key in sorted(released):
        finding = released[key]
        told = [finding.period, finding.headline, sorted(finding.facts.items()), finding.caveats, finding.suppressed,
                sorted(finding.worded.items())]
        parts.append(json.dumps([key, *map(str, told), finding.data.to_csv(index=False, lineterminator="\n")],
                                ensure_ascii=False))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
