from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from workbench.findings import release_findings
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.release import Release
from workbench.tables.review import REVIEW_COLUMNS, Review
from workbench.tables.spec import Column, Fact, Headline, Spec


@pytest.fixture
def release(tmp_path) -> Callable[..., Release]:
    """Release findings with five authors and three arenas, each ledger by the name of its file."""
    def run(findings: Finding | list[Finding], corpus, *, ledger: str = "ledger.parquet", product: str = "made",
            minimum_authors: int = 5, minimum_arenas: int = 3, review: Review | None = None) -> Release:
        return release_findings(findings if isinstance(findings, list) else [findings], corpus, ledger=tmp_path / ledger,
                                product=product, minimum_authors=minimum_authors, minimum_arenas=minimum_arenas,
                                review=review)

    return run


@pytest.fixture
def decide() -> Callable[..., Review]:
    """Make a review of rows (kind, key, decision), with `text` or `words` where a fourth item tells them."""
    def make(*rows: tuple, language: str = "da") -> Review:
        entries = [dict(zip(("kind", "key", "decision"), row, strict=False)) | (row[3] if len(row) > 3 else {})
                   for row in rows]
        table = pd.DataFrame(entries, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS)
        return Review("2025Q3", language, table)

    return make


def say_groups(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    """Name the largest group that may be seen."""
    shown = data[data["group"].ne("total") & data["posts"].notna()]
    if shown.empty or "all" not in facts:
        return Headline("finding.none")
    top = shown.iloc[int(shown["posts"].to_numpy(int).argmax())]
    return Headline("finding.some", {"group": str(top["group"])}, value=float(top["posts"]))


def group_spec(**changes: Any) -> Spec:
    """Return the spec of posts by group."""
    given: dict[str, Any] = {
        "key": "made", "metric": "M1", "unit": "posts", "frame": "all_posts", "headline": say_groups,
        "identity": ("group",),
        "columns": {"group": Column("string", shown="text"), "posts": Column("Int64", unit="posts", shown="number"),
                    "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:all"))},
        "facts": {"all": Fact("posts")}, "sentences": {"finding.some": ("group",), "finding.none": ()}}
    return Spec(**(given | changes))


@pytest.fixture
def groups_of() -> Callable[..., Finding]:
    """Make a finding that counts groups of posts, with a last row of all of them if `total`."""
    def make(groups: Mapping[str, pd.Series], *, total: bool = True, more: Mapping[str, Any] | None = None,
             key: str = "made", **changes: Any) -> Finding:
        rows = {**groups, **({"total": pd.concat(list(groups.values()))} if total else {})}
        every = hash_posts(pd.concat(list(groups.values())))
        data = pd.DataFrame({"group": list(rows), "posts": [len(ids) for ids in rows.values()],
                             "share": [len(ids) / len(every) for ids in rows.values()], **(more or {})})
        cells = [Cell(row, "posts", hash_posts(ids)) for row, ids in enumerate(rows.values())]
        return Finding(group_spec(key=key, **changes), "2025Q3", data, facts={"all": len(every)},
                       cells=(*cells, Cell(WHOLE_FINDING, "all", every)))

    return make


@pytest.fixture
def busy(make_corpus):
    """Ninety posts of ten accounts in five arenas, and four posts of one account in one arena."""
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", f"2025-08-{1 + i % 28:02d}", "hej") for i in range(90)]
    return make_corpus([*rows, *[("T-009", "a-lonely", "2025-09-10", "hej")] * 4])


@pytest.fixture
def parts(busy) -> dict[str, pd.Series]:
    """Return the posts of `busy`: the many, and those of the lonely one."""
    lonely = busy.posts["arena_id"].eq("T-009")
    return {"busy": busy.posts.loc[~lonely, "post_id"], "lonely": busy.posts.loc[lonely, "post_id"]}
