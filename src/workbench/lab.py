"""`workbench lab`: a page that tells what a study holds and what comes next, and JupyterLab opened on it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbench.errors import WorkbenchError
from workbench.files import START_PAGE, write_atomically
from workbench.inventory import describe_study
from workbench.starting import find_notebooks
from workbench.study import Study
from workbench.wording import Wording, open_wording

MARK = "<!-- workbench lab -->"  # tells our page from one that somebody wrote
_QUARTER = re.compile(r"\d{4}Q[1-4]")
SHOWN = 8  # quarters, the latest ones
DESK = "desk.ipynb"
EXPLORING = "1_import.ipynb"  # the first of the notebooks to explore with
# what JupyterLab is told: pages are read, not edited, and nothing is asked of the network
_OVERRIDES = {
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
}
_CONFIG = Path(".workbench") / "lab"


def write_start_page(study: Study, *, today: date | None = None) -> Path:
    """Write the page on which JupyterLab opens, in the study's language: counts and links, never a word of the posts.

    Parameters
    ----------
    today
        By which exports are due for deletion; None: of the clock.

    Returns
    -------
    page
        ``start.md`` of the study, written anew each time.

    Raises
    ------
    WorkbenchError
        If somebody wrote a page of that name, or it cannot be written.
    """
    page = study.folder / START_PAGE
    if page.exists() and not page.read_text(encoding="utf-8", errors="replace").startswith(MARK):
        raise WorkbenchError(f"{page}: is a page of your own, and `workbench lab` writes one of that name. Give yours "
                             "another name.")
    wording, described = open_wording(study.language), describe_study(study)
    speech = _measure_speech(study, described["quarter"])
    notebooks = find_study_notebooks(study.folder)
    said = wording.say
    lines = [MARK, f"# {_plain(study.name)}", said("lab.written"), *_made_up(study, wording),
             f"## {said('lab.next')}",
             "\n".join(f"{n}. {step}" for n, step in enumerate(
                 _next_steps(study, described, speech, notebooks, wording, today or datetime.now(UTC).date()), 1)),
             said("lab.terminal"),
             f"## {said('lab.notebooks')}", *_list_notebooks(notebooks),
             f"## {said('lab.collected')}", *_tell_posts(described, wording),
             *_tell_outlook(described, wording), *_tell_speech(speech, described, wording),
             *_list_reports(described, wording)]
    write_atomically(page, ("\n\n".join(lines) + "\n").encode(), is_private=False)
    return page


def open_lab(study: Study, more: Sequence[str] = ()) -> None:
    """Write the start page and become a JupyterLab that shows it, reachable from this machine only.

    Parameters
    ----------
    more
        Further options for JupyterLab, such as ``--no-browser``.
    """
    page = write_start_page(study)
    config = study.folder / _CONFIG / "labconfig"
    config.mkdir(parents=True, exist_ok=True)
    write_atomically(config / "default_setting_overrides.json", json.dumps(_OVERRIDES).encode(), is_private=False)
    command = [sys.executable, "-m", "jupyter", "lab", *more, *_fixed_options(study.folder, page)]
    _become(command, {**os.environ, **_environment(study.folder)})


def find_study_notebooks(folder: Path) -> list[tuple[Path, str]]:
    """Return the notebooks of a study, by folder, with their headings; only the package's own have one here.

    What you wrote may name an arena in its heading, so your notebooks are listed by the names of their files.
    """
    own, package = folder / "notebooks", find_notebooks()
    found = sorted((path.relative_to(own) for path in own.rglob("*.ipynb")),
                   key=lambda path: (path.parent.as_posix().strip("."), path.name))
    return [(Path("notebooks") / path, _heading(package / path) if (package / path).is_file() else path.stem)
            for path in found if not any(part.startswith(".") for part in path.parts)]


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Start another program in the place of this one, which gives its memory back."""
    if os.name == "posix":
        os.execve(command[0], command, environment)
    import subprocess

    sys.exit(subprocess.call(command, env=environment))


def _fixed_options(folder: Path, page: Path) -> list[str]:
    """Return what may not be set otherwise; JupyterLab takes the last of an option that is given twice."""
    return [f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1",
            f"--LabApp.default_url=/lab/tree/{quote(page.name)}", "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]


def _environment(folder: Path) -> dict[str, str]:
    paths = [str(folder / _CONFIG), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {"WORKBENCH_STUDY": str(folder), "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def _heading(path: Path) -> str:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return path.stem
    lines = ("".join(cell["source"]) for cell in cells if cell.get("cell_type") == "markdown")
    return next((m[1].strip() for text in lines if (m := re.search(r"^# +(.+)$", text, re.MULTILINE))), path.stem)


def _measure_speech(study: Study, period: str) -> dict[str, int]:
    """Return how many posts of a period the first coder is asked for, how many are coded and how many left."""
    from workbench.speech import measure_progress

    if not period:
        return {"asked": 0, "coded": 0, "left": 0}
    first = measure_progress(study.folder, period).iloc[0]
    return {name: int(first[name]) for name in ("asked", "coded", "left")}


def _made_up(study: Study, wording: Wording) -> list[str]:
    return [f"*{wording.say('report.made_up')}*"] if study.settings.made_up else []


def _next_steps(study: Study, described: Mapping[str, Any], speech: Mapping[str, int],
                notebooks: Sequence[tuple[Path, str]], wording: Wording, today: date) -> Iterator[str]:
    """Give what a person does next, the most pressing first."""
    say, period = wording.say, described["quarter"]
    due = [row for row in described["raw"] if (row["delete_by"] or "9999") <= today.isoformat()]
    if due:
        yield say("lab.step.purge", count=len(due))
    if not period:
        yield say("lab.step.import")
    for missing in study.settings.missing_for_publication():
        yield say(f"lab.step.{missing.removeprefix('made_up_')}")
    if waiting := [p for p in study.folder.rglob("*.new") if not any(part.startswith(".") for part in p.parts)]:
        yield say("lab.step.upgrade", count=len(waiting))
    if not period:
        return
    desk = "".join([f" {_link(DESK, path)}" for path, _ in notebooks if path.name == DESK][:1])
    if not speech["asked"]:
        yield say("lab.step.sample", period=period)
    elif speech["left"]:
        yield say("lab.step.code", count=speech["left"], quarter=period) + desk
    made = [row for row in described["reports"] if row["period"] == period]
    if not made:
        yield say("lab.step.report", period=period)
    elif all(row["draft"] for row in made):
        yield say("lab.step.review", period=period) + desk
    yield say("lab.step.explore") + _link_to(EXPLORING, notebooks)


def _list_notebooks(notebooks: Sequence[tuple[Path, str]]) -> Iterator[str]:
    for folder, some in groupby(notebooks, key=lambda row: row[0].parent.as_posix()):
        shown = "\n".join(f"- {_link(title, path)}" for path, title in some)
        yield shown if folder == "notebooks" else f"### {_plain(folder.removeprefix('notebooks/'))}\n\n{shown}"


def _tell_posts(described: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    rows = [row for row in described["posts"] if _QUARTER.fullmatch(row["quarter"])]
    undated = sum(row["posts"] for row in described["posts"]) - sum(row["posts"] for row in rows)
    if undated:
        yield wording.say("lab.undated", count=undated)
    if not rows:
        yield from () if undated else (wording.say("lab.empty"),)
        return
    platforms = sorted({row["platform"] for row in rows})
    quarters = sorted({row["quarter"] for row in rows})[-SHOWN:]
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row["quarter"], row["platform"])
        counts[place] = counts.get(place, 0) + row["posts"]
    yield wording.say("lab.posts", count=sum(counts.values()), first=min(q for q, _ in counts), last=quarters[-1])
    yield _table([wording.say("lab.quarter"), *map(wording.say_value, platforms)],
                 [[wording.quarter(quarter), *(wording.number(counts.get((quarter, p), 0)) for p in platforms)]
                  for quarter in reversed(quarters)], numbers=True)
    due = sorted(row["delete_by"] for row in described["raw"] if row["delete_by"])
    if due:
        yield wording.say("lab.exports", count=len(described["raw"]), day=date.fromisoformat(due[0]))
    if described["quarantined"]:
        yield wording.say("lab.set_aside", count=described["quarantined"])


def _tell_outlook(described: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    if described["outlook"]:
        yield f"## {wording.say('outlook.heading', period=described['quarter'])}"
        yield _table([wording.say("lab.question"), wording.say("lab.answer"), wording.say("lab.why")],
                     [[wording.say(f"outlook.question.{row['question']}"), wording.say(f"outlook.{row['answer']}"),
                       _plain(row["said"])] for row in described["outlook"]])


def _tell_speech(speech: Mapping[str, int], described: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    if described["quarter"]:
        yield f"## {wording.say('lab.speech')}"
        message = "lab.speech.drawn" if speech["asked"] else "lab.speech.none"
        yield wording.say(message, {**speech, "count": speech["asked"], "quarter": described["quarter"]})


def _list_reports(described: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    if described["reports"]:
        yield f"## {wording.say('lab.reports')}"
        yield "\n".join(f"- {_link(row['folder'].removeprefix('reports/'), Path(row['folder']) / 'report.pdf')}"
                        for row in described["reports"])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False) -> str:
    aligned = [":--" if i == 0 or not numbers else "--:" for i in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, aligned, *rows))


def _link(words: str, path: Path) -> str:
    return f"[{_plain(words)}]({quote(path.as_posix())})"


def _link_to(name: str, notebooks: Sequence[tuple[Path, str]]) -> str:
    """Return a link to the notebook of a name; nothing where the study has none."""
    return "".join(f" {_link(name, path)}" for path, _ in [row for row in notebooks if row[0].name == name][:1])


def _plain(text: str) -> str:
    """Return a text that stands as it is in Markdown: never a tag, link or cell of a table."""
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return re.sub(r"([\\`*_\[\]<>|#~$&])", r"\\\1", one_line)
