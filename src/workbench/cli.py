"""The `workbench` command: thin, so that everything it does can be done from Python too."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.errors import InputError

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help="Understand what a city's people meet on social media: import exports, write findings reports.")
keys = typer.Typer(no_args_is_help=True, help="Make, name or change the pseudonym key.")
app.add_typer(keys, name="key")

StudyOption = Annotated[Path | None, typer.Option("--study", help="Folder of the study; default: the one this folder "
                                                                  "lies in.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


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

    placed = start_study(folder, name=name, with_review=city and (seed, posts) == (1, 20_000))
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
    from workbench.sources.corpus.summary import reasons_of, summarise
    from workbench.study import open_study

    opened = open_study(study)
    ledger = import_exports(paths, settings=opened.settings, format_name=format_name, progress=sys.stderr.isatty())
    frame = ledger.files
    if by_file and not as_json:
        _print_frame(frame, ["name", "format", "rows_read", "kept", "repeated", "quarantined", "id_gaps"], "Files")
    if not as_json:
        typer.echo("\n".join(summarise(frame)))
    if not frame[["kept", "repeated", "older", "forgotten"]].fillna(0).to_numpy().any():
        raise InputError(f"No post was imported: {frame['quarantined'].sum():,} of {frame['rows_read'].sum():,} rows "
                         f"were set aside ({reasons_of(frame) or 'the files hold none'}). What was set aside is in "
                         "data/raw/quarantine; see whether the format is right and the export whole.")
    if as_json:
        typer.echo(frame.to_json(orient="records", date_format="iso"))


@app.command()
def report(name: Annotated[str | None, typer.Argument(help="Of the product, such as quarterly; without one, all are "
                                                           "listed.", show_default=False)] = None,
           period: Annotated[str | None, typer.Option(help="Such as 2025Q3, 2025-07, 2025-W27 or 2025-07-14.",
                                                      show_default=False)] = None,
           study: StudyOption = None,
           language: Annotated[str | None, typer.Option(help="da or en; default: the study's.",
                                                        show_default=False)] = None,
           parameter: Annotated[list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE",
                                                               help="A further parameter of the notebook.")] = None,
           as_json: JsonOption = False) -> None:
    """Make a product of the study for a period, as PDF and HTML; or list the products there are.

    Words of the posts that nobody has reviewed make it a draft: every page is marked, and nothing counts as published.

    [bold]Examples[/bold]

      workbench report

      workbench report quarterly --period 2025Q3

      workbench report quarterly --period 2025Q3 --language en -p min_topic_size=20
    """
    from workbench.orders import parse_parameters
    from workbench.products import find_products
    from workbench.runs import describe_run, run_report
    from workbench.study import open_study

    opened = open_study(study)
    if name is None:
        found = {p.name: f"{p.titles[opened.language]}, for a {p.period} ({', '.join(p.languages)})"
                 for p in find_products(opened.folder).values()}
        _answer(found, as_json, "\n".join(f"{product}: {what}" for product, what in found.items())
                + "\nNext: workbench report NAME --period PERIOD")
        return
    result = run_report(name, study=opened, period=period or "", language=language, progress=sys.stderr.isatty(),
                        parameters=parse_parameters(parameter or []), tell=lambda words: typer.echo(words, err=True))
    _answer({"folder": str(result.folder), "files": result.files, "pages": result.pages, "draft": result.is_draft,
             "open": result.open_words[["kind", "key", "text"]].to_dict("records"),
             "seconds": round(result.seconds, 1)}, as_json, describe_run(result, str(period)))


@app.command()
def review(period: Annotated[str, typer.Argument(help="Such as 2025Q3.")], study: StudyOption = None,
           as_json: JsonOption = False) -> None:
    """Write down which words wait for a person before a report may show them, and say what is open.

    The answers go into the file that is named. Run it again after the next report: what is new is added, and
    what you wrote stays as it is.

    [bold]Example[/bold]

      workbench review 2025Q3
    """
    from workbench.reviewing import write_review
    from workbench.study import open_study

    opened = open_study(study)
    done = write_review(opened.folder, period, language=opened.language)
    _answer({"file": str(done.path), "added": done.added, "hidden": done.hidden, "taken_over": done.taken_over,
             "nameless": done.nameless, "open": done.waiting()}, as_json, done.describe())


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
        _print_frame(frame, None, "Formats")


@app.command("field-notes")
def field_notes(path: Annotated[Path, typer.Argument(help="The Excel file to write, ending in .xlsx.")],
                language: Annotated[str, typer.Option(help="da or en.")] = "da") -> None:
    """Write an empty form for field notes: coded, person-free observations of street workers.

    [bold]Example[/bold]

      workbench field-notes data/raw/field-notes/november.xlsx
    """
    from workbench.sources import write_field_form

    typer.echo(f"The form is in {write_field_form(path, language=language)}. Its second sheet says how to fill it in.")


@keys.command("new")
def key_new(study: StudyOption = None) -> None:
    """Make the pseudonym key of a study, outside its folder.

    [bold]Example[/bold]

      workbench key new
    """
    from workbench.sources import find_key_file, key_fingerprint, new_key
    from workbench.study import open_study

    settings = open_study(study).settings
    made = key_fingerprint(new_key(settings))
    typer.echo(f"The key is in {find_key_file(settings)}, fingerprint {made}. Keep a copy "
               "apart from the data: without it nothing can be added or forgotten.")


@keys.command("show-fingerprint")
def key_fingerprint_(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show which key a study has, without giving it away.

    [bold]Example[/bold]

      workbench key show-fingerprint
    """
    from workbench.sources import find_key_file, read_fingerprint
    from workbench.study import open_study

    settings = open_study(study).settings
    found, path = read_fingerprint(settings), find_key_file(settings)
    _answer({"fingerprint": found, "file": str(path)}, as_json, f"{found}  {path}")


@keys.command("rotate")
def key_rotate(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Give a study a new key: every export is read again, arena codes stay, the old key is destroyed.

    [bold]Example[/bold]

      workbench key rotate
    """
    from workbench.sources import rotate_key
    from workbench.study import open_study

    fingerprint, ledger = rotate_key(open_study(study).settings, progress=sys.stderr.isatty())
    posts = int(ledger.files["kept"].fillna(0).sum())
    _answer({"fingerprint": fingerprint, "posts": posts}, as_json,
            f"The study has a new key, fingerprint {fingerprint}; {posts:,} posts were read again under it. What was "
            "derived from the corpus was deleted: make topics anew.")


@app.command()
def purge(dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is due.")] = False,
          study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Delete every source whose delete-by date has come, raw and derived, and write a certificate.

    [bold]Examples[/bold]

      workbench purge --dry-run

      workbench purge
    """
    from datetime import UTC, datetime

    from workbench.sources import purge_sources
    from workbench.study import open_study

    done = purge_sources(open_study(study).settings, on=datetime.now(UTC).date(), dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps({"sources": done.sources.to_dict("records"), "dry_run": dry_run,
                               "certificate": str(done.certificate or "")}, ensure_ascii=False, default=str))
        return
    if not len(done.sources):
        typer.echo("Nothing is due.")
        return
    _print_frame(done.sources, None, "Due" if dry_run or not done.certificate else "Deleted")
    if done.certificate:
        typer.echo(f"The certificate is in {done.certificate}. Backups elsewhere are not reached.")


@app.command()
def forget(handles: Annotated[list[str], typer.Argument(help="Handles or ids of accounts.", metavar="ACCOUNT…")],
           by_name: Annotated[bool, typer.Option("--by-name", help="Look at display names too; several people may "
                                                                   "share one.")] = False,
           study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Take an account out of everything, and refuse it in later imports.

    [bold]Example[/bold]

      workbench forget @handle
    """
    from datetime import UTC, datetime

    from workbench.sources import forget_accounts
    from workbench.study import open_study

    done = forget_accounts(handles, settings=open_study(study).settings, on=datetime.now(UTC).date(), by_name=by_name)
    counts = {"posts": done.removed.posts, "links": done.removed.links, "arenas": done.removed.arenas,
              "quarantined": done.quarantined}
    _answer({**counts, "sources": done.sources, "certificate": str(done.certificate)}, as_json,
            f"Taken out: {', '.join(f'{n:,} {what}' for what, n in counts.items())}. The certificate is in "
            f"{done.certificate}." + (f"\nThe raw exports of {', '.join(done.sources)} still hold the account: delete "
                                      "them or export them again." if done.sources else ""))


@app.command()
def record(language: Annotated[str | None, typer.Option(help="da or en; default: the study's.",
                                                        show_default=False)] = None,
           study: StudyOption = None) -> None:
    """Write the record of processing (article 30) and an outline of the impact assessment from the source cards.

    [bold]Example[/bold]

      workbench record --language en
    """
    from workbench.sources import write_processing
    from workbench.study import open_study

    opened = open_study(study)
    for path in write_processing(opened.settings, language=language or opened.language):
        typer.echo(f"Written: {path}")


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
    if described["raw"]:
        _print_frame(pd.DataFrame(described["raw"]), None, "Raw exports")
    typer.echo(f"{described['files']} files imported, {described['quarantined']} rows in quarantine. "
               f"Key {described['key']}.")
    for made in described["reports"]:
        typer.echo(f"{'Draft' if made['draft'] else 'Report'}: {made['folder']}")


def _list_products(products: dict[str, Any], language: str, as_json: bool) -> None:
    rows = [{"name": p.name, "title": p.titles[language], "period": p.period, "languages": ", ".join(p.languages),
             "notebook": str(p.notebook)} for p in products.values()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['name']}: {row['title']}, for a {row['period']} ({row['languages']})")
    typer.echo("Next: workbench report NAME --period PERIOD")


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
        table.add_column(str(name).replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in shown.astype("string").fillna("").itertuples(index=False):
        # file names are outside text: never markup
        table.add_row(*(Text(value) for value in row))
    Console().print(table)


def main() -> None:
    """Run the command; 0 done, 1 a fault of the workbench itself, 2 refused with the reason, 130 stopped by Ctrl-C."""
    from workbench.refusals import STOPPED, report_error

    try:
        code = app(standalone_mode=False) or 0
        # typer tells of Ctrl-C by its exit code alone
        if code == STOPPED:
            report_error(KeyboardInterrupt())
    except (Exception, KeyboardInterrupt) as error:
        code = report_error(error)
    sys.exit(code)
