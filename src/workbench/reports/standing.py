"""How findings stand to each other: which come first, how sure they are, where they point."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.tables.release import Release, ReleasedFinding

MOST_FINDINGS = 5  # on page one
EARNED_ARENAS = 12  # effective ones behind a test, for high confidence (blueprint §0a)
_LOW = frozenset({"not_audited", "groups_uncertain", "groups_by_chance"})
_MIDDLE = frozenset({"labels_by_machine", "peaks_unexplained", "matches_not_measured", "season_not_excluded"})
_MODEL = "topics"  # of provenance: made by a model, not counted


def rank_findings(release: Release, keys: Sequence[str]) -> list[ReleasedFinding]:
    """Return those of some findings that tell something, the most important first.

    A tested change or an audited number comes before a test that found no change, and that before what is only
    counted. Among equals the order given decides. What has nothing to tell is left out.
    """
    telling = [release[k] for k in keys if not release[k].reason]
    return sorted(telling, key=lambda f: 0 if f.is_change or f.test == "audit" else 1 if f.test else 2)


def number_findings(release: Release, keys: Sequence[str]) -> list[str]:
    """Return the keys of the findings that stand on page one, in the order of their numbers there.

    Parameters
    ----------
    keys
        Of the findings that may stand there.
    """
    return [f.key for f in rank_findings(release, keys)[:MOST_FINDINGS]]


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
    if caveats & _LOW or finding.value is None or (by_model and "labels_by_machine" in caveats and not finding.test):
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
