"""What the pages hold, looked at before they become HTML."""

from __future__ import annotations

import ast
import inspect
import json
import re
from importlib import import_module

import pytest

import workbench
from manual.code import list_makers, list_pictures, list_places, named_metrics
from manual.commands import list_commands, write_commands
from manual.contents import NOTEBOOK, write_report
from manual.gallery import draw_example, list_steps, read_examples, write_example, write_gallery
from manual.metrics import find_findings, list_metrics, read_metrics, write_metrics
from manual.names import HANDED_OVER, SOURCE, list_rooms
from manual.pages import plain
from workbench.charts import Chart
from workbench.findings import list_specs
from workbench.findings.reach import SETTLED_DAYS
from workbench.wording import open_wording

PAGES = write_metrics()
WORDS = open_wording("en")
CHARTS = [name.name for name in list_rooms()["workbench.charts"] if name.kind == "function"]


def test_every_room_with_a_list_of_names_is_there_with_all_of_them() -> None:
    rooms = list_rooms()
    stubs = {f"workbench.{p.parent.name}" for p in SOURCE.glob("*/__init__.pyi")}
    assert set(rooms) == {"workbench", *stubs, *(f"workbench.{r}" for r in HANDED_OVER)}
    for room in stubs:
        assert [n.name for n in rooms[room]] == list(import_module(room).__all__)
    assert {"Study", "open_study"} == {n.name for n in rooms["workbench"]}
    assert {"Corpus", "Finding", "Release", "TopicSet", "ActorNetwork"} <= {n.name for n in rooms["workbench.tables"]}
    assert "TableError" in {n.name for n in rooms["workbench.errors"]}


def test_every_metric_of_specs_and_docstrings_has_its_page_and_no_other_has() -> None:
    assert set(read_metrics()) == set(list_metrics())
    assert {spec.metric for spec in list_specs().values()} <= set(list_metrics())
    assert set(PAGES) == {"metrics/index.md", *(f"metrics/{m}.md" for m in list_metrics())}
    assert {"M1", "M3", "M9w", "M26"} <= set(list_metrics())


@pytest.mark.parametrize("metric", list_metrics())
def test_the_page_of_a_metric_has_all_its_parts(metric: str) -> None:
    page = PAGES[f"metrics/{metric}.md"]
    parts = dict(zip(*[iter(re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:])] * 2, strict=True))
    for part in ("Formula", "Denominator", "Interval", "Source", "Limits", "In the code"):
        assert len(parts[part].strip()) > 5, part
    assert re.search(r"src/workbench/[\w/]+\.py", parts["In the code"])
    assert "{" not in "".join(parts[p] for p in ("Formula", "Denominator", "Interval", "Source", "Limits"))
    for spec in find_findings(metric):
        assert plain(WORDS.messages[f"method.{spec.key}"]) in page
        assert list_makers()[spec.key][0].name in page
        assert all(f"`{column}`" in page for column in spec.columns)
        assert all(f"`{chart.name}`" in page for chart in list_pictures().get(spec.key, []))
        for caveat in spec.caveats:
            # up to its first fact
            assert plain(re.split(r"\{", WORDS.messages[f"caveat.{caveat}"])[0]) in parts["Limits"]
        for reason in spec.reasons:
            assert plain(re.split(r"\{", WORDS.messages[f"unsaid.{reason}"])[0]) in page


def test_every_finding_stands_on_the_page_of_its_metric() -> None:
    for spec in list_specs().values():
        assert spec in find_findings(spec.metric)


def test_a_metric_that_is_told_beside_another_has_the_findings_that_tell_it() -> None:
    assert {"speech"} <= {spec.key for spec in find_findings("M3")} & {spec.key for spec in find_findings("M6")}
    assert "platforms" in {spec.key for spec in find_findings("M26")}
    assert "bridges" not in {spec.key for spec in find_findings("M26")}


def test_formulas_name_the_numbers_that_the_code_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"at least {SETTLED_DAYS} days" in read_metrics()["M21"]["formula"]
    monkeypatch.setattr("workbench.findings.reach.SETTLED_DAYS", 41)
    assert "at least 41 days" in read_metrics()["M21"]["formula"]
    monkeypatch.delattr("workbench.findings.reach.SETTLED_DAYS")
    with pytest.raises(AttributeError, match="SETTLED_DAYS"):
        read_metrics()


def test_ranges_of_metrics_name_each_and_other_words_none() -> None:
    assert named_metrics("(M15–M17), M9w and M4") == {"M15", "M16", "M17", "M9w", "M4"}
    assert named_metrics("M6-8; SM7 and M200, 5M9") == {"M6", "M7", "M8"}
    assert any(place.name == "measure_volume" and place.line > 1 for place in list_places() if "M1" in place.metrics)


def test_every_chart_stands_in_the_gallery_and_nothing_else() -> None:
    assert set(read_examples()["examples"]) == set(CHARTS)
    pages = write_gallery({})
    assert set(pages) == {"gallery/index.md", *(f"gallery/{chart}.md" for chart in CHARTS)}
    assert all(f'href="{chart}.html"' in pages["gallery/index.md"] for chart in CHARTS)


def test_a_picture_stands_with_its_title_and_what_it_says_to_those_who_do_not_see_it() -> None:
    drawn = {"plot_volume": {"title": "More <posts>", "subtitle": "Of all.", "alt": 'Bars, "high" & low.'}}
    page = write_gallery(drawn)["gallery/plot_volume.md"]
    assert '<img src="../_static/gallery/plot_volume.svg" alt="Bars, &quot;high&quot; &amp; low.">' in page
    assert "<strong>More &lt;posts&gt;.</strong> Of all." in page
    assert 'Bars, "high" & low.' in page.split("## What the picture says")[1]
    assert "<img" not in write_gallery(drawn)["gallery/plot_topics.md"]


@pytest.mark.parametrize("chart", CHARTS)
def test_the_lines_of_an_example_make_all_they_use_and_call_functions_as_they_are(chart: str) -> None:
    known: set[str] = set()
    for statement in ast.parse(write_example(chart)).body:
        used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        assert used - {"str"} <= known, ast.unparse(statement)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            known |= {alias.asname or alias.name for alias in statement.names}
        known |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for call in (n for n in ast.walk(statement) if isinstance(n, ast.Call)):
            path = ast.unparse(call.func).split(".")
            if path[0] == "wb":
                function = getattr(getattr(workbench, path[1]), path[2]) if len(path) == 3 else workbench.open_study
                # refuses what the function does not take
                inspect.signature(function).bind(*call.args, **{str(k.arg): k.value for k in call.keywords})
    assert re.fullmatch(rf"wb\.charts\.{chart}\(.+\)", write_example(chart).splitlines()[-1])
    assert len(write_example(chart).splitlines()) <= 14


@pytest.mark.parametrize("chart", ["plot_volume", "plot_platforms", "plot_concentration"])
def test_an_example_draws_its_chart(chart: str, two_quarters) -> None:
    corpus, _ = two_quarters(1, arenas=12)
    known = {"quarter": "2025Q3", "study": None, "corpus": corpus, "this_quarter": corpus.where(period="2025Q3")}
    picture = draw_example(chart, known)
    assert isinstance(picture, Chart)
    assert not picture.is_empty


def test_steps_come_in_the_order_in_which_they_are_needed() -> None:
    assert list_steps("use(network, scores)") == ["quarter", "study", "this_quarter", "forwards", "network", "corpus",
                                                  "speech", "scores"]


def test_every_command_is_told_with_all_its_options() -> None:
    page = write_commands()
    sections = dict(zip(*[iter(re.split(r"^## (workbench.*)$", page, flags=re.MULTILINE)[1:])] * 2, strict=True))
    assert set(sections) == set(list_commands())
    assert {"workbench report", "workbench speech draw", "workbench key new", "workbench training build"} <= set(sections)
    for name, command in list_commands().items():
        for param in command.params:
            if param.param_type_name == "option":
                assert all(f"`{option}`" in sections[name] for option in param.opts), (name, param.name)
    assert "workbench report quarterly --period 2025Q3\n" in sections["workbench report"]
    assert "[bold]" not in page


def test_the_page_on_the_report_names_all_that_its_notebook_shows() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    page = write_report()
    for call, what in (("render_finding", "Sentence"), ("render_table", "Table")):
        assert len(re.findall(rf'{call}\(found\["', code)) == len(re.findall(rf"^- {what}: ", page, re.MULTILINE))
    assert set(re.findall(r"render_figure\(wb\.charts\.(\w+)", code)) == set(re.findall(r"^- Picture \[`(\w+)`", page, re.MULTILINE))
