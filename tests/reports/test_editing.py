"""What an editor wrote, as blocks of a report."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.charts.small import small_finding
from workbench.charts import plot_volume
from workbench.errors import ReportError
from workbench.gates import block_texts, refuse_quotes
from workbench.reports import (
    render_actions,
    render_cover,
    render_finding,
    render_focus,
    render_follow_up,
    render_heading,
    render_html,
    render_open_parts,
    render_pdf,
    render_peak_log,
    render_recommendations,
    render_section,
    render_summary,
    render_unknown,
    render_vignettes,
)
from workbench.reports.blocks import LEFT_OUT, MIMETYPE
from workbench.reports.editing import list_recommendations
from workbench.tables.editorial import (
    Editorial,
    Explanation,
    Focus,
    FollowUp,
    Recommendation,
    Vignette,
    Worded,
)
from workbench.tables.review import empty_review

HOSTILE = "=1+1 <script>x</script> #panic() $x$ *b* `r` \\ [link]"
RENDERS = (render_recommendations, render_follow_up, render_unknown, render_peak_log, render_vignettes)


def recommend(number: int, addressee: str, finding: str = "volume", text: str = "") -> Recommendation:
    return Recommendation(f"id-{number}", addressee, text or f"Do {number}", finding, "a role", "small", "it shows", number)


def reviewed(**parts: object):
    editorial = Editorial("reviews/2025Q3.report.toml", "en", **parts)
    return replace(empty_review("2025Q3", "en"), editorial=editorial)


@pytest.fixture
def full(release):
    """Give the release of the house its peaks and named topics."""
    peaks = small_finding("peaks")
    peaks = replace(peaks, data=peaks.data.assign(stable_id="K-002", arenas=4))
    topics = replace(release["topics"], data=release["topics"].data.assign(stable_id="K-001"))
    volume = replace(release["volume"], data=small_finding("volume").data)
    return replace(release, language="en", findings={**release.findings, "topics": topics, "peaks": peaks,
                                                     "volume": volume})


def everything(text: str = "plain words"):
    return reviewed(recommendations=(recommend(1, "ssp", text=text),), unknown=(text,),
                    follow_up=(FollowUp("a", text, "done", text),), vignettes=(Vignette("K-001", text),),
                    focus=Focus(text, text, (text,), ("volume",), ("volume",)),
                    peaks=(Explanation("K-002", "2025-W32", text, text, text),))


def rendered(release, review) -> list:
    return [*(render(release, review, language="en") for render in RENDERS),
            *render_focus(release, review, language="en")]


def test_a_slide_lists_the_first_two_recommendations_each_with_whom_it_is_for(full, monkeypatch) -> None:
    review = reviewed(recommendations=tuple(recommend(n, "ssp") for n in (1, 2, 3)))
    [first, second] = render_actions(full, review, language="en").content["items"]
    assert first.endswith(": Do 1")
    assert second.endswith(": Do 2")
    assert render_actions(full, reviewed(), language="en").kind == LEFT_OUT
    monkeypatch.setattr("workbench.reports.editing.ACTION_LETTERS", len(first) + len(second) - 1)
    assert render_actions(full, review, language="en").content["items"] == [first]
    with pytest.raises(ReportError, match="was read in the language en"):
        render_actions(full, review, language="da")


def test_recommendations_stand_by_addressee_in_a_fixed_order_and_keep_the_number_of_the_file(full) -> None:
    review = reviewed(recommendations=(recommend(1, "platforms"), recommend(2, "committee", "topics"),
                                       recommend(3, "platforms")))
    content = render_recommendations(full, review, language="en", numbered=["volume"]).content
    assert [(g["addressee"], [e["number"] for e in g["entries"]]) for g in content["groups"]] == [
        ("Political committee", ["2"]), ("Platforms and the state", ["1", "3"])]
    first = content["groups"][1]["entries"][0]
    assert (first["cited"], first["effort"], first["owner"], first["indicator"]) == (
        "Finding 1", "small", "a role", "it shows")
    assert first["basis"] == render_finding(full["volume"], language="en").content["sentence"]
    assert content["groups"][0]["entries"][0]["cited"] == ""
    assert [e["number"] for e in list_recommendations(full, review, language="en", most=2)] == ["1", "2"]


def test_a_recommendation_on_nothing_is_refused_with_its_line(full) -> None:
    with pytest.raises(ReportError, match=r"2025Q3.report.toml, line 1, \[\[recommendations\]\].*holds no such finding"):
        render_recommendations(full, reviewed(recommendations=(recommend(1, "ssp", "gone"),)), language="en")
    mute = replace(full["volume"], headline=replace(full["volume"].headline, reason="too_few"))
    silent = replace(full, findings={**full.findings, "volume": mute})
    with pytest.raises(ReportError, match="nothing to tell"):
        render_recommendations(silent, reviewed(recommendations=(recommend(1, "ssp"),)), language="en")


def opened(release):
    return replace(release, candidates=pd.DataFrame({"is_open": [True]}))


def test_a_published_report_says_that_nothing_is_recommended_and_leaves_out_the_rest(full) -> None:
    none = reviewed()
    assert render_recommendations(full, none, language="en").content == {
        "text": "No recommendations are given with this report."}
    unexplained = render_peak_log(full, none, language="en")
    kinds = {block.kind for block in rendered(full, none) if block != unexplained}
    assert kinds == {"text", LEFT_OUT}
    assert render_open_parts(full, none, language="en").kind == LEFT_OUT


def test_a_draft_lists_what_is_open_with_the_file_and_says_nothing_of_recommendations(full) -> None:
    assert render_recommendations(opened(full), reviewed(), language="en").kind == LEFT_OUT
    said = render_open_parts(opened(full), reviewed(without=("focus",)), language="en").content["text"]
    assert said == ("Open in this draft: title, explanations of weeks that stand out, recommendations, what we do not know "
                    "and vignettes of topics. Write it in reviews/2025Q3.report.toml, or publish the report without.")
    explained = reviewed(peaks=(Explanation("K-002", "2025-W32", "a", "b"),))
    assert "weeks" not in render_open_parts(opened(full), explained, language="en").content["text"]


def test_an_answer_and_what_nobody_answered_are_both_followed_up(full) -> None:
    review = reviewed(follow_up=(FollowUp("id-1", "Do 1", "dropped", "no money"),),
                      before=(recommend(1, "ssp"), recommend(2, "ssp")))
    assert render_follow_up(full, review, language="en").content["rows"] == [
        ["Do 1", "dropped", "no money"], ["Do 2", "not answered", ""]]
    assert render_follow_up(full, reviewed(before=(recommend(2, "ssp"),)), language="en").kind == LEFT_OUT


def test_the_peak_log_tells_of_each_peak_why_what_happened_that_week_and_what_was_done(full) -> None:
    events = pd.DataFrame({"date": pd.to_datetime(["2025-08-05", "2025-08-12"], utc=True), "label": ["fair", "later"]})
    review = reviewed(peaks=(Explanation("K-002", "2025-W32", "Trains stood still.", "the railway.", "we asked"),))
    content = render_peak_log(full, review, language="en", events=events).content
    assert content["rows"][0][1:] == ["trains", "61 (14)", "4", "Trains stood still. Source: the railway.", "fair",
                                      "we asked"]
    assert len(content["rows"]) == 1
    plain = render_peak_log(full, reviewed(), language="en").content
    assert plain["rows"][0][-1] == "Not yet explained"
    assert len(plain["columns"]) == len(plain["rows"][0]) == 5
    assert plain["csv"] == content["csv"]


def test_the_peak_log_names_a_week_in_which_all_posts_stand_out_and_an_editor_explains_it(full) -> None:
    peaks = full["peaks"]
    whole = peaks.data.iloc[[2]].assign(topic_id=pd.NA, stable_id=pd.NA, label="all_posts", week="2025-W33")
    release = opened(replace(full, findings={**full.findings, "peaks": replace(peaks, data=pd.concat(
        [peaks.data, whole], ignore_index=True))}))
    of_topic, of_all = Explanation("K-002", "2025-W32", "a", "b"), Explanation("all_posts", "2025-W33", "Snow.", "us")
    rows = render_peak_log(release, reviewed(peaks=(of_all,)), language="en").content["rows"]
    assert [(row[1], row[-1]) for row in rows] == [("trains", "Not yet explained"), ("All", "Snow. Source: us.")]
    said = [render_open_parts(release, reviewed(peaks=peaks), language="en").content["text"]
            for peaks in ((of_topic,), (of_topic, of_all))]
    assert ["weeks that stand out" in text for text in said] == [True, False]


def test_a_vignette_stands_under_the_name_of_its_topic_and_one_of_no_topic_is_refused(full) -> None:
    content = render_vignettes(full, everything(), language="en").content
    assert content["vignettes"] == [{"title": "skole klub", "text": "plain words"}]
    with pytest.raises(ReportError, match="names no such topic"):
        render_vignettes(full, reviewed(vignettes=(Vignette("K-009", "x"),)), language="en")


def test_the_focus_brings_the_findings_it_names_and_then_the_figures(full) -> None:
    blocks = render_focus(full, everything(), language="en")
    assert [block.kind for block in blocks] == ["focus", "finding", "figure"]
    for wrong in (Focus("a", "b", ("c",), figures=("topic_verdicts",)), Focus("a", "b", ("c",), ("gone",))):
        with pytest.raises(ReportError, match=r"\[focus\]"):
            render_focus(full, reviewed(focus=wrong), language="en")


def test_a_part_in_another_language_than_the_report_is_refused(full) -> None:
    for render in (*RENDERS, render_focus, render_open_parts):
        with pytest.raises(ReportError, match="read in the language en"):
            render(full, everything(), language="da")


def test_an_editors_sentence_goes_wherever_the_finding_speaks(full) -> None:
    worded = replace(full["volume"], worded={"en": "All of {posts} posts"})
    release = replace(full, findings={**full.findings, "volume": worded})
    assert render_finding(worded, language="en").content["sentence"] == "All of 12,345 posts"
    assert render_summary(release, ["volume"], language="en").content["items"][0]["sentence"] == "All of 12,345 posts"
    assert plot_volume(worded, language="en").title == "All of 12,345 posts"
    assert "12.345" in render_finding(worded, language="da").content["sentence"]
    cover = {"place": "By", "period": "2025Q3", "contact": "c", "language": "en"}
    assert render_cover(release, title=["volume"], **cover).content["title"] == "All of 12,345 posts"
    titled = replace(release, headline=Worded("volume", "A town of {posts}"))
    assert render_cover(titled, title=["topics"], **cover).content["title"] == "A town of 12,345"
    assert render_cover(titled, title="My own", **cover).content["title"] == "My own"


def test_hostile_texts_are_printed_as_they_stand_and_run_nowhere(full) -> None:
    blocks = [render_cover(full, title="T", place="By", period="2025Q3", contact="c", language="en"),
              render_heading("section.recommendations", level=1, language="en"), *rendered(full, everything(HOSTILE))]
    page = render_html(blocks, language="en", draft=True)
    assert "<script>x" not in page
    assert page.count("&lt;script&gt;x") >= 8
    assert render_pdf(blocks, language="en", draft=True).startswith(b"%PDF")
    assert "'=1+1" in render_follow_up(full, everything(HOSTILE), language="en").content["csv"]


def test_a_quotation_in_any_part_stops_the_report(full, make_corpus) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "the grey heron stood quite still beside our jetty")])
    quote = "Somebody says the grey heron stood quite still beside it"

    def sections(text: str):
        return [render_section(block)._repr_mimebundle_()[MIMETYPE] for block in rendered(full, everything(text))]

    refuse_quotes(block_texts(sections("A heron was seen near the water")), corpus)
    for section in sections(quote):
        if section["blocks"] and section["blocks"][0]["kind"] in ("figure", "finding"):
            continue
        with pytest.raises(ReportError, match="words in a row"):
            refuse_quotes(block_texts([section]), corpus)


def test_what_cannot_be_seen_is_taken_out_and_counted(full) -> None:
    block = render_unknown(full, reviewed(unknown=("a\u202eb",)), language="en")
    assert (block.content["points"], block.removed) == (["ab"], 1)
