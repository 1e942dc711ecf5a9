"""What went round nearly word for word in a month, what became of it, and how long an answer took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.counting_rule import Rule, index_posts, passing
from workbench.tables.finding import Finding, hash_posts
from workbench.tables.periods import ZONE, period_bounds
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

UNCONFIRMED = "unconfirmed"  # nobody has assessed it


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["found"]:
        return Headline("finding.claims_none", value=0.0)
    sentence = "finding.claims" if facts["assessed"] or facts["answered"] else "finding.claims_open"
    return Headline(sentence, {"count": facts["found"]}, value=float(facts["found"]))


CLAIMS = Spec(
    key="claims", metric="M13", unit="number", frame="copied_texts", headline=_say, identity=("claim",),
    caveats=("first_collected",), ranks_by="arenas",
    columns={
        "claim": Column("string"),  # a number by which rows are told apart; their order tells nothing
        "title": Column("string", shown="text"),  # as a person put it
        "status": Column("string", shown="code"),
        # no count of posts: a handful, told every month, would hide many a number of the quarter's report, which could
        # otherwise be told from it
        "arenas": Column("Int64", unit="arenas", shown="number"),
        "platforms": Column("Int64", unit="number", shown="number"),
        "hours": Column("Float64", unit="number", shown="decimal", step=0.1),
        # how long the municipality took: no count of posts could be told from it
        "hours_to_response": Column("Float64", unit="number", shown="decimal", step=0.1),
    },
    facts={"found": Fact("number"), "assessed": Fact("number"), "answered": Fact("number"), "least": Fact("number")},
    sentences={"finding.claims": ("count", "assessed", "answered"), "finding.claims_open": ("count",),
               "finding.claims_none": ("least",)})


def describe_claims(claims: pd.DataFrame, log: pd.DataFrame, corpus: Corpus, *, month: str, most: int = 8,
                    least_arenas: int = 3, minimum_authors: int = 5, zone: str = ZONE) -> Finding:
    """Describe the claims of a month: how far each went, what people found out about it, when it was answered (M13).

    Parameters
    ----------
    claims
        Of `actors.find_claims`, with the ids of the log as `known`.
    log
        Of `Study.handbook("claims")`.
    corpus
        In which `claims` were found: how far one went is told only where enough people stand behind it.
    month
        Such as 2025-08.
    most
        Rows: those that people assessed or answered first, then those in the most arenas.
    least_arenas
        With which `claims` were found.
    minimum_authors
        Of a claim of which anything is told but what people wrote, as of a published count.
    zone
        By whose clocks the log tells times.

    Returns
    -------
    finding
        Value: claims found. Data: one row a claim, columns `claim`, `title` (as a person put it; missing where nobody
        did), `status`, `arenas`, `platforms`, `hours` (from its first post of the month to its last one) and
        `hours_to_response` (from its first post that was collected to the answer; missing where there is none, or
        where it was there before).
    """
    period_bounds(month)
    told = claims.merge(log, left_on="claim", right_on="id", how="left")
    status = told["status"].astype("string").fillna(UNCONFIRMED)
    responded = pd.to_datetime(told["responded"].astype("string")).dt.tz_localize(zone, ambiguous=True,
                                                                                nonexistent="shift_forward")
    taken = (responded - told["first_at"]).dt.total_seconds() / 3600
    told = told.assign(status=status, hours_to_response=taken.where(taken.ge(0)), is_answered=responded.notna())
    handled = status.ne(UNCONFIRMED) | told["is_answered"]
    # by their ids, numbers say nothing of size or time
    told["claim"] = told["claim"].rank().astype("Int64").astype("string")
    rows = told.loc[handled.sort_values(ascending=False, kind="stable").index].head(most)
    rows = rows.sort_values(["arenas", "claim"], ascending=[False, True])  # not by what is not told
    sets = [np.unique(np.asarray(hash_posts(pd.Series(ids)))) for ids in rows["post_ids"]]
    enough = passing(index_posts(corpus), sets, Rule(minimum_authors, least_arenas))
    rows[["arenas", "platforms", "hours"]] = rows[["arenas", "platforms", "hours"]].where(pd.Series(enough, rows.index))
    return Finding(CLAIMS, month, rows[list(CLAIMS.columns)],
                   caveats=CLAIMS.caveats if len(rows) else (),
                   facts={"found": len(told), "assessed": int(status.ne(UNCONFIRMED).sum()),
                          "answered": int(told["is_answered"].sum()), "least": least_arenas})
