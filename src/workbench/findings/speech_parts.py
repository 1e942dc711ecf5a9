"""Where there are more attacks: audited shares by platform, kind and category of arena, tested over arenas (M4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.change import LEVEL, adjust_p
from workbench.findings.composition import NO_CATEGORY
from workbench.findings.distinct import unite_arenas
from workbench.findings.speech_shares import (
    STEP,
    UNAUDITED,
    described_posts,
    flag_posts,
    read_posts,
    state_of,
    told_share,
    verdicts_of,
)
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODE = "attack"
FEWEST_CODED = 30  # posts of a part, before its share is told
FEWEST_ARENAS = 5  # with coded posts in a part and in the rest, before they are compared
ENOUGH_ARENAS = 12
FLIPS = 9999
ALL = "all_posts"


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.speech_parts_none", reason=str(facts["unsaid"]))
    parts = data[data["row"].ne("all")]
    if parts["share"].isna().all():
        return Headline("finding.speech_parts_none", reason="speech_parts_hidden")
    known = parts.dropna(subset=["share", "rest", "q"])
    if known.empty:
        return Headline("finding.speech_parts_untested")
    differing = known[known["verdict"].isin(["more", "less"])]
    if differing.empty:
        return Headline("finding.speech_parts_same", test="arena_permutation", p=float(known["p"].min()))
    told = max(differing.to_dict("records"), key=lambda row: abs(float(row["share"]) - float(row["rest"])))
    name = {"category": str(told["category"])} if told["row"] == "category" else {
        "platform": str(told["platform"]), "arena_kind": str(told["arena_kind"])}
    return Headline(f"finding.speech_parts_{told['row']}", {**name, "share": float(told["share"]),
                    "rest": float(told["rest"]), "effective": int(facts["arenas"])},
                    value=float(told["share"]), low=float(told["low"]), high=float(told["high"]),
                    test="arena_permutation", p=float(told["p"]), is_change=True)


_BEHIND = ("posts", "coded", "found")
_TESTED = (*_BEHIND, "whole:coded", "whole:found")
SPEECH_PARTS = Spec(
    key="speech_parts", metric="M4", unit="share", frame="audited_posts", headline=_say,
    identity=("row", "platform", "arena_kind", "category"), caveats=("agreement_unknown", "arenas_differ_not_people"),
    reasons=("one_part", "speech_parts_hidden", *UNAUDITED),
    columns={
        "row": Column("string"),  # platform (and kind of arena) | category | all
        "platform": Column("string", shown="code"),
        "arena_kind": Column("string", shown="code"),
        "category": Column("string", shown="code"),
        "arenas": Column("Int64", unit="arenas", follows=("posts",)),
        "posts": Column("Int64", unit="posts", shown="number"),
        "coded": Column("Int64", unit="posts", shown="number"),
        "found": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "low": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "high": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "rest": Column("Float64", unit="share", follows=_TESTED, step=STEP),
        "p": Column("Float64", unit="p", follows=_TESTED, step=0.001),
        "q": Column("Float64", unit="p", shown="p", follows=_TESTED, step=0.001),
        # more | less | no_difference | untested | few_coded
        "verdict": Column("string", shown="code", follows=_TESTED),
        "flagged": Column("Int64", unit="posts"),
        "raw": Column("Float64", unit="share", shown="share", share_of=("flagged", "posts")),
    },
    facts={"coded": Fact("posts"), "found": Fact("posts"), "arenas": Fact("arenas"), "unsaid": Fact()},
    sentences={"finding.speech_parts_platform": ("platform", "arena_kind", "share", "rest"),
               "finding.speech_parts_category": ("category", "share", "rest"), "finding.speech_parts_same": (),
               "finding.speech_parts_untested": (), "finding.speech_parts_none": ()})


def measure_speech_parts(corpus: Corpus, speech: SpeechCodes, *, quarter: str, seed: int) -> Finding:
    """Measure the audited share of attacks by platform, kind and category of arena, and test whether they differ.

    A difference is one between arenas, so whole arenas are exchanged between a part and the rest.

    Parameters
    ----------
    corpus
        The quarter.
    speech
        Of the same quarter.
    quarter
        Such as 2025Q3.
    seed
        Of the permutations.

    Returns
    -------
    finding
        Data: one row per platform and kind of arena (`row` is platform), one per category of the source cards where
        they differ (`row` is category), and one of all (`row` is all): `arenas`, `posts`, `coded`, `found`, `share`
        with its interval (from 30 coded posts), `rest` (the share of all others), `p` and `q` (Benjamini–Hochberg over
        all parts), `verdict`, and what the model alone says (`flagged`, `raw`: M3). Value: the share of the part that
        differs most, where one differs.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.

    Notes
    -----
    Permutation of a studentised difference (Janssen 1997; Chung & Romano 2013), arenas as units, each coded post
    weighing as many posts as its stratum has for every coded one; tested from five arenas with coded posts on
    either side.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_speech_parts")
    posts = _placed(corpus, ids)
    parts = list(_parts(posts))
    why = why_unaudited(speech, CODE) or ("" if len(parts) > 2 else "one_part")
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for name, inside in () if why else parts:
        row, counted = _describe(speech, posts.loc[inside, "post_id"], posts.loc[~inside, "post_id"])
        cells += [Cell(len(rows), column, hash_posts(own)) for column, own in counted.items()]
        rows.append({**name, "arenas": posts.loc[inside, "unit"].nunique(), **row})
    data = pd.DataFrame(rows, columns=list(SPEECH_PARTS.columns))
    facts: dict[str, Any] = {"unsaid": why, "arenas": 0}
    if not why:
        weighed = weigh_arenas(speech, posts, CODE)
        data = _test(data, [inside for _, inside in parts], posts, weighed, seed=seed)
        whole = audit_code(speech, CODE, among=ids)
        read = read_posts(speech, ids)
        facts |= {"arenas": len(weighed), "coded": len(read), "found": len(whole.found)}
        cells += [Cell(WHOLE_FINDING, "coded", hash_posts(read)), Cell(WHOLE_FINDING, "found", hash_posts(whole.found))]
    unknown = ("agreement_unknown",) if not why and state_of(speech, CODE) == "agreement_unknown" else ()
    return Finding(SPEECH_PARTS, quarter, data, facts=facts, cells=tuple(cells),
                   caveats=() if why else (*unknown, "arenas_differ_not_people"),
                   provenance={"speech": speech.provenance, "speech_parts": {"seed": seed}})


def _placed(corpus: Corpus, ids: pd.Series) -> pd.DataFrame:
    """Return the posts with what their arena is; arenas that reopened under another name are one unit."""
    posts = corpus.posts.loc[corpus.posts["post_id"].isin(ids), ["post_id", "platform", "arena_id"]]
    arenas = corpus.arenas.set_index("arena_id")
    return posts.assign(arena_kind=posts["arena_id"].map(arenas["kind"]),
                        category=posts["arena_id"].map(arenas["category"]).fillna(NO_CATEGORY),
                        unit=posts["arena_id"].map(unite_arenas(corpus, None))).reset_index(drop=True)


def _parts(posts: pd.DataFrame) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Return the name of each part and which posts it has; the last one is all of them."""
    for (platform, kind), own in posts.groupby(["platform", "arena_kind"], sort=True):
        yield {"row": "platform", "platform": platform, "arena_kind": kind}, posts.index.isin(own.index)
    if posts["category"].nunique() > 1:
        for category, own in posts.groupby("category", sort=True):
            yield {"row": "category", "category": category}, posts.index.isin(own.index)
    yield {"row": "all", "platform": ALL}, np.ones(len(posts), dtype=bool)


def _describe(speech: SpeechCodes, inside: pd.Series,
              outside: pd.Series) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    audited = audit_code(speech, CODE, among=inside)
    counted = {"posts": inside, "coded": read_posts(speech, inside), "found": audited.found}
    row: dict[str, Any] = {name: len(own) for name, own in counted.items()}
    if len(audited.coded) >= FEWEST_CODED:
        row |= told_share(audited.estimate)
        rest = audit_code(speech, CODE, among=outside)
        row["rest"] = told_share(rest.estimate)["share"] if len(rest.coded) >= FEWEST_CODED else np.nan
    flagged = flag_posts(speech, CODE, inside)
    if flagged is not None:
        counted["flagged"] = flagged
        row |= {"flagged": len(flagged), "raw": len(flagged) / len(inside)}
    return row, counted


def weigh_arenas(speech: SpeechCodes, posts: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return for each arena with coded posts (`unit`) how many posts these stand for, and how many of them have a code.

    Columns `posts` and `found`.
    """
    said = verdicts_of(speech, (code,), posts["post_id"])
    size = speech.frame.loc[speech.frame["post_id"].isin(posts["post_id"])].groupby("stratum").size()
    weight = said["stratum"].map(size) / said.groupby("stratum")["post_id"].transform("size")
    unit = said["post_id"].map(posts.set_index("post_id")["unit"])
    told = pd.DataFrame({"posts": weight.astype(float), "found": weight.astype(float) * said[code]})
    return told.groupby(unit.astype(object)).sum()


def _test(data: pd.DataFrame, parts: list[np.ndarray], posts: pd.DataFrame, weighed: pd.DataFrame, *,
          seed: int) -> pd.DataFrame:
    """Return the table with p, q and what they say; the row of all is not compared with anything."""
    p = []
    for row, inside in zip(data.to_dict("records"), parts, strict=True):
        is_in = weighed.index.isin(posts.loc[inside, "unit"])
        is_asked = row["row"] != "all" and pd.notna(row["share"]) and pd.notna(row["rest"])
        p.append(exchange_arenas(weighed, is_in, seed=seed) if is_asked else np.nan)
    data = data.assign(p=p)
    # two parts that are each other's rest are one question
    mirrored = data["row"].eq("platform").sum() == 2
    asked = data["p"].mask(data.index == 1) if mirrored else data["p"]
    q = adjust_p(asked)
    data["q"] = q.mask(data.index == 1, q.iloc[0]) if mirrored else q
    way = np.where(data["share"].astype(float) > data["rest"].astype(float), "more", "less")
    verdict = np.where(data["q"] < LEVEL, way, "no_difference")
    verdict = np.where(data["p"].isna(), np.where(data["share"].isna(), "few_coded", "untested"), verdict)
    return data.assign(verdict=pd.Series(verdict, index=data.index).mask(data["row"].eq("all")))


def exchange_arenas(weighed: pd.DataFrame, is_in: np.ndarray, *, seed: int) -> float:
    """Return the p-value of no difference between some arenas and the rest; nan with too few on either side."""
    if min(is_in.sum(), (~is_in).sum()) < FEWEST_ARENAS or len(is_in) < ENOUGH_ARENAS:
        return float("nan")
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((FLIPS, len(is_in))), axis=1)
    groups = np.vstack([is_in, is_in[orders]]).astype(float)
    size = np.abs(_differ(weighed["posts"].to_numpy(), weighed["found"].to_numpy(), groups))
    return float((size >= size[0] - 1e-12).mean())


def _differ(posts: np.ndarray, found: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the studentised difference of shares for each row of truth values over arenas."""
    shares, variances = [], []
    for inside in (groups, 1 - groups):
        total, count = inside @ posts, inside.sum(axis=1)
        share = (inside @ found) / total
        # Σ(y − p·m)² without a table of every arena in every order
        square = inside @ found**2 - 2 * share * (inside @ (found * posts)) + share**2 * (inside @ posts**2)
        shares.append(share)
        variances.append(square / total**2 * count / (count - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        told = (shares[0] - shares[1]) / np.sqrt(np.maximum(variances[0] + variances[1], 0))
    return np.where(np.isfinite(told), told, 0.0)
