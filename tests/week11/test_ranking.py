"""Which theme is proposed: by stated rules, from what may be shown, and a person decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.charts.small import made
from workbench.errors import CardError, ReleaseError
from workbench.handbook import read_handbook
from workbench.starting import start_study
from workbench.tables.release import CANDIDATE_COLUMNS, Release
from workbench.week11 import choose_theme, list_year, rank_themes, read_year, tell_missing, tell_reasons, tell_themes

NAMES = {"K-001": "Fodbold", "K-002": "Skoledagen", "K-003": "Rygtet om søen", "K-004": "Løbehjul"}


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("study")
    start_study(folder)
    return read_handbook(folder, "themes", language="da")


def topics(**shares: float | None) -> pd.DataFrame:
    rows = [{"row": "topic", "stable_id": key.replace("_", "-"), "label": NAMES[key.replace("_", "-")],
             "named_by": "person", "share": share} for key, share in shares.items()]
    return pd.DataFrame(rows).convert_dtypes()


def harms(code: str = "harm.bullying", *, share: float | None = 0.02, low: float = 0.01) -> pd.DataFrame:
    name = {"da": "Mobning", "en": "Bullying"}
    return pd.DataFrame([{"code": code, "name": name, "found": 20, "share": share, "low": low, "high": 0.03}]).convert_dtypes()


def speech(share: float | None = 0.2) -> pd.DataFrame:
    return pd.DataFrame([{"row": "share", "code": "recognition", "share": share}]).convert_dtypes()


def release(**tables: pd.DataFrame) -> Release:
    findings = {key: made(key, "finding.topics", table) for key, table in tables.items()}
    return Release(findings, "d" * 64, "da", pd.DataFrame(columns=list(CANDIDATE_COLUMNS)))


def rank(themes: pd.DataFrame, earlier: Any = None, **tables: pd.DataFrame) -> pd.DataFrame:
    return rank_themes(themes, release(**tables), earlier or {}, quarter="2025Q3", language="da")


def test_the_year_is_the_quarter_and_the_three_before() -> None:
    assert list_year("2025Q3") == ["2024Q4", "2025Q1", "2025Q2", "2025Q3"]
    assert list_year("2025Q1") == ["2024Q2", "2024Q3", "2024Q4", "2025Q1"]


def test_the_theme_with_more_reasons_goes_first_though_another_is_larger(themes) -> None:
    rose = pd.DataFrame([{"stable_id": "K-002", "verdict": "rose"}])
    found = rank(themes, topics=topics(K_001=0.3, K_002=0.1), topic_change=rose)
    assert found["theme"].head(2).tolist() == ["school", "free-time"]
    assert rank(themes, topics=topics(K_001=0.3, K_002=0.1))["theme"].head(2).tolist() == ["free-time", "school"]


@pytest.mark.parametrize(("key", "row", "said"), [
    ("topic_change", {"verdict": "rose"}, "fylder mere"), ("peaks", {"week": "2025-W34", "is_peak": True}, "skilte sig"),
    ("attack_lift", {"lift_verdict": "higher"}, "flere angreb")])
def test_each_thing_that_speaks_for_a_topic_is_a_reason_and_its_opposite_is_none(themes, key, row, said) -> None:
    of = pd.DataFrame([{"stable_id": "K-002", **row}])
    other = of.assign(**{name: False if value is True else "unclear" for name, value in row.items() if name != "week"})
    first = rank(themes, topics=topics(K_002=0.1), **{key: of}).iloc[0]
    assert len(first["reasons"]) == 2
    assert any(said in reason and "Skoledagen" in reason for reason in first["reasons"])
    assert len(rank(themes, topics=topics(K_002=0.1), **{key: other}).iloc[0]["reasons"]) == 1
    assert len(rank(themes, topics=topics(K_002=0.1), **{key: of.assign(stable_id="K-004")}).iloc[0]["reasons"]) == 1


def test_a_harm_is_a_reason_only_where_its_share_is_surely_above_nothing(themes) -> None:
    assert rank(themes, harms=harms()).iloc[0]["theme"] == "teasing"
    for none in (harms(share=None), harms(low=0.0)):
        assert not rank(themes, harms=none)["reasons"].map(bool).any()


def test_a_topic_that_nobody_named_or_that_is_hidden_is_no_reason(themes) -> None:
    machine = topics(K_002=0.1).assign(named_by="words")
    hidden = topics(K_002=None)
    for none in (machine, hidden, topics(K_004=0.4)):
        assert not rank(themes, topics=none)["reasons"].map(bool).any()


def test_what_earlier_reports_say_counts_once_and_quarters_outside_the_year_not_at_all(themes) -> None:
    rose = {"topics": topics(K_002=0.1), "topic_change": pd.DataFrame([{"stable_id": "K-002", "verdict": "rose"}])}
    now = {"topics": topics(K_001=0.3, K_002=0.1)}
    assert rank(themes, {"2025Q1": rose, "2025Q2": rose}, **now).iloc[0][["theme", "reasons"]].map(
        lambda v: v if isinstance(v, str) else len(v)).tolist() == ["school", 2]
    twice = rank(themes, {"2025Q1": rose, "2025Q2": rose}, **now).iloc[0]["reasons"]
    assert all("1. kvartal 2025" in reason for reason in twice)
    assert rank(themes, {"2024Q3": rose}, **now).iloc[0]["theme"] == "free-time"


def test_a_number_of_the_chart_is_of_the_quarter_itself(themes) -> None:
    found = rank(themes, {"2025Q1": {"topics": topics(K_002=0.9)}}, topics=topics(K_003=0.1))
    by = found.set_index("theme")
    assert pd.isna(by.loc["school", "share"])
    assert by.loc["rumours", ["share", "finding", "row"]].tolist() == [0.1, "topics", "K-003"]


def test_a_person_decides_and_a_theme_that_does_not_exist_is_told_with_those_that_do(themes) -> None:
    found = rank(themes, topics=topics(K_001=0.3))
    assert choose_theme(themes, found)["id"] == "free-time"
    own = choose_theme(themes, found, theme="clips")
    assert own["id"] == "clips"
    assert "valgt af et menneske" in tell_reasons(own, language="da")[0]
    with pytest.raises(CardError, match=r"has no theme 'ducks'\. There are rumours, "):
        choose_theme(themes, found, theme="ducks")


def test_without_any_reason_the_good_side_is_the_theme_and_without_a_good_side_it_is_asked_for(themes) -> None:
    found = rank(themes, topics=topics(K_004=0.4))
    assert choose_theme(themes, found)["id"] == "kind-words"
    with pytest.raises(CardError, match="the good side"):
        choose_theme(themes[themes["id"].ne("kind-words")], found)


def test_other_themes_are_named_with_the_number_of_their_reasons(themes) -> None:
    found = rank(themes, topics=topics(K_001=0.3, K_002=0.1))
    assert tell_themes(found, theme="free-time", language="da") == ["Skolen på nettet: 1 grund"]
    assert tell_themes(found.iloc[:1], theme="free-time", language="en") == [
        "No other theme has a reason in the year’s numbers"]


@pytest.mark.parametrize(("tables", "theme", "count"), [
    ({"topics": topics(K_001=0.3), "speech": speech()}, "", 1), ({"speech": speech()}, "clips", 2),
    ({"speech": speech(None)}, "clips", 4), ({"topics": topics(K_001=0.3), "speech": speech(None)}, "", 2),
    ({"speech": speech(None)}, "", 3)])
def test_each_number_that_is_missing_is_told(themes, tables, theme: str, count: int) -> None:
    made_of = release(**tables)
    ranked = rank_themes(themes, made_of, {}, quarter="2025Q3", language="da")
    chosen = choose_theme(themes, ranked, theme=theme)
    told = tell_missing(chosen, made_of, {}, quarter="2025Q3", language="da")
    assert len(told) == count
    assert "4. kvartal 2024, 1. kvartal 2025 og 2. kvartal 2025" in told[-1]
    assert "3. kvartal 2025" not in told[-1]
    assert len(tell_missing(chosen, made_of, list_year("2025Q3"), quarter="2025Q3", language="da")) == max(count - 1, 1)


def test_only_what_passed_the_gate_is_ranked(themes) -> None:
    with pytest.raises(ReleaseError, match="rank_themes takes a Release"):
        rank_themes(themes, pd.DataFrame(), {}, quarter="2025Q3", language="da")  # type: ignore[arg-type]


def test_drafts_of_earlier_quarters_are_not_read(tmp_path: Path) -> None:
    for quarter, draft in (("2025Q1", "false"), ("2025Q2", "true")):
        folder = tmp_path / "reports" / "by" / quarter / "quarterly"
        (folder / "tables").mkdir(parents=True)
        (folder / "manifest.json").write_text(
            f'{{"product": "quarterly", "period": "{quarter}", "language": "da", "draft": {draft}}}')
        topics(K_002=0.1).to_csv(folder / "tables" / "topics.csv", index=False)
    read = read_year(tmp_path, quarter="2025Q3", language="da")
    assert list(read) == ["2025Q1"]
    assert list(read["2025Q1"]) == ["topics"]
    assert read["2025Q1"]["topics"]["share"].tolist() == [0.1]
