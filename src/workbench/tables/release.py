"""What may be published: findings after small cells are suppressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class ReleasedFinding:
    """A finding that passed the gate: suppressed cells are missing, nothing names a post.

    The attributes are those of `Finding` without `cells` and `totals`;
    `suppressed` counts the cells that were blanked.
    """

    key: str
    metric: str
    sentence: str
    period: str
    frame: str
    unit: str
    data: pd.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    test: str | None = None
    p: float | None = None
    is_change: bool = False
    caveats: tuple[str, ...] = ()
    suppressed: int = 0


@dataclass(frozen=True)
class Release:
    """Everything one product may show.

    Attributes
    ----------
    findings
        By key.
    digest
        SHA-256 over the released tables and values: the name of this release.
    provenance
        Thresholds, cells checked and suppressed, sources, versions.
    """

    findings: dict[str, ReleasedFinding]
    digest: str
    provenance: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> ReleasedFinding:
        return self.findings[key]
