"""How findings stand to each other: which come first, how sure they are, where they point."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.tables.release import Release, ReleasedFinding

MOST_FINDINGS = 5  # on page one
EARNED_ARENAS = 12  # effective ones behind a test, for high confidence (blueprint §0a)
_LOW = frozenset({"not_audited", "groups_uncertain", "groups_by_chance"})
_MIDDLE = frozenset({"labels_by_machine", "peaks_unexplained", "matches_not_measured", "season_not_excluded",
                     "agreement_unknown"})
_MODEL = "topics"  # of provenance: made by a model, not counted


def number_findings(release: Release, keys: Sequence[str]) -> list[str]:
    """Return the keys of the findings that stand on page one, five at most, in the order of their numbers there.

    A tested change or an audited number comes before a test that found no change, and that before what is only
    counted. Among equals the order of `keys` decides. What has nothing to tell is left out.
    """
    telling = [key for key in keys if not release[key].reason]
    return sorted(telling, key=lambda key: _rank(release[key]))[:MOST_FINDINGS]


def _rank(finding: ReleasedFinding) -> int:
    if finding.is_change or finding.test == "audit":
        return 0
    return 1 if finding.test else 2


def judge_confidence(finding: ReleasedFinding) -> str:
    """Return how sure a finding is: ``high``, ``middle``, ``low`` or ``counted``; empty where nothing can be told.

    High is earned: a test or an audit that passed, with at least 12 effective arenas behind a test, on topics that
    people have named. Low is what is shown for orientation only: not audited, hidden, on uncertain groups, or what a
    model counted and nobody has looked at. A plain count of what was collected is just that.

    Notes
    -----
    Blueprint §0a, confidence label.
    """
    caveats = set(finding.caveats)
    if finding.reason:
        return ""
    by_model = _MODEL in finding.provenance
    if caveats & _LOW or (finding.value is None and not finding.test) or (
            by_model and "labels_by_machine" in caveats and not finding.test):
        return "low"
    if finding.test is None and not by_model and not caveats & _MIDDLE:
        return "counted"
    passed = finding.test == "audit" or (finding.is_change and (finding.known.get("effective") or 0) >= EARNED_ARENAS)
    return "high" if passed and not caveats & _MIDDLE else "middle"


def point_arrow(finding: ReleasedFinding) -> str:
    """Return where a tested change points: ``up``, ``down``, ``same`` where a test found none, empty without a test."""
    if finding.unit != "percentage points" or not finding.test:
        return ""
    if not finding.is_change or not finding.value:
        return "same"
    return "up" if finding.value > 0 else "down"
