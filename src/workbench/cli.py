"""The `workbench` command: thin, so that everything it does can be done from Python too."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.errors import WorkbenchError

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help="Understand what a city's people meet on social media: import exports, write findings reports.")
reports = typer.Typer(no_args_is_help=True, help="Write a report.")
app.add_typer(reports, name="report")

StudyOption = Annotated[Path | None, typer.Option("--study", help="Folder of the study; default: the one this folder "
                                                                  "lies in.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Folder of the new study; made where absent.")],
         name: Annotated[str | None, typer.Option(help="The place, on the cover.", show_default="Lillehavn")] = None,
         city: Annotated[bool, typer.Option("--city", help="Put the made-up city's exports into data/raw.")] = False,
         posts: Annotated[int, typer.Option(min=10_000, help="Posts of the made-up city.")] = 20_000,
         seed: Annotated[int, typer.Option(help="Seed of the made-up city.")] = 1,
         as_json: JsonOption = False) -> None:
    """Make a study: settings, card template, notebooks, folders.

    A file that you changed is never overwritten: its new version is put beside it.

    [bold]Examples[/bold]

      workbench init odense --name Odense

      workbench init try --city
    """
    from workbench.starting import start_study

    placed = start_study(folder, name=name)
    if city and not (folder / "data" / "raw" / "truth.json").exists():
        from workbench.city import build_city

        build_city(folder / "data" / "raw", seed=seed, posts=posts)
    beside = [str(p) for p, what in placed if what == "beside"]
    _answer({"study": str(folder), "files": {str(p): what for p, what in placed}, "city": city}, as_json,
            f"The study is in {folder}." + (" The made-up city's exports are in data/raw." if city else "")
            + "".join(f"\nYou changed {p}; the new version is beside it as {Path(p).name}.new." for p in beside)
            + f"\nNext: workbench import {folder / 'data' / 'raw'} --study {folder}")


@app.command("import")
def import_(paths: Annotated[list[Path], typer.Argument(help="Export files, or folders of them.")],
            study: StudyOption = None,
            format_name: Annotated[str | None, typer.Option("--format", help="Format of the files, where it cannot be "
                                                            "told from their content.", show_default=False)] = None,
            as_json: JsonOption = False) -> None:
    """Import export files; each needs its source.toml beside it.

    Names, handles, phone numbers, e-mail addresses and CPR numbers are replaced here. Files
    that were imported before may be given again.

    [bold]Examples[/bold]

      workbench import data/raw

      workbench import data/raw/telegram-lillehavn/result.json --format telegram-desktop
    """
    from workbench.sources import import_exports
    from workbench.study import open_study

    opened = open_study(study)
    ledger = import_exports(paths, settings=opened.settings, format_name=format_name, progress=sys.stderr.isatty())
    frame = ledger.files
    if as_json:
        typer.echo(frame.to_json(orient="records", date_format="iso"))
    else:
        _print_frame(frame, ["file", "format", "rows_read", "kept", "merged", "quarantined"], "Imported")


@reports.command()
def quarterly(quarter: Annotated[str, typer.Option(help="Such as 2025Q3.")],
              study: StudyOption = None,
              language: Annotated[str | None, typer.Option(help="da or en; default: the study's.",
                                                           show_default=False)] = None,
              parameter: Annotated[list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE",
                                                                  help="A further parameter of the notebook.")] = None,
              as_json: JsonOption = False) -> None:
    """Write the quarterly findings report as PDF and HTML.

    [bold]Examples[/bold]

      workbench report quarterly --quarter 2025Q3

      workbench report quarterly --quarter 2025Q3 --language en -p min_topic_size=20
    """
    from workbench.runs import parse_parameters, run_report
    from workbench.study import open_study

    opened = open_study(study)
    given = {**parse_parameters(parameter or []), "quarter": quarter}
    if language:
        given["language"] = language
    result = run_report("quarterly_report", study=opened, parameters=given, progress=sys.stderr.isatty())
    _answer({"folder": str(result.folder), "files": result.files, "seconds": round(result.seconds, 1)}, as_json,
            f"The report is in {result.folder / 'report.pdf'} ({result.pages} pages, {result.seconds:.0f} s).")


@app.command()
def status(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show what the study holds: posts by quarter and platform, imported files, reports.

    [bold]Examples[/bold]

      workbench status

      workbench status --study odense --json
    """
    from workbench.study import describe_study, open_study

    described = describe_study(open_study(study))
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False, indent=1, default=str))
        return
    import pandas as pd

    typer.echo(f"{described['name']} ({described['folder']})")
    if not described["posts"]:
        typer.echo("Nothing was imported yet. Next: workbench import data/raw")
        return
    _print_frame(pd.DataFrame(described["posts"]), None, "Posts")
    typer.echo(f"{described['files']} files imported, {described['quarantined']} rows in quarantine. "
               f"Key {described['key']}.")
    for report in described["reports"]:
        typer.echo(f"Report: {report}")


def _answer(data: dict[str, Any], as_json: bool, words: str) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else words)


def _print_frame(frame: Any, columns: list[str] | None, title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = frame if columns is None else frame[[c for c in columns if c in frame]]
    table = Table(title=title, title_justify="left")
    for name in shown.columns:
        numeric = shown[name].dtype.kind in "iuf"
        table.add_column(str(name).replace("_", " "), justify="right" if numeric else "left")
    for row in shown.astype("string").fillna("").itertuples(index=False):
        # file names are outside text: never markup
        table.add_row(*(Text(value) for value in row))
    Console().print(table)


def main(run: Callable[..., Any] = app) -> None:
    """Run the command; 0 done, 2 refused with the reason, 1 a fault of the workbench itself."""
    try:
        run()
    except WorkbenchError as error:
        if "--json" in sys.argv:
            typer.echo(json.dumps({"refused": str(error)}, ensure_ascii=False))
        else:
            typer.echo(f"Refused: {error}", err=True)
        sys.exit(2)
