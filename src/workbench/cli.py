"""The `workbench` command: thin, so that everything it does can be done from Python too."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.commands_alerting import alert
from workbench.commands_claims import claims
from workbench.commands_keeping import forget, keys, purge, record
from workbench.commands_reports import new_product, report, review
from workbench.commands_speech import speech
from workbench.commands_training import training
from workbench.commands_watching import watch
from workbench.commands_week11 import week11
from workbench.options import JsonOption, StudyOption
from workbench.settings import CARD_FURTHER, CARD_QUESTIONS, LANGUAGES
from workbench.telling import answer, print_frame, tell_adding, tell_beside, tell_import, tell_status, tell_upgrade

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help="Understand what a city's people meet on social media: import exports, write findings reports.")
app.add_typer(alert, name="alert")
app.add_typer(keys, name="key")
app.add_typer(speech, name="speech")
app.add_typer(training, name="training")
app.add_typer(watch, name="watch")
app.add_typer(week11, name="week11")


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"workbench {version('findings-workbench')}")
        raise typer.Exit


@app.callback()
def start(show_version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True,
                                                     help="Show which version this is.")] = False) -> None:
    """Take what all commands share."""


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Folder of the new study; made where absent.")],
         name: Annotated[str | None, typer.Option(help="The municipality or place, on every page.")] = None,
         contact: Annotated[str | None, typer.Option(help="Who answers questions about the reports.")] = None,
         city: Annotated[bool, typer.Option("--city", help="Put the made-up city's exports into data/raw.")] = False,
         posts: Annotated[int, typer.Option(min=10_000, help="Posts of the made-up city.")] = 20_000,
         seed: Annotated[int, typer.Option(help="Seed of the made-up city.")] = 1,
         as_json: JsonOption = False) -> None:
    """Make a study: settings, card template, notebooks, folders.

    What you changed is never overwritten: the new version is put beside it. Without name and contact all is a draft.

    [bold]Examples[/bold]

      workbench init odense --name Odense --contact "Odense Kommune, sikkerdigital@odense.dk"

      workbench init try --city
    """
    from workbench.starting import start_study
    has_review = city and (seed, posts) == (1, 20_000)
    placed = start_study(folder, name=name, contact=contact, is_city=city, with_review=has_review)
    if city and not (folder / "data" / "raw" / "truth.json").exists():
        from workbench.city import build_city, build_exercises
        build_city(folder / "data" / "raw", seed=seed, posts=posts)
        build_exercises(folder / "data" / "exercises", town=folder / "data" / "raw")
    answer({"study": str(folder), "files": {str(p): what for p, what in placed}, "city": city}, as_json,
            f"The study is in {folder}." + (" The made-up city's exports are in data/raw." if city else "")
            + tell_beside(folder, placed)
            + (f"\nNext: workbench import {folder / 'data' / 'raw'} --study {folder}" if city else
               f"\nNext: workbench add EXPORT --study {folder}, where EXPORT is what a platform or tool gave you"))


@app.command()
def upgrade(study: StudyOption = None,
            diff: Annotated[str | None, typer.Option("--diff", metavar="FILE", help="Show what you changed in a file, "
                                                     "and what the package did.", show_default=False)] = None,
            merge: Annotated[str | None, typer.Option("--merge", metavar="FILE", help="Put what the package changed "
                                                      "into your notebook.", show_default=False)] = None,
            keep: Annotated[str | None, typer.Option("--keep", metavar="FILE", help="Let your version stand until the "
                                                     "package changes the file again.", show_default=False)] = None,
            as_json: JsonOption = False) -> None:
    """Bring notebooks and templates of a study to this version of the package.

    What you did not touch is updated; what you changed stays, with the new version beside it.

    [bold]Examples[/bold]

      workbench upgrade

      workbench upgrade --diff quarterly_report.ipynb

      workbench upgrade --merge quarterly_report.ipynb
    """
    from workbench.study import open_study
    from workbench.upgrading import find_file, keep_own, merge_upgrade, show_upgrade, upgrade_study

    folder = open_study(study).folder
    if diff:
        typer.echo(show_upgrade(folder, find_file(folder, diff)))
    if merge:
        path = find_file(folder, merge)
        typer.echo(f"{path}: merged. Your version of before is {merge_upgrade(folder, path).name}.")
    if keep:
        keep_own(folder, path := find_file(folder, keep))
        typer.echo(f"{path}: stays as it is.")
    if not (diff or merge or keep):
        placed = upgrade_study(folder)
        answer({"study": str(folder), "files": {str(p): what for p, what in placed}}, as_json,
               tell_upgrade(folder, placed))


@app.command("import")
def import_(paths: Annotated[list[Path], typer.Argument(help="Export files, or folders of them.")],
            study: StudyOption = None,
            format_name: Annotated[str | None, typer.Option("--format", help="Format of the files, where it cannot be "
                                                            "told from their content.", show_default=False)] = None,
            by_file: Annotated[bool, typer.Option("--files", help="Show what became of every file.")] = False,
            as_json: JsonOption = False) -> None:
    """Import export files; each needs its source.toml beside it.

    Names, handles, phone numbers, e-mail addresses and CPR numbers are replaced here. Files
    that were imported before may be given again.

    [bold]Examples[/bold]

      workbench import data/raw

      workbench import data/raw --files

      workbench import data/raw/telegram-lillehavn/result.json --format telegram-desktop
    """
    from workbench.sources import import_exports
    from workbench.sources.corpus.store import read_manifest
    from workbench.study import open_study

    settings = open_study(study).settings
    is_first = read_manifest(settings.folder) is None
    ledger = import_exports(paths, settings=settings, format_name=format_name, progress=sys.stderr.isatty())
    tell_import(ledger.files, settings=settings, is_first=is_first, by_file=by_file, as_json=as_json)


def _field(name: str) -> Any:
    return typer.Option(help=(CARD_QUESTIONS | CARD_FURTHER)[name] + ".", show_default=False, rich_help_panel="Card")


@app.command()
def add(path: Annotated[Path, typer.Argument(help="An export file, or a folder of them, anywhere.")],
        study: StudyOption = None,
        source: Annotated[str | None, typer.Option(help="Folder of the source below data/raw; default: named by format "
                                                        "and month.", show_default=False)] = None,
        format_name: Annotated[str | None, typer.Option("--format", help="Format, where it cannot be told from the "
                                                        "content.", show_default=False)] = None,
        mapped: Annotated[list[str] | None, typer.Option("--map", metavar="NAME=VALUE", help="What [mapping] is to say "
                                                         "of a table or JSON of no known format, such as text=indhold "
                                                         "or time_format=day-first.", show_default=False)] = None,
        yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; refuse what lacks a field.")] = False,
        controller: Annotated[str | None, _field("controller")] = None,
        purpose: Annotated[str | None, _field("purpose")] = None,
        legal_basis: Annotated[str | None, _field("legal_basis")] = None,
        access: Annotated[str | None, _field("access")] = None,
        closed_basis: Annotated[str | None, _field("closed_basis")] = None,
        collected_by: Annotated[str | None, _field("collected_by")] = None,
        collected_with: Annotated[str | None, _field("collected_with")] = None,
        collected_from: Annotated[str | None, _field("collected_from")] = None,
        collected_to: Annotated[str | None, _field("collected_to")] = None,
        tdm_reservation: Annotated[str | None, _field("tdm_reservation")] = None,
        tdm_checked: Annotated[str | None, _field("tdm_checked")] = None,
        delete_by: Annotated[str | None, _field("delete_by")] = None,
        time_zone: Annotated[str | None, _field("time_zone")] = None,
        category: Annotated[str | None, _field("category")] = None,
        reason: Annotated[str | None, _field("reason")] = None,
        as_json: JsonOption = False) -> None:
    """Bring an export into the study: see what is in it, fill in its card, copy and import it.

    What the last card of such exports says is taken over, so that the next quarter asks nothing. The export itself
    is never moved or changed. Ctrl-C at any question leaves nothing behind.

    [bold]Examples[/bold]

      workbench add ~/Downloads/ChatExport_2025-10-01

      workbench add forum.csv --map text=indhold --map time=dato
    """
    given = {name: value for name, value in locals().items() if name in CARD_QUESTIONS | CARD_FURTHER and value}
    tell_adding(path, study=study, card=given, mapped=mapped or [], source=source, format_name=format_name,
                may_ask=not yes and not as_json and is_terminal(), as_json=as_json)


@app.command()
def formats(as_json: JsonOption = False) -> None:
    """List the export formats that can be imported.

    [bold]Example[/bold]

      workbench formats
    """
    from workbench.sources import describe_formats

    frame = describe_formats()
    if as_json:
        typer.echo(frame.to_json(orient="records", force_ascii=False))
    else:
        print_frame(frame, None, "Formats")


@app.command("field-notes")
def field_notes(path: Annotated[Path, typer.Argument(help="The Excel file to write, ending in .xlsx.")],
                language: Annotated[str, typer.Option(help=f"{', '.join(LANGUAGES)}.")] = "da") -> None:
    """Write an empty form for field notes: coded, person-free observations of street workers.

    [bold]Example[/bold]

      workbench field-notes data/raw/field-notes/november.xlsx
    """
    from workbench.sources import write_field_form

    typer.echo(f"The form is in {write_field_form(path, language=language)}. Its second sheet says how to fill it in.")


@app.command()
def status(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show what the study holds: posts by quarter and platform, imported files, reports.

    [bold]Examples[/bold]

      workbench status

      workbench status --study odense --json
    """
    from workbench.inventory import describe_study
    from workbench.study import open_study

    described = describe_study(open_study(study))
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False, indent=1, default=str))
    else:
        tell_status(described)


for command in (report, review, claims, purge, forget, record):
    app.command()(command)
app.command("new-product")(new_product)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context, study: StudyOption = None) -> None:
    """Open JupyterLab on a page that tells what the study holds, what is missing and what to do next.

    It can be reached from this machine only. Further options, such as --no-browser or --port, are JupyterLab's.

    [bold]Examples[/bold]

      workbench lab

      workbench lab --study odense --no-browser
    """
    from workbench.lab import open_lab
    from workbench.study import open_study

    open_lab(open_study(study), context.args)


def is_terminal() -> bool:
    """Return whether a person sits there to read and to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def main() -> None:
    """Run the command; 0 done, 1 a fault of the workbench itself, 2 refused with the reason, 130 stopped by Ctrl-C."""
    from workbench.refusals import STOPPED, report_error

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, it clears up as at Ctrl-C
    try:
        code = app(standalone_mode=False) or 0
        # typer tells of Ctrl-C by its exit code alone
        if code == STOPPED:
            report_error(KeyboardInterrupt())
    except (Exception, KeyboardInterrupt) as error:
        code = report_error(error)
    sys.exit(code)
