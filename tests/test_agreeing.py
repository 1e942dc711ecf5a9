"""Two products that tell one number differently are found, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.agreeing import find_disagreements, list_published
from workbench.errors import ReportError
from workbench.findings import list_specs
from workbench.gates import refuse_contradictions

FACTS = "finding,period,fact,concept,value\nvolume,2025Q3,posts,posts,100\nvolume,2025Q3,arenas,active_arenas,7\n"
VOLUME = "week,week_start,posts,in_quarter,straddles\n2025-W30,2025-07-21,50,True,False\n2025-W31,2025-07-28,30,True,False\n"


def product(folder: Path, *, facts: str = FACTS, volume: str = VOLUME) -> Path:
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "facts.csv").write_text(facts, encoding="utf-8")
    (folder / "tables" / "volume.csv").write_text(volume, encoding="utf-8")
    return folder


def faults(tmp_path: Path, **changes: str) -> list[str]:
    return find_disagreements(product(tmp_path / "one"), product(tmp_path / "two", **changes), specs=list_specs())


def test_products_that_agree_have_no_fault(tmp_path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(("changes", "said"), [
    ({"facts": FACTS.replace(",100", ",101")}, ["volume, 2025Q3, posts is 100 and 101", "posts, 2025Q3 is 100 and 101"]),
    ({"facts": FACTS.replace("volume,2025Q3,posts", "platforms,2025Q3,posts").replace(",100", ",101")},
     ["posts, 2025Q3 is 100 and 101"]),
    ({"volume": VOLUME.replace(",50,", ",51,")}, ["posts of week 2025-W30 in volume.csv is 50 and 51 (1 rows)"]),
    ({"volume": VOLUME.replace(",50,", ",51,"), "facts": FACTS.replace("2025Q3", "2025-07")},
     ["posts of week 2025-W30 in volume.csv is 50 and 51 (1 rows)"]),
])
def test_each_number_that_two_products_tell_differently_is_named(tmp_path, changes, said: list[str]) -> None:
    assert faults(tmp_path, **changes) == said


def test_a_hidden_number_and_one_of_another_period_contradict_nothing(tmp_path) -> None:
    assert faults(tmp_path, volume=VOLUME.replace(",50,", ",,")) == []
    other = tmp_path / "month"
    product(other, facts=FACTS.replace("2025Q3", "2025-07").replace(",100", ",40"),
            volume=VOLUME.replace("True,False", "False,True"))
    assert find_disagreements(tmp_path / "one", other, specs=list_specs()) == []


def test_the_gate_refuses_and_names_the_other_product(tmp_path) -> None:
    one, two = product(tmp_path / "one"), product(tmp_path / "two", volume=VOLUME.replace(",30,", ",31,"))
    refuse_contradictions([], one, language="da", others={"brief 2025-07 (da)": one})
    with pytest.raises(ReportError, match=r"published brief 2025-07 \(da\) tells other numbers.* posts of week 2025-W31"):
        refuse_contradictions([], one, language="da", others={"brief 2025-07 (da)": two})


def test_drafts_itself_and_other_periods_are_not_compared_and_older_posts_stand_apart(tmp_path) -> None:
    about = {"product": "quarterly", "period": "2025Q3", "language": "da", "corpus": "a", "code": "b", "draft": False}
    for name, change in {"itself": {}, "english": {"language": "en"}, "month": {"product": "brief", "period": "2025-07"},
                         "draft": {"product": "brief", "period": "2025-08", "draft": True},
                         "before": {"period": "2025Q2"}, "older": {"product": "digest", "corpus": "c"}}.items():
        path = tmp_path / "reports" / "town" / name / "x" / "manifest.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({**about, **change}), encoding="utf-8")
    alike, others = list_published(tmp_path, about)
    assert set(alike) == {"quarterly 2025Q3 (en)", "brief 2025-07 (da)"}
    assert set(others) == {"digest 2025Q3 (da)"}
