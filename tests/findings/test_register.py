from __future__ import annotations

import pandas as pd
import pytest

from workbench.findings import describe_topic_changes
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister
from workbench.wording import open_wording

# verdict, whether it is a topic of this quarter, confidence
ENTRIES = [("kept", True, 0.95), ("grown", True, 0.8), ("kept", True, 0.7), ("split", True, 0.9), ("split", True, 0.6),
           ("split", False, 0.9), ("born", True, 1.0), ("gone", False, 0.75)]


def register(entries, *, before="2025Q2") -> TopicRegister:
    table = pd.DataFrame([{"verdict": v, "topic_id": i if now else pd.NA, "confidence": c}
                          for i, (v, now, c) in enumerate(entries)], columns=["verdict", "topic_id", "confidence"])
    return TopicRegister("2025Q3", table.reindex(columns=list(REGISTER_COLUMNS)).astype(REGISTER_COLUMNS),
                         {"quarter_before": before})


def said(finding):
    return [open_wording(language).say(finding.sentence, finding.known) for language in ("da", "en")]


def test_topics_are_counted_by_what_became_of_them_and_uncertain_matches_are_named() -> None:
    finding = describe_topic_changes(register(ENTRIES))
    assert finding.data.to_numpy().tolist() == [["kept", 2, 0, 1], ["grown", 1, 0, 0], ["split", 2, 1, 1],
                                                ["born", 1, 0, 0], ["gone", 0, 1, 1]]
    assert finding.value == 3 / 5
    assert said(finding)[1] == ("Of 5 topics in quarter 2 of 2025, 3 were found again; new: 1, from splits: 2, "
                                "from mergers: 0, without a successor: 1. Uncertain matches: 3")
    assert finding.caveats == ("growth_described",)


@pytest.mark.parametrize("confidence", [pd.NA, 0.8])
def test_matches_that_are_certain_or_not_measured_are_not_called_uncertain(confidence) -> None:
    finding = describe_topic_changes(register([(v, now, confidence) for v, now, _ in ENTRIES]))
    assert finding.sentence == "finding.topic_verdicts"
    assert ("matches_not_measured" in finding.caveats) == (confidence is pd.NA)
    assert finding.data["uncertain"].isna().all() == (confidence is pd.NA)
    assert all("5" in text for text in said(finding))


def test_in_the_first_quarter_there_is_nothing_to_compare_with() -> None:
    finding = describe_topic_changes(register([(pd.NA, True, pd.NA)] * 3, before=None))
    assert (finding.sentence, finding.value, len(finding.data)) == ("finding.topic_verdicts_first", None, 0)
    assert all(said(finding))
