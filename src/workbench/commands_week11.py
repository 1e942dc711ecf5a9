"""The commands about social media week: the form of its evaluation slip, and the answers read in again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.options import JsonOption, LanguageOption, StudyOption
from workbench.telling import answer

week11 = typer.Typer(no_args_is_help=True, help="Social media week: the form of its evaluation slip, and the answers.")


@week11.command()
def form(path: Annotated[Path, typer.Argument(help="Where to; ends in .xlsx or .csv.")], study: StudyOption = None,
         language: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Write the form in which answers of evaluation slips are typed: one row a slip, no names.

    [bold]Example[/bold]

      workbench week11 form answers.xlsx
    """
    from workbench.study import open_study
    from workbench.week11 import write_slips

    made = write_slips(path, language=language or open_study(study).language)
    answer({"file": str(made)}, as_json,
           f"Written: {made}\nNext: type one row a slip, then workbench week11 read {made} --year YEAR")


@week11.command()
def read(paths: Annotated[list[Path], typer.Argument(help="Forms that were filled in; all of one year together.")],
         year: Annotated[int, typer.Option(min=2000, max=2100, help="In which week 11 was.")],
         replace: Annotated[bool, typer.Option("--replace", help="Let go of answers of that year that were kept "
                                                                 "before.")] = False,
         study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Read the answers of evaluation slips and keep them as counts for the next brief.

    Counts below five are not shown, and a wish that tells of a person is left out.

    [bold]Example[/bold]

      workbench week11 read answers.xlsx --year 2026
    """
    from workbench.study import open_study
    from workbench.week11 import keep_evaluation, read_slips

    folder = open_study(study).folder
    slips = read_slips(paths)
    path = keep_evaluation(folder, slips, year=year, replace=replace)
    wishes = int(slips.table["question"].eq("wish").sum())
    answer({"file": str(path), "slips": slips.slips, "wishes": wishes, "refused": slips.refused}, as_json,
           f"Read: {slips.slips} slips, {wishes} wishes. Left out for what they tell of a person: {slips.refused}.\n"
           f"Kept as counts: {path}")
