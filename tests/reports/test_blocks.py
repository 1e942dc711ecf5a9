from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from workbench.errors import ReleaseError, ReportError, TableError
from workbench.findings import list_specs
from workbench.reports import (
    render_cover,
    render_figure,
    render_finding,
    render_heading,
    render_limits,
    render_method,
    render_numbers,
    render_section,
    render_summary,
    render_table,
    render_text,
)
from workbench.reports.blocks import MIMETYPE, make_block
from workbench.tables.finding import Finding

SPECS = list_specs()


def plain_finding(finding):
    data = pd.DataFrame(columns=list(finding.spec.columns))
    return Finding(finding.spec, finding.period, data, facts={"posts": 12345, "arenas": 62})


def say(finding, **changes):
    return replace(finding, headline=replace(finding.headline, **changes))


def test_a_block_shows_html_to_the_reader_and_json_to_the_exporter(release):
    bundle = render_finding(release["topics"], language="da")._repr_mimebundle_()
    data = json.loads(json.dumps(bundle[MIMETYPE]))
    assert (data["schema"], data["language"], data["release"]) == (1, "da", None)
    assert data["blocks"][0]["kind"] == "finding"
    assert data["blocks"][0]["content"]["sentence"] in bundle["text/html"]
    assert "\n" not in bundle["text/plain"]


def test_a_finding_tells_its_interval_test_caveats_and_confidence(release):
    content = render_finding(release["topics"], language="da").content
    assert content["facts"][0] == "Usikkerhed: 60,0\N{NO-BREAK SPACE}pct. til 64,0\N{NO-BREAK SPACE}pct. (95-procents-interval)"
    assert "p = 0,012" in content["facts"]
    assert len(content["caveats"]) == 1
    assert (content["level"], content["confidence"]) == ("middle", "middel")


def test_a_share_tells_its_numerator_and_denominator(release):
    assert render_finding(release["platforms"], language="da").content["facts"][0] == "10.752 af 12.345 opslag"
    assert render_finding(release["platforms"], language="en").content["facts"][0] == "10,752 of 12,345 posts"


def test_a_very_small_p_is_not_written_as_zero(release):
    facts = render_finding(say(release["topics"], p=0.00001), language="en").content["facts"]
    assert "p < 0.001" in facts


@pytest.mark.parametrize("render", [
    lambda f: render_finding(f, language="da"),
    lambda f: render_table(f, columns=("posts",), language="da"),
    lambda f: render_figure(f, language="da"),
])
def test_what_was_not_released_is_refused(release, render):
    with pytest.raises(ReleaseError, match="release"):
        render(plain_finding(release["volume"]))


def test_a_chart_of_an_unreleased_finding_is_refused(make_chart):
    with pytest.raises(ReleaseError, match="not released"):
        render_figure(replace(make_chart("volume"), is_released=False), language="da")


@pytest.mark.parametrize("render", [render_method, lambda r, **k: render_summary(r, [], **k)])
def test_a_block_of_a_whole_release_takes_nothing_else(render):
    with pytest.raises(ReleaseError, match="takes a Release"):
        render({"findings": {}}, language="da")


def test_big_numbers_carry_their_interval_or_denominator(release):
    tiles = render_numbers(release, list(release.findings.values()), language="da").content["tiles"]
    assert [t["value"] for t in tiles] == ["12.345", "87,1\N{NO-BREAK SPACE}pct.", "62,0\N{NO-BREAK SPACE}pct."]
    assert [t["note"] for t in tiles] == ["", "10.752 af 12.345 opslag",
                                          "Usikkerhed: 60,0\N{NO-BREAK SPACE}pct. til 64,0\N{NO-BREAK SPACE}pct. (95-procents-interval)"]


def test_a_number_without_an_audit_is_never_shown_large(release):
    unsure = replace(release["platforms"], caveats=("not_audited",))
    changed = replace(release, findings={**release.findings, "platforms": unsure})
    with pytest.raises(ReleaseError, match="not audited"):
        render_numbers(changed, [unsure], language="da")
    assert render_summary(release, ["volume"], tiles=["platforms"], language="da").content["tiles"] != []
    assert render_summary(changed, ["volume"], tiles=["platforms"], language="da").content["tiles"] == []


def test_a_finding_of_another_release_is_not_shown_as_a_big_number(release):
    with pytest.raises(ReleaseError, match="not of the release"):
        render_numbers(release, [replace(release["volume"])], language="da")


def test_a_summary_of_an_unknown_finding_names_those_there_are(release):
    with pytest.raises(ReleaseError, match=r"no finding volumen\. It holds volume, platforms, topics"):
        render_summary(release, ["volumen"], language="da")


def test_a_hidden_number_is_a_dash_and_a_note_says_so(release):
    content = render_table(release["volume"], columns=("week", "posts"), language="da").content
    assert content["rows"][-1] == ["uge 39", "–"]
    assert content["rows"][-2] == ["uge 38", "1.200"]
    assert [c["align"] for c in content["columns"]] == ["left", "right"]
    assert "skjult" in content["note"]


def test_a_long_table_is_cut_and_says_how_long_it_is(release):
    content = render_table(release["volume"], columns=("posts",), language="en", most_rows=5).content
    assert len(content["rows"]) == 5
    assert "first 5 of 13 rows" in content["note"]


def test_a_word_of_the_catalogs_stands_for_a_code(release):
    table = render_table(release["platforms"], columns=("platform", "share"), language="da")
    assert table.content["rows"] == [["Telegram", "83,8\N{NO-BREAK SPACE}pct."], ["YouTube", "16,2\N{NO-BREAK SPACE}pct."], ["I alt", "100,0\N{NO-BREAK SPACE}pct."]]


def test_a_column_that_the_finding_does_not_show_is_refused_by_name(release):
    with pytest.raises(TableError, match=r"volume shows no column title\. It shows week, posts"):
        render_table(release["volume"], columns=("title",), language="da")
    with pytest.raises(TableError, match="volume has no column is_peak"):
        render_table(release["volume"], only="is_peak", language="da")


def test_without_columns_a_table_shows_what_the_finding_declares(release):
    content = render_table(release["volume"], language="en").content
    assert [c["label"] for c in content["columns"]] == ["When", "Posts"]


def test_a_value_that_does_not_fit_its_format_is_refused_without_being_shown(release):
    wrong = replace(release["volume"], data=pd.DataFrame({"week": ["telegram"], "posts": [1]}))
    with pytest.raises(TableError, match="cannot be written as week") as caught:
        render_table(wrong, language="da")
    assert "telegram" not in str(caught.value)


def test_a_quarter_on_the_cover_is_written_out_with_its_days(release):
    shared = {"title": "T", "place": "Lillehavn", "contact": "K", "language": "da"}
    content = render_cover(release, period="2025Q4", **shared).content
    assert (content["period"], content["days"]) == ("4. kvartal 2025", "1. oktober 2025 til 31. december 2025")
    assert (content["author"], content["digest"]) == ("Lillehavn Kommune", "ab12ab12ab12")
    assert render_cover(release, period="uge 40", **shared).content["days"] == ""


def test_the_appendix_holds_the_cards_the_rows_and_the_parameters(release):
    content = render_method(release, language="da").content
    card = dict(content["sources"][0]["rows"])
    assert card["Retsgrundlag"] == "databeskyttelsesloven § 10"
    assert card["Slettes senest"] == "30. september 2027"
    parts = {p["title"]: dict(p["rows"]) for p in content["parts"]}
    assert parts["Rækker (rundet op til hele hundreder)"]["Læst"] == "13.000"
    assert parts["Programversioner"]["pandas"] == "3.1.1"
    assert list(parts["Parametre"].values()) == ["15", "a" * 64]


def test_a_heading_is_a_message_or_its_own_words():
    assert render_heading("report.draft", level=1, language="en").content["text"] == "Draft"
    assert render_heading("Skoler", level=1, language="en").content["text"] == "Skoler"


def test_a_paragraph_comes_from_the_catalogs_only():
    assert render_text("report.source_card", source="A", language="en").content["text"] == "Source: A"
    with pytest.raises(ReportError, match="not in the en catalogs"):
        render_text("Free text", language="en")


def test_unseen_characters_of_outside_text_are_removed_and_counted():
    block = render_heading("a\u202eb\x07c\ue000d\u200be\nf", level=1, language="da")
    assert (block.content["text"], block.removed) == ("abcde f", 4)


def test_joined_emoji_keep_their_joiners():
    assert render_heading("👩\u200d🏫", level=1, language="da").removed == 0


def test_a_section_is_of_one_language_and_release(release):
    danish, english = (render_heading("A", level=1, language=language) for language in ("da", "en"))
    with pytest.raises(ReportError, match="languages"):
        render_section(danish, english)
    other = replace(release, digest="cd" * 32)
    with pytest.raises(ReportError, match="releases"):
        render_section(render_method(release, language="da"), render_method(other, language="da"))
    with pytest.raises(ReportError, match="no block"):
        render_section()


def test_a_table_and_a_chart_bring_their_numbers_as_csv(release, make_chart):
    table = render_table(release["volume"], columns=("week",), language="da").content
    chart = render_figure(make_chart("volume"), language="da").content
    assert table["key"] == chart["key"] == "volume"
    assert table["csv"] == chart["csv"]
    assert table["csv"].splitlines()[0] == "week,posts"
    assert table["csv"].splitlines()[12:] == ["2025-W38,1200", "2025-W39,"]


def test_no_cell_of_a_csv_is_a_formula(release):
    data = pd.DataFrame({"label": ["=1+1", "@a", "-b", "c\nd\u202e"], "posts": [-1, 2, 3, 4]})
    table = render_table(replace(release["topics"], data=data), columns=("label",), language="da").content
    assert table["csv"] == "label,posts\n'=1+1,-1\n'@a,2\n'-b,3\nc d,4\n"


def test_several_words_stand_in_one_cell_of_a_csv(release):
    data = pd.DataFrame({"words": [["bus", "tog"], []]})
    table = render_table(replace(release["topics"], data=data), columns=("words",), language="en").content
    assert table["csv"].splitlines()[1] == '"bus, tog"'
    assert table["rows"] == [["bus and tog"], ["–"]]


def test_a_table_can_be_kept_to_marked_rows(release):
    data = pd.DataFrame({"label": ["a", "b", "c"], "posts": pd.array([5, 6, 7], "Int64"),
                         "is_peak": pd.array([True, False, None], "boolean")})
    finding = replace(release["volume"], spec=SPECS["peaks"], data=data)
    table = render_table(finding, columns=("label", "posts"), only="is_peak", language="en").content
    assert (table["rows"], table["note"]) == ([["a", "5"]], "")
    empty = render_table(replace(finding, data=data[1:]), columns=("label", "posts"), only="is_peak", language="en")
    assert empty.kind == "left_out"


def test_a_table_without_rows_is_told_of_in_the_notebook_and_left_out_of_the_report(release):
    empty = render_table(replace(release["volume"], data=release["volume"].data[:0]), language="en")
    bundle = render_section(render_heading("A", level=1, language="en"), empty)._repr_mimebundle_()
    assert "no rows to show" in bundle["text/html"]
    assert bundle[MIMETYPE]["blocks"] == []


def kinds(*blocks) -> list[str]:
    return [b.kind for b in render_section(*blocks).blocks if b.kind != "left_out"]


def test_a_chapter_with_nothing_to_show_goes_with_its_heading_and_its_words(release):
    heading, deeper = (render_heading("A", level=n, language="en") for n in (1, 2))
    words = make_block("text", {"text": "What is to come."}, language="en")
    empty = render_table(replace(release["volume"], data=release["volume"].data[:0]), language="en")
    full = render_finding(release["volume"], language="en")
    assert kinds(heading, words, empty) == []
    assert kinds(heading, words, empty, full) == ["heading", "text", "finding"]
    # words alone are a chapter too
    assert kinds(heading, words) == ["heading", "text"]
    # the next chapter speaks for itself
    assert kinds(heading, words, empty, heading, full) == ["heading", "finding"]
    assert kinds(heading, full, heading, words, empty) == ["heading", "finding"]
    # what stands below keeps what stands above
    assert kinds(heading, empty, deeper, full) == ["heading", "heading", "finding"]
    assert kinds(heading, empty, deeper, empty, heading, full) == ["heading", "finding"]


@pytest.mark.parametrize(("language", "said"), [("da", "ikke målt"), ("en", "not measured"), ("sv", "inte mätts"),
                                                ("no", "ikke målt")])
def test_only_a_report_without_any_audit_says_that_attacks_were_not_measured(release, language: str, said: str) -> None:
    def limits(*states: str) -> str:
        data = pd.DataFrame({"state": pd.array(states, "string")})
        speech = replace(release["volume"], spec=SPECS["speech"], data=data)
        changed = replace(release, findings={**release.findings, "speech": speech})
        return render_limits(changed, language=language).content["text"]

    silent = render_limits(release, language=language).content["text"]
    assert said in silent
    assert silent == limits() == limits("not_audited", "not_audited")
    assert said not in limits("audited", "not_audited")
    assert said not in limits("coders_differ")


def test_a_row_without_any_number_that_may_be_seen_is_left_out(release):
    data = pd.DataFrame({"label": ["a", "b"], "posts": pd.array([5, None], "Int64"), "share": [0.5, None]})
    table = render_table(replace(release["topics"], data=data), columns=("label", "posts", "share"), language="en")
    assert [row[0] for row in table.content["rows"]] == ["a"]


def test_a_hidden_number_has_no_tile(release):
    hidden = say(release["volume"], value=None, sentence="finding.volume_arenas")
    changed = replace(release, findings={**release.findings, "volume": hidden})
    tiles = render_numbers(changed, [hidden, release["platforms"]], language="en").content["tiles"]
    assert [t["label"] for t in tiles] == ["from arenas also followed before"]


def test_a_finding_that_is_not_declared_as_a_tile_is_never_shown_large(release):
    weeks = replace(release["volume"], spec=SPECS["topic_weeks"])
    changed = replace(release, findings={**release.findings, "topic_weeks": weeks})
    with pytest.raises(ReleaseError, match="topic_weeks is not declared as a tile"):
        render_numbers(changed, [weeks], language="en")


def test_different_pictures_of_two_cells_share_no_id(make_chart) -> None:
    charts = [make_chart("volume"), make_chart("volume")]
    charts[1].figure.axes[0].set_xlim(0, 5)
    shown = [render_figure(chart, language="da")._repr_mimebundle_()["text/html"] for chart in charts]
    ids = [set(re.findall(r' id="([^"]+)"', html)) for html in shown]
    assert all(ids)
    assert not ids[0] & ids[1]
