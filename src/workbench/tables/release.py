"""What may be published: findings after small cells are suppressed and words are reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tables.editorial import Worded
from workbench.tables.finding import Said
from workbench.tables.spec import Headline, Spec

CANDIDATE_COLUMNS: dict[str, str] = {
    "kind": "string",  # topic | words | word | domain: as `Column.words`; unfit: a decision that does not fit a topic
    "key": "string",  # id of the topic, or the word or domain itself
    "text": "string",  # what the finding would call it; why a decision does not fit
    "posts": "Int64",  # that it stands for; missing where hidden
    "words": "object",  # of a topic: list of the words that tell it; of a decision: itself and its period
    "finding": "string",  # in which it stands
    "is_open": "boolean",  # nobody has decided about it
}


@dataclass(frozen=True)
class ReleasedFinding(Said):
    """A finding that passed the gate: suppressed cells are missing, nothing names a post.

    Attributes
    ----------
    spec, period, data, facts, caveats, provenance
        Of the finding, as far as they may be seen.
    headline
        What it says, from what may be seen.
    suppressed
        Counts that were hidden.
    worded
        Its sentence in an editor's words, by language, with placeholders of its facts; empty where it says its own.
    """

    spec: Spec
    period: str
    data: pd.DataFrame
    headline: Headline
    facts: Mapping[str, Any] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    suppressed: int = 0
    worded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """Everything one product may show.

    Attributes
    ----------
    findings
        By key.
    digest
        SHA-256 over the released tables and values: the name of this release.
    language
        Of the reviewed words in it.
    candidates
        Words of the corpus in it, columns `CANDIDATE_COLUMNS`. While one of them is open, every product made
        of the release is a draft.
    provenance
        Thresholds, cells checked and suppressed, parameters by table, sources, versions.
    headline
        An editor's title for what is made of it, in its language; None: the product's own.
    """

    findings: dict[str, ReleasedFinding]
    digest: str
    language: str
    candidates: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    headline: Worded | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person has yet to decide about a word in it."""
        return bool(self.candidates["is_open"].any())

    def __getitem__(self, key: str) -> ReleasedFinding:
        return self.findings[key]


def list_facts(release: Release) -> pd.DataFrame:
    """Return every fact that a sentence, tile or caption may name, so that each number can be traced to a table.

    Returns
    -------
    facts
        Columns `finding`, `period`, `fact`, `concept` (as of `Fact`; empty where it is told once) and `value`.
    """
    rows = []
    for key, finding in release.findings.items():
        main = {name: getattr(finding, name) for name in ("value", "low", "high", "numerator", "denominator", "p")}
        concepts = {name: fact.concept for name, fact in finding.spec.facts.items()}
        rows += [{"finding": key, "period": finding.period, "fact": name, "concept": concepts.get(name, ""),
                  "value": value}
                 for name, value in {**main, **finding.known}.items() if value is not None and value is not pd.NA]
    return pd.DataFrame(rows, columns=["finding", "period", "fact", "concept", "value"]).astype({"value": object})
