"""A page for every metric: how it is worked out, what it does not tell, and where it stands in the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from manual.code import Place, list_makers, list_pictures, list_places, read_constant
from manual.names import PublicName, list_names
from manual.pages import plain, table
from workbench.findings import list_specs
from workbench.settings import LANGUAGES
from workbench.tables.spec import WHOLE, Spec
from workbench.wording import Wording, open_wording

PARTS = ("formula", "denominator", "interval", "source")
_CONSTANT = re.compile(r"\{([\w.]+)(:%)?\}")
_FACT = re.compile(r"\{(\w+)(?::\w+)?\}")


def read_metrics() -> dict[str, dict[str, Any]]:
    """Return what is written of each metric, with the numbers that the code uses filled in."""
    told = tomllib.loads(Path(__file__).with_name("metrics.toml").read_text(encoding="utf-8"))
    return {number: {part: _fill(text) for part, text in parts.items()} for number, parts in told.items()}


def list_metrics() -> list[str]:
    """Return the numbers of all metrics that findings or docstrings name, in order."""
    named = {spec.metric for spec in list_specs().values()}
    named = named.union(*(place.metrics for place in list_places()))
    return sorted(named, key=lambda m: (m[0] != "M", int(re.sub(r"\D", "", m) or 0), m))


def find_findings(metric: str) -> list[Spec]:
    """Return the findings of a metric: those that are it, then those whose makers say that they tell it too."""
    specs = list_specs()
    named = {(place.module, place.name) for place in list_places() if metric in place.metrics}
    telling = [spec for key, spec in specs.items() if spec.metric != metric and any(
        (maker.thing.__module__, maker.name) in named for maker in list_makers().get(key, []))]
    return [*(spec for spec in specs.values() if spec.metric == metric), *telling]


def write_metrics() -> dict[str, str]:
    """Return the text of each page by its path: one for all metrics, one a metric."""
    told, wording = read_metrics(), open_wording("en")
    rows = [(f"[{metric}]({metric}.md)", plain(told[metric]["name"]),
             ", ".join(f"`{spec.key}`" for spec in find_findings(metric)) or "–") for metric in list_metrics()]
    index = "\n".join([
        "# Metrics", "", "Each number of a report has a metric, whose number stands behind the heading in the report's "
        "appendix. What is counted and what it does not tell is what the reports print; the numbers in formulas are "
        "those that the code uses.", "", table(("Metric", "What it measures", "Findings"), rows), "",
        "```{toctree}", ":hidden:", "", *list_metrics(), "```", ""])
    return {"metrics/index.md": index,
            **{f"metrics/{metric}.md": _write_metric(metric, told[metric], wording) for metric in list_metrics()}}


def _write_metric(metric: str, told: dict[str, Any], wording: Wording) -> str:
    label = metric if metric[0] == "M" else "Without a number"
    parts = [f"## {part.capitalize()}\n\n{_lower(plain(told[part]))}" for part in PARTS]
    findings = [_write_finding(spec, wording) for spec in find_findings(metric)]
    limits = [plain(text) for text in told.get("limits", [])] + [
        plain(_open(wording.say(f"caveat.{caveat}") if not _FACT.search(wording.messages[f"caveat.{caveat}"])
                    else wording.messages[f"caveat.{caveat}"]))
        for caveat in dict.fromkeys(c for spec in find_findings(metric) for c in spec.caveats)]
    limits = limits or ["Described, not tested; it holds for what was collected."]
    return "\n\n".join([f"# {label}: {told['name']}", *parts, "## Limits", _bullets(limits),
                        *(["## Findings"] if findings else []), *findings,
                        "## In the code", _bullets(_say_place(place) for place in _places(metric))]) + "\n"


def _write_finding(spec: Spec, wording: Wording) -> str:
    frame = wording.messages[f"report.frame.{spec.frame}"]
    makers = ", ".join(_link(name) for name in list_makers().get(spec.key, []))
    charts = ", ".join(f"[`{name.name}`](../gallery/{name.name}.md)" for name in list_pictures().get(spec.key, []))
    reasons = [plain(_open(wording.messages[f"unsaid.{reason}"])) for reason in spec.reasons]
    others = [open_wording(code) for code in LANGUAGES if code != "en"]
    methods = [f'<div lang="{other.tag}">\n\n**{other.language_name(other.language).capitalize()}.** '
               f"{plain(other.messages[f'method.{spec.key}'])}\n\n</div>" for other in others]
    return "\n\n".join([
        f"### {plain(_open(wording.messages[f'report.title.{spec.key}']))} (`{spec.key}`)",
        plain(wording.messages[f"method.{spec.key}"]),
        f"{plain(_open(frame))}. Made by {makers}." + (f" Drawn by {charts}." if charts else ""),
        table(("Column", "In reports", "Unit", "What it is"), _rows(spec, wording)),
        *(["Where it has nothing to tell, the report says why:", _bullets(reasons)] if reasons else []),
        "<details><summary>The same in the other languages of the reports</summary>", *methods, "</details>"])


def _rows(spec: Spec, wording: Wording) -> list[tuple[str, str, str, str]]:
    """Return what a finding's columns are."""
    rows = []
    for name, column in spec.columns.items():
        said = wording.messages.get(f"column.{name}", "") if column.shown else ""
        what = f"{_say_name(column.share_of[0])} ÷ {_say_name(column.share_of[1])}" if column.share_of else ""
        if column.unit == "posts":
            what = "a count; hidden where too few are behind it"
        elif not what and column.follows:
            what = f"hidden with {', '.join(map(_say_name, column.follows))}"
        rows.append((f"`{name}`", plain(_open(said)) or "–", column.unit or "–", what or "–"))
    return rows


def _say_name(name: str) -> str:
    return f"`{name.removeprefix(WHOLE)}` of the whole" if name.startswith(WHOLE) else f"`{name}`"


def _places(metric: str) -> list[Place | Spec]:
    """Return where a metric stands: docstrings that name it, or else the makers of its findings."""
    return [place for place in list_places() if metric in place.metrics] or list(find_findings(metric))


def _say_place(place: Place | Spec) -> str:
    if isinstance(place, Spec):
        return "; ".join(f"{_link(name)} in `{name.file}`" for name in list_makers()[place.key])
    public = [name for name in list_names() if place.name and name.name == place.name
              and getattr(name.thing, "__module__", "") == place.module]
    shown = _link(public[0]) if public else f"`{place.name}`" if place.name else "the module"
    return f"{shown} in `{place.file}`, line {place.line}"


def _link(name: PublicName) -> str:
    return f"[`{name.name}`](../{name.page}.rst)"


def _bullets(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _open(text: str) -> str:
    """Return a message with its facts as names: ‹posts›."""
    return _FACT.sub(lambda found: f"‹{found[1].replace('_', ' ')}›", text)


def _lower(text: str) -> str:
    """Write what follows an underscore below the line: N_h."""
    return re.sub(r"\\_(\w+)", r"<sub>\1</sub>", text)


def _fill(text: str | list[str]) -> str | list[str]:
    if isinstance(text, list):
        return [str(_fill(line)) for line in text]
    return _CONSTANT.sub(lambda found: _write_number(read_constant(found[1]), is_share=bool(found[2])), text)


def _write_number(value: Any, *, is_share: bool) -> str:
    return f"{100 * value:.4g} %" if is_share else f"{value:,}" if isinstance(value, int) else f"{value:g}"
