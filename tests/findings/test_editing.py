"""What an editor wrote, joined with what is released."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.charts.small import small_finding
from workbench.errors import CardError
from workbench.findings import measure_volume, release_findings
from workbench.findings.editing import apply_editorial, explain_peaks
from workbench.tables.editorial import Editorial, Explanation, Worded
from workbench.tables.review import empty_review


def peaks(*explained: tuple[str, str]):
    rows = [{"topic_id": 2, "stable_id": "K-002", "label": "trains", "week": week, "posts": 20, "expected": 5.0,
             "is_peak": mark, "explanation": "unexplained" if mark else None}
            for week, mark in (("2025-W31", False), ("2025-W32", True), ("2025-W33", True))]
    finding = replace(small_finding("peaks"), data=pd.DataFrame(rows).convert_dtypes(), caveats=("peaks_unexplained",))
    told = tuple(Explanation(topic, week, "trains stood still", "the railway") for topic, week in explained)
    return explain_peaks(finding, Editorial("f", "en", peaks=told))


def test_the_peak_of_topic_and_week_gets_its_explanation_and_no_other_week() -> None:
    found = peaks(("K-002", "2025-W32"), ("K-002", "2025-W31"), ("K-009", "2025-W33"))
    assert found.data["explanation"].fillna("").tolist() == ["", "trains stood still (the railway)", "unexplained"]
    assert found.caveats == ("peaks_unexplained",)


def test_the_caveat_goes_when_every_peak_is_explained() -> None:
    assert peaks(("K-002", "2025-W32"), ("K-002", "2025-W33")).caveats == ()
    assert peaks().caveats == ("peaks_unexplained",)


def test_sentences_and_title_go_to_the_findings_they_are_about() -> None:
    volume = replace(small_finding("volume"), headline=replace(small_finding("volume").headline, value=97.0))
    editorial = Editorial("f", "en", Worded("volume", "{posts} posts in town"),
                          {"volume": Worded("volume", "{posts} posts"), "gone": Worded("gone", "x")})
    released, headline = apply_editorial({"volume": volume}, editorial)
    assert released["volume"].worded == {"en": "{posts} posts"}
    assert headline.text == "{posts} posts in town"
    assert apply_editorial({}, editorial) == ({}, None)


def test_every_sentence_that_does_not_fit_is_told_with_file_and_line() -> None:
    editorial = Editorial("reviews/2025Q3.report.toml", "en", Worded("volume", "Posts grew", 3),
                          {"volume": Worded("volume", "{nothing}", 7)})
    with pytest.raises(CardError) as refused:
        apply_editorial({"volume": small_finding("volume")}, editorial)
    assert "2 to correct" in str(refused.value)
    assert "reviews/2025Q3.report.toml, line 3, [headline]: it speaks of a rise" in str(refused.value)
    assert "line 7, [findings.volume]: there is no placeholder {nothing}; there are {posts}" in str(refused.value)


def test_a_release_carries_the_editors_words_and_another_name_for_them(tmp_path: Path, make_corpus) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "text")])

    def release(editorial: Editorial):
        return release_findings([measure_volume(corpus, quarter="2025Q3")], corpus, ledger=tmp_path / "ledger.parquet",
                                product="draft", minimum_authors=1, minimum_arenas=1,
                                review=replace(empty_review("2025Q3", "en"), editorial=editorial))

    plain = release(Editorial())
    worded = release(Editorial("f", "en", findings={"volume": Worded("volume", "A town of {arenas}")}))
    titled = release(Editorial("f", "en", headline=Worded("volume", "A town")))
    assert worded["volume"].worded["en"] == "A town of {arenas:arenas}"
    assert titled.headline.text == "A town"
    assert len({plain.digest, worded.digest, titled.digest}) == 3
