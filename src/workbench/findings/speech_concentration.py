"""How few write the attacks: shares of those a model marks, and of those people found, by the most active (M14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.auditing import estimate_part
from workbench.findings.audited import Audited, audit_code, why_unaudited
from workbench.findings.concentration import CONCENTRATION, KINDS, cut_slices, say_slices
from workbench.findings.periods import posts_of
from workbench.findings.speech_marks import mark_posts
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

FEWEST_FOUND = 30  # attacks that people found, before the part of some accounts or arenas in them is told


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["scored"]:
        return Headline("finding.attack_concentration_few", reason="posts_unscored")
    return say_slices(data, facts, key="attack_concentration")


_FOUND = ("found", "of_found")
ATTACK_CONCENTRATION = Spec(
    key="attack_concentration", metric="M14", unit="share", frame="marked_posts", headline=_say,
    identity=("row", "members"), caveats=("not_audited", "marked_by_model", "accounts_not_people"),
    reasons=("posts_unscored", "attack_concentration_few", "attack_concentration_hidden"),
    columns={
        **CONCENTRATION.columns,
        "found": Column("Int64", unit="posts"),
        "of_found": Column("Int64", unit="posts", shown="number"),
        "audited": Column("Float64", unit="share", shown="share", follows=_FOUND, step=0.005),
        "low": Column("Float64", unit="share", shown="share", follows=_FOUND, step=0.005),
        "high": Column("Float64", unit="share", shown="share", follows=_FOUND, step=0.005),
    },
    facts={"scored": Fact(), "authors": Fact("accounts"), "arenas": Fact("arenas")},
    sentences={"finding.attack_concentration_both": ("top_share", "members", "of_all", "share"),
               "finding.attack_concentration_authors": ("top_share",),
               "finding.attack_concentration_arenas": ("members", "of_all", "share"),
               "finding.attack_concentration_few": ()})


def measure_attack_concentration(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure what part of the attacks the accounts and arenas with most of them wrote (M14).

    As `measure_concentration`, of the posts that the model marks as attacks: nobody is named or singled out, every
    number is a sum over ten accounts or three arenas at least. The order of accounts and arenas is the model's.

    Returns
    -------
    finding
        Value: share of the marked attacks of the fewest arenas shown that hold four fifths of them, else of the ten
        accounts with most. Data: the columns of `measure_concentration`, one row per slice of those with any marked
        attack; from 30 attacks that people found on also `of_found` (how many, by any account, or in any arena),
        `found` (of these, by the slice) and `audited` with its interval: the slice's part of all attacks, estimated
        from the audit.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes or scores are of another one.
    """
    posts = posts_of(corpus, quarter)
    marked = mark_posts(corpus, speech, speech.scores, quarter=quarter, asked_by="measure_attack_concentration")
    marked = marked[marked["post_id"].isin(posts["post_id"])]
    is_scored = "attack" in marked
    attacks = marked[marked["attack"]] if is_scored else marked.iloc[:0]
    rows, cells, tops = cut_slices(attacks)
    if not why_unaudited(speech, "attack"):
        for kind, (column, _) in KINDS.items():
            who = posts.dropna(subset=[column]).set_index("post_id")[column]
            audited = audit_code(speech, "attack", among=pd.Series(who.index))
            for place, row in enumerate(rows):
                # all of them together wrote what the model marks: of what people found that tells how much it misses
                if row["row"] == kind and row["members"] < row["of_all"] and len(audited.found) >= FEWEST_FOUND:
                    inside = audited.found[audited.found.map(who).isin(tops[place])]
                    row |= _part(audited, inside, speech)
                    cells += [Cell(place, "found", hash_posts(inside)),
                              Cell(place, "of_found", hash_posts(audited.found))]
    has_authors = any(row["row"] == "authors" for row in rows)
    return Finding(
        ATTACK_CONCENTRATION, quarter, pd.DataFrame(rows, columns=list(ATTACK_CONCENTRATION.columns)),
        cells=tuple(cells), caveats=ATTACK_CONCENTRATION.caveats[:3 if has_authors else 2] if rows else (),
        facts={"scored": is_scored, "authors": int(attacks["account_id"].nunique()),
               "arenas": int(attacks["arena_id"].nunique())},
        provenance={"speech": speech.provenance})


def _part(audited: Audited, inside: pd.Series, speech: SpeechCodes) -> dict[str, Any]:
    """Return which part of the attacks that people found some of them are, weighted back to all posts."""
    strata = audited.strata
    stratum = speech.frame.set_index("post_id")["stratum"]
    part = inside.map(stratum).value_counts().reindex(strata.index, fill_value=0)
    counts = (strata["posts"], strata["coded"], part, strata["found"])
    share = estimate_part(*(of_stratum.to_numpy(int) for of_stratum in counts))
    return {"found": len(inside), "of_found": len(audited.found), "audited": share.value, "low": share.low,
            "high": share.high}
