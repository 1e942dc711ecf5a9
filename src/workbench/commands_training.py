"""The commands about courses: all papers of one from its source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.options import JsonOption
from workbench.telling import answer

training = typer.Typer(no_args_is_help=True, help="Courses on the made-up city: build all papers of one.")


@training.command()
def build(folder: Annotated[Path, typer.Argument(help="Where to; made where absent.")],
          course: Annotated[str, typer.Option(help="Name of a course, or a notebook of your own.")] = "professionals",
          language: Annotated[str, typer.Option(help="da or en.")] = "da",
          as_json: JsonOption = False) -> None:
    """Build a course: notebooks for participants and teacher, slides, time plan and assessment sheet.

    The made-up city is put beside the participants' notebook the first time, which takes one to two minutes.

    [bold]Examples[/bold]

      workbench training build course

      workbench training build course --language en
    """
    from workbench.training import build_course, find_course, prepare_town
    from workbench.training.building import PARTICIPANT, TOWN
    from workbench.training.source import TEACHER

    files = build_course(find_course(course), folder, language=language)
    town = prepare_town(folder / PARTICIPANT / TOWN)
    answer({"files": [str(path) for path in files], "town": str(town)}, as_json, "\n".join((
        *(f"Written: {path}" for path in files), f"Made-up city: {town}",
        f"Next: hand out {folder / PARTICIPANT}; keep {folder / TEACHER}. Open a notebook with jupyter lab.")))


@training.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the courses that come with the workbench.

    [bold]Example[/bold]

      workbench training list
    """
    from workbench.training import find_courses

    known = find_courses()
    answer({"courses": list(known)}, as_json, "\n".join(known))
