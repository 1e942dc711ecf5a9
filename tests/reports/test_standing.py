"""Which finding comes first, how sure it is, and where its arrow points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.reports.standing import judge_confidence, number_findings, point_arrow
from workbench.tables.release import Release, ReleasedFinding
from workbench.tables.spec import Headline


def say(finding: ReleasedFinding, **headline: object) -> ReleasedFinding:
    """Return a finding that says something else."""
    more = {k: headline.pop(k) for k in ("caveats", "facts", "provenance") if k in headline}
    return replace(finding, headline=Headline(finding.sentence, **headline), **more)


@pytest.fixture
def change(release: Release) -> ReleasedFinding:
    """Return a tested change on named topics over twelve arenas."""
    return say(release["topics"], value=0.04, test="sign_flip", p=0.001, is_change=True, caveats=(),
               facts={"effective": 12.0}, provenance={"topics": {}})


def test_a_tested_change_comes_before_a_test_without_one_and_that_before_a_count(release, change) -> None:
    found = {"counted": release["volume"], "calm": say(release["topics"], test="sign_flip"), "changed": change}
    assert number_findings(replace(release, findings=found), list(found)) == ["changed", "calm", "counted"]


def test_among_equals_the_order_asked_for_decides(release) -> None:
    counted = {k: say(release[k], value=1.0) for k in ("volume", "platforms")}
    assert number_findings(replace(release, findings=counted), ["platforms", "volume"]) == ["platforms", "volume"]


def test_what_has_nothing_to_tell_has_no_place(release) -> None:
    silent = replace(release, findings={"volume": say(release["volume"], reason="tired")})
    assert number_findings(silent, ["volume"]) == []


def test_five_have_a_number_and_no_more(release) -> None:
    many = {f"f{n}": release["volume"] for n in range(9)}
    assert number_findings(replace(release, findings=many), list(many)) == [f"f{n}" for n in range(5)]


def test_high_confidence_is_earned_by_a_change_that_twelve_arenas_tell(change) -> None:
    assert judge_confidence(change) == "high"
    assert judge_confidence(replace(change, facts={"effective": 11.9})) == "middle"
    assert judge_confidence(replace(change, facts={})) == "middle"
    assert judge_confidence(say(change, value=0.0, test="sign_flip")) == "middle"


def test_an_audit_earns_it_too(change) -> None:
    assert judge_confidence(say(change, value=0.04, test="audit", facts={})) == "high"


@pytest.mark.parametrize("caveat", ["labels_by_machine", "peaks_unexplained", "season_not_excluded", "agreement_unknown"])
def test_what_is_left_open_takes_it_away(change, caveat: str) -> None:
    assert judge_confidence(replace(change, caveats=(caveat,))) == "middle"


@pytest.mark.parametrize("caveat", ["not_audited", "groups_uncertain", "groups_by_chance"])
def test_what_is_for_orientation_only_is_low(change, caveat: str) -> None:
    assert judge_confidence(replace(change, caveats=(caveat,))) == "low"


def test_a_plain_count_is_counted_and_a_hidden_one_low(release) -> None:
    assert judge_confidence(release["volume"]) == "counted"
    assert judge_confidence(say(release["volume"])) == "low"


def test_what_a_model_counted_is_low_until_people_have_named_it(change) -> None:
    counted = say(change, value=0.2)
    assert judge_confidence(counted) == "middle"
    assert judge_confidence(replace(counted, caveats=("labels_by_machine",))) == "low"


def test_what_cannot_be_told_carries_no_confidence(change) -> None:
    assert judge_confidence(say(change, reason="tired")) == ""


def test_an_arrow_points_where_a_tested_change_goes_and_nowhere_without_a_test(release) -> None:
    spec = replace(release["topics"].spec, unit="percentage points")
    moved = replace(release["topics"], spec=spec)
    assert point_arrow(say(moved, value=0.04, test="sign_flip", is_change=True)) == "up"
    assert point_arrow(say(moved, value=-0.04, test="sign_flip", is_change=True)) == "down"
    assert point_arrow(say(moved, test="sign_flip")) == "same"
    assert point_arrow(say(moved, value=0.04)) == ""
    assert point_arrow(say(release["volume"], value=3.0, test="negative_binomial", is_change=True)) == ""
